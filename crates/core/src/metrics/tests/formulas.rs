//! The F cases of the vectors: formulas, and the words that they become.

use super::super::words::{Before, step_line, turn_line};
use super::super::*;
use super::{cached, step, stored, tokens, turn};
use dispatch_contract::Usage;

/// F1.
#[test]
fn a_rate_needs_a_time_and_stays_below_what_can_be() {
    let cases = [
        (1000, Some(2000.0), Some(500.0)),
        (100, None, None),
        (100, Some(0.0), None),
        (100, Some(-1.0), None),
        (100, Some(f64::NAN), None),
        (100, Some(10.0), Some(10_000.0)),
        (101, Some(10.0), None),
    ];
    for (tokens, ms, expected) in cases {
        assert_eq!(rate(tokens, ms), expected, "{tokens} tok in {ms:?} ms");
    }
    let cases = [(0.04, "0.0"), (9.94, "9.9"), (9.95, "10"), (62.5, "63"), (473.4, "473"), (1234.5, "1235")];
    for (rate, expected) in cases {
        assert_eq!(format_rate(rate), format!("{expected} tok/s"));
    }
}

/// F2, F3, F4.
#[test]
fn the_line_of_a_step_tells_what_is_known_of_it() {
    let line = |step: &Step| step_line(step, 1, None).text();
    assert_eq!(line(&step("s", 1234, 567, [820.0, 1200.0])), "step 1 · 1,801 tok · 473 tok/s · TTFT 820ms · 2.0s");
    let mut odd = step("s", 0, 50, [300.0, 500.0]);
    assert_eq!(line(&odd), "step 1 · 50 tok · 100 tok/s · TTFT 300ms · 800ms");
    odd.gen_total_ms = None;
    assert_eq!(line(&odd), "step 1 · 50 tok · 100 tok/s · TTFT 300ms · 800ms", "the whole is its parts");
    odd = Step { ttft_ms: None, decode_ms: None, gen_total_ms: Some(800.0), ..odd };
    assert_eq!(line(&odd), "step 1 · 50 tok · 63 tok/s · 800ms");
    odd.usage = None;
    assert_eq!(line(&odd), "step 1 · 800ms");
}

/// F8, F10.
#[test]
fn the_line_of_a_turn_tells_what_is_known_of_it() {
    let usage = Usage { cache_read_tokens: Some(500), ..tokens(1000, 234) };
    let mut turn = Turn::from_wire(TurnMetrics { duration_ms: Some(5000.0), ..stored("t1", usage.clone()) });
    turn.steps = vec![Step { gen_total_ms: Some(4000.0), ..step("s", 1000, 234, [1000.0, 3000.0]) }];
    let mut before = Before { number: 1, ..Before::default() };
    before.so_far.count(&usage);
    let expected =
        "turn 1 · 1,234 tok (1,000 in / 234 out / 500 cached) · 78 tok/s · 5.0s · cache 50% · conversation 50%";
    assert_eq!(turn_line(&turn, &before).text(), expected);
    before.previous = Some(cached(100, Some(100), Some(400)));
    assert_eq!(turn_line(&turn, &before).text(), format!("{expected} · retention 100%"));
    let levels: Vec<Option<Level>> = turn_line(&turn, &before).parts.iter().map(|part| part.level).collect();
    assert_eq!(levels[4..], [Some(Level::Fair), Some(Level::Fair), Some(Level::Good)]);
}

#[test]
fn a_turn_of_which_a_step_does_not_tell_its_time_has_no_rate() {
    let mut turn = turn("t", 10, 100);
    turn.steps = vec![step("a", 5, 50, [100.0, 1000.0]), step("b", 5, 50, [100.0, 1000.0])];
    assert_eq!(turn.writing_ms(), Some(2000.0));
    turn.steps[1] = Step { ttft_ms: None, decode_ms: None, gen_total_ms: None, ..turn.steps[1].clone() };
    assert_eq!(turn.writing_ms(), None, "that of the others alone would be too high");
    turn.steps[1].decode_ms = Some(0.0);
    assert_eq!(turn.writing_ms(), None, "a clock that stood still tells no time either");
    turn.steps[1].usage = Some(tokens(5, 0));
    assert_eq!(turn.writing_ms(), Some(1000.0), "one that wrote nothing takes nothing away");
    turn.steps.clear();
    assert_eq!(turn.writing_ms(), None);
}

