//! A provider's prompt cache, simulated, so that cache rate, retention and warming mean something without a provider.
//!
//! The rules are those of the real ones. A prompt is a row of blocks. What a request has sent can be read back by a later
//! one that begins with exactly the same blocks, for the same model and effort, until it has not been used for the TTL;
//! every use keeps it alive. Prompts below a minimum are not cached at all. What is not read is paid in full, and written.
//!
//! The clock is an argument: the tests move it by hand.

use crate::tokens;
use dispatch_contract::Usage;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

/// Prompts with fewer tokens are not cached.
pub(crate) const MINIMUM_TOKENS: u64 = 512;

/// More entries are not kept; the ones that expire first go.
const ENTRY_LIMIT: usize = 4_096;

/// What is remembered of earlier prompts.
#[derive(Debug)]
pub(crate) struct PromptCache {
    ttl: Duration,
    /// By prefix, when it was last used.
    used: HashMap<u64, SystemTime>,
}

/// One block of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    text: String,
    /// Whether the prompt is cut here too, as providers are asked to do after the tools and the system text.
    breakpoint: bool,
}

impl Block {
    /// A block inside the conversation.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), breakpoint: false }
    }

    /// A block after which the prompt may be read back even when nothing else of it is the same.
    pub(crate) fn with_breakpoint(text: impl Into<String>) -> Self {
        Self { text: text.into(), breakpoint: true }
    }
}

/// What one prompt cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PromptCost {
    /// All of it.
    pub(crate) input_tokens: u64,
    /// The part that was read back.
    pub(crate) cache_read_tokens: u64,
    /// The part that was put in.
    pub(crate) cache_write_tokens: u64,
}

impl PromptCost {
    /// As a provider bills it, with what it wrote.
    pub(crate) fn usage(self, output_tokens: u64) -> Usage {
        Usage {
            input_tokens: self.input_tokens,
            output_tokens,
            cache_read_tokens: Some(self.cache_read_tokens),
            cache_write_tokens: Some(self.cache_write_tokens),
        }
    }
}

impl PromptCache {
    pub(crate) fn new(ttl: Duration) -> Self {
        Self { ttl, used: HashMap::new() }
    }

    /// Accounts for one request at `now`. `family` is what a prefix is never shared across: model and effort.
    pub(crate) fn account(&mut self, family: &str, prompt: &[Block], now: SystemTime) -> PromptCost {
        self.forget_expired(now);
        let mut hasher = DefaultHasher::new();
        family.hash(&mut hasher);
        let mut input_tokens: u64 = 0;
        let mut cache_read_tokens = 0;
        let mut kept = Vec::new();
        for (index, block) in prompt.iter().enumerate() {
            block.text.hash(&mut hasher);
            input_tokens = input_tokens.saturating_add(tokens::estimate(&block.text));
            let prefix = hasher.finish();
            let is_cached = input_tokens >= MINIMUM_TOKENS && self.used.contains_key(&prefix);
            if is_cached {
                cache_read_tokens = input_tokens;
            }
            let is_end = index + 1 == prompt.len();
            if input_tokens >= MINIMUM_TOKENS && (is_cached || block.breakpoint || is_end) {
                kept.push(prefix);
            }
        }
        let cache_write_tokens = if input_tokens >= MINIMUM_TOKENS { input_tokens - cache_read_tokens } else { 0 };
        self.used.extend(kept.into_iter().map(|prefix| (prefix, now)));
        PromptCost { input_tokens, cache_read_tokens, cache_write_tokens }
    }

    fn forget_expired(&mut self, now: SystemTime) {
        let ttl = self.ttl;
        // A clock that was set back makes an entry look unused for no time at all, which is the harmless side.
        self.used.retain(|_, used| now.duration_since(*used).unwrap_or_default() < ttl);
        while self.used.len() >= ENTRY_LIMIT {
            let Some(oldest) = self.used.iter().min_by_key(|(_, used)| **used).map(|(prefix, _)| *prefix) else {
                return;
            };
            self.used.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests;
