//! What a backend can be told at its start.

use crate::clock::Clock;
use crate::provider::openai::OpenAi;
use jiff::tz::TimeZone;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

/// Everything a backend needs to know to start. [`Config::default`] is an in-memory one on ports that the system picks,
/// which is what a test wants.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub host: IpAddr,
    /// The HTTP port; 0 lets the system choose.
    pub http_port: u16,
    /// The WebSocket port; 0 lets the system choose.
    pub ws_port: u16,
    /// What time it is; a test may bring a clock that it moves by hand.
    pub clock: Clock,
    /// Where days begin and end.
    pub time_zone: TimeZone,
    /// Where conversations are kept.
    pub database: Database,
    /// How fast the scripted agent plays: 1 is natural, 2 twice as fast, 0 without any waiting.
    pub speed: f64,
    /// A real model's endpoint; its models come first in the catalogue, before the scripted ones.
    pub openai: Option<OpenAi>,
    /// How long the simulated prompt cache keeps a prefix after its last use.
    pub cache_ttl: Duration,
    /// Neighbouring deltas that fall into this window go out as one frame.
    pub join_window: Duration,
    /// How many bytes of live events may wait for one watcher before it is let go.
    pub watcher_limit: usize,
}

/// Where conversations are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// Nowhere: they end with the backend.
    Memory,
    /// In one SQLite file, created when missing.
    File(PathBuf),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            http_port: 0,
            ws_port: 0,
            clock: Clock::system(),
            time_zone: TimeZone::system(),
            database: Database::Memory,
            speed: 1.0,
            openai: None,
            cache_ttl: Duration::from_secs(300),
            join_window: Duration::from_millis(16),
            watcher_limit: 8 * 1024 * 1024,
        }
    }
}
