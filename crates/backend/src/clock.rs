//! Wall-clock time as the contract counts it: milliseconds since the epoch.

use std::time::{Duration, SystemTime};

/// Now, in milliseconds since the epoch.
pub(crate) fn epoch_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

/// A measured time as it goes on the wire. Whole milliseconds, so that sums of rounded parts are exact.
pub(crate) fn whole_ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000.0).round()
}
