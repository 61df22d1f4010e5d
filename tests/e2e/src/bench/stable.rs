//! Whether anything moves under the eyes of those who read: how far the row that stands first in view is carried off while
//! earlier messages come in above it, while the page becomes dark, and while it becomes narrower, looked at in every frame;
//! and what the browser itself counts as a shift of the layout, whoever has caused it.

use super::{open::Chosen, report::Report, seed::Seeds};
use crate::{
    stage::Stage,
    wait::{LONG, until},
};
use anyhow::{Context, Result};
use fantoccini::elements::Element;
use serde::Deserialize;
use serde_json::json;

/// How often earlier messages are shown.
const PREPENDS: u32 = 100;

/// From where they are asked for, in pixels below the beginning of what is loaded, and whether by the button.
const WAYS: [(u32, bool); 4] = [(300, true), (200, false), (80, true), (500, false)];

/// The height of the page in CSS pixels. Only its width changes.
const HEIGHT: u32 = 860;

/// The widths the page has one after the other, in CSS pixels: with the sidebar, without, on a phone, and back.
const WIDTHS: [u32; 5] = [1_280, 1_000, 620, 1_000, 1_280];

/// A row, and a block within a long answer.
const READ: [&str; 2] = [".rows > [data-row]", ".rows [data-body] > *"];

/// Turns with everything that can stand in a transcript, and lines that break where the page is too narrow.
const TURNS: [&str; 5] = ["tour", "parallel", "markdown", "long 20", "long 20"];

/// Moves beyond so many are not told one by one.
const MOST_TOLD: u32 = 12;

/// How far something that is read strayed from its place at most, and how far away it came to rest, in CSS pixels.
#[derive(Debug, Deserialize)]
struct Strayed(f64, f64);

/// Something that moved though nobody scrolled.
#[derive(Debug, Deserialize)]
struct Shift {
    /// How much of the view it is, times how far it moved, as part of the view.
    value: f64,
    /// Whether it came within half a second of a key or a click.
    after_input: bool,
    /// What it was.
    of: Vec<String>,
}

/// Measures it.
pub(super) async fn run(stage: &mut Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    // So that an answer streams, and does not stand there at once.
    stage.change_pace(20.0, None).await?;
    stage.page.browser().set_viewport(WIDTHS[0], HEIGHT).await?;
    let measured = measure(stage, seeds, report).await;
    stage.page.browser().devtools("Emulation.clearDeviceMetricsOverride", json!({})).await?;
    stage.change_pace(0.0, None).await?;
    measured
}

async fn measure(stage: &Stage, seeds: &Seeds, report: &Report) -> Result<()> {
    let page = &stage.page;
    page.wait_for_connection("Connected").await?;
    Chosen::of(stage, seeds.middle[0]).await?;
    page.reload().await?;
    page.wait_for_connection("Connected").await?;
    page.wait_for_rows("the conversation is shown again", |rows| !rows.is_empty()).await?;
    tell_shifts(stage, report, "shift_load").await?;

    for id in [seeds.short[0], seeds.long[0], seeds.middle[0]] {
        Chosen::of(stage, id).await?;
    }
    tell_shifts(stage, report, "shift_opening").await?;

    page.press("New conversation").await?;
    for message in TURNS {
        page.send(message).await?;
        page.wait_for_seal().await?;
    }
    tell_shifts(stage, report, "shift_turn").await?;

    report.value("moved_theme", theme(stage).await?)?;
    tell_shifts(stage, report, "shift_theme").await?;
    report.value("moved_width", width(stage).await?)?;
    // Narrower lines are more of them: what stands below moves, as it should.
    page.evaluate::<Vec<Shift>>("return bench.shifts();").await?;

    Chosen::of(stage, seeds.long[0]).await?;
    report.value("moved_earlier", earlier(stage, report).await?)?;
    tell_shifts(stage, report, "shift_earlier").await
}

/// Tells what has shifted since it was last told, and what it was. What follows a key or a click is expected: as in all
/// accounts of layout shift it does not count.
async fn tell_shifts(stage: &Stage, report: &Report, measure: &str) -> Result<()> {
    let shifts: Vec<Shift> = stage.page.evaluate("return bench.shifts();").await?;
    for Shift { value, after_input, of } in &shifts {
        let when = if *after_input { ", after a key or a click" } else { "" };
        report.note(&format!("{measure}: {value:.5}{when}: {}", of.join(", ")))?;
    }
    // A sum of nothing is minus nothing.
    report.value(measure, shifts.iter().filter(|shift| !shift.after_input).fold(0.0, |sum, shift| sum + shift.value))
}

/// How far the row moves at most, whenever earlier messages are shown.
async fn earlier(stage: &Stage, report: &Report) -> Result<f64> {
    let mut furthest = 0.0_f64;
    let mut told = 0;
    for (number, (from, by_button)) in (1..=PREPENDS).zip(WAYS.into_iter().cycle()) {
        let strayed = stage.page.evaluate(&format!("return bench.earlier({from}, {by_button});")).await;
        let Strayed(moved, rests) = strayed.with_context(|| format!("earlier messages, for the {number}th time"))?;
        if moved > 1.0 && told < MOST_TOLD {
            told += 1;
            let how = if by_button { "by the button" } else { "by going on to the top" };
            report.note(&format!(
                "moved_earlier: {moved:.2} px at {number}, from {from} {how}; rests {rests:.2} px away"
            ))?;
        }
        furthest = furthest.max(moved);
    }
    Ok(furthest)
}

/// How far what is read moves at most while the page becomes dark and light, by the person's choice and by the system's.
async fn theme(stage: &Stage) -> Result<f64> {
    let browser = stage.page.browser();
    let mut furthest = 0.0_f64;
    for read in READ {
        hold(stage, read).await?;
        for scheme in ["dark", "light"] {
            let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            browser.devtools("Emulation.setEmulatedMedia", features).await?;
            painted(stage).await?;
        }
        stage.page.unfold("Settings").await?;
        let choice: Element = stage.page.find("combobox", "Theme").await?;
        for theme in ["dark", "light", "system"] {
            choice.select_by_value(theme).await?;
            until("the page looks like it", LONG, async || {
                let now: String = stage.page.evaluate("return document.documentElement.dataset.theme;").await?;
                Ok((now == theme).then_some(()))
            })
            .await?;
            painted(stage).await?;
        }
        furthest = furthest.max(held(stage).await?);
    }
    Ok(furthest)
}

/// How far it moves at most while the page becomes narrower and wider.
async fn width(stage: &Stage) -> Result<f64> {
    let mut furthest = 0.0_f64;
    for read in READ {
        hold(stage, read).await?;
        for width in WIDTHS {
            stage.page.browser().set_viewport(width, HEIGHT).await?;
            painted(stage).await?;
        }
        furthest = furthest.max(held(stage).await?);
    }
    Ok(furthest)
}

/// Watches something that is read in the middle of the conversation.
async fn hold(stage: &Stage, read: &str) -> Result<()> {
    let hold = format!("return bench.hold({read:?}, 0.5);");
    stage.page.evaluate::<()>(&hold).await.with_context(|| format!("{read} cannot be held"))
}

/// How far it has strayed.
async fn held(stage: &Stage) -> Result<f64> {
    let strayed: Strayed = stage.page.evaluate("return bench.held();").await.context("what was held is lost")?;
    Ok(strayed.0)
}

async fn painted(stage: &Stage) -> Result<()> {
    stage.page.evaluate("return bench.painted().then(bench.painted).then(() => null);").await
}
