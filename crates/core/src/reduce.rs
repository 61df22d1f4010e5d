//! The one door: every fact goes through here to the machine it concerns.

use crate::anomaly::Anomaly;
use crate::cache::Page;
use crate::changes::Topic;
use crate::connection::backoff;
use crate::conversation::{Context, Conversation, Heard};
use crate::late::late;
use crate::models::Models;
use crate::state::State;
use crate::transcript::RowId;
use crate::update::Update;
use crate::view::Later;
use crate::{ConversationId, Effect, Event, Fact, HttpFailure, RequestId, Timer, invariants};
use dispatch_contract::AbortResponse;

mod export;
mod kept;
mod late;
mod metrics;
mod over_http;
mod queue;
mod receipts;
mod settings;
mod setup;
mod socket;
mod start;
mod surfaces;
mod tabs;
mod unconfirmed;
mod warming;

pub(crate) use kept::Keeper;

/// A surface of nobody: subscribing to it must be answered by an error, which proves that the socket lives.
const PROBE_SURFACE: &str = "dispatch-web.probe";

/// The pause before the model catalogue is asked for again, as an attempt of [`backoff`].
const MODELS_RETRY_ATTEMPT: u32 = 3;

/// Applies one fact: no I/O, no clock, no failure path.
pub fn reduce(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    state.now = event.at;
    let is_frame = matches!(event.fact, Fact::FrameReceived(..));
    apply(state, event.fact, effects);
    if !is_frame {
        state.changes.shell = true;
    }
    let is_busy = state.is_busy();
    state.connection.watch(is_busy, effects);
    let wrote = effects.iter().any(|effect| matches!(effect, Effect::WriteCache(_)));
    state.watch_budget(wrote, effects);
    state.watch_outboxes(effects);
    if state.is_whole() {
        late!(State::follow: fn(state: &mut State, effects: &mut Vec<Effect>))(state, effects);
    }
    invariants::check(state);
}

