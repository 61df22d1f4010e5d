//! Conversations that are alike in everything but their length, made by the backend itself turn by turn, and read once by
//! the console with its highest chat limit, so that this device keeps all of them.

use super::{agent, open::Chosen};
use crate::{
    stage::Stage,
    wait::{LONG, until},
};
use anyhow::{Result, ensure};
use std::time::Duration;

/// A turn: its message, and thoughts and sentences by turns.
const TURN: &str = "rows 100";

/// How many chunks it has.
const CHUNKS: u64 = 101;

/// How many turns the long ones have.
const TURNS: u64 = 99;

/// How many chunks the long ones have.
pub(super) const LONG_CHUNKS: u64 = CHUNKS * TURNS;

/// How long the console may take to draw all of a long conversation.
const PATIENCE: Duration = Duration::from_secs(240);

/// The conversations there are, by their ids.
#[derive(Debug)]
pub(super) struct Seeds {
    /// Of 9,999 chunks.
    pub(super) long: [&'static str; 2],
    /// Of 303 chunks: just more than are loaded at first.
    pub(super) middle: [&'static str; 2],
    /// Of 101 chunks.
    pub(super) short: [&'static str; 2],
}

impl Seeds {
    /// Makes them, and has this device keep them.
    pub(super) async fn sow(stage: &mut Stage) -> Result<Self> {
        let seeds = Self {
            long: ["long-one", "long-two"],
            middle: ["middle-one", "middle-two"],
            short: ["short-one", "short-two"],
        };
        let lengths = [(seeds.long, TURNS), (seeds.middle, 3), (seeds.short, 1)];
        let backend = stage.http.address();
        for (ids, turns) in lengths {
            for id in ids {
                for _ in 0..turns {
                    agent::say(backend, id, TURN).await?;
                }
                let length = agent::length(backend, id).await?;
                ensure!(length == CHUNKS * turns, "{id} has {length} chunks");
            }
        }
        limit(stage, Some(100_000)).await?;
        for (ids, turns) in lengths {
            for id in ids {
                Chosen::of(stage, id).await?;
                until(&format!("this device keeps {id}"), PATIENCE, async || {
                    let kept: u64 = stage.page.evaluate(&format!("return bench.kept({id:?});")).await?;
                    ensure!(kept == CHUNKS * turns, "it keeps {kept}");
                    Ok(Some(()))
                })
                .await?;
            }
        }
        limit(stage, None).await?;
        Ok(seeds)
    }
}

/// Loads the page anew with another chat limit, or with the usual one. A new conversation is looked at then.
pub(super) async fn limit(stage: &Stage, limit: Option<u64>) -> Result<()> {
    let store = match limit {
        Some(limit) => {
            format!(r#"localStorage.setItem("dispatch.settings", '{{"version":1,"chatLimit":{limit}}}');"#)
        }
        None => r#"localStorage.removeItem("dispatch.settings");"#.to_owned(),
    };
    stage.page.evaluate::<()>(&store).await?;
    start_over(stage).await
}

/// Loads the page anew; no conversation is loaded then but a new one.
pub(super) async fn start_over(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    let look_away = "document.querySelector('.new-conversation').click();
        return document.querySelectorAll('[role=tab]').length;";
    let tabs: usize = page.evaluate(look_away).await?;
    page.reload().await?;
    until("the tabs are there", LONG, async || {
        let now: usize = page.evaluate("return document.querySelectorAll('[role=tab]').length;").await?;
        Ok((now >= tabs).then_some(()))
    })
    .await
}
