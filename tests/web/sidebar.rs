//! The sidebar and its views: what they show when something is told to the runtime, and what they do when somebody uses
//! them. The window of these tests may have room for the sidebar or not; either way it can be opened.

use super::support::{Shown, backend, enter, key, nobody, press, select, text_of, type_into, until};
use dispatch_core::Fact;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};

async fn open_sidebar(page: &Shown) {
    let toggle = page.find("button", "Sidebar").await;
    if !is_expanded(&toggle) {
        toggle.click();
    }
    until("the sidebar is open", || is_expanded(&toggle).then_some(())).await;
    page.find("complementary", "Sidebar").await;
}

fn is_expanded(button: &HtmlElement) -> bool {
    button.get_attribute("aria-expanded").as_deref() == Some("true")
}

/// Sends a message from a new conversation and waits until its turn is over.
async fn converse(page: &Shown, text: &str) {
    page.find("button", "New conversation").await.click();
    until("nothing is shown", || page.rows("user").is_empty().then_some(())).await;
    page.send(text);
    until("it is answered", || page.rows("text").pop().filter(|row| !row.has_attribute("data-live"))).await;
    until("the turn is over", || page.look_for("button", "Send")).await;
}

fn found(page: &Shown) -> Vec<String> {
    let list = page.look_for("list", "Conversations found").unwrap();
    let titles = list.query_selector_all(".found-title").unwrap();
    (0..titles.length()).filter_map(|at| titles.item(at)?.text_content()).collect()
}

#[wasm_bindgen_test]
async fn views_fold_and_stay_folded() {
    let page = Shown::new(&nobody());
    open_sidebar(&page).await;
    let heading = page.find("button", "Settings").await;
    assert!(!is_expanded(&heading), "it is folded at first");
    assert!(page.look_for("spinbutton", "Chat limit").is_none(), "what is folded away is not there");
    heading.click();
    page.find("spinbutton", "Chat limit").await;
    page.find("region", "Settings").await;
    until("it says so", || is_expanded(&heading).then_some(())).await;

    page.find("button", "History").await.click();
    until("the history is folded", || page.look_for("searchbox", "Search conversations").is_none().then_some(())).await;
    let stored = web_sys::window().unwrap().local_storage().unwrap().unwrap().get_item("dispatch.sidebar").unwrap();
    let views = r#"{"version":1,"shown":true,"views":{"Settings":true,"History":false},"order":[],"closed":[]}"#;
    assert_eq!(stored.as_deref(), Some(views));
}

#[wasm_bindgen_test]
async fn a_list_that_cannot_be_had_says_so() {
    let page = Shown::new(&nobody());
    open_sidebar(&page).await;
    let history = page.find("region", "History").await;
    let words = "The list could not be loaded. What this device keeps is shown.";
    until("the failure is told", || text_of(&history).contains(words).then_some(())).await;
    page.find("button", "Try again").await.click();
    page.find("button", "Try again").await;
}

