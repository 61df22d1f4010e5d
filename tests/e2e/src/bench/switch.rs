//! Going from one conversation to another and back, when both are loaded: from the choice of the tab until its rows are
//! painted. Once with what the console loads by itself, and once with everything loaded that a long conversation has: only
//! then does it show whether the rows that are far away cost anything.

use super::{
    open::Chosen,
    pairs::{Pair, Side, alternate, figure},
    report::Report,
    seed::{Seeds, limit, start_over},
};
use crate::stage::Stage;
use anyhow::Result;

/// Measures it.
pub(super) async fn run(stage: &mut Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    start_over(stage).await?;
    report.pairs("shown", &measure(stage, seeds.long, seeds.short).await?)?;
    report.pairs("shown_beside_window", &measure(stage, seeds.long, seeds.middle).await?)?;
    limit(stage, Some(100_000)).await?;
    let all = measure_all(stage, seeds).await;
    limit(stage, None).await?;
    report.pairs("shown_all", &all?)
}

async fn measure_all(stage: &Stage, seeds: &Seeds) -> Result<Vec<Pair>> {
    for id in seeds.long {
        Chosen::of(stage, id).await?.ensure_whole()?;
    }
    Chosen::of(stage, seeds.short[0]).await?;
    measure(stage, seeds.long, seeds.short).await
}

async fn measure(stage: &Stage, measured: [&str; 2], compared: [&str; 2]) -> Result<Vec<Pair>> {
    for id in measured.into_iter().chain(compared) {
        Chosen::of(stage, id).await?;
    }
    let turns = alternate(async |side| {
        let [one, other] = if side == Side::Measured { measured } else { compared };
        // From one of the same length, so that leaving costs as much as coming.
        Chosen::of(stage, one).await?;
        Chosen::of(stage, other).await
    })
    .await?;
    Ok(figure(&turns, |chosen| chosen.shown))
}
