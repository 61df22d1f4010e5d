//! The buttons above code. There may be hundreds of them, so one listener of the document serves all.
//!
//! Copying works on pages that browsers do not call secure, where there is no clipboard interface: then the code is
//! selected, copied as a person would copy it, and what was selected before is selected again.

use crate::dom::{self, Node};
use std::cell::Cell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};

/// How long a button says what it has done, in milliseconds.
const MOMENT: i32 = 2_000;

/// What is told on a button about what it does.
const DOES: &str = "data-does";

/// What a button does with the code below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Does {
    /// Long lines are broken, or not.
    Wrap,
    /// The code goes to the clipboard.
    Copy,
}

#[wasm_bindgen]
extern "C" {
    type Event;

    #[wasm_bindgen(method, getter)]
    fn target(this: &Event) -> Option<Node>;

    #[wasm_bindgen(js_namespace = document, js_name = addEventListener)]
    fn listen_to(event: &str, listener: &Closure<dyn FnMut(Event)>);

    #[wasm_bindgen(js_namespace = document, js_name = execCommand, catch)]
    fn command(name: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn after(closure: &JsValue, milliseconds: i32);

    /// Fails where there is no clipboard.
    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    fn write_clipboard(words: &str) -> Result<Promise, JsValue>;

    type Promise;

    #[wasm_bindgen(method)]
    fn then(this: &Promise, done: &JsValue, refused: &JsValue);
}

thread_local! {
    static LISTENING: Cell<bool> = const { Cell::new(false) };
}

/// Sees to it that the buttons do something.
pub(crate) fn listen() {
    if !LISTENING.replace(true) {
        let listener = Closure::<dyn FnMut(Event)>::new(|event: Event| pressed(&event));
        listen_to("click", &listener);
        // It serves for as long as the page is there.
        listener.forget();
    }
}

/// A button for the head of a block.
pub(crate) fn button(does: Does) -> Node {
    let button = dom::classed("button", "code-button");
    button.set("type", "button");
    let (name, word) = match does {
        Does::Wrap => ("wrap", "Wrap"),
        Does::Copy => ("copy", COPY),
    };
    button.set(DOES, name);
    if does == Does::Wrap {
        button.set("aria-pressed", "false");
    }
    button.set_words(word);
    button
}

const COPY: &str = "Copy";

fn pressed(event: &Event) {
    let Some(target) = event.target().filter(Node::is_element) else { return };
    let Some(button) = target.closest("[data-does]") else { return };
    let Some(block) = button.closest("[data-box]") else { return };
    match button.get(DOES).as_deref() {
        Some("wrap") => {
            let wraps = button.get("aria-pressed").as_deref() != Some("true");
            button.set("aria-pressed", if wraps { "true" } else { "false" });
            block.toggle("data-wrap", wraps);
        }
        Some("copy") => {
            if let Some(content) = block.last_element() {
                copy(&button, &content);
            }
        }
        _ => {}
    }
}

/// Copies the words of `content` and says so on the button.
fn copy(button: &Node, content: &Node) {
    let Ok(promise) = write_clipboard(&content.words()) else {
        say(button, copy_selected(content));
        return;
    };
    let (told, asked, content) = (button.clone(), button.clone(), content.clone());
    let copied = once(Box::new(move || say(&told, true)));
    // Asked for leave, the person or the browser may say no.
    let refused = once(Box::new(move || say(&asked, copy_selected(&content))));
    // One of them is never called, and stays in memory: a few bytes for each time somebody copies.
    promise.then(&copied, &refused);
}

/// Copies by selecting. Tells whether the browser did it.
fn copy_selected(content: &Node) -> bool {
    let Some(selection) = crate::selection::current() else { return false };
    let before = (selection.count() > 0).then(|| selection.range(0));
    selection.select(content);
    let done = command("copy").unwrap_or(false);
    selection.clear();
    if let Some(range) = before {
        selection.add(&range);
    }
    done
}

/// Says for a moment what became of it. Assistive tools are told by the button's own name, which has the focus.
fn say(button: &Node, done: bool) {
    button.set_words(if done { "Copied" } else { "Not copied" });
    let button = button.clone();
    after(&once(Box::new(move || button.set_words(COPY))), MOMENT);
}

/// Called at most once. Boxed, so that there is one kind of closure to make code for.
pub(crate) fn once(act: Box<dyn FnOnce()>) -> JsValue {
    Closure::once_into_js(act)
}
