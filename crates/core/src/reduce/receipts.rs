//! What came in after a drop, counted as it does.

use crate::anomaly::Anomaly;
use crate::receipt::Counted;
use crate::state::State;
use crate::{ConversationId, Effect, Timer};

/// How long a receipt is shown, in milliseconds.
const SHOWN_FOR: f64 = 12_000.0;

/// What was known of a conversation before something came in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    highest_seq: u64,
    lost: u64,
    cut: u64,
    stale: u64,
}

impl State {
    pub(super) fn known_of(&self, id: &ConversationId) -> Known {
        let transcript = self.conversations.get(id).map(|conversation| &conversation.transcript);
        Known {
            highest_seq: transcript.map_or(0, crate::transcript::Transcript::highest_seq),
            lost: self.anomalies.of(Anomaly::LostTurn),
            cut: self.anomalies.of(Anomaly::CutTurn),
            stale: self.anomalies.of(Anomaly::StaleHistory),
        }
    }

    /// Something came in.
    pub(super) fn count_for_receipt(&mut self, id: &ConversationId, before: Known) {
        let now = self.known_of(id);
        self.receipt.count(Counted {
            events: now.highest_seq.saturating_sub(before.highest_seq),
            lost: now.lost - before.lost,
            cut: now.cut - before.cut,
            stale: now.stale - before.stale,
        });
    }

    /// The socket is open again: whatever is loaded has to be caught up with.
    pub(super) fn begin_receipt(&mut self) {
        let is_loaded = |id: &&ConversationId| self.conversations.get(id).is_some_and(|open| !open.sync.is_unopened());
        let waits_for: Vec<ConversationId> = self.tabs.order().filter(is_loaded).cloned().collect();
        if !waits_for.is_empty() {
            self.receipt.begin(waits_for);
        }
    }

    /// A conversation is known to be complete, or is not open any more.
    pub(super) fn complete_for_receipt(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        if let Some(text) = self.receipt.complete(id) {
            self.announce(text);
            effects.push(Effect::StartTimer(Timer::Receipt, SHOWN_FOR));
        }
    }
}
