//! The state of the connection, in words, with a countdown and a way not to wait for it.

use crate::context::Console;
use crate::ui::clock::use_seconds;
use crate::ui::dynamic::{either, flag, when, words};
use dispatch_core::Millis;
use dispatch_core::view::ConnectionView;
use leptos::prelude::*;

/// The connection's state.
#[component]
pub fn ConnectionStatus() -> impl IntoView {
    let console = Console::expect();
    let connection = move || console.shell(|shell| shell.connection);
    let level = words(move || level_of(connection()).to_owned());
    let is_waiting = flag(move || matches!(connection(), ConnectionView::Reconnecting(_)));
    let can_retry = flag(move || matches!(connection(), ConnectionView::Reconnecting(_) | ConnectionView::Offline));
    let retry =
        move || view! { <button class="quiet" on:click=move |_| console.reconnect()>"Retry now"</button> }.into_any();
    // Only a countdown needs a clock.
    let ticking = move || {
        let now = use_seconds();
        view! { <span>{words(move || connection().words(now.get()))}</span> }.into_any()
    };
    let has_receipt = flag(move || console.shell(|shell| shell.receipt.is_some()));
    // It is spoken as an announcement; here it stays for a while to be read.
    let receipt = move || {
        let text = words(move || console.shell(|shell| shell.receipt.clone().unwrap_or_default()));
        view! { <span class="receipt">{text}</span> }.into_any()
    };
    let still = move || view! { <span>{words(move || connection().words(Millis::default()))}</span> }.into_any();
    view! {
        <div class="connection">
            {when(has_receipt, receipt)}
            {when(can_retry, retry)}
            <div class="connection-state" role="status" aria-label="Connection" aria-live="off" data-level=level>
                <span class="dot" aria-hidden="true"></span>
                {either(is_waiting, Box::new(ticking), Box::new(still))}
            </div>
        </div>
    }
}

fn level_of(connection: ConnectionView) -> &'static str {
    match connection {
        ConnectionView::Connected => "good",
        ConnectionView::Connecting | ConnectionView::OverHttp => "fair",
        ConnectionView::Reconnecting(_) | ConnectionView::Offline => "poor",
    }
}
