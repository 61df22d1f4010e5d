//! The keys that work anywhere on the page. Which they are is the core's to say.

use crate::context::Console;
use crate::features::composer::focus_composer;
use crate::features::tabs::close;
use dispatch_core::shortcut::{Command, Keys};
use dispatch_core::{ExportFormat, Fact};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Listens for as long as the page is there.
pub fn use_shortcuts(console: Console) {
    // Not before the page stands. The keys that its parts are for are heard at the window, too, and whoever listens there
    // first is told first: a part that has done something about a key, or has stopped it, comes before this.
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            // A dialog wants an answer first.
            let is_asked_something = document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some());
            if is_asked_something || event.default_prevented() || event.cancel_bubble() {
                return;
            }
            let meant = with_keys(&event, |keys| console.settings(|settings| settings.shortcuts.meant_by(keys)));
            if let Some(command) = meant {
                event.prevent_default();
                console.command(command);
            }
        });
        on_cleanup(move || handle.remove());
    });
    console.on_command(Box::new(move |command| carry_out(console, command)));
}

/// Looks at the keys of an event.
pub(super) fn with_keys<T>(event: &KeyboardEvent, look: impl FnOnce(Keys<'_>) -> T) -> T {
    let (code, key) = (event.code(), event.key());
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let is_typing = target.is_some_and(|target| {
        target.is_content_editable() || matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    });
    // On a Mac, Command is what Control is elsewhere.
    let ctrl = event.ctrl_key() || event.meta_key();
    look(Keys { code: &code, key: &key, alt: event.alt_key(), ctrl, shift: event.shift_key(), is_typing })
}

/// The keys of a command, as they are written; nothing if it has none.
pub(super) fn keys_of(console: Console, command: Command) -> String {
    console.settings(|settings| settings.shortcuts.of(command).to_owned())
}

fn carry_out(console: Console, command: Command) {
    match command {
        Command::NextTab => console.step_tab(true),
        Command::PreviousTab => console.step_tab(false),
        Command::NewConversation => {
            console.new_conversation();
            focus_composer();
        }
        Command::CloseTab => {
            let (focused, has_tab) = console.shell_now(|shell| (shell.focused.clone(), shell.has_tab));
            if has_tab {
                close(console, focused);
            }
        }
        Command::Compose => focus_composer(),
        Command::Stop => console.stop(),
        Command::Reconnect => console.reconnect(),
        Command::ExportMarkdown => console.tell(Fact::ExportRequested(ExportFormat::Markdown)),
        Command::ExportJson => console.tell(Fact::ExportRequested(ExportFormat::Json)),
        // These are the transcript's, the sidebar's and the dialogs'.
        Command::NextTurn
        | Command::PreviousTurn
        | Command::ToEnd
        | Command::Find
        | Command::Sidebar
        | Command::Palette
        | Command::Shortcuts => {}
    }
}
