//! The warms that were seen, newest first.
//!
//! The surface only ever tells the last one, so a warm is an entry when its moment is new. Its rates may come a frame later,
//! and complete it. A warm that the person asked for is known twice, by its answer and by a frame, in either order; it is
//! one entry. Where no frame tells of it, it stands by this device's clock.

use super::ledger::Outcome;
use crate::Millis;
use dispatch_contract::WarmResponse;

/// How many warms are kept.
pub const HISTORY_LENGTH: usize = 50;

/// A frame about a warm that the person asked for comes within so many milliseconds of its answer.
pub(super) const OWN_WITHIN: f64 = 60_000.0;

/// A warm that was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Warm {
    /// When, by the backend's clock; by this device's while only the answer is known.
    pub(crate) at: Millis,
    /// How much of its prompt came from the cache, in percent.
    pub(crate) rate: Option<f64>,
    /// How much of what had been cached was there, in percent.
    pub(crate) retention: Option<f64>,
    /// What it took, where it was told.
    pub(crate) cost: Option<Cost>,
    /// How many tokens the conversation had then, as far as was known.
    pub(crate) context: Option<u64>,
    /// No frame told of it yet.
    pub(crate) is_own: bool,
    /// What became of it.
    pub(crate) outcome: Outcome,
}

/// Tokens that a warm took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Read from the cache.
    pub(crate) read: u64,
    /// Paid in full: the rest of the prompt, and what the model wrote.
    pub(crate) paid: u64,
}

impl Cost {
    fn of(answer: &WarmResponse) -> Self {
        let rest = answer.input_tokens.saturating_sub(answer.cache_read_tokens);
        Self { read: answer.cache_read_tokens, paid: rest.saturating_add(answer.output_tokens) }
    }
}

impl Warm {
    pub(crate) fn new(at: Millis) -> Self {
        let outcome = Outcome::Open;
        Self { at, rate: None, retention: None, cost: None, context: None, is_own: false, outcome }
    }

    /// Takes over what another account of the same warm knows and this one does not.
    pub(crate) fn complete(&mut self, other: &Self) {
        self.rate = self.rate.or(other.rate);
        self.retention = self.retention.or(other.retention);
        self.cost = self.cost.or(other.cost);
        self.context = self.context.or(other.context);
        self.is_own &= other.is_own;
        if self.outcome == Outcome::Open {
            self.outcome = other.outcome;
        }
    }
}

/// The warms, newest first, each moment once, at most [`HISTORY_LENGTH`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History(Vec<Warm>);

impl History {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Warm> {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Warm> {
        self.0.iter_mut()
    }

    /// A frame tells of the last warm. Gives back whether it is one that was not known.
    pub(crate) fn observe(&mut self, seen: Warm, now: Millis) -> bool {
        let own = self.0.first_mut().filter(|first| first.is_own && now.since(first.at) < OWN_WITHIN);
        if let Some(own) = own {
            own.at = seen.at;
            own.complete(&seen);
            return false;
        }
        self.add(seen)
    }

    /// The answer to a warm that the person asked for at `asked`. `told_at` is when a frame last told of a new warm. Gives
    /// back whether it is one that was not known.
    pub(crate) fn answered(
        &mut self,
        answer: &WarmResponse,
        asked: Millis,
        told_at: Option<Millis>,
        now: Millis,
        context: Option<u64>,
    ) -> bool {
        let is_told = told_at.is_some_and(|told| told.0 >= asked.0);
        let warm = Warm {
            rate: Some(answer.cache_pct),
            retention: Some(answer.expected_cache_rate),
            cost: Some(Cost::of(answer)),
            context,
            is_own: true,
            ..Warm::new(now)
        };
        match self.0.first_mut().filter(|first| is_told && first.cost.is_none()) {
            Some(first) => {
                first.complete(&warm);
                false
            }
            None => self.add(warm),
        }
    }

    /// Adds a warm at its place, or completes the one of its moment. Gives back whether it is new.
    pub(crate) fn add(&mut self, warm: Warm) -> bool {
        let place = self.0.partition_point(|known| known.at.0 > warm.at.0);
        if let Some(same) = self.0.get_mut(place).filter(|known| known.at == warm.at) {
            same.complete(&warm);
            return false;
        }
        self.0.insert(place, warm);
        self.0.truncate(HISTORY_LENGTH);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at: f64, rate: Option<f64>) -> Warm {
        Warm { rate, ..Warm::new(Millis(at)) }
    }

    fn entries(history: &History) -> Vec<(f64, Option<f64>)> {
        history.iter().map(|warm| (warm.at.0, warm.rate)).collect()
    }

    fn after(observed: &[(f64, Option<f64>)]) -> Vec<(f64, Option<f64>)> {
        let mut history = History::default();
        for (at, rate) in observed {
            history.observe(seen(*at, *rate), Millis(*at));
        }
        entries(&history)
    }

    fn answer(read: u64) -> WarmResponse {
        WarmResponse {
            input_tokens: 1000,
            output_tokens: 1,
            cache_read_tokens: read,
            cache_write_tokens: 0,
            cache_pct: 90.0,
            expected_cache_rate: 100.0,
        }
    }

    #[test]
    fn a_new_moment_is_an_entry_and_a_known_one_is_not() {
        let (known, other) = ((1000.0, Some(100.0)), (2000.0, Some(100.0)));
        assert_eq!(after(&[known, known]), [known]);
        assert_eq!(after(&[known, other]), [other, known]);
        assert_eq!(after(&[other, known, other]), [other, known], "also when it jumps back");
    }

    #[test]
    fn rates_that_come_later_complete_their_entry() {
        assert_eq!(after(&[(1000.0, None), (1000.0, Some(80.0))]), [(1000.0, Some(80.0))]);
        assert_eq!(after(&[(1000.0, Some(80.0)), (1000.0, Some(3.0))]), [(1000.0, Some(80.0))], "and change none");
    }

    #[test]
    fn no_more_than_fifty_are_kept() {
        let many: Vec<_> = (0..70).map(|at| (f64::from(at), None)).collect();
        let kept = after(&many);
        assert_eq!((kept.len(), kept[0].0, kept[49].0), (50, 69.0, 20.0));
    }

    #[test]
    fn a_warm_of_ones_own_is_one_entry_whichever_account_comes_first() {
        let mut frame_first = History::default();
        assert!(frame_first.observe(seen(5_000.0, None), Millis(5_010.0)));
        assert!(!frame_first.answered(&answer(900), Millis(4_000.0), Some(Millis(5_010.0)), Millis(5_020.0), None));
        let mut answer_first = History::default();
        assert!(answer_first.answered(&answer(900), Millis(4_000.0), Some(Millis(1.0)), Millis(5_020.0), None));
        assert!(!answer_first.observe(seen(5_000.0, None), Millis(5_030.0)));
        assert_eq!(frame_first, answer_first);
        let warm = frame_first.iter().next().unwrap();
        assert_eq!((warm.rate, warm.cost), (Some(90.0), Some(Cost { read: 900, paid: 101 })));
        assert!(answer_first.observe(seen(90_000.0, None), Millis(90_000.0)), "the next one is another");
    }

    #[test]
    fn a_warm_that_no_frame_tells_of_stands_by_itself() {
        let mut history = History::default();
        assert!(history.answered(&answer(0), Millis(0.0), None, Millis(10.0), Some(7)));
        assert!(history.observe(seen(80_000.0, None), Millis(80_000.0)), "a frame long after is about another one");
        assert_eq!(entries(&history), [(80_000.0, None), (10.0, Some(90.0))]);
    }
}
