//! Words in Markdown. What reads it is loaded when the first of them are shown, so they stand there as they were written
//! at first, and stay so where it cannot be had. The change from one to the other comes to all rows in one frame: whoever
//! reads keeps the place, and what is selected is left alone until it is not.

use super::Writer;
use crate::context::{Console, Module, Prose};
use crate::features::transcript::place::{reached, scroll_to};
use dispatch_core::ConversationId;
use dispatch_core::transcript::RowId;
use leptos::html::Div;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AddEventListenerOptions, Element, HtmlElement};

/// The words of a row that an agent wrote.
pub fn prose(conversation: &ConversationId, row: RowId) -> AnyView {
    let console = Console::expect();
    console.ask_for_writer();
    let body = NodeRef::<Div>::new();
    let written = StoredValue::new_local(Written::default());
    let touched = console.touched(row);
    let selected_no_more = Trigger::new();
    let conversation = conversation.clone();
    Effect::new(move |_| {
        touched.track();
        let module = console.writer();
        let Some(body) = body.get() else { return };
        let must_wait = module.is_some() && written.with_value(|written| written.must_wait(&body));
        if must_wait {
            selected_no_more.track();
            on_selection_change(selected_no_more);
        }
        let module = module.filter(|_| !must_wait);
        console.with_words(&conversation, row, |words, is_open| {
            written.update_value(|written| written.write(module.as_ref(), &body, words, is_open));
        });
    });
    view! { <div class="words" data-body="" node_ref=body></div> }.into_any()
}

/// Knows how much of the words stands in the document, and as what.
#[derive(Debug, Default)]
struct Written {
    plain: Writer,
    marked: Option<Marked>,
}

impl Written {
    /// Whether the words must stay as they are for a while, because somebody has selected some of them.
    fn must_wait(&self, body: &Element) -> bool {
        self.marked.is_none() && self.plain.has_written() && is_selected(body)
    }

    /// Brings the words in `body` up to date, which nobody else writes into.
    fn write(&mut self, module: Option<&Module>, body: &HtmlElement, words: &str, is_open: bool) {
        let Some(module) = module else { return self.plain.write(body, words, is_open) };
        if let Some(marked) = &mut self.marked
            && marked.is_beginning_of(words, is_open)
        {
            marked.write(words, is_open);
            return;
        }
        if self.marked.is_some() || self.plain.has_written() {
            keep_place(body);
        }
        // The module looks at the page as it begins. It must not find the body empty: a page that is shorter cannot stay
        // scrolled as far.
        let mut marked = Marked::new(module, body);
        body.set_text_content(None);
        body.set_class_name("prose");
        marked.write(words, is_open);
        self.marked = Some(marked);
        self.plain = Writer::default();
    }
}

/// Words in Markdown, as far as they are written.
#[derive(Debug)]
struct Marked {
    /// Until no more words come.
    prose: Option<Prose>,
    length: usize,
    /// Tells other words from these. They are not kept a second time for that.
    digest: u64,
}

impl Marked {
    fn new(module: &Module, body: &HtmlElement) -> Self {
        Self { prose: Some(module.prose(body)), length: 0, digest: EMPTY }
    }

    /// Whether what is written is how these words begin; looked at once all of them are there.
    fn is_beginning_of(&self, words: &str, is_open: bool) -> bool {
        words.is_char_boundary(self.length)
            && (self.prose.is_some() || words.len() == self.length)
            && (is_open || digest(EMPTY, &words[..self.length]) == self.digest)
    }

    fn write(&mut self, words: &str, is_open: bool) {
        let Some(prose) = &self.prose else { return };
        let new = &words[self.length..];
        if !new.is_empty() {
            prose.push(new);
            self.digest = digest(self.digest, new);
            self.length = words.len();
        }
        if !is_open {
            prose.finish();
            self.free();
        }
    }

    fn free(&mut self) {
        if let Some(prose) = self.prose.take() {
            prose.free();
        }
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        self.free();
    }
}

/// The digest of no words.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The digest of words that follow others (FNV-1a).
fn digest(before: u64, words: &str) -> u64 {
    words.bytes().fold(before, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

thread_local! {
    /// Nothing is selected in this frame.
    static NONE_SELECTED: Cell<bool> = const { Cell::new(false) };
}

/// Browsers lay out the whole page to tell what is selected. That nothing is, is asked once for all rows.
fn is_selected(body: &Element) -> bool {
    if NONE_SELECTED.get() {
        return false;
    }
    let selection = window().get_selection().ok().flatten().filter(|selection| !selection.is_collapsed());
    if selection.is_none() {
        NONE_SELECTED.set(true);
        request_animation_frame(|| NONE_SELECTED.set(false));
    }
    selection
        .is_some_and(|selection| selection.contains_node_with_allow_partial_containment(body, true).unwrap_or_default())
}

/// Fires when something else is selected, or nothing.
fn on_selection_change(changed: Trigger) {
    let once = AddEventListenerOptions::new();
    once.set_once(true);
    // The row may be gone by then, and its trigger with it: then nobody is told.
    let told = Closure::once_into_js(move || changed.notify());
    let listened = document().add_event_listener_with_callback_and_add_event_listener_options(
        "selectionchange",
        told.unchecked_ref(),
        &once,
    );
    // A document takes every listener.
    listened.ok();
}

thread_local! {
    /// The place is kept already in this frame.
    static KEPT: Cell<bool> = const { Cell::new(false) };
}

/// Sees to it that what is read is where it was when this frame is painted, whatever changes its height until then. One
/// look for all rows: the next ones change what was measured.
fn keep_place(body: &Element) {
    // A selector that is one cannot be refused.
    let Ok(Some(scroller)) = body.closest("[role=log]") else { return };
    if KEPT.replace(true) {
        return;
    }
    let scroller: HtmlElement = scroller.unchecked_into();
    let (gone_to, read, top) = (reached(&scroller), first_in_view(&scroller), scroller.scroll_top());
    request_animation_frame(move || {
        KEPT.set(false);
        if scroller.scroll_top() != top {
            // Somebody is on the way to a place of their own.
            return;
        }
        if let Some((number, below_top)) = gone_to {
            // That place was measured in formatted rows.
            return scroll_to(&scroller, number, below_top);
        }
        let Some((row, before)) = read else { return };
        let now = Place::of(&row, &scroller);
        // In a row that begins above the view, the place is a share of its height.
        let wanted = if before.below_top < 0.0 && before.height > 0.0 {
            before.below_top * now.height / before.height
        } else {
            before.below_top
        };
        let moved = (now.below_top - wanted).round() as i32;
        if moved != 0 && row.is_connected() {
            scroller.set_scroll_top(scroller.scroll_top() + moved);
        }
    });
}

/// Where a row stands in the view.
struct Place {
    below_top: f64,
    height: f64,
}

impl Place {
    fn of(row: &Element, scroller: &Element) -> Self {
        let (row, view) = (row.get_bounding_client_rect(), scroller.get_bounding_client_rect());
        Self { below_top: row.top() - view.top(), height: row.height() }
    }
}

fn first_in_view(scroller: &Element) -> Option<(Element, Place)> {
    let rows = scroller.query_selector_all("[data-row]").ok()?;
    (0..rows.length()).find_map(|at| {
        let row: Element = rows.item(at)?.unchecked_into();
        let place = Place::of(&row, scroller);
        (place.below_top + place.height > 0.0).then_some((row, place))
    })
}
