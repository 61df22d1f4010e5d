//! From events to chunks. History must say exactly what the watchers were told: a run of deltas becomes one chunk, in the
//! order of the events, and nothing is stored that was not told.

use crate::store::{NewChunk, Told, join};
use dispatch_contract::{Chunk, Role, TurnEvent};

/// The chunks of what has been told and is not stored yet.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    chunks: Vec<NewChunk>,
    /// Whether the last chunk is a run that the next delta of its kind continues.
    open: bool,
    /// So many chunks are kept already, and so many bytes of the run after them.
    kept: (usize, usize),
}

impl Recorder {
    /// Takes note of one event.
    pub(super) fn record(&mut self, event: &TurnEvent) {
        match event {
            TurnEvent::TextDelta { delta } => self.extend(Chunk::Text { text: delta.clone() }),
            TurnEvent::ReasoningDelta { delta } => self.extend(Chunk::Thinking { text: delta.clone() }),
            TurnEvent::ToolCall { step_id, tool_call_id, tool_name, input } => self.close_with(
                Role::Assistant,
                Chunk::ToolCall {
                    tool_call_id: tool_call_id.clone(),
                    tool_name: tool_name.clone(),
                    input: input.clone(),
                    step_id: Some(step_id.clone()),
                },
            ),
            TurnEvent::ToolResult { step_id, tool_call_id, tool_name, content, is_error, duration_ms: _ } => self
                .close_with(
                    Role::Tool,
                    Chunk::ToolResult {
                        tool_call_id: tool_call_id.clone(),
                        tool_name: tool_name.clone(),
                        content: content.clone(),
                        is_error: *is_error,
                        step_id: Some(step_id.clone()),
                    },
                ),
            TurnEvent::Error { message, code } => {
                self.close_with(Role::Assistant, Chunk::Error { message: message.clone(), code: code.clone() });
            }
            // Somebody put it in: it is the person's, wherever it stands.
            TurnEvent::Steering { text } => self.close_with(Role::User, Chunk::Text { text: text.clone() }),
            // A step's end closes a run: the next step's text is another chunk, as its deltas are another run.
            TurnEvent::StepComplete { .. } => self.open = false,
            // The person's message is stored before it is told.
            TurnEvent::UserMessage { .. }
            | TurnEvent::TurnStart {}
            | TurnEvent::ToolOutput { .. }
            | TurnEvent::Usage { .. }
            | TurnEvent::Done { .. }
            | TurnEvent::TurnSealed {}
            | TurnEvent::ProviderRetry { .. } => {}
        }
    }

    /// What was recorded since the last time.
    pub(super) fn take(&mut self) -> Vec<NewChunk> {
        self.open = false;
        self.kept = (0, 0);
        std::mem::take(&mut self.chunks)
    }

    /// What was recorded and not asked for here before. Of a run that goes on, the words that have come.
    pub(super) fn news(&mut self) -> Vec<Told> {
        let (first, bytes) = self.kept;
        let mut news = Vec::new();
        for (place, new) in self.chunks.iter().enumerate().skip(first) {
            let known = if place == first { bytes } else { 0 };
            let mut part = new.clone();
            if let Chunk::Text { text } | Chunk::Thinking { text } = &mut part.chunk {
                text.drain(..known);
                if text.is_empty() {
                    continue;
                }
            }
            news.push(Told { place, part });
        }
        self.kept = match self.chunks.last() {
            Some(NewChunk { chunk: Chunk::Text { text } | Chunk::Thinking { text }, .. }) if self.open => {
                (self.chunks.len() - 1, text.len())
            }
            _ => (self.chunks.len(), 0),
        };
        news
    }

    fn extend(&mut self, words: Chunk) {
        let run = self.chunks.last_mut().filter(|_| self.open);
        if let Some(begun) = join(run, NewChunk { role: Role::Assistant, chunk: words }) {
            self.chunks.push(begun);
            self.open = true;
        }
    }

    fn close_with(&mut self, role: Role, chunk: Chunk) {
        self.chunks.push(NewChunk { role, chunk });
        self.open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::Database;
    use crate::store::{NewTurn, Store, Window};
    use dispatch_contract::{ConversationId, Open, TurnId};

    fn text(delta: &str) -> TurnEvent {
        TurnEvent::TextDelta { delta: delta.to_owned() }
    }

    fn thinking(delta: &str) -> TurnEvent {
        TurnEvent::ReasoningDelta { delta: delta.to_owned() }
    }

    fn call(id: &str) -> TurnEvent {
        TurnEvent::ToolCall {
            step_id: "s".into(),
            tool_call_id: id.into(),
            tool_name: "read".to_owned(),
            input: serde_json::json!({ "path": "a" }),
        }
    }

    /// What is kept of a turn that told these events, where it is kept after every so many of them.
    async fn kept(events: &[TurnEvent], every: usize) -> Vec<Chunk> {
        let store = Store::open(&Database::Memory, Clock::system()).unwrap();
        let conversation = ConversationId::from("c");
        let turn = NewTurn {
            conversation: conversation.clone(),
            turn_id: TurnId::from("t"),
            model: "scripted/steady".to_owned(),
            message: "go".to_owned(),
            chunks: Vec::new(),
            waited: None,
        };
        store.begin_turn(turn).await.unwrap();
        let mut recorder = Recorder::default();
        for part in events.chunks(every) {
            part.iter().for_each(|event| recorder.record(event));
            store.keep_told(&TurnId::from("t"), recorder.news());
        }
        assert_eq!(recorder.news(), [], "everything is kept once");
        store.seal_lost_turns().await.unwrap();
        let mut chunks = store.history(&conversation, Window::default()).await.unwrap();
        chunks.pop();
        let known = |chunk| if let Open::Known(chunk) = chunk { chunk } else { panic!("{chunk:?}") };
        chunks.into_iter().map(|stored| known(stored.chunk)).collect()
    }

    #[tokio::test]
    async fn what_is_kept_is_what_was_told_however_often_it_is_kept() {
        let ends = TurnEvent::StepComplete { step_id: "s".into(), ttft_ms: None, decode_ms: None, gen_total_ms: None };
        let events = [
            thinking("let "),
            thinking("me see"),
            text("ä"),
            text("öü"),
            call("1"),
            call("2"),
            text("more"),
            ends,
            text("and "),
            text("more"),
        ];
        let mut recorder = Recorder::default();
        events.iter().for_each(|event| recorder.record(event));
        let told: Vec<Chunk> = recorder.take().into_iter().map(|new| new.chunk).collect();
        assert_eq!(told.len(), 6);
        for every in 1..=events.len() {
            assert_eq!(kept(&events, every).await, told, "every {every} events");
        }
    }
}
