//! Moments and spans. The core has no clock: every moment it knows came with an event.

use crate::calendar::{day_of, format_day};

/// A moment in milliseconds since the Unix epoch, by the clock of the machine the console runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Millis(pub f64);

impl Millis {
    /// The milliseconds from `earlier` to this moment; 0 if a clock went backwards.
    pub fn since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0).max(0.0)
    }

    /// In whole milliseconds, which is how moments are stored; 0 for what is before the epoch or no number.
    pub fn whole(self) -> u64 {
        self.0.round() as u64
    }

    /// This moment and so many milliseconds.
    pub fn plus(self, milliseconds: f64) -> Self {
        Self(self.0 + milliseconds)
    }
}

/// A finished span: below a second `820ms`, below a minute `1.2s`, else `1m 05s`.
///
/// Rounded half up before the unit is chosen, so that 59 950 ms is `1m 00s`. `None` for what has no length: such a span
/// is not shown.
pub fn format_duration(milliseconds: f64) -> Option<String> {
    if !milliseconds.is_finite() || milliseconds <= 0.0 {
        return None;
    }
    let whole = round_half_up(milliseconds);
    if whole < 1000 {
        return Some(format!("{whole}ms"));
    }
    let tenths = round_half_up(milliseconds / 100.0);
    if tenths < 600 {
        return Some(format!("{}.{}s", tenths / 10, tenths % 10));
    }
    Some(format_seconds(round_half_up(milliseconds / 1000.0)))
}

/// A running clock in whole seconds: `12s`, then `1m 05s`.
pub fn format_elapsed(milliseconds: f64) -> String {
    let seconds = (milliseconds.max(0.0) / 1000.0) as u64;
    if seconds < 60 { format!("{seconds}s") } else { format_seconds(seconds) }
}

fn format_seconds(seconds: u64) -> String {
    format!("{}m {:02}s", seconds / 60, seconds % 60)
}

/// How long ago a moment was, for a glance: `just now`, `5 min ago`, `3 h ago`, `yesterday`, `12 days ago`, and from a
/// month on the date, `2026-01-31`. Days are those of the reader, whose clock is `east` milliseconds ahead of UTC.
pub fn format_ago(now: Millis, then: Millis, east: f64) -> String {
    let day = |at: Millis| day_of(at, east);
    let minutes = (now.since(then) / 60_000.0) as u64;
    match (minutes, day(now) - day(then)) {
        (0, _) => "just now".to_owned(),
        (1..60, _) => format!("{minutes} min ago"),
        (60..1440, _) => format!("{} h ago", minutes / 60),
        (_, ..=1) => "yesterday".to_owned(),
        (_, days @ 2..=30) => format!("{days} days ago"),
        _ => format_day(day(then)),
    }
}

/// Rounds half up on the decimal value. The nudge makes up for decimals that binary cannot hold: 1.005 is not below 1.005.
/// Whole numbers come out, because the code that writes fractions costs every visitor five kilobytes.
pub fn round_half_up(value: f64) -> u64 {
    (value + 0.5 + value.abs() * f64::EPSILON * 4.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_half_up_before_their_unit_is_chosen() {
        let cases = [
            (0.0, None),
            (42.0, Some("42ms")),
            (999.4, Some("999ms")),
            (999.6, Some("1.0s")),
            (1000.0, Some("1.0s")),
            (1250.0, Some("1.3s")),
            (3200.0, Some("3.2s")),
            (59_949.0, Some("59.9s")),
            (59_950.0, Some("1m 00s")),
            (60_000.0, Some("1m 00s")),
            (65_000.0, Some("1m 05s")),
            (119_500.0, Some("2m 00s")),
            (3_723_000.0, Some("62m 03s")),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(format_duration(milliseconds).as_deref(), expected, "{milliseconds} ms");
        }
    }

    #[test]
    fn what_was_a_moment_ago_is_said_for_a_glance() {
        const MINUTE: f64 = 60_000.0;
        const HOUR: f64 = 60.0 * MINUTE;
        const DAY: f64 = 24.0 * HOUR;
        // 2026-03-15, 15:00 UTC.
        let now = Millis(1_773_586_800_000.0);
        let cases = [
            (-5.0 * MINUTE, "just now"),
            (59_999.0, "just now"),
            (MINUTE, "1 min ago"),
            (5.9 * MINUTE, "5 min ago"),
            (HOUR, "1 h ago"),
            (DAY - 1.0, "23 h ago"),
            (DAY, "yesterday"),
            (38.9 * HOUR, "yesterday"),
            (39.1 * HOUR, "2 days ago"),
            (12.0 * DAY, "12 days ago"),
            (30.0 * DAY, "30 days ago"),
            (31.0 * DAY, "2026-02-12"),
            (74.0 * DAY, "2025-12-31"),
            (2206.0 * DAY, "2020-02-29"),
            (9570.0 * DAY, "2000-01-01"),
        ];
        for (span, expected) in cases {
            assert_eq!(format_ago(now, now.plus(-span), 0.0), expected, "{span} ms");
        }
        assert_eq!(format_ago(now, Millis(0.0), 0.0), "1970-01-01");
    }

    #[test]
    fn days_are_those_of_the_reader() {
        let (now, hour) = (Millis(1_773_586_800_000.0), 3_600_000.0);
        let before = now.plus(-(24.0 + 13.0) * hour);
        assert_eq!(format_ago(now, before, 0.0), "yesterday", "02:00 there");
        assert_eq!(format_ago(now, before, -3.0 * hour), "2 days ago", "23:00 there");
        let long_ago = now.plus(-40.0 * 24.0 * hour);
        assert_eq!(format_ago(now, long_ago, 8.0 * hour), "2026-02-03");
        assert_eq!(format_ago(now, long_ago, 9.0 * hour), "2026-02-04");
    }

    #[test]
    fn running_clocks_count_whole_seconds() {
        assert_eq!(format_elapsed(999.0), "0s");
        assert_eq!(format_elapsed(12_900.0), "12s");
        assert_eq!(format_elapsed(65_000.0), "1m 05s");
    }
}
