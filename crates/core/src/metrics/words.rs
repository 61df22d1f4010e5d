//! The figures of a step and of a turn in words: the same whether they were just heard, stored or read again. Parts that
//! are not known are left out. All rounding is half up, and done before a unit is chosen.

use super::lost::Lost;
use super::rates::{CacheUse, Level, cache_rate, level, rate, retention};
use super::{Step, Turn};
use crate::time::{format_duration, round_half_up};
use dispatch_contract::Usage;

/// Which of its figures a part of a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Which step or turn it is.
    Name,
    /// How many tokens.
    Tokens,
    /// Output tokens per second.
    Rate,
    /// The time to the first token.
    FirstToken,
    /// How long it took.
    Time,
    /// How much of the prompt came from the cache.
    Cache,
    /// The same over the conversation so far.
    Conversation,
    /// How much of what the turn before left in the cache was read.
    Retention,
    /// What was lost from the cache.
    Lost,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which figure it tells.
    pub figure: Figure,
    /// In words.
    pub text: String,
    /// How good that is, where it can be said.
    pub level: Option<Level>,
}

/// The row of a step or of a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// What is marked beside them: cache that was lost, in words. Empty for none.
    pub mark: String,
}

impl Line {
    /// The parts as one text, ` · ` between them, as it stands in the row.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            if !text.is_empty() {
                text.push_str(" · ");
            }
            text.push_str(&part.text);
        }
        text
    }

    fn add(&mut self, figure: Figure, text: String) {
        self.parts.push(Part { figure, text, level: None });
    }

    fn add_percent(&mut self, figure: Figure, name: &str, percent: u64) {
        self.parts.push(Part { figure, text: format!("{name} {percent}%"), level: Some(level(percent)) });
    }
}

/// A number with a comma before every three digits: `1,801`.
pub fn format_grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many there are: `1 turn`, `1,801 turns`.
pub(crate) fn format_count(number: u64, word: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} {word}{end}", format_grouped(number))
}

/// Tokens for a glance: `812`, `12.3k`, `150k`, `1.2M`.
pub fn format_compact(tokens: u64) -> String {
    let rounded = |unit: u64| tokens / unit + u64::from(tokens % unit >= unit / 2);
    let tenths = |tenths: u64, unit: &str| format!("{}.{}{unit}", tenths / 10, tenths % 10);
    if tokens < 1000 {
        tokens.to_string()
    } else if rounded(100) < 1000 {
        tenths(rounded(100), "k")
    } else if rounded(1000) < 1000 {
        format!("{}k", rounded(1000))
    } else if rounded(100_000) < 1000 {
        tenths(rounded(100_000), "M")
    } else {
        format!("{}M", rounded(1_000_000))
    }
}

/// Tokens per second: below 10 with one decimal, else whole.
pub fn format_rate(rate: f64) -> String {
    let tenths = round_half_up(rate * 10.0);
    if tenths < 100 {
        format!("{}.{} tok/s", tenths / 10, tenths % 10)
    } else {
        format!("{} tok/s", round_half_up(rate))
    }
}

/// Input and output together, in tokens.
pub(super) fn total(usage: &Usage) -> u64 {
    usage.input_tokens.saturating_add(usage.output_tokens)
}

pub(super) fn format_tokens(tokens: u64) -> String {
    format!("{} tok", format_grouped(tokens))
}

/// What a turn's tokens are made of: `1,000 in / 234 out / 500 cached`.
pub(super) fn format_breakdown(usage: &Usage) -> String {
    let mut text = format!("{} in / {} out", format_grouped(usage.input_tokens), format_grouped(usage.output_tokens));
    if let Some(read) = usage.cache_read_tokens.filter(|read| *read > 0) {
        text.push_str(&format!(" / {} cached", format_grouped(read)));
    }
    text
}

/// The line of a step: `step 1 · 1,801 tok · 473 tok/s · TTFT 820ms · 2.0s`. `number` counts from 1 within the turn.
pub(super) fn step_line(step: &Step, number: usize, lost: Option<&Lost>) -> Line {
    let mut line = Line { mark: lost.map(Lost::in_words).unwrap_or_default(), ..Line::default() };
    line.add(Figure::Name, format!("step {number}"));
    if let Some(usage) = &step.usage {
        line.add(Figure::Tokens, format_tokens(total(usage)));
        if let Some(rate) = rate(usage.output_tokens, step.writing_ms()) {
            line.add(Figure::Rate, format_rate(rate));
        }
    }
    if let Some(ttft) = step.ttft_ms.and_then(format_duration) {
        line.add(Figure::FirstToken, format!("TTFT {ttft}"));
    }
    if let Some(time) = step.total_ms().and_then(format_duration) {
        line.add(Figure::Time, time);
    }
    line
}

/// What a turn's line needs to know of the turns before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Before {
    /// The turn's number, counted from 1 over those that are shown.
    pub(super) number: usize,
    /// The tokens of the turn right before.
    pub(super) previous: Option<Usage>,
    /// How the cache served all turns up to and with this one.
    pub(super) so_far: CacheUse,
}

/// The line of a turn: `turn 3 · 1,234 tok (1,000 in / 234 out / 500 cached) · 78 tok/s · 5.0s · cache 50% · conversation
/// 54% · retention 100%`.
pub(super) fn turn_line(turn: &Turn, before: &Before) -> Line {
    let mut line = Line::default();
    let usage = turn.usage();
    line.add(Figure::Name, format!("turn {}", before.number));
    if let Some(usage) = &usage {
        line.add(Figure::Tokens, format!("{} ({})", format_tokens(total(usage)), format_breakdown(usage)));
        if let Some(rate) = rate(usage.output_tokens, turn.writing_ms()) {
            line.add(Figure::Rate, format_rate(rate));
        }
    }
    if let Some(time) = turn.duration_ms.and_then(format_duration) {
        line.add(Figure::Time, time);
    }
    if let Some(percent) = usage.as_ref().and_then(cache_rate) {
        line.add_percent(Figure::Cache, "cache", percent);
    }
    if let Some(percent) = before.so_far.rate() {
        line.add_percent(Figure::Conversation, "conversation", percent);
    }
    if let Some(percent) = usage.as_ref().and_then(|usage| retention(before.previous.as_ref(), usage)) {
        line.add_percent(Figure::Retention, "retention", percent);
    }
    line
}
