//! The data of the custom fields in use. A field's payload is any JSON until its renderer id says which of these it is.

use crate::{QueuedMessage, TodoStatus};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The payload of a custom field that this version can draw.
pub trait CustomPayload: Serialize + DeserializeOwned {
    /// The `rendererId` of the fields that carry it.
    const RENDERER_ID: &'static str;
}

/// Rows under headings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The headings.
    pub columns: Vec<String>,
    /// The rows, of any length; a cell is a string, a number or a boolean.
    pub rows: Vec<Vec<Value>>,
}

impl CustomPayload for Table {
    const RENDERER_ID: &'static str = "table";
}

/// When the cache was warmed and will be. What is not a number reads as null: the rest of its surface must stay usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CacheWarmingTimer {
    /// The next warm, milliseconds since the epoch; null while warming is off or a turn runs.
    #[serde(default, deserialize_with = "epoch_ms")]
    pub next_warm_at: Option<i64>,
    /// The last one; null when there was none.
    #[serde(default, deserialize_with = "epoch_ms")]
    pub last_warm_at: Option<i64>,
}

impl CustomPayload for CacheWarmingTimer {
    const RENDERER_ID: &'static str = "cache-warming-timer";
}

/// The messages that wait for the running turn (tier L).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageQueue {
    /// In the order in which they will be sent.
    pub messages: Vec<QueuedMessage>,
}

impl CustomPayload for MessageQueue {
    const RENDERER_ID: &'static str = "message-queue";
}

/// What the model means to do (tier L).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TodoList {
    /// Its entries in order.
    pub todos: Vec<Todo>,
}

impl CustomPayload for TodoList {
    const RENDERER_ID: &'static str = "todo";
}

/// One entry of a todo list (tier L).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    /// What is to be done.
    pub content: String,
    /// How far it is.
    pub status: TodoStatus,
    /// How urgent it is, in the backend's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
}

fn epoch_ms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_i64().or_else(|| value.as_f64().map(|ms| ms.round() as i64)))
}
