//! The tab strip. The tabs are a `tablist` that holds nothing else; the buttons that close them lie over them.

use crate::context::Console;
use crate::features::composer::focus_composer;
use crate::features::page::PANEL;
use crate::features::shortcuts::keys_of;
use crate::features::warming::ring::TabCache;
use crate::ui::clock::use_pulse;
use crate::ui::dynamic::{aria, flag, list, words};
use crate::ui::focus::close_dialog;
use crate::ui::icon::{Icon, icon};
use dispatch_core::shortcut::Command;
use dispatch_core::view::TabView;
use dispatch_core::{ConversationId, Millis};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

fn element_id(id: &ConversationId) -> String {
    format!("tab-{id}")
}

fn focus_tab(id: &ConversationId) {
    let element = document().get_element_by_id(&element_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus keeps the one that has it: nothing to be done.
        element.focus().ok();
    }
}

/// Scrolls the strip to a tab, after it was brought up to date.
fn bring_into_view(id: &ConversationId) {
    let id = element_id(id);
    request_animation_frame(move || {
        if let Some(tab) = document().get_element_by_id(&id) {
            tab.scroll_into_view_with_bool(false);
        }
    });
}

/// The tab strip with the button for a new conversation.
#[component]
pub fn TabStrip() -> impl IntoView {
    let console = Console::expect();
    // The selected tab is in view, also when there are more than fit.
    Effect::new(move |before: Option<(ConversationId, usize)>| {
        let place = console.shell(|shell| (shell.focused.clone(), shell.tabs.len()));
        if before.as_ref() == Some(&place) {
            return place;
        }
        bring_into_view(&place.0);
        place
    });
    // Also on a device that was turned. The strip lives as long as the page.
    std::mem::forget(window_event_listener(leptos::ev::resize, move |_| {
        bring_into_view(&console.shell_now(|shell| shell.focused.clone()));
    }));
    let keys = Signal::derive(move || console.tab_keys());
    let now = use_pulse();
    let begin = move |_| {
        console.new_conversation();
        focus_composer();
    };
    let stepping =
        words(move || [Command::PreviousTab, Command::NextTab].map(|command| aria_keys(console, command)).join(" "));
    let beginning = words(move || aria_keys(console, Command::NewConversation));
    let begin_title = words(move || with_keys(console, "New conversation", Command::NewConversation));
    view! {
        <div class="strip">
            <div class="tabs" role="tablist" aria-label="Conversations" aria-keyshortcuts=stepping>
                {list(keys, move |key| tab(console, key, now))}
            </div>
            <div class="closers">{list(keys, move |key| closer(console, key))}</div>
        </div>
        <button
            class="icon-button new-conversation"
            aria-label="New conversation"
            title=begin_title
            aria-keyshortcuts=beginning
            on:click=begin
        >
            {icon(Icon::Plus)}
        </button>
    }
}

fn tab(console: Console, key: u64, now: Signal<Millis>) -> AnyView {
    let id = console.conversation_of(key);
    let (find, selected, first) = (id.clone(), id.clone(), id.clone());
    let mark =
        words(move || console.shell(|shell| find_tab(&shell.tabs, &find).map(mark_of).unwrap_or_default().to_owned()));
    let title = title_of(console, id.clone());
    let cache = TabCache::new(console, id.clone(), now);
    let cache_words = cache.words();
    let about = words(move || [title.get(), cache_words.get()].join("\n"));
    let is_selected = flag(move || console.shell(|shell| shell.focused == selected));
    // The draft has no tab: then the first one is where the Tab key comes in.
    let is_entry = flag(move || {
        console.shell(|shell| {
            let is_first = shell.tabs.first().is_some_and(|tab| tab.id == first);
            shell.focused == first || (is_first && !shell.has_tab)
        })
    });
    let tab_index = words(move || if is_entry.get() { "0" } else { "-1" }.to_owned());
    let element = element_id(&id);
    let clicked = id.clone();
    view! {
        <button
            class="tab"
            role="tab"
            id=element
            title=about
            aria-controls=PANEL
            aria-selected=aria(is_selected)
            tabindex=tab_index
            on:click=move |_| console.select_tab(clicked.clone())
            on:keydown=move |event| on_key(console, &id, &event)
        >
            <span class="tab-title">{title}</span>
            <span class="tab-mark" data-mark=mark>
                <span class="visually-hidden">{words(move || words_of(&mark.get()).to_owned())}</span>
            </span>
            {cache.view()}
        </button>
    }
    .into_any()
}

