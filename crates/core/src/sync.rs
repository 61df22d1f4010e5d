//! When to ask for a conversation's history, and what to do with the answer.
//!
//! What this device keeps is read first, and shown while the backend is asked. Then:
//!
//! One request for the tail at a time; wishes that come meanwhile are one more request after it. The tail is asked for
//! with an overlap of one chunk, which proves that the backend still has the history the console knows; when it does not
//! come back unchanged, everything is loaded anew. A turn is superseded only by an answer to a request that was made after
//! its seal, because only such an answer is sure to hold all of it. Failures are tried again with backoff.

use crate::connection::backoff;
use crate::{HistoryQuery, Millis, RequestId};
use dispatch_contract::TurnId;

/// How many chunks of a conversation are kept loaded by default.
pub const DEFAULT_CHAT_LIMIT: u64 = 256;

/// The fewest and the most that may be chosen.
pub const CHAT_LIMITS: std::ops::RangeInclusive<u64> = 10..=100_000;

/// The state of a conversation's synchronisation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sync {
    tail: Tail,
    /// Ask once more when the request under way is answered.
    again: bool,
    /// Failures in a row.
    failures: u32,
    /// History has answered at least once.
    loaded: bool,
    /// When the backend last confirmed what is shown, if it comes from this device and was not confirmed since.
    as_of: Option<Millis>,
    /// The backend is known to tell of every running turn: the next answer settles what became of the others.
    confirm: bool,
    older: Older,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Tail {
    /// Nothing was asked yet.
    #[default]
    Unopened,
    /// What this device keeps is being read.
    Reading(RequestId),
    Idle,
    Asking {
        request: RequestId,
        /// The turns that were sealed when the request was made.
        covers: Vec<TurnId>,
        /// It was made while the backend was known to tell of every running turn.
        confirms: bool,
    },
    Waiting,
}

/// How far the wish for older chunks is. They come from this device, and what it lacks from the backend.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Older {
    #[default]
    Idle,
    Reading {
        request: RequestId,
        wanted: u64,
    },
    Asking(RequestId),
}

/// What an answer to a tail request was about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answered {
    pub(crate) covers: Vec<TurnId>,
    /// The answer says what became of turns from before the socket was opened.
    pub(crate) confirms: bool,
}

/// The part that an older page adds, and what a cold load asks for.
pub(crate) fn window(limit: u64) -> (u64, u64) {
    ((limit * 3 / 4).max(1), limit.div_ceil(4).max(1))
}

impl Sync {
    /// Whether history has answered at least once.
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// When the backend last confirmed what is shown, while that is being asked again.
    pub fn as_of(&self) -> Option<Millis> {
        self.as_of
    }

    /// Whether nothing was asked for yet, of this device or the backend.
    pub(crate) fn is_unopened(&self) -> bool {
        self.tail == Tail::Unopened
    }

    /// Whether a request for the tail is under way.
    pub fn is_asking(&self) -> bool {
        matches!(self.tail, Tail::Asking { .. })
    }

    /// Whether the last request failed and another is waited for.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// Whether older messages are on their way.
    pub fn is_asking_older(&self) -> bool {
        self.older != Older::Idle
    }

    /// The backend tells of every running turn from now on: an answer to a later request settles what became of others.
    pub(crate) fn expect_confirmation(&mut self) {
        self.confirm_nothing();
        self.confirm = true;
    }

    /// The socket was opened or lost: no answer settles anything until the backend is known to listen.
    pub(crate) fn confirm_nothing(&mut self) {
        self.confirm = false;
        if let Tail::Asking { confirms, .. } = &mut self.tail {
            *confirms = false;
        }
    }

    /// Whether an answer may be asked for now. If not, one more request follows the one under way.
    pub(crate) fn want_tail(&mut self) -> bool {
        match self.tail {
            Tail::Unopened | Tail::Idle => true,
            Tail::Reading(_) | Tail::Asking { .. } | Tail::Waiting => {
                self.again = true;
                false
            }
        }
    }

    /// What this device keeps is asked for.
    pub(crate) fn read_cache(&mut self, request: RequestId) {
        self.tail = Tail::Reading(request);
    }

    /// This device has answered. Tells whether that was waited for.
    pub(crate) fn cache_read(&mut self, request: RequestId) -> bool {
        let is_waited_for = self.tail == Tail::Reading(request);
        if is_waited_for {
            self.tail = Tail::Idle;
        }
        is_waited_for
    }

    /// What this device keeps is shown; the backend last confirmed it at this moment.
    pub(crate) fn shows_cache(&mut self, as_of: Millis) {
        self.as_of = Some(as_of);
    }

    /// A conversation that begins now has no history to ask for.
    pub(crate) fn is_new(&mut self) {
        self.tail = Tail::Idle;
        self.loaded = true;
    }

    /// A request for the tail goes out. With nothing held, `limit` is the most that is kept loaded.
    pub(crate) fn ask_tail(
        &mut self,
        request: RequestId,
        highest_seq: u64,
        limit: u64,
        sealed: Vec<TurnId>,
    ) -> HistoryQuery {
        self.again = false;
        self.tail = Tail::Asking { request, covers: sealed, confirms: self.confirm };
        let (cold, _) = window(limit);
        match highest_seq {
            0 => HistoryQuery { since_seq: 0, before_seq: None, limit: Some(cold) },
            highest => HistoryQuery { since_seq: highest - 1, before_seq: None, limit: None },
        }
    }

