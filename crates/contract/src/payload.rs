//! The data of the custom fields in use. A field's payload is any JSON until its renderer id says which of these it is.

use crate::declare::records;
use crate::presence::{optional, required};
use crate::{QueuedMessage, TodoStatus};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The payload of a custom field that this version can draw.
pub trait CustomPayload: Serialize + DeserializeOwned {
    /// The `rendererId` of the fields that carry it.
    const RENDERER_ID: &'static str;
}

records! {
    /// Rows under headings.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Table {
        /// The headings.
        pub columns: Vec<String> = required("columns"),
        /// The rows, of any length; a cell is a string, a number or a boolean.
        pub rows: Vec<Vec<Value>> = required("rows"),
    }
}

impl CustomPayload for Table {
    const RENDERER_ID: &'static str = "table";
}

records! {
    /// When the cache was warmed and will be. What is not a number reads as null: the rest of its surface must stay
    /// usable.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CacheWarmingTimer {
        /// The next warm, milliseconds since the epoch; null while warming is off or a turn runs.
        pub next_warm_at: Option<i64> = milliseconds("nextWarmAt"),
        /// The last one; null when there was none.
        pub last_warm_at: Option<i64> = milliseconds("lastWarmAt"),
    }
}

impl CustomPayload for CacheWarmingTimer {
    const RENDERER_ID: &'static str = "cache-warming-timer";
}

records! {
    /// The messages that wait for the running turn (tier L).
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct MessageQueue {
        /// In the order in which they will be sent.
        pub messages: Vec<QueuedMessage> = required("messages"),
    }
}

impl CustomPayload for MessageQueue {
    const RENDERER_ID: &'static str = "message-queue";
}

records! {
    /// What the model means to do (tier L).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct TodoList {
        /// Its entries in order.
        pub todos: Vec<Todo> = required("todos"),
    }
}

impl CustomPayload for TodoList {
    const RENDERER_ID: &'static str = "todo";
}

records! {
    /// One entry of a todo list (tier L).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Todo {
        /// What is to be done.
        pub content: String = required("content"),
        /// How far it is.
        pub status: TodoStatus = required("status"),
        /// How urgent it is, in the backend's words.
        pub priority: Option<String> = optional("priority"),
    }
}

/// The field is null where there is no value; whatever is no number reads as null.
mod milliseconds {
    use crate::wire::Fields;
    use serde_json::{Error, Value};

    pub(super) fn read(fields: &mut Fields, name: &str) -> Result<Option<i64>, Error> {
        let value = fields.get(name).unwrap_or(&Value::Null);
        Ok(value.as_i64().or_else(|| value.as_f64().map(|ms| ms.round() as i64)))
    }

    pub(super) use crate::presence::nullable::write;
}
