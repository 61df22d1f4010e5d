//! What stands behind a number: how it is made, of what, and who says so. Nobody has to believe a figure.

use super::rates::held;
use super::words::{Before, Figure, Line, format_breakdown, format_count, format_grouped, format_tokens};
use super::{Lost, Source, Step, Turn};
use crate::time::round_half_up;
use dispatch_contract::Usage;

/// What stands behind one figure of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Which figure.
    pub figure: Figure,
    /// The figure as it is shown.
    pub value: String,
    /// How it is made, in words.
    pub formula: String,
    /// What it is made of.
    pub inputs: String,
    /// Who says so: live, stored, or derived from either.
    pub source: &'static str,
}

impl Explanation {
    /// All of it, a line each, to be read from top to bottom.
    pub fn lines(&self) -> Vec<String> {
        let lines = [&self.value, &self.formula, &self.inputs].into_iter().filter(|line| !line.is_empty()).cloned();
        lines.chain([self.source.to_owned()]).collect()
    }
}

/// What a figure is made of: its formula, its inputs, and whether it was computed here.
struct Made {
    formula: &'static str,
    inputs: String,
    is_derived: bool,
}

fn told(formula: &'static str, inputs: String) -> Made {
    Made { formula, inputs, is_derived: false }
}

fn derived(formula: &'static str, inputs: String) -> Made {
    Made { formula, inputs, is_derived: true }
}

/// Explains every figure of a step's line.
pub(super) fn explain_step(step: &Step, source: Source, line: &Line, lost: Option<&Lost>) -> Vec<Explanation> {
    let usage = step.usage.clone().unwrap_or_default();
    let mut explained = explain(line, source, |figure| match figure {
        Figure::Tokens => Some(derived("input and output tokens", parts_of(&usage))),
        Figure::Rate => Some(rate_of(&usage, step.writing_ms(), step.decode_ms.is_some())),
        Figure::FirstToken => Some(told("from asking the model to its first token", ms(step.ttft_ms))),
        Figure::Time => Some(match (step.ttft_ms, step.decode_ms) {
            (Some(_), Some(_)) => derived(
                "time to the first token + time of decoding, tools not counted",
                format!("{} + {}", ms(step.ttft_ms), ms(step.decode_ms)),
            ),
            _ => told("the whole round trip, tools not counted", ms(step.total_ms())),
        }),
        Figure::Name | Figure::Cache | Figure::Conversation | Figure::Retention | Figure::Lost => None,
    });
    if let Some(lost) = lost {
        explained.push(Explanation {
            figure: Figure::Lost,
            value: lost.in_words(),
            formula: "what the step before left in the cache − what this one read there".to_owned(),
            inputs: format!("{} read", format_grouped(usage.cache_read_tokens.unwrap_or_default())),
            source: source_words(source, true),
        });
    }
    explained
}

/// Explains every figure of a turn's line.
pub(super) fn explain_turn(turn: &Turn, line: &Line, before: &Before) -> Vec<Explanation> {
    let usage = turn.usage().unwrap_or_default();
    let read = || format_grouped(usage.cache_read_tokens.unwrap_or_default());
    explain(line, turn.source, |figure| match figure {
        Figure::Tokens => Some(derived("input and output tokens, over all steps", parts_of(&usage))),
        Figure::Rate => {
            let all_decode = turn.steps.iter().all(|step| step.decode_ms.is_some());
            Some(rate_of(&usage, turn.writing_ms(), all_decode))
        }
        Figure::Time => Some(told("wall time from the message to the end, tools included", ms(turn.duration_ms))),
        Figure::Cache => Some(derived(
            "tokens read from the cache ÷ input tokens",
            format!("{} ÷ {}", read(), format_grouped(usage.input_tokens)),
        )),
        Figure::Conversation => Some(derived(
            "tokens read from the cache ÷ input tokens, over all turns so far whose provider tells",
            format!(
                "{} ÷ {} in {}",
                format_grouped(before.so_far.read),
                format_grouped(before.so_far.input),
                format_count(before.so_far.turns, "turn")
            ),
        )),
        Figure::Retention => Some(derived(
            "tokens read from the cache ÷ what the turn before read there and wrote",
            format!("{} ÷ {}", read(), format_grouped(before.previous.as_ref().map(held).unwrap_or_default())),
        )),
        Figure::Name | Figure::FirstToken | Figure::Lost => None,
    })
}

fn explain(line: &Line, source: Source, made: impl Fn(Figure) -> Option<Made>) -> Vec<Explanation> {
    let mut explained = Vec::new();
    for part in &line.parts {
        if let Some(Made { formula, inputs, is_derived }) = made(part.figure) {
            explained.push(Explanation {
                figure: part.figure,
                value: part.text.clone(),
                formula: formula.to_owned(),
                inputs,
                source: source_words(source, is_derived),
            });
        }
    }
    explained
}

fn source_words(source: Source, is_derived: bool) -> &'static str {
    match (source, is_derived) {
        (Source::Live, false) => "Live: as the turn's events told it",
        (Source::Live, true) => "Derived from what the turn's events told",
        (Source::Stored, false) => "Stored: as the backend keeps it",
        (Source::Stored, true) => "Derived from what the backend keeps",
    }
}

fn rate_of(usage: &Usage, milliseconds: Option<f64>, all_decode: bool) -> Made {
    let formula = if all_decode {
        "output tokens ÷ time of decoding"
    } else {
        "output tokens ÷ time of decoding or, where that is not known, of the whole round trip"
    };
    derived(formula, format!("{} ÷ {}", format_tokens(usage.output_tokens), ms(milliseconds)))
}

fn parts_of(usage: &Usage) -> String {
    let mut text = format_breakdown(usage);
    if let Some(written) = usage.cache_write_tokens.filter(|written| *written > 0) {
        text.push_str(&format!(" / {} written to the cache", format_grouped(written)));
    }
    text
}

fn ms(milliseconds: Option<f64>) -> String {
    milliseconds.map(|ms| format!("{} ms", format_grouped(round_half_up(ms)))).unwrap_or_default()
}