    /// An answer to a tail request came. `None`: nobody waits for it.
    pub(crate) fn tail_answered(&mut self, request: RequestId) -> Option<Answered> {
        match &mut self.tail {
            Tail::Asking { request: waited, covers, confirms } if *waited == request => {
                let answered = Answered { covers: std::mem::take(covers), confirms: *confirms };
                self.tail = Tail::Idle;
                Some(answered)
            }
            Tail::Asking { .. } | Tail::Unopened | Tail::Reading(_) | Tail::Idle | Tail::Waiting => None,
        }
    }

    /// The answer was a page.
    pub(crate) fn succeeded(&mut self, confirms: bool) {
        self.failures = 0;
        self.loaded = true;
        self.as_of = None;
        if confirms {
            self.confirm = false;
        }
    }

    /// The answer was a failure: gives back how long to wait before the next try, in milliseconds.
    pub(crate) fn failed(&mut self, chance: f64) -> f64 {
        let pause = backoff(self.failures, chance);
        self.failures += 1;
        self.tail = Tail::Waiting;
        pause
    }

    /// The wait is over, or something makes waiting pointless. Tells whether there was one.
    pub(crate) fn stop_waiting(&mut self) -> bool {
        let waited = self.tail == Tail::Waiting;
        if waited {
            self.tail = Tail::Idle;
        }
        waited
    }

    /// Whether somebody wished for one more request meanwhile.
    pub(crate) fn wants_again(&self) -> bool {
        self.again
    }

    /// So many older chunks are wished for: this device is asked first. `false`: they are on their way already.
    pub(crate) fn read_older(&mut self, request: RequestId, wanted: u64) -> bool {
        let is_idle = self.older == Older::Idle;
        if is_idle {
            self.older = Older::Reading { request, wanted };
        }
        is_idle
    }

    /// This device has answered. If it was waited for: how many were wished for.
    pub(crate) fn older_read(&mut self, request: RequestId) -> Option<u64> {
        match self.older {
            Older::Reading { request: waited, wanted } if waited == request => {
                self.older = Older::Idle;
                Some(wanted)
            }
            Older::Reading { .. } | Older::Idle | Older::Asking(_) => None,
        }
    }

    /// The backend is asked for what this device lacks.
    pub(crate) fn ask_older(&mut self, request: RequestId, lowest_seq: u64, missing: u64) -> HistoryQuery {
        self.older = Older::Asking(request);
        HistoryQuery { since_seq: 0, before_seq: Some(lowest_seq), limit: Some(missing) }
    }

    /// Whether this request is the one for older chunks that is waited for; it is over now.
    pub(crate) fn older_answered(&mut self, request: RequestId) -> bool {
        let is_waited_for = self.older == Older::Asking(request);
        if is_waited_for {
            self.older = Older::Idle;
        }
        is_waited_for
    }

    /// The history that a request for older chunks was about is gone.
    pub(crate) fn forget_older(&mut self) {
        self.older = Older::Idle;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_quarters_are_loaded_cold_and_a_quarter_more_at_a_time() {
        let cases = [(256, (192, 64)), (100, (75, 25)), (10, (7, 3)), (1, (1, 1))];
        for (limit, expected) in cases {
            assert_eq!(window(limit), expected, "a limit of {limit}");
        }
    }

    #[test]
    fn an_answer_confirms_nothing_when_the_socket_was_lost_after_its_request() {
        let mut sync = Sync::default();
        sync.expect_confirmation();
        sync.ask_tail(RequestId(1), 4, 256, Vec::new());
        sync.confirm_nothing();
        assert_eq!(sync.tail_answered(RequestId(1)), Some(Answered { covers: Vec::new(), confirms: false }));
    }

    #[test]
    fn a_failure_keeps_the_wish_for_an_answer_that_confirms() {
        let mut sync = Sync::default();
        sync.expect_confirmation();
        sync.ask_tail(RequestId(1), 4, 256, Vec::new());
        sync.tail_answered(RequestId(1));
        sync.failed(0.5);
        assert!(!sync.want_tail(), "the next try is waited for");
        assert!(sync.stop_waiting() && sync.want_tail());
        sync.ask_tail(RequestId(2), 4, 256, Vec::new());
        assert_eq!(sync.tail_answered(RequestId(2)).map(|answered| answered.confirms), Some(true));
    }

    #[test]
    fn an_answer_covers_the_turns_that_were_sealed_when_it_was_asked_for() {
        let mut sync = Sync::default();
        sync.ask_tail(RequestId(1), 0, 256, vec![TurnId::from("t1")]);
        assert_eq!(sync.tail_answered(RequestId(2)), None);
        let covers = sync.tail_answered(RequestId(1)).map(|answered| answered.covers);
        assert_eq!(covers, Some(vec![TurnId::from("t1")]));
        assert_eq!(sync.tail_answered(RequestId(1)), None, "an answer counts once");
    }
}
