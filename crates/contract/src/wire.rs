//! How the types of the contract are read from JSON and written to it.
//!
//! Not by serde's derives: what they generate is fast, and was among the largest parts of what a visitor downloads.
//! Here JSON becomes a [`Value`] first, by one parser for all types, and each type takes its parts out of that. The
//! declarations (see [`declare`](crate::declare)) expand to one call per field, of a function that exists once per type
//! of field; those functions are `#[inline(never)]` so that it stays so.

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Error, Map, Value};

/// What a JSON object holds.
pub(crate) type Fields = Map<String, Value>;

/// A type with a form in JSON.
pub(crate) trait Wire: Sized {
    /// Reads the type by taking it out of `json`. What is left there is of no use, whether it succeeds or not.
    fn read(json: &mut Value) -> Result<Self, Error>;

    /// The type's form in JSON.
    fn write(&self) -> Value;
}

/// A type whose form is an object with the same fields always.
pub(crate) trait Record: Sized {
    /// Reads the type by taking its fields out of `fields`, which may hold more.
    fn read_fields(fields: &mut Fields) -> Result<Self, Error>;

    /// Adds the type's fields to `fields`.
    fn write_fields(&self, fields: &mut Fields);
}

impl<T: Record> Wire for T {
    fn read(json: &mut Value) -> Result<Self, Error> {
        Self::read_fields(object(json)?)
    }

    fn write(&self) -> Value {
        let mut fields = Fields::new();
        self.write_fields(&mut fields);
        Value::Object(fields)
    }
}

impl Wire for Value {
    fn read(json: &mut Value) -> Result<Self, Error> {
        Ok(json.take())
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

impl Wire for String {
    #[inline(never)]
    fn read(json: &mut Value) -> Result<Self, Error> {
        let Value::String(text) = json else { return Err(wrong_type(json, "a string")) };
        Ok(std::mem::take(text))
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Wire for bool {
    fn read(json: &mut Value) -> Result<Self, Error> {
        json.as_bool().ok_or_else(|| wrong_type(json, "a boolean"))
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Wire for u64 {
    fn read(json: &mut Value) -> Result<Self, Error> {
        json.as_u64().ok_or_else(|| wrong_type(json, "u64"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for u32 {
    fn read(json: &mut Value) -> Result<Self, Error> {
        json.as_u64().and_then(|number| Self::try_from(number).ok()).ok_or_else(|| wrong_type(json, "u32"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for i64 {
    fn read(json: &mut Value) -> Result<Self, Error> {
        json.as_i64().ok_or_else(|| wrong_type(json, "i64"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for f64 {
    fn read(json: &mut Value) -> Result<Self, Error> {
        json.as_f64().ok_or_else(|| wrong_type(json, "f64"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(json: &mut Value) -> Result<Self, Error> {
        let items = array(json)?;
        let mut values = Self::with_capacity(items.len());
        for item in items {
            values.push(T::read(item)?);
        }
        Ok(values)
    }

    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }
}

/// An object with names of anybody's choice. A row of pairs: a tree would be two kilobytes more for every visitor. What
/// cannot be read under one name is left out, and takes nothing from the others.
impl<T: Wire> Wire for Vec<(String, T)> {
    fn read(json: &mut Value) -> Result<Self, Error> {
        let mut values = Self::new();
        for (name, json) in object(json)?.iter_mut() {
            if let Ok(value) = T::read(json) {
                values.push((name.clone(), value));
            }
        }
        Ok(values)
    }

    fn write(&self) -> Value {
        Value::Object(self.iter().map(|(name, value)| (name.clone(), value.write())).collect())
    }
}

/// The fields of an object.
#[inline(never)]
pub(crate) fn object(json: &mut Value) -> Result<&mut Fields, Error> {
    let Value::Object(fields) = json else { return Err(wrong_type(json, "a map")) };
    Ok(fields)
}

/// The items of a list.
#[inline(never)]
fn array(json: &mut Value) -> Result<&mut [Value], Error> {
    let Value::Array(items) = json else { return Err(wrong_type(json, "a sequence")) };
    Ok(items)
}

/// The refusal of JSON of another type, in serde's words.
#[cold]
#[inline(never)]
fn wrong_type(json: &Value, expected: &str) -> Error {
    let found = match json {
        Value::Null => Unexpected::Unit,
        Value::Bool(value) => Unexpected::Bool(*value),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), _, _) => Unexpected::Unsigned(number),
            (None, Some(number), _) => Unexpected::Signed(number),
            (None, None, number) => Unexpected::Float(number.unwrap_or(f64::NAN)),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(found, &expected)
}

/// The refusal of an object without a field, in serde's words.
#[cold]
#[inline(never)]
pub(crate) fn missing(name: &str) -> Error {
    Error::custom(format_args!("missing field `{name}`"))
}

/// Says in which field an error arose.
#[cold]
#[inline(never)]
pub(crate) fn in_field(name: &str, error: Error) -> Error {
    Error::custom(format_args!("`{name}`: {error}"))
}

/// `Deserialize` for a type with a form in JSON.
pub(crate) fn deserialize<'de, T: Wire, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(&mut Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// `Serialize` for a type with a form in JSON.
pub(crate) fn serialize<T: Wire, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write().serialize(serializer)
}

/// Makes types with a form in JSON serde's, too.
macro_rules! serde_by_wire {
    ($($name:ident)*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }
    )*};
}

pub(crate) use serde_by_wire;
