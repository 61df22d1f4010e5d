//! The focus is never nowhere. What has it may go away, such as a button that is of no use any more; then the next key of
//! somebody who works without a pointer would start from the top of the page.

use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, MutationObserver, MutationObserverInit};

/// Puts the focus on the element with this id.
pub fn focus_on(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // An element that cannot take the focus keeps the one that has it: nothing to be done.
        element.focus().ok();
    }
}

/// Puts the focus on the first button of the row that has it: what had it there is about to go.
pub fn focus_row() {
    let row = document().active_element().and_then(|active| active.closest("[data-row]").ok().flatten());
    let head = row.and_then(|row| row.query_selector("button").ok().flatten());
    if let Some(head) = head.and_then(|head| head.dyn_into::<HtmlElement>().ok()) {
        head.focus().ok();
    }
}

/// Closes a dialog. The focus goes back to what had it.
pub fn close_dialog(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
        fetch_caret();
    }
}

/// Brings the caret to the box that has the focus. When a dialog is closed, Chromium gives the focus back and leaves the
/// caret in the dialog: whoever writes on has every key heard, and not a letter written.
pub fn fetch_caret() {
    let Some(active) = document().active_element() else { return };
    // All boxes tell of their carets under the same names; what has none, or is no box, says so.
    let input: &HtmlTextAreaElement = active.unchecked_ref();
    if let (Ok(Some(start)), Ok(Some(end))) = (input.selection_start(), input.selection_end()) {
        input.set_selection_range(start, end).ok();
    }
}

/// From now on, when what had the focus leaves the document, `give` puts the focus somewhere else.
pub fn keep_focus(give: impl Fn() + 'static) {
    let last = StoredValue::new_local(None::<Element>);
    let noting = window_event_listener(ev::focusin, move |_| last.set_value(document().active_element()));
    // The page lives as long as its window: nothing ever removes these.
    std::mem::forget(noting);
    let on_change = Closure::<dyn FnMut()>::new(move || {
        let is_gone = last.with_value(|last| last.as_ref().is_some_and(|last| !last.is_connected()));
        // Whoever took it away may have put the focus somewhere already.
        let is_nowhere = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        if is_gone && is_nowhere {
            give();
        }
    });
    let Ok(observer) = MutationObserver::new(on_change.as_ref().unchecked_ref()) else { return };
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    if let Some(body) = document().body() {
        // It fails only for options that ask for nothing.
        observer.observe_with_options(&body, &options).ok();
    }
    on_change.forget();
}
