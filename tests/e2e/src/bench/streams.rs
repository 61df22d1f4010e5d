//! What a stream costs the page: how busy its main thread is, how long its frames take, and whether ever so long a task
//! keeps a person waiting. Four questions: many small deltas beside the least that could be done with them (the floor page),
//! one very long answer that comes as fast as any backend sends, a stream below ten thousand settled rows, and several streams at once.

use super::{
    agent, connected,
    figures::percentile,
    floor::Floor,
    open::Chosen,
    page::counted,
    pairs::{Pair, Side, alternate, figure},
    report::Report,
    seed::{Seeds, limit, start_over},
};
use crate::{
    stage::Stage,
    wait::{LONG, until},
};
use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use serde::Deserialize;

/// The pace at which `count 1700` takes seven seconds and comes with 250 numbers a second, and `count 6800` with 1,000.
pub(super) const QUARTERS: f64 = 250.0 / 85.0;

/// The pace at which 280 KB, 50,000 deltas, take eight seconds.
const FAST: f64 = 2.5;

/// The pace at which a megabyte takes ten seconds.
const ANSWER: f64 = 2.0;

/// What was seen of a stream.
#[derive(Debug, Deserialize)]
pub(super) struct Watched {
    /// Milliseconds from the first to the last of it.
    took: f64,
    /// Milliseconds between the starts of its frames.
    gaps: Vec<f64>,
    /// Milliseconds of each frame in which something of it was drawn: script, style, layout and paint.
    pub(super) costs: Vec<f64>,
    /// Milliseconds from each key to the paint after it.
    pub(super) keys: Vec<f64>,
    /// Milliseconds of the longest task, 0 if none took 50.
    pub(super) longest: f64,
    /// Messages of the socket.
    frames: f64,
    /// Seconds in which the main thread was busy; told by the browser.
    #[serde(default)]
    busy: f64,
}

impl Watched {
    /// Milliseconds in which the main thread was busy.
    pub(super) fn busy_milliseconds(&self) -> f64 {
        self.busy * 1_000.0
    }
}

/// Begins turns beside the page, does something meanwhile, and watches until all are sealed and painted.
pub(super) async fn watch(
    stage: &Stage,
    turns: &[(&str, &str)],
    meanwhile: impl AsyncFnOnce() -> Result<()>,
) -> Result<Watched> {
    let before = counted(stage, "TaskDuration").await?;
    let mut watched = see(stage, turns, meanwhile).await?;
    watched.busy = counted(stage, "TaskDuration").await? - before;
    Ok(watched)
}

/// The same, without asking the browser how busy it was, which takes as long as a short turn.
pub(super) async fn see(
    stage: &Stage,
    turns: &[(&str, &str)],
    meanwhile: impl AsyncFnOnce() -> Result<()>,
) -> Result<Watched> {
    let backend = stage.http.address();
    stage.page.evaluate::<()>("bench.watch();").await?;
    let said = try_join_all(turns.iter().map(|(conversation, message)| agent::say(backend, conversation, message)));
    tokio::try_join!(said, meanwhile())?;
    let watched = stage.page.evaluate(&format!("return bench.watched({});", turns.len())).await;
    watched.context("the end of the stream is not seen")
}

/// Makes a conversation and waits until it has a tab, which is when the console listens to it.
pub(super) async fn begin(stage: &Stage, conversation: &str) -> Result<()> {
    agent::say(stage.http.address(), conversation, "echo it begins").await?;
    until("the conversation has a tab", LONG, async || {
        let tab = format!("return document.getElementById('tab-{conversation}') !== null;");
        Ok(stage.page.evaluate::<bool>(&tab).await?.then_some(()))
    })
    .await
}

/// Opens a new conversation, in the console or in the floor page.
pub(super) async fn open_either(stage: &Stage, floor: &Floor, side: Side, name: &str) -> Result<()> {
    if side == Side::Compared {
        return floor.open(stage, name).await;
    }
    stage.page.open().await?;
    connected(stage).await?;
    begin(stage, name).await?;
    Chosen::of(stage, name).await?;
    Ok(())
}

/// Plays a message there.
async fn play_beside_floor(stage: &Stage, floor: &Floor, side: Side, name: &str, message: &str) -> Result<Watched> {
    open_either(stage, floor, side, name).await?;
    watch(stage, &[(name, message)], async || Ok(())).await
}

