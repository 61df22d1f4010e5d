//! What streaming costs, as counts and order and not as time, so that it means the same on every machine: a message is on
//! the page before the next frame is drawn, a long answer is appended to and never written anew, and of one that is opened
//! the browser lays out what is seen.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use serde::Deserialize;
use serde_json::json;

/// Notes the order of three things: the key, the row, and the start of the frame after the key. The listener is the first
/// on the page, so that its frame is asked for before anything that the app itself puts off to a frame.
const WATCH_ENTER: &str = "
    window.order = [];
    const log = document.querySelector('[role=log]');
    new MutationObserver(() => {
        if (document.querySelector('[data-row=user]') && !window.order.includes('row')) window.order.push('row');
    }).observe(log, { childList: true, subtree: true });
    const listen = (event) => {
        if (event.key !== 'Enter') return;
        window.removeEventListener('keydown', listen, true);
        window.order.push('key');
        requestAnimationFrame(() => window.order.push('frame'));
    };
    window.addEventListener('keydown', listen, true);
";

#[tokio::test]
async fn a_message_is_there_before_the_next_frame() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.evaluate::<()>(WATCH_ENTER).await?;
        page.send("echo at once").await?;
        page.wait_for_seal().await?;
        let order: Vec<String> = page.evaluate("return window.order;").await?;
        assert_eq!(order, ["key", "row", "frame"]);
        Ok(())
    })
    .await
}

/// Counts what happens to the words of answers.
const WATCH_GROWTH: &str = "
    window.growth = { batches: 0, added: 0, removed: 0 };
    const nodes = (list) => [...list].reduce((count, node) => {
        const walker = document.createTreeWalker(node);
        let found = 1;
        while (walker.nextNode()) found += 1;
        return count + found;
    }, 0);
    new MutationObserver((records) => {
        for (const record of records) {
            const row = (record.target.closest ? record.target : record.target.parentElement)?.closest('[data-row=text]');
            if (!row || !row.querySelector('[data-body]')?.contains(record.target)) continue;
            window.growth.added += nodes(record.addedNodes);
            window.growth.removed += nodes(record.removedNodes);
        }
        window.growth.batches += 1;
    }).observe(document.querySelector('[role=log]'), { childList: true, characterData: true, subtree: true });
";

/// Keeps hold of the first thing that the answer says.
const MARK_FIRST: &str = "
    window.first = document.querySelector('[data-row=text] [data-body]').firstChild;
    return window.first !== null;
";

const MEASURE: &str = "
    const body = document.querySelector('[data-row=text] [data-body]');
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const lengths = [];
    while (walker.nextNode()) lengths.push(walker.currentNode.length);
    return {
        first_stayed: body.firstChild === window.first && window.first.isConnected,
        texts: lengths.length,
        longest: Math.max(...lengths),
        length: lengths.reduce((sum, length) => sum + length, 0),
        ...window.growth,
    };
";

#[derive(Debug, Deserialize)]
struct Growth {
    first_stayed: bool,
    texts: usize,
    longest: usize,
    length: usize,
    batches: usize,
    added: usize,
    removed: usize,
}

/// The answer's length in bytes; all of it is ASCII.
const LENGTH: usize = 200 * 1024;

#[tokio::test]
async fn a_long_answer_is_only_appended_to() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.evaluate::<()>(WATCH_GROWTH).await?;
        page.send("long 200").await?;
        page.wait_for_rows("the answer has begun", |rows| rows.iter().any(|row| row.words.len() > 4_096)).await?;
        ensure!(page.evaluate::<bool>(MARK_FIRST).await?, "there is a first piece of the answer");
        page.wait_for_seal().await?;

        let growth: Growth = page.evaluate(MEASURE).await?;
        ensure!(growth.first_stayed, "what stood there was written anew: {growth:?}");
        ensure!(growth.longest <= 4_096, "appending to a long text node costs its whole length: {growth:?}");
        // The signs of Markdown are not shown.
        ensure!(growth.length * 10 >= LENGTH * 8, "the answer is not whole: {growth:?}");
        ensure!(growth.texts * 12 <= LENGTH, "and very many nodes cost memory: {growth:?}");
        ensure!(growth.batches > 10, "it did not stream: {growth:?}");
        ensure!(growth.removed * 10 <= growth.added, "nodes are thrown away: {growth:?}");
        Ok(())
    })
    .await
}

/// What the browser counts, by its name.
async fn counted(page: &Page, name: &str) -> Result<f64> {
    // Of the page before a reload, nothing may be left.
    page.browser().devtools("HeapProfiler.collectGarbage", json!({})).await?;
    let told = page.browser().devtools("Performance.getMetrics", json!({})).await?;
    let found = told["metrics"].as_array().and_then(|metrics| metrics.iter().find(|metric| metric["name"] == name));
    found.and_then(|metric| metric["value"].as_f64()).context("the browser does not tell")
}

/// How many letters of answers are written.
const WRITTEN: &str =
    "return [...document.querySelectorAll('.prose')].map((prose) => prose.textContent).join('').length;";

/// Loads the page anew, and waits until its answers are written and painted.
async fn load_anew(page: &Page, letters: u32) -> Result<()> {
    page.browser().devtools("Performance.enable", json!({})).await?;
    page.evaluate::<()>("location.reload();").await?;
    until(
        "the answers are written",
        SOON,
        async || Ok((page.evaluate::<u32>(WRITTEN).await? >= letters).then_some(())),
    )
    .await?;
    let painted = "return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(true))));";
    page.evaluate::<bool>(painted).await.map(drop)
}

#[tokio::test]
async fn of_a_long_answer_that_is_opened_what_is_seen_is_laid_out() -> Result<()> {
    play(Setting { speed: 1_000.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("long 200").await?;
        page.wait_for_seal().await?;
        load_anew(page, 150_000).await?;
        let elements: f64 = page.evaluate("return document.querySelectorAll('[data-row=text] *').length;").await?;
        let objects = counted(page, "LayoutObjects").await?;
        ensure!(elements > 5_000.0, "the answer has {elements} elements");
        ensure!(objects < elements / 2.0, "{objects} objects are laid out for {elements} elements");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_with_many_answers_is_laid_out_a_few_times() -> Result<()> {
    play(Setting { speed: 1_000.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for _ in 0..10 {
            page.send("tour").await?;
            page.wait_for_seal().await?;
        }
        let written: u32 = page.evaluate(WRITTEN).await?;
        load_anew(page, written).await?;
        let answers: u32 = page.evaluate("return document.querySelectorAll('[data-row=text] .prose').length;").await?;
        let layouts = counted(page, "LayoutCount").await?;
        ensure!(answers >= 30, "there are {answers} answers");
        ensure!(layouts <= 25.0, "the page was laid out {layouts} times for {answers} answers");
        Ok(())
    })
    .await
}
