//! The embedded Dispatch backend: what a newcomer, a test and a demo run the console against.
//!
//! It is a real server. It speaks the whole contract over HTTP and one WebSocket, keeps history, metrics and settings in
//! SQLite, and runs turns that do not care who watches. Only the model is made up: a [`provider`] that plays scripted
//! scenes, deterministic and without a key or a network, behind the trait that a real one implements too.

mod clock;
mod config;
mod everyone;
mod http;
mod language_servers;
mod outbound;
mod pace;
mod prompt_cache;
mod provider;
mod server;
mod socket;
mod store;
mod surfaces;
mod title;
mod tokens;
mod tools;
mod turns;

pub use config::{Config, Database};
pub use server::{Server, StartError, start};
pub use store::StoreError;
