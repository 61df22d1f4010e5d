//! Where somebody was reading: told by a row and how far below the top of the view it stood, because heights are others
//! after a reload, and rows come and go above.

use dispatch_core::ReadingPlace;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The id of a row's element.
pub(super) fn element_id(number: u64) -> String {
    format!("row-{number}")
}

/// The row that is read at the top of the view: the last one that begins above it, else the first of all.
pub(super) fn place_in(scroller: &Element) -> Option<ReadingPlace> {
    // A selector that is one cannot be refused.
    let rows = scroller.query_selector_all("[data-seq]").ok()?;
    let top = scroller.get_bounding_client_rect().top();
    let mut found = None;
    for at in 0..rows.length() {
        let Some(row) = rows.item(at).and_then(|row| row.dyn_into::<Element>().ok()) else { continue };
        let Some(seq) = row.get_attribute("data-seq").and_then(|seq| seq.parse().ok()) else { continue };
        let below_top = (row.get_bounding_client_rect().top() - top).round() as i64;
        if found.is_some() && below_top > 0 {
            break;
        }
        found = Some(ReadingPlace { seq, below_top });
    }
    found
}

thread_local! {
    /// The row that was gone to last, how far below the top of the view it was to begin, and where the view was then.
    static REACHED: Cell<Option<(u64, f64, i32)>> = const { Cell::new(None) };
}

/// The row that was gone to and where it was to begin, if nothing has been scrolled since.
pub(super) fn reached(scroller: &Element) -> Option<(u64, f64)> {
    let (number, below_top, at) = REACHED.get()?;
    (scroller.scroll_top() == at).then_some((number, below_top))
}

thread_local! {
    /// The row in which somebody had been reading who has come back, and how far below the top of the view it began.
    static RETURNED: Cell<Option<(u64, f64)>> = const { Cell::new(None) };
}

/// The reader has come back to this place. While words stand there unformatted, or none yet, it may lie below the end.
pub(super) fn return_to(number: u64, below_top: f64) {
    RETURNED.set(Some((number, below_top)));
}

/// Where the reader has come back to, until they go on.
pub(super) fn returned() -> Option<(u64, f64)> {
    RETURNED.get()
}

/// The reader goes somewhere else.
pub(super) fn go_on() {
    RETURNED.set(None);
}

/// Knows that a reader goes on by what they do: browsers also scroll by themselves, to keep something in place.
pub(super) fn on_going_on() {
    go_on();
    // At the window they do not hold up scrolling.
    let handles = ["wheel", "pointerdown", "keydown"].map(|event| window_event_listener_untyped(event, |_| go_on()));
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}

/// Scrolls so that a row, if it stands in the page, begins so far below the top of the view.
pub(super) fn scroll_to(scroller: &HtmlElement, number: u64, below_top: f64) {
    let Some(row) = document().get_element_by_id(&element_id(number)) else { return };
    if below_top < 0.0 && returned().is_some() {
        // What was read in the middle of a row is found again only where everything above it is as high as it was.
        row.set_attribute("data-whole", "").ok();
    }
    let is_at = row.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top();
    let moves = (is_at - below_top).round() as i32;
    if moves != 0 {
        scroller.set_scroll_top(scroller.scroll_top() + moves);
    }
    REACHED.set(Some((number, below_top, scroller.scroll_top())));
}

/// Calls `leave` when the page may be about to go.
pub(super) fn on_leaving(leave: impl Fn() + 'static) {
    let leave = StoredValue::new_local(leave);
    let leaves = move |_| leave.with_value(|leave| leave());
    // Phones take hidden pages away without another word.
    let handles = ["pagehide", "visibilitychange"].map(|event| window_event_listener_untyped(event, leaves));
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}
