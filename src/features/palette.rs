//! The palette: everything that can be done, found by a few letters.

use crate::context::Console;
use crate::features::later::show_later;
use crate::features::sidebar::Drawer;
use crate::features::sidebar::views::view_names;
use crate::later::later;
use crate::ui::dynamic::{list, per_key, when, words};
use crate::ui::focus::{close_dialog, fetch_caret};
use crate::ui::parts::{Field, Typing, field, paragraph, span, typed};
use dispatch_core::palette::{Action, Item};
use dispatch_core::shortcut::Command;
use leptos::ev::KeyboardEvent;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;

/// The id of the list, and what those of its lines begin with.
const LIST: &str = "palette-list";

/// What the palette needs of the page. A handle: copying it copies nothing.
#[derive(Clone, Copy)]
struct Palette {
    console: Console,
    drawer: Drawer,
    dialog: NodeRef<Dialog>,
}

/// The dialog. It is there from the start, and has content while it is open, which comes later.
pub fn palette(console: Console, drawer: Drawer) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let is_open = opened_by(console, Command::Palette, dialog);
    let palette = Palette { console, drawer, dialog };
    let content = move || show_later(console, later!(content: fn(Palette) -> AnyView), palette);
    view! {
        <dialog class="dialog palette" node_ref=dialog aria-label="Find anything to do" on:close=move |_| closed(dialog, is_open)>
            {when(is_open.into(), content)}
        </dialog>
    }
    .into_any()
}

/// Opens a dialog by a command. Tells whether it is open; who hears that it was closed says so by [`closed`].
pub(super) fn opened_by(console: Console, opening: Command, dialog: NodeRef<Dialog>) -> RwSignal<bool> {
    let is_open = RwSignal::new(false);
    console.on_command(Box::new(move |command| {
        if command == opening
            && let Some(dialog) = dialog.get_untracked()
        {
            is_open.set(true);
            // It fails only for a dialog that is open already.
            dialog.show_modal().ok();
        }
    }));
    is_open
}

/// A dialog was closed, perhaps by the Escape key, which asks nobody. Browsers tell that late: it may have been opened again.
pub(super) fn closed(dialog: NodeRef<Dialog>, is_open: RwSignal<bool>) {
    let is_open_again = dialog.get_untracked().is_some_and(|dialog| dialog.open());
    is_open.set(is_open_again);
    if !is_open_again {
        fetch_caret();
    }
}

fn content(palette: Palette) -> AnyView {
    let Palette { console, drawer, dialog } = palette;
    let input = NodeRef::<Input>::new();
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| query.with(|query| console.palette(query, &view_names())));
    let count = move || found.with_untracked(Vec::len);
    let take = move |place: usize| {
        let action = found.with_untracked(|found: &Vec<Item>| found.get(place).map(|item| item.action.clone()));
        let Some(action) = action else { return };
        // First the focus goes back to where it was: what is done may want it elsewhere.
        close_dialog(dialog);
        match action {
            Action::Command(command) => console.command(command),
            Action::Tell(fact) => console.tell(*fact),
            Action::View(name) => drawer.reveal(name),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let (at, count) = (chosen.get_untracked(), count());
        match event.key().as_str() {
            "ArrowDown" => chosen.set(if at + 1 < count { at + 1 } else { 0 }),
            "ArrowUp" => chosen.set(if at > 0 { at - 1 } else { count.saturating_sub(1) }),
            "Enter" if !event.is_composing() => take(at),
            _ => return,
        }
        event.prevent_default();
    };
    let typing = Typing {
        on_input: Box::new(move || {
            chosen.set(0);
            query.set(typed(input));
        }),
        on_key: Box::new(on_key),
        on_leave: Box::new(|| {}),
    };
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // It came after the dialog was opened.
            input.focus().ok();
            // The list is told with the box: whoever types hears where they are in it.
            for (name, value) in [("role", "combobox"), ("aria-expanded", "true"), ("aria-controls", LIST)] {
                input.set_attribute(name, value).ok();
            }
            // The dialog was opened while it was empty, and took the focus itself.
            input.focus().ok();
        }
    });
    Effect::new(move |_| {
        let at = chosen.get();
        let is_there = found.with(|found| at < found.len());
        let Some(input) = input.get() else { return };
        if !is_there {
            input.remove_attribute("aria-activedescendant").ok();
            return;
        }
        input.set_attribute("aria-activedescendant", &line_id(at as u64)).ok();
        request_animation_frame(move || {
            if let Some(line) = document().get_element_by_id(&line_id(at as u64)) {
                line.scroll_into_view_with_bool(false);
            }
        });
    });
    let looks = Field {
        class: "field",
        kind: "text",
        id: Some("palette-box"),
        name: Some("Find anything to do"),
        placeholder: Some("What do you want to do?"),
        ..Field::default()
    };
    let keys = Signal::derive(move || (0..found.with(Vec::len) as u64).collect::<Vec<u64>>());
    let line = move |place: u64| {
        let item = move || found.with(|found| found.get(place as usize).cloned());
        let is_chosen = words(move || (chosen.get() as u64 == place).to_string());
        let shown = words(move || {
            item().map(|item| [item.group, item.words.as_str(), &item.keys].join("\n")).unwrap_or_default()
        });
        view! {
            <li class="palette-line" id=line_id(place) role="option" aria-selected=is_chosen on:click=move |_| take(place as usize)>
                {per_key(shown, line_words)}
            </li>
        }
        .into_any()
    };
    let nothing = words(move || if found.with(Vec::is_empty) { "Nothing fits." } else { "" }.to_owned());
    view! {
        <div class="palette-box">{field(looks, input, typing)}</div>
        <ul class="palette-lines" id=LIST role="listbox" aria-label="What can be done">{list(keys, line)}</ul>
        <div role="status">{paragraph("note", None, nothing)}</div>
    }
    .into_any()
}

/// The words of a line: its kind, what it is, its keys.
fn line_words(shown: String) -> AnyView {
    let mut parts = shown.split('\n').map(str::to_owned);
    let mut part = |class: &'static str| span(class, parts.next().unwrap_or_default().into_any());
    vec![part("palette-group"), part("palette-words"), part("keys")].into_any()
}

fn line_id(place: u64) -> String {
    format!("palette-{place}")
}
