//! How large the page is: its elements and listeners with a conversation of 10,000 rows loaded, and what stays behind after
//! many conversations were opened and left. Elements cost style, layout and memory with every change of the page, whether
//! they are seen or not.

use super::{
    open::Chosen,
    report::Report,
    seed::{Seeds, limit, start_over},
};
use crate::stage::Stage;
use anyhow::{Context, Result};
use serde_json::json;

/// How many conversations are opened and left.
const VISITS: usize = 50;

const ELEMENTS: &str = "return document.getElementsByTagName('*').length;";

/// Measures it.
pub(super) async fn run(stage: &mut Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    start_over(stage).await?;
    for (name, id) in [("elements_short", seeds.short[0]), ("elements_tail", seeds.long[0])] {
        Chosen::of(stage, id).await?;
        report.value(name, stage.page.evaluate(ELEMENTS).await?)?;
    }

    start_over(stage).await?;
    for id in seeds.short {
        Chosen::of(stage, id).await?;
    }
    let before = counted(stage, "Nodes").await?;
    for visit in 0..VISITS {
        Chosen::of(stage, seeds.short[visit % 2]).await?;
    }
    report.value("nodes_left", (counted(stage, "Nodes").await? / before - 1.0) * 100.0)?;

    limit(stage, Some(100_000)).await?;
    let loaded = Chosen::of(stage, seeds.long[0]).await;
    let elements: Result<f64> = stage.page.evaluate(ELEMENTS).await;
    let listeners = counted(stage, "JSEventListeners").await;
    limit(stage, None).await?;
    loaded?;
    report.value("elements_all", elements?)?;
    report.value("listeners_all", listeners?)
}

/// What the browser counts in the page, without what only waits to be collected.
pub(super) async fn counted(stage: &Stage, name: &str) -> Result<f64> {
    let browser = stage.page.browser();
    browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
    let metrics = browser.devtools("Performance.getMetrics", json!({})).await?;
    let metrics = metrics["metrics"].as_array().context("the browser counts nothing")?;
    let found = metrics.iter().find(|metric| metric["name"] == name);
    found.and_then(|metric| metric["value"].as_f64()).with_context(|| format!("the browser does not count {name}"))
}
