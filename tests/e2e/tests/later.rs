//! What comes after the start may not come: the server was updated, or the network is gone. The console works without it,
//! says in its places that it is missing, and gets it when it is asked to.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use serde_json::{Value, json};

/// Whether there is a database with something in it.
const IS_KEPT: &str = "return (async () => {
    const answer = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = reject;
    });
    const database = await answer(indexedDB.open('dispatch'));
    const stores = [...database.objectStoreNames];
    const counts = await Promise.all(stores.map((name) => answer(database.transaction(name).objectStore(name).count())));
    database.close();
    return counts.some((count) => count > 0);
})();";

const APOLOGY: &str = "This part of the console could not be loaded.";

async fn block(page: &Page, urls: Value) -> Result<()> {
    page.browser().devtools("Network.enable", json!({})).await?;
    page.browser().devtools("Network.setBlockedURLs", json!({ "urls": urls })).await?;
    Ok(())
}

async fn alerts(page: &Page) -> Result<Vec<String>> {
    let mut alerts = Vec::new();
    for (alert, _) in page.all("alert").await? {
        alerts.push(alert.text().await?);
    }
    Ok(alerts)
}

#[tokio::test]
async fn without_what_comes_later_the_console_works_and_says_so() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        block(page, json!(["*/later-*"])).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo all the same").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(rows.iter().any(|row| row.kind == "text" && row.words.contains("all the same")), "{rows:#?}");
        let told = alerts(page).await?;
        ensure!(told.len() == 1 && told[0].contains(APOLOGY), "it is said where it is missing: {told:?}");

        page.press("Try again").await?;
        ensure!(alerts(page).await?.len() == 1, "it is said once");
        block(page, json!([])).await?;
        page.press("Try again").await?;
        page.find("button", "History").await?;
        until("nobody apologises", SOON, async || Ok(alerts(page).await?.is_empty().then_some(()))).await?;

        // From now on this device keeps what is said.
        page.send("echo to be kept").await?;
        page.wait_for_seal().await?;
        until("it is kept", SOON, async || Ok(page.evaluate::<bool>(IS_KEPT).await?.then_some(()))).await
    })
    .await
}

/// What comes later is asked for and never answered.
const STALL: &str = "
    const real = window.fetch;
    window.fetch = (file, ...rest) => `${file}`.includes('later-') ? new Promise(() => {}) : real(file, ...rest);
";

#[tokio::test]
async fn an_answer_that_never_comes_holds_nothing_up() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo from the backend").await?;
        page.wait_for_seal().await?;
        page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": STALL })).await?;
        page.reload().await?;
        page.wait_for_rows("the history is there", |rows| {
            rows.iter().any(|row| row.kind == "text" && row.words.contains("from the backend"))
        })
        .await?;
        ensure!(page.look_for("button", "History").await?.is_none(), "what was not to come is there");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_comes_later_comes_by_itself_when_the_network_is_back() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        block(page, json!(["*/later-*"])).await?;
        page.open().await?;
        page.find("button", "Try again").await?;
        block(page, json!([])).await?;
        page.evaluate::<()>("window.dispatchEvent(new Event('online'));").await?;
        page.find("button", "History").await?;
        Ok(())
    })
    .await
}
