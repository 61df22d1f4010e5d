//! Who reads at the end follows the end; who scrolled up to read is left alone, however much arrives below. A view that
//! jumps while somebody reads is worse than one that does not move at all.

use crate::long_transcript::write_rows;
use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{LONG, SOON, until},
};
use serde::Deserialize;
use serde_json::json;

/// Where the reader is: the transcript's scroller is the log or stands around it.
const PLACE: &str = "
    let scroller = document.querySelector('[role=log]');
    while (scroller && !['auto', 'scroll'].includes(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
    return { top: scroller.scrollTop, height: scroller.scrollHeight, room: scroller.clientHeight };
";

/// A browser that keeps nothing in place by itself, and rows that are much higher than they are taken for. In every frame
/// that is painted, the last row is looked for: an observer is told after layout and before paint.
const WITHOUT_ANCHORS: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { overflow-anchor: none !important } .rows > .row { min-height: 300px }');
    document.adoptedStyleSheets = [sheet];
    window.painted = { frames: 0, withoutEnd: 0 };
    const look = () => {
        const row = document.querySelector('.rows > .row:last-child');
        const told = ([seen], observer) => {
            observer.disconnect();
            if (!row.isConnected) return;
            window.painted.frames += 1;
            if (!seen.isIntersecting) window.painted.withoutEnd += 1;
        };
        if (row) new IntersectionObserver(told, { root: document.querySelector('[role=log]') }).observe(row);
        requestAnimationFrame(look);
    };
    look();
";

/// Counts what moves within the transcript from one frame to the next.
const MOVES: &str = "
    window.moves = [];
    const isRead = ({ node }) => node && document.querySelector('[role=log]')?.contains(node);
    const note = (list) => window.moves.push(...list.getEntries().filter(({ sources }) => [...sources].some(isRead)));
    new PerformanceObserver(note).observe({ type: 'layout-shift' });
";

#[derive(Debug, Deserialize)]
struct Place {
    top: f64,
    height: f64,
    room: f64,
}

impl Place {
    fn is_at_end(&self) -> bool {
        self.height - self.top - self.room <= 2.0
    }
}

async fn place(page: &Page) -> Result<Place> {
    page.evaluate(PLACE).await
}

/// Waits until this much more text has arrived.
async fn wait_for_more(page: &Page) -> Result<()> {
    let length = words(&page.rows().await?, "text").len();
    page.wait_for_rows("more has arrived", |rows| words(rows, "text").len() > length + 400).await?;
    Ok(())
}

#[tokio::test]
async fn a_reader_who_scrolled_up_is_left_alone() -> Result<()> {
    // Slow enough that it still streams when everything has been looked at; stopped at the end.
    play(Setting { speed: 0.3, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(1000, 420).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 60").await?;
        until("the answer is longer than the window and its end is in view", LONG, async || {
            let place = place(page).await?;
            Ok((place.height > 2.0 * place.room && place.is_at_end()).then_some(()))
        })
        .await?;
        ensure!(page.look_for("button", "Scroll to bottom").await?.is_none(), "there is nothing to scroll to yet");

        // With the keyboard, since the transcript can have the focus like anything else.
        page.find("log", "Transcript").await?.click().await?;
        page.keys(&[fantoccini::key::Key::PageUp]).await?;
        page.find("button", "Scroll to bottom").await?;
        // The browser may glide: the place to keep is where it comes to rest.
        let mut kept = place(page).await?;
        until("the view has come to rest", SOON, async || {
            let now = place(page).await?;
            let rests = now.top == kept.top;
            kept = now;
            Ok(rests.then_some(()))
        })
        .await?;
        wait_for_more(page).await?;
        wait_for_more(page).await?;
        let now = place(page).await?;
        ensure!(now.height > kept.height, "nothing was added: {kept:?}, {now:?}");
        ensure!((now.top - kept.top).abs() <= 1.0, "the view moved from {kept:?} to {now:?}");

        // Taking hold again, while it still grows.
        page.press("Scroll to bottom").await?;
        until("the end is in view", SOON, async || Ok(place(page).await?.is_at_end().then_some(()))).await?;
        until("the button has gone", SOON, async || {
            Ok(page.look_for("button", "Scroll to bottom").await?.is_none().then_some(()))
        })
        .await?;
        wait_for_more(page).await?;
        until("the end is still in view", SOON, async || Ok(place(page).await?.is_at_end().then_some(()))).await?;
        page.press("Stop").await?;
        page.wait_for_seal().await?;
        until("and when it is over", SOON, async || Ok(place(page).await?.is_at_end().then_some(()))).await
    })
    .await
}

#[tokio::test]
async fn sending_takes_the_reader_to_the_end() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(1000, 420).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 6").await?;
        page.wait_for_seal().await?;
        page.find("log", "Transcript").await?.click().await?;
        page.keys(&[fantoccini::key::Key::Home]).await?;
        page.find("button", "Scroll to bottom").await?;
        until("the view is at the top", SOON, async || Ok((place(page).await?.top < 100.0).then_some(()))).await?;
        page.send("echo down there").await?;
        page.wait_for_seal().await?;
        until("the end is in view", SOON, async || Ok(place(page).await?.is_at_end().then_some(()))).await
    })
    .await
}

#[tokio::test]
async fn the_end_of_a_long_conversation_is_seen_from_the_first_frame() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        write_rows(page, 300).await?;
        page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WITHOUT_ANCHORS })).await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        page.wait_for_seal().await?;
        until("frames were looked at", SOON, async || {
            Ok(page.evaluate::<bool>("return window.painted.frames > 20").await?.then_some(()))
        })
        .await?;
        let without_end: u32 = page.evaluate("return window.painted.withoutEnd").await?;
        ensure!(without_end == 0, "the end was not to be seen in {without_end} frames");
        Ok(())
    })
    .await
}

/// A browser draws of a long answer what is near the view: first the beginning, and for a frame the end would be blank.
#[tokio::test]
async fn the_end_of_a_long_answer_is_drawn_from_the_first_frame() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 20").await?;
        page.wait_for_seal().await?;
        page.press("New conversation").await?;
        page.send("hello").await?;
        page.wait_for_seal().await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        until("answers are formatted", SOON, async || {
            Ok(page.evaluate::<bool>("return document.querySelector('.prose > p') !== null").await?.then_some(()))
        })
        .await?;

        page.evaluate::<()>(MOVES).await?;
        // Not by a click: what moves after one is not counted.
        page.evaluate::<()>("document.querySelector('[role=tab]').click()").await?;
        page.wait_for_seal().await?;
        until("the end is in view", SOON, async || Ok(place(page).await?.is_at_end().then_some(()))).await?;
        page.evaluate::<()>(
            "return new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => setTimeout(done))))",
        )
        .await?;
        let moves: usize = page.evaluate("return window.moves.length").await?;
        ensure!(moves == 0, "what is read moved {moves} times after it was shown");
        Ok(())
    })
    .await
}
