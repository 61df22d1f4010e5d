//! When one conversation's prompt is warmed next, and what the last warm found. The clock's readings are arguments.

use dispatch_contract::WarmResponse;

/// The interval of a conversation that never set one, in seconds: a minute before a cache of five would forget.
const DEFAULT_SECONDS: u32 = 240;
/// A shorter interval would pay for nothing.
pub(crate) const LEAST_SECONDS: u32 = 5;
/// No provider keeps a prompt longer than an hour.
pub(crate) const MOST_SECONDS: u32 = 3_600;

/// One conversation's schedule. It begins switched off.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schedule {
    on: bool,
    seconds: u32,
    /// Milliseconds since the epoch. None while it is off or a turn runs.
    next_at: Option<i64>,
    /// The warm that was due is under way.
    under_way: bool,
    last: Option<LastWarm>,
}

/// What the last warm found.
#[derive(Clone, Copy, Debug, PartialEq)]
struct LastWarm {
    at: i64,
    cache_pct: f64,
    expected_cache_rate: f64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { on: false, seconds: DEFAULT_SECONDS, next_at: None, under_way: false, last: None }
    }
}

impl Schedule {
    /// Whether it is switched on.
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// The interval in seconds.
    pub(crate) fn seconds(&self) -> u32 {
        self.seconds
    }

    /// When the next warm comes, as the surface says it.
    pub(crate) fn next_at(&self) -> Option<i64> {
        self.next_at
    }

    /// When the last one was.
    pub(crate) fn last_at(&self) -> Option<i64> {
        self.last.map(|last| last.at)
    }

    /// How much of the prompt the last warm found in the cache, in percent.
    pub(crate) fn cache_pct(&self) -> Option<f64> {
        self.last.map(|last| last.cache_pct)
    }

    /// How much of what it should have found it found, in percent.
    pub(crate) fn expected_cache_rate(&self) -> Option<f64> {
        self.last.map(|last| last.expected_cache_rate)
    }

    /// When there is something to do, if ever.
    pub(crate) fn due_at(&self) -> Option<i64> {
        self.next_at.filter(|_| !self.under_way)
    }

    /// Sets the next warm an interval away; `quiet_since` is now, or none while a turn runs.
    pub(crate) fn arm(&mut self, quiet_since: Option<i64>) {
        let wait = i64::from(self.seconds) * 1_000;
        self.next_at = quiet_since.filter(|_| self.on).map(|now| now.saturating_add(wait));
        self.under_way = false;
    }

    /// Switches it on, or off.
    pub(crate) fn toggle(&mut self, quiet_since: Option<i64>) {
        self.on = !self.on;
        self.arm(quiet_since);
    }

    /// Sets the interval, which counts from now.
    pub(crate) fn set_interval(&mut self, seconds: u32, quiet_since: Option<i64>) {
        self.seconds = seconds;
        self.arm(quiet_since);
    }

    /// Whether the warm is due; answered with yes once.
    pub(crate) fn take_due(&mut self, now: i64) -> bool {
        let is_due = self.due_at().is_some_and(|due| due <= now);
        self.under_way |= is_due;
        is_due
    }

    /// Notes a warm, also one that nobody scheduled, and counts the interval from it.
    pub(crate) fn warmed(&mut self, now: i64, response: &WarmResponse, quiet_since: Option<i64>) {
        let WarmResponse { cache_pct, expected_cache_rate, .. } = *response;
        self.last = Some(LastWarm { at: now, cache_pct, expected_cache_rate });
        self.arm(quiet_since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: WarmResponse = WarmResponse {
        input_tokens: 1_000,
        output_tokens: 1,
        cache_read_tokens: 610,
        cache_write_tokens: 0,
        cache_pct: 61.0,
        expected_cache_rate: 100.0,
    };

    #[test]
    fn it_is_armed_while_it_is_on_and_nothing_runs() {
        let mut schedule = Schedule::default();
        schedule.arm(Some(0));
        assert_eq!((schedule.is_on(), schedule.next_at()), (false, None));
        schedule.toggle(Some(1_000));
        assert_eq!(schedule.next_at(), Some(241_000));
        schedule.arm(None);
        assert_eq!(schedule.next_at(), None, "a turn runs");
        schedule.arm(Some(50_000));
        assert_eq!(schedule.next_at(), Some(290_000), "fresh after the seal");
        schedule.set_interval(60, Some(51_000));
        assert_eq!(schedule.next_at(), Some(111_000));
        schedule.set_interval(90, None);
        assert_eq!(schedule.next_at(), None);
        schedule.toggle(Some(60_000));
        assert_eq!((schedule.is_on(), schedule.next_at()), (false, None));
    }

    #[test]
    fn a_due_warm_is_given_out_once_and_the_next_counts_from_its_end() {
        let mut schedule = Schedule::default();
        schedule.toggle(Some(0));
        assert!(!schedule.take_due(239_999));
        assert!(schedule.take_due(240_000));
        assert!(!schedule.take_due(240_000), "it is under way");
        assert_eq!((schedule.due_at(), schedule.next_at()), (None, Some(240_000)));
        schedule.warmed(242_000, &RESPONSE, Some(242_000));
        assert_eq!((schedule.due_at(), schedule.last_at()), (Some(482_000), Some(242_000)));
        assert_eq!((schedule.cache_pct(), schedule.expected_cache_rate()), (Some(61.0), Some(100.0)));
    }

    #[test]
    fn a_warm_by_hand_is_noted_also_while_it_is_off() {
        let mut schedule = Schedule::default();
        schedule.warmed(5_000, &RESPONSE, Some(5_000));
        assert_eq!((schedule.last_at(), schedule.next_at()), (Some(5_000), None));
        schedule.toggle(Some(6_000));
        assert!(schedule.take_due(246_000));
        schedule.toggle(Some(246_001));
        schedule.warmed(247_000, &RESPONSE, Some(247_000));
        assert_eq!(schedule.next_at(), None, "switched off while one was under way");
    }
}
