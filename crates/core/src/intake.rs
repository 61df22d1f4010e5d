//! The one way in for frames: read when they arrive, joined with their neighbours, folded once per animation frame.
//!
//! Fewer events are most of the speed of a stream: thirty deltas that arrived within one frame become one. The rest is that
//! frames of one run differ in nothing but their words, so that only those are read of all but the first.

use crate::{Fact, RequestId, SocketId};
use dispatch_contract::{AgentEvent, Open, ServerMessage, TurnEvent};
use std::collections::VecDeque;

/// Frames that wait to be folded, oldest first.
#[derive(Debug, Default)]
pub struct Intake {
    waiting: VecDeque<Fact>,
    /// How the last frame that waits is written, if it is of a run.
    run: Option<Run>,
}

/// How the frames of a run are written: what stands before their words, and behind them.
#[derive(Debug)]
struct Run {
    socket: SocketId,
    before: String,
    behind: String,
}

impl Intake {
    /// Takes a frame as the socket delivered it.
    pub fn push(&mut self, socket: SocketId, text: &str) {
        if self.push_words(socket, text).is_some() {
            return;
        }
        let fact = match serde_json::from_str::<Open<ServerMessage>>(text) {
            Err(_) => Fact::FrameUnreadable(socket),
            Ok(mut message) => {
                let run = run(socket, &mut message, text);
                let left = self.join(socket, message);
                self.run = run;
                let Some(message) = left else { return };
                Fact::FrameReceived(socket, message)
            }
        };
        self.waiting.push_back(fact);
    }

    /// Takes a frame that is written like the one before it, but for its words. Nothing if it is not.
    fn push_words(&mut self, socket: SocketId, text: &str) -> Option<()> {
        let run = self.run.as_ref().filter(|run| run.socket == socket)?;
        let words = text.strip_prefix(run.before.as_str())?.strip_suffix(run.behind.as_str())?;
        let Fact::FrameReceived(_, last) = self.waiting.back_mut()? else { return None };
        let last = words_of(event_of(last)?)?;
        if words.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            last.push_str(words);
        } else {
            last.push_str(&read(words)?);
        }
        Some(())
    }

    /// Takes a line of an answer to a message that was sent over HTTP. Gives back whether it could be read.
    pub fn push_event(&mut self, request: RequestId, line: &str) -> bool {
        let event = serde_json::from_str::<AgentEvent>(line);
        let is_readable = event.is_ok();
        self.run = None;
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

/// What happened in a turn, if that is what a message tells.
fn event_of(message: &mut Open<ServerMessage>) -> Option<&mut TurnEvent> {
    if let Open::Known(ServerMessage::ChatDelta { event: AgentEvent::Turn { event, .. } }) = message {
        Some(event)
    } else {
        None
    }
}

/// The words that an event adds to a run, if that is what it does.
fn words_of(event: &mut TurnEvent) -> Option<&mut String> {
    if let TurnEvent::TextDelta { delta: words }
    | TurnEvent::ReasoningDelta { delta: words }
    | TurnEvent::ToolOutput { data: words, .. } = event
    {
        Some(words)
    } else {
        None
    }
}

/// How a frame is written, if it is of a run and that can be told. A quotation mark within a string has a backslash before
/// it, so what is found here is a key, and the words are its value.
fn run(socket: SocketId, message: &mut Open<ServerMessage>, text: &str) -> Option<Run> {
    let event = event_of(message)?;
    let key = if matches!(event, TurnEvent::ToolOutput { .. }) { "\"data\":\"" } else { "\"delta\":\"" };
    let words = words_of(event)?;
    let (before, rest) = text.split_once(key)?;
    let mut is_escaped = false;
    let end = rest.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    let (written, behind) = rest.split_at(end);
    // There may be others of that name somewhere in it.
    let is_it = !behind.contains(key) && read(written)? == *words;
    is_it.then(|| Run { socket, before: [before, key].concat(), behind: behind.to_owned() })
}

/// What is written between the quotation marks of a string.
fn read(written: &str) -> Option<String> {
    serde_json::from_str(&["\"", written, "\""].concat()).ok()
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
    use proptest::prelude::*;

    fn delta(kind: &str, turn: &str, text: &str) -> String {
        let event = serde_json::json!({ "type": kind, "conversationId": "c", "turnId": turn, "delta": text });
        serde_json::json!({ "type": "chat.delta", "event": event }).to_string()
    }

    /// A frame as some backend might write it, with other fields around the words, or before them.
    fn written(layout: usize, kind: &str, turn: &str, words: &str) -> String {
        let words = serde_json::Value::from(words);
        let of = format!(r#""conversationId":"c","turnId":"{turn}","type":"{kind}""#);
        let output = r#""toolCallId":"t","stream":"stdout""#;
        let key = if kind == "tool-output" { "data" } else { "delta" };
        match layout {
            0 => format!(r#"{{"type":"chat.delta","event":{{{of},"{key}":{words},{output}}}}}"#),
            1 => format!(r#"{{"type":"chat.delta","event":{{"{key}" : {words},{of},{output}}}}}"#),
            2 => format!(r#"{{"event":{{"{key}":{words},{output},{of}}},"more":{{"delta":"a"}},"type":"chat.delta"}}"#),
            3 => format!(r#"{{"event":{{{output},{of},"{key}":{words}}},"said":"\"delta\":\"a","type":"chat.delta"}}"#),
            // One that is no JSON where the words have a quotation mark.
            _ => {
                let bare = words.as_str().unwrap_or_default();
                format!(r#"{{"type":"chat.delta","event":{{{of},"{key}":"{bare}",{output}}}}}"#)
            }
        }
    }

    fn words() -> impl Strategy<Value = String> {
        const PIECES: [&str; 10] =
            ["a", "bc ", "\"", "\\", "\n", "é", "\u{1f642}", "\"delta\":\"", "\",\"x\":\"", "\u{1}"];
        proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn reading_only_the_words_is_reading(
            frames in proptest::collection::vec((0..5_usize, 0..4_usize, 0..2_u64, 0..2_u64, words(), any::<bool>()), 0..24)
        ) {
            let (mut quick, mut whole) = (Intake::default(), Intake::default());
            for (layout, kind, turn, socket, words, pops) in frames {
                let kind = ["text-delta", "reasoning-delta", "tool-output", "turn-start"][kind];
                let frame = written(layout, kind, &format!("t{turn}"), &words);
                quick.push(SocketId(socket), &frame);
                whole.run = None;
                whole.push(SocketId(socket), &frame);
                if pops {
                    prop_assert_eq!(quick.pop(), whole.pop());
                }
            }
            prop_assert_eq!(drain(quick), drain(whole));
        }
    }

    #[test]
    fn a_run_is_read_by_its_words_alone() {
        let mut intake = Intake::default();
        intake.push(SocketId(1), &delta("text-delta", "t1", "a"));
        let run = intake.run.as_ref().map(|run| (run.before.clone(), run.behind.clone()));
        let (before, behind) = run.unwrap_or_default();
        assert_eq!([&before, "a", &behind].concat(), delta("text-delta", "t1", "a"));
        assert_eq!(intake.push_words(SocketId(1), &delta("text-delta", "t1", "\"b\"\n")), Some(()));
        assert_eq!(intake.push_words(SocketId(1), &delta("text-delta", "t2", "c")), None);
        assert_eq!(intake.push_words(SocketId(2), &delta("text-delta", "t1", "c")), None);
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
