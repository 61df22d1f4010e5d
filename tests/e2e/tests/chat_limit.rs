//! Who sets the chat limit lower has less loaded at once, and what is read at the end of the conversation does not move;
//! what went can be shown again.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

/// Where the last row stands on the screen, and how many rows there are.
const LAST: &str = "
    const rows = [...document.querySelectorAll('[role=log] [data-row]')];
    return [rows.at(-1).getBoundingClientRect().bottom, rows.filter((row) => 'seq' in row.dataset).length];
";

async fn last(page: &Page) -> Result<(f64, usize)> {
    page.evaluate(LAST).await
}

#[tokio::test]
async fn a_lower_limit_unloads_without_moving_anything() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("rows 120").await?;
        page.wait_for_seal().await?;
        let (bottom, before) = last(page).await?;
        ensure!(before > 60, "there are only {before} rows");
        ensure!(page.look_for("button", "Show earlier messages").await?.is_none(), "all of it is loaded");

        page.press("Settings").await?;
        let limit = page.find("spinbutton", "Chat limit").await?;
        limit.clear().await?;
        limit.send_keys("5").await?;
        page.keys(&[Key::Enter]).await?;
        until("it is explained", SOON, async || {
            let settings = page.find("region", "Settings").await?.text().await?;
            Ok(settings.contains("from 10 to 100000").then_some(()))
        })
        .await?;
        ensure!(last(page).await?.1 == before, "a limit out of range counts");

        limit.clear().await?;
        limit.send_keys("40").await?;
        page.keys(&[Key::Enter]).await?;
        until("rows are unloaded", SOON, async || Ok((last(page).await?.1 <= 40).then_some(()))).await?;
        until("the end is where it was", SOON, async || {
            let (now, _) = last(page).await?;
            ensure!((now - bottom).abs() <= 1.0, "it was at {bottom} and is at {now}");
            Ok(Some(()))
        })
        .await?;
        let fewer = last(page).await?.1;
        page.press("Show earlier messages").await?;
        until("earlier rows are shown again", SOON, async || Ok((last(page).await?.1 > fewer).then_some(()))).await?;

        page.reload().await?;
        page.wait_for_rows("it is loaded again", |rows| !rows.is_empty()).await?;
        let value = page.find("spinbutton", "Chat limit").await?.prop("value").await?;
        ensure!(value.as_deref() == Some("40"), "the limit is forgotten: {value:?}");
        ensure!(last(page).await?.1 <= 40, "more is loaded than was chosen");
        Ok(())
    })
    .await
}
