//! A message is sent once, whatever happens to the socket and the page between the Enter key and the first word of the
//! answer.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::{Row, doubled},
    stage::{Setting, play},
};

fn times(rows: &[Row], words: &str) -> usize {
    rows.iter().filter(|row| row.kind == "user" && row.words.starts_with(words)).count()
}

async fn is_there_once(page: &Page, words: &str) -> Result<()> {
    let rows = page.wait_for_seal().await?;
    ensure!(times(&rows, words) == 1 && doubled(&rows).is_none(), "{rows:#?}");
    page.reload().await?;
    page.wait_for_connection("Connected").await?;
    let rows = page.wait_for_seal().await?;
    ensure!(times(&rows, words) == 1, "after another reload: {rows:#?}");
    Ok(())
}

#[tokio::test]
async fn a_message_written_without_a_connection_survives_a_reload_and_is_sent_once() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        stage.ws.refuse();
        page.wait_for_connection("Reconnecting").await?;
        page.send("echo from before the reload").await?;
        page.reload().await?;
        page.wait_for_rows("the message is there", |rows| times(rows, "echo from before") == 1).await?;
        stage.allow_sockets();
        // As the browser does when the network is back; by itself the next attempt may be seconds away, or just made.
        page.evaluate::<()>("dispatchEvent(new Event('online'))").await?;
        page.wait_for_rows("it is answered", |rows| rows.iter().any(|row| row.kind == "text")).await?;
        is_there_once(page, "echo from before").await
    })
    .await
}

#[tokio::test]
async fn a_page_reloaded_right_after_sending_sends_nothing_twice() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("count 3").await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        page.wait_for_rows("it is answered", |rows| rows.iter().any(|row| row.kind == "text")).await?;
        is_there_once(page, "count 3").await?;

        page.send("slow").await?;
        stage.ws.cut();
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        let answers = |rows: &[Row]| rows.iter().filter(|row| row.kind == "text").count();
        page.wait_for_rows("it is answered, too", |rows| answers(rows) > 1).await?;
        is_there_once(page, "slow").await
    })
    .await
}
