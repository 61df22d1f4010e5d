//! The first load fetches each file once: a preload that does not match the request it was made for silently doubles the
//! largest download there is.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::stage::{Setting, play};

/// Scripts, styles and WASM of the page's own host, with the time at which each was asked for.
const FETCHED: &str = "
    const files = performance.getEntriesByType('resource').filter((entry) => entry.name.startsWith(location.origin));
    return files.map((entry) => [new URL(entry.name).pathname, entry.startTime])
        .filter(([path]) => /\\.(js|css|wasm)$/.test(path));
";

#[tokio::test]
async fn each_file_is_fetched_once() -> Result<()> {
    play(Setting { online: false, ..Setting::default() }, async |stage| {
        stage.page.open().await?;
        let fetched = stage.page.browser().client().execute(FETCHED, Vec::new()).await?;
        let fetched: Vec<(String, f64)> = serde_json::from_value(fetched)?;
        let when = |ending: &str| {
            let found = fetched.iter().find(|(path, _)| path.ends_with(ending) && !path.ends_with("/boot.js"));
            found.map(|(_, start)| *start).with_context(|| format!("no {ending} among {fetched:?}"))
        };
        ensure!(when(".js")? <= when(".wasm")?, "the script comes first: {fetched:?}");
        let mut once: Vec<&str> = fetched.iter().map(|(path, _)| path.as_str()).collect();
        once.sort_unstable();
        once.dedup();
        ensure!(once.len() == fetched.len(), "something is fetched twice: {fetched:?}");

        let lines = stage.page.browser().console().await?;
        ensure!(!lines.iter().any(|line| line.message.contains("preload")), "a preload is not used: {lines:#?}");
        Ok(())
    })
    .await
}
