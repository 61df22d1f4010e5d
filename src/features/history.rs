//! The history: every conversation there is, to be searched, opened and named.
//!
//! The list may be long and changes while it is looked at. Lines keep their elements while it does, so that a title that is
//! being typed, or the focus, is never lost to news.

use crate::context::Console;
use crate::features::sidebar::Drawer;
use crate::ui::clock::{ago, use_minutes};
use crate::ui::dynamic::{attribute, either, flag, list, per_key, when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use dispatch_core::listing::{ListState, ListedView};
use dispatch_core::view::ConnectionView;
use dispatch_core::{ConversationId, Millis};
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;

/// So many lines are there at once, until the person asks for all.
const SHOWN: usize = 100;

/// The id of the search box.
const SEARCH: &str = "history-search";

/// The lines that were found, to be looked up by key.
#[derive(Debug, Default, PartialEq)]
struct Found {
    /// In the order in which they are shown.
    keys: Vec<u64>,
    /// Sorted by key.
    lines: Vec<(u64, ListedView)>,
}

impl Found {
    fn new(mut lines: Vec<(u64, ListedView)>) -> Self {
        let keys = lines.iter().map(|(key, _)| *key).collect();
        lines.sort_unstable_by_key(|(key, _)| *key);
        Self { keys, lines }
    }

    fn line(&self, key: u64) -> Option<&ListedView> {
        self.lines.binary_search_by_key(&key, |(key, _)| *key).ok().map(|at| &self.lines[at].1)
    }
}

/// What the lines of the list have in common.
#[derive(Clone, Copy)]
struct History {
    console: Console,
    drawer: Drawer,
    found: Memo<Found>,
    now: Signal<Millis>,
    /// What this device keeps is worth a word while the backend cannot be reached.
    is_cut_off: Signal<bool>,
}

/// The view's content.
pub fn history(drawer: Drawer) -> AnyView {
    let console = Console::expect();
    console.ask_list();
    let query = RwSignal::new(String::new());
    let shows_all = RwSignal::new(false);
    let found = Memo::new(move |_| Found::new(query.with(|query| console.listed(query))));
    let is_cut_off = flag(move || {
        let connection = console.shell(|shell| shell.connection);
        matches!(connection, ConnectionView::Reconnecting(_) | ConnectionView::Offline)
    });
    let history = History { console, drawer, found, now: use_minutes(), is_cut_off };

    let count = move || found.with(|found| found.keys.len());
    let keys = Signal::derive(move || {
        let most = if shows_all.get() { usize::MAX } else { SHOWN };
        found.with(|found| found.keys.iter().copied().take(most).collect::<Vec<u64>>())
    });
    let has_more = flag(move || !shows_all.get() && count() > SHOWN);
    let all = move || {
        let show = move |_| {
            // The button goes away; what was asked for begins where the list begins.
            focus_on(SEARCH);
            shows_all.set(true);
        };
        view! { <button class="button show-all" on:click=show>{words(move || format!("Show all {}", count()))}</button> }
            .into_any()
    };
    let empty = words(move || match (console.list_state(), count()) {
        (_, 1..) => String::new(),
        (ListState::Loading, _) => "Loading…".to_owned(),
        (ListState::Ready, _) if query.with(String::is_empty) => "No conversations yet.".to_owned(),
        _ if query.with(String::is_empty) => String::new(),
        _ => "Nothing found.".to_owned(),
    });
    let state = words(move || {
        match console.list_state() {
            ListState::Loading | ListState::Ready => "",
            ListState::Failed => "failed",
            ListState::Unsupported => "unsupported",
        }
        .to_owned()
    });
    let on_key = move |event: ev::KeyboardEvent| {
        // The first Escape empties the box, as the browser does; only the next is for what stands around it.
        if event.key() == "Escape" && !query.with_untracked(String::is_empty) {
            event.stop_propagation();
        }
    };
    view! {
        <div class="search">
            {icon(Icon::Search)}
            <input
                type="search"
                id=SEARCH
                class="field"
                aria-label="Search conversations"
                placeholder="Search"
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| query.set(event_target_value(&event))
                on:keydown=on_key
            />
        </div>
        {per_key(state, move |state| trouble(console, &state))}
        <p class="note">{empty}</p>
        <ul class="found" role="list" aria-label="Conversations found">{list(keys, move |key| line(history, key))}</ul>
        {when(has_more, all)}
    }
    .into_any()
}

/// Why the list is not what it should be.
fn trouble(console: Console, state: &str) -> AnyView {
    match state {
        "failed" => view! {
            <p class="note">
                "The list could not be loaded. What this device keeps is shown. "
                <button class="quiet" on:click=move |_| console.ask_list()>"Try again"</button>
            </p>
        }
        .into_any(),
        "unsupported" => {
            view! { <p class="note">"This backend has no list of conversations. What this device keeps is shown."</p> }
                .into_any()
        }
        _ => ().into_any(),
    }
}

fn line(history: History, key: u64) -> AnyView {
    let History { console, drawer, found, now, is_cut_off } = history;
    let id = console.conversation_of(key);
    let title = words(move || found.with(|found| found.line(key).map(|line| line.title.clone()).unwrap_or_default()));
    let about = words(move || {
        found.with(|found| found.line(key).map(|line| about(line, now.get(), is_cut_off.get())).unwrap_or_default())
    });
    let (looked_at, chosen) = (id.clone(), id.clone());
    let is_current = attribute(move || console.shell(|shell| shell.focused == looked_at).then(|| "true".to_owned()));
    let choose = move |_| {
        console.choose(chosen.clone());
        drawer.close();
    };
    let is_renaming = RwSignal::new(false);
    let rename = format!("rename-{key}");
    let back = rename.clone();
    let writing = move || title_box(console, id.clone(), title, is_renaming, back.clone());
    let reading = move || {
        view! { <button class="found-title" title=title aria-current=is_current on:click=choose.clone()>{title}</button> }
            .into_any()
    };
    view! {
        <li class="found-line" data-current=is_current>
            {either(is_renaming.into(), Box::new(writing), Box::new(reading))}
            <p class="found-about">{about}</p>
            <button
                class="icon-button rename"
                id=rename
                aria-label=words(move || format!("Rename {}", title.get()))
                title="Rename"
                on:click=move |_| is_renaming.set(true)
            >
                {icon(Icon::Pencil)}
            </button>
        </li>
    }
    .into_any()
}

/// When something last happened, and what else there is to know, on one line.
fn about(line: &ListedView, now: Millis, is_cut_off: bool) -> String {
    let mut about = ago(now, line.at);
    let marks = [
        (!line.status.is_empty(), line.status),
        (line.is_open, "open"),
        (line.is_kept && is_cut_off, "on this device"),
    ];
    for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
        about.push_str(" · ");
        about.push_str(mark);
    }
    about
}

