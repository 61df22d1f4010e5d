//! What a person chooses once for this device is in force at once, is found again before the first paint of the next page,
//! and is told in words where it cannot be had.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::{Row, words},
    stage::play,
    stranger::Stranger,
    wait::{SOON, until},
};
use fantoccini::key::Key;
use serde_json::json;

const HTTP: &str = "Server address (HTTP)";
const WS: &str = "Server address (WebSocket)";
const NOTIFY: &str = "Notify me of turns that end while I look elsewhere";

/// Notes the theme and the ground in every frame of a page, from its first one on.
const WATCH: &str = "
    window.painted = [];
    const look = () => {
        if (document.body) {
            const { backgroundColor } = getComputedStyle(document.body);
            window.painted.push([document.documentElement.dataset.theme ?? '', backgroundColor]);
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

/// The ground and the height of the bar in a page of which no more has come than its head: that may be painted.
const FIRST: &str = "
    document.querySelectorAll('body style').forEach((style) => style.sheet.disabled = true);
    const bar = getComputedStyle(document.documentElement).getPropertyValue('--bar-height');
    return [getComputedStyle(document.body).backgroundColor, bar];
";

/// How light a ground is, from 0 to 1, as the browser tells it: `oklch(0.17 …)`.
fn lightness(ground: &str) -> Option<f64> {
    ground.strip_prefix("oklch(")?.split(' ').next()?.parse().ok()
}

async fn wait_for_test(page: &Page, words: &str) -> Result<()> {
    page.tab_to("button", "Test").await?;
    page.keys(&[Key::Enter]).await?;
    page.wait_for_words("region", "Settings", words).await
}

/// Presses a button that loads the page anew, and waits until it was.
async fn press_and_reload(page: &Page, button: &str) -> Result<()> {
    page.evaluate::<bool>("return window.isOld = true;").await?;
    page.press(button).await?;
    until("the page was loaded anew", SOON, async || {
        let is_new = "return !window.isOld && document.documentElement.dataset.app === 'ready';";
        Ok(page.evaluate::<bool>(is_new).await?.then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_theme_holds_from_the_first_frame_on() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("markdown").await?;
        page.wait_for_seal().await?;
        let painted = async || page.evaluate::<Vec<(String, String)>>("return window.painted;").await;
        let light = painted().await?.pop().and_then(|(_, ground)| lightness(&ground));
        ensure!(light.is_some_and(|light| light > 0.9), "it does not begin light: {light:?}");

        page.unfold("Settings").await?;
        page.choose("Theme", "Dark").await?;
        until("the page is dark", SOON, async || {
            let (theme, ground) = painted().await?.pop().unwrap_or_default();
            ensure!(theme == "dark" && lightness(&ground).is_some_and(|light| light < 0.3), "{theme}: {ground}");
            Ok(Some(()))
        })
        .await?;

        let height = "return document.querySelector('[role=log]').scrollHeight;";
        let comfortable: u32 = page.evaluate(height).await?;
        page.choose("Density", "Compact").await?;
        until("things stand closer", SOON, async || {
            let compact: u32 = page.evaluate(height).await?;
            ensure!(compact < comfortable, "{compact} of {comfortable}");
            Ok(Some(()))
        })
        .await?;

        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        for (theme, ground) in painted().await? {
            ensure!(theme == "dark" && lightness(&ground).is_some_and(|light| light < 0.3), "{theme}: {ground}");
        }
        page.wait_for_choice("Theme", "Dark").await?;
        page.wait_for_choice("Density", "Compact").await?;
        let first: (String, String) = page.evaluate(FIRST).await?;
        ensure!(lightness(&first.0).is_some_and(|light| light < 0.3) && first.1 == "38px", "it begins as {first:?}");
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_address_is_tested_before_it_is_used() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.unfold("Settings").await?;

        page.fill("textbox", HTTP, "my backend").await?;
        wait_for_test(page, "The HTTP address begins with http:// or https://, and names a host.").await?;
        page.fill("textbox", HTTP, &format!("http://{}", stage.http.address())).await?;
        page.fill("textbox", WS, "http://elsewhere").await?;
        wait_for_test(page, "The WebSocket address begins with ws:// or wss://, and names a host.").await?;
        page.fill("textbox", WS, &format!("ws://{}", stage.ws.address())).await?;
        wait_for_test(page, "HTTP: a Dispatch backend answers, with ").await?;
        page.wait_for_words("region", "Settings", "WebSocket: it opens.").await?;

        let stranger = Stranger::with_page("<!doctype html><title>Welcome</title>").await?;
        page.fill("textbox", HTTP, &format!("http://{}", stranger.address())).await?;
        page.fill("textbox", WS, &format!("ws://{}", stranger.address())).await?;
        wait_for_test(page, "HTTP: something answers, but it is no Dispatch backend. WebSocket: it does not open.")
            .await?;

        // Whoever uses it all the same comes back the same way.
        press_and_reload(page, "Save and reload").await?;
        page.wait_for_connection("Reconnecting in ").await?;
        let kept = page.find("textbox", HTTP).await?.prop("value").await?;
        ensure!(kept == Some(format!("http://{}", stranger.address())), "it shows {kept:?}");
        page.fill("textbox", HTTP, "").await?;
        page.fill("textbox", WS, "").await?;
        press_and_reload(page, "Save and reload").await?;
        page.wait_for_connection("Connected").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn what_this_device_keeps_can_be_removed() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for text in ["echo first", "echo second"] {
            page.send(text).await?;
            page.wait_for_seal().await?;
        }
        page.unfold("Settings").await?;
        page.wait_for_words("region", "Settings", "4 messages of 1 conversation are kept on this device.").await?;
        page.tab_to("button", "Clear").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_words("region", "Settings", "Nothing is kept on this device.").await?;
        page.wait_for_focus("button", "Clear").await?;

        // What is looked at stays, and goes on; what is not kept any more is had from the backend.
        page.send("echo third").await?;
        page.wait_for_seal().await?;
        let said = |rows: &[Row]| words(rows, "user");
        ensure!(said(&page.rows().await?) == "echo first\necho second\necho third", "something went with it");
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        page.press("Show earlier messages").await?;
        page.wait_for_rows("all of it is there", |rows| said(rows) == "echo first\necho second\necho third").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_browser_that_forbids_notices_is_told_of() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        let set = async |setting: &str| {
            let parameters = json!({ "permission": { "name": "notifications" }, "setting": setting });
            page.browser().devtools("Browser.setPermission", parameters).await
        };
        let wait_for_switch = async |on: &str| {
            until(&format!("the switch says {on}"), SOON, async || {
                let said = page.find("switch", NOTIFY).await?.attr("aria-checked").await?;
                Ok((said.as_deref() == Some(on)).then_some(()))
            })
            .await
        };
        set("denied").await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.unfold("Settings").await?;
        page.tab_to("switch", NOTIFY).await?;
        page.type_text(" ").await?;
        page.wait_for_alert("This browser does not allow the console to notify you.").await?;
        wait_for_switch("false").await?;

        set("granted").await?;
        page.tab_to("switch", NOTIFY).await?;
        page.type_text(" ").await?;
        wait_for_switch("true").await?;
        page.reload().await?;
        wait_for_switch("true").await?;
        page.tab_to("switch", NOTIFY).await?;
        page.type_text(" ").await?;
        wait_for_switch("false").await
    })
    .await
}
