//! A transcript of thousands of rows: the page holds those around what can be seen, every row is found where it belongs,
//! and nobody who scrolls sees anything missing.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;
use serde::Deserialize;

/// What of the transcript stands in the page, after the next frame.
const LOOK: &str = "
    const [moves] = arguments;
    const log = document.querySelector('[role=log]');
    const first = () => {
        const top = log.getBoundingClientRect().top;
        return [...log.querySelectorAll('.rows > [data-seq]')].find((row) => row.getBoundingClientRect().bottom > top);
    };
    const anchor = first();
    const before = anchor?.getBoundingClientRect().top;
    const asked = Math.min(-moves, log.scrollTop);
    log.scrollTop += moves;
    const look = () => {
        const view = log.getBoundingClientRect();
        const isSeen = (element) => {
            const { top, bottom, height } = element.getBoundingClientRect();
            return height > 0 && bottom > view.top + 1 && top < view.bottom - 1;
        };
        const rows = [...log.querySelectorAll('.rows > [data-row]')];
        return {
            strayed: anchor?.isConnected && moves < 0 ? anchor.getBoundingClientRect().top - before - asked : 0,
            elements: document.querySelectorAll('*').length,
            seqs: rows.filter(isSeen).filter((row) => 'seq' in row.dataset).map((row) => Number(row.dataset.seq)),
            shown: rows.length,
            emptySeen: [...log.querySelectorAll('.gap')].filter(isSeen).length,
            top: log.scrollTop,
            toEnd: log.scrollHeight - log.clientHeight - log.scrollTop,
        };
    };
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(look()))));
";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Look {
    /// How many pixels what was seen stands away from where the scrolling alone would have brought it.
    strayed: f64,
    elements: u64,
    seqs: Vec<u64>,
    shown: u64,
    empty_seen: u64,
    top: f64,
    to_end: f64,
}

async fn scrolled_by(page: &Page, moves: i32) -> Result<Look> {
    page.evaluate(&LOOK.replace("const [moves] = arguments", &format!("const moves = {moves}"))).await
}

/// Lets the agent make so many rows. The message itself has left the page before it could be waited for.
pub(crate) async fn write_rows(page: &Page, count: u32) -> Result<()> {
    page.tab_to("textbox", "Message").await?;
    page.type_text(&format!("rows {count}")).await?;
    page.keys(&[Key::Enter]).await?;
    page.wait_for_rows("an answer comes", |rows| rows.iter().any(|row| row.kind != "user")).await?;
    page.wait_for_seal().await?;
    Ok(())
}

/// Has the console keep so many chunks of a conversation loaded.
pub(crate) async fn keep_loaded(page: &Page, chunks: u32) -> Result<()> {
    page.press("Settings").await?;
    let limit = page.find("spinbutton", "Chat limit").await?;
    limit.clear().await?;
    limit.send_keys(&chunks.to_string()).await?;
    page.keys(&[Key::Enter]).await
}

