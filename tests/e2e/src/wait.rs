//! Waiting for a condition with a deadline. Never for a time: a fixed pause is too long on a fast machine and too short on
//! a busy one, which is how tests become unreliable.

use anyhow::{Result, anyhow};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Enough for anything that should happen at once, on a slow machine that is busy with other things.
pub const SOON: Duration = Duration::from_secs(20);

/// Enough for a long answer to end.
pub const LONG: Duration = Duration::from_secs(90);

/// How often a condition is looked at.
const PERIOD: Duration = Duration::from_millis(60);

/// Asks until there is an answer. An error counts as "not yet" (a row may be replaced between finding and reading it) and
/// is told when the time is over.
pub async fn until<T>(what: &str, limit: Duration, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + limit;
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let problem = match ask().await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => anyhow!("it is not so"),
            Err(error) => error,
        };
        if Instant::now() > deadline {
            return Err(problem.context(format!("waited {} s for: {what}", limit.as_secs())));
        }
    }
}
