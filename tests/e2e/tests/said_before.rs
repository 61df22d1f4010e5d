//! The composer remembers for the person: what was said comes back with the arrow keys, and never over what is being
//! typed. And it tells why nothing happens while a busy provider is asked again.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    rows::words,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::key::Key;

async fn wait_for_typed(page: &Page, words: &str) -> Result<()> {
    until(&format!("the composer holds “{words}”"), SOON, async || {
        let typed = page.find("textbox", "Message").await?.prop("value").await?.unwrap_or_default();
        ensure!(typed == words, "it holds “{typed}”");
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn what_was_said_comes_back() -> Result<()> {
    play(Default::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        for text in ["echo first", "echo second"] {
            page.send(text).await?;
            page.wait_for_seal().await?;
        }
        page.tab_to("textbox", "Message").await?;
        for (key, words) in [
            (Key::Up, "echo second"),
            (Key::Up, "echo first"),
            (Key::Up, "echo first"),
            (Key::Down, "echo second"),
            (Key::Down, ""),
        ] {
            page.keys(&[key]).await?;
            wait_for_typed(page, words).await?;
        }
        page.type_text("my own words").await?;
        page.keys(&[Key::Up]).await?;
        wait_for_typed(page, "my own words").await?;
        page.chord(&[Key::Control], 'a').await?;
        page.keys(&[Key::Delete, Key::Up]).await?;
        wait_for_typed(page, "echo second").await?;
        page.type_text(" and more").await?;
        page.keys(&[Key::Enter]).await?;
        page.wait_for_rows("it was sent as it was changed", |rows| {
            words(rows, "user").contains("echo second and more")
        })
        .await?;
        wait_for_typed(page, "").await
    })
    .await
}

/// Notes all that is said of pauses from now on, and nothing twice in a row; an empty text where a pause is over.
const NOTE: &str = "
    window.said = [];
    const look = () => {
        const pause = document.querySelector('form [role=status] [role=timer]')?.parentElement;
        const words = pause ? [...pause.children].map((part) => part.textContent).join(': ') : '';
        if (words !== (window.said.at(-1) ?? '')) window.said.push(words);
    };
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
    return true;
";

/// How many seconds are said to be left before a try, each time that was said anew.
fn seconds_before(number: u32, said: &[String]) -> Vec<u32> {
    let left = |words: &String| {
        let rest = words.strip_prefix(&format!("Retry {number} in "))?;
        rest.strip_suffix("s: The provider is overloaded (rehearsed) (529)")?.parse().ok()
    };
    said.iter().filter_map(left).collect()
}

#[tokio::test]
async fn the_pause_before_another_try_is_counted_down_and_goes() -> Result<()> {
    play(Setting { speed: 1.0, ..Setting::default() }, async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.find("button", "Attach pictures").await?;
        page.evaluate::<bool>(NOTE).await?;
        page.send("retry 3").await?;
        let rows = page.wait_for_seal().await?;
        ensure!(words(&rows, "text").contains("It worked in the end: 3 times"), "{rows:#?}");

        // Pauses of one, two and four seconds.
        let said: Vec<String> = page.evaluate("return window.said;").await?;
        for (number, whole) in [(1, 1), (2, 2), (3, 4)] {
            let left = seconds_before(number, &said);
            ensure!(left.first() == Some(&whole), "the pause before try {number}: {said:#?}");
            ensure!(left.is_sorted_by(|before, after| before > after), "the clock runs back: {said:#?}");
        }
        ensure!(seconds_before(3, &said).len() > 2, "it is not counted down: {said:#?}");
        ensure!(said.last().is_some_and(String::is_empty), "the pause stays: {said:#?}");
        Ok(())
    })
    .await
}
