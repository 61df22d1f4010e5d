//! A turn that ends while nobody looks is found again: its tab is marked, in words too, and the document's title counts the
//! marks, until somebody looks.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{LONG, until},
};
use fantoccini::key::Key;

/// Waits until this is the document's title, and the first tab is called “slow” and marked so.
async fn wait_for_marks(page: &Page, title: &str, mark: &str) -> Result<()> {
    until(&format!("the title is “{title}” and the tab's mark is “{mark}”"), LONG, async || {
        let shown: String = page.evaluate("return document.title;").await?;
        let (tabs, _) = page.tabs().await?;
        // What follows the mark is about the cache.
        let found =
            tabs.first().and_then(|tab| tab.strip_prefix("slow")).map(|marks| marks.trim_start_matches([' ', ',']));
        let is_marked = found.is_some_and(|found| found.split(',').next() == Some(mark));
        ensure!(shown == title && is_marked, "they are “{shown}” and {tabs:?}");
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn a_turn_that_ends_in_another_tab_is_marked() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;
        page.wait_for_rows("the answer has begun", |rows| !words(rows, "text").is_empty()).await?;
        wait_for_marks(page, "● slow · Dispatch", "running").await?;
        page.press("New conversation").await?;
        wait_for_marks(page, "(1) New chat · Dispatch", "unread").await?;
        page.wait_for_words("status", "Announcements", "Turn ended in slow").await?;
        page.tab_to("tab", "slow").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_marks(page, "slow · Dispatch", "").await
    })
    .await
}

#[tokio::test]
async fn a_turn_that_ends_while_the_page_is_hidden_is_marked() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        let client = page.browser().client();
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;
        page.wait_for_rows("the answer has begun", |rows| !words(rows, "text").is_empty()).await?;
        let console = client.window().await?;
        // All that is seen of the page while another one lies over it.
        let note = "
            window.seen = [];
            const look = () => window.seen.push([document.visibilityState, document.title]);
            document.addEventListener('visibilitychange', look);
            new MutationObserver(look).observe(document.querySelector('title'), { childList: true });
            return true;
        ";
        page.evaluate::<bool>(note).await?;
        // A second window of the console, where it is seen that the turn is over.
        let other = client.new_window(true).await?.handle;
        client.switch_to_window(other).await?;
        page.open().await?;
        page.wait_for_rows("the same conversation is shown", |rows| words(rows, "user") == "slow").await?;
        page.wait_for_seal().await?;
        client.switch_to_window(console).await?;
        wait_for_marks(page, "slow · Dispatch", "").await?;
        let seen: Vec<(String, String)> = page.evaluate("return window.seen;").await?;
        let is_marked = |(state, title): &(String, String)| state == "hidden" && title == "(1) slow · Dispatch";
        ensure!(seen.iter().any(is_marked), "it was not marked while it was hidden: {seen:#?}");
        Ok(())
    })
    .await
}