#[wasm_bindgen_test]
async fn conversations_are_searched_opened_and_named() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    converse(&page, "echo sidebar lighthouse").await;
    converse(&page, "echo sidebar harbour").await;
    open_sidebar(&page).await;
    let search = page.find("searchbox", "Search conversations").await;
    type_into(&search, "sidebar");
    until("both are found, the newest first", || {
        (found(&page) == ["echo sidebar harbour", "echo sidebar lighthouse"]).then_some(())
    })
    .await;
    type_into(&search, "HOUSE side");
    until("one is found", || (found(&page) == ["echo sidebar lighthouse"]).then_some(())).await;
    let history = page.find("region", "History").await;
    assert!(text_of(&history).contains("just now") && text_of(&history).contains("open"), "{}", text_of(&history));
    let title = page.find("button", "echo sidebar lighthouse").await;
    assert!(!title.has_attribute("aria-current"));
    title.click();
    until("it is looked at", || page.rows("user").pop().filter(|row| text_of(row) == "echo sidebar lighthouse")).await;
    open_sidebar(&page).await;
    let search = page.find("searchbox", "Search conversations").await;
    type_into(&search, "lighthouse");
    let is_current = |page: &Shown| page.look_for("button", "echo sidebar lighthouse")?.get_attribute("aria-current");
    until("the list says so", || is_current(&page).filter(|current| current == "true")).await;

    // Escape leaves it as it was; Enter names it.
    page.find("button", "Rename echo sidebar lighthouse").await.click();
    let title = page.find("textbox", "New title").await;
    assert_eq!(title.unchecked_ref::<HtmlInputElement>().value(), "echo sidebar lighthouse");
    type_into(&title, "Something else");
    press(&title, &key("Escape"));
    page.find("button", "echo sidebar lighthouse").await;
    page.find("button", "Rename echo sidebar lighthouse").await.click();
    let title = page.find("textbox", "New title").await;
    type_into(&title, "The old  lighthouse");
    press(&title, &enter());
    page.find("button", "The old lighthouse").await;
    page.find("tab", "The old lighthouse").await;
    assert!(page.look_for("textbox", "New title").is_none());

    type_into(&search, "nothing is called this");
    until("nothing is found", || text_of(&history_of(&page)?).contains("Nothing found.").then_some(())).await;
}

fn history_of(page: &Shown) -> Option<HtmlElement> {
    page.look_for("region", "History")
}

#[wasm_bindgen_test]
async fn a_limit_is_chosen_when_it_is_complete() {
    let page = Shown::new(&nobody());
    open_sidebar(&page).await;
    page.find("button", "Settings").await.click();
    let limit = page.find("spinbutton", "Chat limit").await;
    let value = || limit.unchecked_ref::<HtmlInputElement>().value();
    until("it shows what is in force", || (value() == "256").then_some(())).await;
    let chosen = || page.runtime.read(|state| state.settings().chat_limit);

    type_into(&limit, "5");
    press(&limit, &enter());
    let settings = page.find("region", "Settings").await;
    let explained = "The limit goes from 10 to 100000. 256 stays in force.";
    until("it is explained", || text_of(&settings).contains(explained).then_some(())).await;
    assert_eq!((chosen(), limit.get_attribute("aria-invalid").as_deref()), (256, Some("true")));

    // What is being typed is not overwritten by what another window chooses.
    type_into(&limit, "50");
    page.runtime.dispatch(Fact::SettingsStored(r#"{"version":1,"chatLimit":700}"#.to_owned()));
    until("it is in force", || (chosen() == 700).then_some(())).await;
    assert_eq!(value(), "50");
    press(&limit, &enter());
    until("what was typed is in force", || (chosen() == 50).then_some(())).await;
    until("nothing is wrong any more", || (!text_of(&settings).contains("in force")).then_some(())).await;
    page.runtime.dispatch(Fact::SettingsStored(r#"{"version":1,"chatLimit":700}"#.to_owned()));
    until("what another window chooses is shown", || (value() == "700").then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_conversation_has_its_model() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    open_sidebar(&page).await;
    let model = page.find("combobox", "Model").await;
    let model: HtmlSelectElement = model.unchecked_into();
    let first = model.value();
    let other = model.options().item(1).unwrap().get_attribute("value").unwrap();
    assert!(!first.is_empty() && other != first, "there is one model only: {first}");
    select(&model, &other);
    // What is sent says so: the composer's line is what a person reads.
    until("the composer says so", || page.text().contains(&other).then_some(())).await;
    page.send("echo with another model");
    until("it is answered", || page.rows("text").pop().filter(|row| !row.has_attribute("data-live"))).await;
    page.find("button", "New conversation").await.click();
    until("it is another conversation", || page.rows("text").is_empty().then_some(())).await;
    let is_other =
        || page.look_for("combobox", "Model")?.unchecked_into::<HtmlSelectElement>().value().eq(&other).then_some(());
    until("the next conversation begins with the model used last", is_other).await;
}
