//! How what was measured is told: a JSON object a line on standard output, at once, so that a bench that breaks down later
//! does not take it along.

use super::pairs::Pair;
use crate::browser::Browser;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::io::Write;

/// Tells of one bench.
#[derive(Debug)]
pub(super) struct Report(&'static str);

impl Report {
    /// Tells that it begins.
    pub(super) fn of(bench: &'static str) -> Result<Self> {
        say(&json!({ "begins": bench }))?;
        Ok(Self(bench))
    }

    /// A count, or bytes.
    pub(super) fn value(&self, measure: &str, value: f64) -> Result<()> {
        say(&json!({ "measure": format!("{}.{measure}", self.0), "value": value }))
    }

    /// Times, each with the one it is compared with.
    pub(super) fn pairs(&self, measure: &str, pairs: &[Pair]) -> Result<()> {
        let pairs: Vec<[f64; 2]> = pairs.iter().map(|pair| [pair.measured, pair.compared]).collect();
        say(&json!({ "measure": format!("{}.{measure}", self.0), "pairs": pairs }))
    }

    /// What explains a figure to whoever has to mend it.
    pub(super) fn note(&self, words: &str) -> Result<()> {
        say(&json!({ "note": format!("{}.{words}", self.0) }))
    }

    /// How it ended.
    pub(super) fn ended(&self, result: Result<()>) -> Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(error) => say(&json!({ "failed": self.0, "why": format!("{error:#}") })),
        }
    }
}

/// Says which browser measures.
pub(super) async fn tell_of(browser: &Browser) -> Result<()> {
    let version = browser.devtools("Browser.getVersion", json!({})).await?;
    say(&json!({ "browser": version["product"].as_str().context("the browser has no name")? }))
}

fn say(line: &Value) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    Ok(stdout.flush()?)
}
