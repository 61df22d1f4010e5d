//! Numbers one can trust: the figures of steps and turns are the same live and after a reload, what stands behind each can
//! be had without a pointer, a waterfall adds up, and what the sidebar says of the conversation is what its rows say.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::Row,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

/// The rows of figures, in order, in the words they show.
fn figures(rows: &[Row]) -> Vec<String> {
    rows.iter().filter(|row| row.kind == "step" || row.kind == "turn").map(|row| row.words.clone()).collect()
}

/// Unfolds a view of the sidebar and reads what stands in it, once that is as wanted.
async fn read_view(page: &Page, name: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
    let heading = page.find("button", name).await?;
    if heading.attr("aria-expanded").await?.as_deref() == Some("false") {
        heading.click().await?;
    }
    until(&format!("the view {name} is as wanted"), SOON, async || {
        let text = page.find("region", name).await?.text().await?;
        ensure!(wanted(&text), "it is: {text}");
        Ok(Some(text))
    })
    .await
}

/// The numbers in a text that stand before this word.
fn before(text: &str, word: &str) -> Option<u64> {
    let end = text.find(&format!(" {word}"))?;
    let digits = text[..end].rsplit(|character: char| !(character.is_ascii_digit() || character == ',')).next()?;
    digits.replace(',', "").parse().ok()
}

/// What a duration says, in milliseconds, and how far it may be off.
fn duration(text: &str) -> Option<(f64, f64)> {
    let text = text.split_whitespace().next()?;
    match text.strip_suffix("ms") {
        Some(whole) => Some((whole.parse().ok()?, 0.5)),
        None => Some((text.strip_suffix('s')?.parse::<f64>().ok()? * 1000.0, 50.0)),
    }
}

#[tokio::test]
async fn figures_are_the_same_live_and_after_a_reload_and_explain_themselves() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tools").await?;
        let live = figures(&page.wait_for_seal().await?);
        ensure!(live.len() == 5 && live[0].starts_with("step 1 · "), "another play than expected: {live:#?}");
        let turn = live.last().context("no figures")?;
        ensure!(turn.starts_with("turn 1 · ") && turn.contains(" in / ") && turn.contains(" · cache "), "{turn}");

        page.tab_to("button", turn.split(" · ").nth(1).context("a turn has tokens")?).await?;
        page.keys(&[Key::Right, Key::Enter]).await?;
        let rate = turn.split(" · ").nth(2).context("a turn has a rate")?;
        page.wait_for_focus("dialog", &format!("About {rate}")).await?;
        let text = page.find("dialog", &format!("About {rate}")).await?.text().await?;
        ensure!(text.contains("output tokens ÷ time of decoding") && text.contains("Derived from"), "{text}");
        page.keys(&[Key::Escape]).await?;
        page.wait_for_focus("button", rate).await?;
        ensure!(page.all("dialog").await?.is_empty(), "the explanation stays");

        page.reload().await?;
        let read = page.wait_for_rows("the figures are there again", |rows| figures(rows).len() == live.len()).await?;
        ensure!(figures(&read) == live, "live {live:#?}, stored {:#?}", figures(&read));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_waterfall_adds_up_and_leads_to_what_it_shows() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tools").await?;
        let rows = page.wait_for_seal().await?;
        let steps = rows.iter().filter(|row| row.kind == "step").count();
        page.tab_to("button", "Waterfall").await?;
        page.keys(&[Key::Enter]).await?;
        let read = "return [...document.querySelectorAll('.waterfall tr')].slice(1)
            .map((row) => [...row.cells].map((cell) => cell.textContent));";
        let table: Vec<Vec<String>> = until("the table is there", SOON, async || {
            let table: Vec<Vec<String>> = page.evaluate(read).await?;
            Ok((!table.is_empty()).then_some(table))
        })
        .await?;
        let (all, lanes) = table.split_last().context("no rows")?;
        ensure!(lanes.len() >= steps && lanes[0][0] == "step 1", "{table:#?}");
        for column in 1..all.len() {
            let (whole, mut off) = duration(&all[column]).with_context(|| format!("no sum in {all:?}"))?;
            let mut sum = 0.0;
            for (part, part_off) in lanes.iter().filter_map(|lane| duration(&lane[column])) {
                sum += part;
                off += part_off;
            }
            ensure!((sum - whole).abs() <= off, "column {column}: {sum} of {whole}: {table:#?}");
        }
        let turn = figures(&rows).pop().context("no turn")?;
        let wall = all.last().context("no sum")?;
        ensure!(turn.contains(&format!(" · {wall} · ")), "the whole is {wall}, the turn says {turn}");

        let first = page.all("button").await?.into_iter().find(|(_, name)| name.starts_with("Go to step 1, wait"));
        first.context("no way to the first step")?.0.click().await?;
        until("the first step has the focus", SOON, async || {
            let focused: Option<String> = page.evaluate("return document.activeElement.dataset.row ?? null;").await?;
            Ok((focused.as_deref() == Some("step")).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn the_sidebar_says_what_the_rows_say() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tour").await?;
        page.wait_for_seal().await?;
        page.send("echo and goodbye").await?;
        let rows = page.wait_for_seal().await?;
        let turns: Vec<String> = figures(&rows).into_iter().filter(|words| words.starts_with("turn ")).collect();
        ensure!(turns.len() == 2, "{turns:#?}");
        let sum = |word: &str| turns.iter().filter_map(|turn| before(turn, word)).sum::<u64>();
        let said = read_view(page, "Metrics", |text| text.contains("2 in ")).await?;
        for word in ["tok", "in /", "out"] {
            let total = said.lines().find(|line| line.contains(" tok (")).and_then(|line| before(line, word));
            ensure!(total == Some(sum(word)), "{word}: {total:?}, the rows say {}: {turns:#?} {said}", sum(word));
        }

        // By input, the most first, and the least.
        let order =
            "return [...document.querySelectorAll('.metrics tbody th button')].map((turn) => turn.textContent);";
        let sorted = "return document.querySelector('.metrics [aria-sort]').getAttribute('aria-sort');";
        page.press("In").await?;
        ensure!(page.evaluate::<String>(sorted).await? == "descending", "it does not say so");
        let descending: Vec<String> = page.evaluate(order).await?;
        page.press("In").await?;
        let mut ascending: Vec<String> = page.evaluate(order).await?;
        ensure!(page.evaluate::<String>(sorted).await? == "ascending", "it does not say so");
        ascending.reverse();
        ensure!(descending == ascending && descending.len() == 2, "{descending:?}, {ascending:?}");

        let measured = read_view(page, "Throughput", |text| text.contains("2 turns")).await?;
        ensure!(measured.contains("scripted/") && measured.contains(" tok/s"), "{measured}");
        page.press("Previous").await?;
        read_view(page, "Throughput", |text| text.contains("Nothing was measured in this time.")).await?;
        page.press("Today").await?;
        read_view(page, "Throughput", |text| text.contains("2 turns")).await?;
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}
