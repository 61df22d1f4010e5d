//! The language servers that the backend finds for the folder of this conversation.

use crate::context::Console;
use crate::features::model::setup;
use crate::ui::dynamic::{aria, flag, per_key, words};
use crate::ui::parts::{Button, button, div, paragraph};
use dispatch_core::Fact;
use dispatch_core::setup::ServerLine;
use leptos::prelude::*;

/// The view's content. The backend is asked for as long as it is there.
pub fn language_servers() -> AnyView {
    let console = Console::expect();
    console.tell(Fact::ServersWatched(true));
    on_cleanup(move || console.tell(Fact::ServersWatched(false)));
    let lines = move || setup(console, |setup| setup.servers.lines().to_vec());
    let shown = words(move || {
        let told = |line: ServerLine| [line.name, line.state, line.detail].join(" ");
        lines().into_iter().map(told).collect::<Vec<_>>().join("\n")
    });
    let note = words(move || setup(console, |setup| setup.servers.note().to_owned()));
    let is_asking = flag(move || setup(console, |setup| setup.servers.is_asking()));
    let word = words(move || if is_asking.get() { "Asking…" } else { "Refresh" }.to_owned());
    let list = move |_| {
        let lines: Vec<AnyView> = untrack(lines).into_iter().map(line).collect();
        view! { <ul class="lines" role="list" aria-label="Language servers">{lines}</ul> }.into_any()
    };
    let refresh = button(Button { class: "quiet", ..Button::default() }, word, move || {
        console.tell(Fact::ServersRequested);
    });
    view! {
        <div class="setting" aria-busy=aria(is_asking)>
            {per_key(shown, list)}
            {paragraph("note", None, note)}
            {div("actions", vec![refresh])}
        </div>
    }
    .into_any()
}

fn line(line: ServerLine) -> AnyView {
    let level = if line.is_broken { "poor" } else { "" };
    view! {
        <li class="line">
            <span class="line-name">{line.name}</span>
            <span class="line-state" data-level=level>{line.state}</span>
            <span class="line-detail">{line.detail}</span>
        </li>
    }
    .into_any()
}
