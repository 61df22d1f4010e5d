//! What is said while a turn runs waits for it. It leaves the composer when the backend has it, not before, can be taken
//! back, and is answered when its time has come.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

const TYPED: &str = "return document.getElementById('message').value";
const QUEUED: &str = "return [...document.querySelectorAll('.queued > span')].map((line) => line.textContent);";

/// Waits until just these messages wait.
pub(crate) async fn wait_for_queue(page: &Page, expected: &[&str]) -> Result<()> {
    until(&format!("{expected:?} waits"), SOON, async || {
        let queued: Vec<String> = page.evaluate(QUEUED).await?;
        ensure!(queued == expected, "it is {queued:?}");
        Ok(Some(()))
    })
    .await
}

async fn wait_for_composer(page: &Page, expected: &str) -> Result<()> {
    until(&format!("the composer holds “{expected}”"), SOON, async || {
        let typed: String = page.evaluate(TYPED).await?;
        ensure!(typed == expected, "it holds {typed}");
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn one_waits_and_is_answered_another_is_taken_back() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;
        page.find("button", "Stop").await?;
        ensure!(page.look_for("button", "Queue").await?.is_none(), "nothing is typed that could be queued");

        page.tab_to("textbox", "Message").await?;
        page.type_text("echo the later one").await?;
        page.find("button", "Queue").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_queue(page, &["echo the later one"]).await?;
        wait_for_composer(page, "").await?;
        page.wait_for_focus("textbox", "Message").await?;

        page.type_text("echo never").await?;
        page.press("Queue").await?;
        wait_for_queue(page, &["echo the later one", "echo never"]).await?;
        page.wait_until_gone("Queue").await?;
        page.find("list", "Waits for the running turn").await?;
        // Other buttons come and go while they are looked through.
        let (cancel, _) = until("something can be taken back", SOON, async || {
            Ok(page.all("button").await?.into_iter().rfind(|(_, name)| name == "Cancel"))
        })
        .await?;
        cancel.click().await?;
        wait_for_queue(page, &["echo the later one"]).await?;

        let rows = page
            .wait_for_rows("the later one is answered", |rows| words(rows, "text").contains("the later one"))
            .await?;
        ensure!(!words(&rows, "user").contains("never"), "what was taken back was sent");
        wait_for_queue(page, &[]).await
    })
    .await
}

#[tokio::test]
async fn words_that_cannot_be_queued_stay() -> Result<()> {
    play(Setting { speed: 1.0, ..Setting::default() }, async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("slow").await?;
        stage.page.wait_for_rows("the answer has begun", |rows| words(rows, "text").len() > 20).await?;
        stage.kill_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Reconnecting in ").await?;
        page.tab_to("textbox", "Message").await?;
        page.type_text("and then").await?;
        page.keys(&[Key::Enter]).await?;
        until("it is said", SOON, async || {
            let said: String = page.evaluate("return document.querySelector('form').textContent").await?;
            Ok(said.contains("Not connected: the message was not queued.").then_some(()))
        })
        .await?;
        wait_for_composer(page, "and then").await
    })
    .await
}
