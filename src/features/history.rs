//! The history: every conversation there is, to be searched, opened and named.
//!
//! The list may be long and changes while it is looked at. Lines keep their elements while it does, so that a title that is
//! being typed, or the focus, is never lost to news.

use crate::context::Console;
use crate::features::sidebar::Drawer;
use crate::ui::clock::{ago, use_minutes};
use crate::ui::dynamic::{attribute, either, flag, list, when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, Field, Typing, button, field, paragraph, typed};
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

/// The lines that were found, in the order in which they are shown, each after its key.
type Found = Vec<(u64, ListedView)>;

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
    let found = Memo::new(move |_| query.with(|query| console.listed(query)));
    let is_cut_off = flag(move || {
        let connection = console.shell(|shell| shell.connection);
        matches!(connection, ConnectionView::Reconnecting(_) | ConnectionView::Offline)
    });
    let history = History { console, drawer, found, now: use_minutes(), is_cut_off };
    let count = move || found.with(Vec::len);
    let keys = Signal::derive(move || {
        let most = if shows_all.get() { usize::MAX } else { SHOWN };
        found.with(|found| found.iter().take(most).map(|(key, _)| *key).collect::<Vec<u64>>())
    });
    let has_more = flag(move || !shows_all.get() && count() > SHOWN);
    let all = move || {
        let looks = Button { class: "button show-all", ..Button::default() };
        button(looks, words(move || format!("Show all {}", count())), move || {
            // The button goes away; what was asked for begins where the list begins.
            focus_on(SEARCH);
            shows_all.set(true);
        })
    };
    let trouble = words(move || trouble_of(console.list_state()).to_owned());
    let has_failed = flag(move || console.list_state() == ListState::Failed);
    let again = move || button(Button { class: "quiet", ..Button::default() }, "Try again", move || console.ask_list());
    let empty = words(move || {
        let is_searching = !query.with(String::is_empty);
        match (console.list_state(), count()) {
            (_, 1..) => "",
            (ListState::Loading, _) => "Loading…",
            _ if is_searching => "Nothing found.",
            (ListState::Ready, _) => "No conversations yet.",
            (ListState::Failed | ListState::Unsupported, _) => "",
        }
        .to_owned()
    });
    view! {
        <div class="search">{icon(Icon::Search)} {search_box(query)}</div>
        {paragraph("note", None, trouble)}
        {when(has_failed, again)}
        {paragraph("note", None, empty)}
        <ul class="found" role="list" aria-label="Conversations found">{list(keys, move |key| line(history, key))}</ul>
        {when(has_more, all)}
    }
    .into_any()
}

/// Why the list is not what it should be.
fn trouble_of(state: ListState) -> &'static str {
    match state {
        ListState::Loading | ListState::Ready => "",
        ListState::Failed => "The list could not be loaded. What this device keeps is shown.",
        ListState::Unsupported => "This backend has no list of conversations. What this device keeps is shown.",
    }
}

fn search_box(query: RwSignal<String>) -> AnyView {
    let input = NodeRef::<Input>::new();
    let looks = Field {
        class: "field",
        kind: "search",
        id: Some(SEARCH),
        name: Some("Search conversations"),
        placeholder: Some("Search"),
        ..Field::default()
    };
    let typing = Typing {
        on_input: Box::new(move || query.set(typed(input))),
        on_key: Box::new(move |event| {
            // The first Escape empties the box, as the browser does; only the next is for what stands around it.
            if event.key() == "Escape" && !query.with_untracked(String::is_empty) {
                event.stop_propagation();
            }
        }),
        on_leave: Box::new(|| {}),
    };
    field(looks, input, typing)
}

fn line(history: History, key: u64) -> AnyView {
    let History { console, drawer, .. } = history;
    let id = console.conversation_of(key);
    let title = words(move || history.look(key, |line, _| line.title.clone()));
    let about = words(move || history.look(key, about));
    let (looked_at, chosen) = (id.clone(), id.clone());
    let is_current = attribute(move || console.shell(|shell| shell.focused == looked_at).then(|| "true".to_owned()));
    let is_renaming = RwSignal::new(false);
    let rename_id = format!("rename-{key}");
    let back = rename_id.clone();
    let writing = move || title_box(console, id.clone(), title, is_renaming, back.clone());
    let reading = move || {
        let looks = Button { class: "found-title", name: Some(title), current: Some(is_current), ..Button::default() };
        let chosen = chosen.clone();
        button(looks, title, move || {
            console.choose(chosen.clone());
            drawer.close();
        })
    };
    let rename = Button {
        class: "icon-button rename",
        id: Some(rename_id),
        name: Some(words(move || format!("Rename {}", title.get()))),
        ..Button::default()
    };
    view! {
        <li class="found-line" data-current=is_current>
            {either(is_renaming.into(), Box::new(writing), Box::new(reading))}
            {paragraph("found-about", None, about)}
            {button(rename, icon(Icon::Pencil), move || is_renaming.set(true))}
        </li>
    }
    .into_any()
}

impl History {
    /// Looks at a line; looks again when it changed, and when the minute did.
    fn look(self, key: u64, look: fn(&ListedView, Self) -> String) -> String {
        self.found.with(|found| {
            let line = found.iter().find(|(found, _)| *found == key);
            line.map(|(_, line)| look(line, self)).unwrap_or_default()
        })
    }
}

/// When something last happened, and what else there is to know, on one line.
fn about(line: &ListedView, history: History) -> String {
    let mut about = ago(history.now.get(), line.at);
    let marks = [
        (!line.status.is_empty(), line.status),
        (line.is_open, "open"),
        (line.is_kept && history.is_cut_off.get(), "on this device"),
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
        if is_renaming.get_untracked() {
            is_renaming.set(false);
            let typed = typed(input);
            if submits && typed != title.get_untracked() {
                console.rename(id.clone(), typed);
            }
        }
    };
    let leave = finish.clone();
    let on_key = move |event: ev::KeyboardEvent| {
        // 229 is what browsers report that end the composition before they tell of the key.
        let is_composing = event.is_composing() || event.key_code() == 229;
        let submits = event.key() == "Enter" && !is_composing;
        if submits || event.key() == "Escape" {
            event.stop_propagation();
            // Else the key would go on to press the button that has the focus by then.
            event.prevent_default();
            finish(submits);
            focus_on(&back);
        }
    };
    let looks = Field { class: "field title-box", kind: "text", name: Some("New title"), ..Field::default() };
    let typing =
        Typing { on_input: Box::new(|| {}), on_key: Box::new(on_key), on_leave: Box::new(move || leave(true)) };
    field(looks, input, typing)
}
