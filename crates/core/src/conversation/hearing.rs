//! Events of a conversation's turns, and what they mean to whoever listens.

use super::{Context, Conversation};
use crate::anomaly::Anomaly;
use crate::retry::Retry;
use crate::transcript::Echo;
use dispatch_contract::{AgentEvent, TurnEvent};

/// What an event meant to whoever listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Nothing,
    TurnStarted,
    TurnEnded,
    TurnFailed,
    /// A message of the person's is not sent by itself any more.
    NotSent,
}

impl Conversation {
    /// Folds an event of this conversation.
    pub(crate) fn event_received(&mut self, event: AgentEvent, context: &mut Context<'_>) -> Heard {
        let (turn_id, event) = match event {
            AgentEvent::Status { .. } => return Heard::Nothing,
            AgentEvent::Unknown { .. } => {
                context.anomalies.count(Anomaly::UnknownEvent);
                return Heard::Nothing;
            }
            AgentEvent::Turn { turn_id, event, .. } => (turn_id, event),
        };
        let was_generating = self.transcript.is_generating();
        let failed = matches!(event, TurnEvent::Error { .. });
        let mut echo = None;
        let mut is_prompt = false;
        if let TurnEvent::UserMessage { text, .. } = &event {
            is_prompt = true;
            if !self.transcript.knows_turn(&turn_id) {
                echo = self.outbox.confirm(text).map(|item| Echo { row: item.row, cursor: item.cursor });
                if echo.is_some() {
                    self.metrics.is_own(&turn_id);
                }
            }
        }
        if self.transcript.is_live_turn(&turn_id) {
            let at = Some(context.at).filter(|at| !self.transcript.may_be_replay(&turn_id, *at));
            self.metrics.apply(&turn_id, &event, at);
        }
        self.retry = Retry::after(self.retry.take(), &event, context.at);
        let applied = self.transcript.apply(&turn_id, event, context.at, echo);
        applied.anomaly.into_iter().for_each(|anomaly| context.anomalies.count(anomaly));
        if is_prompt {
            self.name_after_first_prompt();
        }
        let is_generating = self.transcript.is_generating();
        if !is_generating {
            self.stopping = false;
        }
        if applied.sealed && !self.sync.is_unopened() {
            self.ask_tail(context);
        }
        if applied.sealed {
            self.outbox.forget_stored();
            self.flush(context);
        }
        match (was_generating, is_generating) {
            (false, true) => Heard::TurnStarted,
            (true, false) if failed => Heard::TurnFailed,
            (true, false) => Heard::TurnEnded,
            _ => Heard::Nothing,
        }
    }
}
