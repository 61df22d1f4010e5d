//! The state of the connection, in words, with a countdown and a way not to wait for it.

use crate::context::Console;
use crate::ui::clock::use_seconds;
use dispatch_core::view::ConnectionView;
use leptos::prelude::*;

/// The connection's state.
#[component]
pub fn ConnectionStatus() -> impl IntoView {
    let console = Console::expect();
    let connection = console.connection();
    let level = move || match connection.get() {
        ConnectionView::Connected => "good",
        ConnectionView::Connecting => "fair",
        ConnectionView::Reconnecting(_) | ConnectionView::Offline => "poor",
    };
    let can_retry = move || matches!(connection.get(), ConnectionView::Reconnecting(_) | ConnectionView::Offline);
    view! {
        <div class="connection">
            <Show when=can_retry>
                <button class="quiet" on:click=move |_| console.reconnect()>"Retry now"</button>
            </Show>
            <div class="connection-state" role="status" aria-label="Connection" aria-live="off" data-level=level>
                <span class="dot" aria-hidden="true"></span>
                {move || view! { <Words state=connection.get()/> }}
            </div>
        </div>
    }
}

/// The words for one state. Only a countdown needs a clock.
#[component]
fn Words(
    /// The state.
    state: ConnectionView,
) -> impl IntoView {
    match state {
        ConnectionView::Reconnecting(_) => {
            let now = use_seconds();
            view! { <span>{move || state.words(now.get())}</span> }.into_any()
        }
        ConnectionView::Connected | ConnectionView::Connecting | ConnectionView::Offline => {
            view! { <span>{state.words(dispatch_core::Millis::default())}</span> }.into_any()
        }
    }
}
