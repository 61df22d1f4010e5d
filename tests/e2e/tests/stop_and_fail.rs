//! Not every answer comes to its end: a person stops it, or the provider gives up. Both ways what was said so far stays,
//! the page says how it ended, and the next message is answered as if nothing had been.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::{Row, doubled, stored, words},
    stage::{Setting, play},
};

/// Sends a message that is answered, and checks that a reload shows the same.
async fn goes_on(page: &Page) -> Result<()> {
    page.send("echo and so it goes on").await?;
    let before = page
        .wait_for_rows("the next message is answered", |rows| {
            let answered = |row: &Row| row.kind == "text" && row.words == "and so it goes on" && row.seq.is_some();
            rows.iter().any(answered) && rows.iter().all(|row| !row.live)
        })
        .await?;
    assert_eq!(doubled(&before), None);
    page.reload().await?;
    let count = stored(&before).len();
    let after = page.wait_for_rows("the conversation is back", |rows| stored(rows).len() >= count).await?;
    assert_eq!(stored(&before), stored(&after));
    Ok(())
}

#[tokio::test]
async fn a_stopped_answer_keeps_what_was_said() -> Result<()> {
    play(Setting { speed: 1.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;
        page.wait_for_rows("the answer has begun", |rows| words(rows, "text").len() > 60).await?;

        page.press("Stop").await?;
        let rows = page.wait_for_seal().await?;
        let said = words(&rows, "text");
        ensure!(said.len() > 60 && !said.contains("That is all."), "what was said is {said:?}");
        page.find("button", "Send").await?;
        goes_on(page).await
    })
    .await
}

#[tokio::test]
async fn a_failure_is_a_row() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("fail").await?;
        let rows = page
            .wait_for_rows("the failure is a row", |rows| {
                let last = rows.iter().rfind(|row| row.kind != "step" && row.kind != "turn");
                last.is_some_and(|row| row.kind == "error") && rows.iter().all(|row| !row.live)
            })
            .await?;
        let failure = words(&rows, "error");
        ensure!(failure.contains("The provider broke off"), "it says {failure:?}");
        ensure!(words(&rows, "text").ends_with("the first thing to"), "the words before it are kept: {rows:#?}");
        ensure!(rows.iter().any(|row| row.kind == "tool"), "and the tools: {rows:#?}");
        page.find("button", "Send").await?;
        goes_on(page).await
    })
    .await
}
