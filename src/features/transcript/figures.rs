//! The figures below a step and a turn: the words that the core writes, and behind each figure how it is made.
//!
//! There may be thousands of these rows, and hardly anybody asks one. So a row is its words, and no figure listens: one
//! listener for all of them comes later ([`explanation`]), and so does what a turn's time was spent on ([`waterfall`]).

mod explanation;
mod waterfall;

use super::row::{Fold, RowSignal};
use crate::context::Console;
use crate::features::later::{show_if_there, show_later};
use crate::later::later;
use crate::ui::dynamic::{attribute, flag, list, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::span;
use dispatch_core::ConversationId;
use dispatch_core::metrics::{Figure, Line, Part};
use dispatch_core::view::{RowBody, RowKey};
use leptos::prelude::*;
use waterfall::OfTurn;

/// What listens for those who ask where a figure comes from, anywhere on the page.
pub(super) fn explanations(console: Console, conversation: ConversationId) -> AnyView {
    show_if_there(console, later!(explanation::explanations: fn(ConversationId) -> AnyView), conversation)
}

/// What a step took, and what it lost.
pub(super) fn step_figures(row: RowSignal) -> AnyView {
    let has_mark = flag(move || look(row, |line| !line.mark.is_empty()).unwrap_or_default());
    let mark = words(move || look(row, |line| line.mark.clone()).unwrap_or_default());
    let lost = move || {
        let figure = figure(Figure::Lost as u64, mark, attribute(|| None), attribute(|| Some("0".to_owned())));
        view! { <p class="lost">{icon(Icon::Warning)} {figure}</p> }.into_any()
    };
    vec![line(row), when(has_mark, lost)].into_any()
}

/// What a turn took, and on what its time was spent.
pub(super) fn turn_figures(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let console = Console::expect();
    let fold = Fold::of(conversation, key);
    let turn = OfTurn { conversation: conversation.clone(), id: key.id, row };
    let bar = show_if_there(console, later!(waterfall::bar: fn(OfTurn) -> AnyView), turn.clone());
    let head =
        fold.head("fold waterfall-head", vec![icon(Icon::Chevron), "Waterfall".into_any(), span("waterfall-bar", bar)]);
    let lanes = move || show_later(console, later!(waterfall::lanes: fn(OfTurn) -> AnyView), turn.clone());
    vec![line(row), head, when(fold.is_open(), lanes)].into_any()
}

fn look<T>(row: RowSignal, look: impl FnOnce(&Line) -> T) -> Option<T> {
    row.with(|body| if let RowBody::Step(line) | RowBody::Turn(line) = body { Some(look(line)) } else { None })
}

/// The figures with ` · ` between them. One stop for the Tab key; arrows go from there.
fn line(row: RowSignal) -> AnyView {
    let figures =
        move || look(row, |line| line.parts.iter().map(|part| part.figure as u64).collect()).unwrap_or_default();
    view! {
        <div class="words figures" data-body="" role="toolbar" aria-label="Figures">
            {list(Signal::derive(figures), move |figure| part(row, figure))}
        </div>
    }
    .into_any()
}

fn part(row: RowSignal, key: u64) -> AnyView {
    let look = move |look: fn(&Part) -> Option<String>| {
        attribute(move || {
            self::look(row, |line| line.parts.iter().find(|part| part.figure as u64 == key).and_then(look)).flatten()
        })
    };
    let text = look(|part| Some(part.text.clone()));
    let text = words(move || text.get().unwrap_or_default());
    if key == Figure::Name as u64 {
        return view! { <span class="figure-name">{text}</span> }.into_any();
    }
    let level = look(|part| part.level.map(|level| level.as_str().to_owned()));
    let stop = attribute(move || {
        let first = self::look(row, |line| line.parts.get(1).map(|part| part.figure as u64)).flatten();
        Some(if first == Some(key) { "0" } else { "-1" }.to_owned())
    });
    vec![" · ".into_any(), figure(key, text, level, stop)].into_any()
}

/// A figure that can be asked. Not the browser's button: it is a word among others, and is read as one.
fn figure(key: u64, text: Signal<String>, level: Signal<Option<String>>, stop: Signal<Option<String>>) -> AnyView {
    view! {
        <span
            class="figure"
            role="button"
            tabindex=stop
            aria-haspopup="dialog"
            aria-description=level
            data-figure=key.to_string()
            data-level=level
        >
            {text}
        </span>
    }
    .into_any()
}
