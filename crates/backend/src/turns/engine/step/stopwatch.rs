//! When a round trip's tokens came. The clock's readings are arguments, so that the rules can be shown without waiting.

use crate::clock::whole_ms;
use dispatch_contract::{StepId, StepMetrics, Usage};
use std::time::Duration;

/// The readings of the clock that count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch {
    asked: Duration,
    /// The first and the last token's, once one came.
    tokens: Option<(Duration, Duration)>,
}

impl Stopwatch {
    /// The request goes out.
    pub(super) fn start(now: Duration) -> Self {
        Self { asked: now, tokens: None }
    }

    /// A token came: words, a thought or a tool call.
    pub(super) fn token(&mut self, now: Duration) {
        let (first, _) = self.tokens.unwrap_or((now, now));
        self.tokens = Some((first, now));
    }

    /// What the step took. The parts are rounded and the whole is their sum, so that it adds up on every screen; without
    /// a token there is only the whole.
    pub(super) fn stop(self, now: Duration, step_id: StepId, usage: Usage) -> StepMetrics {
        let Some((first, last)) = self.tokens else {
            let gen_total_ms = Some(whole_ms(now.saturating_sub(self.asked)));
            return StepMetrics { step_id, usage, ttft_ms: None, decode_ms: None, gen_total_ms };
        };
        let ttft_ms = whole_ms(first.saturating_sub(self.asked));
        let decode_ms = whole_ms(last.saturating_sub(first));
        StepMetrics {
            step_id,
            usage,
            ttft_ms: Some(ttft_ms),
            decode_ms: Some(decode_ms),
            gen_total_ms: Some(ttft_ms + decode_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(stopwatch: Stopwatch, stopped: Duration) -> (Option<f64>, Option<f64>, Option<f64>) {
        let metrics = stopwatch.stop(stopped, "s".into(), Usage::default());
        (metrics.ttft_ms, metrics.decode_ms, metrics.gen_total_ms)
    }

    const ASKED: Duration = Duration::from_secs(7);

    fn after(microseconds: u64) -> Duration {
        ASKED + Duration::from_micros(microseconds)
    }

    #[test]
    fn the_parts_add_up_however_they_are_rounded() {
        let mut stopwatch = Stopwatch::start(ASKED);
        stopwatch.token(after(820_400));
        stopwatch.token(after(900_000));
        stopwatch.token(after(2_000_800));
        // Rounded from the whole it would be 2001.
        assert_eq!(times(stopwatch, after(9_000_000)), (Some(820.0), Some(1_180.0), Some(2_000.0)));
    }

    #[test]
    fn one_token_has_no_time_after_it_and_none_has_only_the_whole() {
        let mut stopwatch = Stopwatch::start(ASKED);
        assert_eq!(times(stopwatch, after(1_500_000)), (None, None, Some(1_500.0)));
        stopwatch.token(after(300_000));
        assert_eq!(times(stopwatch, after(1_500_000)), (Some(300.0), Some(0.0), Some(300.0)));
    }
}
