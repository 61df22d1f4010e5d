//! The keys that work anywhere on the page. Which they are is the core's to say.

use crate::context::Console;
use crate::features::composer::focus_composer;
use crate::features::tabs::close;
use dispatch_core::shortcut::{Command, Keys};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

/// Listens for as long as the page is there.
pub fn use_shortcuts(console: Console) {
    on_command(console, Box::new(move |command| carry_out(console, command)));
}

/// Tells of every command, for as long as what asks for it is there.
pub fn on_command(console: Console, carry_out: Box<dyn Fn(Command)>) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let is_asked_something = console.shell_now(|shell| shell.closing.is_some());
        if let Some(command) = meant_by(&event).filter(|_| !is_asked_something) {
            event.prevent_default();
            carry_out(command);
        }
    });
    on_cleanup(move || handle.remove());
}

fn meant_by(event: &KeyboardEvent) -> Option<Command> {
    let (code, alt, ctrl) = (event.code(), event.alt_key(), event.ctrl_key());
    Command::of(Keys { code: &code, alt, ctrl, meta: event.meta_key(), shift: event.shift_key() })
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
        // These are the transcript's.
        Command::NextTurn | Command::PreviousTurn | Command::Find => {}
    }
}
