//! Pictures go with a message however they are given: picked, pasted or dropped. They are seen before they go, can be taken
//! away, and what cannot go is refused in words.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::play,
    wait::{SOON, until},
};
use fantoccini::{Locator, key::Key};
use std::fs;

const ATTACHED: &str = "Pictures for the next message";

/// Eight by eight, red.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x08, 0x00, 0x00, 0x00, 0x08, 0x08, 0x02, 0x00, 0x00, 0x00, 0x4b, 0x6d, 0x29, 0xdc, 0x00, 0x00, 0x00, 0x11, 0x49,
    0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0xcf, 0xc0, 0x80, 0x15, 0x31, 0x0c, 0x2d, 0x09, 0x00, 0x28, 0xff, 0x3f,
    0xc1, 0xce, 0x77, 0xc8, 0x4f, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Gives a file to the composer, as a paste or a drop does.
async fn give(page: &Page, event: &str, name: &str, kind: &str, bytes: u32) -> Result<()> {
    let script = format!(
        "const held = new DataTransfer();
         held.items.add(new File([new Uint8Array({bytes})], '{name}', {{ type: '{kind}' }}));
         const rest = {{ bubbles: true, cancelable: true }};
         const event = '{event}' === 'paste'
            ? new ClipboardEvent('paste', {{ clipboardData: held, ...rest }})
            : new DragEvent('drop', {{ dataTransfer: held, ...rest }});
         document.getElementById('message').dispatchEvent(event);
         return event.defaultPrevented;"
    );
    let is_taken: bool = page.evaluate(&script).await?;
    ensure!(is_taken, "the page leaves the {event} to the browser");
    Ok(())
}

/// Picks a file, as from the browser's own dialog.
async fn pick(page: &Page, file: &str) -> Result<()> {
    page.find("button", "Attach pictures").await?;
    let input = page.browser().client().find(Locator::Css("input[type=file]")).await?;
    Ok(input.send_keys(file).await?)
}

/// Waits until these can be taken away again, in this order.
async fn wait_for_attached(page: &Page, names: &[&str]) -> Result<()> {
    until(&format!("{names:?} are attached"), SOON, async || {
        let buttons = page.all("button").await?;
        let found: Vec<&str> = buttons.iter().filter_map(|(_, name)| name.strip_prefix("Remove ")).collect();
        ensure!(found == names, "these are: {found:?}");
        Ok(Some(()))
    })
    .await
}

/// How many pictures of the transcript are painted.
async fn wait_for_painted(page: &Page, count: usize) -> Result<()> {
    until(&format!("{count} pictures are painted in the transcript"), SOON, async || {
        let script =
            "return [...document.querySelectorAll('[role=log] img')].filter((image) => image.naturalWidth).length;";
        let painted: usize = page.evaluate(script).await?;
        ensure!(painted == count, "there are {painted}");
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn pictures_are_picked_seen_taken_away_and_sent() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        let file = stage.folder.canonicalize()?.join("red.png");
        fs::write(&file, PNG)?;
        let file = file.to_str().context("the folder has an odd name")?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;

        pick(page, file).await?;
        wait_for_attached(page, &["red.png"]).await?;
        page.wait_for_focus("textbox", "Message").await?;
        give(page, "paste", "pasted.png", "image/png", 40).await?;
        give(page, "drop", "dropped.webp", "image/webp", 40).await?;
        wait_for_attached(page, &["red.png", "pasted.png", "dropped.webp"]).await?;
        page.find("list", ATTACHED).await?;
        let painted = "return document.querySelector('.attached img').naturalWidth;";
        until("it is seen", SOON, async || Ok((page.evaluate::<u32>(painted).await? == 8).then_some(()))).await?;

        for gone in ["Remove pasted.png", "Remove dropped.webp"] {
            page.press(gone).await?;
            page.wait_until_gone(gone).await?;
            page.wait_for_focus("textbox", "Message").await?;
        }
        wait_for_attached(page, &["red.png"]).await?;
        page.send("see").await?;
        wait_for_attached(page, &[]).await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("I was sent one picture"), "{rows:#?}");
        wait_for_painted(page, 1).await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_painted(page, 1).await?;
        // The next message is without.
        page.send("see").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("No picture came with this message."), "{rows:#?}");
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused_in_words() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.find("button", "Attach pictures").await?;
        give(page, "drop", "notes.txt", "text/plain", 10).await?;
        page.wait_for_alert("notes.txt is no picture that can be sent: PNG, JPEG, GIF and WebP can.").await?;
        give(page, "paste", "huge.png", "image/png", 20 * 1_048_576).await?;
        page.wait_for_alert("huge.png has 20 MB; at most 5 MB are taken.").await?;
        wait_for_attached(page, &[]).await?;
        // Words are not taken for a file.
        let script = "
            const held = new DataTransfer();
            held.setData('text/plain', 'words');
            const event = new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true });
            document.getElementById('message').dispatchEvent(event);
            return event.defaultPrevented;
        ";
        ensure!(!page.evaluate::<bool>(script).await?, "pasted words are kept from the box");
        page.tab_to("textbox", "Message").await?;
        page.keys(&[Key::Enter]).await?;
        ensure!(page.rows().await?.is_empty(), "an empty message was sent");
        Ok(())
    })
    .await
}
