//! Tool cards: a line each, and everything else on demand.

use super::row::{RowSignal, fold, row as row_view};
use crate::context::{Console, row_key, row_number};
use crate::ui::clock::use_seconds;
use crate::ui::dynamic::{aria, list, per_key, when, words};
use crate::ui::icon::{Icon, icon};
use dispatch_core::ConversationId;
use dispatch_core::time::format_elapsed;
use dispatch_core::transcript::{RowId, ToolState};
use dispatch_core::view::{RowBody, RowKey, ToolDetails, ToolView};
use leptos::prelude::*;
use std::sync::Arc;

/// A tool call with its result.
pub fn tool(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let open = Console::expect().is_open(conversation, key, false);
    let of = move |take: fn(&ToolView) -> String| {
        words(move || row.with(|body| if let RowBody::Tool(tool) = body { take(tool) } else { String::new() }))
    };
    let state = of(|tool| tool.state.as_str().to_owned());
    let runs = move |state: String| {
        if state == ToolState::Running.as_str() { elapsed(row) } else { view! { {of(took)} }.into_any() }
    };
    let is_open = open.clone();
    let expanded = Signal::derive(move || is_open.get());
    let conversation = conversation.clone();
    view! {
        <button class="card-head" aria-expanded=aria(expanded) on:click=move |_| open.update(|open| *open = !*open)>
            <span class="card-icon" data-state=state>
                {per_key(state, |state| icon(icon_of(&state)))}
                <span class="visually-hidden">{of(|tool| words_of(tool.state).to_owned())}</span>
            </span>
            <span class="card-name">{of(|tool| tool.name.clone())}</span>
            <span class="card-summary">{of(|tool| tool.summary.clone())}</span>
            <span class="card-time">{per_key(state, runs)}</span>
        </button>
        {when(expanded, move || details(&conversation, key.id))}
    }
    .into_any()
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

/// How long the call has been running: a clock that ticks its own text and nothing else.
fn elapsed(row: RowSignal) -> AnyView {
    let started = untrack(|| row.with(|body| if let RowBody::Tool(tool) = body { tool.started } else { None }));
    let Some(started) = started else { return "running".into_any() };
    let now = use_seconds();
    view! { {words(move || format_elapsed(now.get().since(started)))} }.into_any()
}

/// What the tool was asked, what it printed and what it answered. Built only while it is looked at.
fn details(conversation: &ConversationId, id: RowId) -> AnyView {
    let console = Console::expect();
    let touched = console.touched(id);
    let conversation = conversation.clone();
    let tool = Arc::new(move || {
        touched.track();
        console.tool_details(&conversation, id)
    });
    let part = move |name: &'static str, take: fn(ToolDetails) -> String| {
        let tool = Arc::clone(&tool);
        let text = words(move || take(tool()));
        let section = move || {
            view! { <section class="card-part" aria-label=name><p class="card-part-name">{name}</p><pre tabindex="0">{text}</pre></section> }
                .into_any()
        };
        when(Signal::derive(move || !text.with(String::is_empty)), section)
    };
    let output = |tool: ToolDetails| tool.output.iter().map(|piece| piece.data.as_str()).collect();
    view! {
        <div class="card-details">
            {part("Input", |tool| tool.input.unwrap_or_default())}
            {part("Output", output)}
            {part("Result", |tool| tool.result.unwrap_or_default())}
        </div>
    }
    .into_any()
}

/// The calls that one step made side by side. Open until the person folds it.
pub fn group(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let open = Console::expect().is_open(conversation, key, true);
    let cards = Signal::derive(move || {
        row.with(|body| {
            let RowBody::Group(cards) = body else { return Vec::new() };
            cards.iter().map(|id| row_number(RowKey { id: *id, is_group: false })).collect::<Vec<u64>>()
        })
    });
    let heading = words(move || format!("{} tools side by side", cards.with(Vec::len)));
    let conversation = conversation.clone();
    let is_open = open.clone();
    let inside = move || {
        let conversation = conversation.clone();
        let card = move |number| row_view(&conversation, row_key(number));
        view! { <div class="group-cards">{list(cards, card)}</div> }.into_any()
    };
    view! { {fold(heading, open)} {when(Signal::derive(move || is_open.get()), inside)} }.into_any()
}
