//! Finding words in a conversation: in all that is loaded, folded away or not. The browser's own search sees only what
//! stands in the page.

use crate::context::{Console, row_key};
use crate::ui::dynamic::{when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, Field, Typing, button, field, typed};
use dispatch_core::ConversationId;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;

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
        request_animation_frame(|| focus_on(FIND));
    }

    /// The box. `go` goes to a row.
    pub(super) fn view(
        self,
        console: Console,
        conversation: ConversationId,
        go: impl Fn(u64) + Copy + Send + Sync + 'static,
    ) -> AnyView {
        when(self.is_open.into(), move || self.bar(console, conversation.clone(), go))
    }

    fn bar(self, console: Console, conversation: ConversationId, go: impl Fn(u64) + Copy + 'static) -> AnyView {
        let input = NodeRef::<Input>::new();
        let looked_in = conversation.clone();
        let look = move || {
            let words = typed(input);
            self.found.set(console.find(&looked_in, &words));
            self.words.set(words);
        };
        let step = move |forward: bool| {
            let count = self.found.with_untracked(Vec::len);
            if count == 0 {
                return;
            }
            let next = match (self.at.get_untracked(), forward) {
                (at, true) => at % count + 1,
                (0 | 1, false) => count,
                (at, false) => at - 1,
            };
            self.at.set(next);
            let number = self.found.with_untracked(|found| found[next - 1]);
            // What is found must be seen.
            console.unfold_found(&conversation, row_key(number), &self.words.get_untracked());
            go(number);
        };
        let close = move || {
            self.is_open.set(false);
            self.words.set(String::new());
            self.found.set(Vec::new());
            focus_on(super::LOG);
        };
        let stepped = step.clone();
        let typing = Typing {
            on_input: Box::new(move || {
                look();
                self.at.set(0);
            }),
            on_key: Box::new(move |event| {
                if event.key() == "Enter" && !event.is_composing() {
                    stepped(!event.shift_key());
                }
            }),
            on_leave: Box::new(|| {}),
        };
        let count = words(move || match (self.found.with(Vec::len), self.at.get()) {
            _ if self.words.with(String::is_empty) => String::new(),
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
        let icon_button = |name: &'static str, shown: Icon, act: Box<dyn Fn()>| {
            let looks =
                Button { class: "icon-button", name: Some(words(move || name.to_owned())), ..Button::default() };
            button(looks, icon(shown), act)
        };
        let (back, on) = (step.clone(), step);
        let leave = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close();
            }
        };
        view! {
            <div class="find" role="search" on:keydown=leave>
                {field(looks, input, typing)}
                <p class="find-count" role="status">{count}</p>
                {icon_button("Previous match", Icon::Up, Box::new(move || back(false)))}
                {icon_button("Next match", Icon::Down, Box::new(move || on(true)))}
                {icon_button("Close find", Icon::Cross, Box::new(close))}
            </div>
        }
        .into_any()
    }
}
