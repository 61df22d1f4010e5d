//! The backend's one clock. What is stored, measured, kept warm and forgotten all hangs on time, and a test that waits for
//! real minutes is no test: so every part is given its clock, and a test gives one that it moves by hand.
//!
//! Only the rhythm of rehearsals ([`pace`](crate::pace)) is not asked of it: a turn plays while the clock stands still.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;

/// A source of time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    /// The machine's; the instant is where measured times count from.
    System(Instant),
    /// Time since the epoch, where a test has put it.
    ByHand(Arc<watch::Sender<Duration>>),
}

/// The longest sleep without a look at the clock: a machine that slept, or a clock that was set, is noticed that soon.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands at `epoch_ms`, milliseconds since the epoch, until [`Clock::advance`] moves it.
    pub fn by_hand(epoch_ms: u64) -> Self {
        Self(Source::ByHand(Arc::new(watch::Sender::new(Duration::from_millis(epoch_ms)))))
    }

    /// Moves a clock that is moved by hand, and all copies of it; the machine's goes on as it does.
    pub fn advance(&self, by: Duration) {
        if let Source::ByHand(time) = &self.0 {
            time.send_modify(|now| *now = now.saturating_add(by));
        }
    }

    /// Now.
    pub(crate) fn now(&self) -> SystemTime {
        match &self.0 {
            Source::System(_) => SystemTime::now(),
            Source::ByHand(time) => SystemTime::UNIX_EPOCH + *time.borrow(),
        }
    }

    /// Now, in milliseconds since the epoch, as the contract counts it.
    pub(crate) fn epoch_ms(&self) -> i64 {
        let since_epoch = self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
    }

    /// A reading for measuring: it never goes back, whatever is done to the machine's clock. Only differences mean
    /// something.
    pub(crate) fn reading(&self) -> Duration {
        match &self.0 {
            Source::System(origin) => origin.elapsed(),
            Source::ByHand(time) => *time.borrow(),
        }
    }

    /// Waits until the clock shows `epoch_ms` or later.
    pub(crate) async fn until(&self, epoch_ms: i64) {
        loop {
            let left = epoch_ms.saturating_sub(self.epoch_ms());
            let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else {
                return;
            };
            match &self.0 {
                Source::System(_) => tokio::time::sleep(Duration::from_millis(left).min(LONGEST_SLEEP)).await,
                Source::ByHand(time) => {
                    let due = Duration::from_millis(u64::try_from(epoch_ms).unwrap_or_default());
                    // It ends early only when the clock is gone, which cannot be: this is a copy of it.
                    drop(time.subscribe().wait_for(|now| *now >= due).await);
                }
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Source::System(_) => "Clock::system",
            Source::ByHand(_) => "Clock::by_hand",
        })
    }
}

/// A measured time as it goes on the wire. Whole milliseconds, so that sums of rounded parts are exact.
pub(crate) fn whole_ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000.0).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn a_clock_moved_by_hand_moves_for_all_who_have_it() {
        let clock = Clock::by_hand(1_000);
        let copy = clock.clone();
        let before = copy.reading();
        let mut waiting = Box::pin(copy.until(1_500));
        assert!(waiting.as_mut().now_or_never().is_none());
        clock.advance(Duration::from_millis(499));
        assert!(waiting.as_mut().now_or_never().is_none());
        clock.advance(Duration::from_millis(1));
        assert!(waiting.as_mut().now_or_never().is_some());
        assert_eq!(clock.epoch_ms(), 1_500);
        assert_eq!(clock.reading() - before, Duration::from_millis(500));
        assert!(clock.until(-5).now_or_never().is_some(), "what is past is not waited for");
    }

    #[test]
    fn the_machines_clock_is_not_moved() {
        let clock = Clock::system();
        let before = clock.epoch_ms();
        clock.advance(Duration::from_secs(1_000_000));
        assert!(clock.epoch_ms() - before < 1_000_000_000);
        assert!(clock.until(before).now_or_never().is_some());
    }
}
