//! One row of the transcript.

use super::body::Words;
use super::tool::{Group, Tool};
use crate::context::Console;
use crate::ui::icon::{Icon, IconView};
use dispatch_core::ConversationId;
use dispatch_core::view::{RowBody, RowKey, RowView, UserState};
use leptos::prelude::*;

/// A row. What kind of row it is never changes while it is shown.
#[component]
pub fn Row(
    /// Whose.
    conversation: ConversationId,
    /// Which.
    key: RowKey,
) -> impl IntoView {
    let row = Console::expect().row(&conversation, key);
    let body = row.with_untracked(|row| row.as_ref().map(|row| row.body.clone()))?;
    let kind = kind_of(&body);
    let seq = move || row.with(|row| row.as_ref().and_then(|row| row.seq).map(|seq| seq.to_string()));
    let turn = move || row.with(|row| row.as_ref().and_then(|row| row.turn.clone()));
    let is_live = move || row.with(|row| row.as_ref().is_some_and(|row| row.is_live).then_some(""));
    let state = move || row.with(|row| row.as_ref().and_then(|row| state_of(&row.body)));
    let inner = match body {
        RowBody::User(_) => view! { <User conversation=conversation key=key row=row/> }.into_any(),
        RowBody::Text { .. } => {
            let is_open = Signal::derive(move || body_is(row, |body| matches!(body, RowBody::Text { is_open: true })));
            view! { <Words conversation=conversation row=key.id is_open=is_open/> }.into_any()
        }
        RowBody::Thinking { .. } => view! { <Thinking conversation=conversation key=key row=row/> }.into_any(),
        RowBody::Tool(_) => view! { <Tool conversation=conversation key=key row=row/> }.into_any(),
        RowBody::Group(_) => view! { <Group conversation=conversation key=key row=row/> }.into_any(),
        RowBody::Error { message, code } => view! {
            <IconView icon=Icon::Warning/>
            <div class="words" data-body="">{message}</div>
            {code.map(|code| view! { <code>{code}</code> })}
        }
        .into_any(),
        RowBody::System(text) => view! { <div class="words" data-body="">{text}</div> }.into_any(),
        RowBody::Image { url } => view! { <Image url=url/> }.into_any(),
        RowBody::Notice(kind) => {
            view! { <p>"A piece of a type that this console does not know: " <code>{kind}</code></p> }.into_any()
        }
    };
    Some(view! {
        <article class="row" data-row=kind data-seq=seq data-turn=turn data-live=is_live data-state=state>
            {inner}
        </article>
    })
}

/// Whether a row's body is as asked.
pub(super) fn body_is(row: Memo<Option<RowView>>, is: impl Fn(&RowBody) -> bool) -> bool {
    row.with(|row| row.as_ref().is_some_and(|row| is(&row.body)))
}

fn kind_of(body: &RowBody) -> &'static str {
    match body {
        RowBody::User(_) => "user",
        RowBody::Text { .. } => "text",
        RowBody::Thinking { .. } => "thinking",
        RowBody::Tool(_) => "tool",
        RowBody::Group(_) => "tool-group",
        RowBody::Error { .. } => "error",
        RowBody::System(_) => "system",
        RowBody::Image { .. } => "image",
        RowBody::Notice(_) => "notice",
    }
}

fn state_of(body: &RowBody) -> Option<&'static str> {
    match body {
        RowBody::Tool(tool) => Some(tool.state.as_str()),
        RowBody::User(_)
        | RowBody::Text { .. }
        | RowBody::Thinking { .. }
        | RowBody::Group(_)
        | RowBody::Error { .. }
        | RowBody::System(_)
        | RowBody::Image { .. }
        | RowBody::Notice(_) => None,
    }
}

/// The person's message, with what became of it while nothing has confirmed it.
#[component]
fn User(conversation: ConversationId, key: RowKey, row: Memo<Option<RowView>>) -> impl IntoView {
    let console = Console::expect();
    let state = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.body) {
            Some(RowBody::User(state)) => state.clone(),
            _ => UserState::Confirmed,
        })
    });
    let note = move || match state.get() {
        UserState::Confirmed => None,
        UserState::Waiting => Some("Waiting to be sent".to_owned()),
        UserState::Sending => Some("Sending…".to_owned()),
        UserState::Failed(reason) => Some(format!("Not sent: {reason}")),
    };
    let failed = move || matches!(state.get(), UserState::Failed(_));
    view! {
        <div class="bubble" data-failed=move || failed().then_some("")>
            <Words conversation=conversation row=key.id is_open=Signal::derive(|| false)/>
        </div>
        {move || note().map(|note| {
            view! {
                <p class="send-state">
                    {note}
                    <Show when=failed>
                        <button class="quiet" on:click=move |_| console.retry(key.id)>"Retry"</button>
                    </Show>
                </p>
            }
        })}
    }
}

/// What the model thought: folded away until somebody wants to know.
#[component]
fn Thinking(conversation: ConversationId, key: RowKey, row: Memo<Option<RowView>>) -> impl IntoView {
    let open = Console::expect().is_open(&conversation, key, false);
    let heading = move || {
        row.with(|row| match row.as_ref().map(|row| &row.body) {
            Some(RowBody::Thinking { heading, .. }) => heading.clone(),
            _ => String::new(),
        })
    };
    let is_open = Signal::derive(move || body_is(row, |body| matches!(body, RowBody::Thinking { is_open: true, .. })));
    let expanded = open.clone();
    let toggled = open.clone();
    view! {
        <button
            class="fold"
            aria-expanded=move || expanded.get().to_string()
            on:click=move |_| toggled.update(|open| *open = !*open)
        >
            <IconView icon=Icon::Chevron/>
            {heading}
        </button>
        <Show when=move || open.get()>
            <Words conversation=conversation.clone() row=key.id is_open=is_open/>
        </Show>
    }
}

/// A picture. Only one that came with the message itself is shown; anything else would ask a stranger's server for it.
#[component]
fn Image(url: String) -> impl IntoView {
    if url.starts_with("data:image/") {
        return view! { <img src=url alt="Attached picture"/> }.into_any();
    }
    if url.starts_with("https://") || url.starts_with("http://") {
        return view! { <a href=url.clone() target="_blank" rel="noopener noreferrer">"Picture: " {url.clone()}</a> }
            .into_any();
    }
    view! { <p>"Picture: " {url}</p> }.into_any()
}
