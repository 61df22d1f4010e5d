//! What stands around the box for words: the pause before a busy provider is asked again, pictures, and how much is thought
//! about the next message. None of it is needed to begin, so it comes later.

use super::pictures::{attached, picker};
use crate::context::Console;
use crate::features::metrics::context::context_meter;
use crate::features::queue::queue;
use crate::features::warming::cost::cache_cost;
use crate::ui::clock::use_seconds;
use crate::ui::dynamic::{flag, per_key, when, words};
use dispatch_core::Fact;
use dispatch_core::setup::efforts;
use leptos::html::Select;
use leptos::prelude::*;

/// What stands above the box.
pub(super) fn above(console: Console) -> AnyView {
    let has_retry = flag(move || console.shell(|shell| shell.stage.retry.is_some()));
    let has_pictures = flag(move || console.shell(|shell| !shell.stage.attached.is_empty()));
    vec![when(has_retry, move || pause(console)), queue(console), when(has_pictures, move || attached(console))]
        .into_any()
}

/// What stands in the line below it.
pub(super) fn beside(console: Console) -> AnyView {
    vec![cache_cost(console), context_meter(console), effort_once(console), picker(console)].into_any()
}

fn pause(console: Console) -> AnyView {
    let now = use_seconds();
    let countdown = words(move || {
        let now = now.get();
        console.shell(|shell| shell.stage.retry.as_ref().map(|retry| retry.words(now))).unwrap_or_default()
    });
    let reason = words(move || {
        console.shell(|shell| shell.stage.retry.as_ref().map(|retry| retry.reason.clone())).unwrap_or_default()
    });
    view! {
        <div class="retry-note" role="status">
            <strong role="timer">{countdown}</strong>
            <span>{reason}</span>
        </div>
    }
    .into_any()
}

/// The effort of the next message only.
fn effort_once(console: Console) -> AnyView {
    let stored = words(move || console.shell(|shell| shell.stage.effort.clone()));
    let chosen = words(move || console.shell(|shell| shell.stage.effort_once.clone()).unwrap_or_default());
    let select = move |stored: String| {
        let select = NodeRef::<Select>::new();
        Effect::new(move |_| {
            if let Some(select) = select.get() {
                select.set_value(&chosen.get());
            }
        });
        let choose = move |_| {
            let level = select.get_untracked().map(|select| select.value()).filter(|level| !level.is_empty());
            console.tell(Fact::EffortOnceChosen(level));
        };
        let once = efforts(&stored).into_iter().map(|(level, _)| {
            let words = [&level, " once"].concat();
            view! { <option value=level>{words}</option> }.into_any()
        });
        let options: Vec<AnyView> = once.collect();
        let always = ["Effort: ", &stored].concat();
        let marked = words(move || (!chosen.get().is_empty()).to_string());
        view! {
            <select class="once" aria-label="Reasoning effort for the next message" data-chosen=marked node_ref=select on:change=choose>
                <option value="">{always}</option>
                {options}
            </select>
        }
        .into_any()
    };
    per_key(stored, select)
}
