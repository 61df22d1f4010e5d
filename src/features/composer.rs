//! The composer: a text area that grows, and the one button that fits the moment.
//!
//! The text area is the browser's own: a keystroke touches no signal.

mod extras;
mod pictures;
mod recall;
mod taken_back;

use crate::context::Console;
use crate::features::later::show_if_there;
use crate::features::queue::{Queueing, is_too_long};
use crate::later::later;
use crate::ui::dynamic::{aria, attribute, either, flag, words};
use dispatch_core::pictures::MOST_TOGETHER;
use dispatch_core::view::Later;
use dispatch_core::{ConversationId, Fact};
use extras::{above, beside};
use leptos::html::Textarea;
use leptos::prelude::*;
use pictures::{Given, files_of, take};
use recall::Recall;
pub use taken_back::take_back;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

const INPUT: &str = "message";

/// Puts the focus into the composer.
pub fn focus_composer() {
    if let Some(input) = input() {
        // An element that cannot take the focus keeps the one that has it: nothing to be done.
        input.focus().ok();
    }
}

fn input() -> Option<HtmlTextAreaElement> {
    document().get_element_by_id(INPUT)?.dyn_into().ok()
}

/// How long the text is that is pasted, in bytes.
fn pasted_length(event: &leptos::ev::ClipboardEvent) -> usize {
    let text = event.clipboard_data().and_then(|data| data.get_data("text").ok());
    text.map_or(0, |text| text.len())
}

/// The composer with its status line.
#[component]
pub fn Composer() -> impl IntoView {
    let console = Console::expect();
    let input = NodeRef::<Textarea>::new();
    let recall = Recall::new();
    let queueing = Queueing::new(console, input);
    let send = move || {
        let Some(input) = input.get_untracked() else { return };
        let typed = input.value();
        if console.submit(&typed) {
            input.set_value("");
            recall.forget();
            queueing.look_again();
        } else {
            queueing.queue(&typed);
        }
    };
    keep_words(console, input, queueing);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // 229 is what browsers report that end the composition before they tell of the key.
        let is_composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            send();
        }
        let older = match event.key().as_str() {
            "ArrowUp" => true,
            "ArrowDown" => false,
            _ => return,
        };
        if let Some(input) = input.get_untracked()
            && !is_composing
            && recall.step(console, &input, older)
        {
            event.prevent_default();
        }
    };
    let is_generating = flag(move || console.shell(|shell| shell.stage.is_generating));
    let offers_stop = flag(move || console.shell(|shell| shell.stage.is_generating && shell.stage.can_stop));
    let is_running = attribute(move || is_generating.get().then(String::new));
    let status = words(move || {
        let said = console.shell(|shell| match (shell.stage.is_generating, &shell.stage.model) {
            (true, _) => "Running".to_owned(),
            (false, Some(model)) => model.clone(),
            (false, None) => String::new(),
        });
        queueing.note().unwrap_or(said)
    });
    let send_button = move || {
        view! { <button class="button primary" type="submit" disabled=is_generating>"Send"</button> }.into_any()
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let take_files = move |files| {
        // What takes them comes later than the box does.
        if console.shell_now(|shell| shell.later == Later::Here) {
            later!(take: fn(Given) -> ())(Given { console, files });
        }
    };
    let on_paste = move |event: leptos::ev::ClipboardEvent| {
        if let Some(files) = files_of(event.clipboard_data()) {
            event.prevent_default();
            take_files(files);
        } else if pasted_length(&event) > MOST_TOGETHER {
            // A browser is busy for half a minute with laying out what no server would take.
            event.prevent_default();
            console.tell(Fact::TooMuchPasted);
        }
    };
    // A browser that is not told otherwise leaves the page for a file that is dropped on it.
    let on_drag = move |event: leptos::ev::DragEvent| event.prevent_default();
    let on_drop = move |event: leptos::ev::DragEvent| {
        if let Some(files) = files_of(event.data_transfer()) {
            event.prevent_default();
            take_files(files);
        }
    };
    view! {
        <form class="composer" on:submit=on_submit on:paste=on_paste on:dragover=on_drag on:drop=on_drop>
            {show_if_there(console, later!(above: fn(Console) -> AnyView), console)}
            <textarea
                id=INPUT
                node_ref=input
                rows="1"
                aria-label="Message"
                placeholder="Message the agent"
                autocomplete="off"
                autofocus=true
                on:keydown=on_key
                on:input=move |_| {
                    recall.forget();
                    queueing.typed();
                }
            ></textarea>
            <div class="composer-line">
                <span class="composer-status" data-running=is_running>{status}</span>
                {show_if_there(console, later!(beside: fn(Console) -> AnyView), console)}
                <span class="composer-hint" aria-hidden="true">"Enter sends, Shift+Enter breaks the line"</span>
                {queueing.button()}
                {either(offers_stop, Box::new(move || stop_button(console)), Box::new(send_button))}
            </div>
        </form>
    }
}

/// Each conversation keeps the words that were typed into it and not sent, also across a reload.
fn keep_words(console: Console, input: NodeRef<Textarea>, queueing: Queueing) {
    let leave = move |conversation: ConversationId| {
        if let Some(input) = input.get_untracked() {
            console.leave_words(conversation, input.value());
        }
    };
    Effect::new(move |before: Option<ConversationId>| {
        let focused = console.shell(|shell| shell.focused.clone());
        let Some(input) = input.get() else { return before.unwrap_or_default() };
        if before.as_ref() != Some(&focused) {
            before.into_iter().for_each(leave);
            input.set_value(&console.unsent(&focused));
            queueing.look_again();
        }
        focused
    });
    let leaving =
        window_event_listener(leptos::ev::pagehide, move |_| leave(console.shell_now(|shell| shell.focused.clone())));
    // What cannot be kept is not lost without a word: the browser asks.
    let asking = window_event_listener(leptos::ev::beforeunload, move |event| {
        let is_long = input.get_untracked().is_some_and(|input| is_too_long(&input));
        if is_long || console.would_lose_words() {
            event.prevent_default();
        }
    });
    // The page lives as long as its window: nothing ever removes these.
    std::mem::forget((leaving, asking));
}

fn stop_button(console: Console) -> AnyView {
    let is_stopping = flag(move || console.shell(|shell| shell.stage.is_stopping));
    let word = words(move || if is_stopping.get() { "Stopping…" } else { "Stop" }.to_owned());
    view! {
        <button class="button primary" type="button" aria-disabled=aria(is_stopping) on:click=move |_| console.stop()>
            {word}
        </button>
    }
    .into_any()
}
