//! What extensions offer is used like anything else on the page: by its name, and without a pointer. The demo surface has
//! one field of every kind, and two that no console knows yet.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::play,
    wait::{SOON, until},
};
use fantoccini::key::Key;

/// The last change, as the surface's table says it.
async fn wait_for_change(page: &Page, change: &str) -> Result<()> {
    until(&format!("the last change is “{change}”"), SOON, async || {
        let script = "return document.querySelector('table[aria-label=\"Demo controls\"]').textContent";
        let said: String = page.evaluate(script).await?;
        ensure!(said.ends_with(&format!("Last change{change}")), "the table says {said}");
        Ok(Some(()))
    })
    .await
}

async fn value_of(page: &Page, role: &str, name: &str) -> Result<String> {
    Ok(page.find(role, name).await?.prop("value").await?.unwrap_or_default())
}

#[tokio::test]
async fn every_kind_of_field_by_keyboard() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.find("region", "Extensions").await?;
        wait_for_change(page, "none yet").await?;

        page.tab_to("switch", "Lamp").await?;
        page.type_text(" ").await?;
        wait_for_change(page, "lit").await?;
        let lamp = page.find("switch", "Lamp").await?;
        ensure!(lamp.attr("aria-checked").await?.as_deref() == Some("true"), "the lamp is not shown as lit");

        page.tab_to("combobox", "Tint").await?;
        page.keys(&[Key::Down]).await?;
        wait_for_change(page, "tinted white").await?;
        page.wait_for_focus("combobox", "Tint").await?;
        ensure!(value_of(page, "combobox", "Tint").await? == "white", "it is not shown as chosen");

        page.tab_to("spinbutton", "Brightness").await?;
        page.keys(&[Key::Up, Key::Enter]).await?;
        wait_for_change(page, "dimmed to 45 %").await?;
        page.wait_for_focus("spinbutton", "Brightness").await?;
        ensure!(value_of(page, "spinbutton", "Brightness").await? == "45", "it is not shown as set");
        page.find("progressbar", "Light given").await?;

        // What is out of bounds is explained and not sent; what is being typed is not overwritten by what comes meanwhile.
        page.chord(&[Key::Control], 'a').await?;
        page.type_text("200").await?;
        page.keys(&[Key::Enter]).await?;
        let extensions = page.find("region", "Extensions").await?;
        until("it is explained", SOON, async || {
            Ok(extensions.text().await?.contains("From 0 to 100 %.").then_some(()))
        })
        .await?;
        page.find("switch", "Lamp").await?.click().await?;
        wait_for_change(page, "put out").await?;
        ensure!(value_of(page, "spinbutton", "Brightness").await? == "200", "what was typed is gone");
        page.tab_to("spinbutton", "Brightness").await?;
        page.keys(&[Key::Escape]).await?;
        until("what was refused is given up, and so is the reason", SOON, async || {
            let is_back = value_of(page, "spinbutton", "Brightness").await? == "45";
            Ok((is_back && !extensions.text().await?.contains("From 0 to 100 %.")).then_some(()))
        })
        .await?;

        page.tab_to("button", "Reset").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_change(page, "reset").await?;
        let said = extensions.text().await?;
        for unknown in ["Colour temperature", "hologram"] {
            ensure!(!said.contains(unknown), "{unknown} is shown as something");
        }
        for known in ["0 of 3 done", "Amber", "message-queue"] {
            ensure!(said.contains(known), "{known} is missing in {said}");
        }
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_control_is_never_used_later() -> Result<()> {
    play(Default::default(), async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        wait_for_change(&stage.page, "none yet").await?;
        stage.kill_backend().await?;
        stage.page.wait_for_connection("Reconnecting in ").await?;
        let page = &stage.page;
        page.tab_to("switch", "Lamp").await?;
        page.type_text(" ").await?;
        let extensions = page.find("region", "Extensions").await?;
        until("it is said that nothing was sent", SOON, async || {
            Ok(extensions.text().await?.contains("Not connected: nothing was sent.").then_some(()))
        })
        .await?;
        let is_on = async |page: &Page| {
            page.find("switch", "Lamp").await?.attr("aria-checked").await.map_err(anyhow::Error::from)
        };
        ensure!(is_on(page).await?.as_deref() == Some("false"), "it is shown as switched");

        stage.start_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Connected").await?;
        until("what is shown is current", SOON, async || {
            Ok((!extensions.text().await?.contains("last known")).then_some(()))
        })
        .await?;
        ensure!(is_on(page).await?.as_deref() == Some("false"), "it was switched when the backend came back");
        wait_for_change(page, "none yet").await
    })
    .await
}
