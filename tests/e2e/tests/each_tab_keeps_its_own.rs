//! What a person left in a conversation is there when they come back: unsent words, and the place where they were reading.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

const TYPED: &str = "return document.getElementById('message').value";

#[tokio::test]
async fn unsent_words_and_reading_place() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 6").await?;
        page.wait_for_seal().await?;
        page.evaluate::<bool>("document.querySelector('[role=log]').scrollTop = 120; return true").await?;
        page.tab_to("textbox", "Message").await?;
        page.type_text("half a thought").await?;

        page.tab_to("button", "New conversation").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_focus("textbox", "Message").await?;
        until("the new conversation's composer is empty", SOON, async || {
            let typed: String = page.evaluate(TYPED).await?;
            ensure!(typed.is_empty(), "it holds {typed}");
            Ok(Some(()))
        })
        .await?;
        page.send("echo other").await?;
        page.wait_for_seal().await?;

        page.tab_to("tab", "echo other").await?;
        page.keys(&[Key::Left, Key::Enter]).await?;
        until("words and place are back", SOON, async || {
            let typed: String = page.evaluate(TYPED).await?;
            let top: i64 = page.evaluate("return document.querySelector('[role=log]').scrollTop").await?;
            ensure!(typed == "half a thought" && top == 120, "typed {typed}, scrolled to {top}");
            Ok(Some(()))
        })
        .await?;

        page.reload().await?;
        until("words and place survive a reload", SOON, async || {
            let typed: String = page.evaluate(TYPED).await?;
            let top: i64 = page.evaluate("return document.querySelector('[role=log]').scrollTop").await?;
            ensure!(typed == "half a thought" && (119..=121).contains(&top), "typed {typed}, scrolled to {top}");
            Ok(Some(()))
        })
        .await?;
        Ok(())
    })
    .await
}

/// The words of an answer stand there unformatted at first, which is less high: the place is below their end then.
#[tokio::test]
async fn a_place_in_a_long_answer_survives_a_reload() -> Result<()> {
    const READ: &str = "
        const log = document.querySelector('[role=log]').getBoundingClientRect();
        const read = document.elementFromPoint(log.left + log.width / 2, log.top + 12);
        return read?.closest('.prose > *, .prose > .part > *')?.textContent ?? '';
    ";
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 20").await?;
        page.wait_for_seal().await?;
        let end: i64 = page.evaluate("return document.querySelector('[role=log]').scrollTop").await?;
        page.evaluate::<()>("document.querySelector('[role=log]').scrollTop -= 900").await?;
        let read = until("the place is left", SOON, async || {
            let top: i64 = page.evaluate("return document.querySelector('[role=log]').scrollTop").await?;
            let read: String = page.evaluate(READ).await?;
            Ok((top < end && !read.is_empty()).then_some(read))
        })
        .await?;
        page.find("button", "Scroll to bottom").await?;

        page.reload().await?;
        until("the same is read", SOON, async || {
            let now: String = page.evaluate(READ).await?;
            ensure!(now == read, "{now:?} is read, and not {read:?}");
            Ok(Some(()))
        })
        .await?;
        page.find("button", "Scroll to bottom").await?;
        Ok(())
    })
    .await
}
