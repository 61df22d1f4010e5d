//! HTTP that fails at everything, answers with pages, with junk, or with nothing, while the socket is well: every control
//! says what happened, none waits for ever, nothing that was typed or shown is lost, and all of it comes right by itself or
//! by trying again.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, Stage, play},
    stranger::Stranger,
    wait::{LONG, SOON, until},
};
use fantoccini::key::Key;

const UNREADABLE: &str = "the server's answer could not be read";
const COUNTED_UNREADABLE: &str = "an answer over HTTP that could not be read";
const COUNTED_FAILED: &str = "a request over HTTP at which the backend failed";
const FOLDER: &str = "/tmp/a folder with späces";

/// What the page itself did wrong: the browser also notes every request that failed.
async fn errors(stage: &Stage) -> Result<Vec<String>> {
    let lines = stage.complaints().await?.into_iter().map(|line| line.message);
    Ok(lines.filter(|message| !message.contains("Failed to load resource") && !message.contains("CORS")).collect())
}

async fn wait_for_box(page: &Page, name: &str, expected: &str) -> Result<()> {
    until(&format!("“{expected}” stands in {name}"), SOON, async || {
        let shown = page.find("textbox", name).await?.prop("value").await?.unwrap_or_default();
        ensure!(shown == expected, "it is “{shown}”");
        Ok(Some(()))
    })
    .await
}

/// Uses every control that asks over HTTP, and waits until each says why it got nothing.
async fn every_control_says(page: &Page, reason: &str) -> Result<()> {
    page.wait_for_words("region", "Model", &format!("Not known: {reason}")).await?;
    page.choose("Reasoning effort", "max").await?;
    page.wait_for_words("region", "Model", reason).await?;
    page.wait_for_choice("Reasoning effort", "high (default)").await?;
    page.fill("textbox", "Working directory", FOLDER).await?;
    page.keys(&[Key::Enter]).await?;
    page.wait_for_words("region", "Model", reason).await?;
    wait_for_box(page, "Working directory", FOLDER).await?;
    page.wait_for_focus("textbox", "Working directory").await?;

    let servers = format!("They could not be asked for: {reason}.");
    page.wait_for_words("region", "Language servers", &servers).await?;
    page.wait_for_words("region", "Throughput", &format!("Not loaded: {reason}")).await?;
    page.wait_for_words("region", "History", "The list could not be loaded.").await?;
    page.tab_to("button", "Warm now").await?;
    page.keys(&[Key::Enter]).await?;
    page.wait_for_words("region", "Cache warming", reason).await
}

#[tokio::test]
async fn every_control_says_what_happened_to_it() -> Result<()> {
    play(Setting { speed: 0.5, ..Setting::default() }, async |stage| {
        let disk = "the disk is full";
        let answers = [
            (Stranger::failing(disk).await?, disk, COUNTED_FAILED),
            (Stranger::with_page("<!doctype html><title>Sign in</title>").await?, UNREADABLE, COUNTED_UNREADABLE),
            (Stranger::with_junk().await?, UNREADABLE, COUNTED_UNREADABLE),
        ];
        stage.page.open().await?;
        stage.page.wait_for_connection("Connected").await?;
        stage.page.send("echo hello").await?;
        stage.page.wait_for_seal().await?;
        for view in ["Language servers", "Throughput", "History", "Diagnostics"] {
            stage.page.unfold(view).await?;
        }
        for (stranger, reason, counted) in &answers {
            stage.http.lead_to(stranger.address());
            let page = &stage.page;
            page.reload().await?;
            page.wait_for_connection("Connected").await?;
            every_control_says(page, reason).await?;
            page.wait_for_words("region", "Diagnostics", counted).await?;
            // What this device keeps is shown.
            page.wait_for_rows("the conversation is there", |rows| words(rows, "text").contains("hello")).await?;

            // Nobody knows what runs until the history tells: only then a message goes out.
            stage.allow_requests();
            page.reload().await?;
            page.wait_for_connection("Connected").await?;
            page.send("slow").await?;
            page.find("button", "Stop").await?;
            stage.http.lead_to(stranger.address());
            page.press("Stop").await?;
            page.wait_for_alert(&format!("The turn was not stopped: {reason}.")).await?;
            stage.allow_requests();
            page.press("Stop").await?;
            page.wait_for_seal().await?;
            page.wait_for_words("region", "History", "echo hello").await?;
            page.wait_for_choice("Credential", "scripted").await?;
            ensure!(errors(stage).await?.is_empty(), "{:?}", errors(stage).await?);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_conversation_that_is_nowhere_kept_is_loaded_when_the_backend_can() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        let stranger = Stranger::with_page("<!doctype html><title>Sign in</title>").await?;
        stage.http.lead_to(stranger.address());
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.wait_for_words("region", "Model", "The backend has not told which models it has.").await?;
        stage.allow_requests();
        until("the models are there", LONG, async || {
            Ok(page.look_for("combobox", "Model").await?.is_some().then_some(()))
        })
        .await?;

        page.send("echo hello").await?;
        page.wait_for_seal().await?;
        page.unfold("Settings").await?;
        page.tab_to("button", "Clear").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_words("region", "Settings", "Nothing is kept on this device.").await?;
        stage.http.lead_to(stranger.address());
        page.reload().await?;
        page.wait_for_words("tabpanel", "echo hello", "The history could not be loaded").await?;
        page.wait_for_choice("Model", "steady").await?;
        stage.allow_requests();
        page.wait_for_rows("it is there", |rows| words(rows, "text").contains("hello")).await?;
        ensure!(errors(stage).await?.is_empty(), "{:?}", errors(stage).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_answer_that_never_comes_keeps_nobody_from_going_on() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo hello").await?;
        page.wait_for_seal().await?;
        let silent = Stranger::silent().await?;
        stage.http.lead_to(silent.address());

        page.choose("Reasoning effort", "max").await?;
        page.wait_for_choice("Reasoning effort", "max").await?;
        page.fill("textbox", "Working directory", FOLDER).await?;
        page.keys(&[Key::Enter]).await?;
        page.unfold("Language servers").await?;
        page.wait_for_words("region", "Language servers", "Asking…").await?;
        page.unfold("Throughput").await?;
        page.wait_for_words("region", "Throughput", "Loading…").await?;
        page.press("Warm now").await?;
        page.wait_for_words("region", "Cache warming", "Warming…").await?;

        // Another conversation begins meanwhile, and sees nothing of the first one's wishes.
        page.press("New conversation").await?;
        page.wait_for_choice("Reasoning effort", "high (default)").await?;
        wait_for_box(page, "Working directory", "").await?;
        page.send("echo elsewhere").await?;
        page.wait_for_rows("it is answered", |rows| words(rows, "text").contains("elsewhere")).await?;

        // Cut off, the first one's come to their end, while it is not looked at.
        stage.allow_requests();
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        let reason = "the server cannot be reached";
        page.wait_for_words("region", "Model", reason).await?;
        page.wait_for_choice("Reasoning effort", "high (default)").await?;
        page.wait_for_words("region", "Cache warming", reason).await?;
        page.choose("Reasoning effort", "max").await?;
        page.wait_for_words("status", "Announcements", "Reasoning effort applies from the next turn").await?;
        page.wait_for_choice("Reasoning effort", "max").await?;
        ensure!(errors(stage).await?.is_empty(), "{:?}", errors(stage).await?);
        Ok(())
    })
    .await
}
