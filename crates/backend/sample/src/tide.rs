//! When the water is high. Twice a day and a little later each time.

use std::time::Duration;

/// From one high water to the next.
pub const PERIOD: Duration = Duration::from_secs(12 * 3600 + 25 * 60);

/// How long until the water is high again, from the time since it last was.
pub fn until_high_water(since_last: Duration) -> Duration {
    // TODO: springs and neaps. This harbour has shallow days.
    PERIOD.saturating_sub(since_last)
}
