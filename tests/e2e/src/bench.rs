//! What the console costs, measured in a real browser against the real backend. A console that is open all day next to an
//! agent that never stops talking must not become slower with every word, and no test of what is right would notice.
//!
//! Here is only measured: each bench says what exactly, and why that. What is good enough, and what became of it over time,
//! `cargo xtask bench` knows. Counts are absolute. Times differ from machine to machine and from minute to minute, so they
//! come in pairs, the measured side and the one it is compared with, right after each other, first the one and then the
//! other first.

mod agent;
mod coloured;
mod commit;
mod figures;
mod floor;
mod hidden;
mod latency;
mod markdown;
mod memory;
mod open;
mod page;
mod pairs;
mod report;
mod seed;
mod stable;
mod start;
mod streams;
mod switch;
mod typing;

use crate::{
    stage::{Setting, Stage, play},
    wait::{LONG, until},
};
use anyhow::{Result, anyhow, bail, ensure};
use report::Report;
use seed::Seeds;

/// Something that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bench {
    Start,
    Open,
    Switch,
    Commit,
    Page,
    Stable,
    Deltas,
    Answer,
    Markdown,
    Settled,
    Several,
    Hidden,
    Latency,
    Coloured,
    Typing,
    Memory,
}

impl Bench {
    /// Cheap ones first.
    const ALL: [Self; 16] = [
        Self::Start,
        Self::Open,
        Self::Switch,
        Self::Commit,
        Self::Page,
        Self::Stable,
        Self::Hidden,
        Self::Typing,
        Self::Latency,
        Self::Coloured,
        Self::Deltas,
        Self::Answer,
        Self::Markdown,
        Self::Several,
        Self::Memory,
        Self::Settled,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Open => "open",
            Self::Switch => "switch",
            Self::Commit => "commit",
            Self::Page => "page",
            Self::Stable => "stable",
            Self::Deltas => "deltas",
            Self::Answer => "answer",
            Self::Markdown => "markdown",
            Self::Settled => "settled",
            Self::Several => "several",
            Self::Hidden => "hidden",
            Self::Latency => "latency",
            Self::Coloured => "coloured",
            Self::Typing => "typing",
            Self::Memory => "memory",
        }
    }

    /// Whether it looks at the long conversations, which take a minute to make.
    fn wants_seeds(self) -> bool {
        matches!(self, Self::Open | Self::Switch | Self::Page | Self::Stable | Self::Settled)
    }

    async fn run(self, stage: &mut Stage, seeds: Option<&Seeds>, report: &Report) -> Result<()> {
        match (self, seeds) {
            (Self::Open, Some(seeds)) => open::run(stage, seeds, report).await,
            (Self::Switch, Some(seeds)) => switch::run(stage, seeds, report).await,
            (Self::Page, Some(seeds)) => page::run(stage, seeds, report).await,
            (Self::Stable, Some(seeds)) => stable::run(stage, seeds, report).await,
            (Self::Settled, Some(seeds)) => streams::settled(stage, seeds, report).await,
            (Self::Start, _) => start::run(stage, report).await,
            (Self::Commit, _) => commit::run(stage, report).await,
            (Self::Deltas, _) => streams::deltas(stage, report).await,
            (Self::Answer, _) => streams::answer(stage, report).await,
            (Self::Markdown, _) => markdown::run(stage, report).await,
            (Self::Several, _) => streams::several(stage, report).await,
            (Self::Hidden, _) => hidden::run(stage, report).await,
            (Self::Latency, _) => latency::run(stage, report).await,
            (Self::Coloured, _) => coloured::run(stage, report).await,
            (Self::Typing, _) => typing::run(stage, report).await,
            (Self::Memory, _) => memory::run(stage, report).await,
            (Self::Open | Self::Switch | Self::Page | Self::Stable | Self::Settled, None) => {
                bail!("there is nothing to look at")
            }
        }
    }
}

/// Runs those that are named, all if none is. One that fails does not keep the others from running.
pub async fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| Bench::ALL.iter().all(|bench| bench.name() != **name)) {
        bail!("there is no bench {unknown}");
    }
    let chosen = |bench: &Bench| names.is_empty() || names.iter().any(|name| name == bench.name());
    let (seeded, fresh): (Vec<Bench>, Vec<Bench>) =
        Bench::ALL.into_iter().filter(chosen).partition(|bench| bench.wants_seeds());
    if !seeded.is_empty() {
        let told = play(SETTING, async |stage| {
            prepare(stage).await?;
            let seeds = Seeds::sow(stage).await?;
            for bench in &seeded {
                let report = Report::of(bench.name())?;
                let result = bench.run(stage, Some(&seeds), &report).await;
                report.ended(result)?;
            }
            Ok(())
        })
        .await;
        if let Err(error) = told {
            for bench in &seeded {
                Report::of(bench.name())?.ended(Err(anyhow!("there is nothing to look at: {error:#}")))?;
            }
        }
    }
    // Each of these has a stage of its own: what one leaves behind must not weigh on the next.
    for bench in fresh {
        let report = Report::of(bench.name())?;
        let result = play(SETTING, async |stage| {
            prepare(stage).await?;
            bench.run(stage, None, &report).await
        })
        .await;
        report.ended(result)?;
    }
    Ok(())
}

/// Nothing waits for a made-up model unless a bench asks for it.
const SETTING: Setting = Setting { speed: 0.0, online: true };

/// Stands in every page before its own scripts.
const PROBE: &str = concat!(
    include_str!("bench/probe.js"),
    include_str!("bench/start.js"),
    include_str!("bench/stable.js"),
    include_str!("bench/hidden.js"),
    include_str!("bench/latency.js"),
);

/// Puts the probe into the pages of this stage, and opens the console.
async fn prepare(stage: &Stage) -> Result<()> {
    let browser = stage.page.browser();
    browser.allow_long_scripts().await?;
    let script = serde_json::json!({ "source": PROBE });
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
    browser.devtools("Performance.enable", serde_json::json!({})).await?;
    report::tell_of(browser).await?;
    stage.page.open().await?;
    connected(stage).await?;
    Ok(())
}

/// Waits until the console is connected. The journeys ask by role and name; here nobody may: from then on the browser keeps a
/// tree of what assistive tools are told beside the page, and what is measured is mostly that.
async fn connected(stage: &Stage) -> Result<()> {
    const STATE: &str = "return document.querySelector('[role=status][aria-label=Connection]')?.textContent ?? '';";
    until("the console is connected", LONG, async || {
        let state: String = stage.page.evaluate(STATE).await?;
        ensure!(state.contains("Connected"), "it says “{state}”");
        Ok(Some(()))
    })
    .await
}
