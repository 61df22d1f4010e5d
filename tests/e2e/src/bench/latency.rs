//! How long words take from the socket to the eye, at the pace of a fast agent: from the moment in which the page is handed
//! the message until the first frame that shows it was painted, in the console and in the floor page. Most of it is the
//! wait for the next frame, which both have; the slowest of a hundred tells what else there is.

use super::{
    figures::percentile,
    floor::Floor,
    pairs::{alternate, figure},
    report::Report,
    streams::{open_either, watch},
};
use crate::stage::Stage;
use anyhow::{Context, Result, ensure};

/// The pace at which 200 numbers come in a second.
const PACE: f64 = 200.0 / 85.0;

/// So many are counted, the first nine and the last of which are not timed.
const COUNTED: usize = 1_000;

/// What is counted: words, and bare numbers, which are read with more care, since a list might begin with one.
const SAID: [(&str, &str); 2] = [("words", "wave"), ("numbers", "")];

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    let floor = Floor::start().await?;
    stage.change_pace(PACE, Some(0)).await?;
    for (name, word) in SAID {
        let mut number = 0;
        let turns = alternate(async |side| {
            number += 1;
            let conversation = format!("latency-{name}-{number}");
            open_either(stage, &floor, side, &conversation).await?;
            stage.page.evaluate::<()>("bench.time();").await?;
            watch(stage, &[(&conversation, &format!("count {COUNTED} {word}"))], async || Ok(())).await?;
            let waits: Vec<f64> = stage.page.evaluate("return bench.timed();").await.context("nothing was timed")?;
            ensure!(waits.len() == COUNTED - 10, "{} of {COUNTED} {name} were seen", waits.len());
            Ok(waits)
        })
        .await?;
        report.pairs(name, &figure(&turns, |waits| percentile(waits, 0.99)))?;
        report.pairs(&format!("{name}_usually"), &figure(&turns, |waits| percentile(waits, 0.5)))?;
    }
    Ok(())
}
