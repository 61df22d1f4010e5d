//! There is no network, and the page is loaded anew: the console opens all the same, from what the service worker has
//! kept. What it keeps is the page as it is deployed, so an address that is edited there reaches everybody.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    stage::{Setting, play},
    wait::{SOON, until},
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_reload_without_a_network_opens_the_console() -> Result<()> {
    play(Setting::default(), async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("echo hello").await?;
        stage.page.wait_for_seal().await?;
        stage.page.wait_for_worker().await?;
        let complaints = stage.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");

        stage.site.go_away();
        stage.kill_backend().await?;
        stage.page.reload().await?;
        let (titles, selected) = stage.page.tabs().await?;
        ensure!(titles == ["echo hello"] && selected == Some(0), "the tabs are {titles:?}, selected {selected:?}");
        stage.page.wait_for_connection("Reconnecting in ").await?;
        // Nobody answers at the backend's addresses, which the browser tells; nothing else may be missing.
        let backend = [stage.http.address(), stage.ws.address()].map(|address| address.to_string());
        let mut complaints = stage.complaints().await?;
        complaints.retain(|line| !backend.iter().any(|address| line.message.contains(address)));
        ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");

        stage.start_backend().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.wait_for_rows("the conversation is back", |rows| rows.iter().any(|row| row.kind == "text")).await?;
        Ok(())
    })
    .await
}

/// What the page says about where the backend is.
const CONFIG: &str = "return document.getElementById('dispatch-config').textContent;";

/// What the page will say at the next visit.
const KEPT: &str = "return caches.match(location.href).then((page) => page.text());";

#[tokio::test]
async fn an_address_edited_at_deployment_arrives_at_the_next_visit() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_worker().await?;
        let before: String = page.evaluate(CONFIG).await?;

        let here = |port| format!("localhost:{port}");
        let (http, ws) = (here(stage.http.address().port()), here(stage.ws.address().port()));
        let edited = json!({ "http": format!("http://{http}"), "ws": format!("ws://{ws}") });
        stage.site.configure(&edited)?;
        page.reload().await?;
        ensure!(page.evaluate::<String>(CONFIG).await? == before, "a visit waits for nothing");
        until("the edited page is kept", SOON, async || {
            let kept: String = page.evaluate(KEPT).await?;
            Ok(kept.contains(&http).then_some(()))
        })
        .await?;
        page.reload().await?;
        let arrived: Value = serde_json::from_str(&page.evaluate::<String>(CONFIG).await?)?;
        ensure!(arrived == edited, "the address has not arrived: {arrived}");
        page.wait_for_connection("Connected").await?;
        Ok(())
    })
    .await
}
