//! The tab strip. The tabs are a `tablist` that holds nothing else; the buttons that close them lie over them.

use crate::context::Console;
use crate::features::composer::focus_composer;
use crate::features::page::PANEL;
use crate::ui::icon::{Icon, IconView};
use dispatch_core::ConversationId;
use dispatch_core::view::TabView;
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

/// The tab strip with the button for a new conversation.
#[component]
pub fn TabStrip() -> impl IntoView {
    let console = Console::expect();
    let tabs = console.tabs();
    let begin = move |_| {
        console.new_conversation();
        focus_composer();
    };
    view! {
        <div class="strip">
            <div class="tabs" role="tablist" aria-label="Conversations">
                <For each=move || tabs.get() key=|tab| tab.id.clone() let:tab>
                    <Tab id=tab.id/>
                </For>
            </div>
            <div class="closers">
                <For each=move || tabs.get() key=|tab| tab.id.clone() let:tab>
                    <Closer id=tab.id/>
                </For>
            </div>
        </div>
        <button class="icon-button new-conversation" aria-label="New conversation" title="New conversation" on:click=begin>
            <IconView icon=Icon::Plus/>
        </button>
    }
}

fn use_tab(id: ConversationId) -> Memo<Option<TabView>> {
    let tabs = Console::expect().tabs();
    Memo::new(move |_| tabs.with(|tabs| tabs.iter().find(|tab| tab.id == id).cloned()))
}

#[component]
fn Tab(
    /// Its conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = Console::expect();
    let tab = use_tab(id.clone());
    let focus = console.focus();
    let is_selected = {
        let id = id.clone();
        Memo::new(move |_| focus.with(|focus| focus.id == id))
    };
    // The draft has no tab: then the first one is where the Tab key comes in.
    let is_entry = {
        let id = id.clone();
        let is_first = Memo::new(move |_| console.tabs().with(|tabs| tabs.first().is_some_and(|tab| tab.id == id)));
        move || is_selected.get() || (is_first.get() && !focus.get().has_tab)
    };
    let title = move || tab.get().map(|tab| tab.title).unwrap_or_default();
    let mark = move || tab.get().map_or("", |tab| mark_of(&tab));
    let select = {
        let id = id.clone();
        move |_| console.select_tab(id.clone())
    };
    let move_by_key = {
        let id = id.clone();
        move |event: leptos::ev::KeyboardEvent| on_key(console, &id, &event)
    };
    view! {
        <button
            class="tab"
            role="tab"
            id=element_id(&id)
            title=title
            aria-controls=PANEL
            aria-selected=move || is_selected.get().to_string()
            tabindex=move || if is_entry() { "0" } else { "-1" }
            on:click=select
            on:keydown=move_by_key
        >
            <span class="tab-title">{title}</span>
            <span class="tab-mark" data-mark=mark><span class="visually-hidden">{move || words_of(mark())}</span></span>
        </button>
    }
}

fn mark_of(tab: &TabView) -> &'static str {
    if tab.needs_attention {
        "attention"
    } else if tab.is_running {
        "running"
    } else {
        ""
    }
}

fn words_of(mark: &str) -> &'static str {
    match mark {
        "attention" => ", needs attention",
        "running" => ", running",
        _ => "",
    }
}

/// Arrow keys move the focus along the strip, Enter and Space select (a button does that itself), Delete closes.
fn on_key(console: Console, id: &ConversationId, event: &leptos::ev::KeyboardEvent) {
    let order: Vec<ConversationId> =
        console.tabs().with_untracked(|tabs| tabs.iter().map(|tab| tab.id.clone()).collect());
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
fn close(console: Console, id: ConversationId) {
    console.close_tab(id.clone());
    let still_open = console.tabs().with_untracked(|tabs| tabs.iter().any(|tab| tab.id == id));
    if !still_open {
        focus_what_is_shown(console);
    }
}

fn focus_what_is_shown(console: Console) {
    let focus = console.focus().get_untracked();
    // After the strip was brought up to date, which happens before the next frame.
    request_animation_frame(move || if focus.has_tab { focus_tab(&focus.id) } else { focus_composer() });
}

#[component]
fn Closer(
    /// Its conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = Console::expect();
    let tab = use_tab(id.clone());
    let name = move || format!("Close {}", tab.get().map(|tab| tab.title).unwrap_or_default());
    view! {
        <button class="icon-button closer" aria-label=name title=name on:click=move |_| close(console, id.clone())>
            <IconView icon=Icon::Cross/>
        </button>
    }
}

/// Asks before a running turn is stopped by closing its tab.
#[component]
pub fn CloseDialog() -> impl IntoView {
    let console = Console::expect();
    let closing = console.closing();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if closing.get().is_some() {
            // It fails only for a dialog that is open already.
            dialog.show_modal().ok();
        } else if dialog.open() {
            dialog.close();
        }
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
            <p>{move || format!("Closing “{}” stops it.", closing.get().unwrap_or_default())}</p>
            <div class="dialog-buttons">
                <button class="button" on:click=move |_| console.decide_close(false)>"Keep open"</button>
                <button class="button primary" on:click=stop>"Stop and close"</button>
            </div>
        </dialog>
    }
}
