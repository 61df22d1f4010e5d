//! How large the page is: its elements, listeners and memory with a conversation of 10,000 rows loaded, and what stays
//! behind after many conversations were opened and left. Elements cost style, layout and memory with every change of the page, whether
//! they are seen or not.

use super::{
    agent, memory,
    open::Chosen,
    report::Report,
    seed::{Seeds, limit, start_over},
};
use crate::stage::Stage;
use anyhow::{Context, Result};
use serde_json::json;

/// How many conversations are opened and left.
const VISITS: usize = 50;

/// So many bytes are not counted: those that any conversation takes.
const SPARED: f64 = 4_000_000.0;

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
    let measured = measure_loaded(stage, seeds, report).await;
    limit(stage, None).await?;
    measured
}

/// Everything loaded that a long conversation has.
async fn measure_loaded(stage: &Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    let empty = memory::measure(stage).await?;
    Chosen::of(stage, seeds.long[0]).await?.ensure_whole()?;
    let loaded = memory::measure(stage).await?;
    report.value("elements_all", stage.page.evaluate(ELEMENTS).await?)?;
    report.value("listeners_all", counted(stage, "JSEventListeners").await?)?;
    let grown = loaded.heap + loaded.wasm - empty.heap - empty.wasm;
    report.value("memory_all", grown)?;
    let raw = agent::bytes(stage.http.address(), seeds.long[0]).await? as f64;
    report.value("memory_per_byte", (grown - SPARED) / raw)
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
