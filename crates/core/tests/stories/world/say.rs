//! Short ways to write what a backend tells and stores.

use dispatch_contract::{
    Chunk, ConversationId, Open, OutputStream, RawObject, Role, StepId, StoredChunk, ToolCallId, TurnEvent, Usage,
};

pub(crate) fn id(text: &str) -> ConversationId {
    ConversationId::from(text)
}

/// The prompt that opens a turn.
pub(crate) fn prompt(text: &str) -> TurnEvent {
    TurnEvent::UserMessage { text: text.to_owned(), images: Vec::new() }
}

pub(crate) fn starts() -> TurnEvent {
    TurnEvent::TurnStart {}
}

pub(crate) fn text(delta: &str) -> TurnEvent {
    TurnEvent::TextDelta { delta: delta.to_owned() }
}

pub(crate) fn thinking(delta: &str) -> TurnEvent {
    TurnEvent::ReasoningDelta { delta: delta.to_owned() }
}

pub(crate) fn call(id: &str, step: &str) -> TurnEvent {
    TurnEvent::ToolCall {
        step_id: StepId::from(step),
        tool_call_id: ToolCallId::from(id),
        tool_name: "run".to_owned(),
        input: serde_json::json!({ "command": id }),
    }
}

pub(crate) fn output(id: &str, data: &str) -> TurnEvent {
    piece(id, data, OutputStream::Stdout)
}

pub(crate) fn complaint(id: &str, data: &str) -> TurnEvent {
    piece(id, data, OutputStream::Stderr)
}

fn piece(id: &str, data: &str, stream: OutputStream) -> TurnEvent {
    TurnEvent::ToolOutput { tool_call_id: ToolCallId::from(id), data: data.to_owned(), stream }
}

pub(crate) fn result(id: &str, step: &str) -> TurnEvent {
    TurnEvent::ToolResult {
        step_id: StepId::from(step),
        tool_call_id: ToolCallId::from(id),
        tool_name: "run".to_owned(),
        content: format!("result of {id}"),
        is_error: false,
        duration_ms: Some(12.0),
    }
}

pub(crate) fn error(message: &str, code: Option<&str>) -> TurnEvent {
    TurnEvent::Error { message: message.to_owned(), code: code.map(str::to_owned) }
}

pub(crate) fn usage() -> TurnEvent {
    TurnEvent::Usage { step_id: None, usage: Usage::default() }
}

/// What a step used: so many tokens were written.
pub(crate) fn used(step: &str, output_tokens: u64) -> TurnEvent {
    let usage = Usage { input_tokens: 1000, output_tokens, ..Usage::default() };
    TurnEvent::Usage { step_id: Some(StepId::from(step)), usage }
}

/// A step ends, after so many milliseconds to its first token and so many of decoding.
pub(crate) fn step_took(step: &str, ttft: f64, decode: f64) -> TurnEvent {
    TurnEvent::StepComplete {
        step_id: StepId::from(step),
        ttft_ms: Some(ttft),
        decode_ms: Some(decode),
        gen_total_ms: Some(ttft + decode),
    }
}

pub(crate) fn step_ends(step: &str) -> TurnEvent {
    TurnEvent::StepComplete { step_id: StepId::from(step), ttft_ms: None, decode_ms: None, gen_total_ms: None }
}

pub(crate) fn done() -> TurnEvent {
    TurnEvent::Done { reason: "stop".to_owned(), duration_ms: None, usage: None, context_size: None }
}

pub(crate) fn sealed() -> TurnEvent {
    TurnEvent::TurnSealed {}
}

/// A stored chunk; its seq is the log's business.
pub(crate) fn stored(role: Role, chunk: Chunk) -> StoredChunk {
    StoredChunk { seq: 0, role, chunk: Open::Known(chunk) }
}

pub(crate) fn stored_prompt(text: &str) -> StoredChunk {
    stored(Role::User, Chunk::Text { text: text.to_owned() })
}

pub(crate) fn stored_text(text: &str) -> StoredChunk {
    stored(Role::Assistant, Chunk::Text { text: text.to_owned() })
}

pub(crate) fn stored_call(id: &str, step: Option<&str>) -> StoredChunk {
    let chunk = Chunk::ToolCall {
        tool_call_id: ToolCallId::from(id),
        tool_name: "run".to_owned(),
        input: serde_json::json!({ "command": id }),
        step_id: step.map(StepId::from),
    };
    stored(Role::Assistant, chunk)
}

pub(crate) fn stored_result(id: &str, step: Option<&str>) -> StoredChunk {
    let chunk = Chunk::ToolResult {
        tool_call_id: ToolCallId::from(id),
        tool_name: "run".to_owned(),
        content: format!("result of {id}"),
        is_error: false,
        step_id: step.map(StepId::from),
    };
    stored(Role::Tool, chunk)
}

/// A question and its answer, so many times.
pub(crate) fn talk(times: usize) -> Vec<StoredChunk> {
    (1..=times).flat_map(|n| [stored_prompt(&format!("q{n}")), stored_text(&format!("a{n}"))]).collect()
}

/// The same chunk under this seq.
pub(crate) fn at(seq: u64, chunk: StoredChunk) -> StoredChunk {
    StoredChunk { seq, ..chunk }
}

/// A chunk of a type that this version does not know.
pub(crate) fn stored_unknown(kind: &str) -> StoredChunk {
    let raw = RawObject { tag: kind.to_owned(), fields: serde_json::Map::new() };
    StoredChunk { seq: 0, role: Role::Assistant, chunk: Open::Unknown(raw) }
}
