//! Surfaces: data that a backend extension declares and a client draws by kind, in its own idiom.

use crate::{ActionId, Open, SurfaceId, Tagged};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A surface's whole state. Fields stay raw until they are drawn, so that one bad field is skipped alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SurfaceSpec {
    /// Its id.
    pub id: SurfaceId,
    /// Where the extension would like to stand; an open hint.
    pub region: String,
    /// Its title.
    pub title: String,
    /// Its fields in order, each readable by [`SurfaceSpec::read_field`].
    pub fields: Vec<Value>,
}

impl SurfaceSpec {
    /// Reads one raw field.
    ///
    /// # Errors
    /// The field is not an object, has no `kind`, or a known kind's members are missing or of the wrong type.
    pub fn read_field(raw: &Value) -> Result<Open<Field>, serde_json::Error> {
        Open::deserialize(raw)
    }
}

/// One field of a surface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Field {
    /// An on/off switch; invoked with the new boolean.
    Toggle {
        /// Its name.
        label: String,
        /// Whether it is on.
        value: bool,
        /// What it asks for.
        action: ActionRef,
    },
    /// How far something is.
    Progress {
        /// Its name.
        label: String,
        /// From 0 to 1.
        value: f64,
    },
    /// One of several; invoked with the option's value.
    Selector {
        /// Its name.
        label: String,
        /// The chosen option's value.
        value: String,
        /// The options in order.
        options: Vec<SelectorOption>,
        /// What it asks for.
        action: ActionRef,
    },
    /// A value to read.
    Stat {
        /// Its name.
        label: String,
        /// Its text.
        value: String,
    },
    /// A number to set; invoked with the number.
    Number {
        /// Its name.
        label: String,
        /// The number now.
        value: f64,
        /// The least that is accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The most that is accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        /// By how much one key press changes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<f64>,
        /// What it counts, such as `s`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// What it asks for.
        action: ActionRef,
    },
    /// Something to do; invoked without a payload.
    Button {
        /// Its name.
        label: String,
        /// What it asks for.
        action: ActionRef,
    },
    /// Drawn by a client that knows the renderer, skipped by the rest.
    Custom {
        /// The renderer.
        renderer_id: String,
        /// Its data.
        payload: Value,
    },
}

impl Tagged for Field {
    const TAG: &'static str = "kind";
}

/// What using a control asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionRef {
    /// The action.
    pub action_id: ActionId,
}

/// One option of a selector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectorOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}
