//! What may cost how much. A target is a promise to those who have the console open all day; it is met, or the reason why
//! not yet stands beside it.

use super::measured::{Figure, Measured};

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

const NO_COUNT: Rule = Rule::Recorded("memory is the browser's to give, and no count of ours");
const EXPLAINS: Rule = Rule::Recorded("it explains the others");

/// All of them, in the order of the table.
pub(super) const TARGETS: &[Target] = &[
    Target {
        number: "1",
        measure: "size.first_load",
        what: "first load, brotli",
        unit: Unit::Bytes,
        at_most: Some(250_000.0),
        rule: Rule::Hard,
    },
    Target {
        number: "10",
        measure: "open.requests",
        what: "opening a kept conversation of 10,000 chunks: requests to the database before its rows stand",
        unit: Unit::Count,
        at_most: Some(3.0),
        rule: Rule::Hard,
    },
    Target {
        number: "",
        measure: "open.requests_in_all",
        what: "… and those after that",
        unit: Unit::Count,
        at_most: None,
        rule: EXPLAINS,
    },
    Target {
        number: "10",
        measure: "open.shown",
        what: "… its rows painted ÷ those of one of 100",
        unit: Unit::Ratio,
        at_most: Some(1.2),
        rule: Rule::Time,
    },
    Target {
        number: "",
        measure: "open.shown_beside_window",
        what: "… ÷ those of one of 300, which draws as many",
        unit: Unit::Ratio,
        at_most: Some(1.2),
        rule: Rule::Time,
    },
    Target {
        number: "", measure: "open.rows", what: "… rows drawn", unit: Unit::Count, at_most: None, rule: EXPLAINS
    },
    Target {
        number: "15",
        measure: "switch.shown",
        what: "switching between conversations of 10,000 chunks ÷ of 100",
        unit: Unit::Ratio,
        at_most: Some(1.2),
        rule: Rule::Time,
    },
    Target {
        number: "",
        measure: "switch.shown_beside_window",
        what: "… ÷ of 300, which draw as many",
        unit: Unit::Ratio,
        at_most: Some(1.2),
        rule: Rule::Time,
    },
    Target {
        number: "15",
        measure: "switch.shown_all",
        what: "… all 10,000 loaded ÷ of 100",
        unit: Unit::Ratio,
        at_most: Some(1.2),
        rule: Rule::Time,
    },
    Target {
        number: "15",
        measure: "commit.transactions",
        what: "keeping a sealed turn of 500 chunks: transactions that write",
        unit: Unit::Count,
        at_most: Some(2.0),
        rule: Rule::Hard,
    },
    Target {
        number: "7",
        measure: "page.elements_all",
        what: "elements with 10,000 rows loaded",
        unit: Unit::Count,
        at_most: Some(1_500.0),
        rule: Rule::Hard,
    },
    Target {
        number: "7",
        measure: "page.listeners_all",
        what: "… listeners",
        unit: Unit::Count,
        at_most: Some(100.0),
        rule: Rule::Hard,
    },
    Target {
        number: "13",
        measure: "page.memory_per_byte",
        what: "… script heap and WebAssembly memory − 4 MB ÷ bytes of the history",
        unit: Unit::Ratio,
        at_most: Some(3.0),
        rule: NO_COUNT,
    },
    Target {
        number: "",
        measure: "page.memory_all",
        what: "… both together, without those of the empty page",
        unit: Unit::Bytes,
        at_most: None,
        rule: EXPLAINS,
    },
    Target {
        number: "",
        measure: "page.elements_tail",
        what: "… elements with what is loaded of them at first",
        unit: Unit::Count,
        at_most: Some(1_500.0),
        rule: Rule::Hard,
    },
    Target {
        number: "",
        measure: "page.elements_short",
        what: "… elements with a conversation of 100",
        unit: Unit::Count,
        at_most: None,
        rule: EXPLAINS,
    },
    Target {
        number: "7",
        measure: "page.nodes_left",
        what: "nodes more after opening and leaving 50 conversations",
        unit: Unit::Percent,
        at_most: Some(2.0),
        rule: Rule::Hard,
    },
    Target {
        number: "4",
        measure: "deltas.busy_alone",
        what: "50,000 deltas, one a message: main thread busy ÷ floor page",
        unit: Unit::Ratio,
        at_most: Some(1.3),
        rule: Rule::Time,
    },
    Target {
        number: "4",
        measure: "deltas.busy_joined",
        what: "… about 32 a message ÷ floor page",
        unit: Unit::Ratio,
        at_most: Some(2.0),
        rule: Rule::Time,
    },
    Target {
        number: "4",
        measure: "deltas.longest_alone",
        what: "… longest task, one a message",
        unit: Unit::Milliseconds,
        at_most: Some(50.0),
        rule: Rule::Time,
    },
    Target {
        number: "4",
        measure: "deltas.longest_joined",
        what: "… longest task, 32 a message",
        unit: Unit::Milliseconds,
        at_most: Some(50.0),
        rule: Rule::Time,
    },
    Target {
        number: "4",
        measure: "answer.busy",
        what: "an answer of 1 MB in 190,000 deltas, one a message: main thread busy ÷ floor page",
        unit: Unit::Ratio,
        at_most: Some(1.3),
        rule: Rule::Time,
    },
    Target {
        number: "",
        measure: "answer.deltas_per_second",
        what: "… deltas a second, as they came",
        unit: Unit::Count,
        at_most: None,
        rule: EXPLAINS,
    },
    Target {
        number: "",
        measure: "answer.deltas_per_busy_second",
        what: "… deltas a second of the main thread",
        unit: Unit::Count,
        at_most: None,
        rule: EXPLAINS,
    },
    Target {
        number: "4",
        measure: "answer.longest",
        what: "… longest task",
        unit: Unit::Milliseconds,
        at_most: Some(50.0),
        rule: Rule::Time,
    },
    Target {
        number: "6",
        measure: "settled.frames",
        what: "p95 of a frame while streaming below 10,000 rows ÷ below none",
        unit: Unit::Ratio,
        at_most: Some(1.1),
        rule: Rule::Time,
    },
    Target {
        number: "6",
        measure: "settled.busy",
        what: "… main thread busy",
        unit: Unit::Ratio,
        at_most: Some(1.1),
        rule: Rule::Time,
    },
    Target {
        number: "6",
        measure: "settled.longest",
        what: "… longest task",
        unit: Unit::Milliseconds,
        at_most: Some(50.0),
        rule: Rule::Time,
    },
    Target {
        number: "16",
        measure: "several.busy",
        what: "four streams of 250 events/s, one seen: main thread busy ÷ one of 1,000",
        unit: Unit::Ratio,
        at_most: Some(1.1),
        rule: Rule::Time,
    },
    Target {
        number: "",
        measure: "several.longest",
        what: "… longest task",
        unit: Unit::Milliseconds,
        at_most: Some(50.0),
        rule: Rule::Time,
    },
    Target {
        number: "8",
        measure: "typing.painted",
        what: "key to paint, p98, at 1,000 events/s − idle",
        unit: Unit::MillisecondsMore,
        at_most: Some(8.0),
        rule: Rule::Time,
    },
    Target {
        number: "13",
        measure: "memory.heap_growth",
        what: "script heap, growth over 60 turns of 500 chunks",
        unit: Unit::Bytes,
        at_most: Some(1_000_000.0),
        rule: NO_COUNT,
    },
    Target {
        number: "13",
        measure: "memory.wasm_growth",
        what: "WebAssembly memory, growth over them",
        unit: Unit::Bytes,
        at_most: Some(1_000_000.0),
        rule: NO_COUNT,
    },
    Target {
        number: "",
        measure: "memory.wasm",
        what: "… WebAssembly memory after them",
        unit: Unit::Bytes,
        at_most: None,
        rule: EXPLAINS,
    },
];

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
            Unit::Count | Unit::Bytes | Unit::Milliseconds | Unit::Percent | Unit::Ratio => figure.ratio(),
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
