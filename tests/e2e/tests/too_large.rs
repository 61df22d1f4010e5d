//! Megabytes of pasted text. A server says no to them, or just closes the connection; then the message stays with its words,
//! everything else goes on, and the person decides.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{LONG, SOON, until},
};
use fantoccini::key::Key;

const MEGABYTE: usize = 1_000_000;
const TYPED: &str = "return document.getElementById('message').value.length";
/// What is said below the last message.
const SAID: &str = "return [...document.querySelectorAll('[data-row=user] .send-state')].pop()?.textContent ?? '';";
const ROWS: &str = "return document.querySelectorAll('[role=log] [data-row]').length";
/// Whether the browser asks before it leaves the page.
const ASKS: &str = "return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));";
/// Pastes more than any message may have, as a person does. Whether the browser goes on with it.
const PASTE_TOO_MUCH: &str = "
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'so many words '.repeat(1_100_000));
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    return document.getElementById('message').dispatchEvent(paste);
";
const KEPT_NOTE: &str = "Too long to be kept: lost if the page is closed.";

/// Pastes so many bytes into the composer: through WebDriver they would be typed one by one.
async fn paste(page: &Page, bytes: usize) -> Result<()> {
    page.tab_to("textbox", "Message").await?;
    let paste = "
        const line = 'so many words that nobody reads them all; ';
        const text = line.repeat(Math.ceil(BYTES / line.length)).slice(0, BYTES);
        const box = document.getElementById('message');
        box.setRangeText(text, 0, box.value.length, 'end');
        box.dispatchEvent(new Event('input', { bubbles: true }));
    ";
    page.evaluate::<()>(&paste.replace("BYTES", &bytes.to_string())).await
}

async fn wait_until_said(page: &Page, words: &str) -> Result<()> {
    until(&format!("it is said: {words}"), LONG, async || {
        let said: String = page.evaluate(SAID).await?;
        ensure!(said.contains(words), "it is said: {said}");
        Ok(Some(()))
    })
    .await
}

async fn wait_for_length(page: &Page, expected: usize) -> Result<()> {
    until(&format!("the composer holds {expected}"), SOON, async || {
        let typed: usize = page.evaluate(TYPED).await?;
        ensure!(typed == expected, "it holds {typed}");
        Ok(Some(()))
    })
    .await
}

/// The page goes on drawing.
async fn is_alive(page: &Page) -> Result<()> {
    page.evaluate("return new Promise((told) => requestAnimationFrame(() => setTimeout(() => told(null))));").await
}

#[tokio::test]
async fn a_backend_says_that_it_does_not_take_it() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        ensure!(!page.evaluate::<bool>(ASKS).await?, "nothing would be lost");
        page.tab_to("textbox", "Message").await?;
        ensure!(!page.evaluate::<bool>(PASTE_TOO_MUCH).await?, "the browser would lay all of it out");
        page.wait_for_alert("The pasted text is too much: a message may have 14 MB.").await?;
        paste(page, 17 * MEGABYTE).await?;
        until("it is said that it is not kept", SOON, async || {
            let said: String = page.evaluate("return document.querySelector('.composer-status').textContent").await?;
            Ok((said == KEPT_NOTE).then_some(()))
        })
        .await?;
        is_alive(page).await?;
        ensure!(page.evaluate::<bool>(ASKS).await?, "it would be lost");

        page.keys(&[Key::Enter]).await?;
        wait_until_said(page, "Not sent: the message is larger than 16777216 bytes").await?;
        page.wait_for_connection("Connected").await?;
        is_alive(page).await?;
        ensure!(page.evaluate::<bool>(ASKS).await?, "it would be lost");
        page.press("Remove").await?;
        page.wait_until_gone("Remove").await?;
        page.wait_for_focus("textbox", "Message").await?;
        ensure!(!page.evaluate::<bool>(ASKS).await?, "nothing is left to be lost");
        page.send("echo hello").await?;
        page.wait_for_seal().await?;
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_connection_that_closes_over_it_is_not_closed_for_ever() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo before").await?;
        page.wait_for_seal().await?;
        stage.ws.limit(Some(MEGABYTE as u64));
        page.wait_for_connection("Connected").await?;
        paste(page, 2 * MEGABYTE).await?;
        page.keys(&[Key::Enter]).await?;
        let reason = "Not sent: the connection was lost each time it was sent; \
                      it may be too large for the server (2 MB)";
        wait_until_said(page, reason).await?;
        page.wait_for_words("status", "Announcements", "Message not sent").await?;

        // Everything else goes on.
        page.wait_for_connection("Connected").await?;
        page.press("New conversation").await?;
        page.send("echo elsewhere").await?;
        page.wait_for_seal().await?;
        page.chord(&[Key::Alt], char::from(Key::PageUp)).await?;
        wait_until_said(page, reason).await?;

        // It is the person's again, and arrives where it is taken.
        page.tab_to("button", "Edit").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_length(page, 2 * MEGABYTE).await?;
        page.wait_for_focus("textbox", "Message").await?;
        stage.ws.limit(None);
        page.wait_for_connection("Connected").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_length(page, 0).await?;
        until("it is answered", LONG, async || Ok((page.evaluate::<usize>(ROWS).await? > 6).then_some(()))).await?;
        is_alive(page).await?;
        page.reload().await?;
        until("it is there", LONG, async || Ok((page.evaluate::<usize>(ROWS).await? > 6).then_some(()))).await?;
        is_alive(page).await
    })
    .await
}
