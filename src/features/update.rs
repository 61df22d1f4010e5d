//! Says that a newer version of the console is ready. It never takes over by itself: somebody may be in the middle of
//! something.

use crate::context::Console;
use crate::ui::dynamic::{flag, when, words};
use leptos::prelude::*;

const QUIET: &str = "A new version is ready. Unsent words are kept.";
const RUNNING: &str = "A new version is ready. The turn goes on, and unsent words are kept.";

/// The notice, with a way to take the newer version and a way to be left alone.
#[component]
pub fn UpdateNotice() -> impl IntoView {
    let console = Console::expect();
    let notice = move || {
        let text = words(move || {
            let runs = console.shell(|shell| shell.tabs.iter().any(|tab| tab.is_running));
            if runs { RUNNING } else { QUIET }.to_owned()
        });
        view! {
            <div class="notice">
                <p role="status" aria-label="Update" aria-live="off">{text}</p>
                <button class="quiet" on:click=move |_| console.reload_updated()>"Reload now"</button>
                <button class="quiet" on:click=move |_| console.put_off_update()>"Later"</button>
            </div>
        }
        .into_any()
    };
    when(flag(move || console.shell(|shell| shell.update_ready)), notice)
}
