//! The transcript of the conversation that is looked at: its rows, and whether the reader follows their end.

pub mod body;
pub mod row;
pub mod tool;

use crate::context::Console;
use crate::ui::icon::{Icon, IconView};
use dispatch_core::ConversationId;
use dispatch_core::follow::Follow;
use leptos::html::Div;
use leptos::prelude::*;
use row::Row;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// Below every possible end: the browser stops at the real one, and no layout has to be read to know it.
const END: i32 = i32::MAX;

/// A conversation's transcript. Another conversation is another transcript.
#[component]
pub fn Transcript(
    /// Whose.
    conversation: ConversationId,
) -> impl IntoView {
    let console = Console::expect();
    let stage = console.stage();
    let scroller = NodeRef::<Div>::new();
    let column = NodeRef::<Div>::new();
    let follow = StoredValue::new(Follow::default());
    let is_following = RwSignal::new(true);
    let go_to_end = move || {
        follow.update_value(Follow::take_hold);
        is_following.set(true);
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(END);
        }
    };
    keep_end_in_view(scroller, column, follow);
    let sent = console.sent();
    Effect::new(move |before: Option<u64>| {
        let sent = sent.get();
        if before.is_some_and(|before| before != sent) {
            go_to_end();
        }
        sent
    });
    let on_scroll = move |_| {
        let Some(scroller) = scroller.get_untracked() else { return };
        let (top, height, client) = (scroller.scroll_top(), scroller.scroll_height(), scroller.client_height());
        follow.update_value(|follow| follow.scrolled(f64::from(top), f64::from(height), f64::from(client)));
        let holds = follow.get_value().is_holding();
        if is_following.get_untracked() != holds {
            is_following.set(holds);
        }
    };
    let show_earlier = move |_| {
        if let Some(scroller) = scroller.get_untracked()
            && scroller.scroll_top() == 0
        {
            // At the very top the browser does not anchor what is in view.
            scroller.set_scroll_top(1);
        }
        console.show_earlier();
    };
    let rows = console.rows_of(conversation.clone());
    let has_earlier = Memo::new(move |_| stage.with(|stage| stage.has_earlier));
    let earlier_word =
        move || if stage.with(|stage| stage.is_loading_earlier) { "Loading…" } else { "Show earlier messages" };
    view! {
        <div class="reading">
            <div
                class="transcript"
                role="log"
                aria-label="Transcript"
                aria-live="off"
                tabindex="0"
                node_ref=scroller
                on:scroll=on_scroll
            >
                <div class="column" node_ref=column>
                    <Show when=move || has_earlier.get()>
                        <button class="button earlier" on:click=show_earlier>{earlier_word}</button>
                    </Show>
                    <Welcome/>
                    <For each=move || rows.get() key=|key| *key let:key>
                        <Row conversation=conversation.clone() key=key/>
                    </For>
                </div>
            </div>
            <Show when=move || !is_following.get()>
                <button class="button to-end" on:click=move |_| go_to_end()>
                    <IconView icon=Icon::Down/>
                    "Scroll to bottom"
                </button>
            </Show>
        </div>
    }
}

/// Whenever the rows or the room for them change their size, brings the end back into view while the reader follows it. An
/// observer is told after layout and before paint: nothing is measured twice, and nothing is seen to jump.
fn keep_end_in_view(scroller: NodeRef<Div>, column: NodeRef<Div>, follow: StoredValue<Follow>) {
    let observing = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    Effect::new(move |_| {
        let (Some(scroller), Some(column)) = (scroller.get(), column.get()) else { return };
        let watched = scroller.clone();
        let on_resize = Closure::<dyn FnMut()>::new(move || {
            if follow.try_get_value().is_some_and(Follow::is_holding) {
                watched.set_scroll_top(END);
            }
        });
        // A browser without one lets the reader scroll by hand.
        let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else { return };
        observer.observe(&scroller);
        observer.observe(&column);
        observing.set_value(Some((observer, on_resize)));
    });
    on_cleanup(move || {
        observing.try_update_value(|observing| {
            if let Some((observer, _)) = observing.take() {
                observer.disconnect();
            }
        });
    });
}

/// What stands where no rows are: that they are on their way, why not, or how to begin.
#[component]
fn Welcome() -> impl IntoView {
    let console = Console::expect();
    let stage = console.stage();
    let is_empty = Memo::new(move |_| stage.with(|stage| stage.is_empty));
    let is_reachable = console.was_connected();
    let words = move || {
        if !is_reachable.get() {
            return view! {
                <h1>"Looking for a Dispatch backend"</h1>
                <p>"None has answered yet at " <code>{console.backend_address()}</code> "."</p>
                <p>"To run the one that comes with this console: " <code>"cargo xtask serve"</code></p>
            }
            .into_any();
        }
        if stage.with(|stage| stage.is_failing) {
            return view! {
                <h1>"The history could not be loaded"</h1>
                <p>"The next try follows by itself."</p>
            }
            .into_any();
        }
        if stage.with(|stage| stage.is_loading) {
            return view! { <p>"Loading…"</p> }.into_any();
        }
        view! {
            <h1>"New conversation"</h1>
            <p>"Say what the agent should do. It thinks, uses its tools and answers here."</p>
        }
        .into_any()
    };
    view! {
        <Show when=move || is_empty.get()>
            <div class="welcome">{words}</div>
        </Show>
    }
}
