//! The page is loaded, another conversation is looked at, and what is kept across reloads.

use crate::anomaly::Anomaly;
use crate::cache::{Note, Write};
use crate::conversation::Conversation;
use crate::state::State;
use crate::{ConversationId, Effect, Stored};

impl State {
    pub(super) fn start(&mut self, stored: Stored, fresh: ConversationId, online: bool, effects: &mut Vec<Effect>) {
        self.tabs = crate::tabs::Tabs::new(fresh);
        if let Some(stored) = stored.settings {
            self.settings_stored(&stored);
        }
        if let Some(stored) = stored.tabs {
            match self.tabs.restore(&stored) {
                Some(restored) => {
                    for tab in restored {
                        self.conversations.insert(tab.id.clone(), Conversation::stored(tab.id, tab.title));
                    }
                }
                None => self.anomalies.count(Anomaly::CorruptStorage),
            }
        }
        let mut unsent = Vec::new();
        if let Some(stored) = stored.window {
            match self.tabs.restore_window(&stored) {
                Some(words) => unsent = words,
                None => self.anomalies.count(Anomaly::CorruptStorage),
            }
        }
        self.connection.set_online(online);
        self.focus_moved(effects);
        for (id, words) in unsent {
            if let Some(conversation) = self.conversations.get_mut(&id) {
                conversation.unsent = words;
            }
        }
        self.ask_models(effects);
        self.connection.connect(effects);
    }

    /// Another conversation is looked at: it exists, its history is asked for, and the window remembers it.
    pub(super) fn focus_moved(&mut self, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        if self.tabs.active().is_none() && !self.conversations.contains_key(&focused) {
            self.conversations.insert(focused.clone(), Conversation::new(focused.clone()));
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
        self.store_window(effects);
    }

    pub(super) fn store_window(&self, effects: &mut Vec<Effect>) {
        let open = self.conversations.values();
        let unsent = open.filter(|open| !open.unsent.is_empty()).map(|open| (open.id(), open.unsent.as_str()));
        effects.push(Effect::StoreWindow(self.tabs.window_to_stored(unsent)));
    }

    pub(super) fn store_tabs(&self, effects: &mut Vec<Effect>) {
        let title = |id: &ConversationId| self.conversations.get(id).and_then(Conversation::stored_title);
        effects.push(Effect::StoreTabs(self.tabs.to_stored(title)));
    }
}
