//! What the person must be told: problems that stay until they are read, and announcements for screen readers.

use crate::context::Console;
use crate::ui::dynamic::list;
use crate::ui::icon::{Icon, icon};
use leptos::prelude::*;

/// The problems that were not read yet.
#[component]
pub fn Problems() -> impl IntoView {
    let console = Console::expect();
    let ids = Signal::derive(move || {
        console.shell(|shell| shell.problems.iter().map(|problem| problem.id).collect::<Vec<u64>>())
    });
    let problem = move |id| {
        let text = console.shell_now(|shell| {
            shell.problems.iter().find(|problem| problem.id == id).map(|problem| problem.text.clone())
        });
        view! {
            <div class="notice problem" role="alert">
                {icon(Icon::Warning)}
                <p>{text.unwrap_or_default()}</p>
                <button class="quiet" on:click=move |_| console.dismiss(id)>"Dismiss"</button>
            </div>
        }
        .into_any()
    };
    list(ids, problem)
}

/// One polite line that says when a turn started, ended or failed, and when the connection came or went.
#[component]
pub fn Announcements() -> impl IntoView {
    let console = Console::expect();
    let number = Signal::derive(move || vec![console.shell(|shell| shell.announcement.number)]);
    // The same words twice are two announcements: each has an element of its own.
    let spoken = move |_| view! { <p>{console.shell_now(|shell| shell.announcement.text.clone())}</p> }.into_any();
    view! {
        <div class="visually-hidden" role="status" aria-label="Announcements">{list(number, spoken)}</div>
    }
}
