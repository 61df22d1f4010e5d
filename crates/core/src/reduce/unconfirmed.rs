//! Unconfirmed messages across reloads and windows.

use crate::anomaly::Anomaly;
use crate::conversation::Conversation;
use crate::outbox::{ALIVE_EVERY, GONE_AFTER, Outgoing, StoredItem, StoredOutbox};
use crate::pictures::Attached;
use crate::state::State;
use crate::transcript::RowId;
use crate::{Effect, Timer};

impl State {
    /// Stores this window's unconfirmed messages when anything about them changed.
    pub(super) fn watch_outboxes(&mut self, effects: &mut Vec<Effect>) {
        let mut changed = false;
        for conversation in self.conversations.values_mut() {
            changed |= conversation.outbox.take_unstored();
        }
        if changed {
            self.store_outbox(effects);
        }
    }

    /// Stores them, with a sign of life.
    pub(super) fn store_outbox(&self, effects: &mut Vec<Effect>) {
        let items: Vec<StoredItem> = self.conversations.values().flat_map(Conversation::stored_outbox).collect();
        let is_empty = items.is_empty();
        let stored = (!is_empty).then(|| StoredOutbox { alive: self.now, items }.to_stored());
        effects.push(Effect::StoreOutbox { window: self.window.clone(), stored });
        effects.push(match is_empty {
            true => Effect::CancelTimer(Timer::Alive),
            false => Effect::StartTimer(Timer::Alive, ALIVE_EVERY),
        });
    }

    /// Takes back what this window stored before it was reloaded, and what windows left behind that are gone.
    pub(super) fn take_outboxes(&mut self, outboxes: Vec<(String, String)>, effects: &mut Vec<Effect>) {
        let mut next: Option<f64> = None;
        for (window, stored) in outboxes {
            let Some(outbox) = StoredOutbox::from_stored(&stored) else {
                self.anomalies.count(Anomaly::CorruptStorage);
                effects.push(Effect::StoreOutbox { window, stored: None });
                continue;
            };
            let is_own = window == self.window;
            let left = GONE_AFTER - self.now.since(outbox.alive);
            if !is_own && left > 0.0 {
                next = Some(next.map_or(left, |next| next.min(left)));
                continue;
            }
            for item in outbox.items {
                self.take_unconfirmed(item, is_own, effects);
            }
            if !is_own {
                effects.push(Effect::StoreOutbox { window, stored: None });
            }
        }
        if let Some(left) = next {
            effects.push(Effect::StartTimer(Timer::Orphans, left));
        }
        self.store_tabs(effects);
    }

    /// The person takes a message back that the backend does not have: into the composer, before what stands there, or away.
    pub(super) fn take_back(&mut self, row: RowId, edits: bool, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        let taken = self.conversations.get_mut(&focused).and_then(|conversation| conversation.take_back(row));
        let Some((text, images)) = taken.filter(|_| edits) else { return };
        if let Some(conversation) = self.conversations.get_mut(&focused) {
            let left = &mut conversation.left;
            left.words = match left.words.trim() {
                "" => text,
                typed => [&text, "\n\n", typed].concat(),
            };
            left.attached.extend(images.into_iter().map(|image| Attached { name: String::new(), image }));
        }
        self.store_window(effects);
    }

    /// Whether leaving the page would lose words of the person's, because they are too long to be kept.
    pub fn would_lose_words(&self) -> bool {
        self.conversations.values().any(|conversation| {
            conversation.left.is_too_long_to_keep()
                || conversation.outbox.items().iter().any(Outgoing::is_too_long_to_keep)
        })
    }

    fn take_unconfirmed(&mut self, item: StoredItem, is_own: bool, effects: &mut Vec<Effect>) {
        let id = item.conversation.clone();
        self.open_tab(&id, None, effects);
        self.with(&id, effects, |conversation, context| {
            conversation.take_unconfirmed(item, is_own);
            conversation.open(context);
        });
        self.changes.shell = true;
    }
}
