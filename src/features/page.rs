//! The page: top bar, the conversation that is looked at, and what must be told.

use crate::context::Console;
use crate::features::composer::Composer;
use crate::features::connection::ConnectionStatus;
use crate::features::problems::{Announcements, Problems};
use crate::features::tabs::{CloseDialog, TabStrip};
use crate::features::transcript::Transcript;
use leptos::prelude::*;

/// The id of the tab panel, which every tab controls.
pub const PANEL: &str = "conversation";

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let console = Console::expect();
    let focus = console.focus();
    let stage = console.stage();
    Effect::new(move |_| {
        stage.with(|stage| {
            let mark = if stage.is_generating { "● " } else { "" };
            document().set_title(&format!("{mark}{} · Dispatch", stage.title));
        });
    });
    view! {
        <div class="page">
            <header class="topbar">
                <TabStrip/>
                <ConnectionStatus/>
            </header>
            <main class="stage" id=PANEL role="tabpanel" aria-label=move || stage.with(|stage| stage.title.clone())>
                {move || view! { <Transcript conversation=focus.get().id/> }}
                <Composer/>
            </main>
            <Problems/>
            <Announcements/>
            <CloseDialog/>
        </div>
    }
}
