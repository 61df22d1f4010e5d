//! Unions that stay open: a known variant, or the whole object of one that this version does not know.
//!
//! Serde's own answers do not fit: `tag = "…"` refuses what it does not know, `other` forgets what it was, and `untagged`
//! turns every mistake in a known message into a silent fallback. [`Open`] looks at the tag first, so that a known tag
//! with wrong fields is an error that names the field, and an unknown tag is a value that round-trips.

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, forward_to_deserialize_any};
use serde_json::{Map, Value, map};

/// An enum whose variants are told apart by a string field of the object itself.
///
/// Implementors derive serde's *externally* tagged form; [`Open`] moves the tag in and out of the object.
pub trait Tagged: Serialize + DeserializeOwned {
    /// The field that names the variant, such as `type`.
    const TAG: &'static str;
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
    /// Reads an object that has already been taken apart.
    ///
    /// # Errors
    /// The tag is missing or not a string, or its variant's fields are missing or of the wrong type.
    pub(crate) fn from_fields(mut fields: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let tag = match fields.remove(T::TAG) {
            Some(Value::String(tag)) => tag,
            Some(_) => return Err(serde_json::Error::custom(format_args!("`{}` is not a string", T::TAG))),
            None => return Err(serde_json::Error::custom(format_args!("missing field `{}`", T::TAG))),
        };
        let mut unknown = None;
        let known = T::deserialize(Variant { tag, fields, unknown: &mut unknown });
        match (known, unknown) {
            (_, Some(raw)) => Ok(Self::Unknown(raw)),
            (known, None) => known.map(Self::Known),
        }
    }

    /// Writes the object with its tag among the fields.
    ///
    /// # Errors
    /// A value of `T` holds something JSON cannot carry.
    pub(crate) fn to_fields(&self) -> Result<Map<String, Value>, serde_json::Error> {
        let (tag, mut fields) = match self {
            Self::Unknown(raw) => (raw.tag.clone(), raw.fields.clone()),
            Self::Known(value) => {
                let variant = match serde_json::to_value(value)? {
                    Value::Object(outer) => outer.into_iter().next(),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
                };
                match variant {
                    Some((tag, Value::Object(fields))) => (tag, fields),
                    _ => return Err(serde_json::Error::custom("a tagged variant must have named fields")),
                }
            }
        };
        fields.insert(T::TAG.to_owned(), Value::String(tag));
        Ok(fields)
    }
}

impl<T: Tagged> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_fields().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de, T: Tagged> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_fields(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Says in which field an error arose: serde's own words for a wrong type do not.
pub(crate) fn in_field(name: &str, error: serde_json::Error) -> serde_json::Error {
    serde_json::Error::custom(format_args!("`{name}`: {error}"))
}

/// Presents an object and its tag as an externally tagged enum, and notices a tag that the enum does not list.
struct Variant<'a> {
    tag: String,
    fields: Map<String, Value>,
    unknown: &'a mut Option<RawObject>,
}

impl<'de> Deserializer<'de> for Variant<'_> {
    type Error = serde_json::Error;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if variants.contains(&self.tag.as_str()) {
            return visitor.visit_enum(self);
        }
        let refusal = serde_json::Error::unknown_variant(&self.tag, variants);
        *self.unknown = Some(RawObject { tag: self.tag, fields: self.fields });
        Err(refusal)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = serde_json::Error;
    type Variant = Fields;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Self::Error> {
        let name = seed.deserialize(Value::String(self.tag))?;
        Ok((name, Fields { rest: self.fields.into_iter(), value: None }))
    }
}

/// The fields of a variant whose tag has been read.
struct Fields {
    rest: map::IntoIter,
    value: Option<(String, Value)>,
}

impl<'de> de::VariantAccess<'de> for Fields {
    type Error = serde_json::Error;

    fn unit_variant(self) -> Result<(), Self::Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Self::Error> {
        seed.deserialize(MapAccessDeserializer::new(self))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_map(self)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_map(self)
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        let key = seed.deserialize(name.as_str().into_deserializer())?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Self::Error> {
        match self.value.take() {
            Some((name, value)) => seed.deserialize(value).map_err(|error| in_field(&name, error)),
            None => Err(serde_json::Error::custom("a field's value was read before its name")),
        }
    }
}
