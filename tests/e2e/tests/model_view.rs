//! What the turns of a conversation are run with: chosen without a pointer, kept by the backend, and given back in the
//! backend's own words when it does not take it. What is for one message goes with that one and is over.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    process::root,
    rows::words,
    stage::play,
    stranger::Stranger,
    wait::{SOON, until},
};
use fantoccini::key::Key;

const EFFORT: &str = "Reasoning effort";
const ONCE: &str = "Reasoning effort for the next message";
const COLD: &str = "The next message reads the whole prompt again";

async fn wait_for_cold_note(page: &Page, told: bool) -> Result<()> {
    until(&format!("it is told that the cache is of no use: {told}"), SOON, async || {
        Ok((page.find("region", "Model").await?.text().await?.contains(COLD) == told).then_some(()))
    })
    .await
}

#[tokio::test]
async fn an_effort_is_kept_and_a_refusal_gives_it_back() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.wait_for_choice(EFFORT, "high (default)").await?;
        page.send("think").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("at effort high"), "{rows:#?}");
        wait_for_cold_note(page, false).await?;

        page.choose(EFFORT, "max").await?;
        page.wait_for_choice(EFFORT, "max").await?;
        page.wait_for_words("status", "Announcements", "Reasoning effort applies from the next turn").await?;
        page.wait_for_focus("combobox", EFFORT).await?;
        wait_for_cold_note(page, true).await?;
        page.send("think again").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("at effort max"), "{rows:#?}");
        wait_for_cold_note(page, false).await?;
        page.reload().await?;
        page.wait_for_choice(EFFORT, "max").await?;

        // Another conversation never set one.
        page.press("New conversation").await?;
        page.wait_for_choice(EFFORT, "high (default)").await?;
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        page.wait_for_choice(EFFORT, "max").await?;

        let refusal = "Not before the budget of today is raised.";
        let stranger = Stranger::refusing(refusal).await?;
        stage.http.lead_to(stranger.address());
        page.choose(EFFORT, "low").await?;
        page.wait_for_words("region", "Model", refusal).await?;
        page.wait_for_choice(EFFORT, "max").await?;
        page.wait_for_focus("combobox", EFFORT).await?;
        stage.allow_requests();
        page.keys(&[Key::Home]).await?;
        page.wait_for_choice(EFFORT, "low").await?;
        until("the reason is gone with the refusal", SOON, async || {
            Ok((!page.find("region", "Model").await?.text().await?.contains(refusal)).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn an_effort_for_one_message_goes_with_it_and_is_over() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo hello").await?;
        page.wait_for_seal().await?;

        page.choose(ONCE, "low").await?;
        page.wait_for_choice(ONCE, "low once").await?;
        page.wait_for_choice(EFFORT, "high (default)").await?;
        wait_for_cold_note(page, true).await?;
        page.send("think").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("at effort low"), "{rows:#?}");
        page.wait_for_choice(ONCE, "Effort: high").await?;

        page.send("think once more").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("at effort high"), "it outlived its message: {rows:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_folder_is_set_and_the_language_servers_follow() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.unfold("Language servers").await?;
        page.wait_for_words("region", "Language servers", "Set a working directory first").await?;

        // Before the first message, so that it counts for that one.
        let folder = root().canonicalize()?.display().to_string();
        page.fill("textbox", "Working directory", &format!("  {folder} ")).await?;
        page.keys(&[Key::Tab]).await?;
        page.wait_for_focus("button", "Set").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_words("status", "Announcements", "Working directory set").await?;
        page.wait_for_words("list", "Language servers", "rust-analyzer").await?;
        let shown = async || Ok(page.find("textbox", "Working directory").await?.prop("value").await?);
        let shown: Result<Option<String>> = shown().await;
        ensure!(shown?.as_deref() == Some(folder.as_str()), "the folder is shown otherwise");
        page.send("tools").await?;
        page.wait_for_seal().await?;

        // Each conversation has its own.
        page.press("New conversation").await?;
        page.wait_for_words("region", "Language servers", "Set a working directory first").await?;
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        page.wait_for_words("list", "Language servers", "rust-analyzer").await?;

        page.reload().await?;
        page.wait_for_words("list", "Language servers", "rust-analyzer").await?;
        let empty = stage.folder.canonicalize()?.display().to_string();
        page.fill("textbox", "Working directory", &empty).await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_words("region", "Language servers", "No language servers").await?;
        page.wait_for_focus("textbox", "Working directory").await?;
        page.press("Refresh").await?;
        page.wait_for_words("region", "Language servers", "No language servers").await?;
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}
