//! What a message costs that is sent now, for the line below the composer: whether its prompt is still cached.

use super::ring::{clock_of, word};
use crate::context::Console;
use crate::ui::clock::use_pulse;
use crate::ui::dynamic::words;
use leptos::prelude::*;

/// `warm`, or `cold: about 184k tokens read again`; nothing where it is not known.
pub fn cache_cost(console: Console) -> AnyView {
    let now = use_pulse();
    let clock = move || clock_of(console, &console.shell(|shell| shell.focused.clone()));
    let said = words(move || clock().cost_words(now.get()).unwrap_or_default());
    let state = words(move || word(clock().state(now.get())).to_owned());
    view! { <span class="cache-state" data-cache=state>{said}</span> }.into_any()
}
