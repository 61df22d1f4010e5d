//! The backend dies in the middle of an answer and comes back. The page lives on, says when it will try again, finds the
//! backend, and can be talked to as before.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    rows::{doubled, stored, words},
    stage::{Setting, play},
    wait::{SOON, until},
};

#[tokio::test]
async fn the_page_survives_a_crash_of_the_backend() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("slow").await?;
        stage.page.wait_for_rows("the answer has begun", |rows| words(rows, "text").len() > 40).await?;
        stage.page.wait_for_words("region", "Cache warming", "Warm: in use").await?;

        stage.kill_backend().await?;
        let status = stage.page.wait_for_connection("Reconnecting in ").await?;
        let seconds = status.trim_start_matches("Reconnecting in ").trim_end_matches('s').trim();
        ensure!(seconds.parse::<u32>().is_ok(), "the countdown is “{status}”");

        // Nothing of what was read goes away while there is nobody to ask.
        let alone = words(&stage.page.rows().await?, "text");
        ensure!(alone.len() > 40, "the answer is gone: {alone}");

        stage.start_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Connected").await?;
        until("no turn is shown as running", SOON, async || {
            let running = page.rows().await?.iter().any(|row| row.live);
            Ok((!running && page.look_for("button", "Stop").await?.is_none()).then_some(()))
        })
        .await?;
        page.wait_for_words("region", "Cache warming", "Not known").await?;
        // The backend may have died before the last words were kept. Then the receipt says so.
        let kept = words(&page.rows().await?, "text");
        ensure!(kept.len() > 20 && alone.starts_with(&kept), "of “{alone}”, this is left: {kept}");
        let said = if kept == alone { "nothing missing" } else { "kept only a part of one turn" };
        until("the receipt says what is gone", SOON, async || {
            let receipt: Option<String> =
                page.evaluate("return document.querySelector('.receipt')?.textContent;").await?;
            Ok(receipt.filter(|receipt| receipt.contains(said)))
        })
        .await?;

        page.send("echo still here").await?;
        let rows = page
            .wait_for_rows("the next message is answered", |rows| {
                words(rows, "text").contains("still here") && rows.iter().all(|row| !row.live)
            })
            .await?;
        assert_eq!(doubled(&rows), None);
        assert_eq!(rows.iter().filter(|row| row.kind == "user" && row.words.contains("slow")).count(), 1);

        page.reload().await?;
        let count = stored(&rows).len();
        let after = page.wait_for_rows("the conversation is back", |rows| stored(rows).len() >= count).await?;
        assert_eq!(stored(&rows), stored(&after));
        Ok(())
    })
    .await
}
