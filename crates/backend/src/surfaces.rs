//! Surfaces: what the backend's extensions show and let a person set, and who looks at it.
//!
//! One lock covers the holders, so that the state a client gets when it subscribes and the updates after it are one
//! unbroken sequence. An extension keeps its own state; after a change everybody who holds the surface gets the whole new
//! spec.

mod cache_warming;
mod demo_controls;
mod loaded_extensions;
mod message_queue;

use crate::outbound::Outbound;
use crate::queue::Queues;
use crate::socket::push;
use crate::turns::{ID_LIMIT, WatcherId, is_conversation_id};
use crate::warming::Warming;
use cache_warming::CacheWarming;
use demo_controls::DemoControls;
use dispatch_contract::{
    ActionId, CatalogEntry, ConversationId, Field, Open, ServerMessage, SurfaceId, SurfaceScope, SurfaceSpec,
    SurfaceUpdate,
};
use loaded_extensions::LoadedExtensions;
use message_queue::MessageQueue;
use parking_lot::Mutex;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// One surface of one extension.
pub(crate) trait Surface: Send + Sync + fmt::Debug {
    /// How the catalogue lists it.
    fn entry(&self) -> CatalogEntry;

    /// Its state now; for a surface of scope `conversation`, that conversation's.
    fn fields(&self, conversation: Option<&ConversationId>) -> Vec<Open<Field>>;

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
    #[error("`{0}` cannot be a conversation's id")]
    BadConversation(String),
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

/// Where extensions say that the state of a conversation's surface changed by itself. What it is then is read when it is
/// told, so that nobody is ever told something older than before.
#[derive(Clone, Debug)]
pub(crate) struct Changes(mpsc::UnboundedSender<(&'static str, ConversationId)>);

/// Where that arrives.
#[derive(Debug)]
pub(crate) struct ChangesInbox(mpsc::UnboundedReceiver<(&'static str, ConversationId)>);

impl Changes {
    /// Both ends.
    pub(crate) fn channel() -> (Self, ChangesInbox) {
        let (changes, inbox) = mpsc::unbounded_channel();
        (Self(changes), ChangesInbox(inbox))
    }

    /// Says that a surface changed for a conversation.
    pub(crate) fn tell(&self, surface: &'static str, conversation: &ConversationId) {
        // Nobody listens any more only when the backend ends.
        drop(self.0.send((surface, conversation.clone())));
    }
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
    pub(crate) fn standard(warming: Arc<Warming>, queues: Arc<Queues>) -> Self {
        Self::new(vec![
            Box::new(CacheWarming::new(warming)),
            Box::new(MessageQueue::new(queues)),
            Box::new(LoadedExtensions),
            Box::new(DemoControls::default()),
        ])
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
        tell(&holders, surface, conversation.as_ref());
        Ok(())
    }

    /// Tells what changed by itself, until the backend ends.
    pub(crate) async fn follow(self: Arc<Self>, mut changes: ChangesInbox, closing: CancellationToken) {
        while let Some(Some((id, conversation))) = closing.run_until_cancelled(changes.0.recv()).await {
            if let Ok((surface, conversation)) = self.find(&id.into(), Some(conversation)) {
                tell(&self.holders.lock(), surface, conversation.as_ref());
            }
        }
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
            Some(conversation) if is_conversation_id(conversation.as_str()) => {
                Ok((surface.as_ref(), Some(conversation)))
            }
            Some(conversation) => {
                Err(SurfaceError::BadConversation(conversation.as_str().chars().take(ID_LIMIT).collect()))
            }
            None => Err(SurfaceError::NeedsConversation(id.clone())),
        }
    }
}

/// Tells the state of a surface to all who hold it.
fn tell(holders: &[Holder], surface: &dyn Surface, conversation: Option<&ConversationId>) {
    let id = surface.entry().id;
    let holds = |holder: &&Holder| holder.surface == id && holder.conversation.as_ref() == conversation;
    let mut spec_once = None;
    for holder in holders.iter().filter(holds) {
        let spec = spec_once.get_or_insert_with(|| spec(surface, conversation)).clone();
        let update = SurfaceUpdate { surface_id: id.clone(), spec, conversation_id: conversation.cloned() };
        push(&holder.outbound, ServerMessage::Update { update });
    }
}

fn spec(surface: &dyn Surface, conversation: Option<&ConversationId>) -> SurfaceSpec {
    let CatalogEntry { id, region, title, scope: _ } = surface.entry();
    let fields = surface.fields(conversation).into_iter().filter_map(|field| {
        // A field is strings, numbers and JSON values: serde_json has no reason to refuse one.
        serde_json::to_value(field).ok()
    });
    SurfaceSpec { id, region, title, fields: fields.collect() }
}

#[cfg(test)]
mod tests;
