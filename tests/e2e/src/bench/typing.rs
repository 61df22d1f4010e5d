//! How long a key takes until it is seen, while a thousand events a second stream into the conversation above, and while
//! nothing does. Keys are the browser's own, pressed below the page at the pace of a fast typist.

use super::{
    connected,
    figures::percentile,
    open::Chosen,
    pairs::{Side, alternate, figure},
    report::Report,
    streams::{QUARTERS, Watched, begin, watch},
};
use crate::stage::Stage;
use anyhow::Result;
use serde_json::json;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// So many keys are pressed in the six seconds.
const KEYS: usize = 60;

/// The time between two keys.
const RHYTHM: Duration = Duration::from_millis(100);

const FOCUS: &str = "document.querySelector('textarea').focus();";

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    stage.change_pace(QUARTERS, None).await?;
    connected(stage).await?;
    let mut number = 0;
    let turns = alternate(async |side| {
        number += 1;
        let name = format!("typing-{number}");
        begin(stage, &name).await?;
        Chosen::of(stage, &name).await?;
        stage.page.evaluate::<()>(FOCUS).await?;
        let stream = [(name.as_str(), "count 6800")];
        let typed = async || press_keys(stage).await;
        let watched: Watched = watch(stage, if side == Side::Measured { &stream } else { &[] }, typed).await?;
        Ok(watched)
    })
    .await?;
    report.pairs("painted", &figure(&turns, |watched| percentile(&watched.keys, 0.98)))?;
    report.value("keys", turns.iter().map(|(while_streaming, _)| while_streaming.keys.len()).min().unwrap_or(0) as f64)
}

async fn press_keys(stage: &Stage) -> Result<()> {
    let mut ticks = interval(RHYTHM);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..KEYS {
        ticks.tick().await;
        for kind in ["keyDown", "keyUp"] {
            let key =
                json!({ "type": kind, "key": "a", "code": "KeyA", "text": if kind == "keyDown" { "a" } else { "" } });
            stage.page.browser().devtools("Input.dispatchKeyEvent", key).await?;
        }
    }
    Ok(())
}
