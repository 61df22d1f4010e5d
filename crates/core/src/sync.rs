//! When to ask for a conversation's history, and what to do with the answer.
//!
//! One request for the tail at a time; wishes that come meanwhile are one more request after it. The tail is asked for
//! with an overlap of one chunk, which proves that the backend still has the history the console knows; when it does not
//! come back unchanged, everything is loaded anew. A turn is superseded only by an answer to a request that was made after
//! its seal, because only such an answer is sure to hold all of it. Failures are tried again with backoff.

use crate::connection::backoff;
use crate::{HistoryQuery, RequestId};
use dispatch_contract::TurnId;

/// How many chunks of a conversation are kept loaded by default.
pub const DEFAULT_CHAT_LIMIT: u64 = 256;

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
    /// The backend is known to tell of every running turn: the next answer settles what became of the others.
    confirm: bool,
    /// The request for older chunks that is under way.
    older: Option<RequestId>,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Tail {
    #[default]
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
        self.older.is_some()
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
            Tail::Idle => true,
            Tail::Asking { .. } | Tail::Waiting => {
                self.again = true;
                false
            }
        }
    }

    /// A request for the tail goes out.
    pub(crate) fn ask_tail(&mut self, request: RequestId, highest_seq: u64, sealed: Vec<TurnId>) -> HistoryQuery {
        self.again = false;
        self.tail = Tail::Asking { request, covers: sealed, confirms: self.confirm };
        let (cold, _) = window(DEFAULT_CHAT_LIMIT);
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
            Tail::Asking { .. } | Tail::Idle | Tail::Waiting => None,
        }
    }

    /// The answer was a page.
    pub(crate) fn succeeded(&mut self, confirms: bool) {
        self.failures = 0;
        self.loaded = true;
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

    /// A request for older chunks goes out, unless one is under way.
    pub(crate) fn ask_older(&mut self, request: RequestId, lowest_seq: u64) -> Option<HistoryQuery> {
        if self.older.is_some() {
            return None;
        }
        self.older = Some(request);
        let (_, page) = window(DEFAULT_CHAT_LIMIT);
        Some(HistoryQuery { since_seq: 0, before_seq: Some(lowest_seq), limit: Some(page) })
    }

    /// Whether this request is the one for older chunks that is waited for; it is over now.
    pub(crate) fn older_answered(&mut self, request: RequestId) -> bool {
        let is_waited_for = self.older == Some(request);
        if is_waited_for {
            self.older = None;
        }
        is_waited_for
    }

    /// The history that a request for older chunks was about is gone.
    pub(crate) fn forget_older(&mut self) {
        self.older = None;
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
        sync.ask_tail(RequestId(1), 4, Vec::new());
        sync.confirm_nothing();
        assert_eq!(sync.tail_answered(RequestId(1)), Some(Answered { covers: Vec::new(), confirms: false }));
    }

    #[test]
    fn a_failure_keeps_the_wish_for_an_answer_that_confirms() {
        let mut sync = Sync::default();
        sync.expect_confirmation();
        sync.ask_tail(RequestId(1), 4, Vec::new());
        sync.tail_answered(RequestId(1));
        sync.failed(0.5);
        assert!(!sync.want_tail(), "the next try is waited for");
        assert!(sync.stop_waiting() && sync.want_tail());
        sync.ask_tail(RequestId(2), 4, Vec::new());
        assert_eq!(sync.tail_answered(RequestId(2)).map(|answered| answered.confirms), Some(true));
    }

    #[test]
    fn an_answer_covers_the_turns_that_were_sealed_when_it_was_asked_for() {
        let mut sync = Sync::default();
        sync.ask_tail(RequestId(1), 0, vec![TurnId::from("t1")]);
        assert_eq!(sync.tail_answered(RequestId(2)), None);
        let covers = sync.tail_answered(RequestId(1)).map(|answered| answered.covers);
        assert_eq!(covers, Some(vec![TurnId::from("t1")]));
        assert_eq!(sync.tail_answered(RequestId(1)), None, "an answer counts once");
    }
}
