//! What a machine can find wrong with a page for those who do not see it, or not well, is not there: names, roles, states,
//! structure and contrast of everything that can be opened, light and dark. The rules are axe's, which lie in
//! `tests/e2e/vendor` and reach no page but these.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;
use serde::Deserialize;

const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");

const VIEWS: [&str; 9] = [
    "Model",
    "Cache warming",
    "Language servers",
    "Metrics",
    "Throughput",
    "Extensions",
    "History",
    "Settings",
    "Diagnostics",
];

/// A rule that is broken, and where.
#[derive(Debug, Deserialize)]
struct Violation {
    /// The failure is what is printed.
    #[expect(dead_code, reason = "told by Debug when it fails")]
    rule: String,
    #[expect(dead_code, reason = "told by Debug when it fails")]
    places: Vec<String>,
}

/// Looks at the whole page. What moves is let come to rest first: half faded, it has a contrast of its own.
async fn look(page: &Page, what: &str) -> Result<()> {
    let script = "
        await Promise.allSettled(document.getAnimations()
            .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
            .map((animation) => animation.finished));
        const { violations } = await axe.run(document, {
            resultTypes: ['violations'],
            // Browsers let the keys into whatever scrolls (Safari does not, and there code can be wrapped and outputs shown
            // whole). A stop of our own at each would be in the way of everybody.
            rules: { 'scrollable-region-focusable': { enabled: false } },
        });
        const place = ({ html, any, all, none }) =>
            `${html.slice(0, 200)} — ${[...any, ...all, ...none].map((check) => check.message).join(' ')}`;
        return violations.map(({ id, help, nodes }) => ({ rule: `${id}: ${help}`, places: nodes.map(place) }));
    ";
    let is_there: bool = page.evaluate("return 'axe' in window;").await?;
    if !is_there {
        page.evaluate::<()>(AXE).await?;
    }
    let found: Vec<Violation> = page.evaluate(&format!("return (async () => {{ {script} }})();")).await?;
    ensure!(found.is_empty(), "{what}: {found:#?}");
    Ok(())
}

/// Has the page look so, as the person would by the palette.
async fn use_theme(page: &Page, theme: &str) -> Result<()> {
    page.chord(&[Key::Control], 'k').await?;
    page.wait_for_focus("combobox", "Find anything to do").await?;
    page.type_text(&format!("theme {theme}")).await?;
    page.keys(&[Key::Enter]).await?;
    until(&format!("the page is {theme}"), SOON, async || {
        let found: String = page.evaluate("return document.documentElement.dataset.theme;").await?;
        Ok((found == theme).then_some(()))
    })
    .await
}

#[tokio::test]
async fn no_view_of_the_sidebar_breaks_a_rule() -> Result<()> {
    play(Setting { speed: 50.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.browser().allow_long_scripts().await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tools").await?;
        page.wait_for_seal().await?;
        page.send("fail").await?;
        page.wait_for_seal().await?;
        for view in VIEWS {
            page.unfold(view).await?;
        }
        page.press("Warm now").await?;
        page.wait_for_words("region", "Metrics", "2 in 6 steps").await?;
        for theme in ["light", "dark"] {
            use_theme(page, theme).await?;
            look(page, &format!("all views, {theme}")).await?;
        }
        // As a drawer.
        page.browser().set_viewport(390, 844).await?;
        look(page, "a narrow page").await?;
        page.press("Sidebar").await?;
        page.wait_for_focus("button", "Close sidebar").await?;
        look(page, "the drawer").await
    })
    .await
}

#[tokio::test]
async fn no_dialog_breaks_a_rule() -> Result<()> {
    play(Setting { speed: 1.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.browser().allow_long_scripts().await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("slow").await?;
        page.wait_for_rows("the answer has begun", |rows| !words(rows, "text").is_empty()).await?;
        for theme in ["light", "dark"] {
            use_theme(page, theme).await?;
            page.chord(&[Key::Control], 'k').await?;
            page.wait_for_focus("combobox", "Find anything to do").await?;
            look(page, &format!("the palette, {theme}")).await?;
            page.type_text("no such thing").await?;
            page.wait_for_words("dialog", "Find anything to do", "Nothing fits.").await?;
            look(page, &format!("the palette without anything found, {theme}")).await?;
            page.keys(&[Key::Escape]).await?;
            page.tab_to("tab", "slow").await?;
            page.chord(&[Key::Shift], '?').await?;
            page.find("button", "Find in the conversation: Alt+Shift+F").await?;
            look(page, &format!("the shortcuts, {theme}")).await?;
            page.keys(&[Key::Escape]).await?;
            page.tab_to("tab", "slow").await?;
            page.keys(&[Key::Delete]).await?;
            page.find("dialog", "A turn is running").await?;
            look(page, &format!("the question before closing, {theme}")).await?;
            page.keys(&[Key::Escape]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn no_row_of_a_transcript_breaks_a_rule() -> Result<()> {
    play(Setting { speed: 50.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.browser().allow_long_scripts().await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for scene in ["markdown", "tools", "edit", "parallel", "fail", "think"] {
            page.send(scene).await?;
            page.wait_for_seal().await?;
        }
        // All that can be unfolded is.
        let unfold = "
            const folded = [...document.querySelectorAll('[role=log] [aria-expanded=false]')];
            folded.forEach((head) => head.click());
            return folded.length;
        ";
        until("everything is unfolded", SOON, async || Ok((page.evaluate::<u32>(unfold).await? == 0).then_some(())))
            .await?;
        page.wait_for_rows("a waterfall is there", |rows| rows.iter().any(|row| row.kind == "turn")).await?;
        until("its lanes are there", SOON, async || {
            let lanes = "return document.querySelectorAll('.waterfall tr').length > 1;";
            Ok(page.evaluate::<bool>(lanes).await?.then_some(()))
        })
        .await?;
        for theme in ["light", "dark"] {
            use_theme(page, theme).await?;
            look(page, &format!("the transcript, {theme}")).await?;
        }
        Ok(())
    })
    .await
}
