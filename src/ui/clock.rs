//! Clocks that tick by themselves: once a second, only where one is shown, and nothing else is touched.

use crate::adapters::device;
use dispatch_core::Millis;
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// The time now, to the second, for as long as the calling view lives.
pub fn use_seconds() -> Signal<Millis> {
    let now = RwSignal::new(device::now());
    // Owned by the view: with it goes the interval.
    let _interval = StoredValue::new_local(Interval::new(1000, move || now.set(device::now())));
    now.into()
}
