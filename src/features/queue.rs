//! What is said while a turn runs waits: it stands above the composer until the agent takes it, and can be taken back
//! until then. The words leave the composer only when the backend has them.

use crate::context::Console;
use crate::features::later::show_later;
use crate::later::later;
use crate::ui::dynamic::{aria, flag, when, words};
use crate::ui::rows::still_named;
use dispatch_core::changes::Topic;
use dispatch_core::outbox::{MOST_KEPT, is_too_long_to_keep};
use dispatch_core::queue::QueueView;
use dispatch_core::{ConversationId, Fact, MessageId, State};
use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

/// Looks at the queue of the conversation in view; looks again when it changed.
fn look<T>(console: Console, look: impl FnOnce(QueueView) -> T) -> T {
    look(console.topic(Topic::Surfaces, State::queue_view))
}

/// The messages that wait, above the composer.
pub fn queue(console: Console) -> AnyView {
    let waits = flag(move || look(console, |queue| !queue.messages.is_empty()));
    when(waits, move || show_later(console, later!(messages: fn(Console) -> AnyView), console))
}

fn messages(console: Console) -> AnyView {
    let keys = Signal::derive(move || {
        look(console, |queue| queue.messages.iter().map(|message| message.id.to_string()).collect::<Vec<_>>())
    });
    view! {
        <div class="queue">
            <p class="queue-title" id="queue-title">"Waits for the running turn"</p>
            <div role="list" aria-labelledby="queue-title">
                {still_named("", keys, move |key| message(console, key))}
            </div>
        </div>
    }
    .into_any()
}

fn message(console: Console, key: String) -> AnyView {
    let id = MessageId::from(key.as_str());
    let own = id.clone();
    let text = words(move || {
        look(console, |queue| {
            let found = queue.messages.into_iter().find(|message| message.id == own);
            found.map(|message| message.text).unwrap_or_default()
        })
    });
    let element = ["queued-", &key].concat();
    let cancel = move |_| console.tell(Fact::QueueCancelRequested(id.clone()));
    view! {
        <div class="queued" role="listitem">
            <span class="clipped" id=element.clone() title=text>{text}</span>
            <button class="quiet" type="button" aria-describedby=element on:click=cancel>"Cancel"</button>
        </div>
    }
    .into_any()
}

/// What the composer has to do with the queue. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Queueing {
    console: Console,
    input: NodeRef<Textarea>,
    has_words: RwSignal<bool>,
    /// What stands there is too much to be kept.
    is_too_long: RwSignal<bool>,
    /// What was said last, and has been read since.
    read: RwSignal<String>,
}

/// What is said of words that are too much to be kept.
const TOO_LONG: &str = "Too long to be kept: lost if the page is closed.";
/// So many characters are not looked at one by one with every keystroke, in UTF-16 units.
const MANY: u32 = 10_000;

/// Whether more stands in a box than is kept across a reload.
pub fn is_too_long(input: &HtmlTextAreaElement) -> bool {
    // Most are not even looked at: a unit of a box is three bytes at most.
    input.text_length() as usize > MOST_KEPT / 3 && is_too_long_to_keep(&input.value())
}

impl Queueing {
    /// That of the box into which messages are typed.
    pub fn new(console: Console, input: NodeRef<Textarea>) -> Self {
        let (has_words, is_too_long) = (RwSignal::new(false), RwSignal::new(false));
        let queueing = Self { console, input, has_words, is_too_long, read: RwSignal::new(String::new()) };
        Effect::new(move |before: Option<(ConversationId, u64)>| {
            let taken = look(console, |queue| queue.taken);
            let of = (console.shell(|shell| shell.focused.clone()), taken.number);
            // Another conversation has other words, and another number.
            let is_new = before.is_some_and(|(conversation, number)| conversation == of.0 && number < of.1);
            if let Some(input) = input.get()
                && is_new
                && input.value().trim() == taken.words
            {
                input.set_value("");
                queueing.look_again();
            }
            of
        });
        queueing
    }

    /// The person typed something, and has read what was said.
    pub fn typed(self) {
        self.look_again();
        let note = untrack(|| look(self.console, |queue| queue.note)).unwrap_or_default();
        if self.read.with_untracked(|read| *read != note) {
            self.read.set(note);
        }
    }

    /// Other words may stand in the box.
    pub fn look_again(self) {
        let Some(input) = self.input.get_untracked() else { return };
        let has_words = input.text_length() > MANY || !input.value().trim().is_empty();
        // A keystroke touches no signal, as long as it changes nothing.
        for (signal, now) in [(self.has_words, has_words), (self.is_too_long, is_too_long(&input))] {
            if signal.get_untracked() != now {
                signal.set(now);
            }
        }
    }

    /// Queues what was typed, behind the turn that runs.
    pub fn queue(self, typed: &str) {
        self.read.set(String::new());
        self.console.tell(Fact::QueueRequested(typed.to_owned()));
    }

    /// Why something was not queued, or not taken back, until the person types on.
    pub fn note(self) -> Option<String> {
        let note = look(self.console, |queue| queue.note).filter(|note| self.read.with(|read| read != note));
        note.or_else(|| self.is_too_long.get().then(|| TOO_LONG.to_owned()))
    }

    /// The button, while a turn runs and something is typed.
    pub fn button(self) -> AnyView {
        let console = self.console;
        let offers = flag(move || self.has_words.get() && console.shell(|shell| shell.stage.is_generating));
        let is_busy = flag(move || look(console, |queue| queue.is_handing_over));
        when(offers, move || {
            view! { <button class="button" type="submit" aria-disabled=aria(is_busy)>"Queue"</button> }.into_any()
        })
    }
}
