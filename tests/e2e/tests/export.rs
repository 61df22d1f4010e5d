//! A conversation can be taken along: the whole of it, also what is not loaded, as text to read and as data to work with.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::play,
    wait::{SOON, until},
};
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// Has the conversation exported by the palette, and reads the file once it is there.
async fn export(page: &Page, folder: &Path, words: &str, name: &str) -> Result<String> {
    page.chord(&[Key::Control], 'k').await?;
    page.wait_for_focus("combobox", "Find anything to do").await?;
    page.type_text(words).await?;
    page.keys(&[Key::Enter]).await?;
    page.wait_for_words("status", "Announcements", "Conversation exported").await?;
    // The browser writes under another name and renames what is whole.
    until(&format!("there is a file {name}"), SOON, async || Ok(Some(fs::read_to_string(folder.join(name))?))).await
}

#[tokio::test]
async fn all_of_a_conversation_is_taken_along() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        let downloads = json!({ "behavior": "allow", "downloadPath": stage.folder });
        page.browser().devtools("Browser.setDownloadBehavior", downloads).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        // Of so many rows the first ones do not stay loaded.
        for (text, turn) in [("rows 300", "turn 1"), ("echo **the end**", "turn 2")] {
            page.tab_to("textbox", "Message").await?;
            page.type_text(text).await?;
            page.keys(&[Key::Enter]).await?;
            page.wait_for_rows("it is answered", |rows| rows.last().is_some_and(|row| row.words.starts_with(turn)))
                .await?;
            page.wait_for_seal().await?;
        }
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        page.find("button", "Show earlier messages").await?;

        let markdown = export(page, &stage.folder, "export markdown", "rows-300.md").await?;
        for words in ["# rows 300", "rows 300", "echo **the end**", "**the end**"] {
            ensure!(markdown.contains(words), "{words} is missing: {markdown}");
        }
        let text = export(page, &stage.folder, "export json", "rows-300.json").await?;
        let whole: Value = serde_json::from_str(&text)?;
        ensure!(whole["version"] == 1 && whole["title"] == "rows 300", "{whole:#}");
        let chunks = whole["chunks"].as_array().context("there are no chunks")?;
        let seqs: Vec<u64> = chunks.iter().filter_map(|chunk| chunk["seq"].as_u64()).collect();
        let last = page.rows().await?.iter().filter_map(|row| row.seq).max().context("nothing is shown")?;
        ensure!(seqs == (1..=u64::try_from(last)?).collect::<Vec<_>>() && last > 300, "{seqs:?}");
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_the_backend_it_is_what_this_device_keeps() -> Result<()> {
    play(Default::default(), async |stage| {
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("echo kept here").await?;
        stage.page.wait_for_seal().await?;
        let downloads = json!({ "behavior": "allow", "downloadPath": stage.folder });
        stage.page.browser().devtools("Browser.setDownloadBehavior", downloads).await?;
        stage.kill_backend().await?;
        let page = &stage.page;
        page.wait_for_connection("Reconnecting in ").await?;
        let markdown = export(page, &stage.folder, "export markdown", "echo-kept-here.md").await?;
        ensure!(markdown.contains("kept here"), "{markdown}");
        page.wait_for_alert("The backend cannot be reached: what this device keeps was exported.").await
    })
    .await
}
