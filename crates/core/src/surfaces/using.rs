//! Controls that are used: what they show until the backend has answered, and what is said when it does not.
//!
//! A use is never kept for later. What a person wanted a minute ago, and saw not happen, must not happen by itself when
//! the network is back.

use super::{Drawable, Holding, Standing, Surfaces};
use crate::surfaces::number::read_typed;
use dispatch_contract::{ActionId, ClientMessage, Field, SurfaceId};
use serde_json::Value;

/// How long a control shows what was asked of it without an answer, in milliseconds.
pub const SETTLE_LIMIT: f64 = 5_000.0;

/// What is said of a control that is used while no socket is open.
const NOT_CONNECTED: &str = "Not connected: nothing was sent.";
/// What is said of one whose state is not known to be true now.
const NOT_CURRENT: &str = "Its state is still on its way: nothing was sent.";
/// What is said when nothing came for [`SETTLE_LIMIT`].
const NO_ANSWER: &str = "The backend did not answer within 5 seconds.";
/// What is said when the socket closed before an answer came.
pub(super) const CUT_OFF: &str = "The connection was lost before the backend answered.";

/// What a person does with a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// Switches it.
    Switch(bool),
    /// Chooses the option with this value.
    Choose(String),
    /// Sets a number, as it was typed.
    Set(String),
    /// Presses it.
    Press,
}

/// A control that was used and not answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pending {
    number: u64,
    pub(super) of: Holding,
    pub(super) action: ActionId,
    pub(super) payload: Option<Value>,
}

/// What is said beside a control.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Note {
    pub(super) of: Holding,
    pub(super) action: ActionId,
    pub(super) words: String,
    /// The surface's next state makes it untrue.
    pub(super) until_frame: bool,
}

/// An order that was sent: its number, and the frame.
#[derive(Debug)]
pub(crate) struct Invoked {
    pub(crate) number: u64,
    pub(crate) frame: ClientMessage,
}

impl Surfaces {
    /// A person uses a control of a held surface. Without a connection, or with something that its field does not take,
    /// nothing is sent, and the words that say why stand beside it.
    pub(crate) fn used(
        &mut self,
        surface: &SurfaceId,
        action: &ActionId,
        used: Use,
        is_connected: bool,
    ) -> Option<Result<Invoked, String>> {
        let of = self.holding(surface)?.clone();
        self.notes.retain(|note| note.of != of || note.action != *action);
        let payload = if is_connected {
            match self.standing(&of) {
                Standing::Current => self.payload(&of, action, used)?,
                Standing::Awaited | Standing::Stale => Err(NOT_CURRENT.to_owned()),
            }
        } else {
            Err(NOT_CONNECTED.to_owned())
        };
        let payload = match payload {
            Ok(payload) => payload,
            Err(words) => {
                self.note(of, action.clone(), words.clone(), false);
                return Some(Err(words));
            }
        };
        self.uses += 1;
        let frame = ClientMessage::Invoke {
            surface_id: surface.clone(),
            action_id: action.clone(),
            payload: payload.clone(),
            conversation_id: of.conversation.clone(),
        };
        self.pending.push(Pending { number: self.uses, of, action: action.clone(), payload });
        Some(Ok(Invoked { number: self.uses, frame }))
    }

    /// What is sent for a use, or why nothing is. `None`: the surface has no such control any more.
    fn payload(&self, of: &Holding, action: &ActionId, used: Use) -> Option<Result<Option<Value>, String>> {
        self.known(of)?.fields.iter().find_map(|field| {
            let Drawable::Field(field) = field else { return None };
            let (its, payload) = match (field, &used) {
                (Field::Toggle { action, .. }, Use::Switch(on)) => (action, Ok(Some(Value::Bool(*on)))),
                (Field::Selector { action, .. }, Use::Choose(value)) => {
                    (action, Ok(Some(Value::String(value.clone()))))
                }
                (Field::Number { action, min, max, unit, .. }, Use::Set(typed)) => {
                    (action, read_typed(typed, *min, *max, unit.as_deref()).map(Some))
                }
                (Field::Button { action, .. }, Use::Press) => (action, Ok(None)),
                _ => return None,
            };
            (its.action_id == *action).then_some(payload)
        })
    }

    pub(super) fn note(&mut self, of: Holding, action: ActionId, words: String, until_frame: bool) {
        self.notes.retain(|note| note.of != of || note.action != action);
        self.notes.push(Note { of, action, words, until_frame });
    }

    /// A control was not answered in time: it returns, and says so. `None`: it was.
    pub(crate) fn gave_up(&mut self, number: u64) -> Option<&'static str> {
        let place = self.pending.iter().position(|pending| pending.number == number)?;
        let pending = self.pending.remove(place);
        self.note(pending.of, pending.action, NO_ANSWER.to_owned(), true);
        Some(NO_ANSWER)
    }

    /// What was asked of a control of a held surface and not answered.
    pub(super) fn pending(&self, of: &Holding, action: &ActionId) -> Option<&Pending> {
        self.pending.iter().rev().find(|pending| pending.of == *of && pending.action == *action)
    }

    /// What is said beside a control.
    pub(super) fn note_of(&self, of: &Holding, action: &ActionId) -> Option<&str> {
        let note = self.notes.iter().find(|note| note.of == *of && note.action == *action)?;
        Some(&note.words)
    }
}
