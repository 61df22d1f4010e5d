//! Whatever a backend calls things, and however much it has to say: on a phone and on a small screen nothing hangs out of
//! the page, and no name pushes a control away.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{SOON, until},
    width::nothing_hangs_out,
};
use serde_json::json;

const OVERDONE: &str = include_str!("long_names/overdone.js");

/// Chooses the model with the longest name.
const CHOOSE: &str = "
    const named = (list) => list.labels[0]?.textContent ?? list.ariaLabel ?? '';
    const models = [...document.querySelectorAll('select')].find((list) => named(list).trim().startsWith('Model'));
    models.selectedIndex = 1;
    return models.dispatchEvent(new Event('change', { bubbles: true }));
";
const UNFOLD: &str = "
    document.querySelectorAll('[data-row] [aria-expanded=false], aside [aria-expanded=false]').forEach((fold) => fold.click());
";

async fn alert_leaves_room(page: &Page) -> Result<()> {
    let (alert, _) = page.all("alert").await?.pop().context("nothing is said")?;
    let (.., height) = alert.rectangle().await?;
    ensure!(height < 300.0, "the alert is {height} px high");
    page.press("Dismiss").await
}

#[tokio::test]
async fn nothing_is_wider_for_its_name() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": OVERDONE })).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo hello").await?;
        page.wait_for_seal().await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        until("the tab has its long title", SOON, async || {
            Ok(page.tabs().await?.0.first().is_some_and(|title| title.starts_with("tttt")).then_some(()))
        })
        .await?;
        page.evaluate::<bool>(CHOOSE).await?;
        page.evaluate::<()>("window.overdo();").await?;
        page.wait_for_rows("the turn has failed", |rows| words(rows, "error").contains("EEEE")).await?;
        page.evaluate::<()>(UNFOLD).await?;
        page.wait_for_words("region", "Language servers", "broken").await?;
        page.wait_for_words("region", "Extensions", "XXXX").await?;

        for (width, height) in [(1024, 768), (390, 844)] {
            page.browser().set_viewport(width, height).await?;
            nothing_hangs_out(page, &format!("at {width} px")).await?;
        }
        alert_leaves_room(page).await?;
        page.press("Sidebar").await?;
        until("the sidebar is there", SOON, async || {
            Ok(page.look_for("region", "Extensions").await?.is_some().then_some(()))
        })
        .await?;
        nothing_hangs_out(page, "with the sidebar").await?;
        page.press("Close sidebar").await?;

        page.evaluate::<()>("window.overdoWaiting();").await?;
        page.find("button", "Stop").await?;
        until("the retry is told", SOON, async || {
            Ok(page.evaluate::<bool>("return !!document.querySelector('.retry-note')").await?.then_some(()))
        })
        .await?;
        nothing_hangs_out(page, "while a turn waits for its provider").await
    })
    .await
}