fn apply(state: &mut State, fact: Fact, effects: &mut Vec<Effect>) {
    let at = state.now;
    match fact {
        Fact::AppStarted { stored, fresh, fresh_name, online } => {
            state.window = stored.name.clone().unwrap_or(fresh_name);
            state.start(stored, fresh, online, effects);
        }
        Fact::OutboxesLoaded(outboxes) => {
            let own = state.window.clone();
            state.take_outboxes(outboxes.into_iter().filter(|(window, _)| *window != own).collect(), effects);
        }
        Fact::ConversationsAnswered { request, answer } => {
            state.http_answered(answer.as_ref().err(), effects);
            state.list_answered(request, answer, effects);
        }
        Fact::ChatEventReceived(request, event) => state.chat_event(request, event, effects),
        Fact::ChatAnswered { request, answer } => state.chat_answered(request, answer, effects),
        Fact::TitleAnswered { conversation, answer } => {
            state.count_failure(answer.as_ref().err());
            state.title_answered(&conversation, answer, effects);
        }
        Fact::TabsStored(stored) => {
            state.merge_tabs(&stored, effects);
            state.store_tabs_unless(Some(stored), effects);
        }
        Fact::ConversationChosen(id) => state.reveal(&id, effects),
        Fact::ListRequested => {
            effects.push(Effect::ReadCacheIndex);
            state.ask_list(effects);
        }
        Fact::TitleSubmitted { conversation, title } => state.rename(conversation, &title, effects),
        Fact::ModelChosen(model) => state.model_chosen(model, effects),
        Fact::CopyRequested(text) => effects.push(Effect::Copy(text)),
        Fact::CopyAnswered { copied: true } => state.announce("Copied".to_owned()),
        Fact::CopyAnswered { copied: false } => state.problems.tell("This browser does not let the console copy."),
        Fact::SidebarToggled { shown } => {
            state.sidebar.shown = shown;
            effects.push(Effect::StoreSidebar(state.sidebar.to_stored()));
        }
        Fact::ViewToggled { view, open } => {
            state.sidebar.fold(view, open);
            effects.push(Effect::StoreSidebar(state.sidebar.to_stored()));
        }
        Fact::SettingsStored(stored) => state.settings_stored(&stored),
        Fact::FoldingStored(stored) => state.folding_stored(&stored),
        Fact::RowFolded { conversation, row, open } => {
            if let Some(conversation) = state.conversations.get_mut(&conversation) {
                conversation.fold(row, open);
                state.changes.folds = true;
            }
        }
        Fact::LikeFolded { conversation, row, open } => state.fold_like(&conversation, row, open, effects),
        Fact::SocketOpened(socket) if state.connection.holds(socket) => state.socket_opened(effects),
        Fact::SocketOpened(socket) => effects.push(Effect::CloseSocket(socket)),
        Fact::SocketClosed { socket, chance } if state.connection.holds(socket) => {
            state.socket_lost(effects, |connection, effects| connection.lost(at, chance, effects));
        }
        Fact::SocketClosed { .. } => {}
        Fact::FrameReceived(socket, message) if state.connection.is_current(socket) => {
            state.connection.heard(at, effects);
            state.log.heard(at);
            state.message_received(message, effects);
        }
        Fact::FrameUnreadable(socket) if state.connection.is_current(socket) => {
            state.connection.heard(at, effects);
            state.anomalies.count(Anomaly::UnreadableFrame);
        }
        Fact::FrameReceived(..) | Fact::FrameUnreadable(_) => {}
        Fact::TimerFired { timer, chance } => state.timer_fired(timer, chance, effects),
        Fact::NetworkChanged { online } => {
            state.note(if online { "The network is there" } else { "The network is gone" });
            state.connection.set_online(online);
            if online {
                state.connection.connect(at, effects);
            }
        }
        Fact::PageShown => {
            state.is_hidden = false;
            if let Some(focused) = state.conversations.get_mut(&state.tabs.focused().clone()) {
                focused.unread = false;
            }
            state.connection.connect(at, effects);
        }
        Fact::PageHidden => state.is_hidden = true,
        Fact::ReconnectRequested => state.connection.connect(at, effects),
        Fact::HistoryAnswered { request, conversation, answer, chance } => {
            state.http_answered(answer.as_ref().err(), effects);
            let before = state.known_of(&conversation);
            let failed_older = state.with(&conversation, effects, |conversation, context| {
                conversation.history_answered(request, answer, chance, context)
            });
            match failed_older {
                Some(Some(failure)) => {
                    state.problems.tell(format!("The earlier messages were not loaded: {}.", failure.in_words()));
                }
                Some(None) => {}
                None => state.anomalies.count(Anomaly::LateAnswer),
            }
            state.count_for_receipt(&conversation, before);
            state.store_tabs(effects);
        }
        Fact::ModelsAnswered { request, answer } => {
            state.count_failure(answer.as_ref().err());
            state.models_answered(request, answer, effects);
        }
        Fact::StopAnswered { conversation, answer } => {
            state.count_failure(answer.as_ref().err());
            state.stop_answered(&conversation, answer);
        }
        Fact::CloseAnswered { answer, .. } => {
            state.count_failure(answer.as_ref().err());
            if let Err(failure) = answer {
                state.problems.tell(format!("The backend was not told of the closed tab: {}.", failure.in_words()));
            }
        }
        Fact::PromptSubmitted { text, fresh } => state.submit(&text, fresh, effects),
        Fact::TooMuchPasted => state.problems.tell("The pasted text is too much: a message may have 14 MB."),
        Fact::WordsLeft { conversation, words } => {
            if let Some(conversation) = state.conversations.get_mut(&conversation) {
                conversation.left.words = words;
            }
            state.store_window(effects);
        }
        Fact::RetryRequested(row) => state.retry(row, effects),
        Fact::StopRequested => state.stop(effects),
        Fact::TabSelected(id) => {
            state.tabs.select(&id);
            state.focus_moved(effects);
        }
        Fact::TabStepped { forward } => {
            if let Some(id) = state.tabs.beside(forward).cloned() {
                state.tabs.select(&id);
                state.focus_moved(effects);
            }
        }
        Fact::PlaceLeft { conversation, place } => {
            if let Some(conversation) = state.conversations.get_mut(&conversation) {
                conversation.left.place = place;
            }
            state.store_window(effects);
        }
        Fact::DraftSelected => {
            state.tabs.select_draft();
            state.focus_moved(effects);
        }
        Fact::TabCloseRequested(id) => {
            let generates = state.conversations.get(&id).is_some_and(|open| open.transcript.is_generating());
            if generates { state.closing = Some(id) } else { state.close(&id, effects) }
        }
        Fact::CloseDecided { close } => {
            if let Some(id) = state.closing.take()
                && close
            {
                state.close(&id, effects);
            }
        }
        Fact::EarlierRequested => {
            let focused = state.tabs.focused().clone();
            state.with(&focused, effects, |conversation, context| conversation.ask_older(None, context));
        }
        Fact::ReaderMoved { conversation, at_end } => {
            if let Some(conversation) = state.conversations.get_mut(&conversation) {
                conversation.is_at_end = at_end;
            }
        }
        Fact::CacheRead { request, page, .. } if state.is_called(request) => {
            late!(State::export_read: fn(state: &mut State, request: RequestId, page: Option<Page>, effects: &mut Vec<Effect>))(
                state, request, page, effects,
            );
        }
        Fact::CacheRead { request, conversation, page } => {
            state.with(&conversation, effects, |conversation, context| conversation.cache_read(request, page, context));
        }
        Fact::CacheIndexRead(kept) => state.cache_index_read(kept, effects),
        Fact::CacheFailed(failure) => state.cache_failed(failure, effects),
        Fact::ChatLimitSet(limit) => state.set_chat_limit(limit, effects),
        Fact::StorageRefused => {
            if !std::mem::replace(&mut state.storage_refused, true) {
                state.problems.tell("This browser does not keep the open tabs across reloads.");
            }
        }
        Fact::WriterFailed => {
            state.anomalies.count(Anomaly::MissingPart);
            if !std::mem::replace(&mut state.writer_failed, true) {
                state
                    .problems
                    .tell("A part of the console could not be loaded: answers are shown as they were written.");
            }
        }
        Fact::LaterArrived => {
            state.later = Later::Here;
            late!(State::completed: fn(state: &mut State, effects: &mut Vec<Effect>))(state, effects);
        }
        Fact::LaterFailed => {
            state.anomalies.count(Anomaly::MissingPart);
            state.later = Later::Missing;
        }
        Fact::ProblemDismissed(id) => state.problems.dismiss(id),
        Fact::UpdateReady => {
            if state.update == Update::None {
                state.update = Update::Ready;
                state.announce("A new version is ready".to_owned());
            }
        }
        fact @ (Fact::CallAnswered { .. }
        | Fact::EffortChosen(_)
        | Fact::EffortOnceChosen(_)
        | Fact::CwdSubmitted(_)
        | Fact::LookChosen(..)
        | Fact::NotifyingChosen(_)
        | Fact::NotifyingAnswered(_)
        | Fact::AddressesSubmitted(_)
        | Fact::AddressTestRequested(_)
        | Fact::AddressesTested { .. }
        | Fact::CacheCleared
        | Fact::KeysChosen(..)
        | Fact::KeysReset
        | Fact::ExportRequested(_)
        | Fact::ServersWatched(_)
        | Fact::ServersRequested
        | Fact::PictureGiven { .. }
        | Fact::PictureRemoved(_)
        | Fact::MetricsAnswered { .. }
        | Fact::ThroughputLeafed { .. }
        | Fact::ThroughputAnswered { .. }
        | Fact::ControlUsed { .. }
        | Fact::QueueRequested(_)
        | Fact::QueueCancelRequested(_)
        | Fact::TakenBack { .. }
        | Fact::WarmIntervalSet { .. }
        | Fact::WarmLimitSet(_)
        | Fact::WarmRequested
        | Fact::WarmingStored { .. }
        | Fact::ViewsArranged(_)
        | Fact::ViewClosed { .. }) => {
            if state.is_whole() {
                let fold = late!(State::fold_late: fn(state: &mut State, fact: Fact, effects: &mut Vec<Effect>));
                fold(state, fact, effects);
            }
        }
        Fact::UpdatePutOff => state.update = Update::PutOff,
        Fact::UpdateAccepted => effects.push(Effect::ReloadUpdated),
    }
}

