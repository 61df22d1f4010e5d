//! An agent that works while nobody looks. A hidden page gets no frames, and its timers hardly run; so what comes must be
//! taken in as it comes, and drawn once somebody is back. Counted is what of 20,000 events is not there then, and how many
//! tasks keep the person waiting who has just come back.

use super::{agent, connected, open::Chosen, report::Report, streams::begin};
use crate::{
    stage::Stage,
    wait::{SOON, until},
};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashSet;

/// What is said, by the name of its conversation: numbers, of which every single one can be found again, and an answer as
/// agents write them. Both are 20,000 deltas.
const SAID: [(&str, &str); 2] = [("counted", "count 20000"), ("written", "long 108")];

/// The pace at which they take five seconds.
const PACE: f64 = 4.0;

/// So many deltas must have come while the page was hidden.
const EVENTS: f64 = 20_000.0;

/// What is found on return.
#[derive(Debug, Deserialize)]
struct Returned {
    /// Messages that came while the page was hidden.
    frames: f64,
    /// Milliseconds of each long task after that.
    tasks: Vec<f64>,
}

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    stage.change_pace(PACE, Some(0)).await?;
    for (name, message) in SAID {
        connected(stage).await?;
        begin(stage, name).await?;
        Chosen::of(stage, name).await?;
        let returned = leave(stage, async || agent::say(stage.http.address(), name, message).await).await?;
        ensure!(returned.frames >= EVENTS, "only {} events came while the page was hidden", returned.frames);
        report.value(&format!("tasks_{name}"), returned.tasks.len() as f64)?;
        report.value(&format!("longest_{name}"), returned.tasks.into_iter().fold(0.0, f64::max))?;
        if name == "counted" {
            report.value("lost", lost(stage, name).await? as f64)?;
        }
    }
    Ok(())
}

/// Hides the page behind another one, does something, and comes back.
async fn leave(stage: &Stage, meanwhile: impl AsyncFnOnce() -> Result<()>) -> Result<Returned> {
    let browser = stage.page.browser();
    let client = browser.client();
    let console = client.window().await?;
    stage.page.evaluate::<()>("bench.leave();").await?;
    let other = client.new_window(true).await?.handle;
    client.switch_to_window(other).await?;
    meanwhile().await?;
    client.close_window().await?;
    client.switch_to_window(console).await?;
    browser.devtools("Page.bringToFront", json!({})).await?;
    until("the page is seen again", SOON, async || {
        let state: String = stage.page.evaluate("return document.visibilityState;").await?;
        Ok((state == "visible").then_some(()))
    })
    .await?;
    stage.page.evaluate("return bench.returned();").await.context("nothing is known of the return")
}

/// How many of the words that the backend has stored the page does not show, once this device keeps them.
async fn lost(stage: &Stage, conversation: &str) -> Result<usize> {
    let backend = stage.http.address();
    let length = agent::length(backend, conversation).await?;
    until("this device keeps it", SOON, async || {
        let kept: u64 = stage.page.evaluate(&format!("return bench.kept({conversation:?});")).await?;
        ensure!(kept == length, "it keeps {kept} of {length} chunks");
        Ok(Some(()))
    })
    .await?;
    let told = agent::last_words(backend, conversation).await?;
    let shown: String = stage.page.evaluate("return bench.answer();").await?;
    let found: HashSet<&str> = shown.split_whitespace().collect();
    let lost = told.split_whitespace().filter(|word| !found.contains(word)).count();
    ensure!(lost > 0 || shown.split_whitespace().eq(told.split_whitespace()), "the words stand in another order");
    Ok(lost)
}
