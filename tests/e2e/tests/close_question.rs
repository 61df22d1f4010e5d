//! Closing a tab whose turn runs would stop work that somebody waits for, so it is asked first. Keeping it changes nothing;
//! closing it stops the turn, and the focus is never lost on the way.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

const QUESTION: &str = "A turn is running";

async fn wait_for_question(page: &Page, asked: bool) -> Result<()> {
    until(&format!("the question is asked: {asked}"), SOON, async || {
        Ok((page.look_for("dialog", QUESTION).await?.is_some() == asked).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_running_turn_is_not_closed_unasked() -> Result<()> {
    play(Setting { speed: 1.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;
        page.wait_for_rows("the answer has begun", |rows| !words(rows, "text").is_empty()).await?;

        page.tab_to("tab", "slow").await?;
        page.keys(&[Key::Delete]).await?;
        wait_for_question(page, true).await?;
        page.keys(&[Key::Escape]).await?;
        wait_for_question(page, false).await?;
        page.wait_for_focus("tab", "slow").await?;
        let length = words(&page.rows().await?, "text").len();
        page.wait_for_rows("the turn runs on", |rows| words(rows, "text").len() > length).await?;

        // The same by pointer: the answer that keeps it, then the one that does not.
        page.press("Close slow").await?;
        wait_for_question(page, true).await?;
        page.press("Keep open").await?;
        wait_for_question(page, false).await?;
        ensure!(page.tabs().await?.0.len() == 1, "the tab is kept");

        page.press("Close slow").await?;
        page.press("Stop and close").await?;
        wait_for_question(page, false).await?;
        until("the tab is gone", SOON, async || Ok(page.tabs().await?.0.is_empty().then_some(()))).await?;
        page.wait_for_focus("textbox", "Message").await?;
        page.wait_for_rows("its rows are gone with it", |rows| rows.is_empty()).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_idle_conversation_closes_at_once() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo brief").await?;
        page.wait_for_seal().await?;
        page.press("Close echo brief").await?;
        until("the tab is gone", SOON, async || Ok(page.tabs().await?.0.is_empty().then_some(()))).await?;
        wait_for_question(page, false).await?;
        page.wait_for_focus("textbox", "Message").await
    })
    .await
}
