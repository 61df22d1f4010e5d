//! The console is opened before the backend runs. It comes up, says so, and connects by itself as soon as it can.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    stage::{Setting, play},
    wait::{SOON, until},
};

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
