//! Conversations that were closed are not lost: the history finds them, opens them again and names them, all of it without
//! a pointer.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

/// The titles in the history, in their order.
const TITLES: &str = "
    return [...document.querySelectorAll('[aria-label=\"Conversations found\"] li')]
        .map((line) => line.querySelector('button').textContent);
";

async fn wait_for_titles(page: &Page, expected: &[&str]) -> Result<()> {
    until(&format!("the history shows {expected:?}"), SOON, async || {
        let titles: Vec<String> = page.evaluate(TITLES).await?;
        ensure!(titles == expected, "it shows {titles:?}");
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn what_was_closed_is_found_opened_and_named() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for (role, name) in [("complementary", "Sidebar"), ("region", "History"), ("region", "Settings")] {
            page.find(role, name).await?;
        }
        for text in ["echo north pier", "echo south pier"] {
            page.press("New conversation").await?;
            page.send(text).await?;
            page.wait_for_seal().await?;
        }
        wait_for_titles(page, &["echo south pier", "echo north pier"]).await?;
        page.press("Close echo north pier").await?;
        until("its tab is gone", SOON, async || Ok((page.tabs().await?.0 == ["echo south pier"]).then_some(())))
            .await?;

        // Found by its words, opened with Enter, and where it was.
        page.tab_to("searchbox", "Search conversations").await?;
        page.type_text("pier NORTH").await?;
        wait_for_titles(page, &["echo north pier"]).await?;
        page.find("list", "Conversations found").await?;
        page.tab_to("button", "echo north pier").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_rows("it can be read again", |rows| {
            rows.first().is_some_and(|row| row.words == "echo north pier")
        })
        .await?;
        let (titles, selected) = page.tabs().await?;
        ensure!(titles == ["echo south pier", "echo north pier"] && selected == Some(1), "{titles:?}, {selected:?}");
        let current = page.find("button", "echo north pier").await?.attr("aria-current").await?;
        ensure!(current.as_deref() == Some("true"), "the history does not say where we are: {current:?}");

        // Named by keyboard: Escape leaves the title as it was, Enter changes it here and in the strip.
        page.tab_to("button", "Rename echo north pier").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_focus("textbox", "New title").await?;
        page.type_text("Thrown away").await?;
        page.keys(&[Key::Escape]).await?;
        page.wait_for_focus("button", "Rename echo north pier").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_focus("textbox", "New title").await?;
        page.type_text("The pier in the north").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_focus("button", "Rename The pier in the north").await?;
        page.find("tab", "The pier in the north").await?;

        // It is the backend's title from now on. A new name is no activity: the order stays.
        page.reload().await?;
        page.find("tab", "The pier in the north").await?;
        wait_for_titles(page, &["echo south pier", "The pier in the north"]).await?;
        let complaints = stage.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_a_backend_the_history_says_what_it_knows() -> Result<()> {
    play(Setting::default(), async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("echo kept").await?;
        stage.page.wait_for_seal().await?;
        stage.kill_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Reconnecting in ").await?;
        // Looked at again, the list is asked for again.
        page.press("History").await?;
        page.press("History").await?;
        page.find("button", "Try again").await?;
        stage.start_backend().await?;
        stage.page.wait_for_connection("Connected").await?;
        until("the list is whole again", SOON, async || {
            Ok(stage.page.look_for("button", "Try again").await?.is_none().then_some(()))
        })
        .await?;
        wait_for_titles(&stage.page, &["echo kept"]).await
    })
    .await
}
