//! Tool cards: how they fold, what they build and when, and that what a tool prints is appended.

use super::support::{Shown, backend, text_of, until};
use dispatch_contract::{Open, ServerMessage};
use dispatch_core::Fact;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, MouseEvent, MouseEventInit, Node};

/// A page with a turn in which a test is the agent.
struct Agent {
    page: Shown,
}

impl Agent {
    async fn new() -> Self {
        let page = Shown::new(&backend());
        page.connection(|words| words == "Connected").await;
        let agent = Self { page };
        agent.tells(json!({ "type": "user-message", "text": "go" }));
        until("the turn is shown", || agent.page.rows("user").pop()).await;
        agent
    }

    /// An event of the turn.
    fn tells(&self, mut event: Value) {
        let (socket, conversation) = self
            .page
            .runtime
            .read(|state| (state.connection().open_socket().unwrap(), state.tabs().focused().as_str().to_owned()));
        let members = event.as_object_mut().unwrap();
        members.insert("conversationId".to_owned(), json!(conversation));
        members.insert("turnId".to_owned(), json!("a turn of the tests"));
        let frame: Open<ServerMessage> =
            serde_json::from_value(json!({ "type": "chat.delta", "event": event })).unwrap();
        self.page.runtime.dispatch(Fact::FrameReceived(socket, frame));
    }

    async fn calls(&self, step: &str, id: &str, tool: &str, input: Value) -> HtmlElement {
        let before = self.page.rows("tool").len();
        self.tells(json!({ "type": "tool-call", "stepId": step, "toolCallId": id, "toolName": tool, "input": input }));
        until("the call has a card", || (self.page.rows("tool").len() > before).then_some(())).await;
        self.page.rows("tool").pop().unwrap()
    }

    fn prints(&self, id: &str, data: &str, stream: &str) {
        self.tells(json!({ "type": "tool-output", "toolCallId": id, "data": data, "stream": stream }));
    }

    fn answers(&self, id: &str, tool: &str, content: &str, is_error: bool) {
        self.tells(json!({
            "type": "tool-result", "stepId": "s", "toolCallId": id, "toolName": tool, "content": content,
            "isError": is_error, "durationMs": 1250,
        }));
    }
}

fn head(row: &HtmlElement) -> HtmlElement {
    row.query_selector("button").unwrap().unwrap().unchecked_into()
}

fn is_open(row: &HtmlElement) -> bool {
    head(row).get_attribute("aria-expanded").as_deref() == Some("true")
}

async fn wait_open(row: &HtmlElement, open: bool) {
    until(&format!("it is open: {open}"), || (is_open(row) == open).then_some(())).await;
}

fn within(row: &Element, selector: &str) -> Option<HtmlElement> {
    row.query_selector(selector).unwrap().map(JsCast::unchecked_into)
}

fn button(row: &HtmlElement, name: &str) -> Option<HtmlElement> {
    let found = row.query_selector_all("button").unwrap();
    let buttons = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok());
    buttons.into_iter().find(|button| text_of(button).starts_with(name))
}

/// Where a part of a card is written.
fn sheet(row: &Element, part: &str) -> Option<HtmlElement> {
    within(row, &format!(".card-part[aria-label={part}] .card-body > div"))
}

/// What the keyboard makes of Shift and Enter, and what the pointer does.
fn shift_click(element: &HtmlElement) {
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_shift_key(true);
    element.dispatch_event(&MouseEvent::new_with_mouse_event_init_dict("click", &init).unwrap()).unwrap();
}

fn stored() -> Option<String> {
    web_sys::window().unwrap().local_storage().unwrap().unwrap().get_item("dispatch.folding").unwrap()
}

#[wasm_bindgen_test]
async fn a_card_says_what_it_does_and_how_it_ended() {
    let agent = Agent::new().await;
    let row = agent.calls("s", "a", "mcp__files__read", json!({ "path": "src/a.rs", "offset": 10, "limit": 31 })).await;
    until("it runs", || (row.get_attribute("data-state")? == "running").then_some(())).await;
    let said = text_of(&head(&row));
    assert!(said.starts_with("files · readsrc/a.rs:10–40") && said.ends_with("Running"), "{said}");
    agent.answers("a", "mcp__files__read", "\nNo such file: src/a.rs\nand more", true);
    until("it failed", || (row.get_attribute("data-state")? == "error").then_some(())).await;
    let failure = within(&row, ".card-failure").unwrap();
    assert_eq!(text_of(&failure), "No such file: src/a.rs");
    assert!(text_of(&head(&row)).contains("failed · 1.3s"), "{}", text_of(&head(&row)));
    assert!(!is_open(&row), "an error stands out without being opened");
}

