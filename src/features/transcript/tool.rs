//! Tool cards: a line each, and everything else on demand.

use super::row::Row;
use crate::context::Console;
use crate::ui::clock::use_seconds;
use crate::ui::icon::{Icon, IconView};
use dispatch_core::time::format_elapsed;
use dispatch_core::transcript::{RowId, ToolState};
use dispatch_core::view::{RowBody, RowKey, RowView, ToolDetails, ToolView};
use dispatch_core::{ConversationId, Millis};
use leptos::prelude::*;

/// A tool call with its result.
#[component]
pub fn Tool(conversation: ConversationId, key: RowKey, row: Memo<Option<RowView>>) -> impl IntoView {
    let open = Console::expect().is_open(&conversation, key, false);
    let tool = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.body) {
            Some(RowBody::Tool(tool)) => Some(tool.clone()),
            _ => None,
        })
    });
    let state = Memo::new(move |_| tool.with(|tool| tool.as_ref().map_or(ToolState::NoResult, |tool| tool.state)));
    let name = move || tool.with(|tool| tool.as_ref().map(|tool| tool.name.clone()));
    let summary = move || tool.with(|tool| tool.as_ref().map(|tool| tool.summary.clone()));
    let expanded = open.clone();
    let toggled = open.clone();
    view! {
        <button
            class="card-head"
            aria-expanded=move || expanded.get().to_string()
            on:click=move |_| toggled.update(|open| *open = !*open)
        >
            <span class="card-icon" data-state=move || state.get().as_str()>
                {move || view! { <IconView icon=icon_of(state.get())/> }}
                <span class="visually-hidden">{move || words_of(state.get())}</span>
            </span>
            <span class="card-name">{name}</span>
            <span class="card-summary">{summary}</span>
            {move || tool.get().map(|tool| view! { <Took tool=tool/> })}
        </button>
        <Show when=move || open.get()>
            <Details conversation=conversation.clone() id=key.id/>
        </Show>
    }
}

fn icon_of(state: ToolState) -> Icon {
    match state {
        ToolState::Running => Icon::Running,
        ToolState::Ok => Icon::Check,
        ToolState::Error => Icon::Cross,
        ToolState::NoResult => Icon::Dash,
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

/// How long the call took, or has been running.
#[component]
fn Took(tool: ToolView) -> impl IntoView {
    let words = match (tool.state, tool.duration, tool.started) {
        (ToolState::Running, _, Some(started)) => return view! { <Elapsed started=started/> }.into_any(),
        (ToolState::Running, _, None) => "running".to_owned(),
        (ToolState::NoResult, _, _) => "no result".to_owned(),
        (ToolState::Error, duration, _) => {
            duration.map_or("failed".to_owned(), |duration| format!("failed · {duration}"))
        }
        (ToolState::Ok, duration, _) => duration.unwrap_or_default(),
    };
    view! { <span class="card-time">{words}</span> }.into_any()
}

/// A clock that ticks its own text and nothing else.
#[component]
fn Elapsed(started: Millis) -> impl IntoView {
    let now = use_seconds();
    view! { <span class="card-time">{move || format_elapsed(now.get().since(started))}</span> }
}

/// What the tool was asked, what it printed and what it answered. Built only while it is looked at.
#[component]
fn Details(conversation: ConversationId, id: RowId) -> impl IntoView {
    let console = Console::expect();
    let touched = console.touched(&conversation, id);
    let details = Memo::new(move |_| {
        touched.track();
        console.tool_details(&conversation, id)
    });
    let part = move |name: &'static str, take: fn(&ToolDetails) -> Option<String>| {
        move || details.with(take).filter(|text| !text.is_empty()).map(|text| view! { <Part name=name text=text/> })
    };
    let output =
        |details: &ToolDetails| Some(details.output.iter().map(|piece| piece.data.as_str()).collect::<String>());
    view! {
        <div class="card-details">
            {part("Input", |details| details.input.clone())}
            {part("Output", output)}
            {part("Result", |details| details.result.clone())}
        </div>
    }
}

#[component]
fn Part(name: &'static str, text: String) -> impl IntoView {
    view! {
        <section class="card-part" aria-label=name>
            <h3>{name}</h3>
            <pre tabindex="0">{text}</pre>
        </section>
    }
}

/// The calls that one step made side by side. Open until the person folds it.
#[component]
pub fn Group(conversation: ConversationId, key: RowKey, row: Memo<Option<RowView>>) -> impl IntoView {
    let open = Console::expect().is_open(&conversation, key, true);
    let cards = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.body) {
            Some(RowBody::Group(cards)) => cards.clone(),
            _ => Vec::new(),
        })
    });
    let expanded = open.clone();
    let toggled = open.clone();
    view! {
        <button
            class="fold group-head"
            aria-expanded=move || expanded.get().to_string()
            on:click=move |_| toggled.update(|open| *open = !*open)
        >
            <IconView icon=Icon::Chevron/>
            {move || format!("{} tools side by side", cards.with(Vec::len))}
        </button>
        <Show when=move || open.get()>
            <Cards conversation=conversation.clone() cards=cards/>
        </Show>
    }
}

#[component]
fn Cards(conversation: ConversationId, cards: Memo<Vec<RowId>>) -> AnyView {
    view! {
        <div class="group-cards">
            <For each=move || cards.get() key=|id| *id let:id>
                <Row conversation=conversation.clone() key=RowKey { id, is_group: false }/>
            </For>
        </div>
    }
    .into_any()
}
