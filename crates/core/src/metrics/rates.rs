//! The formulas: how fast, and how much of it came from a cache. Each gives nothing back where something it needs is not
//! known.

use crate::time::round_half_up;
use dispatch_contract::Usage;

/// A faster rate is a mistake of some clock, in tokens per second.
const FASTEST: f64 = 10_000.0;

/// What a percentage means to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Good,
    /// Worth a look.
    Fair,
    /// Something is wrong, or expensive.
    Poor,
}

impl Level {
    /// The word for it in `data-level`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

/// How good a share of a cache is, in percent, rounded.
pub fn level(percent: u64) -> Level {
    match percent {
        66.. => Level::Good,
        33.. => Level::Fair,
        _ => Level::Poor,
    }
}

/// Tokens per second. `None`: no time is known, or the rate cannot be.
pub fn rate(tokens: u64, milliseconds: Option<f64>) -> Option<f64> {
    let milliseconds = milliseconds.filter(|ms| ms.is_finite() && *ms > 0.0)?;
    let rate = tokens as f64 * 1000.0 / milliseconds;
    (rate <= FASTEST).then_some(rate)
}

/// A part of a whole in percent, 0…100, rounded half up; 0 of nothing.
pub(super) fn share(part: u64, whole: u64) -> u64 {
    if whole == 0 { 0 } else { round_half_up((part as f64 / whole as f64).min(1.0) * 100.0) }
}

/// How much of the prompt was read from the cache, in percent. `None`: the provider tells nothing of its cache.
pub fn cache_rate(usage: &Usage) -> Option<u64> {
    tells_cache(usage).then(|| share(usage.cache_read_tokens.unwrap_or_default(), usage.input_tokens))
}

fn tells_cache(usage: &Usage) -> bool {
    usage.cache_read_tokens.is_some() || usage.cache_write_tokens.is_some()
}

/// What a request left in the cache, in tokens: what it read there and what it wrote.
pub(super) fn held(usage: &Usage) -> u64 {
    usage.cache_read_tokens.unwrap_or_default().saturating_add(usage.cache_write_tokens.unwrap_or_default())
}

/// How much of what one turn left in the cache the next one read there, in percent. `None`: there was none before, or it
/// left nothing. That nothing was read of it is 0, and true.
pub fn retention(previous: Option<&Usage>, current: &Usage) -> Option<u64> {
    let held = previous.map(held).filter(|held| *held > 0)?;
    Some(share(current.cache_read_tokens.unwrap_or_default(), held))
}

/// How the cache served a conversation, over those of its turns whose provider told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheUse {
    /// How many turns told.
    pub turns: u64,
    /// What was read from the cache, in tokens.
    pub read: u64,
    /// The prompts, in tokens.
    pub input: u64,
}

impl CacheUse {
    /// Counts a turn.
    pub(super) fn count(&mut self, usage: &Usage) {
        if tells_cache(usage) {
            self.turns += 1;
            self.read = self.read.saturating_add(usage.cache_read_tokens.unwrap_or_default());
            self.input = self.input.saturating_add(usage.input_tokens);
        }
    }

    /// What was read over the prompts, in percent. `None`: no turn told.
    pub fn rate(&self) -> Option<u64> {
        (self.turns > 0).then(|| share(self.read, self.input))
    }
}
