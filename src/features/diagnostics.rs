//! The diagnostics: what the console went through, for whoever wonders, or helps.

use crate::context::Console;
use crate::ui::clock::{clock_time, use_frames, use_seconds};
use crate::ui::dynamic::{per_key, words};
use crate::ui::parts::{Button, button, div, facts, paragraph};
use dispatch_core::changes::Topic;
use dispatch_core::{Fact, State};
use leptos::prelude::*;

/// The view's content. It measures as long as it is there, and looks once a second.
pub fn diagnostics() -> AnyView {
    let console = Console::expect();
    console.ask_list();
    let now = use_seconds();
    let frames = use_frames();
    let around = move || console.surroundings(frames.get_untracked());
    let look = move |look: &dyn Fn(&State) -> String| {
        now.track();
        console.topic(Topic::Diagnostics, |state| look(state))
    };
    // Everything is counted once a second, not once for every line.
    let told = Memo::new(move |_| {
        now.track();
        console.topic(Topic::Diagnostics, |state| state.diagnostics(&around()))
    });
    let line = |(place, (name, _)): (usize, (&'static str, String))| {
        let value =
            words(move || told.with(|told| told.get(place).map(|(_, value)| value.clone())).unwrap_or_default());
        (name.to_owned(), value.into_any())
    };
    let lines = told.get_untracked().into_iter().enumerate().map(line).collect();
    let odd = words(move || {
        look(&|state| {
            let odd = state.oddities().into_iter().map(|(words, count)| format!("{count} × {words}"));
            odd.collect::<Vec<_>>().join("\n")
        })
    });
    let log = words(move || {
        look(&|state| {
            let lines = state.log().lines().iter().rev().take(20);
            lines.map(|line| [&clock_time(line.at), "  ", &line.text].concat()).collect::<Vec<_>>().join("\n")
        })
    });
    let copy = move || {
        let text =
            untrack(|| console.topic(Topic::Diagnostics, |state| state.diagnostics_text(&around(), &clock_time)));
        console.tell(Fact::CopyRequested(text));
    };
    let listed = |heading: &'static str, text: Signal<String>, none: &'static str| {
        let shown = move |text: String| {
            let text = if text.is_empty() { none.to_owned() } else { text };
            paragraph("log-lines", None, words(move || text.clone()))
        };
        div("setting", vec![view! { <h3 class="label">{heading}</h3> }.into_any(), per_key(text, shown)])
    };
    let parts = vec![
        facts(lines),
        listed("What should not have happened", odd, "Nothing did."),
        listed("Connection log", log, "Nothing yet."),
        div("actions", vec![button(Button { class: "quiet", ..Button::default() }, "Copy as text", copy)]),
    ];
    div("settings", parts)
}
