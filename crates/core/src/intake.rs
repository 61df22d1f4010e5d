//! The one way in for frames: read when they arrive, joined with their neighbours, folded once per animation frame.
//!
//! Fewer events are most of the speed of a stream: thirty deltas that arrived within one frame become one.

use crate::{Fact, RequestId, SocketId};
use dispatch_contract::{AgentEvent, Open, ServerMessage, TurnEvent};
use std::collections::VecDeque;

/// Frames that wait to be folded, oldest first.
#[derive(Debug, Default)]
pub struct Intake {
    waiting: VecDeque<Fact>,
}

impl Intake {
    /// Takes a frame as the socket delivered it.
    pub fn push(&mut self, socket: SocketId, text: &str) {
        let fact = match serde_json::from_str::<Open<ServerMessage>>(text) {
            Err(_) => Fact::FrameUnreadable(socket),
            Ok(message) => {
                let Some(message) = self.join(socket, message) else { return };
                Fact::FrameReceived(socket, message)
            }
        };
        self.waiting.push_back(fact);
    }

    /// Takes a line of an answer to a message that was sent over HTTP. Gives back whether it could be read.
    pub fn push_event(&mut self, request: RequestId, line: &str) -> bool {
        let event = serde_json::from_str::<AgentEvent>(line);
        let is_readable = event.is_ok();
        self.waiting.extend(event.map(|event| Fact::ChatEventReceived(request, event)));
        is_readable
    }

    /// The oldest frame that waits.
    pub fn pop(&mut self) -> Option<Fact> {
        self.waiting.pop_front()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a delta to the frame before it where both are of one run. Gives back what could not be joined.
    fn join(&mut self, socket: SocketId, message: Open<ServerMessage>) -> Option<Open<ServerMessage>> {
        let Some(Fact::FrameReceived(last_socket, Open::Known(ServerMessage::ChatDelta { event: last }))) =
            self.waiting.back_mut()
        else {
            return Some(message);
        };
        let Open::Known(ServerMessage::ChatDelta { event }) = message else { return Some(message) };
        if *last_socket == socket && join_events(last, &event) {
            return None;
        }
        Some(Open::Known(ServerMessage::ChatDelta { event }))
    }
}

fn join_events(last: &mut AgentEvent, next: &AgentEvent) -> bool {
    let (
        AgentEvent::Turn { conversation_id, turn_id, event: last },
        AgentEvent::Turn { conversation_id: next_conversation, turn_id: next_turn, event: next },
    ) = (last, next)
    else {
        return false;
    };
    if conversation_id != next_conversation || turn_id != next_turn {
        return false;
    }
    match (last, next) {
        (TurnEvent::TextDelta { delta }, TurnEvent::TextDelta { delta: more })
        | (TurnEvent::ReasoningDelta { delta }, TurnEvent::ReasoningDelta { delta: more }) => {
            delta.push_str(more);
            true
        }
        (
            TurnEvent::ToolOutput { tool_call_id, data, stream },
            TurnEvent::ToolOutput { tool_call_id: next_call, data: more, stream: next_stream },
        ) if tool_call_id == next_call && stream == next_stream => {
            data.push_str(more);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(kind: &str, turn: &str, text: &str) -> String {
        let event = serde_json::json!({ "type": kind, "conversationId": "c", "turnId": turn, "delta": text });
        serde_json::json!({ "type": "chat.delta", "event": event }).to_string()
    }

    fn drain(mut intake: Intake) -> Vec<Fact> {
        std::iter::from_fn(|| intake.pop()).collect()
    }

    #[test]
    fn neighbouring_deltas_of_one_run_become_one() {
        let mut intake = Intake::default();
        for text in ["a", "b", "c"] {
            intake.push(SocketId(1), &delta("text-delta", "t1", text));
        }
        intake.push(SocketId(1), &delta("reasoning-delta", "t1", "d"));
        intake.push(SocketId(1), &delta("reasoning-delta", "t2", "e"));
        intake.push(SocketId(2), &delta("reasoning-delta", "t2", "f"));
        assert_eq!(drain(intake).len(), 4);
    }

    #[test]
    fn what_cannot_be_read_is_a_fact_too() {
        let mut intake = Intake::default();
        intake.push(SocketId(1), "not json");
        intake.push(SocketId(1), "{\"type\":\"chat.delta\"}");
        intake.push(SocketId(1), "{\"type\":\"from.the.future\"}");
        let facts = drain(intake);
        assert_eq!(facts[..2], [Fact::FrameUnreadable(SocketId(1)), Fact::FrameUnreadable(SocketId(1))]);
        assert!(matches!(&facts[2], Fact::FrameReceived(_, Open::Unknown(_))));
    }
}
