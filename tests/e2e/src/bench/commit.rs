//! A turn of 500 chunks that is seen live, sealed and kept on this device: how many transactions that writes takes, from the
//! message until all of it is kept. One transaction a chunk would take the browser a second and hold up other windows.

use super::{agent, open::Chosen, report::Report};
use crate::{
    stage::Stage,
    wait::{LONG, until},
};
use anyhow::{Result, ensure};

const CONVERSATION: &str = "committed";

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    let backend = stage.http.address();
    agent::say(backend, CONVERSATION, "echo it begins").await?;
    let before = keeps(stage, None, async || Chosen::of(stage, CONVERSATION).await.map(drop)).await?;
    // A device on which a lot is kept forgets some of it now, whatever will be written.
    stage.page.evaluate::<()>("return bench.quiet().then(() => void (bench.writes = 0));").await?;
    let after = keeps(stage, Some(before + 500), async || agent::say(backend, CONVERSATION, "rows 500").await).await?;
    stage.page.evaluate::<()>("return bench.quiet();").await?;
    report.value("chunks", (after - before) as f64)?;
    report.value("transactions", stage.page.evaluate("return bench.writes;").await?)
}

/// Does something, and waits until this device keeps all that the backend has then.
async fn keeps(stage: &Stage, at_least: Option<u64>, act: impl AsyncFnOnce() -> Result<()>) -> Result<u64> {
    let known = async || {
        let tab = format!("return document.getElementById('tab-{CONVERSATION}') !== null;");
        Ok(stage.page.evaluate::<bool>(&tab).await?.then_some(()))
    };
    until("its tab is there", LONG, known).await?;
    act().await?;
    let length = agent::length(stage.http.address(), CONVERSATION).await?;
    ensure!(length >= at_least.unwrap_or(1), "the turn has only {length} chunks");
    until("this device keeps it", LONG, async || {
        let kept: u64 = stage.page.evaluate(&format!("return bench.kept({CONVERSATION:?});")).await?;
        ensure!(kept == length, "it keeps {kept} of {length}");
        Ok(Some(length))
    })
    .await
}
