//! On a phone's width everything is there and nothing hangs out of the page: a page that can be pushed sideways is hard to
//! read and hides what stands at its edge.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
    width::nothing_hangs_out,
};

/// Whether the strip shows the selected tab, so that a person sees where they are.
const TAB_IN_VIEW: &str = "
    const tab = document.querySelector('[role=tab][aria-selected=true]').getBoundingClientRect();
    const strip = document.querySelector('[role=tablist]').parentElement.getBoundingClientRect();
    return tab.left >= strip.left - 1 && tab.right <= strip.right + 1;
";

/// How wide the strip of tabs is.
const STRIP: &str = "return document.querySelector('[role=tablist]').parentElement.getBoundingClientRect().width";

async fn ensure_room(page: &Page, when: &str) -> Result<()> {
    nothing_hangs_out(page, when).await?;
    let room: f64 = page.evaluate(STRIP).await?;
    ensure!(room > 80.0, "{when}, the tabs have {room} px");
    Ok(())
}

#[tokio::test]
async fn what_a_connection_goes_through_has_room_on_a_phone() -> Result<()> {
    play(Setting::default(), async |stage| {
        stage.page.browser().set_viewport(390, 844).await?;
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("echo hello").await?;
        stage.page.wait_for_seal().await?;
        stage.kill_backend().await?;
        stage.page.wait_for_connection("Reconnecting in ").await?;
        ensure_room(&stage.page, "while nobody answers").await?;
        stage.start_backend().await?;
        until("the receipt is shown", SOON, async || {
            Ok(stage.page.evaluate::<bool>("return !!document.querySelector('.receipt')").await?.then_some(()))
        })
        .await?;
        ensure_room(&stage.page, "with a receipt").await?;
        stage.page.press("Sidebar").await?;
        stage.page.find("button", "Close sidebar").await?;
        Ok(())
    })
    .await
}

/// How many pixels of the selected tab lie outside the strip.
const CUT: &str = "
    const tab = document.querySelector('[role=tab][aria-selected=true]').getBoundingClientRect();
    const strip = document.querySelector('[role=tablist]').parentElement.getBoundingClientRect();
    return Math.max(0, strip.left - tab.left, tab.right - strip.right);
";

#[tokio::test]
async fn the_tab_that_is_shown_stays_in_view_when_a_device_is_turned() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(844, 390).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for message in ["echo one", "echo two", "echo three"] {
            page.press("New conversation").await?;
            page.send(message).await?;
            page.wait_for_seal().await?;
        }
        page.browser().set_viewport(390, 844).await?;
        until("the tab is in view", SOON, async || Ok((page.evaluate::<f64>(CUT).await? < 1.0).then_some(()))).await
    })
    .await
}

#[tokio::test]
async fn nothing_is_wider_than_a_phone() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(390, 844).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        nothing_hangs_out(page, "at the start").await?;

        page.send("tour").await?;
        page.wait_for_seal().await?;
        nothing_hangs_out(page, "after a tour").await?;
        let word = "w".repeat(400);
        page.send(&format!("echo {word}")).await?;
        page.wait_for_rows("the long word is answered", |rows| {
            rows.iter().any(|row| row.kind == "text" && row.words == word) && rows.iter().all(|row| !row.live)
        })
        .await?;
        nothing_hangs_out(page, "with a long word").await?;
        page.send("fail").await?;
        page.wait_for_rows("the failure is a row", |rows| rows.iter().any(|row| row.kind == "error")).await?;
        nothing_hangs_out(page, "with a failure").await?;

        // Everything folded out, and more tabs than fit.
        page.evaluate::<()>(
            "document.querySelectorAll('[data-row] [aria-expanded=false]').forEach((fold) => fold.click());",
        )
        .await?;
        nothing_hangs_out(page, "unfolded").await?;
        for text in ["echo one more conversation", "echo and another one", "echo and the last of them"] {
            page.press("New conversation").await?;
            page.send(text).await?;
            page.wait_for_seal().await?;
            nothing_hangs_out(page, "with more tabs").await?;
        }
        until("the selected tab is in view", SOON, async || {
            Ok(page.evaluate::<bool>(TAB_IN_VIEW).await?.then_some(()))
        })
        .await?;
        for (role, name) in [("button", "New conversation"), ("textbox", "Message"), ("button", "Send")] {
            page.find(role, name).await?;
        }
        Ok(())
    })
    .await
}
