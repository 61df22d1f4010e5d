//! Two windows of the console in one browser: each follows what the other does to the tabs, and neither loses one.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    stage::{Setting, play},
    wait::{SOON, until},
};

#[tokio::test]
async fn tabs_opened_and_closed_in_one_window_follow_in_the_other() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        let client = page.browser().client();
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo one").await?;
        page.wait_for_seal().await?;
        let first = client.window().await?;

        let second = client.new_window(true).await?.handle;
        client.switch_to_window(second.clone()).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.wait_for_rows("the other window's tab is here", |rows| !rows.is_empty()).await?;
        page.press("New conversation").await?;
        page.wait_for_rows("a new conversation is empty", <[_]>::is_empty).await?;
        page.send("echo two").await?;
        page.wait_for_seal().await?;

        client.switch_to_window(first).await?;
        let strip = async |expected: &[&str]| {
            until(&format!("the tabs are {expected:?}"), SOON, async || {
                let (titles, _) = page.tabs().await?;
                let same = titles.len() == expected.len()
                    && titles.iter().zip(expected).all(|(title, expected)| title.starts_with(expected));
                ensure!(same, "they are {titles:?}");
                Ok(Some(()))
            })
            .await
        };
        strip(&["echo one", "echo two"]).await?;
        let (_, selected) = page.tabs().await?;
        ensure!(selected == Some(0), "the focus stays where it is");
        page.press("Close echo one").await?;
        strip(&["echo two"]).await?;

        client.switch_to_window(second).await?;
        strip(&["echo two"]).await?;
        page.reload().await?;
        strip(&["echo two"]).await
    })
    .await
}