impl State {
    /// Lets one conversation fold something. `None`: it is not open.
    fn with<T>(
        &mut self,
        id: &ConversationId,
        effects: &mut Vec<Effect>,
        fold: impl FnOnce(&mut Conversation, &mut Context<'_>) -> T,
    ) -> Option<T> {
        let model = self.model_of(id).map(str::to_owned);
        let mut context = Context {
            at: self.now,
            connection: &self.connection,
            model: model.as_deref(),
            limit: self.settings.chat_limit,
            is_whole: self.later == Later::Here,
            written: &mut self.keeper.written,
            next_request: &mut self.next_request,
            posting: &mut self.posting,
            anomalies: &mut self.anomalies,
            effects,
        };
        self.conversations.get_mut(id).map(|conversation| fold(conversation, &mut context))
    }

    fn is_busy(&self) -> bool {
        self.conversations.values().any(Conversation::is_busy)
    }

    fn ask_models(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.models, Models::NotAsked | Models::Failed) {
            self.next_request += 1;
            let request = RequestId(self.next_request);
            self.models = Models::Asking(request);
            effects.push(Effect::LoadModels(request));
        }
    }

    fn models_answered(
        &mut self,
        request: RequestId,
        answer: Result<dispatch_contract::ModelsResponse, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        if self.models != Models::Asking(request) {
            self.anomalies.count(Anomaly::LateAnswer);
            return;
        }
        match answer {
            Ok(catalogue) => self.models = Models::from_wire(catalogue),
            Err(_) => {
                self.models = Models::Failed;
                effects.push(Effect::StartTimer(Timer::ModelsRetry, backoff(MODELS_RETRY_ATTEMPT, 0.5)));
            }
        }
    }

