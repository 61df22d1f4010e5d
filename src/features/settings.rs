//! The settings: what a person chooses once for every window of the console on this device.

use crate::context::Console;
use crate::ui::dynamic::words;
use crate::ui::edit::Edit;
use crate::ui::parts::{Field, paragraph};
use dispatch_core::sync::CHAT_LIMITS;
use leptos::prelude::*;

/// The id of the box for the limit.
const LIMIT: &str = "chat-limit";

/// The view's content.
pub fn settings() -> AnyView {
    chat_limit()
}

/// How many pieces of a conversation are kept loaded.
fn chat_limit() -> AnyView {
    let console = Console::expect();
    let edit = Edit::new(words(move || console.shell(|shell| shell.chat_limit.to_string())));
    Effect::new(move |_| {
        if let Some(input) = edit.input().get() {
            input.set_min(&CHAT_LIMITS.start().to_string());
            input.set_max(&CHAT_LIMITS.end().to_string());
        }
    });
    let submit = move || {
        let Some(typed) = edit.edited() else { return };
        let limit = typed.trim().parse::<u64>().ok().filter(|limit| CHAT_LIMITS.contains(limit));
        let Some(limit) = limit else {
            let limit = console.shell_now(|shell| shell.chat_limit);
            let (least, most) = (CHAT_LIMITS.start(), CHAT_LIMITS.end());
            return edit.refuse(format!("The limit goes from {least} to {most}. {limit} stays in force."));
        };
        console.set_chat_limit(limit);
        edit.finish();
    };
    let looks = Field {
        class: "field number",
        kind: "number",
        id: Some(LIMIT),
        described_by: Some("chat-limit-help chat-limit-problem"),
        ..Field::default()
    };
    let help = words(|| "How many messages of a conversation are kept loaded".to_owned());
    view! {
        <label class="field-row" for=LIMIT>"Chat limit" {edit.view(looks, true, submit)}</label>
        {paragraph("help", Some("chat-limit-help"), help)}
        <div aria-live="polite">{paragraph("problem-note", Some("chat-limit-problem"), edit.problem())}</div>
    }
    .into_any()
}
