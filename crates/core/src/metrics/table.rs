//! The figures of a whole conversation: totals, a table of its turns, how they went over time, and which of them stand out.

use super::rates::CacheUse;
use super::words::{format_breakdown, format_compact, format_count, format_grouped, format_tokens, total};
use super::{Level, Metrics, Source, cache_rate, format_rate, level, rate, retention};
use crate::conversation::Conversation;
use crate::time::{format_duration, round_half_up};
use crate::transcript::RowId;
use crate::{TurnId, order};
use dispatch_contract::Usage;

/// What stands for a figure that is not known.
const UNKNOWN: &str = "—";

/// A column of the table of turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The turn's number.
    Number,
    /// Its steps.
    Steps,
    /// Wall time.
    Time,
    /// Input tokens, cached or not.
    Input,
    /// Output tokens.
    Output,
    /// Tokens that were paid in full: input that was not cached, and output.
    Paid,
    /// Output tokens per second.
    Rate,
    /// How much of the input was cached.
    Cache,
    /// How much of what the turn before had left in the cache was read.
    Retention,
    /// What the conversation occupied when it ended.
    Context,
    /// Cache that was lost.
    Lost,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 11] = [
        Self::Number,
        Self::Steps,
        Self::Time,
        Self::Input,
        Self::Output,
        Self::Paid,
        Self::Rate,
        Self::Cache,
        Self::Retention,
        Self::Context,
        Self::Lost,
    ];

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Number => "Turn",
            Self::Steps => "Steps",
            Self::Time => "Time",
            Self::Input => "In",
            Self::Output => "Out",
            Self::Paid => "Uncached",
            Self::Rate => "Rate",
            Self::Cache => "Cache",
            Self::Retention => "Retention",
            Self::Context => "Context",
            Self::Lost => "Lost",
        }
    }
}

/// A turn in the table.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnLine {
    /// Its number, counted from the conversation's first known turn.
    pub number: usize,
    /// Which turn.
    pub id: TurnId,
    /// Its row in the transcript, if it is loaded.
    pub row: Option<RowId>,
    /// Where its figures come from.
    pub source: Source,
    /// How many steps it has.
    pub steps: usize,
    /// Its tokens.
    pub usage: Option<Usage>,
    /// Wall time in milliseconds.
    pub duration_ms: Option<f64>,
    /// Output tokens per second.
    pub rate: Option<f64>,
    /// How much of the input was cached, in percent.
    pub cache: Option<u64>,
    /// How much of what the turn before left in the cache was read, in percent.
    pub retention: Option<u64>,
    /// How much of all input so far was cached, in percent.
    pub conversation: Option<u64>,
    /// The tokens that the conversation occupied when it ended.
    pub context_size: Option<u64>,
    /// How many tokens of cache were lost in it.
    pub lost: u64,
}

impl TurnLine {
    /// A figure as a number, to sort by and to draw. Percentages are 0…100, times milliseconds.
    pub fn value(&self, column: Column) -> Option<f64> {
        let tokens = |tokens: Option<u64>| tokens.map(|tokens| tokens as f64);
        match column {
            Column::Number => Some(self.number as f64),
            Column::Steps => Some(self.steps as f64),
            Column::Time => self.duration_ms,
            Column::Input => tokens(self.usage.as_ref().map(|usage| usage.input_tokens)),
            Column::Output => tokens(self.usage.as_ref().map(|usage| usage.output_tokens)),
            Column::Paid => tokens(self.usage.as_ref().map(paid)),
            Column::Rate => self.rate,
            Column::Cache => tokens(self.cache),
            Column::Retention => tokens(self.retention),
            Column::Context => tokens(self.context_size),
            Column::Lost => Some(self.lost as f64),
        }
    }

    /// A figure in words; `—` if it is not known.
    pub fn words(&self, column: Column) -> String {
        if column == Column::Lost && self.lost == 0 {
            return String::new();
        }
        let words = match (column, self.value(column)) {
            (Column::Time, Some(ms)) => format_duration(ms),
            (Column::Context, Some(_)) => self.context_size.map(format_compact),
            (column, Some(value)) => Some(words_of(column, value)),
            (_, None) => None,
        };
        words.unwrap_or_else(|| UNKNOWN.to_owned())
    }

    /// How good a figure is, where that can be said.
    pub fn level(&self, column: Column) -> Option<Level> {
        match column {
            Column::Cache => self.cache.map(level),
            Column::Retention => self.retention.map(level),
            Column::Lost => (self.lost > 0).then_some(Level::Poor),
            Column::Number
            | Column::Steps
            | Column::Time
            | Column::Input
            | Column::Output
            | Column::Paid
            | Column::Rate
            | Column::Context => None,
        }
    }
}