    fn timer_fired(&mut self, timer: Timer, chance: f64, effects: &mut Vec<Effect>) {
        let at = self.now;
        match timer {
            Timer::Reconnect => self.connection.connect(at, effects),
            Timer::Handshake => {
                if self.connection.phase() == crate::connection::Phase::Connecting {
                    self.note("No answer within 10 s: the attempt was given up");
                    self.socket_lost(effects, |connection, effects| connection.abandon(at, chance, effects));
                }
            }
            Timer::Silence => {
                let is_busy = self.is_busy();
                if self.connection.silence_passed(is_busy, at, effects) {
                    self.note("Silent for 45 s: a sign of life was asked for");
                    self.probe(effects);
                }
            }
            Timer::Probe => {
                if self.connection.is_probing() {
                    self.note("No sign of life: the socket was replaced");
                    self.socket_lost(effects, |connection, effects| connection.abandon(at, chance, effects));
                    self.connection.connect(at, effects);
                }
            }
            Timer::Subscribed => self.subscribed(effects),
            Timer::SyncRetry(id) => {
                self.with(&id, effects, Conversation::ask_tail_now);
            }
            Timer::ConfirmLive(id) => {
                let before = self.known_of(&id);
                let heard = self.with(&id, effects, |conversation, context| conversation.confirm_limit_passed(context));
                if let Some(heard) = heard.filter(|heard| *heard != Heard::NotSent) {
                    self.announce_heard(&id, heard, effects);
                }
                self.count_for_receipt(&id, before);
                if self.conversations.get(&id).is_none_or(Conversation::is_confirmed) {
                    self.complete_for_receipt(&id, effects);
                }
                // It is the person's to decide about, so it is the last word.
                if heard == Some(Heard::NotSent) {
                    self.announce_heard(&id, Heard::NotSent, effects);
                }
            }
            Timer::OverHttp => self.socket_is_late(effects),
            Timer::Receipt => self.receipt.put_away(),
            Timer::Alive => self.store_outbox(effects),
            Timer::Orphans => effects.push(Effect::LoadOutboxes),
            Timer::ModelsRetry => self.ask_models(effects),
            // These are started by what comes later.
            Timer::Control(number) => {
                late!(State::control_unanswered: fn(state: &mut State, number: u64))(self, number)
            }
            Timer::Queueing(id) => {
                late!(State::queueing_limit_passed: fn(state: &mut State, id: &ConversationId, effects: &mut Vec<Effect>))(
                    self, &id, effects,
                );
            }
            Timer::WarmLimit(id) => {
                late!(State::end_warming: fn(state: &mut State, id: &ConversationId, effects: &mut Vec<Effect>))(
                    self, &id, effects,
                );
            }
        }
    }

