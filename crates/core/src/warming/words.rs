//! Tokens in few letters.

use crate::metrics::format_compact;

/// A number of tokens: `812 tokens`, `12.3k tokens`, `150k tokens`, `1.2M tokens`.
pub(super) fn tokens_words(tokens: u64) -> String {
    format!("{} tokens", format_compact(tokens))
}

/// A number that is only known about, to two or three digits.
pub(super) fn about(tokens: u64) -> u64 {
    match tokens {
        0..1_000 => tokens,
        1_000..100_000 => tokens.saturating_add(50) / 100 * 100,
        _ => tokens.saturating_add(500) / 1_000 * 1_000,
    }
}
