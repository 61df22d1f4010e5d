//! The settings: what a person chooses once for every window of the console on this device.

use crate::context::Console;
use crate::ui::dynamic::words;
use crate::ui::parts::{Field, Typing, field, paragraph, typed};
use dispatch_core::sync::CHAT_LIMITS;
use leptos::html::Input;
use leptos::prelude::*;

/// The id of the box for the limit.
const LIMIT: &str = "chat-limit";

/// The view's content.
pub fn settings() -> AnyView {
    chat_limit()
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
        let Some(input) = input.get() else { return };
        input.set_min(&CHAT_LIMITS.start().to_string());
        input.set_max(&CHAT_LIMITS.end().to_string());
        if !is_edited.get_value() {
            show(limit);
        }
    });
    let finish = move || {
        if !is_edited.get_value() {
            return;
        }
        match typed(input).parse::<u64>().ok().filter(|limit| CHAT_LIMITS.contains(limit)) {
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
        format!("The limit goes from {} to {}. {limit} stays in force.", CHAT_LIMITS.start(), CHAT_LIMITS.end())
    });
    let looks = Field {
        class: "field number",
        kind: "number",
        id: Some(LIMIT),
        described_by: Some("chat-limit-help chat-limit-problem"),
        is_refused: Some(is_refused.into()),
        ..Field::default()
    };
    let typing = Typing {
        on_input: Box::new(move || is_edited.set_value(true)),
        on_key: Box::new(move |event| {
            if event.key() == "Enter" {
                finish();
            }
        }),
        on_leave: Box::new(finish),
    };
    let help = words(|| "How many messages of a conversation are kept loaded".to_owned());
    view! {
        <label class="field-row" for=LIMIT>"Chat limit" {field(looks, input, typing)}</label>
        {paragraph("help", Some("chat-limit-help"), help)}
        <div aria-live="polite">{paragraph("problem-note", Some("chat-limit-problem"), problem)}</div>
    }
    .into_any()
}
