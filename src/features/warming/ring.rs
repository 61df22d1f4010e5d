//! How warm each tab's cache is: a ring that drains until the cache may be gone. It moves every few seconds, and says
//! no more than is known.

use crate::context::Console;
use crate::ui::dynamic::words;
use dispatch_core::changes::Topic;
use dispatch_core::warming::{CacheClock, CacheState};
use dispatch_core::{ConversationId, Millis};
use leptos::prelude::*;

/// A tab's cache. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct TabCache {
    console: Console,
    conversation: StoredValue<ConversationId>,
    now: Signal<Millis>,
}

impl TabCache {
    /// That of a conversation, looked at again with each pulse.
    pub fn new(console: Console, conversation: ConversationId, now: Signal<Millis>) -> Self {
        Self { console, conversation: StoredValue::new(conversation), now }
    }

    fn told(self, told: fn(CacheClock, Millis) -> String) -> Signal<String> {
        words(move || {
            let clock = self.conversation.with_value(|conversation| clock_of(self.console, conversation));
            told(clock, self.now.get())
        })
    }

    /// The ring, and the same in words. While a turn runs they say nothing: the tab says that.
    pub fn view(self) -> AnyView {
        let state = self
            .told(|clock, now| word(if clock.is_running { CacheState::Unknown } else { clock.state(now) }).to_owned());
        let drained = self.told(|clock, now| clock.drained(now).unwrap_or(100).to_string());
        let said = words(move || match state.get().as_str() {
            "unknown" => String::new(),
            state => [", cache ", state].concat(),
        });
        view! {
            <span class="tab-cache">
                <svg class="ring" data-cache=state viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                    <circle cx="8" cy="8" r="6"></circle>
                    <circle class="ring-left" cx="8" cy="8" r="6" pathLength="100" stroke-dashoffset=drained></circle>
                </svg>
                <span class="visually-hidden">{said}</span>
            </span>
        }
        .into_any()
    }

    /// All that is known of it.
    pub fn words(self) -> Signal<String> {
        self.told(|clock, now| ["Cache: ", &clock.words(now)].concat())
    }
}

/// A conversation's cache; looked at again when it may have changed.
pub(super) fn clock_of(console: Console, conversation: &ConversationId) -> CacheClock {
    console.topic(Topic::Surfaces, |state| state.cache_clock(conversation))
}

/// What the stylesheet knows it by.
pub(super) fn word(state: CacheState) -> &'static str {
    match state {
        CacheState::Unknown => "unknown",
        CacheState::Warm => "warm",
        CacheState::Expiring => "expiring",
        CacheState::Cold => "cold",
    }
}
