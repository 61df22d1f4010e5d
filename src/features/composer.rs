//! The composer: a text area that grows, and the one button that fits the moment.
//!
//! The text area is the browser's own: a keystroke touches no signal.

use crate::context::Console;
use leptos::html::Textarea;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const INPUT: &str = "message";

/// Puts the focus into the composer.
pub fn focus_composer() {
    let input = document().get_element_by_id(INPUT).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(input) = input {
        // An element that cannot take the focus keeps the one that has it: nothing to be done.
        input.focus().ok();
    }
}

/// The composer with its status line.
#[component]
pub fn Composer() -> impl IntoView {
    let console = Console::expect();
    let stage = console.stage();
    let input = NodeRef::<Textarea>::new();
    let refused = RwSignal::new(false);
    let send = move || {
        let Some(input) = input.get_untracked() else { return };
        let typed = input.value();
        if console.submit(&typed) {
            input.set_value("");
            refused.set(false);
        } else {
            refused.set(!typed.trim().is_empty());
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // 229 is what browsers report that end the composition before they tell of the key.
        let is_composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            send();
        }
    };
    let is_generating = Memo::new(move |_| stage.with(|stage| stage.is_generating));
    let offers_stop = Memo::new(move |_| stage.with(|stage| stage.is_generating && stage.can_stop));
    let stop_word = move || if stage.with(|stage| stage.is_stopping) { "Stopping…" } else { "Stop" };
    let status = move || {
        stage.with(|stage| match (stage.is_generating, &stage.model) {
            (true, _) if refused.get() => {
                "A turn is running. Stop it, or wait for its end; your words stay here.".to_owned()
            }
            (true, _) => "Running".to_owned(),
            (false, Some(model)) => model.clone(),
            (false, None) => String::new(),
        })
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="composer" on:submit=on_submit>
            <textarea
                id=INPUT
                node_ref=input
                rows="1"
                aria-label="Message"
                placeholder="Message the agent"
                autocomplete="off"
                on:keydown=on_key
                on:input=move |_| refused.set(false)
            ></textarea>
            <div class="composer-line">
                <span class="composer-status" data-running=move || is_generating.get().then_some("")>{status}</span>
                <span class="composer-hint" aria-hidden="true">"Enter sends, Shift+Enter breaks the line"</span>
                <Show
                    when=move || offers_stop.get()
                    fallback=move || {
                        view! { <button class="button primary" type="submit" disabled=move || is_generating.get()>"Send"</button> }
                    }
                >
                    <button
                        class="button primary"
                        type="button"
                        aria-disabled=move || stage.with(|stage| stage.is_stopping).then_some("true")
                        on:click=move |_| console.stop()
                    >
                        {stop_word}
                    </button>
                </Show>
            </div>
        </form>
    }
}
