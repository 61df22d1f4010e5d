//! What an hour's worth of turns leaves behind: the script heap and the memory of the WebAssembly, after the first turns and
//! after many more. What is sealed and out of sight is unloaded, so it must not grow; memory of WebAssembly is never given
//! back, so the most that was ever needed at once is what counts.

use super::{
    open::Chosen,
    page::counted,
    report::Report,
    streams::{begin, see},
};
use crate::stage::Stage;
use anyhow::Result;

const CONVERSATION: &str = "remembered";

/// A turn of 500 chunks, and some 5,460 events before neighbours are joined.
const TURN: &str = "rows 500";

/// Turns until everything that is made once is made.
const WARM: usize = 8;

/// Turns after which it is measured again.
const MORE: usize = 60;

/// Turns in which a million events come.
const MILLION: usize = 184;

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    begin(stage, CONVERSATION).await?;
    Chosen::of(stage, CONVERSATION).await?;
    play(stage, WARM).await?;
    let before = measure(stage).await?;
    play(stage, MORE).await?;
    let after = measure(stage).await?;
    report.value("heap_growth", after.heap - before.heap)?;
    report.value("wasm_growth", after.wasm - before.wasm)?;
    report.value("heap", after.heap)?;
    report.value("wasm", after.wasm)?;
    play(stage, MILLION - MORE).await?;
    let at_last = measure(stage).await?;
    report.value("heap_growth_million", at_last.heap - before.heap)?;
    report.value("wasm_growth_million", at_last.wasm - before.wasm)
}

/// Bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    pub(super) heap: f64,
    pub(super) wasm: f64,
}

/// What the page needs now, without what only waits to be collected.
pub(super) async fn measure(stage: &Stage) -> Result<Memory> {
    stage.page.evaluate::<()>("return bench.quiet();").await?;
    let heap = counted(stage, "JSHeapUsedSize").await?;
    let wasm = stage.page.evaluate("return bench.memory();").await?;
    Ok(Memory { heap, wasm })
}

/// Plays turns one after the other, each until it is sealed and painted.
async fn play(stage: &Stage, turns: usize) -> Result<()> {
    for _ in 0..turns {
        see(stage, &[(CONVERSATION, TURN)], async || Ok(())).await?;
    }
    Ok(())
}
