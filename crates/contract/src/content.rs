//! What conversations are made of: chunks, and the metrics of the steps and turns that produced them.

use crate::declare::{records, union};
use crate::presence::{optional, required};
use crate::{Open, Role, StepId, ToolCallId, TurnId};
use serde_json::Value;

union! {
    /// One ordered piece of a message; append-only.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Chunk tagged "type" {
        /// What somebody said.
        Text = "text" {
            /// Markdown from the model, plain words from the person.
            text: String = required("text"),
        },
        /// What the model thought before it answered.
        Thinking = "thinking" {
            /// The thought.
            text: String = required("text"),
        },
        /// The model asked for a tool.
        ToolCall = "tool-call" {
            /// Joins the call with its result.
            tool_call_id: ToolCallId = required("toolCallId"),
            /// The tool.
            tool_name: String = required("toolName"),
            /// Its arguments, any JSON.
            input: Value = required("input"),
            /// The step that asked; absent on rows stored before step ids existed.
            step_id: Option<StepId> = optional("stepId"),
        },
        /// A tool answered.
        ToolResult = "tool-result" {
            /// The call this answers.
            tool_call_id: ToolCallId = required("toolCallId"),
            /// The tool.
            tool_name: String = required("toolName"),
            /// The answer's text.
            content: String = required("content"),
            /// Whether the tool failed.
            is_error: bool = required("isError"),
            /// The step that asked.
            step_id: Option<StepId> = optional("stepId"),
        },
        /// The turn failed here.
        Error = "error" {
            /// What went wrong, in the backend's words.
            message: String = required("message"),
            /// A code for it.
            code: Option<String> = optional("code"),
        },
        /// A note of the backend's.
        System = "system" {
            /// The note.
            text: String = required("text"),
        },
        /// A picture (tier L).
        Image = "image" {
            /// A data URL, an http(s) URL, or a path on the backend.
            url: String = required("url"),
            /// The picture's type.
            mime_type: Option<String> = optional("mimeType"),
        },
    }
}

records! {
    /// A chunk of the durable history. It carries no turn id.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StoredChunk {
        /// Its number in the conversation: 1-based, monotonic, without gaps.
        pub seq: u64 = required("seq"),
        /// Who it speaks for.
        pub role: Role = required("role"),
        /// The piece itself.
        pub chunk: Open<Chunk> = required("chunk"),
    }

    /// Tokens of one request, or of several added up.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Usage {
        /// The whole prompt, the cached part included.
        pub input_tokens: u64 = required("inputTokens"),
        /// What the model wrote.
        pub output_tokens: u64 = required("outputTokens"),
        /// The part of the prompt that came from the cache; absent where the provider does not tell.
        pub cache_read_tokens: Option<u64> = optional("cacheReadTokens"),
        /// The part of the prompt that was put into the cache; absent where the provider does not tell.
        pub cache_write_tokens: Option<u64> = optional("cacheWriteTokens"),
    }

    /// What one step took.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StepMetrics {
        /// The step.
        pub step_id: StepId = required("stepId"),
        /// Its tokens.
        pub usage: Usage = required("usage"),
        /// Milliseconds to the first token; present when one was seen.
        pub ttft_ms: Option<f64> = optional("ttftMs"),
        /// Milliseconds from the first token to the last.
        pub decode_ms: Option<f64> = optional("decodeMs"),
        /// Milliseconds of the whole request: `ttftMs + decodeMs` when a first token was seen.
        pub gen_total_ms: Option<f64> = optional("genTotalMs"),
    }

    /// What one sealed turn took.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TurnMetrics {
        /// The turn.
        pub turn_id: TurnId = required("turnId"),
        /// The sum over its steps.
        pub usage: Usage = required("usage"),
        /// Wall time in milliseconds.
        pub duration_ms: Option<f64> = optional("durationMs"),
        /// Its steps in order.
        pub steps: Vec<StepMetrics> = required("steps"),
        /// What the conversation occupies now: the final step's input and output tokens.
        pub context_size: Option<u64> = optional("contextSize"),
    }
}