/// What is not read from the cache is paid in full.
fn paid(usage: &Usage) -> u64 {
    let read = usage.cache_read_tokens.unwrap_or_default();
    usage.input_tokens.saturating_sub(read).saturating_add(usage.output_tokens)
}

fn words_of(column: Column, value: f64) -> String {
    match column {
        Column::Time => format_duration(value).unwrap_or_else(|| "0ms".to_owned()),
        Column::Rate => format_rate(value),
        Column::Cache | Column::Retention => format!("{}%", round_half_up(value)),
        Column::Number
        | Column::Steps
        | Column::Input
        | Column::Output
        | Column::Paid
        | Column::Context
        | Column::Lost => format_grouped(round_half_up(value)),
    }
}

/// How one figure went from turn to turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Which figure.
    pub column: Column,
    /// A point a turn: 0…100 of the highest, or of 100 % for percentages; `None` where it is not known.
    pub points: Vec<Option<u64>>,
    /// For whoever does not see it: `Time: newest 5.0s, lowest 1.2s, highest 12.0s`.
    pub words: String,
}

/// The same figure of two turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Which figure.
    pub column: Column,
    /// That of the one.
    pub first: String,
    /// That of the other.
    pub second: String,
    /// From the one to the other, with a sign: `+1.2s`, `−12%`; `—` where one of them is not known.
    pub difference: String,
}

