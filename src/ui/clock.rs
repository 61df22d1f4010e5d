//! Clocks that tick by themselves: only where one is shown and while somebody can see the page, no more often than it is
//! looked at, and nothing else is touched.

use crate::adapters::device;
use dispatch_core::Millis;
use dispatch_core::time::format_ago;
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use std::cell::Cell;

/// The time now, to the second, for as long as the calling view lives.
pub fn use_seconds() -> Signal<Millis> {
    use_ticks(1000)
}

/// The time now, to five seconds, for as long as the calling view lives: for what is seen to move, not read.
pub fn use_pulse() -> Signal<Millis> {
    use_ticks(5000)
}

/// The time now, to the minute, for as long as the calling view lives.
pub fn use_minutes() -> Signal<Millis> {
    use_ticks(60_000)
}

fn use_ticks(period: u32) -> Signal<Millis> {
    let ticked = Trigger::new();
    let tick = move || {
        if device::is_visible() {
            ticked.notify();
        }
    };
    // Owned by the view: with it goes the interval.
    let _interval = StoredValue::new_local(Interval::new(period, tick));
    // Between two ticks other things change; what is said of them then is said of now.
    Signal::derive(move || {
        ticked.track();
        device::now()
    })
}

/// A moment on the clock of this machine, to the second.
pub fn clock_time(at: Millis) -> String {
    let date = js_sys::Date::new(&at.0.into());
    let two = |number: u32| if number < 10 { format!("0{number}") } else { number.to_string() };
    [two(date.get_hours()), two(date.get_minutes()), two(date.get_seconds())].join(":")
}

/// How many milliseconds the calendar of this machine is ahead of UTC now.
pub fn east() -> f64 {
    east_at(device::now())
}

/// How long ago a moment was, by the calendar of this machine.
pub fn ago(now: Millis, then: Millis) -> String {
    format_ago(now, then, east_at(then))
}

fn east_at(at: Millis) -> f64 {
    js_sys::Date::new(&at.0.into()).get_timezone_offset() * -60_000.0
}

/// What the last second was like, in words, for as long as the calling view lives.
pub fn use_frames() -> Signal<String> {
    let said = RwSignal::new(String::new());
    // Owned by the view: with it goes the measuring.
    let seen = StoredValue::new_local(Seen { last: Cell::new(device::ticks()), ..Seen::default() });
    next(seen);
    let _interval = StoredValue::new_local(Interval::new(1000, move || {
        let (count, longest) = seen.with_value(|seen| (seen.count.replace(0), seen.longest.replace(0.0)));
        said.set(format!("{count}/s, longest {} ms", longest as u32));
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
            let now = device::ticks();
            seen.longest.set(seen.longest.get().max(now - seen.last.replace(now)));
            seen.count.set(seen.count.get() + 1);
        });
        if goes_on.is_some() {
            next(seen);
        }
    });
}
