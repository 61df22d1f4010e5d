//! The queue between those who have something to tell and one connection that may be slow to take it.
//!
//! A turn must never wait for a watcher, and a watcher must never miss an event in the middle: so putting in never blocks,
//! and a queue whose live part grows over its limit is *closed*. Its connection ends, the client comes back and gets the
//! replay. A replay itself is exempt from the limit, or a long turn could never be joined; whoever reads requests from the
//! same connection waits until the queue is short ([`Outbound::short`]), so that replays cannot pile up.

use axum::extract::ws::Utf8Bytes;
use parking_lot::Mutex;
use std::collections::VecDeque;
use tokio::sync::Notify;

/// One connection's queue.
#[derive(Debug)]
pub(crate) struct Outbound {
    state: Mutex<State>,
    /// Something was put in, or the queue was closed.
    filled: Notify,
    /// Something was taken out, or the queue was closed.
    drained: Notify,
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Utf8Bytes>,
    live_bytes: usize,
    closed: Option<Closed>,
}

/// Whether a message counts against the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Something that just happened.
    Live,
    /// Part of a replay that the connection asked for.
    Replay,
}

/// Why nothing more comes out of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// All was said; what still waits is delivered.
    Finished,
    /// The connection did not keep up; what waits is dropped.
    TooSlow,
}

impl Outbound {
    /// A queue that lets `limit` bytes of live messages wait.
    pub(crate) fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), filled: Notify::new(), drained: Notify::new(), limit }
    }

    /// Puts a message in. After the queue was closed it goes nowhere.
    pub(crate) fn push(&self, counting: Counting, message: Utf8Bytes) {
        let mut state = self.state.lock();
        if state.closed.is_some() {
            return;
        }
        if counting == Counting::Live {
            state.live_bytes = state.live_bytes.saturating_add(message.len());
            if state.live_bytes > self.limit {
                state.closed = Some(Closed::TooSlow);
                state.waiting.clear();
                drop(state);
                self.filled.notify_one();
                self.drained.notify_one();
                return;
            }
        }
        state.waiting.push_back(message);
        drop(state);
        self.filled.notify_one();
    }

    /// Says that nothing more will be put in. What waits is still delivered.
    pub(crate) fn finish(&self) {
        self.state.lock().closed.get_or_insert(Closed::Finished);
        self.filled.notify_one();
        self.drained.notify_one();
    }

    /// Waits for messages and takes out all there are, or says why there will be none. For one taker.
    pub(crate) async fn take(&self) -> Result<Vec<Utf8Bytes>, Closed> {
        loop {
            {
                let mut state = self.state.lock();
                if !state.waiting.is_empty() {
                    state.live_bytes = 0;
                    let taken = state.waiting.drain(..).collect();
                    drop(state);
                    self.drained.notify_one();
                    return Ok(taken);
                }
                if let Some(closed) = state.closed {
                    return Err(closed);
                }
            }
            self.filled.notified().await;
        }
    }

    /// Waits until what was put in has been taken out. For one waiter.
    pub(crate) async fn short(&self) {
        loop {
            {
                let state = self.state.lock();
                if state.waiting.is_empty() || state.closed.is_some() {
                    return;
                }
            }
            self.drained.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn live_messages_over_the_limit_close_it_and_a_replay_does_not() {
        let outbound = Outbound::new(10);
        outbound.push(Counting::Replay, "a replay of any length".into());
        outbound.push(Counting::Live, "0123456789".into());
        assert_eq!(outbound.take().await.unwrap().len(), 2);
        outbound.push(Counting::Live, "0123456789".into());
        outbound.push(Counting::Live, "x".into());
        outbound.push(Counting::Replay, "y".into());
        assert_eq!(outbound.take().await, Err(Closed::TooSlow), "what waited is dropped: it would have a gap");
        outbound.finish();
        assert_eq!(outbound.take().await, Err(Closed::TooSlow));
        outbound.short().await;
    }

    #[tokio::test]
    async fn a_finished_queue_is_emptied_first() {
        let outbound = Outbound::new(10);
        outbound.push(Counting::Live, "a".into());
        outbound.finish();
        outbound.push(Counting::Live, "b".into());
        assert_eq!(outbound.take().await.unwrap(), [Utf8Bytes::from("a")]);
        assert_eq!(outbound.take().await, Err(Closed::Finished));
    }

    #[tokio::test]
    async fn short_waits_for_the_taker() {
        let outbound = Outbound::new(10);
        outbound.short().await;
        outbound.push(Counting::Live, "a".into());
        let (taken, ()) = tokio::join!(outbound.take(), outbound.short());
        assert!(taken.is_ok());
    }
}
