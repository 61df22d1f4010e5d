//! Messages that wait for a turn. Somebody who writes while the agent works is not refused: the message waits, is put into
//! the running turn at its next step, or opens the next turn.
//!
//! A message must not be lost, told twice, or be left waiting while nobody is going to take it. So they are stored when
//! they are accepted and taken out in the transaction that stores them as said; and whoever puts in, takes out or asks
//! whether any are left does it on the conversation's [threshold](crate::turns::room::Threshold), where turns begin and
//! end. What is kept here is a copy of what is stored, for surfaces and lists.

use crate::clock::Clock;
use crate::store::{Store, StoreError};
use crate::surfaces::Changes;
use dispatch_contract::{ConversationId, MessageId, QueuedMessage};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// The id of the surface that shows it.
pub(crate) const SURFACE: &str = "message-queue";

/// More than a person writes; a client gone wild is told.
pub(crate) const LIMIT: usize = 100;

/// The waiting messages of all conversations.
#[derive(Debug)]
pub(crate) struct Queues {
    store: Arc<Store>,
    clock: Clock,
    changes: Changes,
    waiting: Mutex<HashMap<ConversationId, Vec<QueuedMessage>>>,
}

impl Queues {
    /// Reads what the last backend left waiting.
    pub(crate) async fn open(store: Arc<Store>, clock: Clock, changes: Changes) -> Result<Self, StoreError> {
        let mut waiting: HashMap<_, Vec<_>> = HashMap::new();
        for (conversation, message) in store.queued().await? {
            waiting.entry(conversation).or_default().push(message);
        }
        Ok(Self { store, clock, changes, waiting: Mutex::new(waiting) })
    }

    /// What waits in a conversation, in the order in which it came.
    pub(crate) fn waiting(&self, conversation: &ConversationId) -> Vec<QueuedMessage> {
        self.waiting.lock().get(conversation).cloned().unwrap_or_default()
    }

    /// Whether nothing waits in it.
    pub(crate) fn is_empty(&self, conversation: &ConversationId) -> bool {
        !self.waiting.lock().contains_key(conversation)
    }

    /// Puts a message in, behind all others.
    pub(crate) async fn add(&self, conversation: &ConversationId, text: String) -> Result<(), StoreError> {
        let id = MessageId::new(uuid::Uuid::new_v4().to_string());
        let message = QueuedMessage { id, text, queued_at: self.clock.epoch_ms() };
        self.store.enqueue(conversation, &message).await?;
        self.waiting.lock().entry(conversation.clone()).or_default().push(message);
        self.changes.tell(SURFACE, conversation);
        Ok(())
    }

    /// Takes a message back. Answers whether it was still there; its surface is told either way, since somebody waits to
    /// hear what is left.
    pub(crate) async fn cancel(&self, conversation: &ConversationId, id: &MessageId) -> Result<bool, StoreError> {
        let cancelled = self.waiting(conversation).iter().any(|message| message.id == *id);
        if cancelled {
            self.store.dequeue(std::slice::from_ref(id)).await?;
        }
        self.taken(conversation, std::slice::from_ref(id));
        Ok(cancelled)
    }

    /// Takes all back.
    pub(crate) async fn clear(&self, conversation: &ConversationId) -> Result<(), StoreError> {
        let ids: Vec<_> = self.waiting(conversation).into_iter().map(|message| message.id).collect();
        if !ids.is_empty() {
            self.store.dequeue(&ids).await?;
            self.taken(conversation, &ids);
        }
        Ok(())
    }

    /// Follows the store: these are said now, or gone.
    pub(crate) fn taken(&self, conversation: &ConversationId, ids: &[MessageId]) {
        let mut waiting = self.waiting.lock();
        if let Some(messages) = waiting.get_mut(conversation) {
            messages.retain(|message| !ids.contains(&message.id));
            if messages.is_empty() {
                waiting.remove(conversation);
            }
        }
        drop(waiting);
        self.changes.tell(SURFACE, conversation);
    }
}
