//! Reading a long conversation with the keyboard: from turn to turn, to words that are folded away, and something to take
//! along.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

/// The words of the row that has the focus, and how far below the top of the transcript it begins.
const FOCUSED: &str = "
    const row = document.activeElement.closest('[data-row]');
    const top = document.querySelector('[role=log]').getBoundingClientRect().top;
    return row ? [row.textContent, Math.round(row.getBoundingClientRect().top - top)] : ['', 0];
";

async fn wait_for_focused(page: &Page, words: &str) -> Result<()> {
    until(&format!("the row that says {words:?} has the focus"), SOON, async || {
        let (said, top): (String, i64) = page.evaluate(FOCUSED).await?;
        ensure!(said.contains(words) && (-2..700).contains(&top), "it is {said:?} at {top}");
        Ok(Some(()))
    })
    .await
}

/// The words of the rows that can be seen, below the box.
const SEEN: &str = "
    const { top, bottom } = document.querySelector('[role=log]').getBoundingClientRect();
    const isSeen = (row) => row.getBoundingClientRect().top > top + 50 && row.getBoundingClientRect().top < bottom;
    return [...document.querySelectorAll('.rows > [data-row]')].filter(isSeen).map((row) => row.textContent);
";

async fn wait_for_seen(page: &Page, words: &str) -> Result<()> {
    until(&format!("the row that says {words:?} is seen"), SOON, async || {
        let seen: Vec<String> = page.evaluate(SEEN).await?;
        ensure!(seen.iter().any(|row| row.contains(words)), "these are: {seen:?}");
        Ok(Some(()))
    })
    .await
}

async fn wait_for_find(page: &Page, words: &str) -> Result<()> {
    until(&format!("{words:?} is said"), SOON, async || {
        let said: String = page.evaluate("return document.querySelector('.find-count').textContent").await?;
        ensure!(said == words, "it says {said:?}");
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn from_turn_to_turn_and_to_words() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for text in ["echo first words", "tools", "long 8", "echo last words"] {
            page.send(text).await?;
            page.wait_for_seal().await?;
        }
        let (shift, alt) = (Key::Shift, Key::Alt);
        // From the end upward: each key goes to where a turn begins.
        for words in ["long 8", "tools", "echo first words"] {
            page.chord(&[alt, shift], 'k').await?;
            wait_for_focused(page, words).await?;
        }
        page.chord(&[alt, shift], 'j').await?;
        wait_for_focused(page, "tools").await?;
        // A row that has the focus hands it on.
        page.chord(&[], 'j').await?;
        wait_for_focused(page, "Thought").await?;
        page.chord(&[], 'j').await?;
        wait_for_focused(page, "First an overview").await?;
        page.chord(&[], 'k').await?;
        wait_for_focused(page, "Thought").await?;

        // The rail has a mark for each.
        page.find("navigation", "Turns").await?;
        page.tab_to("button", "long 8").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_focused(page, "long 8").await?;

        // Words in a result that was never unfolded are found, shown, and marked.
        page.chord(&[alt, shift], 'f').await?;
        page.wait_for_focus("searchbox", "Find in conversation").await?;
        page.type_text("nothing like this").await?;
        wait_for_find(page, "Nothing found").await?;
        page.chord(&[Key::Control], 'a').await?;
        page.type_text("ECHO").await?;
        wait_for_find(page, "2 found").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_find(page, "1 of 2").await?;
        wait_for_seen(page, "echo first words").await?;
        until("what is found is marked", SOON, async || {
            let marked = "return CSS.highlights.get('found')?.size ?? 0";
            Ok((page.evaluate::<u64>(marked).await? > 0).then_some(()))
        })
        .await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_find(page, "2 of 2").await?;
        wait_for_seen(page, "echo last words").await?;
        page.wait_for_focus("searchbox", "Find in conversation").await?;
        page.keys(&[Key::Escape]).await?;
        page.wait_for_focus("log", "Transcript").await?;
        ensure!(page.evaluate::<bool>("return !CSS.highlights.has('found')").await?, "marks stay");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_turn_is_taken_along() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo *words* to take along").await?;
        page.wait_for_seal().await?;
        // What the browser would be given.
        let catch = "
            const clipboard = navigator.clipboard;
            clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); };
            return true;
        ";
        page.evaluate::<bool>(catch).await?;
        page.tab_to("button", "Copy turn").await?;
        page.keys(&[Key::Enter]).await?;
        until("it is copied and said", SOON, async || {
            let copied: Option<String> = page.evaluate("return window.copied ?? null").await?;
            ensure!(
                copied.as_deref() == Some("> echo *words* to take along\n\n*words* to take along"),
                "it is {copied:?}"
            );
            Ok((page.status("Announcements").await? == "Copied").then_some(()))
        })
        .await
    })
    .await
}

/// The last words of a long answer that stand in it only once, as a block begins with them.
const LAST_WORDS: &str = "
    const answer = [...document.querySelectorAll('[data-row=text]')].at(-1);
    const words = answer.textContent;
    const isThere = (part) => part.length > 5 && words.indexOf(part) === words.lastIndexOf(part);
    const blocks = [...answer.querySelectorAll('h1, h2, h3, h4, p, li')].map((block) => block.textContent.slice(0, 30));
    return blocks.filter(isThere).at(-1);
";

/// Whether the block that begins with these words is in view.
async fn sees(page: &Page, words: &str) -> Result<bool> {
    let script = format!(
        "const blocks = [...document.querySelectorAll('[data-row=text] :is(h1, h2, h3, h4, p, li)')];
         const place = blocks.findLast((block) => block.textContent.startsWith({words:?})).getBoundingClientRect();
         const {{ top, bottom }} = document.querySelector('[role=log]').getBoundingClientRect();
         return place.bottom > top && place.top < bottom;"
    );
    page.evaluate(&script).await
}

#[tokio::test]
async fn words_far_down_in_a_long_answer_are_brought_into_view() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 40").await?;
        page.wait_for_seal().await?;
        let words: String = page.evaluate(LAST_WORDS).await?;
        page.chord(&[Key::Alt, Key::Shift], 'k').await?;
        wait_for_focused(page, "long 40").await?;
        ensure!(!sees(page, &words).await?, "the answer is not long enough for this");
        page.chord(&[Key::Alt, Key::Shift], 'f').await?;
        page.wait_for_focus("searchbox", "Find in conversation").await?;
        page.type_text(words.trim()).await?;
        wait_for_find(page, "1 found").await?;
        page.keys(&[Key::Enter]).await?;
        until("these words are seen", SOON, async || Ok(sees(page, &words).await?.then_some(()))).await
    })
    .await
}
