//! Earlier messages come in above what is read, and nothing that is read moves, in any frame: whichever way they were asked
//! for, also once there are more rows than stand in the page.

use crate::long_transcript::{keep_loaded, write_rows};
use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
};

/// How often earlier messages are shown: from 300 chunks to fifteen hundred, 100 at a time.
const TIMES: usize = 12;

/// From where they are asked for, in CSS pixels below the beginning of what is loaded, and whether by the button. Else
/// whoever reads goes on to the very top.
const WAYS: [(u32, bool); 6] = [(300, true), (200, false), (80, true), (0, true), (500, false), (1, true)];

/// Goes there, has earlier messages shown, and watches the row that is read until it has come to rest. Tells how far it
/// was from its place in any frame, but for the reader's own scrolling, and how many rows were loaded before.
const SHOW_EARLIER: &str = "
    const log = document.querySelector('[role=log]');
    // An observer is told after layout: what is put right before the paint, nobody sees. What was taken out of the page
    // is as far away as the view is high.
    const placed = (element) =>
        new Promise((resolve) => {
            const observer = new IntersectionObserver(
                ([{ boundingClientRect, rootBounds }]) => {
                    observer.disconnect();
                    resolve(element.isConnected ? boundingClientRect.top - rootBounds.top : log.clientHeight);
                },
                { root: log },
            );
            observer.observe(element);
        });
    // Not a result whose call was not loaded: that becomes part of another row.
    const first = () => {
        const { top } = log.getBoundingClientRect();
        const rows = [...log.querySelectorAll('.rows > :is([data-row=text], [data-row=thinking])')];
        return rows.find((row) => row.getBoundingClientRect().top >= top);
    };
    const watch = async (row, place, isDone) => {
        let [furthest, last, still] = [0, place, 0];
        while (still < 8) {
            const now = await placed(row);
            furthest = Math.max(furthest, Math.abs(now - place));
            still = isDone() && now === last ? still + 1 : 0;
            last = now;
        }
        return furthest;
    };
    const settle = async () => {
        const row = first();
        await watch(row, 0, () => true);
        return row === first() ? row : settle();
    };
    const show = async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        log.scrollTop = FROM;
        const row = await settle();
        const height = log.scrollHeight;
        let place = await placed(row);
        if (BY_BUTTON) {
            log.querySelector('.earlier').click();
        } else {
            place += log.scrollTop;
            log.scrollTop = 0;
        }
        return watch(row, place, () => log.scrollHeight > height + 500);
    };
    return show();
";

/// How many rows stand in the page, and in how many gaps the others are.
async fn shown(page: &Page) -> Result<(u64, u64)> {
    let count = "const { length } = document.querySelectorAll('.rows > [data-row]');
        return [length, document.querySelectorAll('.gap').length];";
    page.evaluate(count).await
}

#[tokio::test]
async fn what_is_read_stays_where_it_is() -> Result<()> {
    play(Setting { speed: 0.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        keep_loaded(page, 400).await?;
        write_rows(page, 1800).await?;
        page.reload().await?;
        page.wait_for_rows("the end is loaded", |rows| !rows.is_empty()).await?;
        page.find("button", "Show earlier messages").await?;
        let mut strayed = Vec::new();
        for (time, (from, by_button)) in (1..=TIMES).zip(WAYS.into_iter().cycle()) {
            let script = SHOW_EARLIER.replace("FROM", &from.to_string()).replace("BY_BUTTON", &by_button.to_string());
            let pixels: f64 = page.evaluate(&script).await?;
            if pixels > 1.0 {
                strayed.push(format!("{pixels:.2} px at {time}, from {from}, by button: {by_button}"));
            }
        }
        let (rows, gaps) = shown(page).await?;
        ensure!(rows < 300 && gaps > 0, "all rows stand in the page: {rows}");
        ensure!(strayed.is_empty(), "what is read moved by {strayed:#?}");
        Ok(())
    })
    .await
}
