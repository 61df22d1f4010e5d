//! Whether code that is coloured makes the words that stream below it dearer. 200 blocks of code stand in the page, once in
//! a language that the console knows, and once in one that nobody does; everything else is the same.

use super::{
    agent, connected,
    figures::percentile,
    open::Chosen,
    pairs::{Side, alternate, figure},
    report::Report,
    streams::{Watched, begin, longest, watch},
};
use crate::stage::Stage;
use anyhow::{Result, ensure};

/// The pace at which 20 KB take five seconds.
const PACE: f64 = 4.0;

/// No block has less that is coloured.
const LEAST_COLOURED: u64 = 10 * 200;

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    stage.change_pace(PACE, None).await?;
    let mut number = 0;
    let turns = alternate(async |side| {
        number += 1;
        let name = format!("coloured-{number}");
        stage.page.open().await?;
        connected(stage).await?;
        begin(stage, &name).await?;
        Chosen::of(stage, &name).await?;
        let language = if side == Side::Measured { "rust" } else { "nobodys" };
        agent::say(stage.http.address(), &name, &format!("blocks 200 {language}")).await?;
        stage.page.evaluate::<()>("return bench.quiet();").await?;
        let coloured: u64 = stage.page.evaluate("return document.querySelectorAll('pre span').length;").await?;
        ensure!(
            (side == Side::Measured) == (coloured >= LEAST_COLOURED),
            "{coloured} pieces of code in {language} are coloured"
        );
        watch(stage, &[(&name, "long 20")], async || Ok(())).await
    })
    .await?;
    report.pairs("frames", &figure(&turns, |watched| percentile(&watched.costs, 0.95)))?;
    report.pairs("busy", &figure(&turns, Watched::busy_milliseconds))?;
    report.value("longest", longest(&turns))
}
