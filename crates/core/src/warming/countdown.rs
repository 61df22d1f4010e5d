//! The clock that runs down to the next warm. It ticks in the view; what it says is decided here.

use crate::Millis;
use dispatch_contract::CacheWarmingTimer;

/// A warm that should have been so many milliseconds ago is not waited for any more: nothing is known of the next.
const OVERDUE: f64 = 3_000.0;

/// When the cache is warmed next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Countdown {
    /// Whether warming is on, where that is known.
    pub is_on: Option<bool>,
    /// The moment, where it is known.
    pub next: Option<Millis>,
}

impl Countdown {
    /// The clock of a timer field, wherever it stands.
    pub fn of_timer(timer: &CacheWarmingTimer) -> Self {
        Self { is_on: None, next: timer.next_warm_at.map(|at| Millis(at as f64)) }
    }

    /// Whole seconds to go, rounded up; unknown when no moment is, or when it is long past.
    pub fn seconds(self, now: Millis) -> Option<u64> {
        let left = self.next?.0 - now.0;
        (left >= -OVERDUE).then(|| (left / 1000.0).ceil().max(0.0) as u64)
    }

    /// What it says now.
    pub fn words(self, now: Millis) -> String {
        match (self.is_on, self.seconds(now)) {
            (Some(false), _) => "Warming paused.".to_owned(),
            (_, None) => "Next warm: waiting…".to_owned(),
            (_, Some(seconds @ 0..60)) => format!("Next warm in {seconds}s"),
            (_, Some(seconds)) => format!("Next warm in {}:{:02}", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(next: Option<f64>) -> Countdown {
        Countdown { is_on: Some(true), next: next.map(Millis) }
    }

    #[test]
    fn it_counts_whole_seconds_and_gives_up_three_seconds_late() {
        let cases = [
            (None, 5000.0, None),
            (Some(10_000.0), 10_000.0, Some(0)),
            (Some(250_000.0), 10_000.0, Some(240)),
            (Some(10_001.0), 10_000.0, Some(1)),
            (Some(10_000.0), 11_000.0, Some(0)),
            (Some(10_000.0), 13_000.0, Some(0)),
            (Some(10_000.0), 13_001.0, None),
        ];
        for (next, now, expected) in cases {
            assert_eq!(at(next).seconds(Millis(now)), expected, "{next:?} at {now}");
        }
    }

    #[test]
    fn it_says_what_it_knows() {
        let words = |countdown: Countdown| countdown.words(Millis(0.0));
        assert_eq!(words(at(Some(45_000.0))), "Next warm in 45s");
        assert_eq!(words(at(Some(59_001.0))), "Next warm in 1:00");
        assert_eq!(words(at(Some(185_000.0))), "Next warm in 3:05");
        assert_eq!(words(at(Some(-3_001.0))), "Next warm: waiting…");
        assert_eq!(words(at(None)), "Next warm: waiting…");
        assert_eq!(words(Countdown { is_on: Some(false), ..at(Some(1.0)) }), "Warming paused.");
        assert_eq!(words(Countdown { is_on: None, ..at(Some(1.0)) }), "Next warm in 1s");
    }
}
