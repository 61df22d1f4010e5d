//! The page: top bar, the conversation that is looked at, the sidebar, and what must be told.

use crate::context::Console;
use crate::features::composer::{Composer, focus_composer};
use crate::features::connection::ConnectionStatus;
use crate::features::keys::shortcuts_dialog;
use crate::features::palette::palette;
use crate::features::problems::{Announcements, Problems};
use crate::features::settings::use_looks;
use crate::features::shortcuts::use_shortcuts;
use crate::features::sidebar::{Drawer, sidebar, sidebar_toggle};
use crate::features::tabs::{CloseDialog, TabStrip};
use crate::features::transcript::Transcript;
use crate::features::update::UpdateNotice;
use crate::ui::dynamic::{per_key, words};
use crate::ui::focus::keep_focus;
use dispatch_core::ConversationId;
use dispatch_core::shortcut::Command;
use leptos::prelude::*;

/// The id of the tab panel, which every tab controls.
pub const PANEL: &str = "conversation";

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let console = Console::expect();
    keep_focus(focus_composer);
    use_shortcuts(console);
    let drawer = Drawer::new(console);
    use_looks(console);
    console.on_command(Box::new(move |command| {
        if command == Command::Sidebar {
            drawer.toggle();
        }
    }));
    let title = words(move || console.shell(|shell| shell.stage.title.clone()));
    Effect::new(move |_| {
        let (is_generating, unread) = console.shell(|shell| {
            let unread = shell.tabs.iter().filter(|tab| tab.is_unread || tab.needs_attention).count();
            (shell.stage.is_generating, unread)
        });
        let mark = if is_generating { "● " } else { "" };
        let count = if unread > 0 { format!("({unread}) ") } else { String::new() };
        document().set_title(&format!("{count}{mark}{} · Dispatch", title.get()));
    });
    let focused = words(move || console.shell(|shell| shell.focused.to_string()));
    let transcript = |id| view! { <Transcript conversation=ConversationId::new(id)/> }.into_any();
    view! {
        <div class="page">
            <header class="topbar" inert=drawer.inert()>
                <h1 class="visually-hidden">"Dispatch"</h1>
                <TabStrip/>
                <ConnectionStatus/>
                {sidebar_toggle(drawer)}
            </header>
            <main inert=drawer.inert()>
                <div class="stage" id=PANEL role="tabpanel" aria-label=title>
                    {per_key(focused, transcript)}
                    <Composer/>
                </div>
            </main>
            {sidebar(drawer)}
            <div class="notices">
                <Problems/>
                <UpdateNotice/>
            </div>
            <Announcements/>
            <CloseDialog/>
            {palette(console, drawer)}
            {shortcuts_dialog(console)}
        </div>
    }
}