/// 50,000 deltas, each a message of its own and about thirty in one: how busy the main thread is, beside the floor.
pub(super) async fn deltas(stage: &mut Stage, report: &Report) -> Result<()> {
    let floor = Floor::start().await?;
    for (name, join) in [("alone", 0), ("joined", 5)] {
        stage.change_pace(FAST, Some(join)).await?;
        let mut number = 0;
        let turns = alternate(async |side| {
            number += 1;
            play_beside_floor(stage, &floor, side, &format!("deltas-{name}-{number}"), "prose 280").await
        })
        .await?;
        report.pairs(&format!("busy_{name}"), &figure(&turns, Watched::busy_milliseconds))?;
        report.value(&format!("longest_{name}"), longest(&turns))?;
    }
    Ok(())
}

/// One answer of a megabyte in ten seconds, each delta a message of its own: 18,000 a second.
pub(super) async fn answer(stage: &mut Stage, report: &Report) -> Result<()> {
    let floor = Floor::start().await?;
    stage.change_pace(ANSWER, Some(0)).await?;
    let mut number = 0;
    let turns = alternate(async |side| {
        number += 1;
        play_beside_floor(stage, &floor, side, &format!("answer-{number}"), "long 1024").await
    })
    .await?;
    report.pairs("busy", &figure(&turns, Watched::busy_milliseconds))?;
    let arrived: Vec<f64> = turns.iter().map(|(app, _)| app.frames * 1_000.0 / app.took).collect();
    report.value("deltas_per_second", percentile(&arrived, 0.5))?;
    // What the page could bear if it did nothing else: what arrives is what the backend sends.
    let borne: Vec<f64> = turns.iter().map(|(app, _)| app.frames / app.busy).collect();
    report.value("deltas_per_busy_second", percentile(&borne, 0.5))?;
    report.value("longest", longest(&turns))
}

/// 20 KB below 10,000 settled rows, and in a new conversation.
pub(super) async fn settled(stage: &mut Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    stage.change_pace(4.0, None).await?;
    limit(stage, Some(100_000)).await?;
    let measured = measure_settled(stage, seeds, report).await;
    limit(stage, None).await?;
    stage.change_pace(0.0, None).await?;
    measured
}

async fn measure_settled(stage: &Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    connected(stage).await?;
    let mut number = 0;
    let turns = alternate(async |side| {
        number += 1;
        let name = if side == Side::Measured { seeds.long[1].to_owned() } else { format!("unsettled-{number}") };
        if side == Side::Compared {
            begin(stage, &name).await?;
        }
        Chosen::of(stage, seeds.short[number % 2]).await?;
        Chosen::of(stage, &name).await?;
        watch(stage, &[(&name, "long 20")], async || Ok(())).await
    })
    .await?;
    report.pairs("frames", &figure(&turns, |watched| percentile(&watched.gaps, 0.95)))?;
    report.pairs("busy", &figure(&turns, Watched::busy_milliseconds))?;
    report.value("longest", longest(&turns))
}

/// Four conversations at 250 numbers a second each, one of them looked at, beside one at 1,000.
pub(super) async fn several(stage: &mut Stage, report: &Report) -> Result<()> {
    stage.change_pace(QUARTERS, None).await?;
    let mut number = 0;
    let turns = alternate(async |side| {
        number += 1;
        connected(stage).await?;
        let names: Vec<String> = (0..4).map(|place| format!("several-{number}-{place}")).collect();
        for name in &names {
            begin(stage, name).await?;
        }
        start_over(stage).await?;
        connected(stage).await?;
        Chosen::of(stage, &names[0]).await?;
        let four: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "count 1700")).collect();
        let one = [(names[0].as_str(), "count 6800")];
        watch(stage, if side == Side::Measured { &four } else { &one }, async || Ok(())).await
    })
    .await?;
    report.pairs("busy", &figure(&turns, Watched::busy_milliseconds))?;
    report.value("longest", longest(&turns))
}

/// The longest task of the measured side, in any turn.
pub(super) fn longest(turns: &[(Watched, Watched)]) -> f64 {
    let longest = figure(turns, |watched| watched.longest);
    longest.iter().map(|Pair { measured, .. }| *measured).fold(0.0, f64::max)
}
