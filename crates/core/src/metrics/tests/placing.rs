//! The P cases of the vectors: below which rows figures stand.

use super::super::placement::{Group, Opening, Placed, place};
use super::super::*;
use super::{id, step, turn};
use crate::StepId;
use proptest::prelude::*;

/// Rows in short: `U` the person, `I` a picture, anything else the step that a row's tools name, or `-` for none.
fn rows<'a>(rows: &[&str], steps: &'a [StepId], turns: &[Turn], is_cut: bool) -> Vec<String> {
    let step = |row: &str| -> Option<&'a StepId> { steps.iter().find(|step| step.as_str() == row) };
    let group = |row: &&str| {
        let opening = match *row {
            "U" => Opening::Words,
            "I" => Opening::Picture,
            _ => Opening::None,
        };
        Group { opening, turn: None, step: step(row) }
    };
    let groups: Vec<Group<'_>> = rows.iter().map(group).collect();
    told(rows, turns, place(&groups, turns, is_cut))
}

fn told(rows: &[&str], turns: &[Turn], placed: Vec<Placed>) -> Vec<String> {
    let mut told = Vec::new();
    for at in 0..=rows.len() {
        for placed in placed.iter().filter(|placed| placed.after == at) {
            let turn = &turns[placed.turn];
            told.push(placed.step.map_or(format!("turn {}", turn.id), |step| format!("step{step}")));
        }
        told.extend(rows.get(at).map(|row| (*row).to_owned()));
    }
    told
}

fn steps(names: &[&str]) -> Vec<StepId> {
    names.iter().copied().map(StepId::from).collect()
}

fn entry(name: &str, steps: &[&str]) -> Turn {
    let mut turn = turn(name, 10, 5);
    turn.steps = steps.iter().map(|name| step(name, 10, 5, [1.0, 1.0])).collect();
    turn
}

