//! Everything can be done from one box by a few letters, and by keys that the person may change. Whatever is opened gives
//! the focus back.

use anyhow::{Context, Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::play,
    wait::{SOON, until},
};
use fantoccini::key::Key;

const PALETTE: &str = "Find anything to do";
const SHORTCUTS: &str = "Keyboard shortcuts";

async fn open_palette(page: &Page) -> Result<()> {
    page.chord(&[Key::Control], 'k').await?;
    page.wait_for_focus("combobox", PALETTE).await
}

async fn wait_for_dialog(page: &Page, name: &str, is_open: bool) -> Result<()> {
    until(&format!("the dialog “{name}” is open: {is_open}"), SOON, async || {
        Ok((page.look_for("dialog", name).await?.is_some() == is_open).then_some(()))
    })
    .await
}

/// What the list offers, and what of it Enter would do, as assistive tools are told.
async fn offered(page: &Page) -> Result<(Vec<String>, String)> {
    let script = "
        const words = (line) => line.querySelector('.palette-words').textContent;
        const lines = [...document.querySelectorAll('dialog[open] [role=option]')];
        const box = document.querySelector('dialog[open] [role=combobox]');
        const active = document.getElementById(box.getAttribute('aria-activedescendant'));
        const isSelected = active?.getAttribute('aria-selected') === 'true';
        return [lines.map(words), isSelected ? words(active) : ''];
    ";
    page.evaluate(script).await
}

async fn wait_for_chosen(page: &Page, words: &str) -> Result<()> {
    until(&format!("Enter would do “{words}”"), SOON, async || {
        let (all, chosen) = offered(page).await?;
        ensure!(chosen == words, "it is “{chosen}” of {all:?}");
        Ok(Some(()))
    })
    .await
}

/// Opens the palette, types, and takes what is found first.
async fn take(page: &Page, typed: &str, words: &str) -> Result<()> {
    open_palette(page).await?;
    page.type_text(typed).await?;
    wait_for_chosen(page, words).await?;
    page.keys(&[Key::Enter]).await?;
    wait_for_dialog(page, PALETTE, false).await
}

/// Waits until what is typed goes into the composer. That it has the focus is not enough.
async fn wait_for_caret(page: &Page) -> Result<()> {
    page.wait_for_focus("textbox", "Message").await?;
    let is_there = "return document.querySelector('.composer').contains(getSelection().anchorNode);";
    ensure!(page.evaluate::<bool>(is_there).await?, "the composer has the focus, and not the caret");
    Ok(())
}

/// The keys that the list of shortcuts names for a command.
async fn wait_for_keys(page: &Page, command: &str, keys: &str) -> Result<()> {
    page.find("button", &format!("{command}: {keys}")).await.map(drop)
}

