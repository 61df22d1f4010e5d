//! The turns of a conversation, a mark each: where there is room, one sees how many there are and goes to any.

use crate::context::{Console, row_key};
use crate::ui::dynamic::{flag, list, when, words};
use crate::ui::parts::{Button, button};
use dispatch_core::ConversationId;
use dispatch_core::title::{LONGEST, title};
use leptos::prelude::*;
use std::sync::Arc;

/// What the marks are made of.
#[derive(Clone)]
pub(super) struct Rail {
    pub(super) console: Console,
    pub(super) conversation: ConversationId,
    /// All rows, whether they stand in the page or not.
    pub(super) rows: Signal<Vec<u64>>,
    /// Goes to a row.
    pub(super) go: Arc<dyn Fn(u64) + Send + Sync>,
}

impl Rail {
    /// The marks, from two turns on.
    pub(super) fn view(self) -> AnyView {
        let Self { console, conversation, rows, go } = self;
        let whose = conversation.clone();
        let turns = Signal::derive(move || {
            rows.track();
            console.turns(&whose).into_iter().map(|(number, _)| number).collect::<Vec<u64>>()
        });
        let marks = move || {
            let (conversation, go) = (conversation.clone(), go.clone());
            let mark = move |number: u64| {
                let mut name = String::new();
                console.with_words(&conversation, row_key(number).id, |words, _| name = title(words, LONGEST));
                let looks = Button { class: "turn-mark", name: Some(words(move || name.clone())), ..Button::default() };
                let go = go.clone();
                button(looks, (), move || go(number))
            };
            view! { <nav class="turns" aria-label="Turns">{list(turns, mark)}</nav> }.into_any()
        };
        when(flag(move || turns.with(Vec::len) > 1), marks)
    }
}
