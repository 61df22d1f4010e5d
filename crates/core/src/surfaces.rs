//! Surfaces: what extensions of the backend show and let a person set.
//!
//! Most surfaces belong to a conversation, and the same surface of another conversation looks alike. The socket is slow
//! and the person is quick, so frames come late: of a conversation that is not looked at any more, of a surface that was
//! given up, of one that the catalogue lost meanwhile. What this promises: what is shown belongs to the conversation that
//! is looked at; what is not known to be true now is marked, and cannot be used until it is; a control that was used
//! either takes or says why not. What is held is state and not frames, so that every socket begins with all of it, once.
//!
//! A surface's fields are read one by one when they come ([`fields`]); what a view draws of them is a plan ([`plan`]).

mod fields;
mod number;
mod plan;
mod series;
mod using;

pub use fields::{Drawable, read_fields};
pub(crate) use number::first_number;
pub use plan::{
    Block, BlockView, Control, OptionView, SPARK_POINTS, StatView, SurfaceView, TABLE_FIRST_ROWS, TABLE_MOST_COLUMNS,
    TABLE_MOST_ROWS, TableView, TodoView, updated_words,
};
pub use using::{SETTLE_LIMIT, Use};

use crate::anomaly::{Anomalies, Anomaly};
use crate::{ConversationId, Millis};
use dispatch_contract::{CatalogEntry, ClientMessage, QueuedMessage, SurfaceId, SurfaceScope, SurfaceSpec};
use series::Series;
use using::{Note, Pending};

/// The surface that has a view of its own: see [`crate::warming`].
pub const WARMING: &str = "cache-warming";

/// The surface that tells which messages wait: see [`crate::queue`].
pub const QUEUE: &str = "message-queue";

/// A surface as it is subscribed: for a conversation, or for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) surface: SurfaceId,
    /// None for a global surface.
    pub(crate) conversation: Option<ConversationId>,
}

impl Holding {
    /// The frame that asks for it.
    pub(crate) fn subscribe(&self) -> ClientMessage {
        ClientMessage::Subscribe { surface_id: self.surface.clone(), conversation_id: self.conversation.clone() }
    }

    /// The frame that gives it up.
    pub(crate) fn unsubscribe(&self) -> ClientMessage {
        ClientMessage::Unsubscribe { surface_id: self.surface.clone(), conversation_id: self.conversation.clone() }
    }
}

/// How what is shown of a surface stands to the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing came yet.
    #[default]
    Awaited,
    /// It was true once; what is true now is on its way.
    Stale,
    /// The backend says so.
    Current,
}

/// What is known of a surface, held or not.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    of: Holding,
    title: String,
    fields: Vec<Drawable>,
    /// When it came.
    at: Millis,
    /// It came since the surface is held, over the socket that is open.
    is_current: bool,
    series: Series,
}

/// The surfaces there are, those that are held, and what is known of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surfaces {
    /// As the backend listed them last, each id once.
    catalogue: Vec<CatalogEntry>,
    /// The backend has listed them at least once.
    is_listed: bool,
    /// Whose the conversation's surfaces are; none for a draft.
    scope: Option<ConversationId>,
    held: Vec<Holding>,
    known: Vec<Known>,
    /// Why the backend does not give a held surface, in its words.
    refused: Vec<(SurfaceId, String)>,
    pending: Vec<Pending>,
    notes: Vec<Note>,
    /// How often a control was used.
    uses: u64,
}

/// What a change of the catalogue or of the focus gives up and asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Moved {
    pub(crate) left: Vec<Holding>,
    pub(crate) entered: Vec<Holding>,
}

impl Surfaces {
    /// The backend lists what there is.
    pub(crate) fn listed(&mut self, catalogue: Vec<CatalogEntry>) -> Moved {
        self.is_listed = true;
        self.catalogue.clear();
        for entry in catalogue {
            if self.catalogue.iter().all(|listed| listed.id != entry.id) {
                self.catalogue.push(entry);
            }
        }
        let catalogue = &self.catalogue;
        self.known.retain(|known| catalogue.iter().any(|entry| entry.id == known.of.surface));
        self.hold()
    }

    /// Another conversation is looked at; none of a draft's surfaces is held.
    pub(crate) fn focus(&mut self, scope: Option<&ConversationId>) -> Moved {
        if self.scope.as_ref() == scope {
            return Moved::default();
        }
        self.scope = scope.cloned();
        self.hold()
    }

    /// Holds what the catalogue and the focus ask for, and nothing else.
    fn hold(&mut self) -> Moved {
        let wanted: Vec<Holding> = self.catalogue.iter().filter_map(|entry| self.holding_of(entry)).collect();
        let left: Vec<Holding> = self.held.iter().filter(|held| !wanted.contains(held)).cloned().collect();
        let entered = wanted.iter().filter(|wanted| !self.held.contains(wanted)).cloned().collect();
        for known in self.known.iter_mut().filter(|known| left.contains(&known.of)) {
            known.is_current = false;
        }
        self.pending.retain(|pending| !left.contains(&pending.of));
        self.notes.retain(|note| !left.contains(&note.of));
        self.refused.retain(|(surface, _)| left.iter().all(|left| left.surface != *surface));
        self.held = wanted;
        Moved { left, entered }
    }

