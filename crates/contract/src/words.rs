//! Closed vocabularies that later backends may extend: each keeps a word it does not know.

use crate::wire::{Wire, serde_by_wire};
use serde_json::{Error, Value};
use std::fmt;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A word this version does not know, as it was received.
            Unknown(String),
        }

        impl $name {
            /// Every word this version knows, in the contract's order.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)*];

            /// The word as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Unknown(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl Wire for $name {
            fn read(json: &mut Value) -> Result<Self, Error> {
                String::read(json).map(|word| Self::from(word.as_str()))
            }

            fn write(&self) -> Value {
                Value::from(self.as_str())
            }
        }

        serde_by_wire!($name);
    )*};
}

words! {
    /// Who a chunk speaks for.
    Role {
        /// The console or the backend itself.
        System = "system",
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A tool's answer.
        Tool = "tool",
    }
    /// Which of a tool's streams wrote.
    OutputStream {
        /// Standard output.
        Stdout = "stdout",
        /// Standard error.
        Stderr = "stderr",
    }
    /// How much a model is asked to think. The backend resolves it: this turn's, else the stored one, else `high`.
    ReasoningEffort {
        /// As little as the model allows.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// What a conversation has that never set it.
        High = "high",
        /// More than usual.
        ExtraHigh = "xhigh",
        /// All the model has.
        Max = "max",
    }
    /// Whether a surface belongs to the backend as a whole or to one conversation.
    SurfaceScope {
        /// Subscribed without a conversation.
        Global = "global",
        /// Subscribed for the focused conversation; also what an absent scope means.
        Conversation = "conversation",
    }
    /// Where a conversation stands (tier L).
    ConversationStatus {
        /// A turn runs.
        Active = "active",
        /// Messages wait for a turn.
        Queued = "queued",
        /// Nothing runs.
        Idle = "idle",
        /// The person closed it.
        Closed = "closed",
    }
    /// The state of a language server.
    LanguageServerState {
        /// It answers.
        Connected = "connected",
        /// It was started and does not answer yet.
        Starting = "starting",
        /// It cannot run; the entry's `error` says why.
        Error = "error",
        /// Nobody started it.
        NotStarted = "not-started",
    }
    /// The state of an MCP server (tier L).
    McpServerState {
        /// A connection is being made.
        Connecting = "connecting",
        /// It answers.
        Connected = "connected",
        /// It failed; the entry's `error` says why.
        Error = "error",
        /// The connection is closed.
        Disconnected = "disconnected",
    }
    /// The length of a throughput window.
    ThroughputPeriod {
        /// One day.
        Day = "day",
        /// One ISO week, Monday to Sunday.
        Week = "week",
        /// One calendar month.
        Month = "month",
    }
    /// How far an entry of a todo list is (tier L).
    TodoStatus {
        /// Nobody began it.
        Pending = "pending",
        /// It is being done.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It will not be done.
        Cancelled = "cancelled",
    }
}
