//! The wire types of the Dispatch contract: what a backend and a console say to each other, and nothing else.
//!
//! Two rules of the contract are kept by construction here. *Tolerate*: unknown fields are ignored, and an unknown
//! `type`, `kind`, level or state becomes an explicit value that keeps what it was ([`Open::Unknown`], `…::Unknown`) and
//! goes back out as it came in. *Omit*: an optional field without a value is left out, because on the wire `null` and
//! `""` mean "provided".
#![warn(missing_docs)]

mod content;
mod declare;
mod event;
mod http;
mod ids;
mod open;
mod payload;
mod presence;
mod socket;
mod surface;
mod wire;
mod words;

pub use content::{Chunk, StepMetrics, StoredChunk, TurnMetrics, Usage};
pub use event::{AgentEvent, ImageRef, TurnEvent};
pub use http::*;
pub use ids::{ActionId, ConversationId, MessageId, StepId, SurfaceId, ToolCallId, TurnId};
pub use open::{Open, RawObject, Tagged};
pub use payload::{CacheWarmingTimer, CustomPayload, MessageQueue, Table, Todo, TodoList};
pub use socket::{CatalogEntry, ChatRequest, ClientMessage, ServerMessage, SurfaceUpdate};
pub use surface::{ActionRef, Field, SelectorOption, SurfaceSpec};
pub use words::{
    ConversationStatus, LanguageServerState, McpServerState, OutputStream, ReasoningEffort, Role, SurfaceScope,
    ThroughputPeriod, TodoStatus,
};
