//! Surfaces: what the backend's extensions show and let a person set, and who looks at it.
//!
//! One lock covers the holders, so that the state a client gets when it subscribes and the updates after it are one
//! unbroken sequence. An extension keeps its own state; after a change everybody who holds the surface gets the whole new
//! spec.

mod demo_controls;
mod loaded_extensions;

use crate::outbound::Outbound;
use crate::socket::push;
use crate::turns::WatcherId;
use demo_controls::DemoControls;
use dispatch_contract::{
    ActionId, CatalogEntry, ConversationId, Field, Open, ServerMessage, SurfaceId, SurfaceScope, SurfaceSpec,
    SurfaceUpdate,
};
use loaded_extensions::LoadedExtensions;
use parking_lot::Mutex;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// One surface of one extension.
pub(crate) trait Surface: Send + Sync + fmt::Debug {
    /// How the catalogue lists it.
    fn entry(&self) -> CatalogEntry;

    /// Its state now; for a surface of scope `conversation`, that conversation's.
    fn fields(&self, conversation: Option<&ConversationId>) -> Vec<Field>;

    /// Does what a control asks for.
    fn invoke(
        &self,
        conversation: Option<&ConversationId>,
        action: &ActionId,
        payload: Option<&Value>,
    ) -> Result<(), SurfaceError>;
}

/// Why a surface request was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SurfaceError {
    #[error("there is no surface `{0}`")]
    UnknownSurface(SurfaceId),
    #[error("the surface `{0}` belongs to a conversation: `conversationId` is missing")]
    NeedsConversation(SurfaceId),
    #[error("there is no action `{0}`")]
    UnknownAction(ActionId),
    #[error("`{action}` takes {wanted}")]
    BadPayload {
        /// What was asked for.
        action: ActionId,
        /// What it takes, as a phrase.
        wanted: String,
    },
}

/// All surfaces, and who holds them.
#[derive(Debug)]
pub(crate) struct Surfaces {
    surfaces: Vec<Box<dyn Surface>>,
    holders: Mutex<Vec<Holder>>,
}

#[derive(Debug)]
struct Holder {
    watcher: WatcherId,
    outbound: Arc<Outbound>,
    surface: SurfaceId,
    /// None for a global surface, whatever the subscription said.
    conversation: Option<ConversationId>,
}

impl Surfaces {
    /// The surfaces of a backend as it comes.
    pub(crate) fn standard() -> Self {
        Self::new(vec![Box::new(LoadedExtensions), Box::new(DemoControls::default())])
    }

    fn new(surfaces: Vec<Box<dyn Surface>>) -> Self {
        Self { surfaces, holders: Mutex::default() }
    }

    /// What there is.
    pub(crate) fn catalog(&self) -> Vec<CatalogEntry> {
        self.surfaces.iter().map(|surface| surface.entry()).collect()
    }

    /// Makes somebody a holder, and tells the whole state. Asked again, it tells it again: clients use that as a probe.
    pub(crate) fn subscribe(
        &self,
        id: &SurfaceId,
        conversation: Option<ConversationId>,
        watcher: WatcherId,
        outbound: Arc<Outbound>,
    ) -> Result<(), SurfaceError> {
        let (surface, conversation) = self.find(id, conversation)?;
        let mut holders = self.holders.lock();
        let spec = spec(surface, conversation.as_ref());
        push(&outbound, ServerMessage::Surface { spec, conversation_id: conversation.clone() });
        let holds =
            |holder: &Holder| holder.watcher == watcher && holder.surface == *id && holder.conversation == conversation;
        if !holders.iter().any(holds) {
            holders.push(Holder { watcher, outbound, surface: id.clone(), conversation });
        }
        Ok(())
    }

    /// Ends somebody's holding. Who does not hold it is not told off.
    pub(crate) fn unsubscribe(&self, id: &SurfaceId, conversation: Option<&ConversationId>, watcher: WatcherId) {
        let Ok((_, conversation)) = self.find(id, conversation.cloned()) else {
            return;
        };
        self.holders
            .lock()
            .retain(|holder| holder.watcher != watcher || holder.surface != *id || holder.conversation != conversation);
    }

    /// Ends somebody's holding of everything.
    pub(crate) fn leave_all(&self, watcher: WatcherId) {
        self.holders.lock().retain(|holder| holder.watcher != watcher);
    }

    /// Uses a control, and tells every holder the new state.
    pub(crate) fn invoke(
        &self,
        id: &SurfaceId,
        conversation: Option<ConversationId>,
        action: &ActionId,
        payload: Option<&Value>,
    ) -> Result<(), SurfaceError> {
        let (surface, conversation) = self.find(id, conversation)?;
        // Held over the change too: two clients at once must not tell their states in the other order.
        let holders = self.holders.lock();
        surface.invoke(conversation.as_ref(), action, payload)?;
        let spec = spec(surface, conversation.as_ref());
        for holder in holders.iter().filter(|holder| holder.surface == *id && holder.conversation == conversation) {
            let update =
                SurfaceUpdate { surface_id: id.clone(), spec: spec.clone(), conversation_id: conversation.clone() };
            push(&holder.outbound, ServerMessage::Update { update });
        }
        Ok(())
    }

    /// The surface, and the conversation that counts for it: none for a global one, one that must be given for the rest.
    fn find(
        &self,
        id: &SurfaceId,
        conversation: Option<ConversationId>,
    ) -> Result<(&dyn Surface, Option<ConversationId>), SurfaceError> {
        let surface = self
            .surfaces
            .iter()
            .find(|surface| surface.entry().id == *id)
            .ok_or_else(|| SurfaceError::UnknownSurface(id.clone()))?;
        if surface.entry().scope == Some(SurfaceScope::Global) {
            return Ok((surface.as_ref(), None));
        }
        match conversation {
            Some(conversation) => Ok((surface.as_ref(), Some(conversation))),
            None => Err(SurfaceError::NeedsConversation(id.clone())),
        }
    }
}

fn spec(surface: &dyn Surface, conversation: Option<&ConversationId>) -> SurfaceSpec {
    let CatalogEntry { id, region, title, scope: _ } = surface.entry();
    let fields = surface.fields(conversation).into_iter().filter_map(|field| {
        // A field is strings, numbers and JSON values: serde_json has no reason to refuse one.
        serde_json::to_value(Open::Known(field)).ok()
    });
    SurfaceSpec { id, region, title, fields: fields.collect() }
}

#[cfg(test)]
mod tests;