/// The figures of a conversation, in the words they are shown in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricsView {
    /// What it took all in all: names and words.
    pub totals: Vec<(&'static str, String)>,
    /// Its turns, oldest first.
    pub turns: Vec<TurnLine>,
    /// How they went. Empty while there is one turn only: a line needs two points.
    pub series: Vec<Series>,
    /// The numbers of the turns that stand out, each with why: slowest, costliest, worst cache. One alone does not.
    pub standing_out: Vec<(&'static str, usize, String)>,
    /// Cache that was lost: the turn's number, the step's row if it is loaded, and what happened.
    pub lost: Vec<(usize, Option<RowId>, String)>,
}

impl MetricsView {
    /// The turns sorted by a figure; those of which it is not known come last either way.
    pub fn sorted(&self, column: Column, descending: bool) -> Vec<TurnLine> {
        let mut turns = self.turns.clone();
        order::sort(&mut turns, |a, b| match (a.value(column), b.value(column)) {
            (Some(a), Some(b)) if descending => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        turns
    }

    /// What differs between two turns, by their numbers. Empty: there is no such turn.
    pub fn compare(&self, first: usize, second: usize) -> Vec<Compared> {
        let find = |number: usize| self.turns.iter().find(|turn| turn.number == number);
        let (Some(first), Some(second)) = (find(first), find(second)) else { return Vec::new() };
        let mut compared = Vec::new();
        for column in Column::ALL {
            let difference = match (first.value(column), second.value(column)) {
                _ if column == Column::Number => continue,
                (Some(first), Some(second)) if first == second => "±0".to_owned(),
                (Some(first), Some(second)) => {
                    let sign = if first < second { "+" } else { "−" };
                    format!("{sign}{}", words_of(column, (second - first).abs()))
                }
                _ => UNKNOWN.to_owned(),
            };
            compared.push(Compared { column, first: first.words(column), second: second.words(column), difference });
        }
        compared
    }
}

impl Metrics {
    fn lines(&self) -> Vec<TurnLine> {
        let mut lines = Vec::new();
        let mut losses = self.rows.lost().iter().peekable();
        for (at, turn) in self.turns.iter().enumerate().filter(|(_, turn)| turn.is_shown()) {
            let usage = turn.usage();
            let before = self.rows.before(at);
            let mut lost = 0_u64;
            while let Some(loss) = losses.next_if(|loss| loss.turn <= at) {
                lost = lost.saturating_add(loss.tokens);
            }
            lines.push(TurnLine {
                number: lines.len() + 1,
                id: turn.id.clone(),
                row: self.row_of(at, None),
                source: turn.source,
                steps: turn.steps.len(),
                duration_ms: turn.duration_ms,
                rate: usage.as_ref().and_then(|usage| rate(usage.output_tokens, turn.writing_ms())),
                cache: usage.as_ref().and_then(cache_rate),
                retention: usage
                    .as_ref()
                    .and_then(|usage| retention(before.and_then(|before| before.previous.as_ref()), usage)),
                conversation: before.and_then(|before| before.so_far.rate()),
                context_size: turn.context_size,
                lost,
                usage,
            });
        }
        lines
    }

    fn totals(&self, lines: &[TurnLine]) -> Vec<(&'static str, String)> {
        let mut sum = Usage::default();
        let (mut cache, mut steps, mut wall, mut written, mut writing) = (CacheUse::default(), 0, 0.0, 0_u64, 0.0);
        for usage in lines.iter().filter_map(|line| line.usage.as_ref()) {
            sum.input_tokens = sum.input_tokens.saturating_add(usage.input_tokens);
            sum.output_tokens = sum.output_tokens.saturating_add(usage.output_tokens);
            sum.cache_read_tokens = super::turn::add(sum.cache_read_tokens, usage.cache_read_tokens);
            cache.count(usage);
        }
        for line in lines {
            steps += line.steps;
            wall += line.duration_ms.unwrap_or_default();
        }
        for turn in self.turns() {
            // One turn of a wrong clock must not make all of them too fast.
            if let (Some(usage), Some(ms)) = (turn.usage(), turn.writing_ms())
                && rate(usage.output_tokens, Some(ms)).is_some()
            {
                written = written.saturating_add(usage.output_tokens);
                writing += ms;
            }
        }
        let known = |words: Option<String>| words.unwrap_or_else(|| UNKNOWN.to_owned());
        vec![
            ("Turns", format!("{} in {}", format_grouped(lines.len() as u64), format_count(steps as u64, "step"))),
            ("Tokens", format!("{} ({})", format_tokens(total(&sum)), format_breakdown(&sum))),
            ("Time", known(format_duration(wall))),
            ("Rate", known(rate(written, Some(writing)).map(format_rate))),
            ("Cache", known(cache.rate().map(|percent| format!("{percent}%")))),
            ("Context", known(self.context_size().map(format_compact))),
        ]
    }
}

fn series(column: Column, lines: &[TurnLine]) -> Series {
    let values: Vec<Option<f64>> = lines.iter().map(|line| line.value(column)).collect();
    let known = || values.iter().flatten().copied();
    let highest = known().fold(0.0, f64::max);
    let lowest = known().fold(highest, f64::min);
    let whole = if matches!(column, Column::Cache | Column::Retention) { 100.0 } else { highest };
    let point = |value: f64| if whole > 0.0 { round_half_up(value / whole * 100.0) } else { 0 };
    let words = match known().next_back() {
        None => format!("{}: not known", column.heading()),
        Some(newest) => {
            let [newest, lowest, highest] = [newest, lowest, highest].map(|value| words_of(column, value));
            format!("{}: newest {newest}, lowest {lowest}, highest {highest}", column.heading())
        }
    };
    Series { column, points: values.iter().map(|value| value.map(point)).collect(), words }
}

/// The turn with the highest value of a figure, or with the lowest.
fn extreme(lines: &[TurnLine], column: Column, lowest: bool) -> Option<(usize, String)> {
    let mut found: Option<(f64, &TurnLine)> = None;
    for line in lines {
        let Some(value) = line.value(column).map(|value| if lowest { -value } else { value }) else { continue };
        if found.is_none_or(|(held, _)| value > held) {
            found = Some((value, line));
        }
    }
    found.map(|(_, line)| (line.number, line.words(column)))
}

impl Conversation {
    /// The figures of the conversation.
    pub fn metrics_view(&self) -> MetricsView {
        let metrics = &self.metrics;
        let turns = metrics.lines();
        let shown = [Column::Time, Column::Output, Column::Rate, Column::Cache, Column::Retention];
        let paid = |(number, words)| (number, format!("{words} tok uncached"));
        let extremes = [
            ("Slowest", extreme(&turns, Column::Time, false)),
            ("Costliest", extreme(&turns, Column::Paid, false).map(paid)),
            ("Worst cache", extreme(&turns, Column::Cache, true)),
        ];
        let standing_out = extremes.into_iter().filter_map(|(why, found)| found.map(|(at, words)| (why, at, words)));
        let has_several = turns.len() > 1;
        let number = |turn| metrics.rows.before(turn).map_or(0, |before| before.number);
        let lost = metrics
            .rows
            .lost()
            .iter()
            .map(|lost| (number(lost.turn), metrics.row_of(lost.turn, Some(lost.step)), lost.in_words()));
        MetricsView {
            totals: metrics.totals(&turns),
            series: shown.into_iter().filter(|_| has_several).map(|column| series(column, &turns)).collect(),
            standing_out: standing_out.filter(|_| has_several).collect(),
            lost: lost.collect(),
            turns,
        }
    }
}
