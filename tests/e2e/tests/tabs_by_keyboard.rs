//! Several conversations, with the keyboard alone: opening, choosing and closing tabs needs no pointer.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

/// Waits for this many tabs with this one selected, and gives their names.
async fn wait_for_tabs(page: &Page, count: usize, selected: usize) -> Result<Vec<String>> {
    until(&format!("{count} tabs, number {selected} selected"), SOON, async || {
        let (titles, found) = page.tabs().await?;
        ensure!(titles.len() == count && found == Some(selected), "there are {titles:?}, selected {found:?}");
        Ok(Some(titles))
    })
    .await
}

#[tokio::test]
async fn tabs_need_no_pointer() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;

        // Three conversations. A draft is no tab until something was sent.
        for (index, text) in ["echo alpha", "echo beta", "echo gamma"].iter().enumerate() {
            page.tab_to("button", "New conversation").await?;
            page.keys(&[Key::Enter]).await?;
            page.wait_for_focus("textbox", "Message").await?;
            page.type_text(text).await?;
            page.keys(&[Key::Enter]).await?;
            page.wait_for_focus("textbox", "Message").await?;
            page.wait_for_rows("the message stands in its own conversation", |rows| {
                rows.first().is_some_and(|row| row.words == *text)
            })
            .await?;
            page.wait_for_seal().await?;
            let titles = wait_for_tabs(page, index + 1, index).await?;
            ensure!(titles[index].starts_with(text), "the tab is named {titles:?}");
        }

        // The arrow keys move the focus only; Enter selects.
        page.tab_to("tab", "echo gamma").await?;
        page.keys(&[Key::Left, Key::Left]).await?;
        assert_eq!(page.focused().await?.0, "tab");
        ensure!(page.focused().await?.1.starts_with("echo alpha"), "the focus is on {:?}", page.focused().await?);
        wait_for_tabs(page, 3, 2).await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_tabs(page, 3, 0).await?;
        page.wait_for_focus("tab", "echo alpha").await?;
        page.wait_for_rows("the first conversation is shown", |rows| {
            rows.first().is_some_and(|row| row.words == "echo alpha")
                && !rows.iter().any(|row| row.words.contains("gamma"))
        })
        .await?;

        // Delete closes the focused tab; the neighbour takes its place.
        page.tab_to("tab", "echo alpha").await?;
        page.keys(&[Key::Delete]).await?;
        let titles = wait_for_tabs(page, 2, 0).await?;
        ensure!(titles[0].starts_with("echo beta"), "the first is now {titles:?}");
        page.wait_for_focus("tab", "echo beta").await?;
        page.wait_for_rows("its neighbour is shown", |rows| rows.first().is_some_and(|row| row.words == "echo beta"))
            .await?;

        // Order and selection survive a reload, and what was closed stays closed.
        page.reload().await?;
        let titles = wait_for_tabs(page, 2, 0).await?;
        ensure!(titles[0].starts_with("echo beta") && titles[1].starts_with("echo gamma"), "{titles:?}");

        // Shortcuts work from anywhere, also from inside the composer.
        page.tab_to("textbox", "Message").await?;
        page.chord(&[Key::Alt], char::from(Key::PageDown)).await?;
        wait_for_tabs(page, 2, 1).await?;
        page.chord(&[Key::Alt], char::from(Key::PageDown)).await?;
        wait_for_tabs(page, 2, 0).await?;
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        wait_for_tabs(page, 2, 1).await?;
        page.chord(&[Key::Alt, Key::Shift], 'n').await?;
        page.wait_for_focus("textbox", "Message").await?;
        page.type_text("echo delta").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_tabs(page, 3, 2).await?;
        page.wait_for_seal().await?;
        page.chord(&[Key::Alt, Key::Shift], 'w').await?;
        let titles = wait_for_tabs(page, 2, 1).await?;
        ensure!(titles[1].starts_with("echo gamma"), "{titles:?}");
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        wait_for_tabs(page, 2, 0).await?;

        // With the last tab the focus goes to where the next conversation begins.
        page.tab_to("tab", "echo beta").await?;
        page.keys(&[Key::Delete]).await?;
        page.wait_for_focus("tab", "echo gamma").await?;
        page.keys(&[Key::Delete]).await?;
        page.wait_for_focus("textbox", "Message").await?;
        ensure!(page.tabs().await?.0.is_empty(), "a tab is left");
        Ok(())
    })
    .await
}
