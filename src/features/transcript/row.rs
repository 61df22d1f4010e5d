//! One row of the transcript.
//!
//! A row has one effect, which runs when the row was touched and brings up to date whatever can change in it. Sealed rows
//! cost nothing.

use super::body::body;
use super::body::prose::prose;
use super::figures::{step_figures, turn_figures};
use super::place::element_id;
use super::tool::{group, tool, use_elapsed};
use crate::context::{Console, forget_picture, row_number};
use crate::features::composer::take_back;
use crate::features::later::show_if_there;
use crate::later::later;
use crate::ui::dynamic::{aria, flag, when, words};
use crate::ui::focus::focus_row;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button, div, paragraph};
use dispatch_core::ConversationId;
use dispatch_core::pictures::Picture;
use dispatch_core::transcript::RowId;
use dispatch_core::view::{RowBody, RowKey, RowView, UserState};
use leptos::html::Article;
use leptos::prelude::*;

/// A row's content, for those of its parts that change.
#[derive(Clone, Copy, Debug)]
pub struct RowSignal {
    shown: StoredValue<RowView>,
    changed: Trigger,
}

impl RowSignal {
    fn new(row: RowView) -> Self {
        Self { shown: StoredValue::new(row), changed: Trigger::new() }
    }

    /// Looks at what the row shows; looks again when that changed.
    pub(super) fn with<T>(self, look: impl FnOnce(&RowBody) -> T) -> T {
        self.changed.track();
        self.shown.with_value(|row| look(&row.body))
    }

    fn set(self, row: RowView) {
        if self.shown.with_value(|shown| *shown != row) {
            self.shown.set_value(row);
            self.changed.notify();
        }
    }
}

/// A row. What kind of row it is never changes while it is shown.
pub fn row(conversation: &ConversationId, key: RowKey) -> AnyView {
    let console = Console::expect();
    let Some(first) = console.row(conversation, key) else { return ().into_any() };
    let kind = kind_of(&first.body);
    let row = RowSignal::new(first.clone());
    let inner = match first.body {
        RowBody::User(_) => user(conversation, key, row),
        RowBody::Text => {
            view! { {prose(conversation, key.id)} {copies(&[("message", "Copy message", Icon::Copy)])} }.into_any()
        }
        RowBody::Thinking { .. } => thinking(conversation, key, row),
        RowBody::Tool(_) => tool(conversation, key, row),
        RowBody::Group { .. } => group(conversation, key, row),
        RowBody::Error { message, code } => error(message, code),
        RowBody::System(text) => note(text),
        RowBody::Image(picture) => image(picture),
        RowBody::Step(_) => step_figures(row),
        RowBody::Turn(_) => turn_figures(conversation, key, row),
        RowBody::Notice(kind) => note(format!("A piece of a type that this console does not know: {kind}")),
    };
    let article = NodeRef::<Article>::new();
    let touched = console.touched(key.id);
    let conversation = conversation.clone();
    Effect::new(move |_| {
        touched.track();
        let Some(article) = article.get() else { return };
        if let Some(now) = console.row(&conversation, key) {
            mark(&article, &now);
            row.set(now);
        }
    });
    let id = element_id(row_number(key));
    view! { <article class="row" id=id data-row=kind node_ref=article>{inner}</article> }.into_any()
}

/// The attributes that tests and assistive tools rely on.
fn mark(article: &web_sys::Element, row: &RowView) {
    let state = if let RowBody::Tool(tool) = &row.body { Some(tool.state.as_str()) } else { None };
    let attributes = [
        ("data-seq", row.seq.map(|seq| seq.to_string())),
        ("data-turn", row.turn.clone()),
        ("data-live", row.is_live.then(String::new)),
        ("data-state", state.map(str::to_owned)),
    ];
    for (name, value) in attributes {
        // Setting an attribute by one of these names cannot fail.
        match value {
            Some(value) if article.get_attribute(name).as_ref() != Some(&value) => {
                article.set_attribute(name, &value).ok();
            }
            Some(_) => {}
            None => {
                article.remove_attribute(name).ok();
            }
        }
    }
}

fn kind_of(body: &RowBody) -> &'static str {
    match body {
        RowBody::User(_) => "user",
        RowBody::Text => "text",
        RowBody::Thinking { .. } => "thinking",
        RowBody::Tool(_) => "tool",
        RowBody::Group { .. } => "tool-group",
        RowBody::Error { .. } => "error",
        RowBody::System(_) => "system",
        RowBody::Image(_) => "image",
        RowBody::Notice(_) => "notice",
        RowBody::Step(_) => "step",
        RowBody::Turn(_) => "turn",
    }
}

/// The person's message, with what became of it while nothing has confirmed it.
fn user(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let console = Console::expect();
    let state =
        move || row.with(|body| if let RowBody::User(state) = body { state.clone() } else { UserState::Confirmed });
    let note = words(move || match state() {
        UserState::Confirmed => String::new(),
        UserState::Steering => "Said while the turn ran".to_owned(),
        UserState::Waiting => "Waiting to be sent".to_owned(),
        UserState::Sending => "Sending…".to_owned(),
        UserState::Failed(reason) => format!("Not sent: {reason}"),
    });
    let failed = Signal::derive(move || matches!(state(), UserState::Failed(_)));
    let is_here = flag(move || matches!(state(), UserState::Failed(_) | UserState::Waiting));
    let retry =
        move || view! { <button class="quiet" on:click=move |_| console.retry(key.id)>"Retry"</button> }.into_any();
    let others = move || show_if_there(console, later!(take_back: fn((Console, RowId)) -> AnyView), (console, key.id));
    view! {
        <div class="bubble" data-failed=words(move || failed.get().to_string())>{body(conversation, key.id)}</div>
        <p class="send-state">{note}{when(failed, retry)}{when(is_here, others)}</p>
        {copies(&[("message", "Copy message", Icon::Copy), ("turn", "Copy turn", Icon::CopyAll)])}
    }
    .into_any()
}

