//! How fast the models were in a day, a week or a month.
//!
//! A day is a day where the backend runs: it may have 23 or 25 hours, and a month or a week is a row of such days. The
//! window is therefore made of dates first and of moments last. What is added up in it are the sealed turns, by the moment
//! of their seal, and of those only the steps whose time was measured: a step without a time says nothing about speed.

use dispatch_contract::{ModelThroughput, ThroughputPeriod, TurnMetrics};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// A span of time: `start` is in it, `end` is not. Milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeWindow {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// Why there is no such window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadWindow {
    #[error("`period` must be day, week or month, not `{0}`")]
    Period(String),
    #[error("`date` must be a date such as {example}, not `{date}`")]
    Date {
        /// What was given.
        date: String,
        /// What could have been.
        example: &'static str,
    },
}

impl TimeWindow {
    /// The day, the ISO week (Monday to Sunday) or the month that `date` lies in: `YYYY-MM-DD`, for a month `YYYY-MM`.
    pub(crate) fn of(period: &ThroughputPeriod, date: &str, zone: &TimeZone) -> Result<Self, BadWindow> {
        let (first, length, example) = match period {
            ThroughputPeriod::Day => (day(date), 1.day(), "2026-03-09"),
            ThroughputPeriod::Week => (day(date).and_then(monday), 1.week(), "2026-03-09"),
            ThroughputPeriod::Month => (month(date), 1.month(), "2026-03"),
            ThroughputPeriod::Unknown(word) => return Err(BadWindow::Period(word.clone())),
        };
        first
            .and_then(|first| between(first, length, zone))
            .ok_or_else(|| BadWindow::Date { date: date.to_owned(), example })
    }
}

fn between(first: Date, length: Span, zone: &TimeZone) -> Option<TimeWindow> {
    let moment = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
    Some(TimeWindow { start: moment(first)?, end: moment(first.checked_add(length).ok()?)? })
}

fn day(text: &str) -> Option<Date> {
    let (year_and_month, day) = text.split_at_checked(7)?;
    let first = month(year_and_month)?;
    Date::new(first.year(), first.month(), digits(day.strip_prefix('-')?, 2)?.try_into().ok()?).ok()
}

/// The first of a month.
fn month(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    Date::new(digits(year, 4)?, digits(month, 2)?.try_into().ok()?, 1).ok()
}

fn monday(day: Date) -> Option<Date> {
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(since.days()).ok()
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i16> {
    let are_digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().ok()).flatten()
}

/// Adds up turns, each with its model, fastest model first; of two as fast, the one whose name comes first. Tokens count
/// alike wherever they were written: a long answer weighs more than a short one.
pub(crate) fn by_model(turns: &[(String, TurnMetrics)]) -> Vec<ModelThroughput> {
    let mut models: Vec<ModelThroughput> = Vec::new();
    for (model, turn) in turns {
        let measured = || turn.steps.iter().filter_map(|step| Some((step.usage.output_tokens, step.gen_total_ms?)));
        let gen_ms: f64 = measured().map(|(_, ms)| ms).sum();
        if gen_ms <= 0.0 {
            continue;
        }
        let tokens: u64 = measured().map(|(tokens, _)| tokens).sum();
        match models.iter_mut().find(|known| known.model == *model) {
            Some(known) => {
                known.total_output_tokens += tokens;
                known.total_gen_ms += gen_ms;
                known.turns += 1;
            }
            None => models.push(ModelThroughput {
                model: model.clone(),
                tokens_per_second: 0.0,
                total_output_tokens: tokens,
                total_gen_ms: gen_ms,
                turns: 1,
            }),
        }
    }
    for model in &mut models {
        model.tokens_per_second = model.total_output_tokens as f64 / (model.total_gen_ms / 1_000.0);
    }
    models.sort_by(|one, other| {
        other.tokens_per_second.total_cmp(&one.tokens_per_second).then_with(|| one.model.cmp(&other.model))
    });
    models
}

#[cfg(test)]
mod tests;
