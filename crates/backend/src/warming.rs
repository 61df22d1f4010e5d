//! Cache warming: a conversation that waits for its person is asked about now and then, so that the provider's cache still
//! holds its prompt when the next message comes.
//!
//! Each conversation has a [`Schedule`], which decides; this keeps them, tells the surface when one changed, and drives
//! them: one task sleeps until the earliest warm of all. What a warm *is* belongs to the turns. The hard part is that
//! turns begin and end meanwhile: every change asks, under the one lock, whether a turn runs, so that whatever the order
//! of the callers, the last of them sees the truth.

mod schedule;

pub(crate) use schedule::{LEAST_SECONDS, MOST_SECONDS, Schedule};

use crate::clock::Clock;
use crate::surfaces::Changes;
use crate::turns::Turns;
use crate::turns::room::Rooms;
use dispatch_contract::{ConversationId, WarmRequest, WarmResponse};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The id of the surface that shows it.
pub(crate) const SURFACE: &str = "cache-warming";

/// The schedules of all conversations that have one. A backend starts with none: nothing is kept across a restart.
#[derive(Debug)]
pub(crate) struct Warming {
    schedules: Mutex<HashMap<ConversationId, Schedule>>,
    rooms: Arc<Rooms>,
    clock: Clock,
    changes: Changes,
    /// The earliest warm may be another one now.
    rescheduled: Notify,
}

impl Warming {
    pub(crate) fn new(rooms: Arc<Rooms>, clock: Clock, changes: Changes) -> Self {
        Self { schedules: Mutex::default(), rooms, clock, changes, rescheduled: Notify::new() }
    }

    /// A conversation's schedule now.
    pub(crate) fn schedule(&self, conversation: &ConversationId) -> Schedule {
        self.schedules.lock().get(conversation).cloned().unwrap_or_default()
    }

    /// Switches it on, or off. The caller tells the surface.
    pub(crate) fn toggle(&self, conversation: &ConversationId) {
        self.change(conversation, Schedule::toggle);
    }

    /// Sets how long after a seal or a warm the next warm comes. The caller tells the surface.
    pub(crate) fn set_interval(&self, conversation: &ConversationId, seconds: u32) {
        self.change(conversation, |schedule, quiet_since| schedule.set_interval(seconds, quiet_since));
    }

    /// A turn began, or ended. Nothing is due while one runs.
    pub(crate) fn turn_changed(&self, conversation: &ConversationId) {
        if self.schedule(conversation).is_on() {
            self.change(conversation, Schedule::arm);
            self.tell(conversation);
        }
    }

    /// The prompt was warmed, by whomever.
    pub(crate) fn warmed(&self, conversation: &ConversationId, response: &WarmResponse) {
        let now = self.clock.epoch_ms();
        self.change(conversation, |schedule, quiet_since| schedule.warmed(now, response, quiet_since));
        self.tell(conversation);
    }

    /// The person closed the conversation: it is forgotten, and so off until somebody switches it on again.
    pub(crate) fn forget(&self, conversation: &ConversationId) {
        if self.schedules.lock().remove(conversation).is_some() {
            self.tell(conversation);
        }
    }

    /// Warms whatever is due, until the backend ends.
    pub(crate) async fn drive(self: Arc<Self>, turns: Arc<Turns>, closing: CancellationToken) {
        let warms = TaskTracker::new();
        loop {
            for conversation in self.take_due() {
                warms.spawn(warm(Arc::clone(&self), Arc::clone(&turns), conversation));
            }
            let earliest = self.schedules.lock().values().filter_map(Schedule::due_at).min();
            let due = async {
                match earliest {
                    Some(earliest) => self.clock.until(earliest).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = closing.cancelled() => return,
                () = self.rescheduled.notified() => {}
                () = due => {}
            }
        }
    }

    /// The conversations that are to be warmed now. Each is given out once, until it is armed again.
    fn take_due(&self) -> Vec<ConversationId> {
        let now = self.clock.epoch_ms();
        let mut schedules = self.schedules.lock();
        schedules.iter_mut().filter_map(|(id, schedule)| schedule.take_due(now).then(|| id.clone())).collect()
    }

    /// A warm came to nothing: the next one is as far away as after any other.
    fn failed(&self, conversation: &ConversationId) {
        if self.schedules.lock().contains_key(conversation) {
            self.change(conversation, Schedule::arm);
            self.tell(conversation);
        }
    }

    /// Changes a schedule, which is told since when no turn runs: now, or not at all while one does.
    fn change(&self, conversation: &ConversationId, change: impl FnOnce(&mut Schedule, Option<i64>)) {
        let mut schedules = self.schedules.lock();
        let quiet_since = (!self.rooms.is_running(conversation)).then(|| self.clock.epoch_ms());
        change(schedules.entry(conversation.clone()).or_default(), quiet_since);
        drop(schedules);
        self.rescheduled.notify_one();
    }

    fn tell(&self, conversation: &ConversationId) {
        self.changes.tell(SURFACE, conversation);
    }
}

async fn warm(warming: Arc<Warming>, turns: Arc<Turns>, conversation: ConversationId) {
    let request = WarmRequest { conversation_id: conversation.clone(), model: None, cwd: None };
    if let Err(refusal) = turns.warm(request).await {
        tracing::debug!(%conversation, %refusal, "a conversation was not warmed");
        warming.failed(&conversation);
    }
}
