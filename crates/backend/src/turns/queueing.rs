//! Messages that come while a turn runs: accepted, put into a turn, taken back.
//!
//! The rule is that a waiting message is taken by the running turn at its next step, else it opens the next turn. After a
//! turn that was stopped or that failed nothing goes on by itself: what waits stays, the conversation is `queued`, and the
//! next message takes it along. Closing the conversation drops it.

use super::room::Watcher;
use super::{Opening, Refusal, Turns, WatcherId, is_conversation_id};
use crate::queue;
use dispatch_contract::{ChatRequest, ConversationId, ConversationStatus, MessageId};
use std::sync::Arc;

impl Turns {
    /// Takes a message for whenever there is a turn for it. Answers whether one began at once.
    ///
    /// # Errors
    /// The message cannot be one, or too many wait already; nothing was stored.
    pub(crate) async fn queue(
        self: &Arc<Self>,
        conversation: &ConversationId,
        text: String,
        sender: Option<(WatcherId, Watcher)>,
    ) -> Result<bool, Refusal> {
        if !is_conversation_id(conversation.as_str()) {
            return Err(Refusal::BadConversationId);
        }
        if text.trim().is_empty() {
            return Err(Refusal::EmptyMessage);
        }
        if self.closing.is_cancelled() {
            return Err(Refusal::ShuttingDown);
        }
        if !self.rooms.is_running(conversation) && self.queues.is_empty(conversation) {
            let conversation_id = Some(conversation.clone());
            let request = ChatRequest { conversation_id, message: text.clone(), ..ChatRequest::default() };
            match self.start(request, sender.clone()).await {
                Ok(_) => return Ok(true),
                // Somebody else's turn was about to begin.
                Err(Refusal::TurnRunning) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        {
            let _threshold = self.rooms.threshold(conversation).await;
            if self.queues.waiting(conversation).len() >= queue::LIMIT {
                return Err(Refusal::QueueFull);
            }
            self.queues.add(conversation, text).await?;
        }
        // A turn that runs looks at the queue before it ends, on the threshold: it either sees this one, or is over.
        Ok(self.start_waiting(conversation, sender).await)
    }

    /// Takes a waiting message back. Answers whether it was still there.
    pub(crate) async fn cancel_queued(
        &self,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<bool, Refusal> {
        let _threshold = self.rooms.threshold(conversation).await;
        let cancelled = self.queues.cancel(conversation, message).await?;
        if cancelled && self.queues.is_empty(conversation) {
            self.rooms.tell_unless_running(conversation, ConversationStatus::Idle);
        }
        Ok(cancelled)
    }

    /// Begins a turn with the first message that waits, unless one runs or nothing waits. Answers whether it did.
    pub(super) async fn start_waiting(
        self: &Arc<Self>,
        conversation: &ConversationId,
        sender: Option<(WatcherId, Watcher)>,
    ) -> bool {
        if self.queues.is_empty(conversation) {
            return false;
        }
        match self.take_room(conversation, sender) {
            Ok(handle) => match self.launch(handle, Opening::Waiting).await {
                Ok(()) => true,
                Err(refusal) => {
                    tracing::warn!(%conversation, %refusal, "a waiting message did not begin a turn");
                    false
                }
            },
            Err(_) => false,
        }
    }
}
