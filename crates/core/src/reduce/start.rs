//! The page is loaded, another conversation is looked at, and what is kept across reloads.

use crate::anomaly::Anomaly;
use crate::cache::{Note, Write};
use crate::changes::Topic;
use crate::conversation::Conversation;
use crate::folding::Folding;
use crate::late::late;
use crate::sidebar::Sidebar;
use crate::state::State;
use crate::view::RowKey;
use crate::{ConversationId, Effect, Stored};

impl State {
    pub(super) fn start(&mut self, stored: Stored, fresh: ConversationId, online: bool, effects: &mut Vec<Effect>) {
        self.tabs = crate::tabs::Tabs::new(fresh);
        if let Some(stored) = stored.settings {
            self.settings_stored(&stored);
        }
        if let Some(stored) = stored.sidebar {
            match Sidebar::from_stored(&stored) {
                Some(sidebar) => self.sidebar = sidebar,
                None => self.anomalies.count(Anomaly::CorruptStorage),
            }
        }
        if let Some(stored) = stored.folding {
            self.folding_stored(&stored);
        }
        if let Some(stored) = stored.tabs {
            self.merge_tabs(&stored, effects);
            self.tabs_stored = stored;
        }
        self.tabs.select_last();
        let mut left = Vec::new();
        if let Some(stored) = stored.window {
            match self.tabs.restore_window(&stored) {
                Some(found) => left = found,
                None => self.anomalies.count(Anomaly::CorruptStorage),
            }
        }
        self.connection.set_online(online);
        // Before anything is looked at: the window is stored then, with all that was left.
        for (id, left) in left {
            if id == *self.tabs.draft() {
                self.conversations.get_or_insert_with(&id, || Conversation::new(id.clone()));
            }
            if let Some(conversation) = self.conversations.get_mut(&id) {
                conversation.left = left;
            }
        }
        self.focus_moved(effects);
        self.take_outboxes(stored.outboxes, effects);
        self.held.warmings = stored.warmings;
        effects.push(Effect::ReadCacheIndex);
        self.ask_models(effects);
        self.connection.connect(self.now, effects);
    }

    /// What is stored says what stands open by itself.
    pub(super) fn folding_stored(&mut self, stored: &str) {
        match Folding::from_stored(stored) {
            Some(folding) => self.folding = folding,
            None => self.anomalies.count(Anomaly::CorruptStorage),
        }
        self.changes.folds = true;
    }

    /// Everything like a row is to stand open, or to fold, whatever was done to single rows before.
    pub(super) fn fold_like(&mut self, id: &ConversationId, row: RowKey, open: bool, effects: &mut Vec<Effect>) {
        let Some(sort) = self.conversations.get(id).and_then(|conversation| conversation.sort_of(row)) else { return };
        self.folding.set(&sort, open);
        self.conversations.values_mut().for_each(|conversation| conversation.forget_folds(&sort));
        self.changes.folds = true;
        effects.push(Effect::StoreFolding(self.folding.to_stored()));
    }

    /// Another conversation is looked at: it exists, its history is asked for, and the window remembers it.
    pub(super) fn focus_moved(&mut self, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        if self.tabs.active().is_none() {
            self.conversations.get_or_insert_with(&focused, || Conversation::new(focused.clone()));
        }
        self.with(&focused, effects, |conversation, context| {
            conversation.open(context);
        });
        if self.tabs.active().is_some() {
            let note = Note { read_at: Some(self.now), ..Note::default() };
            effects.push(Effect::WriteCache(vec![Write::Note(focused.clone(), note)]));
        }
        if let Some(conversation) = self.conversations.get_mut(&focused) {
            conversation.unread = false;
        }
        self.changes.rows.push(focused);
        self.changes.shell = true;
        self.changes.topics.mark(Topic::Setup);
        if self.is_whole() {
            late!(State::ask_setup: fn(state: &mut State, effects: &mut Vec<Effect>))(self, effects);
        }
        self.store_window(effects);
    }

    pub(super) fn store_window(&self, effects: &mut Vec<Effect>) {
        let left = self.conversations.values().map(|open| (open.id(), &open.left));
        effects.push(Effect::StoreWindow(self.tabs.window_to_stored(left)));
    }

    /// Stores the strip, if it is another than the one that is stored.
    pub(super) fn store_tabs(&mut self, effects: &mut Vec<Effect>) {
        self.store_tabs_unless(None, effects);
    }

    /// `stored` is what another window has put there meanwhile.
    pub(super) fn store_tabs_unless(&mut self, stored: Option<String>, effects: &mut Vec<Effect>) {
        for (id, conversation) in self.conversations.iter() {
            self.tabs.name(id, conversation.stored_title(), self.now);
        }
        self.tabs_stored = stored.unwrap_or(std::mem::take(&mut self.tabs_stored));
        let strip = self.tabs.to_stored();
        if strip != self.tabs_stored {
            self.tabs_stored.clone_from(&strip);
            effects.push(Effect::StoreTabs(strip));
        }
    }
}