#[wasm_bindgen_test]
async fn bodies_are_there_only_while_the_card_is_open() {
    let agent = Agent::new().await;
    let row = agent.calls("s", "a", "bash", json!({ "command": "make", "timeout": 9 })).await;
    assert!(within(&row, ".card-part").is_none(), "nothing is built for a card that is folded");
    head(&row).click();
    wait_open(&row, true).await;
    let input = until("the input is shown", || sheet(&row, "Input").filter(|sheet| text_of(sheet) == "make")).await;
    assert_eq!(input.get_attribute("data-what").as_deref(), Some("code"));
    assert!(text_of(&within(&row, ".card-part").unwrap()).contains("timeout: 9"), "nothing of the input is lost");
    assert!(sheet(&row, "Output").is_none() && sheet(&row, "Result").is_none());
    agent.answers("a", "bash", "all \u{1b}[1mmade\u{1b}[0m", false);
    until("the result is shown", || sheet(&row, "Result").filter(|sheet| text_of(sheet).contains("made"))).await;
    assert!(input.is_connected(), "what was there stays");
    head(&row).click();
    wait_open(&row, false).await;
    until("nothing of it is left", || within(&row, ".card-part").is_none().then_some(())).await;
}

#[wasm_bindgen_test]
async fn what_a_tool_prints_is_appended() {
    let agent = Agent::new().await;
    let row = agent.calls("s", "a", "bash", json!({ "command": "make" })).await;
    agent.prints("a", "one\n", "stdout");
    head(&row).click();
    let output = until("it is shown", || sheet(&row, "Output")).await;
    until("its words are there", || (text_of(&output) == "one").then_some(())).await;
    let first: Node = output.first_child().unwrap().first_child().unwrap();
    for number in 2..40 {
        agent.prints("a", &format!("line {number}\n"), "stdout");
    }
    agent.prints("a", "oh no\n", "stderr");
    agent.prints("a", "the end", "stdout");
    until("all of it is there", || output.text_content()?.ends_with("the end").then_some(())).await;
    let said = output.text_content().unwrap();
    assert!(said.starts_with("one\nline 2\nline 3\n") && said.contains("line 39\n"), "{said}");
    assert!(
        first.is_connected() && first.text_content().as_deref() == Some("one\n"),
        "what stands there was written anew"
    );
    let complaint = within(&output, ".stderr").unwrap();
    assert_eq!(text_of(&complaint), "stderroh no", "a complaint is told by more than a colour");
    assert_eq!(output.last_element_child().unwrap().class_name(), "", "what follows is none");
    let blocks = output.child_element_count();
    agent.answers("a", "bash", "made", false);
    until("the result is shown", || sheet(&row, "Result")).await;
    assert!(first.is_connected() && output.child_element_count() == blocks);
}

#[wasm_bindgen_test]
async fn a_long_body_shows_its_beginning_and_all_of_it_when_asked() {
    let agent = Agent::new().await;
    let row = agent.calls("s", "a", "read", json!({ "path": "a.txt" })).await;
    let content: String = (0..30_000).map(|number| format!("This is line {number} of a long file.\n")).collect();
    agent.answers("a", "read", &content, false);
    head(&row).click();
    let sheet =
        until("its beginning is shown", || sheet(&row, "Result").filter(|sheet| !text_of(sheet).is_empty())).await;
    let shown = sheet.text_content().unwrap();
    assert!(content.starts_with(&shown) && shown.ends_with("line 199 of a long file.\n"), "{} bytes", shown.len());
    let more = until("more can be had", || button(&row, "Show all")).await;
    assert_eq!(text_of(&more), "Show all (1.0 MB)");
    more.click();
    until("all of it is shown", || (sheet.text_content()? == content).then_some(())).await;
    let longest = (0..sheet.children().length())
        .filter_map(|at| sheet.children().item(at)?.text_content())
        .map(|block| block.len())
        .max();
    assert!(longest.unwrap() < 2_200, "a block of {longest:?} bytes is laid out as a whole");
    until("it can be folded again", || button(&row, "Show less")).await.click();
    until("its beginning is shown again", || (sheet.text_content()? == shown).then_some(())).await;
}

#[wasm_bindgen_test]
async fn what_was_printed_shows_its_end_and_all_of_it_when_asked() {
    let agent = Agent::new().await;
    let row = agent.calls("s", "a", "bash", json!({ "command": "make" })).await;
    let printed: String = (0..5_000).map(|number| format!("line {number}\n")).collect();
    agent.prints("a", &printed, "stdout");
    head(&row).click();
    let output = until("its end is shown", || sheet(&row, "Output").filter(|sheet| !text_of(sheet).is_empty())).await;
    let shown = output.text_content().unwrap();
    assert!(printed.ends_with(&shown) && shown.starts_with("line ") && shown.len() < 20_001, "{} bytes", shown.len());
    until("more can be had", || button(&row, "Show all (49 KB)")).await.click();
    until("all of it is shown", || (output.text_content()? == printed).then_some(())).await;
    agent.prints("a", "more\n", "stdout");
    until("it goes on", || (output.text_content()? == format!("{printed}more\n")).then_some(())).await;
}

