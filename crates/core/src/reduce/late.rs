//! The facts that only come of what is no part of the start: what a person chooses in the sidebar, and what the backend
//! answers to what was asked from there. And what is to be made up for once all of the console is there.

use crate::state::State;
use crate::{ConversationId, Effect, Fact};
use dispatch_contract::AgentEvent;

impl State {
    /// Whether all of the console is there, and not only what the start needs.
    pub fn is_whole(&self) -> bool {
        self.later == crate::view::Later::Here
    }

    /// All of the console is there from now on.
    pub(super) fn completed(&mut self, effects: &mut Vec<Effect>) {
        let held = std::mem::take(&mut self.held);
        self.restore_warmings(held.warmings, effects);
        // What was said before has gone unheard.
        self.surfaces_lost();
        if let Some(catalogue) = held.catalogue {
            self.surfaces_listed(catalogue, effects);
        }
        self.ask_surfaces(effects);
        self.ask_setup(effects);
        let open: Vec<ConversationId> = self.conversations.keys().cloned().collect();
        for id in open {
            self.with(&id, effects, |conversation, context| {
                conversation.metrics.place_anew();
                if conversation.sync.is_loaded() && conversation.transcript.committed_len() > 0 {
                    conversation.ask_metrics(context);
                }
            });
        }
    }

    /// Another socket is open: what the sidebar shows is asked for.
    pub(super) fn socket_opened_late(&mut self, effects: &mut Vec<Effect>) {
        self.doubt_setups();
        self.ask_setup(effects);
        self.ask_surfaces(effects);
    }

    /// What follows from any fact.
    pub(super) fn follow(&mut self, effects: &mut Vec<Effect>) {
        self.follow_focus(effects);
        self.watch_warmings(effects);
    }

    /// An event of a turn, before it is folded.
    pub(super) fn hear(&mut self, event: &AgentEvent, effects: &mut Vec<Effect>) {
        self.hear_of_cache(event);
        self.hear_of_queued(event, effects);
    }

    /// A fact that comes of what is no part of the start.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other facts are not given to it")]
    pub(super) fn fold_late(&mut self, fact: Fact, effects: &mut Vec<Effect>) {
        match fact {
            Fact::CallAnswered { request, answer } => self.call_answered(request, answer, effects),
            Fact::EffortChosen(level) => self.effort_chosen(level, effects),
            Fact::EffortOnceChosen(level) => self.effort_once_chosen(level.as_deref()),
            Fact::CwdSubmitted(typed) => self.cwd_submitted(&typed, effects),
            Fact::LookChosen(look, chosen) => self.look_chosen(look, &chosen, effects),
            Fact::NotifyingChosen(notifies) => self.notifying_chosen(notifies, effects),
            Fact::NotifyingAnswered(may) => self.notifying_answered(may, effects),
            Fact::AddressesSubmitted(given) => self.addresses_submitted(given, effects),
            Fact::AddressTestRequested(given) => self.address_test_requested(given, effects),
            Fact::AddressesTested { http, ws } => self.addresses_tested(http, ws),
            Fact::CacheCleared => self.clear_cache(effects),
            Fact::KeysChosen(command, keys) => self.keys_chosen(command, &keys, effects),
            Fact::KeysReset => self.keys_reset(effects),
            Fact::ExportRequested(format) => self.export(format, effects),
            Fact::ServersWatched(watched) => self.servers_watched(watched, effects),
            Fact::ServersRequested => {
                let focused = self.tabs.focused().clone();
                self.ask_servers(&focused, true, effects);
            }
            Fact::PictureGiven { conversation, name, kind, picture } => {
                self.picture_given(&conversation, name, kind, picture);
            }
            Fact::PictureRemoved(place) => self.picture_removed(place),
            Fact::MetricsAnswered { request, conversation, answer } => {
                self.http_answered(answer.as_ref().err(), effects);
                self.metrics_answered(request, &conversation, answer, effects);
            }
            Fact::ThroughputLeafed { leaf, east } => self.leaf_throughput(leaf, east, effects),
            Fact::ThroughputAnswered { request, answer } => {
                self.http_answered(answer.as_ref().err(), effects);
                self.throughput_answered(request, answer);
            }
            Fact::ControlUsed { surface, action, used } => self.use_control(&surface, &action, used, effects),
            Fact::QueueRequested(typed) => self.queue(&typed, effects),
            Fact::QueueCancelRequested(id) => self.cancel_queued(id, effects),
            Fact::TakenBack { row, edits } => self.take_back(row, edits, effects),
            Fact::WarmIntervalSet { minutes, seconds } => self.set_warm_interval(&minutes, &seconds, effects),
            Fact::WarmLimitSet(warms) => self.set_warm_limit(warms),
            Fact::WarmRequested => self.warm_now(effects),
            Fact::WarmingStored { conversation, stored } => self.join_warming(&conversation, &stored),
            Fact::ViewsArranged(order) => {
                self.sidebar.arrange(order);
                effects.push(Effect::StoreSidebar(self.sidebar.to_stored()));
            }
            Fact::ViewClosed { view, closed } => {
                self.sidebar.close(view, closed);
                effects.push(Effect::StoreSidebar(self.sidebar.to_stored()));
            }
            _ => {}
        }
    }
}
