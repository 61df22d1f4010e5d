//! A message is answered, the answer is sealed, and a reload shows the very same conversation: what a person has read
//! once is what stands there for ever.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    rows::{doubled, durable},
    stage::{Setting, play},
};

#[tokio::test]
async fn a_reload_shows_the_same_transcript() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;

        page.send("tour").await?;
        let first = page.rows().await?;
        assert_eq!((first[0].kind.as_str(), first[0].words.as_str()), ("user", "tour"));

        let before = page.wait_for_seal().await?;
        for kind in ["user", "thinking", "text", "tool"] {
            ensure!(before.iter().any(|row| row.kind == kind), "the tour shows no {kind}: {before:#?}");
        }
        for row in &before {
            ensure!(!row.is_chunk() || row.seq.is_some(), "a sealed row without its chunk: {row:?}");
            ensure!(row.kind != "tool" || row.state.as_deref() != Some("running"), "a tool runs on: {row:?}");
        }
        assert_eq!(doubled(&before), None);

        page.reload().await?;
        let count = before.len();
        let after = page.wait_for_rows("the conversation is back", |rows| rows.len() >= count).await?;
        assert_eq!(durable(&before), durable(&after));
        Ok(())
    })
    .await
}