/// The box for another title, in the place of the title. `back` is where the focus goes from it.
fn title_box(
    console: Console,
    id: ConversationId,
    title: Signal<String>,
    is_renaming: RwSignal<bool>,
    back: String,
) -> AnyView {
    let input = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            input.set_value(&title.get_untracked());
            // An element that cannot take the focus keeps the one that has it: nothing to be done.
            input.focus().ok();
            input.select();
        }
    });
    // Once: to leave the box is to submit it, and so is Enter, after which it is left.
    let finish = move |submits: bool| {
        if !is_renaming.get_untracked() {
            return;
        }
        is_renaming.set(false);
        let typed = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        if submits && typed != title.get_untracked() {
            console.rename(id.clone(), typed);
        }
    };
    let leave = finish.clone();
    let on_key = move |event: ev::KeyboardEvent| {
        // 229 is what browsers report that end the composition before they tell of the key.
        let is_composing = event.is_composing() || event.key_code() == 229;
        let submits = event.key() == "Enter" && !is_composing;
        if submits || event.key() == "Escape" {
            event.stop_propagation();
            finish(submits);
            focus_on(&back);
        }
    };
    view! {
        <input
            class="field title-box"
            aria-label="New title"
            autocomplete="off"
            node_ref=input
            on:keydown=on_key
            on:blur=move |_| leave(true)
        />
    }
    .into_any()
}
