//! Identifiers as types of their own, so that a turn's id can never be passed where a conversation's belongs.

use crate::wire::Wire;
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};
use std::fmt;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text of an identifier; every text is one, the maker decides its form.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl Wire for $name {
            fn read(json: &mut Value) -> Result<Self, Error> {
                String::read(json).map(Self)
            }

            fn write(&self) -> Value {
                self.0.write()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

identifiers! {
    /// A conversation; a UUID v4 that the client mints.
    ConversationId;
    /// A turn; minted by the backend.
    TurnId;
    /// A step inside a turn; opaque, equal on everything the step produced.
    StepId;
    /// A tool call; minted by the model's provider.
    ToolCallId;
    /// A surface that a backend extension declares.
    SurfaceId;
    /// What a control of a surface asks for.
    ActionId;
    /// A queued message.
    MessageId;
}
