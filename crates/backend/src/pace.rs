//! How fast the made-up parts play. Tests want no waiting at all, a person wants the rhythm of a real model, and both must
//! see the same events.

use std::time::Duration;
use tokio::time::Instant;

/// The factor by which scripted waiting is shortened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    speed: f64,
}

impl Pace {
    /// `speed` 1 is natural, 2 twice as fast; 0 (or anything that is not a positive number) never waits.
    pub(crate) fn new(speed: f64) -> Self {
        Self { speed: if speed.is_finite() && speed > 0.0 { speed } else { 0.0 } }
    }

    /// How long something of this natural length takes.
    pub(crate) fn scaled(self, natural: Duration) -> Duration {
        if self.speed == 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(natural.as_secs_f64() / self.speed).unwrap_or(Duration::MAX)
    }

    /// Waits for as long as something of this natural length takes.
    pub(crate) async fn wait(self, natural: Duration) {
        Metronome::start(self).wait(natural).await;
    }
}

/// Waits that follow each other without drift: each ends where the schedule says, not where the one before happened to
/// end. Timers are a millisecond coarse, and a hundred tokens a second would otherwise arrive as eighty.
#[derive(Debug)]
pub(crate) struct Metronome {
    pace: Pace,
    due: Instant,
    waits_since_yield: u32,
}

impl Metronome {
    /// Starts the schedule now.
    pub(crate) fn start(pace: Pace) -> Self {
        Self { pace, due: Instant::now(), waits_since_yield: 0 }
    }

    /// Waits until `natural` after the end of the wait before.
    pub(crate) async fn wait(&mut self, natural: Duration) {
        let scaled = self.pace.scaled(natural);
        let Some(due) = self.due.checked_add(scaled) else {
            return std::future::pending().await;
        };
        self.due = due;
        if !scaled.is_zero() && self.due > Instant::now() {
            self.waits_since_yield = 0;
            tokio::time::sleep_until(self.due).await;
        } else {
            self.waits_since_yield += 1;
            // A stream that never waits must still let the other tasks of its thread run.
            if self.waits_since_yield >= 32 {
                self.waits_since_yield = 0;
                tokio::task::yield_now().await;
            }
        }
    }
}
