//! What was read once is read again without a backend: after a reload, with everything that was only seen live. And a
//! backend that is another one than before is noticed.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    rows::{doubled, durable, stored},
    stage::{Setting, play},
};

#[tokio::test]
async fn a_conversation_is_readable_without_its_backend_and_goes_on_with_it() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tour").await?;
        let before = page.wait_for_seal().await?;

        stage.kill_backend().await?;
        let page = &stage.page;
        page.reload().await?;
        let count = stored(&before).len();
        let alone = page.wait_for_rows("it is there without a backend", |rows| stored(rows).len() >= count).await?;
        assert_eq!(stored(&before), stored(&alone));
        let (titles, selected) = page.tabs().await?;
        ensure!(selected == Some(0) && titles[0].starts_with("tour"), "the strip is {titles:?}");

        stage.start_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Connected").await?;
        page.send("echo and on").await?;
        let after = page.wait_for_seal().await?;
        assert_eq!(doubled(&after), None);
        assert_eq!(stored(&after)[..count], stored(&alone)[..], "the rows from the device are the rows of the backend");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_backend_that_knows_nothing_of_it_empties_the_conversation() -> Result<()> {
    play(Setting::default(), async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("echo before").await?;
        stage.page.wait_for_seal().await?;

        stage.replace_backend().await?;
        let page = &stage.page;
        page.wait_for_rows("what this backend does not have is not shown", <[_]>::is_empty).await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo after").await?;
        let rows = page.wait_for_seal().await?;
        page.reload().await?;
        let again = page.wait_for_rows("the conversation is back", |again| again.len() >= rows.len()).await?;
        assert_eq!(durable(&again), durable(&rows));
        ensure!(rows.iter().all(|row| !row.words.contains("before")), "{rows:#?}");
        Ok(())
    })
    .await
}
