//! Finding words in a conversation: in all that is loaded, folded away or not. The browser's own search sees only what
//! stands in the page.

use crate::context::{Console, row_key};
use crate::features::later::show_later;
use crate::later::later;
use crate::ui::dynamic::{when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, Field, Typing, button, field, typed};
use dispatch_core::ConversationId;
use dispatch_core::reading::match_beside;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;

/// The id of the box.
const FIND: &str = "find";

/// What is looked for. A handle: copying it copies nothing.
#[derive(Clone, Copy)]
pub(super) struct Find {
    is_open: RwSignal<bool>,
    words: RwSignal<String>,
    /// The rows that have the words, and which of them was gone to, from 1.
    found: RwSignal<Vec<u64>>,
    at: RwSignal<usize>,
}

impl Find {
    pub(super) fn new() -> Self {
        let words = RwSignal::new(String::new());
        Self { is_open: RwSignal::new(false), words, found: RwSignal::new(Vec::new()), at: RwSignal::new(0) }
    }

    /// What is looked for now. Looks again when it was gone to, since it may have been folded away before.
    pub(super) fn words(self) -> String {
        self.at.track();
        self.words.get()
    }

    /// Shows the box and puts the focus into it.
    pub(super) fn open(self) {
        self.is_open.set(true);
        // It may have been open.
        focus();
    }

    fn close(self) {
        self.is_open.set(false);
        self.words.set(String::new());
        self.found.set(Vec::new());
        focus_on(super::LOG);
    }

    /// The box. `go` goes to a row.
    pub(super) fn view(
        self,
        console: Console,
        conversation: ConversationId,
        go: Arc<dyn Fn(u64) + Send + Sync>,
    ) -> AnyView {
        let search = Search { find: self, console, conversation, go };
        when(self.is_open.into(), move || self.bar(search.clone()))
    }

    fn bar(self, search: Search) -> AnyView {
        let leave = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                self.close();
            }
        };
        view! {
            <div class="find" role="search" on:keydown=leave>
                {show_later(search.console, later!(Search::view: fn(Search) -> AnyView), search)}
                {icon_button("Close find", Icon::Cross, Box::new(move || self.close()))}
            </div>
        }
        .into_any()
    }
}

fn focus() {
    request_animation_frame(|| focus_on(FIND));
}

fn icon_button(name: &'static str, shown: Icon, act: Box<dyn Fn()>) -> AnyView {
    let looks = Button { class: "icon-button", name: Some(words(move || name.to_owned())), ..Button::default() };
    button(looks, icon(shown), act)
}

/// What is looked for, where, and how to go there.
#[derive(Clone)]
struct Search {
    find: Find,
    console: Console,
    conversation: ConversationId,
    go: Arc<dyn Fn(u64) + Send + Sync>,
}

impl Search {
    /// What stands in the box. It comes later, and may come when the box is open.
    fn view(self) -> AnyView {
        let Self { find, console, conversation, go } = self;
        focus();
        let input = NodeRef::<Input>::new();
        let (looked_in, searched) = (conversation.clone(), conversation.clone());
        let look = move || {
            let words = typed(input);
            find.found.set(console.find(&looked_in, &words));
            find.words.set(words);
        };
        let step = move |forward: bool| {
            let count = find.found.with_untracked(Vec::len);
            if count == 0 {
                return;
            }
            let next = match_beside(find.at.get_untracked(), count, forward);
            find.at.set(next);
            let number = find.found.with_untracked(|found| found[next - 1]);
            // What is found must be seen.
            console.unfold_found(&conversation, row_key(number), &find.words.get_untracked());
            go(number);
        };
        // What comes in while somebody looks is looked through, too; the match that was gone to stays it.
        let grows = searched.clone();
        Effect::new(move |before: Option<()>| {
            let rows = console.rows_of(&grows);
            if before.is_none() || rows.is_empty() || find.words.with_untracked(String::is_empty) {
                return;
            }
            let gone_to = find.at.get_untracked().checked_sub(1);
            let gone_to = gone_to.and_then(|at| find.found.with_untracked(|found| found.get(at).copied()));
            let found = console.find(&grows, &find.words.get_untracked());
            let at = gone_to.and_then(|number| found.iter().position(|row| *row == number));
            find.found.set(found);
            find.at.set(at.map_or(0, |at| at + 1));
        });
        let stepped = step.clone();
        let typing = Typing {
            on_input: Box::new(move || {
                look();
                find.at.set(0);
            }),
            on_key: Box::new(move |event| {
                if event.key() == "Enter" && !event.is_composing() {
                    stepped(!event.shift_key());
                }
            }),
            on_leave: Box::new(|| {}),
        };
        let count = words(move || match (find.found.with(Vec::len), find.at.get()) {
            _ if find.words.with(String::is_empty) => String::new(),
            (0, _) => "Nothing found".to_owned(),
            (count, 0) => format!("{count} found"),
            (count, at) => format!("{at} of {count}"),
        });
        let looks = Field {
            class: "field",
            kind: "search",
            id: Some(FIND),
            name: Some("Find in conversation"),
            placeholder: Some("Find"),
            ..Field::default()
        };
        let (back, on) = (step.clone(), step);
        view! {
            {field(looks, input, typing)}
            <p class="find-count" role="status">{count}</p>
            {icon_button("Previous match", Icon::Up, Box::new(move || back(false)))}
            {icon_button("Next match", Icon::Down, Box::new(move || on(true)))}
        }
        .into_any()
    }
}
