//! Who watches a conversation, and what its running turn has told so far.
//!
//! The hard case is a watcher that comes in mid-turn: it must get every event once, in order, with no gap and no double
//! between what it missed and what comes next. So one lock per conversation covers both the turn's log and the list of
//! watchers: joining copies the log into the watcher's queue and adds the watcher in one go, telling an event appends it
//! and hands it out in one go, and the seal is told and the turn forgotten in one go. Nothing under the lock waits.
//!
//! The same lock orders what everyone is told: that the conversation is active before the turn's first event, that it is
//! idle right after the seal. What is told when a conversation opens or closes is told in the order in which the store
//! heard of it, on the conversation's [`Threshold`].
//!
//! Deltas are joined on the way ([`joined`]): a frame costs a browser far more than the bytes in it.

mod encoding;
mod handle;
mod joined;

pub(crate) use encoding::Encoded;
pub(crate) use handle::TurnHandle;

use crate::everyone::Everyone;
use crate::outbound::{Counting, Outbound};
use dispatch_contract::{AgentEvent, ConversationId, ConversationStatus, ServerMessage, TurnEvent, TurnId};
use joined::join;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// One connection, however many conversations it watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WatcherId(u64);

impl WatcherId {
    /// An id that nobody had before.
    pub(crate) fn mint() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Where a watcher's events go, and in which form.
#[derive(Clone, Debug)]
pub(crate) enum Watcher {
    /// A WebSocket: frames. It watches until it leaves.
    Socket(Arc<Outbound>),
    /// A streamed response: lines. It ends with the turn.
    Lines(Arc<Outbound>),
}

impl Watcher {
    fn tell(&self, counting: Counting, event: &Encoded) {
        match self {
            Self::Socket(outbound) => outbound.push(counting, event.frame()),
            Self::Lines(outbound) => outbound.push(counting, event.line()),
        }
    }
}

/// The rooms of all conversations that somebody watches or that run a turn.
#[derive(Debug)]
pub(crate) struct Rooms {
    rooms: Mutex<HashMap<ConversationId, Arc<Room>>>,
    join_window: Duration,
    everyone: Arc<Everyone>,
}

#[derive(Debug)]
struct Room {
    conversation: ConversationId,
    join_window: Duration,
    everyone: Arc<Everyone>,
    /// See [`Threshold`].
    threshold: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<RoomState>,
}

#[derive(Debug, Default)]
struct RoomState {
    running: Option<RunningTurn>,
    watchers: Vec<(WatcherId, Watcher)>,
}

#[derive(Debug)]
struct RunningTurn {
    turn_id: TurnId,
    /// What was told so far, neighbouring deltas as one.
    log: Vec<TurnEvent>,
    /// A delta that waits for its neighbours. It is not in the log yet.
    pending: Option<TurnEvent>,
    last_told: Option<Instant>,
    flush_scheduled: bool,
    /// What the conversation is after it. None before it began: nobody was told of it, and nobody is told of its end.
    leaves_behind: Option<ConversationStatus>,
    abort: CancellationToken,
    sealed: CancellationToken,
}

/// Where turns begin and end, conversations close and messages come in to wait: one at a time. Held from asking the store
/// until everyone was told.
#[derive(Debug)]
pub(crate) struct Threshold {
    _held: tokio::sync::OwnedMutexGuard<()>,
    _room: Arc<Room>,
}

impl Rooms {
    pub(crate) fn new(join_window: Duration, everyone: Arc<Everyone>) -> Self {
        Self { rooms: Mutex::default(), join_window, everyone }
    }

    /// Takes the conversation's room for a turn, with the sender as a watcher from the first event on. None while another
    /// turn has it: nothing changes then.
    pub(crate) fn take(
        &self,
        conversation: &ConversationId,
        turn_id: TurnId,
        sender: Option<(WatcherId, Watcher)>,
    ) -> Option<TurnHandle> {
        let room = self.room(conversation);
        let abort = CancellationToken::new();
        {
            let mut state = room.state.lock();
            if state.running.is_some() {
                return None;
            }
            state.running = Some(RunningTurn {
                turn_id: turn_id.clone(),
                log: Vec::new(),
                pending: None,
                last_told: None,
                flush_scheduled: false,
                leaves_behind: None,
                abort: abort.clone(),
                sealed: CancellationToken::new(),
            });
            if let Some((id, watcher)) = sender
                && !state.watchers.iter().any(|(known, _)| *known == id)
            {
                state.watchers.push((id, watcher));
            }
        }
        Some(TurnHandle::new(room, turn_id, abort))
    }

