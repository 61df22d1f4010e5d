//! The page and its parts, in a document of their own: what they show when something is told to the runtime, and what they
//! do when somebody uses them.

use super::support::{Shown, backend, enter, nobody, text_of, until};
use dispatch_core::Fact;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

#[wasm_bindgen_test]
async fn the_connection_in_words() {
    let page = Shown::new(&nobody());
    let words = page.connection(|words| words.starts_with("Reconnecting in ")).await;
    let seconds = words.trim_start_matches("Reconnecting in ").trim_end_matches(" s");
    assert!(seconds.parse::<u32>().is_ok(), "{words}");
    page.find("button", "Retry now").await;
    page.find("heading", "Looking for a Dispatch backend").await;
    assert!(text_of(&page.find("log", "Transcript").await).contains(&nobody().http), "it says where it looks");

    page.runtime.dispatch(Fact::NetworkChanged { online: false });
    page.connection(|words| words == "Offline").await;
    page.runtime.dispatch(Fact::NetworkChanged { online: true });
    page.connection(|words| words == "Connecting…" || words.starts_with("Reconnecting in ")).await;
}

#[wasm_bindgen_test]
async fn the_connection_to_a_backend() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    page.find("heading", "New conversation").await;
    until("nothing is to be tried again", || page.look_for("button", "Retry now").is_none().then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_problem_stays_until_it_is_dismissed() {
    let page = Shown::new(&nobody());
    assert!(page.all("alert").is_empty());
    page.runtime.dispatch(Fact::StorageRefused);
    let alert = until("the problem is told", || page.all("alert").pop()).await.0;
    assert!(text_of(&alert).starts_with("This browser does not keep the open tabs across reloads."));
    page.runtime.dispatch(Fact::StorageRefused);
    page.find("button", "Dismiss").await.click();
    until("it is put away", || page.all("alert").is_empty().then_some(())).await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_sent_yet_says_so() {
    let page = Shown::new(&nobody());
    page.connection(|words| words.starts_with("Reconnecting in ")).await;
    page.send("echo when you are back");
    assert_eq!(page.composer().value(), "", "the composer is free for the next message");
    let row = until("the message is a row", || page.rows("user").pop()).await;
    assert!(text_of(&row).contains("echo when you are back") && text_of(&row).contains("Waiting to be sent"));
    page.find("tab", "echo when you are back").await;
}

#[wasm_bindgen_test]
async fn only_enter_alone_sends() {
    let page = Shown::new(&nobody());
    let composing = enter();
    composing.set_is_composing(true);
    let ending = enter();
    ending.set_key_code(229);
    let shifted = enter();
    shifted.set_shift_key(true);
    let other = enter();
    other.set_key("a");
    for key in [composing, ending, shifted, other] {
        page.type_and_press("half a sen", &key);
        assert_eq!(page.composer().value(), "half a sen");
    }
    page.send(" \n\t ");
    page.find("status", "Connection").await;
    assert!(page.rows("user").is_empty());
    page.send("a whole sentence");
    until("the message is a row", || page.rows("user").pop()).await;
    assert_eq!(page.rows("user").len(), 1);
}

#[wasm_bindgen_test]
async fn an_answer_is_text_and_nothing_else() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    let said = "<b>bold</b> &amp; <img src=x onerror=alert(1)> <script>alert(1)</script>";
    page.send(&format!("echo {said}"));
    let answer = until("it is answered", || page.rows("text").pop().filter(|row| text_of(row) == said)).await;
    assert_eq!(answer.query_selector_all("b, img, script").unwrap().length(), 0);
    assert_eq!(answer.query_selector_all("[data-body]").unwrap().length(), 1);
    until("the turn is over", || page.look_for("button", "Send")).await;
    until("every row has its chunk", || {
        let rows: Vec<HtmlElement> = ["user", "text"].iter().flat_map(|kind| page.rows(kind)).collect();
        let sealed = |row: &HtmlElement| row.has_attribute("data-seq") && !row.has_attribute("data-live");
        (rows.len() == 2 && rows.iter().all(sealed)).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_turn_is_announced_and_can_be_stopped() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    let announcements = page.find("status", "Announcements").await;
    // Longer than any deadline at the speed of these tests: only stopping ends it.
    page.send("quiet 3600");
    let stop = page.find("button", "Stop").await;
    let tool = until("a tool runs", || page.rows("tool").pop()).await;
    until("it is seen to run", || (tool.get_attribute("data-state")? == "running").then_some(())).await;
    let begun = text_of(&announcements);
    assert!(!begun.is_empty());
    stop.click();
    page.find("button", "Send").await;
    until("the end is announced too", || (text_of(&announcements) != begun).then_some(())).await;
    until("no tool runs on", || (tool.get_attribute("data-state")? != "running").then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_draft_becomes_a_tab() {
    let page = Shown::new(&backend());
    page.connection(|words| words == "Connected").await;
    // The backend may tell of conversations that other tests began.
    assert!(page.all("tab").iter().all(|(tab, _)| !is_selected(tab)), "a draft is no tab");
    page.send("echo first");
    let first = page.find("tab", "echo first").await;
    until("the new tab is selected", || is_selected(&first).then_some(())).await;
    until("it is answered", || page.rows("text").pop()).await;

    page.find("button", "New conversation").await.click();
    until("the draft is looked at", || (!is_selected(&first)).then_some(())).await;
    until("it has no rows", || page.rows("user").is_empty().then_some(())).await;
    page.find("heading", "New conversation").await;
    first.click();
    until("the first is shown again", || page.rows("user").pop().filter(|row| text_of(row) == "echo first")).await;
    assert!(is_selected(&first));
    page.find("button", "Close echo first").await.click();
    until("it is closed", || page.look_for("tab", "echo first").is_none().then_some(())).await;
}

fn is_selected(tab: &HtmlElement) -> bool {
    tab.get_attribute("aria-selected").as_deref() == Some("true")
}
