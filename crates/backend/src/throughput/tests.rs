//! Windows at the edges of calendars, in zones given as rules so that no machine's data matters; and the sums.

use super::*;
use dispatch_contract::{StepMetrics, Usage};
use jiff::Timestamp;

/// Central Europe: forward on the last Sunday of March at two, back on the last of October at three.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

/// The window as text in UTC, and its hours.
fn window(period: ThroughputPeriod, date: &str, zone: &TimeZone) -> (String, i64) {
    let window = TimeWindow::of(&period, date, zone).unwrap();
    let text = |ms| Timestamp::from_millisecond(ms).unwrap().to_string();
    let hours = (window.end - window.start) / 3_600_000;
    (format!("{} {}", text(window.start), text(window.end)), hours)
}

fn utc(first: &str, end: &str) -> String {
    format!("{first}T00:00:00Z {end}T00:00:00Z")
}

#[test]
fn months_end_where_they_end() {
    let months = [
        ("2026-01", "2026-01-01", "2026-02-01", 31),
        ("2026-02", "2026-02-01", "2026-03-01", 28),
        ("2024-02", "2024-02-01", "2024-03-01", 29),
        ("2100-02", "2100-02-01", "2100-03-01", 28),
        ("2026-12", "2026-12-01", "2027-01-01", 31),
    ];
    for (month, first, end, days) in months {
        assert_eq!(window(ThroughputPeriod::Month, month, &TimeZone::UTC), (utc(first, end), days * 24));
    }
    assert_eq!(window(ThroughputPeriod::Day, "2024-02-29", &TimeZone::UTC).0, utc("2024-02-29", "2024-03-01"));
    assert_eq!(window(ThroughputPeriod::Day, "2026-12-31", &TimeZone::UTC).0, utc("2026-12-31", "2027-01-01"));
}

#[test]
fn a_week_is_the_iso_week_also_across_the_new_year() {
    // The first ISO week of 2026 begins in December; the last one of 2026 is its 53rd, and ends in January.
    let weeks = [
        ("2025-12-29", "2025-12-29", "2026-01-05"),
        ("2026-01-01", "2025-12-29", "2026-01-05"),
        ("2026-01-04", "2025-12-29", "2026-01-05"),
        ("2026-01-05", "2026-01-05", "2026-01-12"),
        ("2027-01-03", "2026-12-28", "2027-01-04"),
    ];
    for (date, first, end) in weeks {
        assert_eq!(window(ThroughputPeriod::Week, date, &TimeZone::UTC), (utc(first, end), 7 * 24), "{date}");
    }
}

#[test]
fn a_day_is_as_long_as_it_is_where_the_backend_runs() {
    let days = [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25), ("2026-07-01", 24)];
    for (day, hours) in days {
        assert_eq!(window(ThroughputPeriod::Day, day, &berlin()).1, hours, "{day}");
    }
    let (spring, hours) = window(ThroughputPeriod::Day, "2026-03-29", &berlin());
    assert_eq!((spring.as_str(), hours), ("2026-03-28T23:00:00Z 2026-03-29T22:00:00Z", 23));
    assert_eq!(window(ThroughputPeriod::Week, "2026-03-29", &berlin()).1, 7 * 24 - 1);
    assert_eq!(window(ThroughputPeriod::Month, "2026-10", &berlin()).1, 31 * 24 + 1);
    // Where the clock goes forward at midnight, the day begins at one.
    let midnight = TimeZone::posix("<-03>3<-02>,M10.3.0/0,M2.3.0/0").unwrap();
    let (text, hours) = window(ThroughputPeriod::Day, "2026-10-18", &midnight);
    assert_eq!((text.as_str(), hours), ("2026-10-18T03:00:00Z 2026-10-19T02:00:00Z", 23));
}

#[test]
fn windows_touch_and_do_not_overlap() {
    let of = |period: &ThroughputPeriod, date: &str| TimeWindow::of(period, date, &berlin()).unwrap();
    let mut last = of(&ThroughputPeriod::Day, "2026-03-27");
    for day in 28..=31 {
        let next = of(&ThroughputPeriod::Day, &format!("2026-03-{day}"));
        assert_eq!(next.start, last.end);
        last = next;
    }
    assert_eq!(last.end, of(&ThroughputPeriod::Month, "2026-04").start);
}

#[test]
fn what_is_no_date_is_refused_with_an_example() {
    let days = ["", "today", "2026-3-9", "2026-03-9", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00"];
    let more = [
        "2026-01-32",
        "2026-03-09T00:00",
        " 2026-03-09",
        "20260309",
        "+026-03-09",
        "2026-03",
        "２０２６-03-09",
        "9999-12-31",
    ];
    for date in days.into_iter().chain(more) {
        for period in [ThroughputPeriod::Day, ThroughputPeriod::Week] {
            let refused = TimeWindow::of(&period, date, &TimeZone::UTC).unwrap_err().to_string();
            assert!(refused.contains("2026-03-09") && refused.contains(date), "{refused}");
        }
    }
    for date in ["", "2026", "2026-03-01", "2026-1", "2026-13", "2026-", "-2026-01", "9999-12"] {
        assert!(TimeWindow::of(&ThroughputPeriod::Month, date, &TimeZone::UTC).is_err(), "{date}");
    }
    let unknown = TimeWindow::of(&"year".into(), "2026-03-09", &TimeZone::UTC);
    assert_eq!(unknown, Err(BadWindow::Period("year".to_owned())));
}

/// Steps as output tokens and milliseconds.
fn turn(model: &str, steps: &[(u64, Option<f64>)]) -> (String, TurnMetrics) {
    let steps = steps.iter().map(|(output_tokens, gen_total_ms)| StepMetrics {
        step_id: "s".into(),
        usage: Usage { output_tokens: *output_tokens, ..Usage::default() },
        ttft_ms: None,
        decode_ms: None,
        gen_total_ms: *gen_total_ms,
    });
    let metrics = TurnMetrics {
        turn_id: "t".into(),
        usage: Usage::default(),
        duration_ms: None,
        steps: steps.collect(),
        context_size: None,
    };
    (model.to_owned(), metrics)
}

#[test]
fn tokens_are_weighed_and_the_fastest_comes_first() {
    let models = by_model(&[
        turn("a/slow", &[(100, Some(10_000.0))]),
        turn("b/fast", &[(10, Some(1_000.0)), (990, Some(9_000.0))]),
        turn("a/slow", &[(900, Some(30_000.0)), (50_000, None)]),
        turn("c/unmeasured", &[(5, None)]),
        turn("c/unmeasured", &[]),
        turn("c/at once", &[(5, Some(0.0))]),
        turn("a/as fast", &[(100, Some(1_000.0))]),
    ]);
    let rows: Vec<_> = models
        .iter()
        .map(|row| (row.model.as_str(), row.tokens_per_second, row.total_output_tokens, row.total_gen_ms, row.turns))
        .collect();
    assert_eq!(
        rows,
        [
            ("a/as fast", 100.0, 100, 1_000.0, 1),
            ("b/fast", 100.0, 1_000, 10_000.0, 1),
            ("a/slow", 25.0, 1_000, 40_000.0, 2),
        ]
    );
    assert_eq!(by_model(&[]), []);
}
