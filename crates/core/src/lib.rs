//! The state machines of the console: everything that is decided, and nothing that is done.
//!
//! Something happens and becomes an [`Event`], a fact in the past tense; [`reduce`] folds it into the [`State`] and leaves
//! [`Effect`]s, orders for the runtime, whose answers come back as events. There is no I/O in here, no clock, no
//! randomness and no failure path: time and chance arrive inside events, and what cannot be right (a bad frame, a gap, a
//! duplicate) is counted as an [`Anomaly`](anomaly::Anomaly) and survived.
#![warn(missing_docs)]

pub mod address;
pub mod anomaly;
pub mod cache;
mod calendar;
pub mod call;
pub mod changes;
pub mod connection;
pub mod content;
pub mod conversation;
pub mod diagnostics;
pub mod effect;
pub mod event;
pub mod folding;
pub mod follow;
pub mod intake;
mod invariants;
mod late;
pub mod listing;
mod map;
pub mod metrics;
pub mod models;
mod order;
pub mod outbox;
pub mod palette;
pub mod pictures;
pub mod problem;
pub mod queue;
pub mod reading;
mod receipt;
mod reduce;
pub mod retry;
pub mod settings;
pub mod setup;
pub mod shortcut;
pub mod sidebar;
pub mod state;
pub mod surfaces;
pub mod sync;
pub mod tabs;
pub mod throughput;
pub mod time;
pub mod title;
pub mod tool;
pub mod transcript;
pub mod update;
pub mod view;
pub mod warming;
pub mod window;

pub use address::GivenAddresses;
pub use call::{Call, Method};
pub use effect::{Effect, HistoryQuery, RequestId, SocketId, Timer};
pub use event::{Event, ExportFormat, Fact, HttpFailure, ReadingPlace, Stored};
pub use reduce::reduce;
pub use state::State;
pub use time::Millis;

pub use dispatch_contract::{ConversationId, MessageId, StepId, SurfaceId, ToolCallId, TurnId};
