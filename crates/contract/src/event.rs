//! What a running turn tells its watchers. None of it has a seq: order is the socket's.

use crate::open::in_field;
use crate::{ConversationId, Open, OutputStream, StepId, Tagged, ToolCallId, TurnId, Usage};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::{Map, Value};

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
        raw: crate::RawObject,
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

/// What can happen in a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum TurnEvent {
    /// The prompt that opened the turn; its first event, so that every watcher can show it.
    UserMessage {
        /// The words; empty for a prompt of images only.
        text: String,
        /// Pictures that came with it (tier L).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<ImageRef>,
    },
    /// The turn began.
    TurnStart {},
    /// More of the answer.
    TextDelta {
        /// The new words.
        delta: String,
    },
    /// More of the thinking.
    ReasoningDelta {
        /// The new words.
        delta: String,
    },
    /// The model asked for a tool.
    ToolCall {
        /// The step that asked; calls of one step run side by side.
        step_id: StepId,
        /// Joins call, output and result.
        tool_call_id: ToolCallId,
        /// The tool.
        tool_name: String,
        /// Its arguments.
        input: Value,
    },
    /// Live output of a running tool; never stored.
    ToolOutput {
        /// The call.
        tool_call_id: ToolCallId,
        /// The new output.
        data: String,
        /// Where it came from.
        stream: OutputStream,
    },
    /// A tool answered.
    ToolResult {
        /// The step that asked.
        step_id: StepId,
        /// The call.
        tool_call_id: ToolCallId,
        /// The tool.
        tool_name: String,
        /// The answer.
        content: String,
        /// Whether it failed.
        is_error: bool,
        /// Milliseconds it took.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration_ms: Option<f64>,
    },
    /// Tokens so far; may repeat for a step, the newest replaces.
    Usage {
        /// The step; absent from backends that count per turn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_id: Option<StepId>,
        /// The tokens.
        usage: Usage,
    },
    /// A step ended.
    StepComplete {
        /// The step.
        step_id: StepId,
        /// Milliseconds to the first token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ttft_ms: Option<f64>,
        /// Milliseconds from the first token to the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decode_ms: Option<f64>,
        /// Milliseconds of the whole request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gen_total_ms: Option<f64>,
    },
    /// The turn failed.
    Error {
        /// What went wrong, in the backend's words.
        message: String,
        /// A code for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// The model finished; the turn is not stored yet.
    Done {
        /// Why it ended, such as `stop` or `aborted`.
        reason: String,
        /// Wall time in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration_ms: Option<f64>,
        /// The sum over the steps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<Usage>,
        /// What the conversation occupies now, in tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        context_size: Option<u64>,
    },
    /// Everything of the turn is stored.
    TurnSealed {},
    /// A queued message was put into the running turn (tier L).
    Steering {
        /// The message.
        text: String,
    },
    /// The backend waits before it asks the provider again (tier L).
    ProviderRetry {
        /// Which retry, from 0.
        attempt: u32,
        /// How long it waits, in milliseconds.
        delay_ms: f64,
        /// Why, in the provider's words.
        message: String,
        /// A code for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
}

impl Tagged for TurnEvent {
    const TAG: &'static str = "type";
}

/// A picture that goes with a prompt (tier L).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageRef {
    /// A data URL, an http(s) URL, or a path on the backend.
    pub url: String,
    /// The picture's type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}

const STATUS: &str = "status";

fn required<T: DeserializeOwned>(name: &'static str, value: Option<Value>) -> Result<T, serde_json::Error> {
    match value {
        Some(value) => T::deserialize(value).map_err(|error| in_field(name, error)),
        None => Err(serde_json::Error::missing_field(name)),
    }
}

impl AgentEvent {
    fn from_fields(mut fields: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let conversation_id = required("conversationId", fields.remove("conversationId"))?;
        if fields.get("type").and_then(Value::as_str) == Some(STATUS) {
            let status = required("status", fields.remove("status"))?;
            return Ok(Self::Status { conversation_id, status });
        }
        let turn_id = fields.remove("turnId");
        match Open::<TurnEvent>::from_fields(fields)? {
            Open::Known(event) => Ok(Self::Turn { conversation_id, turn_id: required("turnId", turn_id)?, event }),
            Open::Unknown(mut raw) => {
                // What an unknown event calls `turnId` may be anything; it is never a reason to refuse the event.
                let turn_id = match turn_id {
                    Some(Value::String(id)) => Some(TurnId::new(id)),
                    Some(other) => {
                        raw.fields.insert("turnId".to_owned(), other);
                        None
                    }
                    None => None,
                };
                Ok(Self::Unknown { conversation_id, turn_id, raw })
            }
        }
    }

    fn to_fields(&self) -> Result<Map<String, Value>, serde_json::Error> {
        let (conversation_id, turn_id, mut fields) = match self {
            Self::Status { conversation_id, status } => {
                let mut fields = Map::new();
                fields.insert("type".to_owned(), STATUS.into());
                fields.insert("status".to_owned(), status.as_str().into());
                (conversation_id, None, fields)
            }
            Self::Turn { conversation_id, turn_id, event } => {
                (conversation_id, Some(turn_id), Open::Known(event.clone()).to_fields()?)
            }
            Self::Unknown { conversation_id, turn_id, raw } => {
                (conversation_id, turn_id.as_ref(), Open::<TurnEvent>::Unknown(raw.clone()).to_fields()?)
            }
        };
        fields.insert("conversationId".to_owned(), conversation_id.as_str().into());
        if let Some(turn_id) = turn_id {
            fields.insert("turnId".to_owned(), turn_id.as_str().into());
        }
        Ok(fields)
    }
}

impl Serialize for AgentEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_fields().map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AgentEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_fields(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
