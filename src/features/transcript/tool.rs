//! Tool cards: a line each, and everything else on demand.

mod details;
pub mod sheet;

use super::row::{Fold, RowSignal, fold, row as row_view};
use crate::context::{Console, row_key, row_number};
use crate::features::later::show_later;
use crate::later::later;
use crate::ui::clock::use_seconds;
use crate::ui::dynamic::{list, per_key, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{div, span};
use details::details;
use dispatch_core::time::format_elapsed;
use dispatch_core::tool::ToolKind;
use dispatch_core::transcript::ToolState;
use dispatch_core::view::{RowBody, RowKey, ToolView};
use dispatch_core::{ConversationId, Millis};
use leptos::prelude::*;

/// A tool call with its result.
pub fn tool(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let fold = Fold::of(conversation, key);
    let of = move |take: fn(&ToolView) -> String| {
        words(move || row.with(|body| if let RowBody::Tool(tool) = body { take(tool) } else { String::new() }))
    };
    let part = move |class: &'static str, take: fn(&ToolView) -> String| span(class, of(take).into_any());
    let kind = untrack(|| row.with(|body| if let RowBody::Tool(tool) = body { tool.kind } else { ToolKind::Unknown }));
    let state = of(|tool| tool.state.as_str().to_owned());
    let runs = move |state: String| {
        if state == ToolState::Running.as_str() { elapsed(row) } else { of(took).into_any() }
    };
    let parts = vec![
        icon(icon_of_kind(kind)),
        part("card-name", |tool| tool.name.clone()),
        part("card-summary", |tool| tool.summary.clone()),
        part("card-note", |tool| tool.note.clone()),
        span("card-time", per_key(state, runs)),
        span("card-state", per_key(state, |state| icon(icon_of(&state)))),
        part("visually-hidden", |tool| words_of(tool.state).to_owned()),
        part("card-failure", |tool| tool.failure.clone()),
    ];
    let inside = fold.clone();
    let content = move || show_later(Console::expect(), later!(details: fn(Fold) -> AnyView), inside.clone());
    vec![fold.head("card-head", parts), when(fold.is_open(), content)].into_any()
}

fn icon_of_kind(kind: ToolKind) -> Icon {
    match kind {
        ToolKind::Run => Icon::Prompt,
        ToolKind::Read => Icon::File,
        ToolKind::Write => Icon::NewFile,
        ToolKind::Edit => Icon::Pencil,
        ToolKind::List => Icon::Folder,
        ToolKind::Search => Icon::Search,
        ToolKind::Fetch => Icon::Globe,
        ToolKind::Unknown => Icon::Box,
    }
}

fn icon_of(state: &str) -> Icon {
    match state {
        "running" => Icon::Running,
        "ok" => Icon::Check,
        "error" => Icon::Cross,
        _ => Icon::Dash,
    }
}

fn words_of(state: ToolState) -> &'static str {
    match state {
        ToolState::Running => "Running",
        ToolState::Ok => "Done",
        ToolState::Error => "Failed",
        ToolState::NoResult => "No result",
    }
}

/// How long the call took.
fn took(tool: &ToolView) -> String {
    let duration = tool.duration.clone();
    match tool.state {
        ToolState::Running => "running".to_owned(),
        ToolState::NoResult => "no result".to_owned(),
        ToolState::Error => duration.map_or("failed".to_owned(), |duration| format!("failed · {duration}")),
        ToolState::Ok => duration.unwrap_or_default(),
    }
}

/// How long the call has been running.
fn elapsed(row: RowSignal) -> AnyView {
    let started = untrack(|| row.with(|body| if let RowBody::Tool(tool) = body { tool.started } else { None }));
    started.map_or_else(|| "running".into_any(), use_elapsed)
}

/// How long ago something began: a clock that ticks its own text and nothing else.
pub(super) fn use_elapsed(started: Millis) -> AnyView {
    let now = use_seconds();
    words(move || format_elapsed(now.get().since(started))).into_any()
}

/// The calls that one step made side by side. Open until the person folds it.
pub fn group(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let of_group = Fold::of(conversation, key);
    let cards = Signal::derive(move || {
        row.with(|body| {
            let RowBody::Group { cards, .. } = body else { return Vec::new() };
            cards.iter().map(|id| row_number(RowKey { id: *id, is_group: false })).collect::<Vec<u64>>()
        })
    });
    let heading = words(move || format!("{} tools side by side", cards.with(Vec::len)));
    let note = words(move || {
        row.with(|body| if let RowBody::Group { note, .. } = body { note.clone() } else { String::new() })
    });
    let conversation = conversation.clone();
    let inside = move || {
        let conversation = conversation.clone();
        let card = move |number| row_view(&conversation, row_key(number));
        div("group-cards", vec![list(cards, card)])
    };
    vec![fold(heading, &of_group), span("fold-note", note.into_any()), when(of_group.is_open(), inside)].into_any()
}
