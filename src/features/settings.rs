//! The settings: what a person chooses once for every window of the console on this device.

use crate::context::Console;
use crate::ui::dynamic::{aria, flag, words};
use dispatch_core::sync::CHAT_LIMITS;
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;

/// The view's content.
pub fn settings() -> AnyView {
    view! { <div class="fields">{chat_limit()}</div> }.into_any()
}

/// How many pieces of a conversation are kept loaded. What is typed counts when the person is done with it, and is theirs
/// until then, whatever another window chooses.
fn chat_limit() -> AnyView {
    let console = Console::expect();
    let input = NodeRef::<Input>::new();
    let is_edited = StoredValue::new(false);
    let is_refused = RwSignal::new(false);
    let chosen = move || console.shell_now(|shell| shell.chat_limit);
    let show = move |limit: u64| {
        if let Some(input) = input.get_untracked() {
            input.set_value(&limit.to_string());
        }
        is_edited.set_value(false);
        is_refused.set(false);
    };
    Effect::new(move |_| {
        let limit = console.shell(|shell| shell.chat_limit);
        if input.get().is_some() && !is_edited.get_value() {
            show(limit);
        }
    });
    let finish = move || {
        if !is_edited.get_value() {
            return;
        }
        let typed = input.get_untracked().and_then(|input| input.value().parse::<u64>().ok());
        match typed.filter(|limit| CHAT_LIMITS.contains(limit)) {
            Some(limit) => {
                show(limit);
                if limit != chosen() {
                    console.set_chat_limit(limit);
                }
            }
            None => is_refused.set(true),
        }
    };
    let problem = words(move || {
        if !is_refused.get() {
            return String::new();
        }
        let limit = console.shell(|shell| shell.chat_limit);
        format!("It goes from {} to {}. {limit} stays in force.", CHAT_LIMITS.start(), CHAT_LIMITS.end())
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            finish();
        }
    };
    view! {
        <label class="field-row" for="chat-limit">
            "Chat limit"
            <input
                type="number"
                class="field number"
                id="chat-limit"
                min=*CHAT_LIMITS.start()
                max=*CHAT_LIMITS.end()
                aria-describedby="chat-limit-help chat-limit-problem"
                aria-invalid=aria(flag(move || is_refused.get()))
                node_ref=input
                on:input=move |_| is_edited.set_value(true)
                on:keydown=on_key
                on:blur=move |_| finish()
            />
        </label>
        <p class="note" id="chat-limit-help">"How many messages of a conversation are kept loaded"</p>
        <p class="problem-note" id="chat-limit-problem" aria-live="polite">{problem}</p>
    }
    .into_any()
}