#[tokio::test]
async fn every_row_is_where_it_belongs() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        keep_loaded(page, 5000).await?;
        write_rows(page, 1500).await?;
        until("the end is shown", SOON, async || Ok((scrolled_by(page, 0).await?.to_end <= 1.0).then_some(()))).await?;

        let mut before: Option<Vec<u64>> = None;
        for is_loaded_anew in [false, true] {
            if is_loaded_anew {
                page.reload().await?;
                page.wait_for_rows("rows are shown", |rows| !rows.is_empty()).await?;
                until("the end is shown", SOON, async || Ok((scrolled_by(page, 0).await?.to_end <= 1.0).then_some(())))
                    .await?;
            }
            let mut look = scrolled_by(page, 0).await?;
            ensure!(look.shown < 200 && look.elements < 1500, "too much stands in the page: {look:?}");
            let mut seen = look.seqs.clone();
            while look.top > 0.0 {
                look = scrolled_by(page, -400).await?;
                ensure!(look.strayed.abs() <= 1.0, "what is read moves by itself: {look:?}");
                ensure!(look.empty_seen == 0, "somebody who scrolls sees nothing: {look:?}");
                ensure!(look.shown < 300 && look.elements < 2500, "too much stands in the page: {look:?}");
                ensure!(look.seqs.is_sorted(), "rows are mixed up: {look:?}");
                seen.extend(look.seqs.iter().rev());
            }
            seen.sort_unstable();
            seen.dedup();
            // Two calls side by side with their results are one row of four chunks.
            let missing = seen.windows(2).find(|pair| pair[1] - pair[0] > 4);
            ensure!(
                missing.is_none() && seen.first() == Some(&1),
                "rows are never seen: {missing:?} of {}",
                seen.len()
            );
            if let Some(before) = &before {
                let others: Vec<&u64> = before.iter().filter(|seq| !seen.contains(seq)).collect();
                ensure!(*before == seen, "other rows are seen after the reload: without {others:?}, {}", seen.len());
            }
            before = Some(seen.clone());
            page.press("Scroll to bottom").await?;
            until("the end is shown again", SOON, async || {
                let look = scrolled_by(page, 0).await?;
                Ok((look.to_end <= 1.0 && look.empty_seen == 0 && look.seqs.last() == seen.last()).then_some(()))
            })
            .await?;
        }
        Ok(())
    })
    .await
}

/// Scrolls there, shows earlier messages, and tells once they are there how far the row at the top of the view has moved
/// since, and how many rows that stayed were taken out meanwhile. An observer is told after layout and before paint: that is
/// where people see the row.
const SHOW_EARLIER: &str = "
    const log = document.querySelector('[role=log]');
    const rows = document.querySelector('.rows');
    log.scrollTop = TOP;
    const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const seenAt = (row) => new Promise((done) => {
        const told = ([{ boundingClientRect }], observer) => {
            observer.disconnect();
            done(boundingClientRect.top);
        };
        new IntersectionObserver(told, { root: log }).observe(row);
    });
    const look = async () => {
        await frame();
        const top = log.getBoundingClientRect().top;
        const row = [...rows.children].find((row) => row.getBoundingClientRect().top > top);
        const before = await seenAt(row);
        const height = log.scrollHeight;
        const taken = new Set();
        const observer = new MutationObserver((records) => {
            for (const record of records) record.removedNodes.forEach((node) => taken.add(node));
        });
        observer.observe(rows, { childList: true });
        getSelection().selectAllChildren(row);
        log.querySelector('.earlier').click();
        while (log.scrollHeight <= height) await frame();
        await frame();
        const back = [...taken].filter((node) => node.isConnected).length;
        return [await seenAt(row) - before, back, getSelection().isCollapsed];
    };
    return look();
";

#[tokio::test]
async fn earlier_messages_move_nothing() -> Result<()> {
    for top in [0, 80, 300] {
        play(Setting::default(), async |stage| {
            let page = &stage.page;
            page.open().await?;
            page.wait_for_connection("Connected").await?;
            write_rows(page, 900).await?;
            page.reload().await?;
            page.wait_for_rows("the end is loaded", |rows| !rows.is_empty()).await?;
            page.find("button", "Show earlier messages").await?;
            let script = SHOW_EARLIER.replace("TOP", &top.to_string());
            let (moved, back, collapsed): (f64, u64, bool) = page.evaluate(&script).await?;
            ensure!(moved.abs() <= 1.5, "from {top}: what is read moved by {moved}");
            ensure!(back == 0, "from {top}: {back} rows were taken out and put back");
            ensure!(!collapsed, "from {top}: the selection is lost");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn whoever_reaches_the_top_reads_on() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        write_rows(page, 300).await?;
        page.reload().await?;
        page.wait_for_rows("the end is loaded", |rows| !rows.is_empty()).await?;
        page.find("button", "Show earlier messages").await?;
        until("the beginning is reached by scrolling alone", SOON, async || {
            let script =
                "document.querySelector('[role=log]').scrollTop = 0; return !document.querySelector('.earlier')";
            Ok(page.evaluate::<bool>(script).await?.then_some(()))
        })
        .await
    })
    .await
}
