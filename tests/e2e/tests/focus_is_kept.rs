//! Buttons that go away when they are pressed must not take the focus with them: who works with the keyboard would be
//! thrown back to the top of the page, and who listens would hear nothing.

use anyhow::Result;
use dispatch_e2e::{
    rows::words,
    stage::{Setting, play},
    wait::{LONG, until},
};
use fantoccini::key::Key;

#[tokio::test]
async fn whoever_opens_the_console_can_write() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_focus("textbox", "Message").await?;
        page.type_text("hello").await?;
        let written: String = page.evaluate("return document.querySelector('textarea').value").await?;
        assert_eq!(written, "hello");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn sending_and_stopping() -> Result<()> {
    play(Setting { speed: 1.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.tab_to("textbox", "Message").await?;
        page.type_text("slow").await?;
        page.tab_to("button", "Send").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_until_gone("Send").await?;

        page.wait_for_rows("the answer has begun", |rows| !words(rows, "text").is_empty()).await?;
        page.tab_to("button", "Stop").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_until_gone("Stop").await?;
        page.wait_for_seal().await?;
        page.wait_until_gone("Stopping…").await
    })
    .await
}

#[tokio::test]
async fn going_to_the_end() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(1000, 420).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 6").await?;
        page.wait_for_seal().await?;
        page.tab_to("log", "Transcript").await?;
        page.keys(&[Key::Home]).await?;
        page.find("button", "Scroll to bottom").await?;
        // From the other side: whoever tabs through the rows to their end has gone there, too.
        page.find("textbox", "Message").await?.click().await?;
        page.chord(&[Key::Shift], char::from(Key::Tab)).await?;
        page.wait_for_focus("button", "Scroll to bottom").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_until_gone("Scroll to bottom").await
    })
    .await
}

#[tokio::test]
async fn trying_to_connect() -> Result<()> {
    play(Setting { online: false, ..Setting::default() }, async |stage| {
        stage.page.open().await?;
        // The pauses between tries grow; a long one leaves time to get there by keyboard.
        until("the pause is long", LONG, async || {
            let status = stage.page.status("Connection").await?;
            let seconds = status.trim_start_matches("Reconnecting in ").trim_end_matches(" s").parse::<u32>();
            Ok((seconds? >= 6).then_some(()))
        })
        .await?;
        stage.page.tab_to("button", "Retry now").await?;
        stage.start_backend().await?;
        stage.page.keys(&[Key::Enter]).await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.wait_until_gone("Retry now").await
    })
    .await
}
