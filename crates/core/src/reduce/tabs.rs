//! Tabs come and go: by the person, by another window of the console, and by the backend's word.

use crate::anomaly::Anomaly;
use crate::cache::Write;
use crate::changes::Topic;
use crate::conversation::Conversation;
use crate::listing::Listed;
use crate::order;
use crate::state::State;
use crate::{ConversationId, Effect, HttpFailure, Millis, RequestId, Timer};
use dispatch_contract::{ClientMessage, ConversationStatus, ConversationsResponse, TitleResponse};

impl State {
    /// A tab appears without being looked at. Tells whether it is new.
    pub(super) fn open_tab(&mut self, id: &ConversationId, title: Option<String>, effects: &mut Vec<Effect>) -> bool {
        if !self.tabs.open(id.clone(), self.now) {
            return false;
        }
        self.begin_following(id, title, effects);
        true
    }

    /// A conversation that got a tab is listened to from now on. One that was here before, as the draft, goes on.
    fn begin_following(&mut self, id: &ConversationId, title: Option<String>, effects: &mut Vec<Effect>) {
        let is_new = !self.conversations.contains_key(id);
        let conversation = self.conversations.get_or_insert_with(id, || Conversation::stored(id.clone(), title));
        if let Some(socket) = self.connection.open_socket() {
            let subscribe = ClientMessage::ChatSubscribe { conversation_id: id.clone() };
            effects.push(Effect::SendFrame(socket, subscribe));
            if is_new {
                conversation.subscribing();
                self.probe(effects);
                self.connection.subscribing(false, effects);
            }
        }
        self.changes.shell = true;
    }

    /// A conversation that lost its tab is no longer listened to, and nothing of it stays in this window.
    fn end_following(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        if self.closing.as_ref() == Some(id) {
            self.closing = None;
        }
        if let Some(socket) = self.connection.open_socket() {
            let unsubscribe = ClientMessage::ChatUnsubscribe { conversation_id: id.clone() };
            effects.push(Effect::SendFrame(socket, unsubscribe));
        }
        effects.push(Effect::CancelTimer(Timer::SyncRetry(id.clone())));
        effects.push(Effect::CancelTimer(Timer::ConfirmLive(id.clone())));
        self.conversations.remove(id);
        self.surfaces.forget(id);
        effects.push(Effect::CancelTimer(Timer::Queueing(id.clone())));
        effects.push(Effect::StoreWarming { conversation: id.clone(), stored: None });
        self.changes.topics.mark(Topic::Surfaces);
        self.complete_for_receipt(id, effects);
        self.changes.shell = true;
    }

    /// The tab is gone, and so is what this device keeps of it.
    fn drop_tab(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        self.end_following(id, effects);
        effects.push(Effect::WriteCache(vec![Write::Forget(id.clone())]));
        self.tabs.close(id, self.now);
        self.store_tabs(effects);
        self.focus_moved(effects);
    }

    /// The person closes a tab.
    pub(super) fn close(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        if self.tabs.contains(id) {
            effects.push(Effect::CloseConversation(id.clone()));
            self.drop_tab(id, effects);
        }
    }

    /// Whether closing a tab for somebody else would lose something of this window's person.
    fn would_lose(&self, id: &ConversationId) -> bool {
        self.conversations.get(id).is_some_and(Conversation::has_unsent)
    }

    /// The person wants to see a conversation, whether it has a tab or not.
    pub(super) fn reveal(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        let listed = self.listing.listed().iter().find(|listed| listed.id == *id);
        let (title, is_closed) =
            listed.map_or((None, false), |listed| (listed.title.clone(), listed.status == ConversationStatus::Closed));
        self.open_tab(id, title, effects);
        if is_closed {
            self.tabs.revive(id);
        }
        self.tabs.select(id);
        self.store_tabs(effects);
        self.focus_moved(effects);
    }

    /// Takes in a strip that was stored: by this window before, or by another one now.
    pub(super) fn merge_tabs(&mut self, stored: &str, effects: &mut Vec<Effect>) {
        let keeps: Vec<ConversationId> = self.tabs.order().filter(|id| self.would_lose(id)).cloned().collect();
        let focused = self.tabs.focused().clone();
        let Some(merged) = self.tabs.merge(stored, |id| keeps.contains(id)) else {
            return self.anomalies.count(Anomaly::CorruptStorage);
        };
        for id in &merged.opened {
            let title = self.tabs.title(id).map(str::to_owned);
            self.begin_following(id, title, effects);
        }
        for id in &merged.closed {
            self.end_following(id, effects);
        }
        for id in self.tabs.order() {
            let title = self.tabs.title(id).map(str::to_owned);
            if let (Some(title), Some(conversation)) = (title, self.conversations.get_mut(id)) {
                conversation.rename(title);
            }
        }
        self.changes.shell = true;
        if *self.tabs.focused() != focused {
            self.focus_moved(effects);
        }
    }

