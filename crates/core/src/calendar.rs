//! Dates as plain arithmetic. A day is a number, counted from the Unix epoch, so that the next one is one more; which one is
//! today comes with an event.

use crate::Millis;

/// A day has so many milliseconds.
const DAY: f64 = 86_400_000.0;

/// The days up to this one, in the reader's place, whose clock is `east` milliseconds ahead of UTC.
pub(crate) fn day_of(at: Millis, east: f64) -> i64 {
    ((at.0 + east) / DAY).floor() as i64
}

/// Year, month (1…12) and day of the month (1…31) of a day. Years are counted from March, so that a leap day is the last of
/// its year: see Howard Hinnant, "chrono-compatible low-level date algorithms".
fn civil(day: i64) -> (i64, i64, i64) {
    let since = day + 719_468;
    let (era, of_era) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

/// A day in words: `2026-01-31`.
pub(crate) fn format_day(day: i64) -> String {
    let (year, month, of_month) = civil(day);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// The month of a day: `2026-01`.
pub(crate) fn format_month(day: i64) -> String {
    let (year, month, _) = civil(day);
    format!("{year:04}-{month:02}")
}

/// The ISO week of a day: `2026-W05`. It belongs to the year in which its Thursday lies.
pub(crate) fn format_week(day: i64) -> String {
    let thursday = monday_of(day) + 3;
    let (year, _, _) = civil(thursday);
    let mut first = thursday;
    while civil(first - 7).0 == year {
        first -= 7;
    }
    format!("{year:04}-W{:02}", (thursday - first) / 7 + 1)
}

/// The Monday of a day's week. The epoch was a Thursday.
pub(crate) fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

/// The first day of a day's month.
pub(crate) fn first_of_month(day: i64) -> i64 {
    day - civil(day).2 + 1
}

/// The first day of the month after a day's.
pub(crate) fn next_month(day: i64) -> i64 {
    // No month has more days, and no two together fewer.
    first_of_month(first_of_month(day) + 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_have_their_dates() {
        let cases = [(0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (20_527, "2026-03-15")];
        for (day, expected) in cases {
            assert_eq!(format_day(day), expected);
        }
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        let cases = [
            (20_527, "2026-W11"),
            (20_528, "2026-W12"),
            // 2027-01-03 is a Sunday of the last week of 2026, which has 53.
            (20_821, "2026-W53"),
            (20_822, "2027-W01"),
            // 2024-12-30 is a Monday of the first week of 2025.
            (20_087, "2025-W01"),
            (20_086, "2024-W52"),
        ];
        for (day, expected) in cases {
            assert_eq!(format_week(day), expected, "{}", format_day(day));
        }
    }

    #[test]
    fn a_day_begins_at_midnight_where_the_reader_is() {
        let noon_of_the_second = Millis(1.5 * DAY);
        assert_eq!(day_of(noon_of_the_second, 0.0), 1);
        assert_eq!(day_of(noon_of_the_second, 13.0 * 3_600_000.0), 2);
        assert_eq!(day_of(noon_of_the_second, -13.0 * 3_600_000.0), 0);
    }

    proptest! {
        #[test]
        fn months_and_weeks_follow_each_other(day in -800_000_i64..3_000_000) {
            let first = first_of_month(day);
            prop_assert!(first <= day && day < next_month(day));
            prop_assert!(format_day(first).ends_with("-01") && format_day(next_month(day)).ends_with("-01"));
            prop_assert_eq!(first_of_month(next_month(day) - 1), first);
            prop_assert!((28..=31).contains(&(next_month(day) - first)));
            prop_assert_eq!(format_month(day), format_month(first));
            prop_assert!((0..7).contains(&(day - monday_of(day))) && monday_of(monday_of(day)) == monday_of(day));
            prop_assert_eq!(format_week(day), format_week(monday_of(day)));
            prop_assert_ne!(format_week(day), format_week(day + 7));
        }
    }
}
