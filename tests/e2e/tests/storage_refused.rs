//! A browser that keeps nothing, or has no room: the console says so once and works.

use anyhow::{Result, ensure};
use dispatch_e2e::stage::{Setting, Stage, play};
use serde_json::json;

/// Every page that is opened from now on finds its storage like this.
async fn with_storage(stage: &Stage, script: &str) -> Result<()> {
    let source = json!({ "source": script });
    stage.page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", source).await?;
    Ok(())
}

async fn works(stage: &Stage, told: &[&str]) -> Result<()> {
    let page = &stage.page;
    page.open().await?;
    page.wait_for_connection("Connected").await?;
    page.send("echo all the same").await?;
    let rows = page.wait_for_seal().await?;
    ensure!(rows.iter().any(|row| row.kind == "text" && row.words.contains("all the same")), "{rows:#?}");
    let mut alerts = Vec::new();
    for (alert, _) in page.all("alert").await? {
        alerts.push(alert.text().await?);
    }
    ensure!(alerts.len() == told.len(), "{alerts:?}");
    for words in told {
        ensure!(alerts.iter().any(|alert| alert.contains(words)), "nobody says {words:?}: {alerts:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_browser_that_forbids_all_storage() -> Result<()> {
    play(Setting::default(), async |stage| {
        let forbid = "const refuse = { get() { throw new DOMException('no', 'SecurityError'); } };
            for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, refuse);";
        with_storage(stage, forbid).await?;
        works(stage, &["does not keep the open tabs", "does not keep conversations"]).await
    })
    .await
}

#[tokio::test]
async fn a_device_without_room() -> Result<()> {
    play(Setting::default(), async |stage| {
        let fill = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
            Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";
        with_storage(stage, fill).await?;
        works(stage, &["does not keep the open tabs", "no room for more"]).await
    })
    .await
}

#[tokio::test]
async fn stored_values_that_are_not_ours() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        let spoil =
            "for (const name of ['tabs', 'settings', 'outbox.gone']) localStorage['dispatch.' + name] = '{broken';
            sessionStorage['dispatch.window'] = '[]'; return true;";
        page.evaluate::<bool>(spoil).await?;
        works(stage, &[]).await
    })
    .await
}