    fn holding_of(&self, entry: &CatalogEntry) -> Option<Holding> {
        let conversation = match entry.scope {
            Some(SurfaceScope::Global) => None,
            // A scope of another word is no wider than a conversation, as far as this version can know.
            Some(SurfaceScope::Conversation | SurfaceScope::Unknown(_)) | None => Some(self.scope.clone()?),
        };
        Some(Holding { surface: entry.id.clone(), conversation })
    }

    /// What every socket has to ask for when it opens.
    pub(crate) fn held(&self) -> &[Holding] {
        &self.held
    }

    pub(crate) fn holding(&self, surface: &SurfaceId) -> Option<&Holding> {
        self.held.iter().find(|held| held.surface == *surface)
    }

    /// The socket is gone: nothing is known to be true now, and what was asked of controls is not answered any more.
    pub(crate) fn socket_lost(&mut self) {
        self.known.iter_mut().for_each(|known| known.is_current = false);
        self.refused.clear();
        for pending in std::mem::take(&mut self.pending) {
            self.note(pending.of, pending.action, using::CUT_OFF.to_owned(), true);
        }
    }

    /// A frame tells a surface's state. One that nobody holds for that conversation is late, counted and dropped: gives
    /// back whether it was taken.
    pub(crate) fn received(
        &mut self,
        surface: &SurfaceId,
        conversation: Option<&ConversationId>,
        spec: &SurfaceSpec,
        at: Millis,
        anomalies: &mut Anomalies,
    ) -> bool {
        let is_meant = |held: &&Holding| {
            held.surface == *surface && (conversation.is_none() || conversation == held.conversation.as_ref())
        };
        let Some(of) = self.held.iter().find(is_meant).cloned() else {
            anomalies.count(Anomaly::LateSurface);
            return false;
        };
        let fields = read_fields(&spec.fields, anomalies);
        self.pending.retain(|pending| pending.of != of);
        self.notes.retain(|note| note.of != of || !note.until_frame);
        self.refused.retain(|(refused, _)| refused != surface);
        let place = match self.known.iter().position(|known| known.of == of) {
            Some(place) => place,
            None => {
                let series = Series::default();
                self.known.push(Known { of, title: String::new(), fields: Vec::new(), at, is_current: true, series });
                self.known.len() - 1
            }
        };
        let known = &mut self.known[place];
        known.series.add(&fields);
        known.title.clone_from(&spec.title);
        known.fields = fields;
        known.at = at;
        known.is_current = true;
        true
    }

    /// The backend refuses a surface, or what was asked of one of its controls. Gives back whether it is of any.
    pub(crate) fn refused(&mut self, surface: &SurfaceId, words: &str) -> bool {
        let Some(of) = self.holding(surface).cloned() else { return false };
        // A socket keeps order: the control that was used first is the one that is answered first.
        match self.pending.iter().position(|pending| pending.of == of) {
            Some(place) => {
                let pending = self.pending.remove(place);
                self.note(of, pending.action, words.to_owned(), false);
            }
            None => {
                self.refused.retain(|(refused, _)| refused != surface);
                self.refused.push((surface.clone(), words.to_owned()));
            }
        }
        true
    }

    /// A conversation is not open any more.
    pub(crate) fn forget(&mut self, conversation: &ConversationId) {
        self.known.retain(|known| known.of.conversation.as_ref() != Some(conversation));
    }

    fn known(&self, of: &Holding) -> Option<&Known> {
        self.known.iter().find(|known| known.of == *of)
    }

    fn standing(&self, of: &Holding) -> Standing {
        match self.known(of) {
            None => Standing::Awaited,
            Some(Known { is_current: false, .. }) => Standing::Stale,
            Some(Known { is_current: true, .. }) => Standing::Current,
        }
    }

    /// What is known of a held surface, and how that stands. `None`: it is not held.
    pub(crate) fn fields_of(&self, surface: &str) -> Option<(&[Drawable], Standing)> {
        let of = self.held.iter().find(|held| held.surface.as_str() == surface)?;
        let fields = self.known(of).map_or(&[][..], |known| &known.fields);
        Some((fields, self.standing(of)))
    }

    /// The messages that wait in the conversation that is looked at, as they were last told.
    pub(crate) fn queued(&self) -> &[QueuedMessage] {
        let fields = self.fields_of(QUEUE).map_or(&[][..], |(fields, _)| fields);
        let queue = fields.iter().find_map(|field| {
            let Drawable::Queue(queue) = field else { return None };
            Some(queue.messages.as_slice())
        });
        queue.unwrap_or_default()
    }

    /// Whether a surface of a conversation is held, and known to be as it is told.
    pub(crate) fn is_current(&self, surface: &str, conversation: &ConversationId) -> bool {
        let of = self.held.iter().find(|held| held.surface.as_str() == surface);
        of.filter(|of| of.conversation.as_ref() == Some(conversation))
            .is_some_and(|of| self.standing(of) == Standing::Current)
    }

    /// Whether the backend may have a surface: it lists it, or has listed nothing yet.
    pub(crate) fn may_have(&self, surface: &str) -> bool {
        !self.is_listed || self.catalogue.iter().any(|entry| entry.id.as_str() == surface)
    }
}

#[cfg(test)]
mod tests;
