//! Figures in the transcript and in the sidebar: they stay the elements they are while what they say is confirmed, and what
//! is compared is what was chosen.

use super::support::{Shown, backend, key, nobody, press, select, text_of, until};
use dispatch_core::throughput::ThroughputState;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlSelectElement};

/// Sends a message and waits until so many turns have their figures, and the last is stored.
async fn converse(page: &Shown, text: &str, turns: usize) -> HtmlElement {
    page.send(text);
    until("the turn is stored", || {
        let rows = page.rows("turn");
        let last = rows.last().filter(|row| rows.len() == turns && !row.has_attribute("data-live"));
        last.cloned()
    })
    .await
}

async fn open_sidebar(page: &Shown) {
    let toggle = page.find("button", "Sidebar").await;
    if toggle.get_attribute("aria-expanded").as_deref() == Some("false") {
        toggle.click();
    }
}

#[wasm_bindgen_test]
async fn a_figure_that_has_the_focus_keeps_it_when_its_turn_is_stored() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    page.send("echo figures");
    let row = until("the turn has figures", || page.rows("turn").pop()).await;
    let figure = row.query_selector("[data-figure]").unwrap().unwrap().unchecked_into::<HtmlElement>();
    figure.focus().unwrap();
    let line = row.query_selector("[data-body]").unwrap().unwrap();
    let said = line.text_content().unwrap();
    assert!(said.starts_with("turn 1 · ") && said.contains(" tok ("), "{said}");
    until("the turn is stored", || (!row.has_attribute("data-live")).then_some(())).await;
    page.look_for("button", "Send").unwrap();
    assert!(figure.is_connected() && line.text_content().unwrap() == said);
    assert!(web_sys::window().unwrap().document().unwrap().active_element().as_ref() == Some(&figure));

    press(&figure, &key("Enter"));
    let bubble =
        until("it is explained", || page.all("dialog").into_iter().find(|(_, name)| name.starts_with("About "))).await;
    until("the explanation has all its lines", || text_of(&bubble.0).contains("Derived from").then_some(())).await;
    press(&bubble.0, &key("Escape"));
    assert!(
        web_sys::window().unwrap().document().unwrap().active_element().as_ref() == Some(&figure),
        "the focus is back"
    );
}

#[wasm_bindgen_test]
async fn the_last_two_turns_are_compared_until_others_are_chosen() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    converse(&page, "echo one", 1).await;
    converse(&page, "echo two words", 2).await;
    converse(&page, "echo three more words", 3).await;
    open_sidebar(&page).await;
    page.find("button", "Metrics").await.click();
    let first: HtmlSelectElement = page.find("combobox", "Turn").await.unchecked_into();
    let second: HtmlSelectElement = page.find("combobox", "With turn").await.unchecked_into();
    until("the last two are chosen", || {
        ((first.value(), second.value()) == ("2".to_owned(), "3".to_owned())).then_some(())
    })
    .await;
    let metrics = page.find("region", "Metrics").await;
    let head = || text_of(&metrics.query_selector(".compared thead").unwrap().unwrap().unchecked_into());
    assert!(head().contains("turn 2") && head().contains("turn 3"), "{}", head());
    select(&first, "1");
    until("the first is compared", || head().contains("turn 1").then_some(())).await;
    assert_eq!((first.value(), second.value()), ("1".to_owned(), "3".to_owned()));
}

#[wasm_bindgen_test]
async fn where_speed_cannot_be_asked_for_it_says_so_and_tries_again() {
    let page = Shown::new(&nobody());
    open_sidebar(&page).await;
    page.find("button", "Throughput").await.click();
    let throughput = page.find("region", "Throughput").await;
    let words = "Not loaded: the server cannot be reached";
    until("the failure is told", || text_of(&throughput).contains(words).then_some(())).await;
    let again = throughput.query_selector(".throughput > .quiet").unwrap().unwrap().unchecked_into::<HtmlElement>();
    assert_eq!(text_of(&again), "Try again");
    again.focus().unwrap();
    again.click();
    until("it was asked again", || {
        page.runtime.read(|state| state.throughput().view().state != ThroughputState::Loading).then_some(())
    })
    .await;
    assert!(again.is_connected() && text_of(&throughput).contains(words), "the focus stays while it is asked");
    until("it may be leafed through", || page.look_for("button", "Previous")).await.click();
    until("the title says so", || {
        page.look_for("button", "Next")?.get_attribute("aria-disabled").filter(|end| end == "false")
    })
    .await;
}
