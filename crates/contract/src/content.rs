//! What conversations are made of: chunks, and the metrics of the steps and turns that produced them.

use crate::{Open, Role, StepId, Tagged, ToolCallId, TurnId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One ordered piece of a message; append-only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Chunk {
    /// What somebody said.
    Text {
        /// Markdown from the model, plain words from the person.
        text: String,
    },
    /// What the model thought before it answered.
    Thinking {
        /// The thought.
        text: String,
    },
    /// The model asked for a tool.
    ToolCall {
        /// Joins the call with its result.
        tool_call_id: ToolCallId,
        /// The tool.
        tool_name: String,
        /// Its arguments, any JSON.
        input: Value,
        /// The step that asked; absent on rows stored before step ids existed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_id: Option<StepId>,
    },
    /// A tool answered.
    ToolResult {
        /// The call this answers.
        tool_call_id: ToolCallId,
        /// The tool.
        tool_name: String,
        /// The answer's text.
        content: String,
        /// Whether the tool failed.
        is_error: bool,
        /// The step that asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_id: Option<StepId>,
    },
    /// The turn failed here.
    Error {
        /// What went wrong, in the backend's words.
        message: String,
        /// A code for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// A note of the backend's.
    System {
        /// The note.
        text: String,
    },
    /// A picture (tier L).
    Image {
        /// A data URL, an http(s) URL, or a path on the backend.
        url: String,
        /// The picture's type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
    },
}

impl Tagged for Chunk {
    const TAG: &'static str = "type";
}

/// A chunk of the durable history. It carries no turn id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredChunk {
    /// Its number in the conversation: 1-based, monotonic, without gaps.
    pub seq: u64,
    /// Who it speaks for.
    pub role: Role,
    /// The piece itself.
    pub chunk: Open<Chunk>,
}

/// Tokens of one request, or of several added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The whole prompt, the cached part included.
    pub input_tokens: u64,
    /// What the model wrote.
    pub output_tokens: u64,
    /// The part of the prompt that came from the cache; absent where the provider does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_tokens: Option<u64>,
    /// The part of the prompt that was put into the cache; absent where the provider does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
}

/// What one step took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepMetrics {
    /// The step.
    pub step_id: StepId,
    /// Its tokens.
    pub usage: Usage,
    /// Milliseconds to the first token; present when one was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttft_ms: Option<f64>,
    /// Milliseconds from the first token to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode_ms: Option<f64>,
    /// Milliseconds of the whole request: `ttftMs + decodeMs` when a first token was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gen_total_ms: Option<f64>,
}

/// What one sealed turn took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnMetrics {
    /// The turn.
    pub turn_id: TurnId,
    /// The sum over its steps.
    pub usage: Usage,
    /// Wall time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Its steps in order.
    pub steps: Vec<StepMetrics>,
    /// What the conversation occupies now: the final step's input and output tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_size: Option<u64>,
}
