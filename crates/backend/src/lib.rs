//! The embedded Dispatch backend: what a newcomer, a test and a demo run the console against.
//!
//! It is a real server. It speaks the whole contract over HTTP and one WebSocket, keeps history, metrics and settings in
//! SQLite, and runs turns that do not care who watches. Only the model is made up, unless told otherwise: a [`provider`]
//! that plays scripted scenes, deterministic and without a key or a network, behind the trait that the one for
//! OpenAI-compatible endpoints implements too.
//!
//! Where the contract leaves something open, this backend decides:
//!
//! - `POST /conversations/:id/open` → `{ conversationId }` is an addition of its own. The contract says that somebody may
//!   ask clients to open a conversation (`conversation.open`), and not how that is asked. Every socket is told; nothing
//!   else changes, a closed conversation stays closed. An id that nothing is known about is a 404.
//! - There is one workspace, `default`: the list names it, and a `workspaceId` that a client sends is not looked at.
//! - `conversation.statusChanged` is sent when a turn has begun, after its seal, and when a conversation is closed that was
//!   not.
//! - A message that is queued is put into the running turn before its next step (`steering`), else it opens the next turn.
//!   After a turn that was stopped or that failed nothing goes on by itself: what waits stays, also across a restart, and
//!   the conversation is `queued` until somebody sends a message, which takes it along, or takes the last one back. Closing
//!   a conversation drops what waits. At most a hundred messages wait.
//! - A warm sends what the next turn would send if nobody overrides anything: the conversation's model (else its last
//!   turn's), effort and working directory. Where nothing was said yet it is a 400. The interval is 5 to 3600 seconds.
//! - A compaction keeps the last turn, and what is said while the summary is written. The old history is closed, so that no
//!   client opens a tab for it. It is a 409 while a turn runs, or another compaction; a 400 where only one turn is.
//! - A turn belongs to the throughput of the day of its seal, where the backend runs. Steps without a measured time are
//!   left out; both `period` and `date` must be given.
//! - Pictures are PNG, JPEG, GIF or WebP in data URLs of at most 5 MB each, or http(s) addresses; at most twenty to a
//!   message. They stay in the history as they came: the backend serves none.

mod clock;
mod config;
mod everyone;
mod http;
mod language_servers;
mod outbound;
mod pace;
mod pictures;
mod prompt_cache;
mod provider;
mod queue;
mod server;
mod socket;
mod store;
mod surfaces;
mod throughput;
mod title;
mod tokens;
mod tools;
mod turns;
mod warming;

pub use clock::Clock;
pub use config::{Config, Database};
pub use provider::openai::{OpenAi, OpenAiError};
pub use server::{Server, StartError, start};
pub use store::StoreError;