    /// Asks the backend for all conversations.
    pub(super) fn ask_list(&mut self, effects: &mut Vec<Effect>) {
        self.next_request += 1;
        let request = RequestId(self.next_request);
        if self.listing.ask(request, self.now) {
            effects.push(Effect::LoadConversations(request));
        }
    }

    pub(super) fn list_answered(
        &mut self,
        request: RequestId,
        answer: Result<ConversationsResponse, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        let Some((asked_at, again)) = self.listing.answered(request) else {
            if !self.listing.gave_up(request) {
                self.anomalies.count(Anomaly::LateAnswer);
            }
            return;
        };
        self.changes.list = true;
        match answer {
            Ok(response) => {
                self.listing.succeeded(response.conversations);
                self.follow_list(asked_at, effects);
                if again {
                    self.ask_list(effects);
                }
            }
            Err(failure) => self.listing.fails(failure.is_unsupported()),
        }
    }

    /// Tabs that the backend knows and this window does not are added, titles taken over, and tabs of conversations that
    /// were closed elsewhere go. One that the backend does not know, or that is younger than the question, stays.
    fn follow_list(&mut self, asked_at: Millis, effects: &mut Vec<Effect>) {
        let mut listed: Vec<Listed> = self.listing.listed().to_vec();
        order::sort(&mut listed, |a, b| a.created.0.total_cmp(&b.created.0));
        for listed in listed {
            let id = &listed.id;
            if listed.status == ConversationStatus::Closed {
                if self.tabs.yields(id, asked_at) && !self.would_lose(id) {
                    self.drop_tab(id, effects);
                }
            } else if self.tabs.contains(id) {
                if let (Some(title), Some(conversation)) = (listed.title, self.conversations.get_mut(id)) {
                    conversation.rename(title);
                }
            } else if self.tabs.closed_at(id).is_some_and(|closed| closed.0 >= listed.last_activity.0) {
                // It was closed here, and the backend was not reached to hear of it.
                effects.push(Effect::CloseConversation(id.clone()));
            } else {
                self.open_tab(id, listed.title, effects);
            }
        }
        self.changes.shell = true;
        self.store_tabs(effects);
    }

    /// Somebody asks every console to open a conversation.
    pub(super) fn asked_to_open(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        if !self.open_tab(id, None, effects)
            && self.tabs.focused() != id
            && let Some(conversation) = self.conversations.get_mut(id)
        {
            conversation.unread = true;
        }
        self.tabs.revive(id);
        self.changes.shell = true;
        self.ask_list(effects);
        self.store_tabs(effects);
    }

    /// The backend tells where a conversation stands.
    pub(super) fn status_changed(
        &mut self,
        id: &ConversationId,
        status: &ConversationStatus,
        effects: &mut Vec<Effect>,
    ) {
        self.changes.list = true;
        let is_listed = self.listing.status_changed(id, status, self.now);
        match status {
            ConversationStatus::Closed => {
                if self.tabs.contains(id) && !self.would_lose(id) {
                    self.drop_tab(id, effects);
                }
            }
            ConversationStatus::Active | ConversationStatus::Queued => {
                if self.open_tab(id, None, effects) {
                    self.store_tabs(effects);
                }
            }
            ConversationStatus::Idle | ConversationStatus::Unknown(_) => {}
        }
        if !is_listed {
            self.ask_list(effects);
        }
    }

    /// The history of a conversation is another one from now on.
    pub(super) fn compacted(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        self.with(id, effects, Conversation::compacted);
        self.ask_list(effects);
    }

    /// The person gives a conversation another title.
    pub(super) fn rename(&mut self, id: ConversationId, typed: &str, effects: &mut Vec<Effect>) {
        let title = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if !title.is_empty() {
            effects.push(Effect::SetTitle(id, title));
        }
    }

    pub(super) fn title_answered(
        &mut self,
        id: &ConversationId,
        answer: Result<TitleResponse, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        match answer {
            Ok(response) => {
                let title = crate::title::title(&response.title, crate::title::LONGEST);
                if let Some(conversation) = self.conversations.get_mut(id) {
                    conversation.rename(title.clone());
                }
                self.listing.name(id, &title);
                self.changes.list = true;
                self.store_tabs(effects);
            }
            Err(failure) if failure.is_unsupported() => {
                self.problems.tell("This backend cannot rename conversations.");
            }
            Err(failure) => {
                self.problems.tell(format!("The conversation was not renamed: {}.", failure.in_words()));
            }
        }
    }
}
