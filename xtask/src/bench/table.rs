//! The table that a run ends with: what, how much, how much it may be, and whether it is.

use super::{
    measured::{Figure, Measured},
    targets::{Rule, TARGETS, Target, Unit, names},
};
use std::fmt::Write;

/// The table of what was measured.
pub(super) fn of(measured: &Measured) -> String {
    let rows: Vec<[String; 5]> = TARGETS
        .iter()
        .filter_map(|target| Some(row(target, measured.figures.get(target.measure)?, target.is_over(measured))))
        .collect();
    let heads = ["#", "what", "measured", "target", "result"].map(str::to_owned);
    let widths = [0, 1, 2, 3].map(|column| {
        let lengths = rows.iter().chain([&heads]).map(|row| row[column].chars().count());
        lengths.max().unwrap_or_default()
    });
    let mut table = String::new();
    for [number, what, value, at_most, result] in [&heads].into_iter().chain(&rows) {
        let [first, second, third, fourth] = widths;
        // Writing into a string cannot fail.
        writeln!(table, "{number:>first$}  {what:<second$}  {value:>third$}  {at_most:>fourth$}  {result}").ok();
    }
    table
}

fn row(target: &Target, figure: &Figure, is_over: bool) -> [String; 5] {
    let value = in_words(target.unit, target.value(figure));
    let value = match figure.sides() {
        None => value,
        Some([measured, compared]) => format!("{value} ({measured:.1} and {compared:.1} ms)"),
    };
    let at_most = target.at_most.map(|at_most| format!("≤ {}", in_words(target.unit, at_most))).unwrap_or_default();
    let result = match (target.at_most, is_over, target.rule) {
        (None, ..) => String::new(),
        (Some(_), false, _) => "ok".to_owned(),
        (Some(_), true, Rule::Hard) => "OVER".to_owned(),
        (Some(_), true, Rule::Time) => "over".to_owned(),
        (Some(_), true, Rule::Recorded(why)) => format!("over, recorded: {why}"),
    };
    [target.number.to_owned(), target.what.to_owned(), value, at_most, result]
}

fn in_words(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Count => grouped(value),
        Unit::Bytes => format!("{} B", grouped(value)),
        Unit::Milliseconds => format!("{value:.0} ms"),
        Unit::MillisecondsMore => format!("{value:+.1} ms"),
        Unit::Percent => format!("{value:.1} %"),
        Unit::Ratio => format!("{value:.2}"),
        Unit::Pixels => format!("{value:.1} px"),
        Unit::Shift => format!("{value:.3}"),
    }
}

/// A whole number with its thousands apart.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 { format!("-{grouped}") } else { grouped }
}

/// The benches there are, with what each is about.
pub(super) fn listed() -> String {
    let mut list = String::new();
    for name in names() {
        let first = TARGETS.iter().find(|target| target.bench() == name).map_or("", |target| target.what);
        writeln!(list, "{name:<10} {first}").ok();
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(grouped(7.0), "7");
        assert_eq!(grouped(1_500.4), "1,500");
        assert_eq!(grouped(-14_942_208.0), "-14,942,208");
        assert_eq!(in_words(Unit::Ratio, 1.204), "1.20");
        assert_eq!(in_words(Unit::MillisecondsMore, 3.0), "+3.0 ms");
        assert_eq!(in_words(Unit::Pixels, 1.04), "1.0 px");
        assert_eq!(in_words(Unit::Shift, 0.000_4), "0.000");
    }

    #[test]
    fn the_table_says_what_was_measured_and_whether_it_is_good_enough() {
        let figures = [
            ("size.first_load".to_owned(), Figure::Value(260_000.0)),
            ("open.requests".to_owned(), Figure::Value(3.0)),
            ("open.shown".to_owned(), Figure::Pairs(vec![[30.0, 20.0]])),
            ("memory.wasm_growth".to_owned(), Figure::Value(15_335_424.0)),
        ];
        let table = of(&Measured { figures: figures.into(), ..Measured::default() });
        let results: Vec<&str> = table.lines().filter_map(|line| line.rsplit("  ").next()).collect();
        let recorded = "over, recorded: memory is the browser's to give, and no count of ours";
        assert_eq!(results, ["result", "OVER", "ok", "over", recorded], "{table}");
        assert!(table.contains("1.50 (30.0 and 20.0 ms)"), "{table}");
    }
}
