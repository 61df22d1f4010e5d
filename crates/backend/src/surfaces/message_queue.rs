//! The messages that wait in a conversation. They are taken back over the socket or over HTTP, not by a control.

use super::{Surface, SurfaceError};
use crate::queue::{Queues, SURFACE};
use dispatch_contract::{
    ActionId, CatalogEntry, ConversationId, CustomPayload, Field, MessageQueue as Payload, Open, SurfaceScope,
};
use serde_json::Value;
use std::sync::Arc;

/// The surface.
#[derive(Debug)]
pub(crate) struct MessageQueue {
    queues: Arc<Queues>,
}

impl MessageQueue {
    pub(crate) fn new(queues: Arc<Queues>) -> Self {
        Self { queues }
    }
}

impl Surface for MessageQueue {
    fn entry(&self) -> CatalogEntry {
        CatalogEntry {
            id: SURFACE.into(),
            region: "composer".to_owned(),
            title: "Waiting messages".to_owned(),
            scope: Some(SurfaceScope::Conversation),
        }
    }

    fn fields(&self, conversation: Option<&ConversationId>) -> Vec<Open<Field>> {
        let messages = conversation.map(|conversation| self.queues.waiting(conversation)).unwrap_or_default();
        let field = Field::Custom {
            renderer_id: Payload::RENDERER_ID.to_owned(),
            // Strings and numbers: serde_json has no reason to refuse them.
            payload: serde_json::to_value(Payload { messages }).unwrap_or_default(),
        };
        vec![field.into()]
    }

    fn invoke(
        &self,
        _conversation: Option<&ConversationId>,
        action: &ActionId,
        _payload: Option<&Value>,
    ) -> Result<(), SurfaceError> {
        Err(SurfaceError::UnknownAction(action.clone()))
    }
}
