//! The connection drops in the middle of an answer, as it does on every train. The page reconnects by itself, and the
//! answer stands there whole: no word is missing, none is there twice.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    rows::{doubled, stored, words},
    stage::{Setting, play},
};

#[tokio::test]
async fn a_cut_socket_loses_and_doubles_nothing() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;

        // More than once: the second cut hits the replay of the first.
        for length in [40, 160] {
            page.wait_for_rows("the answer has grown", |rows| words(rows, "text").len() > length).await?;
            stage.ws.cut();
            page.wait_for_connection("Connected").await?;
        }
        let before = page.wait_for_seal().await?;
        assert_eq!(doubled(&before), None);
        ensure!(words(&before, "user") == "slow", "the message is there once: {before:#?}");

        // What the backend has stored is the truth.
        page.reload().await?;
        let count = stored(&before).len();
        let after = page.wait_for_rows("the conversation is back", |rows| stored(rows).len() >= count).await?;
        assert_eq!(stored(&before), stored(&after));
        Ok(())
    })
    .await
}
