//! Stories about the console as a whole: a person, a socket that fails, and a backend that tells the truth in its own time.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets the unexpected must stop")]

mod cache_clock;
mod clocks;
mod convergence;
mod conversations;
mod drops;
mod faults;
mod figures;
mod folding;
mod history;
mod kept;
mod memory;
mod metrics;
mod models;
mod over_http;
mod queue;
mod reading;
mod replays;
mod sending;
mod settings;
mod setup;
mod surfaces;
mod tabs;
mod turns;
mod unconfirmed;
mod updates;
mod warming;
mod world;
