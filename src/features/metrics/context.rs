//! How full the model's context is: words, and a bar where it is known what the model holds.

use crate::context::Console;
use crate::ui::dynamic::{attribute, flag, when, words};
use dispatch_core::metrics::ContextMeter;
use leptos::prelude::*;

/// The meter of the conversation that is looked at. Like any figure, it tells what stands behind it.
pub fn context_meter(console: Console) -> AnyView {
    let meter = move || console.shell(|shell| shell.stage.context);
    let level = attribute(move || meter().level().map(|level| level.as_str().to_owned()));
    let has_bar = flag(move || meter().bar().is_some());
    let bar = move || {
        let width = words(move || [&meter().bar().unwrap_or_default().to_string(), "%"].concat());
        view! {
            <svg class="context-bar" aria-hidden="true" focusable="false"><rect width=width height="100%"></rect></svg>
        }
        .into_any()
    };
    view! {
        <span
            class="context-meter"
            role="button"
            tabindex="0"
            aria-haspopup="dialog"
            aria-description=level
            data-figure="context"
            data-level=level
        >
            <span class="visually-hidden">"Context "</span>
            {when(has_bar, bar)}
            {words(move || ContextMeter::words(meter()))}
        </span>
    }
    .into_any()
}