/// The buttons that take a row along. What they do is heard where the rows are (`rows`).
fn copies(which: &'static [(&'static str, &'static str, Icon)]) -> AnyView {
    let copy = |(what, name, shown): &(&'static str, &'static str, Icon)| {
        view! { <button class="icon-button" data-copy=*what aria-label=*name title=*name>{icon(*shown)}</button> }
            .into_any()
    };
    div("row-copies", which.iter().map(copy).collect())
}

/// What folds a row: its key, and whose.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    pub(super) conversation: ConversationId,
    pub(super) key: RowKey,
    pub(super) open: ArcRwSignal<bool>,
}

impl Fold {
    pub(super) fn of(conversation: &ConversationId, key: RowKey) -> Self {
        let open = Console::expect().is_open(conversation, key);
        Self { conversation: conversation.clone(), key, open }
    }

    pub(super) fn is_open(&self) -> Signal<bool> {
        let open = self.open.clone();
        flag(move || open.get())
    }

    /// The button that folds what follows it, the first in its row. What it does is heard where the rows are (`rows`).
    pub(super) fn head(&self, class: &'static str, content: Vec<AnyView>) -> AnyView {
        view! {
            <button class=class aria-expanded=aria(self.is_open()) data-fold="">
                {content}
            </button>
        }
        .into_any()
    }

    /// Buttons for everything that is like it.
    pub(super) fn like(&self) -> AnyView {
        let console = Console::expect();
        let to = |words: &'static str, open: bool| {
            let Self { conversation, key, .. } = self.clone();
            let looks = Button { class: "quiet", ..Button::default() };
            let act = move || {
                if !open {
                    focus_row();
                }
                console.fold_like(&conversation, key, open);
            };
            button(looks, words, act)
        };
        div("like", vec![to("Open all like this", true), to("Fold all like this", false)])
    }
}

/// A button that folds what follows it, the first in its row.
pub(super) fn fold(heading: Signal<String>, fold: &Fold) -> AnyView {
    fold.head("fold", vec![icon(Icon::Chevron), heading.into_any()])
}

/// What the model thought: folded away until somebody wants to know.
fn thinking(conversation: &ConversationId, key: RowKey, row: RowSignal) -> AnyView {
    let of_row = Fold::of(conversation, key);
    let heading = words(move || {
        row.with(|body| if let RowBody::Thinking { heading, .. } = body { heading.clone() } else { String::new() })
    });
    let since = move || row.with(|body| if let RowBody::Thinking { since, .. } = body { *since } else { None });
    let clock = move || {
        let elapsed = untrack(since).map(use_elapsed);
        view! { <time class="fold-note">{elapsed}</time> }.into_any()
    };
    let shown = of_row.clone();
    let inside = move || vec![prose(&shown.conversation, key.id), shown.like()].into_any();
    vec![fold(heading, &of_row), when(flag(move || since().is_some()), clock), when(of_row.is_open(), inside)]
        .into_any()
}

fn error(message: String, code: Option<String>) -> AnyView {
    let code = code.map(|code| view! { <code>{code}</code> }.into_any());
    view! { {icon(Icon::Warning)} <div class="words" data-body="">{message}</div> {code} }.into_any()
}

fn note(text: String) -> AnyView {
    view! { <div class="words" data-body="">{text}</div> }.into_any()
}

/// A picture of the backend's: fetched, and shown from the page's own memory.
fn served(path: String) -> AnyView {
    let address = RwSignal::new(String::new());
    let said = RwSignal::new("Loading the picture…".to_owned());
    let named = path.clone();
    Console::expect().fetch_picture(&path, move |came| match came {
        // The row may be gone by then.
        Some(came) => match address.try_set(came) {
            None => drop(said.try_set(String::new())),
            Some(unused) => forget_picture(&unused),
        },
        None => drop(said.try_set(["Picture that could not be loaded: ", &named].concat())),
    });
    on_cleanup(move || address.try_with_untracked(|address| forget_picture(address)).unwrap_or_default());
    let is_there = flag(move || !address.with(String::is_empty));
    let shown = move || view! { <img src=address alt="Attached picture"/> }.into_any();
    vec![when(is_there, shown), paragraph("note", None, said.into())].into_any()
}

/// A picture, as far as the core lets it be one.
fn image(picture: Picture) -> AnyView {
    match picture {
        Picture::Shown(url) => view! { <img src=url alt="Attached picture"/> }.into_any(),
        Picture::Served(path) => served(path),
        Picture::Linked(url) => {
            let address = url.clone();
            view! { <a href=address target="_blank" rel="noopener noreferrer">{url}</a> }.into_any()
        }
        Picture::Named(url) => note(format!("Picture: {url}")),
    }
}
