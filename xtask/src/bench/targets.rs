//! What may cost how much. A target is a promise to those who have the console open all day; it is met, or the reason why
//! not yet stands beside it.

mod list;

use super::measured::{Figure, Measured};
pub(super) use list::TARGETS;

/// How a measure is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Of a count.
    Count,
    /// Of memory, or of what is sent.
    Bytes,
    /// Of a time that stands for itself.
    Milliseconds,
    /// Of one side beside the other.
    Percent,
    /// How many times as long the measured side takes.
    Ratio,
    /// How much longer it takes.
    MillisecondsMore,
    /// Of a way on the screen, in CSS pixels.
    Pixels,
    /// Of a part of the view, times how far it moved as part of the view: what browsers call a layout shift.
    Shift,
}

/// What follows when it is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The run fails.
    Hard,
    /// It is printed, for this reason.
    Recorded(&'static str),
    /// It is printed: times depend on the machine, and a busy one must not fail anything.
    Time,
}

/// One line of the table.
#[derive(Debug)]
pub(super) struct Target {
    /// Its number in the list of targets, or nothing for what only explains another.
    pub(super) number: &'static str,
    /// The bench, a dot, and what of it.
    pub(super) measure: &'static str,
    /// What it is, for people.
    pub(super) what: &'static str,
    pub(super) unit: Unit,
    /// The most it may be, where there is a target.
    pub(super) at_most: Option<f64>,
    pub(super) rule: Rule,
}

/// The benches there are, each once.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = TARGETS.iter().map(Target::bench).collect();
    names.dedup();
    names
}

impl Target {
    /// The bench that measures it.
    pub(super) fn bench(&self) -> &'static str {
        self.measure.split('.').next().unwrap_or(self.measure)
    }

    /// What it came to, in its unit.
    pub(super) fn value(&self, figure: &Figure) -> f64 {
        match self.unit {
            Unit::MillisecondsMore => figure.difference(),
            Unit::Count
            | Unit::Bytes
            | Unit::Milliseconds
            | Unit::Percent
            | Unit::Ratio
            | Unit::Pixels
            | Unit::Shift => figure.ratio(),
        }
    }

    /// Whether it was measured and is over.
    pub(super) fn is_over(&self, measured: &Measured) -> bool {
        let value = measured.figures.get(self.measure).map(|figure| self.value(figure));
        // What is no number is not within anything.
        value.zip(self.at_most).is_some_and(|(value, at_most)| value.is_nan() || value > at_most)
    }

    /// Whether the run fails because of it.
    pub(super) fn fails(&self, measured: &Measured) -> bool {
        self.rule == Rule::Hard && self.is_over(measured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn target(unit: Unit, rule: Rule) -> Target {
        Target { number: "1", measure: "a.b", what: "this", unit, at_most: Some(2.0), rule }
    }

    fn measured(figure: Figure) -> Measured {
        Measured { figures: [("a.b".to_owned(), figure)].into(), ..Measured::default() }
    }

    #[test]
    fn only_hard_targets_that_were_measured_and_missed_fail() {
        let over = measured(Figure::Value(2.5));
        assert!(target(Unit::Count, Rule::Hard).fails(&over));
        assert!(!target(Unit::Count, Rule::Recorded("why")).fails(&over));
        assert!(!target(Unit::Ratio, Rule::Time).fails(&over));
        assert!(target(Unit::Ratio, Rule::Time).is_over(&over));
        assert!(!target(Unit::Count, Rule::Hard).fails(&measured(Figure::Value(2.0))));
        assert!(!target(Unit::Count, Rule::Hard).fails(&Measured::default()));
        assert!(target(Unit::Count, Rule::Hard).fails(&measured(Figure::Value(f64::NAN))));
    }

    #[test]
    fn pairs_are_compared_as_the_unit_says() {
        let pairs = measured(Figure::Pairs(vec![[12.0, 3.0]]));
        assert!(target(Unit::Ratio, Rule::Time).is_over(&pairs));
        let closer = measured(Figure::Pairs(vec![[4.5, 3.0]]));
        assert!(!target(Unit::MillisecondsMore, Rule::Time).is_over(&closer));
        assert!(!target(Unit::Ratio, Rule::Time).is_over(&closer));
    }

    #[test]
    fn each_measure_has_one_target_and_a_bench_stands_together() {
        let measures: BTreeSet<&str> = TARGETS.iter().map(|target| target.measure).collect();
        assert_eq!(measures.len(), TARGETS.len());
        let benches = names();
        assert_eq!(benches.iter().collect::<BTreeSet<_>>().len(), benches.len(), "{benches:?}");
    }
}
