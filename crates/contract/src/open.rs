//! Unions that stay open: a known variant, or the whole object of one that this version does not know.
//!
//! Serde's own answers do not fit: `tag = "…"` refuses what it does not know, `other` forgets what it was, and `untagged`
//! turns every mistake in a known message into a silent fallback. [`Open`] looks at the tag first, so that a known tag
//! with wrong fields is an error that names the field, and an unknown tag is a value that round-trips.

use crate::wire::{self, Fields, Wire, missing, object};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Error, Map, Value};

/// An enum whose variants are told apart by a string field of the object itself.
///
/// It has no form in JSON by itself: what is read and written is [`Open`].
pub trait Tagged: Sized {
    /// The field that names the variant, such as `type`.
    const TAG: &'static str;

    /// Every value of that field that this version knows, in the contract's order.
    const TAGS: &'static [&'static str];

    /// Reads the variant that a tag names by taking its fields out of `fields`, which may hold more. If the tag is not
    /// known, it is `None`, and nothing is taken.
    ///
    /// # Errors
    /// The variant's fields are missing or of the wrong type.
    fn read_variant(tag: &str, fields: &mut Map<String, Value>) -> Result<Option<Self>, Error>;

    /// Adds the variant's fields to `fields`, and gives its tag.
    fn write_variant(&self, fields: &mut Map<String, Value>) -> &'static str;
}

/// A value of `T`, or an object whose tag `T` does not know.
#[derive(Clone, Debug, PartialEq)]
pub enum Open<T> {
    /// A variant this version knows.
    Known(T),
    /// One it does not: kept as it came.
    Unknown(RawObject),
}

/// An object that was not understood, with the tag that says what its sender meant.
#[derive(Clone, Debug, PartialEq)]
pub struct RawObject {
    /// The value of the tag field.
    pub tag: String,
    /// Every other field.
    pub fields: Map<String, Value>,
}

impl<T> Open<T> {
    /// The known value, if it is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

impl<T> From<T> for Open<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: Tagged> Open<T> {
    /// Reads the value by taking it out of an object's fields. All of them are taken if the tag is not known.
    ///
    /// # Errors
    /// The tag is missing or not a string, or its variant's fields are missing or of the wrong type.
    pub(crate) fn read_fields(fields: &mut Fields) -> Result<Self, Error> {
        let tag = take_tag(fields, T::TAG)?;
        Ok(match T::read_variant(&tag, fields)? {
            Some(known) => Self::Known(known),
            None => Self::Unknown(RawObject { tag, fields: std::mem::take(fields) }),
        })
    }
}

/// The fields of a known variant's object, its tag among them.
pub(crate) fn known_fields<T: Tagged>(value: &T) -> Fields {
    let mut fields = Fields::new();
    let tag = value.write_variant(&mut fields);
    fields.insert(T::TAG.to_owned(), Value::from(tag));
    fields
}

/// The fields of an object that was not understood, its tag among them.
pub(crate) fn unknown_fields(raw: &RawObject, tag_field: &str) -> Fields {
    let mut fields = raw.fields.clone();
    fields.insert(tag_field.to_owned(), Value::from(raw.tag.as_str()));
    fields
}

/// Takes the tag out of an object's fields.
#[inline(never)]
fn take_tag(fields: &mut Fields, name: &str) -> Result<String, Error> {
    match fields.remove(name) {
        Some(Value::String(tag)) => Ok(tag),
        Some(_) => Err(Error::custom(format_args!("`{name}` is not a string"))),
        None => Err(missing(name)),
    }
}

impl<T: Tagged> Wire for Open<T> {
    fn read(json: &mut Value) -> Result<Self, Error> {
        Self::read_fields(object(json)?)
    }

    fn write(&self) -> Value {
        Value::Object(match self {
            Self::Known(value) => known_fields(value),
            Self::Unknown(raw) => unknown_fields(raw, T::TAG),
        })
    }
}

impl<T: Tagged> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        wire::serialize(self, serializer)
    }
}

impl<'de, T: Tagged> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}
