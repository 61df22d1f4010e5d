//! A turn's hold on its conversation's room.

use super::{Room, Threshold};
use dispatch_contract::{ConversationId, ConversationStatus, TurnEvent, TurnId};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The running turn's hold on its room. Dropped unsealed (the turn could not begin, its task died) it gives the room back.
#[derive(Debug)]
pub(crate) struct TurnHandle {
    room: Arc<Room>,
    turn_id: TurnId,
    abort: CancellationToken,
    holds_room: bool,
}

impl TurnHandle {
    pub(super) fn new(room: Arc<Room>, turn_id: TurnId, abort: CancellationToken) -> Self {
        Self { room, turn_id, abort, holds_room: true }
    }

    pub(crate) fn conversation(&self) -> &ConversationId {
        &self.room.conversation
    }

    pub(crate) fn turn_id(&self) -> &TurnId {
        &self.turn_id
    }

    /// Cancelled when somebody wants the turn to stop.
    pub(crate) fn aborted(&self) -> &CancellationToken {
        &self.abort
    }

    /// Begins the turn with what the store does for it, and tells everyone that the conversation is active.
    pub(crate) async fn begin<T, E>(&self, stored: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let _threshold = self.room.threshold().await;
        let answer = stored.await?;
        let mut state = self.room.state.lock();
        if let Some(turn) = state.running.as_mut() {
            turn.leaves_behind = Some(ConversationStatus::Idle);
            self.room.everyone.tell_status(&self.room.conversation, ConversationStatus::Active);
        }
        Ok(answer)
    }

    /// Tells every watcher, and whoever becomes one later.
    pub(crate) fn tell(&self, event: TurnEvent) {
        self.room.tell(event);
    }

    /// Waits for the conversation's threshold.
    pub(crate) async fn threshold(&self) -> Threshold {
        self.room.threshold().await
    }

    /// Says that messages will be waiting when the turn has ended. Closing the conversation says more.
    pub(crate) fn leaves_messages(&self) {
        let mut state = self.room.state.lock();
        if let Some(status) = state.running.as_mut().and_then(|turn| turn.leaves_behind.as_mut())
            && *status == ConversationStatus::Idle
        {
            *status = ConversationStatus::Queued;
        }
    }

    /// Tells that the turn is sealed, and frees the room for the next one in the same moment.
    pub(crate) fn seal(mut self) {
        let mut state = self.room.state.lock();
        self.room.flush(&mut state);
        self.room.tell_now(&mut state, TurnEvent::TurnSealed {});
        self.room.end_turn(&mut state);
        drop(state);
        // The next turn may hold the room before this handle is gone.
        self.holds_room = false;
    }
}

impl Drop for TurnHandle {
    fn drop(&mut self) {
        if self.holds_room {
            self.room.end_turn(&mut self.room.state.lock());
        }
    }
}
