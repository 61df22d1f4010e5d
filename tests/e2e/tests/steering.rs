//! A turn of several steps takes what waits for it before its next step: the words stand where they were heard, between what
//! came before and what came of them, and stand there after a reload, too.

use crate::queue::wait_for_queue;
use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::{Row, durable, words},
    stage::{Setting, play},
};
use fantoccini::key::Key;

const STEERING: &str = "return [...document.querySelectorAll('[data-row=user] .send-state')].map((said) => said.textContent).filter(Boolean);";

async fn queue(page: &Page, text: &str) -> Result<()> {
    page.tab_to("textbox", "Message").await?;
    page.type_text(text).await?;
    page.keys(&[Key::Enter]).await
}

/// The kinds of the rows before and after the one that says this.
fn around(rows: &[Row], text: &str) -> Result<(Vec<String>, Vec<String>)> {
    let place = rows.iter().position(|row| row.kind == "user" && row.words == text).context("it is not there")?;
    let kinds = |rows: &[Row]| rows.iter().map(|row| row.kind.clone()).collect();
    Ok((kinds(&rows[..place]), kinds(&rows[place + 1..])))
}

#[tokio::test]
async fn what_waits_is_heard_before_the_next_step_and_what_was_taken_back_is_not() -> Result<()> {
    play(Setting { speed: 0.3, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tools").await?;
        page.find("button", "Stop").await?;
        queue(page, "never mind the tests").await?;
        wait_for_queue(page, &["never mind the tests"]).await?;
        queue(page, "look at the tests, too").await?;
        wait_for_queue(page, &["never mind the tests", "look at the tests, too"]).await?;
        page.press("Cancel").await?;
        wait_for_queue(page, &["look at the tests, too"]).await?;

        let live =
            page.wait_for_rows("it is heard", |rows| words(rows, "user").contains("look at the tests, too")).await?;
        ensure!(live.iter().any(|row| row.live), "the turn was over: {live:#?}");
        wait_for_queue(page, &[]).await?;
        let said: Vec<String> = page.evaluate(STEERING).await?;
        ensure!(said == ["Said while the turn ran"], "{said:?}");

        let rows = page.wait_for_seal().await?;
        ensure!(!words(&rows, "user").contains("never mind"), "what was taken back was heard: {rows:#?}");
        let (before, after) = around(&rows, "look at the tests, too")?;
        let has_tool = |kinds: &[String]| kinds.iter().any(|kind| kind.starts_with("tool"));
        ensure!(has_tool(&before) && has_tool(&after), "it does not stand in the middle: {rows:#?}");
        ensure!(
            words(&rows, "text").contains("You put something in while I was at work"),
            "nothing came of it: {rows:#?}"
        );
        let turns = rows.iter().filter(|row| row.kind == "turn").count();
        ensure!(turns == 1, "it is one turn, not {turns}");

        page.reload().await?;
        let again = page.wait_for_seal().await?;
        ensure!(durable(&again) == durable(&rows), "it is {again:#?}\n\nand was {rows:#?}");
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}
