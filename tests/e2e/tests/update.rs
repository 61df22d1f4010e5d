//! A newer build is deployed while the console is open. It says so, and leaves the page alone until the person wants the
//! new version: then the page is loaded once, and what was not sent is still there.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, Stage, play},
    wait::{SOON, until},
};
use serde_json::json;

/// The id of the newer build.
const NEWER: &str = "00ff00ff00ff00ff";

/// Counts how often the page was loaded.
const COUNT_LOADS: &str = "sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;";

const LOADS: &str = "return Number(sessionStorage.loads);";
const BUILD: &str = "return document.querySelector('script[data-build]').dataset.build;";
const CHECK: &str = "return navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => 0);";
const WORKERS: &str = "return navigator.serviceWorker.getRegistrations().then((workers) => workers.length);";
const CACHES: &str = "return caches.keys();";

/// A page with a worker and words in its composer, when the newer build has been deployed and found.
async fn newer_build_is_found(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_LOADS })).await?;
    page.open().await?;
    page.wait_for_connection("Connected").await?;
    page.find("textbox", "Message").await?.send_keys("half a thought").await?;
    page.wait_for_worker().await?;
    ensure!(page.look_for("status", "Update").await?.is_none(), "the first version is no news");

    stage.site.deploy(NEWER)?;
    page.evaluate::<u32>(CHECK).await?;
    page.find("status", "Update").await?;
    ensure!(page.evaluate::<u32>(LOADS).await? == 1, "the page was loaded anew by itself");
    ensure!(page.evaluate::<String>(BUILD).await? != NEWER, "the page is of the newer build already");
    Ok(())
}

async fn wait_for_newer(page: &Page) -> Result<()> {
    until("the page is of the newer build", SOON, async || {
        Ok((page.evaluate::<String>(BUILD).await? == NEWER).then_some(()))
    })
    .await?;
    page.find("textbox", "Message").await?;
    Ok(())
}

#[tokio::test]
async fn a_newer_version_is_loaded_when_the_person_wants_it() -> Result<()> {
    play(Setting::default(), async |stage| {
        newer_build_is_found(stage).await?;
        let page = &stage.page;
        page.press("Reload now").await?;
        wait_for_newer(page).await?;
        page.wait_for_connection("Connected").await?;
        page.wait_for_worker().await?;
        ensure!(page.evaluate::<u32>(LOADS).await? == 2, "the page was loaded more than once");
        ensure!(page.look_for("status", "Update").await?.is_none(), "the new version is told of in itself");
        let typed = page.find("textbox", "Message").await?.prop("value").await?;
        ensure!(typed.as_deref() == Some("half a thought"), "the words are {typed:?}");
        let caches: Vec<String> = page.evaluate(CACHES).await?;
        ensure!(caches.len() == 1 && caches[0].ends_with(NEWER), "what is kept: {caches:?}");

        stage.site.go_away();
        page.reload().await?;
        ensure!(page.evaluate::<String>(BUILD).await? == NEWER, "the new version is the one that is kept");
        let complaints = stage.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_newer_version_that_is_put_off_is_told_of_at_the_next_visit() -> Result<()> {
    play(Setting::default(), async |stage| {
        newer_build_is_found(stage).await?;
        let page = &stage.page;
        page.press("Later").await?;
        page.wait_until_gone("Later").await?;
        page.evaluate::<u32>(CHECK).await?;
        ensure!(page.look_for("status", "Update").await?.is_none(), "it was put off");
        page.reload().await?;
        page.find("status", "Update").await?;
        ensure!(page.evaluate::<u32>(LOADS).await? == 2, "the page was loaded by somebody else");
        Ok(())
    })
    .await
}

/// Somebody looked at a release build, then worked on the page at the same address, and saw the release build for ever.
#[tokio::test]
async fn a_debug_build_gets_rid_of_the_worker_of_a_release() -> Result<()> {
    play(Setting { online: false, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_LOADS })).await?;
        page.open().await?;
        page.wait_for_worker().await?;
        stage.site.deploy_debug_worker()?;
        page.evaluate::<u32>(CHECK).await?;
        until("the page was loaded anew, from the server", SOON, async || {
            let (loads, workers): (u32, u32) = (page.evaluate(LOADS).await?, page.evaluate(WORKERS).await?);
            let caches: Vec<String> = page.evaluate(CACHES).await?;
            ensure!(caches.is_empty(), "what is kept: {caches:?}");
            Ok((loads == 2 && workers == 0).then_some(()))
        })
        .await
    })
    .await
}
