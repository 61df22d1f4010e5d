//! Surfaces: data that a backend extension declares and a client draws by kind, in its own idiom.

use crate::declare::{records, union};
use crate::presence::{optional, required};
use crate::wire::Wire;
use crate::{ActionId, Open, SurfaceId};
use serde_json::Value;

records! {
    /// A surface's whole state. Fields stay raw until they are drawn, so that one bad field is skipped alone.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SurfaceSpec {
        /// Its id.
        pub id: SurfaceId = required("id"),
        /// Where the extension would like to stand; an open hint.
        pub region: String = required("region"),
        /// Its title.
        pub title: String = required("title"),
        /// Its fields in order, each readable by [`SurfaceSpec::read_field`].
        pub fields: Vec<Value> = required("fields"),
    }
}

impl SurfaceSpec {
    /// Reads one raw field.
    ///
    /// # Errors
    /// The field is not an object, has no `kind`, or a known kind's members are missing or of the wrong type.
    pub fn read_field(raw: &Value) -> Result<Open<Field>, serde_json::Error> {
        Open::read(&mut raw.clone())
    }
}

union! {
    /// One field of a surface.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Field tagged "kind" {
        /// An on/off switch; invoked with the new boolean.
        Toggle = "toggle" {
            /// Its name.
            label: String = required("label"),
            /// Whether it is on.
            value: bool = required("value"),
            /// What it asks for.
            action: ActionRef = required("action"),
        },
        /// How far something is.
        Progress = "progress" {
            /// Its name.
            label: String = required("label"),
            /// From 0 to 1.
            value: f64 = required("value"),
        },
        /// One of several; invoked with the option's value.
        Selector = "selector" {
            /// Its name.
            label: String = required("label"),
            /// The chosen option's value.
            value: String = required("value"),
            /// The options in order.
            options: Vec<SelectorOption> = required("options"),
            /// What it asks for.
            action: ActionRef = required("action"),
        },
        /// A value to read.
        Stat = "stat" {
            /// Its name.
            label: String = required("label"),
            /// Its text.
            value: String = required("value"),
        },
        /// A number to set; invoked with the number.
        Number = "number" {
            /// Its name.
            label: String = required("label"),
            /// The number now.
            value: f64 = required("value"),
            /// The least that is accepted.
            min: Option<f64> = optional("min"),
            /// The most that is accepted.
            max: Option<f64> = optional("max"),
            /// By how much one key press changes it.
            step: Option<f64> = optional("step"),
            /// What it counts, such as `s`.
            unit: Option<String> = optional("unit"),
            /// What it asks for.
            action: ActionRef = required("action"),
        },
        /// Something to do; invoked without a payload.
        Button = "button" {
            /// Its name.
            label: String = required("label"),
            /// What it asks for.
            action: ActionRef = required("action"),
        },
        /// Drawn by a client that knows the renderer, skipped by the rest.
        Custom = "custom" {
            /// The renderer.
            renderer_id: String = required("rendererId"),
            /// Its data.
            payload: Value = required("payload"),
        },
    }
}

records! {
    /// What using a control asks for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ActionRef {
        /// The action.
        pub action_id: ActionId = required("actionId"),
    }

    /// One option of a selector.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SelectorOption {
        /// What is sent.
        pub value: String = required("value"),
        /// What is read.
        pub label: String = required("label"),
    }
}
