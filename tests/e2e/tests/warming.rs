//! Warming keeps one conversation's cache, tells each warm, is never mistaken for another conversation's, and is off after
//! the backend was started anew, since that is where it is on or off.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{LONG, SOON, until},
};
use fantoccini::key::Key;
use serde::Deserialize;

/// What the view says, and whether its switch may be used.
#[derive(Debug, Deserialize)]
struct Shown {
    on: bool,
    usable: bool,
    warms: Vec<String>,
}

const SHOWN: &str = "
    const view = document.querySelector('section[aria-label=\"Cache warming\"]');
    const warming = view.querySelector('[role=switch]');
    const shown = () => ({
        on: warming?.getAttribute('aria-checked') === 'true',
        usable: !!warming && !warming.closest('[inert]'),
        warms: [...view.querySelectorAll('li')].map((line) => line.textContent.replace(/\\s+/g, ' ')),
    });
";

async fn shown(page: &Page) -> Result<Shown> {
    page.evaluate(&format!("{SHOWN} return shown();")).await
}

async fn wait_for_warms(page: &Page, count: usize) -> Result<Vec<String>> {
    until(&format!("{count} warms are told with their rates"), LONG, async || {
        let warms = shown(page).await?.warms;
        let rated = warms.iter().filter(|warm| warm.contains("% cache hit")).count();
        ensure!(rated >= count, "they are {warms:?}");
        Ok(Some(warms))
    })
    .await
}

/// Looks at another tab, and at the view in each frame of the second that follows.
async fn switch_to(page: &Page, title: &str) -> Result<Vec<Shown>> {
    let script = format!(
        "const tab = [...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent.startsWith('{title}'));
         tab.click();
         const all = [];
         const end = performance.now() + 1000;
         return new Promise((resolve) => {{
            const look = () => {{
                {SHOWN}
                all.push(shown());
                if (performance.now() < end) requestAnimationFrame(look); else resolve(all);
            }};
            requestAnimationFrame(look);
         }});"
    );
    page.evaluate(&script).await
}

async fn minutes(page: &Page) -> Result<String> {
    Ok(page.find("spinbutton", "Minutes").await?.prop("value").await?.unwrap_or_default())
}

async fn turn_on_every_five_seconds(page: &Page) -> Result<()> {
    page.tab_to("switch", "Warming").await?;
    page.type_text(" ").await?;
    until("warming is on", SOON, async || Ok(shown(page).await?.on.then_some(()))).await?;
    for (name, value) in [("Minutes", "0"), ("Seconds", "5")] {
        page.tab_to("spinbutton", name).await?;
        page.chord(&[Key::Control], 'a').await?;
        page.type_text(value).await?;
    }
    page.keys(&[Key::Enter]).await?;
    until("the clock runs down from five", SOON, async || {
        let timer = page.find("timer", "Next warm").await?.text().await?;
        let seconds =
            timer.strip_prefix("Next warm in ").and_then(|left| left.strip_suffix('s')).context(timer.clone())?;
        Ok((seconds.parse::<u32>()? <= 5).then_some(()))
    })
    .await
}

#[tokio::test]
async fn warms_are_told_and_belong_to_their_conversation() -> Result<()> {
    play(Setting { speed: 50.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        let region = page.find("region", "Cache warming").await?;
        ensure!(region.text().await?.contains("before the first message"), "a draft is offered to be warmed");
        page.send("echo other").await?;
        page.wait_for_seal().await?;
        page.press("New conversation").await?;
        page.send("echo warmed").await?;
        page.wait_for_seal().await?;

        turn_on_every_five_seconds(page).await?;
        wait_for_warms(page, 1).await?;
        // Between the warms, each tab shows its own, whatever the other's is.
        for seen in switch_to(page, "echo other").await? {
            ensure!(!seen.on && seen.warms.is_empty(), "the other's warming is seen: {seen:?}");
        }
        for seen in switch_to(page, "echo warmed").await? {
            ensure!(!seen.usable || seen.on, "it could be switched before it was known: {seen:?}");
            ensure!(!seen.warms.is_empty(), "its history is gone: {seen:?}");
        }
        // What is being typed is for the conversation it was typed in.
        page.tab_to("spinbutton", "Minutes").await?;
        page.type_text("9").await?;
        page.chord(&[Key::Alt], char::from(Key::PageDown)).await?;
        until("the other's interval is shown", SOON, async || Ok((minutes(page).await? == "4").then_some(()))).await?;
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        until("its own interval is what it was", SOON, async || Ok((minutes(page).await? == "0").then_some(())))
            .await?;

        let automatic = wait_for_warms(page, 2).await?.len();
        page.press("Warm now").await?;
        let said = until("the warm is told", SOON, async || {
            let said = page.status("Warm now").await?;
            Ok(said.contains("% retained").then_some(said))
        })
        .await?;
        ensure!(said.contains("of the prompt cached"), "it says {said}");
        wait_for_warms(page, automatic + 1).await?;

        stage.kill_backend().await?;
        stage.start_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Connected").await?;
        until("it is shown as off", SOON, async || {
            let shown = shown(page).await?;
            Ok((shown.usable && !shown.on).then_some(()))
        })
        .await?;
        ensure!(page.find("timer", "Next warm").await?.text().await? == "Warming paused.", "a warm is still awaited");
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_warms(page, automatic + 1).await?;
        let complaints = stage.complaints().await?;
        ensure!(complaints.iter().all(|line| line.message.contains("net::ERR")), "{complaints:?}");
        Ok(())
    })
    .await
}
