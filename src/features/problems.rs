//! What the person must be told: problems that stay until they are read, and announcements for screen readers.

use crate::context::Console;
use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// The problems that were not read yet.
#[component]
pub fn Problems() -> impl IntoView {
    let console = Console::expect();
    let problems = console.problems();
    view! {
        <div class="problems">
            <For each=move || problems.get() key=|problem| problem.id let:problem>
                <div class="problem" role="alert">
                    <IconView icon=Icon::Warning/>
                    <p>{problem.text.clone()}</p>
                    <button class="quiet" on:click=move |_| console.dismiss(problem.id)>"Dismiss"</button>
                </div>
            </For>
        </div>
    }
}

/// One polite line that says when a turn started, ended or failed, and when the connection came or went.
#[component]
pub fn Announcements() -> impl IntoView {
    let announcement = Console::expect().announcement();
    view! {
        <div class="visually-hidden" role="status" aria-label="Announcements">
            <For each=move || [announcement.get()] key=|(number, _)| *number let:announcement>
                <p>{announcement.1.clone()}</p>
            </For>
        </div>
    }
}
