//! The extensions of the backend: surfaces that say whose they are, and who holds them.

use super::World;
use dispatch_contract::{
    CatalogEntry, ConversationId, MessageId, Open, QueuedMessage, ServerMessage, SurfaceId, SurfaceScope, SurfaceSpec,
    SurfaceUpdate,
};
use serde_json::{Value, json};

/// A surface, and the conversation it is held for; none for a global one.
pub(crate) type Held = (SurfaceId, Option<ConversationId>);

/// The surfaces that a backend has.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) catalog: Vec<CatalogEntry>,
    /// Every socket begins with the catalogue.
    pub(super) lists: bool,
    /// What this console holds, over the socket that is open.
    pub(crate) held: Vec<Held>,
    /// The messages that wait, if the backend can queue them.
    pub(crate) queue: Option<Vec<QueuedMessage>>,
    queued: usize,
    /// Fields in place of those that only say whose the surface is.
    fields: Vec<(SurfaceId, Vec<Value>)>,
}

/// A surface as the catalogue lists it.
pub(crate) fn entry(id: &str, scope: SurfaceScope) -> CatalogEntry {
    CatalogEntry { id: id.into(), region: "sidebar".to_owned(), title: id.to_owned(), scope: Some(scope) }
}

fn text(message: ServerMessage) -> String {
    serde_json::to_string(&Open::Known(message)).unwrap()
}

impl World {
    /// The backend has these surfaces from now on, and says so.
    pub(crate) fn extensions_are(&mut self, catalog: Vec<CatalogEntry>) {
        self.backend.extensions.held.retain(|(held, _)| catalog.iter().any(|entry| entry.id == *held));
        self.backend.extensions.catalog = catalog;
        self.backend.extensions.lists = true;
        self.tell_catalog();
    }

    pub(super) fn tell_catalog(&mut self) {
        let catalog = self.backend.extensions.catalog.clone();
        if self.socket.is_some() {
            self.to_console.push_back(text(ServerMessage::Catalog { catalog }));
        }
    }

    /// A surface has these fields from now on; whoever holds it is told.
    pub(crate) fn surface_shows(&mut self, surface: &str, fields: Value) {
        let Value::Array(fields) = fields else { panic!("fields are a list") };
        let extensions = &mut self.backend.extensions;
        extensions.fields.retain(|(id, _)| id.as_str() != surface);
        extensions.fields.push((surface.into(), fields));
        self.surface_changes(surface);
    }

    /// Whoever holds a surface is told its state.
    pub(crate) fn surface_changes(&mut self, surface: &str) {
        let held = self.backend.extensions.held.clone();
        for (surface_id, conversation_id) in held.into_iter().filter(|(held, _)| held.as_str() == surface) {
            let spec = self.spec(&surface_id, conversation_id.as_ref());
            let update = SurfaceUpdate { surface_id, spec, conversation_id };
            self.to_console.push_back(text(ServerMessage::Update { update }));
        }
    }

    fn spec(&self, id: &SurfaceId, conversation: Option<&ConversationId>) -> SurfaceSpec {
        let whose = conversation.map_or("everybody", ConversationId::as_str);
        let fields = self.backend.extensions.fields.iter().find(|(shown, _)| shown == id);
        SurfaceSpec {
            id: id.clone(),
            region: String::new(),
            title: String::new(),
            fields: match fields {
                Some((_, fields)) => fields.clone(),
                None => vec![json!({ "kind": "stat", "label": "of", "value": whose })],
            },
        }
    }

    /// The backend is asked to queue a message; one that cannot says so.
    pub(super) fn is_asked_to_queue(&mut self, id: ConversationId, words: &str) {
        let extensions = &mut self.backend.extensions;
        let Some(queue) = &mut extensions.queue else {
            let message = "unknown message type: chat.queue".to_owned();
            return self.to_console.push_back(text(ServerMessage::ChatError { conversation_id: Some(id), message }));
        };
        extensions.queued += 1;
        let message_id = format!("m{}", extensions.queued);
        queue.push(QueuedMessage { id: message_id.as_str().into(), text: words.to_owned(), queued_at: 5 });
        self.tell_queue();
    }

    /// The backend is asked to forget a queued message.
    pub(super) fn is_asked_to_cancel(&mut self, id: &MessageId) {
        self.backend.extensions.queue.iter_mut().for_each(|queue| queue.retain(|message| message.id != *id));
        self.tell_queue();
    }

    /// Whoever looks is told what waits.
    pub(crate) fn tell_queue(&mut self) {
        let messages = self.backend.extensions.queue.clone().unwrap_or_default();
        let payload = json!({ "messages": messages });
        let field = json!({ "kind": "custom", "rendererId": "message-queue", "payload": payload });
        self.surface_shows("message-queue", json!([field]));
    }

    /// The backend is asked for a surface.
    pub(super) fn surface_is_held(&mut self, surface_id: SurfaceId, conversation_id: Option<ConversationId>) {
        if !self.backend.extensions.catalog.iter().any(|entry| entry.id == surface_id) {
            let refusal = ServerMessage::Error { surface_id: Some(surface_id), message: "no such".to_owned() };
            return self.to_console.push_back(text(refusal));
        }
        let spec = self.spec(&surface_id, conversation_id.as_ref());
        let frame = ServerMessage::Surface { spec, conversation_id: conversation_id.clone() };
        self.to_console.push_back(text(frame));
        self.backend.extensions.held.push((surface_id, conversation_id));
    }

    /// A surface is given up.
    pub(super) fn surface_is_left(&mut self, gone: &Held) {
        self.backend.extensions.held.retain(|held| held != gone);
    }
}
