//! From events to chunks. History must say exactly what the watchers were told: a run of deltas becomes one chunk, in the
//! order of the events, and nothing is stored that was not told.

use crate::store::NewChunk;
use dispatch_contract::{Chunk, Role, TurnEvent};

/// The chunks of what has been told and is not stored yet.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    chunks: Vec<NewChunk>,
    /// Whether the last chunk is a run that the next delta of its kind continues.
    open: bool,
}

impl Recorder {
    /// Takes note of one event.
    pub(super) fn record(&mut self, event: &TurnEvent) {
        match event {
            TurnEvent::TextDelta { delta } => self.extend(delta, Chunk::Text { text: String::new() }),
            TurnEvent::ReasoningDelta { delta } => self.extend(delta, Chunk::Thinking { text: String::new() }),
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
        std::mem::take(&mut self.chunks)
    }

    fn extend(&mut self, delta: &str, empty: Chunk) {
        let last = self.chunks.last_mut().filter(|_| self.open).map(|last| &mut last.chunk);
        match (last, empty) {
            (Some(Chunk::Text { text }), Chunk::Text { .. })
            | (Some(Chunk::Thinking { text }), Chunk::Thinking { .. }) => text.push_str(delta),
            (_, mut run) => {
                if let Chunk::Text { text } | Chunk::Thinking { text } = &mut run {
                    text.push_str(delta);
                }
                self.chunks.push(NewChunk { role: Role::Assistant, chunk: run });
                self.open = true;
            }
        }
    }

    fn close_with(&mut self, role: Role, chunk: Chunk) {
        self.chunks.push(NewChunk { role, chunk });
        self.open = false;
    }
}