    fn submit(&mut self, typed: &str, fresh: ConversationId, effects: &mut Vec<Effect>) {
        let Some(text) = self.accepts_prompt(typed) else { return };
        let id = match self.tabs.active() {
            Some(id) => id.clone(),
            None => self.tabs.promote_draft(fresh, self.now),
        };
        self.conversations.get_or_insert_with(&id, || Conversation::new(id.clone()));
        // From now on it has the model that is shown, whatever becomes of the catalogue.
        if let Some(shown) = self.model_of(&id).map(str::to_owned) {
            self.tabs.choose_model(&id, Some(shown.clone()), self.now);
            self.tabs.used_last = Some(shown);
        }
        if let Some(draft) = self.conversations.get_mut(&id) {
            draft.left.model = None;
        }
        self.with(&id, effects, |conversation, context| {
            conversation.left.words.clear();
            conversation.submit(text, context);
        });
        self.store_tabs(effects);
        self.store_window(effects);
    }

    fn retry(&mut self, row: RowId, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        self.with(&focused, effects, |conversation, context| conversation.retry(row, context));
    }

    /// The next message from here is sent with another model; a draft keeps the choice until it has a tab.
    fn model_chosen(&mut self, model: String, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        self.changes.shell = true;
        if self.tabs.contains(&focused) {
            self.tabs.choose_model(&focused, Some(model), self.now);
            self.store_tabs(effects);
        } else if let Some(draft) = self.conversations.get_mut(&focused) {
            draft.left.model = Some(model);
            self.store_window(effects);
        }
    }

    fn stop(&mut self, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        self.with(&focused, effects, |conversation, context| {
            if conversation.transcript.is_generating() && !conversation.stopping {
                conversation.stopping = true;
                context.effects.push(Effect::StopTurn(conversation.id().clone()));
            }
        });
    }

    fn stop_answered(&mut self, id: &ConversationId, answer: Result<AbortResponse, HttpFailure>) {
        if matches!(answer, Ok(AbortResponse { aborted_turn: true, .. })) {
            return;
        }
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.stopping = false;
        }
        let Err(failure) = answer else { return };
        if failure.is_unsupported() {
            self.can_stop = false;
            self.problems.tell("This backend cannot stop a running turn.");
        } else {
            self.problems.tell(format!("The turn was not stopped: {}.", failure.in_words()));
        }
    }

    /// Notes what happened to the connection.
    fn note(&mut self, text: &str) {
        self.log.note(self.now, text);
        self.changes.topics.mark(Topic::Diagnostics);
    }

    fn announce(&mut self, text: String) {
        self.announcement.number += 1;
        self.announcement.text = text;
        self.changes.shell = true;
    }

    fn announce_heard(&mut self, id: &ConversationId, heard: Heard, effects: &mut Vec<Effect>) {
        let words = match heard {
            Heard::Nothing => return,
            Heard::TurnStarted => "Turn started",
            Heard::TurnEnded => "Turn ended",
            Heard::TurnFailed => "Turn failed",
            Heard::NotSent => "Message not sent",
        };
        let is_elsewhere = self.tabs.focused() != id;
        let is_unseen = is_elsewhere || self.is_hidden;
        let (title, text) = match self.conversations.get_mut(id).filter(|_| is_unseen) {
            Some(conversation) => {
                conversation.unread = heard != Heard::TurnStarted;
                let title = conversation.title();
                let text = format!("{words} in {title}");
                (title, if is_elsewhere { text } else { words.to_owned() })
            }
            None => (String::new(), words.to_owned()),
        };
        if is_unseen && heard != Heard::TurnStarted && self.settings.notifies {
            effects.push(Effect::Notify { title, text: words.to_owned(), conversation: id.clone() });
        }
        self.announce(text);
    }
}
