//! The messages of the one WebSocket, in both directions.

use crate::{
    ActionId, AgentEvent, ConversationId, ConversationStatus, ImageRef, MessageId, ReasoningEffort, SurfaceId,
    SurfaceScope, SurfaceSpec, Tagged,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A message for a new turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatRequest {
    /// Where; absent to let the backend mint a conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The words.
    pub message: String,
    /// The model's name, `<credentialName>/<model>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Overrides the stored working directory for this turn; a client without an override omits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// Overrides the stored effort for this turn; a client without an override omits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
    /// Pictures (tier L).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageRef>,
    /// The workspace (tier L).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
}

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum ClientMessage {
    /// Asks for a surface and its updates.
    #[serde(rename = "subscribe")]
    Subscribe {
        /// The surface.
        surface_id: SurfaceId,
        /// The conversation it is asked for; absent for a global surface.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
    },
    /// Gives a surface up.
    #[serde(rename = "unsubscribe")]
    Unsubscribe {
        /// The surface.
        surface_id: SurfaceId,
        /// The conversation it was held for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
    },
    /// Uses a control of a surface.
    #[serde(rename = "invoke")]
    Invoke {
        /// The surface.
        surface_id: SurfaceId,
        /// The control's action.
        action_id: ActionId,
        /// The new value, where the control has one; a `null` that was sent is a value.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "provided")]
        payload: Option<Value>,
        /// The conversation it is meant for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
    },
    /// Starts a turn, and subscribes the sender to the conversation.
    #[serde(rename = "chat.send")]
    ChatSend(ChatRequest),
    /// Asks for a conversation's events; replays the running turn first. Idempotent.
    #[serde(rename = "chat.subscribe")]
    ChatSubscribe {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Gives them up; never affects the turn.
    #[serde(rename = "chat.unsubscribe")]
    ChatUnsubscribe {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Queues a message while a turn runs, else starts a turn (tier L).
    #[serde(rename = "chat.queue")]
    ChatQueue {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        text: String,
        /// The workspace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace_id: Option<String>,
    },
    /// Takes a queued message back; idempotent (tier L).
    #[serde(rename = "chat.queue.cancel")]
    ChatQueueCancel {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
}

impl Tagged for ClientMessage {
    const TAG: &'static str = "type";
}

/// Reads a field that is there, `null` included, where an `Option<Value>` by itself would take `null` for absent.
fn provided<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// What a backend sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum ServerMessage {
    /// The surfaces there are; sent on connect and on change.
    #[serde(rename = "catalog")]
    Catalog {
        /// All of them.
        catalog: Vec<CatalogEntry>,
    },
    /// A surface's whole state, right after subscribing.
    #[serde(rename = "surface")]
    Surface {
        /// The state.
        spec: SurfaceSpec,
        /// The conversation it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
    },
    /// A surface changed.
    #[serde(rename = "update")]
    Update {
        /// Its new state.
        update: SurfaceUpdate,
    },
    /// A surface request failed.
    #[serde(rename = "error")]
    Error {
        /// The surface, if it was about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        surface_id: Option<SurfaceId>,
        /// What went wrong.
        message: String,
    },
    /// Something happened in a conversation.
    #[serde(rename = "chat.delta")]
    ChatDelta {
        /// What.
        event: AgentEvent,
    },
    /// The transport refused a chat message: a bad frame, a turn already runs.
    #[serde(rename = "chat.error")]
    ChatError {
        /// The conversation, if it could be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
        /// Why.
        message: String,
    },
    /// Somebody asks clients to open a conversation (tier L).
    #[serde(rename = "conversation.open")]
    ConversationOpen {
        /// Which.
        conversation_id: ConversationId,
        /// Its workspace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace_id: Option<String>,
    },
    /// A conversation's status changed (tier L).
    #[serde(rename = "conversation.statusChanged")]
    ConversationStatusChanged {
        /// Which.
        conversation_id: ConversationId,
        /// The new status.
        status: ConversationStatus,
        /// Its workspace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace_id: Option<String>,
    },
    /// A conversation was compacted: its history must be read anew, the old one lives on under the new id (tier L).
    #[serde(rename = "conversation.compacted")]
    ConversationCompacted {
        /// Which.
        conversation_id: ConversationId,
        /// Where the old history is now.
        new_conversation_id: ConversationId,
        /// How many messages became a summary.
        messages_summarized: u64,
        /// How many stayed.
        messages_kept: u64,
    },
}

impl Tagged for ServerMessage {
    const TAG: &'static str = "type";
}

/// A surface as the catalogue lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogEntry {
    /// Its id.
    pub id: SurfaceId,
    /// Where the extension would like to stand; an open hint.
    pub region: String,
    /// Its title.
    pub title: String,
    /// Whom it belongs to; absent means a conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<SurfaceScope>,
}

/// A surface's new state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SurfaceUpdate {
    /// The surface.
    pub surface_id: SurfaceId,
    /// Its whole new state.
    pub spec: SurfaceSpec,
    /// The conversation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
}
