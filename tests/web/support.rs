//! Waiting, the backend's addresses, and the page in a place of its own, where things are found by role and name.

use dispatch_core::address::Addresses;
use dispatch_web::adapters::device;
use dispatch_web::context::Console;
use dispatch_web::features::page::Page;
use dispatch_web::runtime::{self, Runtime};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, EventInit, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent,
    KeyboardEventInit,
};

/// How long something that should happen soon may take, in milliseconds. Only what is broken reaches it.
const DEADLINE: f64 = 20_000.0;

/// A port that no browser connects to: the answer is an error, at once and everywhere.
pub(crate) const NOWHERE: &str = "127.0.0.1:1";

/// The backend that the test command started.
pub(crate) fn backend() -> Addresses {
    let address = |known: Option<&str>| known.expect("run the browser tests with `cargo xtask test web`").to_owned();
    Addresses { http: address(option_env!("DISPATCH_TEST_HTTP")), ws: address(option_env!("DISPATCH_TEST_WS")) }
}

/// Addresses where there is nobody.
pub(crate) fn nobody() -> Addresses {
    Addresses { http: format!("http://{NOWHERE}"), ws: format!("ws://{NOWHERE}") }
}

/// Asks until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = device::ticks();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(device::ticks() - begun < DEADLINE, "waited {} s for: {what}", DEADLINE / 1000.0);
        a_moment().await;
    }
}

/// Lets the browser do what it has to do.
async fn a_moment() {
    let promise = js_sys::Promise::new(&mut |resolve, _reject| {
        Timeout::new(10, move || drop(resolve.call0(&wasm_bindgen::JsValue::NULL))).forget();
    });
    JsFuture::from(promise).await.unwrap();
}

/// The page, in an element of its own.
pub(crate) struct Shown {
    root: HtmlElement,
    pub(crate) runtime: Rc<Runtime>,
    pub(crate) console: Console,
}

impl Shown {
    /// Shows the page as somebody sees it who comes for the first time.
    pub(crate) fn new(addresses: &Addresses) -> Self {
        let window = web_sys::window().unwrap();
        window.local_storage().unwrap().unwrap().clear().unwrap();
        window.session_storage().unwrap().unwrap().clear().unwrap();
        configure(&serde_json::json!({ "http": addresses.http, "ws": addresses.ws }).to_string());

        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let runtime = runtime::start();
        let (given, console) = (Rc::clone(&runtime), Rc::new(OnceCell::new()));
        let told = Rc::clone(&console);
        mount_to(root.clone(), move || {
            Console::provide(given);
            told.set(Console::expect()).unwrap();
            view! { <Page/> }
        })
        // A console lives as long as its window: there is nothing that takes one down.
        .forget();
        Self { root, runtime, console: *console.get().unwrap() }
    }

    /// All elements with this role, with their names.
    pub(crate) fn all(&self, role: &str) -> Vec<(HtmlElement, String)> {
        let candidates = match role {
            "button" => "button:not([role])",
            "heading" => "h1, h2, h3",
            "textbox" => "textarea, input[type=text]",
            "searchbox" => "input[type=search]",
            "spinbutton" => "input[type=number]",
            "complementary" => "aside",
            "region" => "section[aria-label]",
            "list" => "ul",
            "combobox" => "select",
            "table" => "table",
            other => &format!("[role={other}]"),
        };
        let found = self.root.query_selector_all(candidates).unwrap();
        let elements = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<HtmlElement>().ok());
        elements.map(|element| (element.clone(), name_of(&element))).collect()
    }

    /// The element with this role and name, if it is there now.
    pub(crate) fn look_for(&self, role: &str, name: &str) -> Option<HtmlElement> {
        self.all(role).into_iter().find(|(_, found)| found == name).map(|(element, _)| element)
    }

    /// The element with this role and name.
    pub(crate) async fn find(&self, role: &str, name: &str) -> HtmlElement {
        until(&format!("{role} “{name}”"), || self.look_for(role, name)).await
    }

    /// The words of the connection, when they are as wanted.
    pub(crate) async fn connection(&self, wanted: impl Fn(&str) -> bool) -> String {
        let status = self.find("status", "Connection").await;
        until("the connection is as wanted", || Some(text_of(&status)).filter(|words| wanted(words))).await
    }

    /// Everything that is written on the page.
    pub(crate) fn text(&self) -> String {
        text_of(&self.root)
    }

    /// The rows of a kind.
    pub(crate) fn rows(&self, kind: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(&format!("[role=log] [data-row={kind}]")).unwrap();
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
    }

    /// The composer.
    pub(crate) fn composer(&self) -> HtmlTextAreaElement {
        self.look_for("textbox", "Message").unwrap().unchecked_into()
    }

    /// Types a message and presses a key on it.
    pub(crate) fn type_and_press(&self, text: &str, key: &KeyboardEventInit) {
        let composer = self.composer();
        composer.set_value(text);
        press(&composer, key);
    }

    /// Types a message and sends it.
    pub(crate) fn send(&self, text: &str) {
        self.type_and_press(text, &enter());
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.root.remove();
    }
}

/// Presses a key on an element.
pub(crate) fn press(element: &HtmlElement, key: &KeyboardEventInit) {
    key.set_bubbles(true);
    key.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", key).unwrap();
    element.dispatch_event(&event).unwrap();
}

/// Types into a box, in the place of what stands there.
pub(crate) fn type_into(input: &HtmlElement, text: &str) {
    let input: &HtmlInputElement = input.unchecked_ref();
    input.set_value(text);
    tell(input, "input");
}

/// Chooses one of what there is to choose from.
pub(crate) fn select(list: &HtmlSelectElement, value: &str) {
    list.set_value(value);
    tell(list, "change");
}

/// Tells of a change as the browser does when it is a person's.
fn tell(element: &HtmlElement, event: &str) {
    let init = EventInit::new();
    init.set_bubbles(true);
    element.dispatch_event(&Event::new_with_event_init_dict(event, &init).unwrap()).unwrap();
}

/// The Enter key.
pub(crate) fn enter() -> KeyboardEventInit {
    key("Enter")
}

/// A key by its name.
pub(crate) fn key(name: &str) -> KeyboardEventInit {
    let key = KeyboardEventInit::new();
    key.set_key(name);
    key
}

/// Writes the configuration that a deployment puts into its page.
pub(crate) fn configure(config: &str) {
    let id = "dispatch-config";
    let script = document().get_element_by_id(id).unwrap_or_else(|| {
        let script = document().create_element("script").unwrap();
        script.set_id(id);
        script.set_attribute("type", "application/json").unwrap();
        document().head().unwrap().append_child(&script).unwrap();
        script
    });
    script.set_text_content(Some(config));
}

/// The words of an element, without extra white space.
pub(crate) fn text_of(element: &HtmlElement) -> String {
    element.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name_of(element: &HtmlElement) -> String {
    let label = || element.closest("label").ok().flatten()?.dyn_into::<HtmlElement>().ok();
    element.get_attribute("aria-label").unwrap_or_else(|| text_of(&label().unwrap_or_else(|| element.clone())))
}
