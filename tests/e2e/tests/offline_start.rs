//! The console is opened before the backend runs. It comes up, says so, and connects by itself as soon as it can.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    rows::words,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

#[tokio::test]
async fn the_page_comes_up_without_a_backend() -> Result<()> {
    play(Setting { online: false, ..Setting::default() }, async |stage| {
        stage.page.open().await?;
        let page = &stage.page;
        until("the page says that there is no connection", SOON, async || {
            let status = page.status("Connection").await?;
            ensure!(["Reconnecting in ", "Offline"].iter().any(|words| status.starts_with(words)), "it is “{status}”");
            Ok(Some(()))
        })
        .await?;
        // A person may write already; what is written stays.
        page.find("textbox", "Message").await?.send_keys("echo good morning").await?;

        stage.start_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Connected").await?;
        page.press("Send").await?;
        page.wait_for_rows("the message stands in the transcript", |rows| !rows.is_empty()).await?;
        let rows = page.wait_for_seal().await?;
        ensure!(rows.iter().any(|row| row.kind == "text" && row.words.contains("good morning")), "{rows:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_message_that_waits_can_be_changed_or_removed() -> Result<()> {
    play(Setting { online: false, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.send("echo good mornign").await?;
        page.send("echo never").await?;
        page.press("Edit").await?;
        page.wait_for_focus("textbox", "Message").await?;
        page.keys(&[Key::Backspace, Key::Backspace]).await?;
        page.type_text("ng").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_rows("it waits behind the other", |rows| words(rows, "user") == "echo never\necho good morning")
            .await?;
        page.press("Remove").await?;
        page.wait_for_focus("textbox", "Message").await?;

        stage.start_backend().await?;
        let page = &stage.page;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "user") == "echo good morning", "{rows:#?}");
        Ok(())
    })
    .await
}
