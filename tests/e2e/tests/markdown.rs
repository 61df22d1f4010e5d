//! What an agent writes in Markdown is something to read: while it streams, after a reload, without a network. What makes
//! it so is loaded when it is first needed, and where it cannot be had the words stand there as they were written.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{LONG, SOON, until},
};
use serde_json::{Value, json};

/// How many there are of what the answer has.
const SHAPE: &str = "
    const body = document.querySelector('[data-row=text] [data-body]');
    const count = (selector) => body.querySelectorAll(selector).length;
    return Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ol', 'blockquote blockquote', 'table', 'th[data-align]',
        'pre', 'em strong, strong em', 'del', 'hr', 'input[type=checkbox]:disabled', 'img, script, iframe',
        'a:not([target=_blank][rel~=noopener])', 'a[href^=javascript]'].map((name) => [name, count(name)]));
";

const HTML: &str = "return document.querySelector('[data-row=text] .prose[data-body]')?.outerHTML ?? '';";

/// The page as it is once all is there: how the answer stands in it.
async fn written(page: &Page) -> Result<String> {
    until("the answer is written", SOON, async || {
        let html: String = page.evaluate(HTML).await?;
        // The last words of it.
        Ok(html.contains("That is all there is.").then_some(html))
    })
    .await
}

#[tokio::test]
async fn an_answer_in_markdown_is_something_to_read() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("markdown").await?;
        page.wait_for_seal().await?;
        let html = written(page).await?;
        let shape: Value = page.evaluate(SHAPE).await?;
        let expected = json!({
            "h1": 2, "h2": 6, "h3": 1, "h4": 1, "h5": 1, "h6": 1, "ol": 3, "blockquote blockquote": 1, "table": 1,
            "th[data-align]": 3, "pre": 9, "em strong, strong em": 1, "del": 1, "hr": 1,
            "input[type=checkbox]:disabled": 3, "img, script, iframe": 0, "a:not([target=_blank][rel~=noopener])": 0,
            "a[href^=javascript]": 0,
        });
        ensure!(shape == expected, "the answer has {shape:#}");
        let overflow: bool = page.evaluate("return document.documentElement.scrollWidth > innerWidth;").await?;
        ensure!(!overflow, "the page is wider than the window");

        page.wait_for_worker().await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        let again = written(page).await?;
        ensure!(again == html, "read from history it stands there differently:\n{html}\n{again}");

        stage.site.go_away();
        stage.kill_backend().await?;
        stage.page.reload().await?;
        let offline = written(&stage.page).await?;
        ensure!(offline == html, "without a network it stands there differently:\n{html}\n{offline}");
        Ok(())
    })
    .await
}

/// Notes what is selected when the browser copies.
const WATCH_COPY: &str = "
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.addEventListener('copy', () => { window.copied = getSelection().toString(); });
";

#[tokio::test]
async fn code_is_copied_with_and_without_a_clipboard() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("markdown").await?;
        page.wait_for_seal().await?;
        written(page).await?;
        page.press("Copy").await?;
        page.find("button", "Copied").await?;
        until("the button says what it does", SOON, async || {
            Ok(page.look_for("button", "Copied").await?.is_none().then_some(()))
        })
        .await?;

        // As on a page that the browser does not call secure.
        page.evaluate::<()>(WATCH_COPY).await?;
        page.press("Copy").await?;
        page.find("button", "Copied").await?;
        let copied: String = page.evaluate("return window.copied ?? '';").await?;
        ensure!(copied.trim_end() == "code in a quote", "what was copied is “{copied}”");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_what_writes_it_the_words_stand_as_they_are() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        let block =
            async |urls: Value| page.browser().devtools("Network.setBlockedURLs", json!({ "urls": urls })).await;
        page.browser().devtools("Network.enable", json!({})).await?;
        block(json!(["*/writer-*"])).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("markdown").await?;
        let rows = page.wait_for_seal().await?;
        let said =
            rows.iter().any(|row| row.kind == "text" && row.words.starts_with("# A page of everything One paragraph"));
        ensure!(said, "the words are not there as they were written");
        let alerts = page.all("alert").await?;
        ensure!(alerts.len() == 1, "it is told once: {alerts:?}");

        block(json!([])).await?;
        page.evaluate::<()>("window.dispatchEvent(new Event('online'));").await?;
        written(page).await?;
        Ok(())
    })
    .await
}

/// Watches whether what stands in the answer is taken away again.
const WATCH: &str = "
    window.removed = 0;
    new MutationObserver((records) => {
        for (const { target, removedNodes } of records) {
            if (target.matches?.('.prose[data-body]')) window.removed += removedNodes.length;
        }
    }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true });
    getSelection().selectAllChildren(document.querySelector('[data-row=text] h1'));
";

#[tokio::test]
async fn what_is_selected_stays_selected_while_more_is_said() -> Result<()> {
    play(Setting { speed: 2.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("markdown").await?;
        until("the answer has begun", LONG, async || {
            let begun: bool =
                page.evaluate("return document.querySelector('[data-row=text] h1 ~ p') !== null;").await?;
            Ok(begun.then_some(()))
        })
        .await?;
        page.evaluate::<()>(WATCH).await?;
        page.wait_for_seal().await?;
        written(page).await?;
        let selected: String = page.evaluate("return getSelection().toString();").await?;
        ensure!(selected.trim() == "A page of everything", "selected is “{selected}”");
        let removed: u32 = page.evaluate("return window.removed;").await?;
        // The block that is being written may turn out to be another: a paragraph becomes a heading or a table.
        ensure!(removed < 20, "{removed} blocks were taken away");
        Ok(())
    })
    .await
}
