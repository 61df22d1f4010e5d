//! Opening a conversation that this device keeps: from the choice of its tab until its rows are painted, in a page that has
//! loaded none before, without a backend. A long one must open like a short one: only the tail is read, and only the tail is
//! drawn. So what counts is how often the database is asked before the rows stand, and the time beside that of a short
//! conversation: of one that is shorter than what is loaded at first, and of one that is just longer.
use super::{
    pairs::{Side, alternate, figure},
    report::Report,
    seed::{LONG_CHUNKS, Seeds, start_over},
};
use crate::stage::Stage;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// No row is less high, in pixels.
const LEAST_HEIGHT: f64 = 10.0;

/// What the choice of a tab came to.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    /// Milliseconds until its rows were painted.
    pub(super) shown: f64,
    /// What the database was asked before they stood in the document.
    pub(super) requests: Vec<String>,
    /// What it was asked in all, until nothing more was.
    pub(super) all: Vec<String>,
    /// How many rows stand in the document.
    pub(super) rows: usize,
    /// How high the transcript is, with the rows that do not stand in it.
    height: f64,
}

impl Chosen {
    /// Chooses the tab of a conversation that is not the one that is looked at.
    pub(super) async fn of(stage: &Stage, conversation: &str) -> Result<Self> {
        let chosen = stage.page.evaluate(&format!("return bench.choose({conversation:?});")).await;
        chosen.with_context(|| format!("the tab of {conversation} cannot be chosen"))
    }

    /// Makes sure that all of a long conversation is loaded: else a low figure would praise what is not there.
    pub(super) fn ensure_whole(&self) -> Result<()> {
        let least = LONG_CHUNKS as f64 * LEAST_HEIGHT;
        ensure!(self.height > least, "only {} px of the conversation are loaded, and not {least}", self.height);
        Ok(())
    }
}

/// Measures it.
pub(super) async fn run(stage: &mut Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    stage.kill_backend().await?;
    let measure = async |other: &str| {
        alternate(async |side| {
            start_over(stage).await?;
            Chosen::of(stage, if side == Side::Measured { seeds.long[0] } else { other }).await
        })
        .await
    };
    let turns = measure(seeds.short[0]).await?;
    let beside_window = measure(seeds.middle[0]).await?;
    stage.start_backend().await?;
    let most = |count: fn(&Chosen) -> usize| turns.iter().map(|(long, _)| count(long)).max().unwrap_or_default();
    report.value("requests", most(|long| long.requests.len()) as f64)?;
    report.value("requests_in_all", most(|long| long.all.len()) as f64)?;
    report.value("rows", most(|long| long.rows) as f64)?;
    report.pairs("shown", &figure(&turns, |chosen| chosen.shown))?;
    report.pairs("shown_beside_window", &figure(&beside_window, |chosen| chosen.shown))
}
