//! The messages of the one WebSocket, in both directions.

use crate::declare::{records, union};
use crate::presence::{optional, or_empty, provided, required};
use crate::{
    ActionId, AgentEvent, ConversationId, ConversationStatus, ImageRef, MessageId, ReasoningEffort, SurfaceId,
    SurfaceScope, SurfaceSpec,
};
use serde_json::Value;

records! {
    /// A message for a new turn.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct ChatRequest {
        /// Where; absent to let the backend mint a conversation.
        pub conversation_id: Option<ConversationId> = optional("conversationId"),
        /// The words.
        pub message: String = required("message"),
        /// The model's name, `<credentialName>/<model>`.
        pub model: Option<String> = optional("model"),
        /// Overrides the stored working directory for this turn; a client without an override omits it.
        pub cwd: Option<String> = optional("cwd"),
        /// Overrides the stored effort for this turn; a client without an override omits it.
        pub reasoning_effort: Option<ReasoningEffort> = optional("reasoningEffort"),
        /// Pictures (tier L).
        pub images: Vec<ImageRef> = or_empty("images"),
        /// The workspace (tier L).
        pub workspace_id: Option<String> = optional("workspaceId"),
    }
}

union! {
    /// What a client sends.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ClientMessage tagged "type" {
        /// Asks for a surface and its updates.
        Subscribe = "subscribe" {
            /// The surface.
            surface_id: SurfaceId = required("surfaceId"),
            /// The conversation it is asked for; absent for a global surface.
            conversation_id: Option<ConversationId> = optional("conversationId"),
        },
        /// Gives a surface up.
        Unsubscribe = "unsubscribe" {
            /// The surface.
            surface_id: SurfaceId = required("surfaceId"),
            /// The conversation it was held for.
            conversation_id: Option<ConversationId> = optional("conversationId"),
        },
        /// Uses a control of a surface.
        Invoke = "invoke" {
            /// The surface.
            surface_id: SurfaceId = required("surfaceId"),
            /// The control's action.
            action_id: ActionId = required("actionId"),
            /// The new value, where the control has one; a `null` that was sent is a value.
            payload: Option<Value> = provided("payload"),
            /// The conversation it is meant for.
            conversation_id: Option<ConversationId> = optional("conversationId"),
        },
        /// Starts a turn, and subscribes the sender to the conversation.
        ChatSend = "chat.send" (request: ChatRequest),
        /// Asks for a conversation's events; replays the running turn first. Idempotent.
        ChatSubscribe = "chat.subscribe" {
            /// The conversation.
            conversation_id: ConversationId = required("conversationId"),
        },
        /// Gives them up; never affects the turn.
        ChatUnsubscribe = "chat.unsubscribe" {
            /// The conversation.
            conversation_id: ConversationId = required("conversationId"),
        },
        /// Queues a message while a turn runs, else starts a turn (tier L).
        ChatQueue = "chat.queue" {
            /// The conversation.
            conversation_id: ConversationId = required("conversationId"),
            /// The message.
            text: String = required("text"),
            /// The workspace.
            workspace_id: Option<String> = optional("workspaceId"),
        },
        /// Takes a queued message back; idempotent (tier L).
        ChatQueueCancel = "chat.queue.cancel" {
            /// The conversation.
            conversation_id: ConversationId = required("conversationId"),
            /// The message.
            message_id: MessageId = required("messageId"),
        },
    }
}

union! {
    /// What a backend sends.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ServerMessage tagged "type" {
        /// The surfaces there are; sent on connect and on change.
        Catalog = "catalog" {
            /// All of them.
            catalog: Vec<CatalogEntry> = required("catalog"),
        },
        /// A surface's whole state, right after subscribing.
        Surface = "surface" {
            /// The state.
            spec: SurfaceSpec = required("spec"),
            /// The conversation it belongs to.
            conversation_id: Option<ConversationId> = optional("conversationId"),
        },
        /// A surface changed.
        Update = "update" {
            /// Its new state.
            update: SurfaceUpdate = required("update"),
        },
        /// A surface request failed.
        Error = "error" {
            /// The surface, if it was about one.
            surface_id: Option<SurfaceId> = optional("surfaceId"),
            /// What went wrong.
            message: String = required("message"),
        },
        /// Something happened in a conversation.
        ChatDelta = "chat.delta" {
            /// What.
            event: AgentEvent = required("event"),
        },
        /// The transport refused a chat message: a bad frame, a turn already runs.
        ChatError = "chat.error" {
            /// The conversation, if it could be told.
            conversation_id: Option<ConversationId> = optional("conversationId"),
            /// Why.
            message: String = required("message"),
        },
        /// Somebody asks clients to open a conversation (tier L).
        ConversationOpen = "conversation.open" {
            /// Which.
            conversation_id: ConversationId = required("conversationId"),
            /// Its workspace.
            workspace_id: Option<String> = optional("workspaceId"),
        },
        /// A conversation's status changed (tier L).
        ConversationStatusChanged = "conversation.statusChanged" {
            /// Which.
            conversation_id: ConversationId = required("conversationId"),
            /// The new status.
            status: ConversationStatus = required("status"),
            /// Its workspace.
            workspace_id: Option<String> = optional("workspaceId"),
        },
        /// A conversation was compacted: its history must be read anew, the old one lives on under the new id (tier L).
        ConversationCompacted = "conversation.compacted" {
            /// Which.
            conversation_id: ConversationId = required("conversationId"),
            /// Where the old history is now.
            new_conversation_id: ConversationId = required("newConversationId"),
            /// How many messages became a summary.
            messages_summarized: u64 = required("messagesSummarized"),
            /// How many stayed.
            messages_kept: u64 = required("messagesKept"),
        },
    }
}

records! {
    /// A surface as the catalogue lists it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CatalogEntry {
        /// Its id.
        pub id: SurfaceId = required("id"),
        /// Where the extension would like to stand; an open hint.
        pub region: String = required("region"),
        /// Its title.
        pub title: String = required("title"),
        /// Whom it belongs to; absent means a conversation.
        pub scope: Option<SurfaceScope> = optional("scope"),
    }

    /// A surface's new state.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SurfaceUpdate {
        /// The surface.
        pub surface_id: SurfaceId = required("surfaceId"),
        /// Its whole new state.
        pub spec: SurfaceSpec = required("spec"),
        /// The conversation it belongs to.
        pub conversation_id: Option<ConversationId> = optional("conversationId"),
    }
}
