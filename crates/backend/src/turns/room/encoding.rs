//! An event as text, made once however many watch.

use axum::extract::ws::Utf8Bytes;
use dispatch_contract::AgentEvent;

const OPENING: &str = r#"{"type":"chat.delta","event":"#;
const CLOSING: &str = "}";

/// One event, ready for every kind of watcher.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    frame: Utf8Bytes,
}

impl Encoded {
    pub(crate) fn new(event: &AgentEvent) -> Self {
        let event = serde_json::to_string(event).unwrap_or_else(|error| {
            // Every event is strings, numbers and JSON values: serde_json has no reason to refuse one.
            tracing::error!(%error, "an event cannot be written as JSON");
            "null".to_owned()
        });
        Self { frame: [OPENING, &event, CLOSING].concat().into() }
    }

    /// As the `chat.delta` frame of a socket.
    pub(crate) fn frame(&self) -> Utf8Bytes {
        self.frame.clone()
    }

    /// As a line of a streamed response.
    pub(crate) fn line(&self) -> Utf8Bytes {
        let text = self.frame.as_str();
        let event = text.strip_prefix(OPENING).and_then(|rest| rest.strip_suffix(CLOSING)).unwrap_or(text);
        [event, "\n"].concat().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dispatch_contract::{Open, ServerMessage, TurnEvent};

    #[test]
    fn the_frame_is_the_contracts_and_the_line_is_its_event() {
        let event = AgentEvent::Turn {
            conversation_id: "c".into(),
            turn_id: "t".into(),
            event: TurnEvent::TextDelta { delta: "a \"quoted\" } line\n".to_owned() },
        };
        let encoded = Encoded::new(&event);
        let frame: Open<ServerMessage> = serde_json::from_str(encoded.frame().as_str()).unwrap();
        assert_eq!(frame, Open::Known(ServerMessage::ChatDelta { event: event.clone() }));
        let line = encoded.line();
        assert_eq!(line.as_str().matches('\n').count(), 1);
        assert_eq!(serde_json::from_str::<AgentEvent>(line.as_str()).unwrap(), event);
    }
}
