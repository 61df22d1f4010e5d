//! Where there is no room beside the transcript, the sidebar is a drawer over the page: the focus goes into it, stays in
//! it, and comes back to the button that opened it. Where there is room, it is remembered whether it stands there.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::{
    Locator,
    actions::{InputSource, MouseActions, PointerAction},
    key::Key,
};

/// Whether the focus is in the sidebar.
const INSIDE: &str = "return document.querySelector('aside').contains(document.activeElement);";

async fn wait_for_drawer(page: &Page, open: bool) -> Result<()> {
    until(&format!("the drawer is open: {open}"), SOON, async || {
        Ok((page.look_for("complementary", "Sidebar").await?.is_some() == open).then_some(()))
    })
    .await
}

/// Presses the left button of the mouse at this place.
async fn click_at(page: &Page, x: f64, y: f64) -> Result<()> {
    let mouse = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveTo { duration: None, x, y })
        .then(PointerAction::Down { button: fantoccini::actions::MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: fantoccini::actions::MOUSE_BUTTON_LEFT });
    Ok(page.browser().client().perform_actions(mouse).await?)
}

#[tokio::test]
async fn a_drawer_keeps_the_focus_and_gives_it_back() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.browser().set_viewport(390, 844).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for text in ["echo first", "echo second"] {
            page.press("New conversation").await?;
            page.send(text).await?;
            page.wait_for_seal().await?;
        }
        wait_for_drawer(page, false).await?;

        page.tab_to("button", "Sidebar").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_drawer(page, true).await?;
        page.wait_for_focus("button", "Close sidebar").await?;
        ensure!(page.look_for("textbox", "Message").await?.is_none(), "the page behind takes part");
        for _ in 0..6 {
            page.keys(&[Key::Tab]).await?;
            ensure!(page.evaluate::<bool>(INSIDE).await?, "the focus left the drawer for {:?}", page.focused().await?);
        }
        page.keys(&[Key::Escape]).await?;
        wait_for_drawer(page, false).await?;
        page.wait_for_focus("button", "Sidebar").await?;
        page.find("textbox", "Message").await?;

        // The first Escape in the search box is for what was typed there.
        page.keys(&[Key::Enter]).await?;
        page.tab_to("searchbox", "Search conversations").await?;
        page.type_text("second").await?;
        page.keys(&[Key::Escape]).await?;
        page.wait_for_focus("searchbox", "Search conversations").await?;
        page.find("button", "echo first").await?;

        // Choosing closes it too, and so does a click beside it.
        page.press("echo first").await?;
        wait_for_drawer(page, false).await?;
        page.wait_for_focus("button", "Sidebar").await?;
        page.wait_for_rows("what was chosen is shown", |rows| {
            rows.first().is_some_and(|row| row.words == "echo first")
        })
        .await?;
        page.press("Sidebar").await?;
        wait_for_drawer(page, true).await?;
        page.wait_for_focus("button", "Close sidebar").await?;
        click_at(page, 10.0, 400.0).await?;
        wait_for_drawer(page, false).await?;
        page.wait_for_focus("button", "Sidebar").await?;

        // A drawer is closed at first, whatever it was before.
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_drawer(page, false).await
    })
    .await
}

#[tokio::test]
async fn what_is_shown_and_folded_is_remembered() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_drawer(page, true).await?;
        page.press("Settings").await?;
        page.find("spinbutton", "Chat limit").await?;
        page.press("History").await?;
        page.reload().await?;
        page.find("spinbutton", "Chat limit").await?;
        ensure!(page.look_for("searchbox", "Search conversations").await?.is_none(), "the history is unfolded again");

        page.press("Sidebar").await?;
        wait_for_drawer(page, false).await?;
        page.wait_for_focus("button", "Sidebar").await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_drawer(page, false).await?;
        let toggle = page.find("button", "Sidebar").await?;
        ensure!(toggle.attr("aria-expanded").await?.as_deref() == Some("false"), "the button says otherwise");

        // A window that becomes narrow puts nothing over the page by itself.
        page.press("Sidebar").await?;
        wait_for_drawer(page, true).await?;
        page.browser().set_viewport(800, 700).await?;
        wait_for_drawer(page, false).await?;
        page.find("textbox", "Message").await?;
        page.browser().set_viewport(1280, 900).await?;
        wait_for_drawer(page, true).await?;
        ensure!(page.browser().client().find(Locator::Css("[inert]")).await.is_err(), "something takes no part");
        Ok(())
    })
    .await
}

/// The names of the views, in their order.
const VIEWS: &str = "
    const views = document.querySelectorAll('aside section.view');
    return [...views].map((view) => view.getAttribute('aria-label'));
";

async fn wait_for_views(page: &Page, wanted: &[&str]) -> Result<()> {
    until(&format!("the views begin with {wanted:?}"), SOON, async || {
        let views: Vec<String> = page.evaluate(VIEWS).await?;
        ensure!(views.iter().zip(wanted).all(|(view, wanted)| view == wanted), "they are {views:?}");
        Ok((views.len() >= wanted.len()).then_some(()))
    })
    .await
}

#[tokio::test]
async fn views_are_chosen_and_arranged_with_the_keyboard_and_stay_so() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_views(page, &["Model", "Cache warming", "Language servers"]).await?;
        page.press("Choose and arrange views").await?;
        page.tab_to("button", "Move Language servers up").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_views(page, &["Model", "Language servers", "Cache warming"]).await?;
        page.wait_for_focus("button", "Move Language servers up").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_views(page, &["Language servers", "Model", "Cache warming"]).await?;
        page.tab_to("switch", "Show Model").await?;
        page.keys(&[Key::Space]).await?;
        wait_for_views(page, &["Language servers", "Cache warming"]).await?;
        page.reload().await?;
        wait_for_views(page, &["Language servers", "Cache warming", "Metrics"]).await
    })
    .await
}
