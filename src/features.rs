//! What a person sees, one module a feature.

pub mod composer;
pub mod connection;
pub mod diagnostics;
pub mod history;
pub mod keys;
pub mod language_servers;
pub mod later;
pub mod metrics;
pub mod model;
pub mod page;
pub mod palette;
pub mod problems;
pub mod queue;
pub mod settings;
pub mod shortcuts;
pub mod sidebar;
pub mod surfaces;
pub mod tabs;
pub mod throughput;
pub mod transcript;
pub mod update;
pub mod warming;
