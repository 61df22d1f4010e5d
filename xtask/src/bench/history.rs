//! Every run, written down: a line each in `bench/history.jsonl`, with what it ran on, since numbers of two machines say
//! nothing about two versions of the console.

use super::{
    measured::{Figure, Measured},
    targets::TARGETS,
};
use crate::{process, workspace};
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::{
    fs::{self, File},
    io::Write,
    process::Command,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

/// Adds a line about this run.
pub(super) fn append(measured: &Measured) -> Result<()> {
    let path = workspace::root().join("bench").join("history.jsonl");
    let git = |arguments: &[&str]| {
        process::output(Command::new("git").current_dir(workspace::root()).args(arguments))
            .map(|text| text.trim().to_owned())
    };
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let line = json!({
        "date": date(seconds / 86_400),
        "commit": git(&["rev-parse", "--short=12", "HEAD"]),
        // What it adds itself is no change of the console.
        "changed": git(&["status", "--porcelain", "--", ".", ":!bench"]).is_some_and(|changes| !changes.is_empty()),
        "cores": thread::available_parallelism().map(usize::from).ok(),
        "load": load(),
        "system": std::env::consts::OS,
        "browser": measured.browser,
        "failed": measured.failed.iter().map(|(bench, _)| bench).collect::<Vec<_>>(),
        "figures": figures(measured),
    });
    let mut file = File::options().create(true).append(true).open(&path);
    let file = file.as_mut().map_err(|error| anyhow::anyhow!("cannot write {}: {error}", path.display()))?;
    writeln!(file, "{line}").context("the run cannot be written down")
}

/// How many tasks have wanted a core in the last quarter of an hour, where the system tells: on a busy machine also ratios
/// are rough.
fn load() -> Option<f64> {
    let averages = fs::read_to_string("/proc/loadavg").ok()?;
    averages.split_whitespace().nth(2)?.parse().ok()
}

/// All figures by their names: a number, or a ratio with both sides of every turn.
fn figures(measured: &Measured) -> Map<String, Value> {
    let written = |(name, figure): (&String, &Figure)| {
        let value = match figure {
            Figure::Value(value) => json!(rounded(*value)),
            Figure::Pairs(pairs) => {
                let target = TARGETS.iter().find(|target| target.measure == name);
                let value = target.map_or_else(|| figure.ratio(), |target| target.value(figure));
                let pairs: Vec<[f64; 2]> = pairs.iter().map(|pair| pair.map(rounded)).collect();
                json!({ "value": rounded(value), "milliseconds": pairs })
            }
        };
        (name.clone(), value)
    };
    measured.figures.iter().map(written).collect()
}

/// Digits that mean nothing are left out.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// The date so many days after 1970 began: the usual reckoning with years that begin in March, so that the leap day is
/// their last.
fn date(days: u64) -> String {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        let cases = [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_454, "2026-01-01")];
        for (days, expected) in cases {
            assert_eq!(date(days), expected);
        }
    }

    #[test]
    fn figures_keep_what_they_were_made_of() {
        let figures = [
            ("typing.painted".to_owned(), Figure::Pairs(vec![[12.3456, 8.0]])),
            ("open.requests".to_owned(), Figure::Value(3.0)),
        ];
        let measured = Measured { figures: figures.into(), ..Measured::default() };
        let expected = json!({
            "open.requests": 3.0,
            "typing.painted": { "value": 4.346, "milliseconds": [[12.346, 8.0]] },
        });
        assert_eq!(Value::Object(super::figures(&measured)), expected);
    }
}