#[wasm_bindgen_test]
async fn short_bodies_have_nothing_more_to_show() {
    let agent = Agent::new().await;
    let row = agent.calls("s", "a", "poke", json!({ "at": 7 })).await;
    agent.answers("a", "poke", "ok", false);
    head(&row).click();
    until("it is shown", || sheet(&row, "Result").filter(|sheet| text_of(sheet) == "ok")).await;
    assert!(button(&row, "Show all").is_none());
}

#[wasm_bindgen_test]
async fn all_cards_of_a_tool_open_and_fold_as_one() {
    let agent = Agent::new().await;
    let first = agent.calls("s1", "a", "bash", json!({ "command": "one" })).await;
    let other = agent.calls("s2", "b", "read", json!({ "path": "b" })).await;
    let second = agent.calls("s3", "c", "bash", json!({ "command": "two" })).await;
    shift_click(&head(&first));
    wait_open(&first, true).await;
    wait_open(&second, true).await;
    assert!(!is_open(&other), "another tool's cards stay as they are");
    assert_eq!(stored().as_deref(), Some(r#"{"version":1,"open":["tool:bash"]}"#));
    let third = agent.calls("s4", "d", "bash", json!({ "command": "three" })).await;
    assert!(is_open(&third), "what comes later opens by itself");

    head(&second).click();
    wait_open(&second, false).await;
    assert!(is_open(&first), "one card is one card");
    until("there is a button for it", || button(&first, "Fold all like this")).await.click();
    for row in [&first, &second, &third] {
        wait_open(row, false).await;
    }
    assert_eq!(stored().as_deref(), Some(r#"{"version":1,"open":[]}"#));

    // Another window of the console.
    agent.page.runtime.dispatch(Fact::FoldingStored(r#"{"version":1,"open":["tool:read"]}"#.to_owned()));
    wait_open(&other, true).await;
}

#[wasm_bindgen_test]
async fn a_group_says_how_its_tools_stand() {
    let agent = Agent::new().await;
    agent.calls("s", "a", "bash", json!({ "command": "one" })).await;
    agent.tells(
        json!({ "type": "tool-call", "stepId": "s", "toolCallId": "b", "toolName": "read", "input": { "path": "b" } }),
    );
    let group = until("the calls are a group", || agent.page.rows("tool-group").pop()).await;
    assert!(is_open(&group) && text_of(&head(&group)) == "2 tools side by side");
    until("both are in it", || (agent.page.rows("tool").len() == 2).then_some(())).await;
    let note = within(&group, ".fold-note").unwrap();
    until("both run", || (text_of(&note) == "2 running").then_some(())).await;
    agent.answers("b", "read", "no", true);
    until("one failed", || (text_of(&note) == "1 running · 1 failed").then_some(())).await;
    agent.answers("a", "bash", "yes", false);
    until("both are over", || (text_of(&note) == "1 failed · 1.3s").then_some(())).await;
    head(&group).click();
    until("its cards are folded away", || agent.page.rows("tool").is_empty().then_some(())).await;
}

#[wasm_bindgen_test]
async fn thinking_tells_its_time_and_opens_for_good() {
    let agent = Agent::new().await;
    agent.tells(json!({ "type": "reasoning-delta", "delta": "Hmm, " }));
    let row = until("it thinks", || agent.page.rows("thinking").pop()).await;
    assert_eq!(text_of(&head(&row)), "Thinking…");
    until("with a clock beside it", || within(&row, "time").filter(|clock| text_of(clock).ends_with('s'))).await;
    assert!(!is_open(&row) && within(&row, "[data-body]").is_none());
    shift_click(&head(&row));
    until("its words are shown", || within(&row, "[data-body]").filter(|body| text_of(body) == "Hmm,")).await;
    agent.tells(json!({ "type": "text-delta", "delta": "So." }));
    until("the clock is gone", || within(&row, "time").is_none().then_some(())).await;
    assert!(text_of(&head(&row)).starts_with("Thought"), "{}", text_of(&head(&row)));
    assert_eq!(stored().as_deref(), Some(r#"{"version":1,"open":["thinking"]}"#));
    agent.tells(json!({ "type": "reasoning-delta", "delta": "Again." }));
    let next = until("it thinks again", || agent.page.rows("thinking").get(1).cloned()).await;
    assert!(is_open(&next));
}
