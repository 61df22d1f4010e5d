//! Enter ends a composition before it ends a message. People who write Japanese, Chinese or Korean press it to choose
//! among candidates, and half a sentence must not be sent by it.

use anyhow::{Result, ensure};
use dispatch_e2e::stage::{Setting, Stage, play};
use serde_json::json;

/// Presses Enter as an input method's keyboard does: the browser itself knows that a composition goes on.
async fn press_enter(stage: &Stage) -> Result<()> {
    let browser = stage.page.browser();
    for kind in ["rawKeyDown", "keyUp"] {
        let key = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13 });
        browser.devtools("Input.dispatchKeyEvent", key).await?;
    }
    Ok(())
}

/// Notes what the page was told of each Enter.
const LISTEN: &str = "
    window.composing = [];
    window.addEventListener('keydown', (event) => window.composing.push([event.key, event.isComposing]), true);
";

const VALUE: &str = "return document.querySelector('textarea').value;";

#[tokio::test]
async fn enter_that_ends_a_composition_sends_nothing() -> Result<()> {
    play(Setting::default(), async |stage| {
        let (page, browser) = (&stage.page, stage.page.browser());
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.find("textbox", "Message").await?.click().await?;
        page.type_text("echo ").await?;
        page.evaluate::<()>(LISTEN).await?;

        let composed = json!({ "text": "かんじ", "selectionStart": 3, "selectionEnd": 3 });
        browser.devtools("Input.imeSetComposition", composed).await?;
        press_enter(stage).await?;
        let told: Vec<(String, bool)> = page.evaluate("return window.composing;").await?;
        ensure!(told == [("Enter".to_owned(), true)], "the page was told {told:?}");
        browser.devtools("Input.insertText", json!({ "text": "漢字" })).await?;
        let value: String = page.evaluate(VALUE).await?;
        ensure!(value == "echo 漢字", "the composer holds {value:?}");
        ensure!(page.rows().await?.is_empty(), "something was sent: {:#?}", page.rows().await?);

        // The next one sends, whole and once.
        press_enter(stage).await?;
        let rows = page.wait_for_rows("the message stands in the transcript", |rows| !rows.is_empty()).await?;
        ensure!(rows[0].words == "echo 漢字", "what was sent is {rows:#?}");
        let rows = page.wait_for_seal().await?;
        ensure!(rows.iter().filter(|row| row.kind == "user").count() == 1, "it was sent once: {rows:#?}");
        ensure!(rows.iter().any(|row| row.kind == "text" && row.words == "漢字"), "it is answered: {rows:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn shift_and_enter_break_the_line() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.find("textbox", "Message").await?.click().await?;
        // WebDriver's own codes for Shift, Enter and "let go of everything".
        page.type_text("echo one\u{e008}\u{e007}\u{e000}two").await?;
        let value: String = page.evaluate(VALUE).await?;
        ensure!(value == "echo one\ntwo", "the composer holds {value:?}");
        ensure!(page.rows().await?.is_empty(), "something was sent");

        // White space alone is no message.
        page.press("Send").await?;
        page.wait_for_seal().await?;
        page.find("textbox", "Message").await?.click().await?;
        page.type_text("  \u{e007}").await?;
        ensure!(page.rows().await?.iter().filter(|row| row.kind == "user").count() == 1, "white space was sent");
        Ok(())
    })
    .await
}