    /// Makes somebody a watcher: the running turn so far, then whatever comes. Nothing happens to who is one already.
    pub(crate) fn join(&self, conversation: &ConversationId, id: WatcherId, watcher: Watcher) {
        let room = self.room(conversation);
        let mut state = room.state.lock();
        if state.watchers.iter().any(|(known, _)| *known == id) {
            return;
        }
        room.flush(&mut state);
        if let Some(turn) = &state.running {
            for event in &turn.log {
                watcher.tell(Counting::Replay, &room.encode(&turn.turn_id, event.clone()));
            }
        }
        state.watchers.push((id, watcher));
    }

    /// Ends somebody's watching of one conversation.
    pub(crate) fn leave(&self, conversation: &ConversationId, id: WatcherId) {
        let mut rooms = self.rooms.lock();
        if let Some(room) = rooms.get(conversation) {
            room.state.lock().watchers.retain(|(known, _)| *known != id);
        }
        forget_empty(&mut rooms);
    }

    /// Ends somebody's watching of everything.
    pub(crate) fn leave_all(&self, id: WatcherId) {
        let mut rooms = self.rooms.lock();
        for room in rooms.values() {
            room.state.lock().watchers.retain(|(known, _)| *known != id);
        }
        forget_empty(&mut rooms);
    }

    /// Whether a turn runs: one that has begun, as everyone was told.
    pub(crate) fn is_running(&self, conversation: &ConversationId) -> bool {
        let runs =
            |room: &Arc<Room>| room.state.lock().running.as_ref().is_some_and(|turn| turn.leaves_behind.is_some());
        self.rooms.lock().get(conversation).is_some_and(runs)
    }

    /// Closes a conversation and tells everyone, if the store says that this changes anything. A turn that still runs in
    /// it, or that slipped in, is asked to stop: a closed conversation must not go on.
    pub(crate) async fn close<E>(
        &self,
        conversation: &ConversationId,
        stored: impl Future<Output = Result<bool, E>>,
    ) -> Result<(), E> {
        let room = self.room(conversation);
        let _threshold = room.threshold().await;
        if stored.await? {
            let mut state = room.state.lock();
            if let Some(turn) = state.running.as_mut()
                && let Some(status) = turn.leaves_behind.as_mut()
            {
                *status = ConversationStatus::Closed;
                turn.abort.cancel();
            }
            room.everyone.tell_status(conversation, ConversationStatus::Closed);
        }
        Ok(())
    }

    /// Waits for a conversation's threshold.
    pub(crate) async fn threshold(&self, conversation: &ConversationId) -> Threshold {
        self.room(conversation).threshold().await
    }

    /// Tells everyone something else about a conversation.
    pub(crate) fn tell_everyone(&self, message: ServerMessage) {
        self.everyone.tell(message);
    }

    /// Tells everyone where a conversation stands, unless a turn runs: that tells it itself.
    pub(crate) fn tell_unless_running(&self, conversation: &ConversationId, status: ConversationStatus) {
        let room = self.room(conversation);
        let state = room.state.lock();
        if state.running.as_ref().is_none_or(|turn| turn.leaves_behind.is_none()) {
            self.everyone.tell_status(conversation, status);
        }
    }

    /// Asks the conversation's turn to stop. Answers what tells that it has sealed, or nothing when none runs.
    pub(crate) fn abort(&self, conversation: &ConversationId) -> Option<CancellationToken> {
        let room = self.rooms.lock().get(conversation).map(Arc::clone)?;
        let state = room.state.lock();
        state.running.as_ref().map(|turn| {
            turn.abort.cancel();
            turn.sealed.clone()
        })
    }

    /// Asks every turn to stop.
    pub(crate) fn abort_all(&self) {
        for room in self.rooms.lock().values() {
            if let Some(turn) = &room.state.lock().running {
                turn.abort.cancel();
            }
        }
    }

    /// Forgets the rooms that nobody needs any more.
    pub(crate) fn sweep(&self) {
        forget_empty(&mut self.rooms.lock());
    }

