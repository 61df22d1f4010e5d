//! What each message of a client does.
//!
//! A message that cannot be read is refused with whatever can still be told about it: a console finds out which of its
//! tabs, or which of its surfaces, the refusal is about.

use super::{Connection, push};
use crate::turns::{Watcher, is_conversation_id};
use dispatch_contract::{ClientMessage, ConversationId, Open, ServerMessage, SurfaceId};
use serde_json::Value;
use std::sync::Arc;

impl Connection {
    /// Handles one text message.
    pub(super) async fn handle(&self, text: &str) {
        let raw: Value = match serde_json::from_str(text) {
            Ok(raw) => raw,
            Err(error) => return self.refuse(None, format!("the message is not JSON: {error}")),
        };
        let about = About::read(&raw);
        match serde_json::from_value::<Open<ClientMessage>>(raw) {
            Ok(Open::Known(message)) => self.obey(message).await,
            Ok(Open::Unknown(raw)) => {
                self.refuse(about.conversation, format!("unknown message type `{}`", raw.tag));
            }
            Err(error) => self.refuse_unread(about, format!("the message is not understood: {error}")),
        }
    }

    /// Says that a chat message, or one that nobody could read, was refused.
    pub(super) fn refuse(&self, conversation_id: Option<ConversationId>, message: String) {
        self.answer(ServerMessage::ChatError { conversation_id, message });
    }

    fn refuse_unread(&self, about: About, message: String) {
        if about.is_for_surfaces {
            self.refuse_surface(about.surface, message);
        } else {
            self.refuse(about.conversation, message);
        }
    }

    fn refuse_surface(&self, surface_id: Option<SurfaceId>, message: String) {
        push(&self.outbound, ServerMessage::Error { surface_id, message });
    }

    async fn obey(&self, message: ClientMessage) {
        match message {
            ClientMessage::Subscribe { surface_id, conversation_id } => {
                let subscribed =
                    self.parts.surfaces.subscribe(&surface_id, conversation_id, self.id, Arc::clone(&self.outbound));
                if let Err(error) = subscribed {
                    self.refuse_surface(Some(surface_id), error.to_string());
                }
            }
            ClientMessage::Unsubscribe { surface_id, conversation_id } => {
                self.parts.surfaces.unsubscribe(&surface_id, conversation_id.as_ref(), self.id);
            }
            ClientMessage::Invoke { surface_id, action_id, payload, conversation_id } => {
                let invoked = self.parts.surfaces.invoke(&surface_id, conversation_id, &action_id, payload.as_ref());
                if let Err(error) = invoked {
                    self.refuse_surface(Some(surface_id), error.to_string());
                }
            }
            ClientMessage::ChatSend(request) => {
                let conversation = request.conversation_id.clone();
                let sender = (self.id, Watcher::Socket(Arc::clone(&self.outbound)));
                if let Err(refusal) = self.parts.turns.start(request, Some(sender)).await {
                    self.refuse(conversation, refusal.to_string());
                }
            }
            ClientMessage::ChatSubscribe { conversation_id } => {
                if !is_conversation_id(conversation_id.as_str()) {
                    return self.refuse(Some(conversation_id), "`conversationId` cannot be one".to_owned());
                }
                let watcher = Watcher::Socket(Arc::clone(&self.outbound));
                self.parts.turns.rooms().join(&conversation_id, self.id, watcher);
            }
            ClientMessage::ChatUnsubscribe { conversation_id } => {
                self.parts.turns.rooms().leave(&conversation_id, self.id);
            }
            ClientMessage::ChatQueue { conversation_id, text, workspace_id: _ } => {
                let sender = (self.id, Watcher::Socket(Arc::clone(&self.outbound)));
                if let Err(refusal) = self.parts.turns.queue(&conversation_id, text, Some(sender)).await {
                    self.refuse(Some(conversation_id), refusal.to_string());
                }
            }
            ClientMessage::ChatQueueCancel { conversation_id, message_id } => {
                if let Err(refusal) = self.parts.turns.cancel_queued(&conversation_id, &message_id).await {
                    self.refuse(Some(conversation_id), refusal.to_string());
                }
            }
        }
    }
}

/// What can be told about a message before it is understood.
#[derive(Debug)]
struct About {
    is_for_surfaces: bool,
    surface: Option<SurfaceId>,
    conversation: Option<ConversationId>,
}

impl About {
    fn read(raw: &Value) -> Self {
        let text = |name: &str| raw.get(name).and_then(Value::as_str);
        Self {
            is_for_surfaces: matches!(text("type"), Some("subscribe" | "unsubscribe" | "invoke")),
            surface: text("surfaceId").map(SurfaceId::from),
            conversation: text("conversationId").map(ConversationId::from),
        }
    }
}
