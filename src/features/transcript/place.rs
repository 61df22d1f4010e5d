//! Where somebody was reading: told by a row and how far below the top of the view it stood, because heights are others
//! after a reload, and rows come and go above.

use dispatch_core::ReadingPlace;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The rows that history has, in their order, with their seqs.
fn stored_rows(scroller: &Element) -> impl Iterator<Item = (u64, Element)> {
    // A selector that is one cannot be refused.
    let rows = scroller.query_selector_all("[data-seq]").ok();
    let count = rows.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |at| {
        let row: Element = rows.as_ref()?.item(at)?.dyn_into().ok()?;
        Some((row.get_attribute("data-seq")?.parse().ok()?, row))
    })
}

fn below_top(scroller: &Element, row: &Element) -> i64 {
    (row.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top()).round() as i64
}

/// The row that is read at the top of the view: the last one that begins above it, else the first of all.
pub(super) fn place_in(scroller: &Element) -> Option<ReadingPlace> {
    let mut found = None;
    for (seq, row) in stored_rows(scroller) {
        let below_top = below_top(scroller, &row);
        if found.is_some() && below_top > 0 {
            break;
        }
        found = Some(ReadingPlace { seq, below_top });
    }
    found
}

/// Goes back there. Tells whether there are rows to go to; where the right one is not loaded, the nearest is.
pub(super) fn go_to(scroller: &Element, place: ReadingPlace) -> bool {
    let mut nearest = None;
    for (seq, row) in stored_rows(scroller) {
        if nearest.is_some() && seq > place.seq {
            break;
        }
        nearest = Some((seq, row));
    }
    let Some((seq, row)) = nearest else { return false };
    let wanted = if seq <= place.seq { place.below_top } else { 0 };
    let moves = i32::try_from(below_top(scroller, &row) - wanted).unwrap_or_default();
    scroller.set_scroll_top(scroller.scroll_top() + moves);
    true
}

/// Calls `leave` when the page may be about to go.
pub(super) fn on_leaving(leave: impl Fn() + 'static) {
    let leave = StoredValue::new_local(leave);
    let leaves = move |_| leave.with_value(|leave| leave());
    // Phones take hidden pages away without another word.
    let handles = ["pagehide", "visibilitychange"].map(|event| window_event_listener_untyped(event, leaves));
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}