fn closer(console: Console, key: u64) -> AnyView {
    let id = console.conversation_of(key);
    let title = title_of(console, id.clone());
    let name = words(move || format!("Close {}", title.get()));
    view! {
        <button class="icon-button closer" aria-label=name title=name on:click=move |_| close(console, id.clone())>
            {icon(Icon::Cross)}
        </button>
    }
    .into_any()
}

/// What a button does, with the keys that do it too.
fn with_keys(console: Console, name: &str, command: Command) -> String {
    match keys_of(console, command).as_str() {
        "" => name.to_owned(),
        keys => format!("{name} ({keys})"),
    }
}

/// Keys as assistive tools are told of them.
fn aria_keys(console: Console, command: Command) -> String {
    keys_of(console, command).replace("Ctrl", "Control")
}

fn find_tab<'a>(tabs: &'a [TabView], id: &ConversationId) -> Option<&'a TabView> {
    tabs.iter().find(|tab| tab.id == *id)
}

fn title_of(console: Console, id: ConversationId) -> Signal<String> {
    words(move || console.shell(|shell| find_tab(&shell.tabs, &id).map(|tab| tab.title.clone()).unwrap_or_default()))
}

fn mark_of(tab: &TabView) -> &'static str {
    if tab.needs_attention {
        "attention"
    } else if tab.is_running {
        "running"
    } else if tab.is_unread {
        "unread"
    } else {
        ""
    }
}

fn words_of(mark: &str) -> &'static str {
    match mark {
        "attention" => ", needs attention",
        "running" => ", running",
        "unread" => ", unread",
        _ => "",
    }
}

/// Arrow keys move the focus along the strip, Enter and Space select (a button does that itself), Delete closes.
fn on_key(console: Console, id: &ConversationId, event: &leptos::ev::KeyboardEvent) {
    let order = console.shell_now(|shell| shell.tabs.iter().map(|tab| tab.id.clone()).collect::<Vec<_>>());
    let Some(here) = order.iter().position(|open| open == id) else { return };
    let there = match event.key().as_str() {
        "ArrowLeft" => (here + order.len() - 1) % order.len(),
        "ArrowRight" => (here + 1) % order.len(),
        "Home" => 0,
        "End" => order.len() - 1,
        "Delete" => {
            event.prevent_default();
            close(console, id.clone());
            return;
        }
        _ => return,
    };
    event.prevent_default();
    focus_tab(&order[there]);
}

/// Closes a tab and puts the focus where its neighbour is, so that it is never lost.
pub(super) fn close(console: Console, id: ConversationId) {
    console.close_tab(id.clone());
    let still_open = console.shell_now(|shell| find_tab(&shell.tabs, &id).is_some());
    if !still_open {
        focus_what_is_shown(console);
    }
}

fn focus_what_is_shown(console: Console) {
    let (focused, has_tab) = console.shell_now(|shell| (shell.focused.clone(), shell.has_tab));
    // After the strip was brought up to date, which happens before the next frame.
    request_animation_frame(move || if has_tab { focus_tab(&focused) } else { focus_composer() });
}

/// Asks before a running turn is stopped by closing its tab.
#[component]
pub fn CloseDialog() -> impl IntoView {
    let console = Console::expect();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        if console.shell(|shell| shell.closing.is_some()) {
            // It fails only for a dialog that is open already.
            element.show_modal().ok();
        } else if element.open() {
            close_dialog(dialog);
        }
    });
    let question = words(move || {
        format!("Closing “{}” stops it.", console.shell(|shell| shell.closing.clone()).unwrap_or_default())
    });
    let keep = move |event: leptos::ev::Event| {
        event.prevent_default();
        console.decide_close(false);
    };
    let stop = move |_| {
        console.decide_close(true);
        focus_what_is_shown(console);
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="close-question" on:cancel=keep>
            <h2 id="close-question">"A turn is running"</h2>
            <p>{question}</p>
            <div class="dialog-buttons">
                <button class="button" on:click=move |_| console.decide_close(false)>"Keep open"</button>
                <button class="button primary" on:click=stop>"Stop and close"</button>
            </div>
        </dialog>
    }
}
