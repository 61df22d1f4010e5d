//! What it means that a field is absent or null: each word that a declaration may use is a module with a `read` and a
//! `write`.

use crate::wire::{Fields, Wire, in_field, missing};
use serde_json::{Error, Value};

/// Adds a field to an object.
#[inline(never)]
fn insert(fields: &mut Fields, name: &str, json: Value) {
    fields.insert(name.to_owned(), json);
}

/// The field must be there.
pub(crate) mod required {
    use super::*;

    #[inline(never)]
    pub(crate) fn read<T: Wire>(fields: &mut Fields, name: &str) -> Result<T, Error> {
        match fields.get_mut(name) {
            Some(json) => T::read(json).map_err(|error| in_field(name, error)),
            None => Err(missing(name)),
        }
    }

    #[inline(never)]
    pub(crate) fn write<T: Wire>(value: &T, fields: &mut Fields, name: &str) {
        insert(fields, name, value.write());
    }
}

/// The field may be left out; null reads as left out.
pub(crate) mod optional {
    use super::*;

    #[inline(never)]
    pub(crate) fn read<T: Wire>(fields: &mut Fields, name: &str) -> Result<Option<T>, Error> {
        match fields.get_mut(name) {
            None | Some(Value::Null) => Ok(None),
            Some(json) => T::read(json).map(Some).map_err(|error| in_field(name, error)),
        }
    }

    #[inline(never)]
    pub(crate) fn write<T: Wire>(value: &Option<T>, fields: &mut Fields, name: &str) {
        if let Some(value) = value {
            insert(fields, name, value.write());
        }
    }
}

/// The field may be left out; null is a value of it.
pub(crate) mod provided {
    use super::*;

    pub(crate) fn read(fields: &mut Fields, name: &str) -> Result<Option<Value>, Error> {
        Ok(fields.get_mut(name).map(Value::take))
    }

    pub(crate) use super::optional::write;
}

/// The field is null where there is no value; left out reads as null.
pub(crate) mod nullable {
    use super::*;

    pub(crate) use super::optional::read;

    #[inline(never)]
    pub(crate) fn write<T: Wire>(value: &Option<T>, fields: &mut Fields, name: &str) {
        insert(fields, name, value.as_ref().map_or(Value::Null, Wire::write));
    }
}

/// The field is null where there is no value, and must be there.
pub(crate) mod stated {
    use super::*;

    pub(crate) fn read<T: Wire>(fields: &mut Fields, name: &str) -> Result<Option<T>, Error> {
        if fields.contains_key(name) { nullable::read(fields, name) } else { Err(missing(name)) }
    }

    pub(crate) use super::nullable::write;
}

/// The field is always written; left out reads as its type's default.
pub(crate) mod or_default {
    use super::*;

    #[inline(never)]
    pub(crate) fn read<T: Wire + Default>(fields: &mut Fields, name: &str) -> Result<T, Error> {
        match fields.get_mut(name) {
            Some(json) => T::read(json).map_err(|error| in_field(name, error)),
            None => Ok(T::default()),
        }
    }

    pub(crate) use super::required::write;
}

/// The field is left out when it is empty.
pub(crate) mod or_empty {
    use super::*;

    pub(crate) use super::or_default::read;

    #[inline(never)]
    pub(crate) fn write<T: Wire + Default + PartialEq>(value: &T, fields: &mut Fields, name: &str) {
        if *value != T::default() {
            insert(fields, name, value.write());
        }
    }
}
