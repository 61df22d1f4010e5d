//! The fields of a surface, read one by one: a field that cannot be drawn is skipped alone, and counted.
//!
//! What is skipped without being counted is what the contract wants skipped: a custom field whose renderer this version
//! does not have.

use crate::anomaly::{Anomalies, Anomaly};
use dispatch_contract::{CacheWarmingTimer, CustomPayload, Field, MessageQueue, Open, SurfaceSpec, Table, TodoList};
use serde_json::Value;

/// A field that this version can draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawable {
    /// One of the kinds; never a custom one.
    Field(Field),
    /// Rows under headings.
    Table(Table),
    /// What the model means to do.
    Todo(TodoList),
    /// Messages that wait.
    Queue(MessageQueue),
    /// When the cache was warmed and will be.
    Timer(CacheWarmingTimer),
}

/// Reads the fields that can be drawn, in their order.
pub fn read_fields(raw: &[Value], anomalies: &mut Anomalies) -> Vec<Drawable> {
    let mut fields = Vec::new();
    for raw in raw {
        match SurfaceSpec::read_field(raw) {
            Ok(Open::Known(Field::Custom { renderer_id, payload })) => match read_custom(&renderer_id, payload) {
                Some(Ok(field)) => fields.push(field),
                Some(Err(_)) => anomalies.count(Anomaly::BadField),
                None => {}
            },
            Ok(Open::Known(field)) if is_finite(&field) => fields.push(Drawable::Field(field)),
            Ok(Open::Unknown(_)) => anomalies.count(Anomaly::UnknownField),
            Ok(Open::Known(_)) | Err(_) => anomalies.count(Anomaly::BadField),
        }
    }
    fields
}

/// The data of a custom field. `None`: nothing in this version draws it.
fn read_custom(renderer: &str, payload: Value) -> Option<Result<Drawable, serde_json::Error>> {
    Some(match renderer {
        Table::RENDERER_ID => serde_json::from_value(payload).map(Drawable::Table),
        TodoList::RENDERER_ID => serde_json::from_value(payload).map(Drawable::Todo),
        MessageQueue::RENDERER_ID => serde_json::from_value(payload).map(Drawable::Queue),
        CacheWarmingTimer::RENDERER_ID => serde_json::from_value(payload).map(Drawable::Timer),
        _ => return None,
    })
}

/// JSON has no infinite numbers, but what is read from it need not come from JSON.
fn is_finite(field: &Field) -> bool {
    match field {
        Field::Progress { value, .. } => value.is_finite(),
        Field::Number { value, min, max, step, .. } => {
            value.is_finite() && [min, max, step].into_iter().flatten().all(|number| number.is_finite())
        }
        Field::Toggle { .. }
        | Field::Selector { .. }
        | Field::Stat { .. }
        | Field::Button { .. }
        | Field::Custom { .. } => true,
    }
}
