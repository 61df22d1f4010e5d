//! The keyboard shortcuts: all of them in a list, each to be changed.

use crate::context::Console;
use crate::features::later::show_later;
use crate::features::palette::{closed, opened_by};
use crate::features::shortcuts::{keys_of, with_keys};
use crate::later::later;
use crate::ui::dynamic::{attribute, flag, when, words};
use crate::ui::focus::close_dialog;
use crate::ui::parts::{Button, button, div, paragraph};
use dispatch_core::Fact;
use dispatch_core::shortcut::Command;
use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Keys that belong to one place of the page and cannot be changed, for people to know.
const FIXED: [(&str, &str); 6] = [
    ("Send the message", "Enter"),
    ("Break the line", "Shift+Enter"),
    ("The message before, in an empty box", "↑"),
    ("Next and previous row, in the transcript", "J, K"),
    ("Move along the tabs", "←, →"),
    ("Close the tab that has the focus", "Delete"),
];

/// The dialog. It is there from the start, and has content while it is open, which comes later.
pub fn shortcuts_dialog(console: Console) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let is_open = opened_by(console, Command::Shortcuts, dialog);
    view! {
        <dialog class="dialog shortcuts" node_ref=dialog aria-labelledby="shortcuts-title" on:close=move |_| closed(dialog, is_open)>
            <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            {when(is_open.into(), move || show_later(console, later!(content: fn(Console) -> AnyView), console))}
            <div class="dialog-buttons">
                {button(Button { class: "button", ..Button::default() }, "Reset all keys", move || console.tell(Fact::KeysReset))}
                <button class="button primary" autofocus=true on:click=move |_| close_dialog(dialog)>"Done"</button>
            </div>
        </dialog>
    }
    .into_any()
}

fn content(console: Console) -> AnyView {
    // The command whose new keys are waited for, and why some were refused.
    let waiting = RwSignal::new(None::<Command>);
    let refusal = RwSignal::new(String::new());
    let mut lines: Vec<AnyView> = Command::all().map(|command| line(console, command, waiting, refusal)).collect();
    lines.extend(FIXED.map(|(name, keys)| {
        view! { <li class="shortcut"><span>{name}</span><kbd class="keys">{keys}</kbd></li> }.into_any()
    }));
    let help = words(move || {
        let help = match waiting.get() {
            Some(_) => "Press the new keys. Escape leaves them as they are, Backspace takes them away.",
            None => "Choose a shortcut to change it.",
        };
        help.to_owned()
    });
    let told = vec![paragraph("help", None, help), paragraph("problem-note", None, refusal.into())];
    view! {
        <ul class="shortcut-lines" role="list">{lines}</ul>
        <div role="status">{div("setting", told)}</div>
    }
    .into_any()
}

fn line(console: Console, command: Command, waiting: RwSignal<Option<Command>>, refusal: RwSignal<String>) -> AnyView {
    let keys = words(move || keys_of(console, command));
    let is_waiting = flag(move || waiting.get() == Some(command));
    let shown = words(move || match (is_waiting.get(), keys.get().as_str()) {
        (true, _) => "Press keys…".to_owned(),
        (false, "") => "None".to_owned(),
        (false, keys) => keys.to_owned(),
    });
    let on_key = move |event: KeyboardEvent| {
        if waiting.get_untracked() != Some(command) || event.key() == "Tab" {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        let written = with_keys(&event, |keys| keys.written());
        let chosen = match written.as_str() {
            // Only held so far.
            "" => return,
            "Escape" => None,
            "Backspace" | "Delete" => Some(String::new()),
            _ => {
                let refused = untrack(|| console.settings(|settings| settings.shortcuts.refusal(command, &written)));
                if let Some(words) = refused {
                    return refusal.set(words);
                }
                Some(written)
            }
        };
        waiting.set(None);
        refusal.set(String::new());
        chosen.into_iter().for_each(|keys| console.tell(Fact::KeysChosen(command, keys)));
    };
    let name = words(move || [command.name(), ": ", &shown.get()].concat());
    let ask = move |_| {
        refusal.set(String::new());
        waiting.set(Some(command));
    };
    let leave = move |_| {
        if waiting.get_untracked() == Some(command) {
            waiting.set(None);
            refusal.set(String::new());
        }
    };
    let marked = attribute(move || is_waiting.get().then(String::new));
    view! {
        <li class="shortcut">
            <span>{command.name()}</span>
            <button class="keys" aria-label=name data-waiting=marked on:click=ask on:keydown=on_key on:focusout=leave>
                {shown}
            </button>
        </li>
    }
    .into_any()
}