    fn room(&self, conversation: &ConversationId) -> Arc<Room> {
        let mut rooms = self.rooms.lock();
        Arc::clone(rooms.entry(conversation.clone()).or_insert_with(|| {
            Arc::new(Room {
                conversation: conversation.clone(),
                join_window: self.join_window,
                everyone: Arc::clone(&self.everyone),
                threshold: Arc::default(),
                state: Mutex::default(),
            })
        }))
    }
}

/// Drops the rooms that nobody needs. Under the map's lock nobody can get hold of a room that only the map holds.
fn forget_empty(rooms: &mut HashMap<ConversationId, Arc<Room>>) {
    rooms.retain(|_, room| {
        Arc::strong_count(room) > 1 || {
            let state = room.state.lock();
            state.running.is_some() || !state.watchers.is_empty()
        }
    });
}

impl Room {
    async fn threshold(self: &Arc<Self>) -> Threshold {
        Threshold { _held: Arc::clone(&self.threshold).lock_owned().await, _room: Arc::clone(self) }
    }

    fn encode(&self, turn_id: &TurnId, event: TurnEvent) -> Encoded {
        Encoded::new(&AgentEvent::Turn { conversation_id: self.conversation.clone(), turn_id: turn_id.clone(), event })
    }

    /// Tells what waits for neighbours, if anything does.
    fn flush(&self, state: &mut RoomState) {
        if let Some(pending) = state.running.as_mut().and_then(|turn| turn.pending.take()) {
            self.tell_now(state, pending);
        }
    }

    fn tell_now(&self, state: &mut RoomState, event: TurnEvent) {
        let Some(turn) = state.running.as_mut() else {
            return;
        };
        turn.last_told = Some(Instant::now());
        if !state.watchers.is_empty() {
            let encoded = self.encode(&turn.turn_id, event.clone());
            for (_, watcher) in &state.watchers {
                watcher.tell(Counting::Live, &encoded);
            }
        }
        match turn.log.last_mut() {
            Some(last) => {
                if let Some(event) = join(last, event) {
                    turn.log.push(event);
                }
            }
            None => turn.log.push(event),
        }
    }

    /// Tells an event, or lets a delta wait for its neighbours when one went out a moment ago.
    fn tell(self: &Arc<Self>, event: TurnEvent) {
        let mut state = self.state.lock();
        let Some(turn) = state.running.as_mut() else {
            return;
        };
        let event = match turn.pending.as_mut() {
            Some(pending) => match join(pending, event) {
                None => return,
                Some(event) => event,
            },
            None => event,
        };
        self.flush(&mut state);
        let Some(turn) = state.running.as_mut() else {
            return;
        };
        let wait = turn.last_told.map_or(Duration::ZERO, |told| self.join_window.saturating_sub(told.elapsed()));
        if !joined::is_joinable(&event) || wait.is_zero() {
            self.tell_now(&mut state, event);
            return;
        }
        turn.pending = Some(event);
        if !turn.flush_scheduled {
            turn.flush_scheduled = true;
            self.flush_after(wait, turn.turn_id.clone());
        }
    }

    /// Forgets the running turn, tells everyone what it leaves behind, and lets those go who only watched this one.
    fn end_turn(&self, state: &mut RoomState) {
        if let Some(turn) = state.running.take() {
            if let Some(status) = turn.leaves_behind {
                self.everyone.tell_status(&self.conversation, status);
            }
            turn.sealed.cancel();
        }
        state.watchers.retain(|(_, watcher)| match watcher {
            Watcher::Socket(_) => true,
            Watcher::Lines(outbound) => {
                outbound.finish();
                false
            }
        });
    }

    fn flush_after(self: &Arc<Self>, wait: Duration, turn_id: TurnId) {
        let room: Weak<Self> = Arc::downgrade(self);
        let due = Instant::now() + wait;
        tokio::spawn(async move {
            tokio::time::sleep_until(due).await;
            let Some(room) = room.upgrade() else {
                return;
            };
            let mut state = room.state.lock();
            if let Some(turn) = state.running.as_mut().filter(|turn| turn.turn_id == turn_id) {
                turn.flush_scheduled = false;
                room.flush(&mut state);
            }
        });
    }
}

#[cfg(test)]
mod tests;
