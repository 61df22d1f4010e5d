//! What a transcript is made of, in the core's own words: the one place where wire chunks are read.

use dispatch_contract::{Chunk, Open, RawObject, Role, StepId, StoredChunk, ToolCallId};
use serde_json::Value;

/// One piece of a conversation, without its place in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The person's words.
    Prompt(String),
    /// The model's answer, Markdown.
    Text(String),
    /// The model's thinking.
    Thinking(String),
    /// A request for a tool.
    ToolCall {
        /// Joins it with its output and result.
        id: ToolCallId,
        /// The tool.
        name: String,
        /// Its arguments.
        input: Value,
        /// The step that asked, where it is known.
        step: Option<StepId>,
    },
    /// A tool's answer.
    ToolResult {
        /// The call it answers.
        id: ToolCallId,
        /// The tool.
        name: String,
        /// The answer.
        content: String,
        /// Whether the tool failed.
        is_error: bool,
        /// The step that asked, where it is known.
        step: Option<StepId>,
    },
    /// The turn failed.
    Error {
        /// The backend's words.
        message: String,
        /// Its code.
        code: Option<String>,
    },
    /// A note of the backend's.
    System(String),
    /// A picture.
    Image {
        /// Where it is.
        url: String,
        /// Its type.
        mime_type: Option<String>,
    },
    /// A chunk of a type this version does not know.
    Unknown(RawObject),
}

/// What identifies an entry inside its turn, live or stored: a tool's id, else its place among its own kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntryKey {
    Call(ToolCallId),
    Result(ToolCallId),
    Nth(Kind, usize),
}

/// The kinds of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Prompt,
    Text,
    Thinking,
    Tool,
    Error,
    System,
    Image,
    Unknown,
}

impl Content {
    /// Reads a stored chunk.
    pub(crate) fn from_wire(stored: StoredChunk) -> (u64, Self) {
        let StoredChunk { seq, role, chunk } = stored;
        let known = match chunk {
            Open::Known(chunk) => chunk,
            Open::Unknown(raw) => return (seq, Self::Unknown(raw)),
        };
        let content = match known {
            Chunk::Text { text } => match role {
                Role::User => Self::Prompt(text),
                Role::System => Self::System(text),
                Role::Assistant | Role::Tool | Role::Unknown(_) => Self::Text(text),
            },
            Chunk::Thinking { text } => Self::Thinking(text),
            Chunk::ToolCall { tool_call_id, tool_name, input, step_id } => {
                Self::ToolCall { id: tool_call_id, name: tool_name, input, step: step_id }
            }
            Chunk::ToolResult { tool_call_id, tool_name, content, is_error, step_id } => {
                Self::ToolResult { id: tool_call_id, name: tool_name, content, is_error, step: step_id }
            }
            Chunk::Error { message, code } => Self::Error { message, code },
            Chunk::System { text } => Self::System(text),
            Chunk::Image { url, mime_type } => Self::Image { url, mime_type },
        };
        (seq, content)
    }

    /// The stored chunk that reads as this.
    pub(crate) fn to_wire(&self, seq: u64) -> StoredChunk {
        let (role, chunk) = match self.clone() {
            Self::Prompt(text) => (Role::User, Chunk::Text { text }),
            Self::Text(text) => (Role::Assistant, Chunk::Text { text }),
            Self::Thinking(text) => (Role::Assistant, Chunk::Thinking { text }),
            Self::ToolCall { id, name, input, step } => {
                (Role::Assistant, Chunk::ToolCall { tool_call_id: id, tool_name: name, input, step_id: step })
            }
            Self::ToolResult { id, name, content, is_error, step } => {
                let (tool_call_id, tool_name, step_id) = (id, name, step);
                (Role::Tool, Chunk::ToolResult { tool_call_id, tool_name, content, is_error, step_id })
            }
            Self::Error { message, code } => (Role::Assistant, Chunk::Error { message, code }),
            Self::System(text) => (Role::System, Chunk::System { text }),
            Self::Image { url, mime_type } => (Role::User, Chunk::Image { url, mime_type }),
            Self::Unknown(raw) => {
                return StoredChunk { seq, role: Role::Assistant, chunk: Open::Unknown(raw) };
            }
        };
        StoredChunk { seq, role, chunk: Open::Known(chunk) }
    }

    /// The person's words, if that is what it is.
    pub fn prompt(&self) -> Option<&str> {
        if let Self::Prompt(text) = self { Some(text) } else { None }
    }

    /// The step that asked for a tool, if that is what it is, and where it is known.
    pub fn step(&self) -> Option<&StepId> {
        if let Self::ToolCall { step, .. } | Self::ToolResult { step, .. } = self { step.as_ref() } else { None }
    }

    /// The words of anybody: what was said, answered or thought.
    pub fn words(&self) -> Option<&str> {
        if let Self::Prompt(text) | Self::Text(text) | Self::Thinking(text) = self { Some(text) } else { None }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Prompt(_) => Kind::Prompt,
            Self::Text(_) => Kind::Text,
            Self::Thinking(_) => Kind::Thinking,
            Self::ToolCall { .. } | Self::ToolResult { .. } => Kind::Tool,
            Self::Error { .. } => Kind::Error,
            Self::System(_) => Kind::System,
            Self::Image { .. } => Kind::Image,
            Self::Unknown(_) => Kind::Unknown,
        }
    }
}

/// Gives each entry of one turn its key.
pub(crate) fn entry_keys<'a>(entries: impl Iterator<Item = &'a Content>) -> Vec<EntryKey> {
    let mut seen = [0; Kind::Unknown as usize + 1];
    entries
        .map(|content| {
            if let Content::ToolCall { id, .. } = content {
                return EntryKey::Call(id.clone());
            }
            if let Content::ToolResult { id, .. } = content {
                return EntryKey::Result(id.clone());
            }
            let kind = content.kind();
            let nth: &mut usize = &mut seen[kind as usize];
            *nth += 1;
            EntryKey::Nth(kind, *nth)
        })
        .collect()
}
