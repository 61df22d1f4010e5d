//! Messages that wait for the running turn: handed over, told of, and taken back.

use crate::changes::Topic;
use crate::queue::{QUEUE_LIMIT, Queue, QueueView};
use crate::state::State;
use crate::surfaces::QUEUE;
use crate::{ConversationId, Effect, Timer};
use dispatch_contract::{AgentEvent, ClientMessage, MessageId, TurnEvent};

impl State {
    /// The messages that wait in the conversation that is looked at.
    pub fn queue_view(&self) -> QueueView {
        let conversation = self.tabs.active().and_then(|id| self.conversations.get(id));
        let standing = self.surfaces.fields_of(QUEUE).map(|(_, standing)| standing).unwrap_or_default();
        conversation.map(|conversation| conversation.queue.view(self.surfaces.queued(), standing)).unwrap_or_default()
    }

    /// The person wants these words queued. They stay in the composer until the backend has them; if the turn is over by
    /// now, they are a message like any other.
    pub(super) fn queue(&mut self, typed: &str, effects: &mut Vec<Effect>) {
        let text = typed.trim();
        let Some(id) = self.tabs.active().cloned().filter(|_| !text.is_empty()) else { return };
        self.changes.topics.mark(Topic::Surfaces);
        if self.accepts_prompt(typed).is_some() {
            self.with(&id, effects, |conversation, context| {
                conversation.submit(text.to_owned(), context);
                conversation.queue.sent(text);
            });
            self.words_taken(&id, effects);
            return self.store_tabs(effects);
        }
        let is_connected = self.connection.open_socket().is_some();
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        match conversation.queue.hand(text, self.surfaces.queued(), is_connected) {
            Some(Ok(())) => {
                let message =
                    ClientMessage::ChatQueue { conversation_id: id.clone(), text: text.to_owned(), workspace_id: None };
                self.send(message, effects);
                effects.push(Effect::StartTimer(Timer::Queueing(id), QUEUE_LIMIT));
            }
            Some(Err(words)) => self.announce(words.to_owned()),
            None => {}
        }
    }

    /// The person takes a message back.
    pub(super) fn cancel_queued(&mut self, message_id: MessageId, effects: &mut Vec<Effect>) {
        let Some(id) = self.tabs.active().cloned() else { return };
        let is_connected = self.connection.open_socket().is_some();
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        self.changes.topics.mark(Topic::Surfaces);
        match conversation.queue.cancel(&message_id, self.surfaces.queued(), is_connected) {
            Some(Ok(())) => self.send(ClientMessage::ChatQueueCancel { conversation_id: id, message_id }, effects),
            Some(Err(words)) => self.announce(words.to_owned()),
            None => {}
        }
    }

    /// A surface of the conversation that is looked at told its state.
    pub(super) fn queue_told(&mut self, effects: &mut Vec<Effect>) {
        let Some(id) = self.surfaces.scope().cloned() else { return };
        let queued = self.surfaces.queued();
        if self.conversations.get_mut(&id).is_some_and(|conversation| conversation.queue.told(queued)) {
            self.queued(&id, effects);
        }
    }

    /// A turn may tell words that were on their way into the queue.
    pub(super) fn hear_of_queued(&mut self, event: &AgentEvent, effects: &mut Vec<Effect>) {
        let AgentEvent::Turn { conversation_id: id, event, .. } = event else { return };
        let (TurnEvent::UserMessage { text, .. } | TurnEvent::Steering { text }) = event else { return };
        if self.conversations.get_mut(id).is_some_and(|conversation| conversation.queue.heard(text)) {
            self.queued(&id.clone(), effects);
        }
    }

    /// The backend has the words.
    fn queued(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        effects.push(Effect::CancelTimer(Timer::Queueing(id.clone())));
        self.announce("Message queued".to_owned());
        self.words_taken(id, effects);
    }

    /// What was taken is not in the composer any more, unless the person changed it meanwhile.
    fn words_taken(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        if conversation.left.words.trim() == conversation.queue.taken_words() {
            conversation.left.words.clear();
        }
        self.changes.topics.mark(Topic::Surfaces);
        self.store_window(effects);
    }

    /// The time for words to come into the queue is over.
    pub(super) fn queueing_limit_passed(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        if self.tabs.focused() != id && self.connection.open_socket().is_some() {
            // Its queue is not told while another conversation is looked at.
            effects.push(Effect::StartTimer(Timer::Queueing(id.clone()), QUEUE_LIMIT));
            return;
        }
        let said = self.conversations.get_mut(id).and_then(|conversation| conversation.queue.gave_up());
        if let Some(words) = said {
            self.changes.topics.mark(Topic::Surfaces);
            self.announce(words.to_owned());
        }
    }

    /// The backend refuses something, of a conversation if it could tell. Gives back whether it was about a queue.
    pub(super) fn queue_refused(&mut self, id: Option<&ConversationId>, message: &str) -> bool {
        let queue = match id {
            Some(id) => self.conversations.get_mut(id).map(|conversation| &mut conversation.queue),
            None => self.only_handed(),
        };
        let concerns = queue.is_some_and(|queue| queue.refused(message));
        if concerns {
            self.changes.topics.mark(Topic::Surfaces);
            self.announce("Message not queued".to_owned());
        }
        concerns
    }

    /// The queue that words are on their way to, if there is exactly one.
    fn only_handed(&mut self) -> Option<&mut Queue> {
        let mut queues = self.conversations.values_mut().map(|conversation| &mut conversation.queue);
        let first = queues.find(|queue| queue.is_handing_over())?;
        queues.all(|queue| !queue.is_handing_over()).then_some(first)
    }
}
