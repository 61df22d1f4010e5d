//! What this device keeps: what was read of it, and what has to go.

use crate::anomaly::Anomaly;
use crate::cache::{Kept, Write, evict};
use crate::changes::Topic;
use crate::event::CacheFailure;
use crate::settings::Settings;
use crate::state::State;
use crate::sync::window;
use crate::{ConversationId, Effect};

/// After so many chunks were written, it is looked whether the cache is over its budget.
const LOOK_AFTER: u64 = 2_000;
/// With so many chunks kept, losing them would be felt.
const WORTH_KEEPING: u64 = 256;
/// The least that the budget shrinks to when the device has no room.
const LEAST_BUDGET: u64 = 1_000;

/// The cache, as far as it concerns all conversations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Keeper {
    /// How many chunks may be kept.
    pub(crate) budget: u64,
    /// How many were written since the budget was last looked at.
    pub(crate) written: u64,
    /// The index is being read.
    looking: bool,
    /// What the person was told of.
    told: Option<CacheFailure>,
}

impl Default for Keeper {
    fn default() -> Self {
        // It is looked at with the first chunk that is written.
        Self { budget: crate::cache::DEFAULT_BUDGET, written: LOOK_AFTER, looking: false, told: None }
    }
}

impl State {
    /// Looks at the budget when enough was written since the last time.
    pub(super) fn watch_budget(&mut self, wrote: bool, effects: &mut Vec<Effect>) {
        if wrote && self.keeper.written > LOOK_AFTER && !self.keeper.looking {
            self.keeper.written = 0;
            self.keeper.looking = true;
            effects.push(Effect::ReadCacheIndex);
        }
    }

    /// The person chose how much is kept loaded: more is loaded into what is looked at, and what is too much goes.
    pub(super) fn set_chat_limit(&mut self, limit: u64, effects: &mut Vec<Effect>) {
        self.settings.chat_limit = Settings::nearest_limit(limit);
        self.store_settings(effects);
        self.unload_what_is_too_much();
        let limit = self.settings.chat_limit;
        let (wanted, _) = window(limit);
        let focused = self.tabs.focused().clone();
        self.with(&focused, effects, |conversation, context| {
            let missing = wanted.saturating_sub(conversation.transcript.committed_len() as u64);
            if missing > 0 {
                conversation.ask_older(Some(missing), context);
            }
        });
    }

    /// Another window of the console stored what the person chose there.
    pub(super) fn settings_stored(&mut self, stored: &str) {
        match Settings::from_stored(stored) {
            Some(settings) => self.settings = settings,
            None => self.anomalies.count(Anomaly::CorruptStorage),
        }
        self.changes.topics.mark(Topic::Settings);
        self.unload_what_is_too_much();
    }

    fn unload_what_is_too_much(&mut self) {
        let limit = self.settings.chat_limit;
        self.conversations.values_mut().for_each(|conversation| conversation.unload(limit));
    }

    /// What is kept of all conversations: those that are too many are forgotten.
    pub(super) fn cache_index_read(&mut self, kept: Vec<(ConversationId, Kept)>, effects: &mut Vec<Effect>) {
        self.keeper.looking = false;
        let gone = evict(&kept, self.keeper.budget, self.tabs.active());
        if !gone.is_empty() {
            effects.push(Effect::WriteCache(gone.iter().cloned().map(Write::Forget).collect()));
        }
        let total: u64 = kept.iter().map(|(_, kept)| kept.count()).sum();
        if total >= WORTH_KEEPING && !self.settings.asked_to_persist {
            self.settings.asked_to_persist = true;
            effects.push(Effect::AskToPersist);
            self.store_settings(effects);
        }
        self.listing.keeps(kept.into_iter().filter(|(id, _)| !gone.contains(id)).collect());
        self.changes.list = true;
        self.changes.topics.mark(Topic::Settings);
    }

    /// This device does not keep what it was given. The person is told once of each reason; the console goes on without.
    pub(super) fn cache_failed(&mut self, failure: CacheFailure, effects: &mut Vec<Effect>) {
        if failure == CacheFailure::Full {
            self.keeper.budget = (self.keeper.budget / 2).max(LEAST_BUDGET);
            self.keeper.looking = true;
            effects.push(Effect::ReadCacheIndex);
        }
        if self.keeper.told == Some(failure) {
            return;
        }
        self.keeper.told = Some(failure);
        match failure {
            CacheFailure::Refused => self
                .problems
                .tell("This browser does not keep conversations. They are loaded from the backend each time."),
            CacheFailure::Full => self.problems.tell(
                "This device has no room for more. Conversations that were read longest ago are no longer kept on it.",
            ),
            // It is tried again with the next change, and what is shown does not depend on it.
            CacheFailure::Broken => {}
        }
    }
}
