//! What a running turn tells its watchers. None of it has a seq: order is the socket's.

use crate::declare::{records, union};
use crate::open::{known_fields, unknown_fields};
use crate::presence::{optional, or_empty, required};
use crate::wire::{Fields, Wire, object, serde_by_wire};
use crate::{ConversationId, Open, OutputStream, RawObject, StepId, Tagged, ToolCallId, TurnId, Usage};
use serde_json::{Error, Value};

/// One thing that happened in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentEvent {
    /// Free text about what goes on. It never decides whether a turn runs.
    Status {
        /// Where.
        conversation_id: ConversationId,
        /// The text.
        status: String,
    },
    /// Something of a turn.
    Turn {
        /// Where.
        conversation_id: ConversationId,
        /// Which turn.
        turn_id: TurnId,
        /// What.
        event: TurnEvent,
    },
    /// An event this version does not know.
    Unknown {
        /// Where.
        conversation_id: ConversationId,
        /// Which turn, if it says so.
        turn_id: Option<TurnId>,
        /// The rest, as it came.
        raw: RawObject,
    },
}

impl AgentEvent {
    /// The conversation it belongs to.
    pub fn conversation_id(&self) -> &ConversationId {
        match self {
            Self::Status { conversation_id, .. }
            | Self::Turn { conversation_id, .. }
            | Self::Unknown { conversation_id, .. } => conversation_id,
        }
    }
}

union! {
    /// What can happen in a turn.
    #[derive(Clone, Debug, PartialEq)]
    pub enum TurnEvent tagged "type" {
        /// The prompt that opened the turn; its first event, so that every watcher can show it.
        UserMessage = "user-message" {
            /// The words; empty for a prompt of images only.
            text: String = required("text"),
            /// Pictures that came with it (tier L).
            images: Vec<ImageRef> = or_empty("images"),
        },
        /// The turn began.
        TurnStart = "turn-start" {},
        /// More of the answer.
        TextDelta = "text-delta" {
            /// The new words.
            delta: String = required("delta"),
        },
        /// More of the thinking.
        ReasoningDelta = "reasoning-delta" {
            /// The new words.
            delta: String = required("delta"),
        },
        /// The model asked for a tool.
        ToolCall = "tool-call" {
            /// The step that asked; calls of one step run side by side.
            step_id: StepId = required("stepId"),
            /// Joins call, output and result.
            tool_call_id: ToolCallId = required("toolCallId"),
            /// The tool.
            tool_name: String = required("toolName"),
            /// Its arguments.
            input: Value = required("input"),
        },
        /// Live output of a running tool; never stored.
        ToolOutput = "tool-output" {
            /// The call.
            tool_call_id: ToolCallId = required("toolCallId"),
            /// The new output.
            data: String = required("data"),
            /// Where it came from.
            stream: OutputStream = required("stream"),
        },
        /// A tool answered.
        ToolResult = "tool-result" {
            /// The step that asked.
            step_id: StepId = required("stepId"),
            /// The call.
            tool_call_id: ToolCallId = required("toolCallId"),
            /// The tool.
            tool_name: String = required("toolName"),
            /// The answer.
            content: String = required("content"),
            /// Whether it failed.
            is_error: bool = required("isError"),
            /// Milliseconds it took.
            duration_ms: Option<f64> = optional("durationMs"),
        },
        /// Tokens so far; may repeat for a step, the newest replaces.
        Usage = "usage" {
            /// The step; absent from backends that count per turn.
            step_id: Option<StepId> = optional("stepId"),
            /// The tokens.
            usage: Usage = required("usage"),
        },
        /// A step ended.
        StepComplete = "step-complete" {
            /// The step.
            step_id: StepId = required("stepId"),
            /// Milliseconds to the first token.
            ttft_ms: Option<f64> = optional("ttftMs"),
            /// Milliseconds from the first token to the last.
            decode_ms: Option<f64> = optional("decodeMs"),
            /// Milliseconds of the whole request.
            gen_total_ms: Option<f64> = optional("genTotalMs"),
        },
        /// The turn failed.
        Error = "error" {
            /// What went wrong, in the backend's words.
            message: String = required("message"),
            /// A code for it.
            code: Option<String> = optional("code"),
        },
        /// The model finished; the turn is not stored yet.
        Done = "done" {
            /// Why it ended, such as `stop` or `aborted`.
            reason: String = required("reason"),
            /// Wall time in milliseconds.
            duration_ms: Option<f64> = optional("durationMs"),
            /// The sum over the steps.
            usage: Option<Usage> = optional("usage"),
            /// What the conversation occupies now, in tokens.
            context_size: Option<u64> = optional("contextSize"),
        },
        /// Everything of the turn is stored.
        TurnSealed = "turn-sealed" {},
        /// A queued message was put into the running turn (tier L).
        Steering = "steering" {
            /// The message.
            text: String = required("text"),
        },
        /// The backend waits before it asks the provider again (tier L).
        ProviderRetry = "provider-retry" {
            /// Which retry, from 0.
            attempt: u32 = required("attempt"),
            /// How long it waits, in milliseconds.
            delay_ms: f64 = required("delayMs"),
            /// Why, in the provider's words.
            message: String = required("message"),
            /// A code for it.
            code: Option<String> = optional("code"),
        },
    }
}

records! {
    /// A picture that goes with a prompt (tier L).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ImageRef {
        /// A data URL, an http(s) URL, or a path on the backend.
        pub url: String = required("url"),
        /// The picture's type.
        pub mime_type: Option<String> = optional("mimeType"),
    }
}

const STATUS: &str = "status";

impl Wire for AgentEvent {
    fn read(json: &mut Value) -> Result<Self, Error> {
        let fields = object(json)?;
        let conversation_id = required::read(fields, "conversationId")?;
        if fields.get(TurnEvent::TAG).and_then(Value::as_str) == Some(STATUS) {
            return Ok(Self::Status { conversation_id, status: required::read(fields, "status")? });
        }
        match Open::<TurnEvent>::read_fields(fields)? {
            Open::Known(event) => Ok(Self::Turn { conversation_id, turn_id: required::read(fields, "turnId")?, event }),
            Open::Unknown(mut raw) => {
                raw.fields.remove("conversationId");
                // What an unknown event calls `turnId` may be anything; it is never a reason to refuse the event.
                let turn_id = raw.fields.get("turnId").and_then(Value::as_str).map(TurnId::from);
                if turn_id.is_some() {
                    raw.fields.remove("turnId");
                }
                Ok(Self::Unknown { conversation_id, turn_id, raw })
            }
        }
    }

    fn write(&self) -> Value {
        let (turn_id, mut fields) = match self {
            Self::Status { status, .. } => {
                let mut fields = Fields::new();
                fields.insert(TurnEvent::TAG.to_owned(), Value::from(STATUS));
                required::write(status, &mut fields, "status");
                (None, fields)
            }
            Self::Turn { turn_id, event, .. } => (Some(turn_id), known_fields(event)),
            Self::Unknown { turn_id, raw, .. } => (turn_id.as_ref(), unknown_fields(raw, TurnEvent::TAG)),
        };
        required::write(self.conversation_id(), &mut fields, "conversationId");
        if let Some(turn_id) = turn_id {
            required::write(turn_id, &mut fields, "turnId");
        }
        Value::Object(fields)
    }
}

serde_by_wire!(AgentEvent);