/// F11, F12.
#[test]
fn the_cache_rate_is_a_share_of_the_prompt() {
    let cases = [
        (Some(2560), 2737, Some(94)),
        (Some(384), 2669, Some(14)),
        (None, 1000, None),
        (Some(0), 1000, Some(0)),
        (Some(5), 0, Some(0)),
        (Some(250), 100, Some(100)),
    ];
    for (read, input, expected) in cases {
        assert_eq!(cache_rate(&cached(input, read, None)), expected, "{read:?} of {input}");
    }
    assert_eq!(cache_rate(&cached(100, None, Some(50))), Some(0), "what is written tells, too");
    let levels = [66, 65, 33, 32, 0].map(level);
    assert_eq!(levels, [Level::Good, Level::Fair, Level::Fair, Level::Poor, Level::Poor]);
}

/// F14, F15, F16, F18.
#[test]
fn retention_is_a_share_of_what_the_turn_before_left() {
    let cases = [
        (Some((Some(0), Some(5146))), Some(5146), Some(100)),
        (Some((Some(100), Some(900))), Some(500), Some(50)),
        (None, Some(500), None),
        (Some((None, Some(100))), None, Some(0)),
        (Some((Some(0), Some(0))), Some(500), None),
        (Some((None, None)), Some(500), None),
    ];
    for (previous, read, expected) in cases {
        let previous = previous.map(|(read, write)| cached(0, read, write));
        assert_eq!(retention(previous.as_ref(), &cached(0, read, None)), expected, "{read:?} after {previous:?}");
    }
}

/// F19.
#[test]
fn the_rate_of_a_conversation_is_that_of_all_turns_that_tell() {
    let mut so_far = CacheUse::default();
    assert_eq!(so_far.rate(), None);
    so_far.count(&cached(2669, Some(384), None));
    assert_eq!(so_far.rate(), Some(14));
    so_far.count(&cached(100_000, None, None));
    so_far.count(&cached(2737, Some(2560), None));
    assert_eq!(so_far.rate(), Some(54));
}

/// F20.
#[test]
fn tokens_for_a_glance_round_before_their_unit_is_chosen() {
    let cases = [
        (0, "0"),
        (812, "812"),
        (999, "999"),
        (1000, "1.0k"),
        (12_300, "12.3k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (100_000, "100k"),
        (150_000, "150k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (999_950, "1.0M"),
        (1_000_000, "1.0M"),
        (1_200_000, "1.2M"),
        (99_950_000, "100M"),
        (u64::MAX, "18446744073710M"),
    ];
    for (tokens, expected) in cases {
        assert_eq!(format_compact(tokens), expected, "{tokens}");
    }
    let grouped = [(0, "0"), (999, "999"), (1801, "1,801"), (100_000, "100,000"), (1_234_567, "1,234,567")];
    for (number, expected) in grouped {
        assert_eq!(format_grouped(number), expected);
    }
}

#[test]
fn every_figure_of_a_line_is_explained() {
    let step = step("s", 1234, 567, [820.0, 1200.0]);
    let line = step_line(&step, 1, None);
    let explained = explain::explain_step(&step, Source::Live, &line, None);
    let figures: Vec<Figure> = explained.iter().map(|explained| explained.figure).collect();
    assert_eq!(figures, [Figure::Tokens, Figure::Rate, Figure::FirstToken, Figure::Time]);
    let expected = [
        "473 tok/s",
        "output tokens ÷ time of decoding",
        "567 tok ÷ 1,200 ms",
        "Derived from what the turn's events told",
    ];
    assert_eq!(explained[1].lines(), expected);

    let usage = Usage { cache_read_tokens: Some(500), cache_write_tokens: Some(20), ..tokens(1000, 234) };
    let turn = Turn::from_wire(TurnMetrics { duration_ms: Some(5000.0), ..stored("t1", usage.clone()) });
    let mut before = Before { number: 1, previous: Some(cached(100, Some(100), Some(900))), ..Before::default() };
    before.so_far.count(&usage);
    let explained = explain::explain_turn(&turn, &turn_line(&turn, &before), &before);
    let told: Vec<String> =
        explained.iter().map(|explained| format!("{}: {}", explained.value, explained.inputs)).collect();
    let expected = [
        "1,234 tok (1,000 in / 234 out / 500 cached): 1,000 in / 234 out / 500 cached / 20 written to the cache",
        "5.0s: 5,000 ms",
        "cache 50%: 500 ÷ 1,000",
        "conversation 50%: 500 ÷ 1,000 in 1 turn",
        "retention 50%: 500 ÷ 1,000",
    ];
    assert_eq!(told, expected);
    assert_eq!(explained[1].source, "Stored: as the backend keeps it");
}
