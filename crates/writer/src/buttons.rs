//! The buttons above code. There may be hundreds of them, so one listener of the document serves all.
//!
//! Copying works on pages that browsers do not call secure, where there is no clipboard interface: then the code is
//! selected, copied as a person would copy it, and what was selected before is selected again.

use crate::dom;
use std::cell::Cell;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

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
    #[wasm_bindgen(js_namespace = document, js_name = addEventListener)]
    fn listen_to(event: &str, listener: &Closure<dyn FnMut(Event)>);

    #[wasm_bindgen(js_namespace = document, js_name = execCommand, catch)]
    fn command(name: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn after(closure: &JsValue, milliseconds: i32);

    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Navigator;

    type Navigator;

    #[wasm_bindgen(method, getter)]
    fn clipboard(this: &Navigator) -> Option<Clipboard>;

    type Clipboard;

    #[wasm_bindgen(method, js_name = writeText, catch)]
    fn write_text(this: &Clipboard, words: &str) -> Result<js_sys::Promise, JsValue>;
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
pub(crate) fn button(does: Does) -> Element {
    let button = dom::classed("button", "code-button");
    dom::set(&button, "type", "button");
    let (name, word) = match does {
        Does::Wrap => ("wrap", "Wrap"),
        Does::Copy => ("copy", COPY),
    };
    dom::set(&button, DOES, name);
    if does == Does::Wrap {
        dom::set(&button, "aria-pressed", "false");
    }
    dom::append_words(&button, word);
    button
}

const COPY: &str = "Copy";

fn pressed(event: &Event) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    // A selector that is one cannot be refused.
    let Ok(Some(button)) = target.closest("[data-does]") else { return };
    let Ok(Some(block)) = button.closest("[data-box]") else { return };
    match button.get_attribute(DOES).as_deref() {
        Some("wrap") => {
            let wraps = button.get_attribute("aria-pressed").as_deref() != Some("true");
            dom::set(&button, "aria-pressed", if wraps { "true" } else { "false" });
            // Whatever is there already has no other height than the one it is given now.
            block.toggle_attribute_with_force("data-wrap", wraps).ok();
        }
        Some("copy") => {
            if let Some(content) = block.last_element_child() {
                copy(&button, &content);
            }
        }
        _ => {}
    }
}

/// Copies the words of `content` and says so on the button.
fn copy(button: &Element, content: &Element) {
    let words = content.text_content().unwrap_or_default();
    let promise = NAVIGATOR.with(|navigator| navigator.clipboard()).map(|clipboard| clipboard.write_text(&words));
    let Some(Ok(promise)) = promise else {
        say(button, copy_selected(content));
        return;
    };
    let (told, asked, content) = (button.clone(), button.clone(), content.clone());
    let copied = Closure::once_into_js(move |_: JsValue| say(&told, true));
    // Asked for leave, the person or the browser may say no.
    let refused = Closure::once_into_js(move |_: JsValue| say(&asked, copy_selected(&content)));
    then(&promise, &copied, &refused);
}

/// Both handlers are called at most once, and one of them never: that one is freed with the page.
fn then(promise: &js_sys::Promise, copied: &JsValue, refused: &JsValue) {
    let Ok(method) = js_sys::Reflect::get(promise, &JsValue::from_str("then")) else { return };
    method.unchecked_into::<js_sys::Function>().call2(promise, copied, refused).ok();
}

/// Copies by selecting. Tells whether the browser did it.
fn copy_selected(content: &Element) -> bool {
    let Some(selection) = crate::selection::current() else { return false };
    let before: Vec<_> = (0..selection.range_count()).filter_map(|at| selection.get_range_at(at).ok()).collect();
    let done = selection.select_all_children(content).is_ok() && command("copy").unwrap_or(false);
    selection.remove_all_ranges().ok();
    for range in before {
        selection.add_range(&range).ok();
    }
    done
}

/// Says for a moment what became of it. Assistive tools are told by the button's own name, which has the focus.
fn say(button: &Element, done: bool) {
    button.set_text_content(Some(if done { "Copied" } else { "Not copied" }));
    let button = button.clone();
    after(&Closure::once_into_js(move || button.set_text_content(Some(COPY))), MOMENT);
}
