//! One field of every kind, all about one small state, so that a person can see what an extension may offer and a test can
//! use it: a lamp that can be lit, tinted and dimmed.
//!
//! Two of the fields nobody knows: a kind and a renderer of tomorrow. A console must skip them and show the rest; one that
//! shows nothing at all here has a mistake that some extension would have shown later.

use super::{Surface, SurfaceError};
use dispatch_contract::{
    ActionId, ActionRef, CatalogEntry, ConversationId, CustomPayload, Field, Open, RawObject, SelectorOption,
    SurfaceScope, Table, TodoList,
};
use parking_lot::Mutex;
use serde_json::{Value, json};

const LIT: &str = "demo-controls/lit";
const TINT: &str = "demo-controls/tint";
const BRIGHTNESS: &str = "demo-controls/brightness";
const RESET: &str = "demo-controls/reset";

/// Value and label.
const TINTS: &[(&str, &str)] = &[("amber", "Amber"), ("white", "White"), ("green", "Green"), ("red", "Red")];

const BRIGHTEST: f64 = 100.0;
const BRIGHTNESS_STEP: f64 = 5.0;

/// The surface.
#[derive(Debug, Default)]
pub(super) struct DemoControls {
    lamp: Mutex<Lamp>,
}

#[derive(Debug, Clone)]
struct Lamp {
    lit: bool,
    tint: &'static (&'static str, &'static str),
    brightness: f64,
    changes: u64,
    last_change: String,
}

impl Default for Lamp {
    fn default() -> Self {
        Self { lit: false, tint: &TINTS[0], brightness: 40.0, changes: 0, last_change: "none yet".to_owned() }
    }
}

impl Surface for DemoControls {
    fn entry(&self) -> CatalogEntry {
        CatalogEntry {
            id: "demo-controls".into(),
            region: "sidebar".to_owned(),
            title: "Demo controls".to_owned(),
            scope: Some(SurfaceScope::Global),
        }
    }

    fn fields(&self, _conversation: Option<&ConversationId>) -> Vec<Open<Field>> {
        let lamp = self.lamp.lock().clone();
        let chosen: Vec<Value> = TINTS.iter().map(|(value, label)| json!([label, *value == lamp.tint.0])).collect();
        let todos = [
            ("Light the lamp", lamp.lit),
            ("Choose another tint", lamp.tint.0 != TINTS[0].0),
            ("Give it all it has", lamp.brightness >= BRIGHTEST),
        ];
        let todos: Vec<Value> = todos
            .iter()
            .map(|(content, is_done)| json!({ "content": content, "status": if *is_done { "completed" } else { "pending" } }))
            .collect();
        let options = TINTS
            .iter()
            .map(|(value, label)| SelectorOption { value: (*value).to_owned(), label: (*label).to_owned() })
            .collect();
        let known = vec![
            Field::Toggle { label: "Lamp".to_owned(), value: lamp.lit, action: action(LIT) },
            Field::Selector { label: "Tint".to_owned(), value: lamp.tint.0.to_owned(), options, action: action(TINT) },
            Field::Number {
                label: "Brightness".to_owned(),
                value: lamp.brightness,
                min: Some(0.0),
                max: Some(BRIGHTEST),
                step: Some(BRIGHTNESS_STEP),
                unit: Some("%".to_owned()),
                action: action(BRIGHTNESS),
            },
            Field::Progress {
                label: "Light given".to_owned(),
                value: if lamp.lit { lamp.brightness / BRIGHTEST } else { 0.0 },
            },
            Field::Stat { label: "Changes".to_owned(), value: lamp.changes.to_string() },
            Field::Stat { label: "Last change".to_owned(), value: lamp.last_change },
            Field::Custom {
                renderer_id: Table::RENDERER_ID.to_owned(),
                payload: json!({ "columns": ["Tint", "Chosen"], "rows": chosen }),
            },
            Field::Custom { renderer_id: TodoList::RENDERER_ID.to_owned(), payload: json!({ "todos": todos }) },
            Field::Custom { renderer_id: "demo-hologram".to_owned(), payload: json!({ "beams": [1, "two", null] }) },
            Field::Button { label: "Reset".to_owned(), action: action(RESET) },
        ];
        let dial =
            json!({ "label": "Colour temperature", "value": 2_700, "action": { "actionId": "demo-controls/dial" } });
        let unknown =
            Open::Unknown(RawObject { tag: "dial".to_owned(), fields: dial.as_object().cloned().unwrap_or_default() });
        let mut fields: Vec<_> = known.into_iter().map(Open::Known).collect();
        // In the middle: what stands after a field that is skipped must be shown as well.
        fields.insert(3, unknown);
        fields
    }

    fn invoke(
        &self,
        _conversation: Option<&ConversationId>,
        action: &ActionId,
        payload: Option<&Value>,
    ) -> Result<(), SurfaceError> {
        let bad = |wanted: &str| SurfaceError::BadPayload { action: action.clone(), wanted: wanted.to_owned() };
        let mut lamp = self.lamp.lock();
        let change = match action.as_str() {
            LIT => {
                lamp.lit = payload.and_then(Value::as_bool).ok_or_else(|| bad("true or false"))?;
                if lamp.lit { "lit" } else { "put out" }.to_owned()
            }
            TINT => {
                let wanted = payload.and_then(Value::as_str);
                let tint = TINTS.iter().find(|(value, _)| Some(*value) == wanted);
                lamp.tint = tint.ok_or_else(|| bad("one of its options"))?;
                format!("tinted {}", lamp.tint.1.to_lowercase())
            }
            BRIGHTNESS => {
                let wanted = payload.and_then(Value::as_f64).filter(|value| (0.0..=BRIGHTEST).contains(value));
                lamp.brightness = wanted.ok_or_else(|| bad("a number from 0 to 100"))?;
                format!("dimmed to {} %", lamp.brightness)
            }
            RESET => {
                let changes = lamp.changes;
                *lamp = Lamp { changes, ..Lamp::default() };
                "reset".to_owned()
            }
            _ => return Err(SurfaceError::UnknownAction(action.clone())),
        };
        lamp.changes += 1;
        lamp.last_change = change;
        Ok(())
    }
}

fn action(id: &str) -> ActionRef {
    ActionRef { action_id: id.into() }
}
