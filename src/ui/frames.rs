//! How long the page takes for its frames: measured only while somebody looks.

use crate::adapters::device::ticks;
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use std::cell::Cell;

/// What the last second was like, in words, for as long as the calling view lives.
pub fn use_frames() -> Signal<String> {
    let said = RwSignal::new(String::new());
    // Owned by the view: with it goes the measuring.
    let seen = StoredValue::new_local(Seen { last: Cell::new(ticks()), ..Seen::default() });
    next(seen);
    let _interval = StoredValue::new_local(Interval::new(1000, move || {
        let (count, longest) = seen.with_value(|seen| (seen.count.replace(0), seen.longest.replace(0.0)));
        said.set(format!("{count} frames in the last second, the longest {} ms", longest as u32));
    }));
    said.into()
}

/// The frames of the second under way.
#[derive(Default)]
struct Seen {
    last: Cell<f64>,
    count: Cell<u32>,
    longest: Cell<f64>,
}

fn next(seen: StoredValue<Seen, LocalStorage>) {
    request_animation_frame(move || {
        let goes_on = seen.try_with_value(|seen| {
            let now = ticks();
            seen.longest.set(seen.longest.get().max(now - seen.last.replace(now)));
            seen.count.set(seen.count.get() + 1);
        });
        if goes_on.is_some() {
            next(seen);
        }
    });
}
