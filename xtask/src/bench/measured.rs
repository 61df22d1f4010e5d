//! What the driver says, read line by line, and what it comes to: of several turns, the one in the middle.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;

/// One thing that the driver says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Line {
    /// Which browser measures.
    Browser(String),
    /// A bench begins.
    Begins(String),
    /// What explains a figure.
    Note(String),
    /// A count, bytes, or a time by itself.
    Value { measure: String, value: f64 },
    /// Times, each with the one it is compared with.
    Pairs { measure: String, pairs: Vec<[f64; 2]> },
    /// A bench could not be carried out.
    Failed { bench: String, why: String },
}

impl Line {
    /// Reads a line.
    pub(super) fn read(line: &str) -> Result<Self> {
        let said: Value = serde_json::from_str(line).with_context(|| format!("the benches say {line}"))?;
        let word = |name: &str| said[name].as_str().map(str::to_owned);
        let read = if let Some(browser) = word("browser") {
            Some(Self::Browser(browser))
        } else if let Some(bench) = word("begins") {
            Some(Self::Begins(bench))
        } else if let Some(note) = word("note") {
            Some(Self::Note(note))
        } else if let Some(bench) = word("failed") {
            Some(Self::Failed { bench, why: word("why").unwrap_or_default() })
        } else {
            word("measure").and_then(|measure| Self::read_measure(measure, &said))
        };
        read.with_context(|| format!("the benches say {line}"))
    }

    fn read_measure(measure: String, said: &Value) -> Option<Self> {
        if let Some(value) = said["value"].as_f64() {
            return Some(Self::Value { measure, value });
        }
        let pair = |pair: &Value| Some([pair[0].as_f64()?, pair[1].as_f64()?]);
        let pairs = said["pairs"].as_array()?.iter().map(pair).collect::<Option<Vec<_>>>()?;
        (!pairs.is_empty()).then_some(Self::Pairs { measure, pairs })
    }
}

/// What one measure came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figure {
    /// A count, bytes, or a time by itself.
    Value(f64),
    /// Times by turns, the measured one and the one it is compared with.
    Pairs(Vec<[f64; 2]>),
}

impl Figure {
    /// How many times as long the measured side takes, in the middle of all turns.
    pub(super) fn ratio(&self) -> f64 {
        match self {
            Self::Value(value) => *value,
            Self::Pairs(pairs) => median(pairs.iter().map(|[measured, compared]| measured / compared)),
        }
    }

    /// How much longer the measured side takes, in the middle of all turns.
    pub(super) fn difference(&self) -> f64 {
        match self {
            Self::Value(value) => *value,
            Self::Pairs(pairs) => median(pairs.iter().map(|[measured, compared]| measured - compared)),
        }
    }

    /// Both sides, each in the middle of its turns.
    pub(super) fn sides(&self) -> Option<[f64; 2]> {
        match self {
            Self::Value(_) => None,
            Self::Pairs(pairs) => Some([0, 1].map(|side| median(pairs.iter().map(|pair| pair[side])))),
        }
    }
}

/// Everything that was measured, by its name.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// The browser that measured.
    pub(super) browser: Option<String>,
    /// What came out.
    pub(super) figures: BTreeMap<String, Figure>,
    /// What could not be measured, and why.
    pub(super) failed: Vec<(String, String)>,
}

impl Measured {
    /// Takes in what the driver says.
    pub(super) fn add(&mut self, line: Line) {
        match line {
            Line::Begins(_) | Line::Note(_) => {}
            Line::Browser(browser) => self.browser = Some(browser),
            Line::Value { measure, value } => drop(self.figures.insert(measure, Figure::Value(value))),
            Line::Pairs { measure, pairs } => drop(self.figures.insert(measure, Figure::Pairs(pairs))),
            Line::Failed { bench, why } => self.failed.push((bench, why)),
        }
    }
}

/// The value in the middle; of an even number, the mean of the two.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_that_of_the_turns_and_not_of_the_sides() {
        let figure = Figure::Pairs(vec![[10.0, 5.0], [30.0, 10.0], [4.0, 4.0], [90.0, 30.0], [12.0, 5.0]]);
        assert!((figure.ratio() - 2.4).abs() < 1e-9, "{}", figure.ratio());
        assert!((figure.difference() - 7.0).abs() < 1e-9, "{}", figure.difference());
        assert_eq!(figure.sides(), Some([12.0, 5.0]));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
    }

    #[test]
    fn what_the_driver_says_is_read_and_anything_else_is_an_error() {
        assert_eq!(Line::read(r#"{"begins":"open"}"#).unwrap(), Line::Begins("open".to_owned()));
        assert_eq!(Line::read(r#"{"browser":"Chrome/1"}"#).unwrap(), Line::Browser("Chrome/1".to_owned()));
        assert_eq!(Line::read(r#"{"note":"a row moved"}"#).unwrap(), Line::Note("a row moved".to_owned()));
        let failed = Line::Failed { bench: "open".to_owned(), why: "no".to_owned() };
        assert_eq!(Line::read(r#"{"failed":"open","why":"no"}"#).unwrap(), failed);
        let value = Line::Value { measure: "open.requests".to_owned(), value: 3.0 };
        assert_eq!(Line::read(r#"{"measure":"open.requests","value":3}"#).unwrap(), value);
        let pairs = Line::Pairs { measure: "open.shown".to_owned(), pairs: vec![[2.0, 1.5]] };
        assert_eq!(Line::read(r#"{"measure":"open.shown","pairs":[[2,1.5]]}"#).unwrap(), pairs);
        for line in ["", "{}", r#"{"measure":"a.b"}"#, r#"{"measure":"a.b","pairs":[]}"#, r#"{"value":1}"#] {
            assert!(Line::read(line).is_err(), "{line}");
        }
    }
}