/// P1, P2, P4, P5, P6, P8, P10.
#[test]
fn figures_stand_below_the_last_row_of_what_they_are_about() {
    let known = steps(&["s0", "s1", "s2", "s3"]);
    let unfinished = || {
        let mut turn = entry("t1", &["s1"]);
        turn.is_over = false;
        turn
    };
    type Case<'a> = (&'a [&'a str], Vec<Turn>, &'a [&'a str]);
    let cases: [Case<'_>; 7] = [
        (&["U", "A"], vec![], &["U", "A"]),
        (
            &["U", "s1", "U", "s2"],
            vec![entry("t1", &["s1"]), entry("t2", &["s2"])],
            &["U", "s1", "step0", "turn t1", "U", "s2", "step0", "turn t2"],
        ),
        (&["U", "A"], vec![entry("t1", &["s1"])], &["U", "A", "step0", "turn t1"]),
        (&["U", "s0", "A"], vec![entry("t1", &["s0", "s1"])], &["U", "s0", "step0", "A", "step1", "turn t1"]),
        (&["U", "s1", "A"], vec![unfinished()], &["U", "s1", "step0", "A"]),
        (
            &["U", "s2", "A", "U", "A"],
            vec![entry("t1", &["s1"]), entry("t2", &["s2"]), entry("t3", &["s3"])],
            &["U", "s2", "step0", "A", "turn t2", "U", "A", "step0", "turn t3"],
        ),
        (&["system", "A"], vec![entry("t1", &[])], &["system", "A", "turn t1"]),
    ];
    for (shown, turns, expected) in cases {
        assert_eq!(rows(shown, &known, &turns, false), expected, "{shown:?}");
    }
}

#[test]
fn a_message_with_pictures_is_one_opening() {
    let turns = [entry("t1", &[]), entry("t2", &[])];
    let shown = rows(&["U", "I", "I", "A", "I", "A"], &[], &turns, false);
    assert_eq!(shown, ["U", "I", "I", "A", "turn t1", "I", "A", "turn t2"]);
    let pictures_first = rows(&["I", "U", "A"], &[], &turns[1..], false);
    assert_eq!(pictures_first, ["I", "U", "A", "turn t2"]);
}

#[test]
fn words_put_into_a_turn_open_none() {
    let known = steps(&["s1", "s2", "s3"]);
    let turns = [entry("t1", &["s1", "s2", "s3"]), entry("t2", &[])];
    let shown = rows(&["U", "s1", "U", "s2", "U", "A"], &known, &turns, false);
    assert_eq!(shown, ["U", "s1", "step0", "U", "s2", "step1", "step2", "turn t1", "U", "A", "turn t2"]);
    let between = rows(&["U", "s1", "U", "A", "U", "s3"], &known, &turns[..1], false);
    assert_eq!(between, ["U", "s1", "step0", "U", "A", "U", "s3", "step1", "step2", "turn t1"]);
}

#[test]
fn what_breaks_off_at_a_tool_goes_on_after_words_that_were_put_into_it() {
    let known = steps(&["s1", "s2"]);
    let turns = [entry("t1", &["s1", "s2"])];
    let shown = rows(&["U", "s1", "U", "A"], &known, &turns, false);
    assert_eq!(shown, ["U", "s1", "step0", "U", "A", "step1", "turn t1"]);
    let has_ended = rows(&["U", "s1", "A", "U", "A"], &known, &turns, false);
    assert_eq!(has_ended, ["U", "s1", "step0", "A", "step1", "turn t1", "U", "A"]);
    let has_no_more = rows(&["U", "s1", "s2", "U", "A"], &known, &turns, false);
    assert_eq!(has_no_more, ["U", "s1", "step0", "s2", "step1", "turn t1", "U", "A"]);
}

#[test]
fn history_from_before_step_ids_is_joined_by_order() {
    let turns = [entry("t1", &["s1", "s2"]), entry("t2", &["s3"])];
    let shown = rows(&["U", "-", "A", "U", "A", "U", "A"], &[], &turns, false);
    assert_eq!(shown, ["U", "-", "A", "U", "A", "step0", "step1", "turn t1", "U", "A", "step0", "turn t2"]);
}

#[test]
fn steps_whose_rows_are_not_loaded_are_not_shown_below_others() {
    let known = steps(&["s1", "s2", "s3"]);
    let turns = [entry("t1", &["s1", "s2", "s3"])];
    assert_eq!(rows(&["s2", "A"], &known, &turns, true), ["s2", "step1", "A", "step2", "turn t1"]);
    assert_eq!(rows(&["A"], &known, &turns, true), ["A", "step2", "turn t1"]);
    assert_eq!(rows(&["U", "A"], &known, &turns, true), ["U", "A", "step0", "step1", "step2", "turn t1"]);
}

#[test]
fn ids_that_are_used_again_mean_the_turn_that_order_tells() {
    let known = steps(&["s1", "s2"]);
    let turns = [entry("t1", &["s1", "s2"]), entry("t2", &["s1"])];
    let shown = rows(&["U", "s1", "s2", "U", "s1"], &known, &turns, false);
    assert_eq!(shown, ["U", "s1", "step0", "s2", "step1", "turn t1", "U", "s1", "step0", "turn t2"]);
}

#[test]
fn a_turn_that_is_not_over_takes_no_figures_of_another() {
    let known = steps(&["s1", "s9"]);
    let turns = [entry("t1", &["s1"]), entry("t2", &["s2"])];
    let shown = rows(&["U", "s1", "U", "A", "U", "s9"], &known, &turns, false);
    assert_eq!(shown, ["U", "s1", "step0", "turn t1", "U", "A", "step0", "turn t2", "U", "s9"]);
    // One of which no step was measured has no step either.
    let aborted = [entry("t1", &["s1"]), entry("t2", &[])];
    assert_eq!(rows(&["U", "s1", "U", "s9"], &known, &aborted, false)[4..], ["U", "s9", "turn t2"]);
}

#[test]
fn rows_that_were_seen_live_say_whose_they_are() {
    let (first, second, other) = (id("t1"), id("t2"), id("t9"));
    let turns = [entry("t1", &["s1"]), entry("t2", &["s2"])];
    let group = |opening, turn| Group { opening, turn, step: None };
    let groups = [
        group(Opening::Words, Some(&first)),
        group(Opening::None, Some(&first)),
        group(Opening::Words, Some(&first)),
        group(Opening::None, Some(&first)),
        group(Opening::Words, Some(&other)),
        group(Opening::Words, Some(&second)),
        group(Opening::None, None),
    ];
    let shown = told(&["U", "A", "U", "A", "U9", "U", "A"], &turns, place(&groups, &turns, false));
    assert_eq!(shown, ["U", "A", "U", "A", "step0", "turn t1", "U9", "U", "A", "step0", "turn t2"]);
}

proptest! {
    #[test]
    fn no_figures_stand_twice_nor_out_of_order(
        shown in prop::collection::vec(0..8_usize, 0..24),
        turns in prop::collection::vec(prop::collection::vec(0..5_usize, 0..3), 0..6),
        is_cut in any::<bool>(),
    ) {
        let names = ["U", "I", "A", "s0", "s1", "s2", "s3", "s4"];
        let known = steps(&names[3..]);
        let turns: Vec<Turn> = turns
            .iter()
            .enumerate()
            .map(|(at, steps)| entry(&format!("t{at}"), &steps.iter().map(|step| names[3 + step]).collect::<Vec<_>>()))
            .collect();
        let shown: Vec<&str> = shown.iter().map(|at| names[*at]).collect();
        let group = |row: &&str| Group {
            opening: match *row { "U" => Opening::Words, "I" => Opening::Picture, _ => Opening::None },
            turn: None,
            step: known.iter().find(|step| step.as_str() == *row),
        };
        let groups: Vec<Group<'_>> = shown.iter().map(group).collect();
        let placed = place(&groups, &turns, is_cut);
        prop_assert!(placed.windows(2).all(|pair| pair[0].after <= pair[1].after));
        prop_assert!(placed.windows(2).all(|pair| pair[0].turn <= pair[1].turn));
        prop_assert!(placed.iter().all(|placed| 0 < placed.after && placed.after <= shown.len()));
        for (at, one) in placed.iter().enumerate() {
            prop_assert!(!placed[at + 1..].iter().any(|other| (other.turn, other.step) == (one.turn, one.step)));
        }
    }
}