#[tokio::test]
async fn a_few_letters_find_what_is_to_be_done() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo alpha").await?;
        page.wait_for_seal().await?;

        take(page, "new conv", "New conversation").await?;
        wait_for_caret(page).await?;
        page.wait_for_rows("the new one is empty", <[_]>::is_empty).await?;
        page.type_text("echo beta").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_rows("it is answered", |rows| rows.iter().any(|row| row.kind == "turn")).await?;

        take(page, "alpha", "echo alpha").await?;
        page.wait_for_rows("the other tab is shown", |rows| rows.first().is_some_and(|row| row.words == "echo alpha"))
            .await?;

        // Arrow keys go round, and Escape changes nothing.
        page.wait_for_focus("textbox", "Message").await?;
        page.type_text("half a thought").await?;
        open_palette(page).await?;
        let (all, first) = offered(page).await?;
        ensure!(all.len() > 20 && all.first() == Some(&first), "{all:?}");
        page.keys(&[Key::Down]).await?;
        wait_for_chosen(page, &all[1]).await?;
        page.keys(&[Key::Up, Key::Up]).await?;
        wait_for_chosen(page, all.last().context("nothing is offered")?).await?;
        page.keys(&[Key::Down]).await?;
        wait_for_chosen(page, &all[0]).await?;
        page.type_text("no such thing").await?;
        page.wait_for_words("dialog", PALETTE, "Nothing fits.").await?;
        page.keys(&[Key::Enter, Key::Escape]).await?;
        wait_for_dialog(page, PALETTE, false).await?;
        wait_for_caret(page).await?;
        let typed = page.find("textbox", "Message").await?.prop("value").await?;
        ensure!(typed.as_deref() == Some("half a thought"), "the composer holds {typed:?}");

        take(page, "theme dark", "Theme: Dark").await?;
        until("the page is dark", SOON, async || {
            Ok(page.evaluate::<bool>("return document.documentElement.dataset.theme === 'dark';").await?.then_some(()))
        })
        .await?;

        // A view is unfolded, and the focus is on its heading; also where the sidebar was put away.
        take(page, "view diag", "Diagnostics").await?;
        page.wait_for_focus("button", "Diagnostics").await?;
        page.wait_for_words("region", "Diagnostics", "Connection log").await?;
        take(page, "hide", "Show or hide the sidebar").await?;
        until("the sidebar is put away", SOON, async || {
            Ok(page.look_for("complementary", "Sidebar").await?.is_none().then_some(()))
        })
        .await?;
        take(page, "view throughput", "Throughput").await?;
        page.wait_for_focus("button", "Throughput").await?;
        ensure!(stage.complaints().await?.is_empty(), "{:?}", stage.complaints().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_view_is_shown_where_the_sidebar_is_a_drawer() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(390, 844).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        take(page, "view settings", "Settings").await?;
        page.wait_for_focus("button", "Settings").await?;
        page.find("combobox", "Theme").await?;
        page.keys(&[Key::Escape]).await?;
        page.wait_for_focus("button", "Sidebar").await
    })
    .await
}

#[tokio::test]
async fn shortcuts_are_listed_changed_and_given_back() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo find me").await?;
        page.wait_for_seal().await?;

        // In the composer it is a letter.
        page.tab_to("textbox", "Message").await?;
        page.type_text("why?").await?;
        page.tab_to("tab", "echo find me").await?;
        page.chord(&[Key::Shift], '?').await?;
        wait_for_dialog(page, SHORTCUTS, true).await?;
        wait_for_keys(page, "Find in the conversation", "Alt+Shift+F").await?;

        page.tab_to("button", "Find in the conversation").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_keys(page, "Find in the conversation", "Press keys…").await?;
        for (held, key, refusal) in [
            (vec![Key::Alt, Key::Shift], 'n', "Alt+Shift+N is: New conversation."),
            (vec![Key::Control], 'w', "Ctrl+W belongs to the browser."),
            (vec![], 'x', "A shortcut needs Ctrl, Alt or a function key, so that it types nothing."),
        ] {
            page.chord(&held, key).await?;
            page.wait_for_words("dialog", SHORTCUTS, refusal).await?;
            wait_for_keys(page, "Find in the conversation", "Press keys…").await?;
        }
        // Escape is for the keys first, and for the dialog after that.
        page.keys(&[Key::Escape]).await?;
        wait_for_keys(page, "Find in the conversation", "Alt+Shift+F").await?;
        wait_for_dialog(page, SHORTCUTS, true).await?;
        page.keys(&[Key::Enter]).await?;
        page.chord(&[Key::Alt], '7').await?;
        wait_for_keys(page, "Find in the conversation", "Alt+7").await?;
        page.wait_for_focus("button", "Find in the conversation").await?;
        page.keys(&[Key::Escape]).await?;
        wait_for_dialog(page, SHORTCUTS, false).await?;
        page.wait_for_focus("tab", "echo find me").await?;

        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        page.chord(&[Key::Alt, Key::Shift], 'f').await?;
        page.chord(&[Key::Alt], '7').await?;
        page.wait_for_focus("searchbox", "Find in conversation").await?;
        page.keys(&[Key::Escape]).await?;

        take(page, "keyboard", SHORTCUTS).await?;
        wait_for_dialog(page, SHORTCUTS, true).await?;
        page.press("Reset all keys").await?;
        wait_for_keys(page, "Find in the conversation", "Alt+Shift+F").await?;
        page.press("Done").await?;
        wait_for_dialog(page, SHORTCUTS, false).await?;
        page.chord(&[Key::Alt, Key::Shift], 'f').await?;
        page.wait_for_focus("searchbox", "Find in conversation").await
    })
    .await
}
