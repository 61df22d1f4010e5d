//! The cases of the vectors, and what must hold for any figures.

use super::placement::{Group, Opening, Placed, place};
use super::words::{Before, step_line, turn_line};
use super::*;
use proptest::prelude::*;

fn id(text: &str) -> TurnId {
    TurnId::from(text)
}

fn tokens(input: u64, output: u64) -> Usage {
    Usage { input_tokens: input, output_tokens: output, ..Usage::default() }
}

fn cached(input: u64, read: Option<u64>, write: Option<u64>) -> Usage {
    Usage { input_tokens: input, output_tokens: 0, cache_read_tokens: read, cache_write_tokens: write }
}

/// A stored turn.
pub(super) fn turn(name: &str, input: u64, output: u64) -> Turn {
    Turn::from_wire(stored(name, tokens(input, output)))
}

fn stored(name: &str, usage: Usage) -> TurnMetrics {
    TurnMetrics { turn_id: id(name), usage, duration_ms: None, steps: Vec::new(), context_size: None }
}

/// A step that is over, with its times to the first token and of decoding.
pub(super) fn step(name: &str, input: u64, output: u64, [ttft, decode]: [f64; 2]) -> Step {
    Step::from_wire(StepMetrics {
        step_id: StepId::from(name),
        usage: tokens(input, output),
        ttft_ms: Some(ttft),
        decode_ms: Some(decode),
        gen_total_ms: Some(ttft + decode),
    })
}

fn usage(step: Option<&str>, usage: Usage) -> TurnEvent {
    TurnEvent::Usage { step_id: step.map(StepId::from), usage }
}

fn step_ends(step: &str) -> TurnEvent {
    TurnEvent::StepComplete { step_id: StepId::from(step), ttft_ms: None, decode_ms: None, gen_total_ms: None }
}

fn done() -> TurnEvent {
    TurnEvent::Done { reason: "stop".to_owned(), duration_ms: None, usage: None, context_size: None }
}

fn heard(events: &[(&str, TurnEvent)]) -> Metrics {
    let mut metrics = Metrics::default();
    events.iter().for_each(|(turn, event)| metrics.apply(&id(turn), event, None));
    metrics
}

/// What is shown of each turn: its source, its finished steps, its total.
fn entries(metrics: &Metrics) -> Vec<String> {
    let entry = |turn: &Turn| {
        let steps: Vec<&str> = turn.steps.iter().filter(|step| step.is_over).map(|step| step.id.as_str()).collect();
        let total = turn.usage().map_or("∅".to_owned(), |usage| {
            let cache = [("read", usage.cache_read_tokens), ("write", usage.cache_write_tokens)];
            let cache = cache.map(|(name, tokens)| tokens.map(|tokens| format!(" {name}{tokens}")).unwrap_or_default());
            format!("{}/{}{}", usage.input_tokens, usage.output_tokens, cache.concat())
        });
        format!("{} {:?} {steps:?} {total}", turn.id, turn.source)
    };
    metrics.turns().map(entry).collect()
}

// M: folding and merging.

/// M2, M3.
#[test]
fn a_step_is_shown_when_it_is_over_and_a_turn_when_it_is() {
    let begun = heard(&[("t1", usage(Some("s1"), tokens(100, 50))), ("t1", usage(Some("s2"), tokens(200, 80)))]);
    assert_eq!(entries(&begun), [""; 0]);
    let under_way = heard(&[
        ("t1", usage(Some("s1"), tokens(100, 50))),
        ("t1", step_ends("s1")),
        ("t1", usage(Some("s2"), tokens(200, 80))),
    ]);
    assert_eq!(entries(&under_way), [r#"t1 Live ["s1"] ∅"#]);
}

/// M5, M6, M7.
#[test]
fn the_end_of_a_turn_tells_its_tokens_else_its_steps_do() {
    let steps = |first: Usage| {
        vec![
            ("t1", usage(Some("s1"), first)),
            ("t1", step_ends("s1")),
            ("t1", usage(Some("s2"), tokens(200, 80))),
            ("t1", step_ends("s2")),
        ]
    };
    let mut told = steps(tokens(100, 50));
    told.push(("t1", done()));
    assert_eq!(entries(&heard(&told)), [r#"t1 Live ["s1", "s2"] 300/130"#]);

    let end = TurnEvent::Done {
        reason: "stop".to_owned(),
        duration_ms: Some(5000.0),
        usage: Some(tokens(300, 150)),
        context_size: None,
    };
    let metrics = heard(&[("t1", usage(Some("s1"), tokens(100, 50))), ("t1", step_ends("s1")), ("t1", end)]);
    assert_eq!(entries(&metrics), [r#"t1 Live ["s1"] 300/150"#]);
    assert_eq!(metrics.turns().next().and_then(|turn| turn.duration_ms), Some(5000.0));

    let mut some_cache = steps(Usage { cache_read_tokens: Some(30), ..tokens(100, 50) });
    some_cache.push(("t1", done()));
    assert_eq!(entries(&heard(&some_cache)), [r#"t1 Live ["s1", "s2"] 300/130 read30"#]);
}

#[test]
fn tokens_without_a_step_count_only_while_nothing_else_is_known() {
    let counted = usage(None, tokens(7, 3));
    assert_eq!(entries(&heard(&[("t1", counted.clone()), ("t1", done())])), ["t1 Live [] 7/3"]);
    let newest = usage(None, tokens(9, 4));
    assert_eq!(entries(&heard(&[("t1", counted.clone()), ("t1", newest), ("t1", done())])), ["t1 Live [] 9/4"]);
    let beside_a_step = heard(&[("t1", counted), ("t1", usage(Some("s1"), tokens(1, 1))), ("t1", done())]);
    assert_eq!(entries(&beside_a_step), ["t1 Live [] 1/1"]);
}

/// M9, M10, M11.
#[test]
fn stored_figures_come_first_and_live_ones_in_the_order_in_which_they_were_heard() {
    let mut metrics = heard(&[("t1", done()), ("t2", usage(None, tokens(5, 5))), ("t2", done())]);
    metrics.take_stored(vec![stored("t1", tokens(999, 0))]);
    assert_eq!(entries(&metrics), ["t1 Stored [] 999/0", "t2 Live [] 5/5"]);
    metrics.take_stored(vec![stored("t1", tokens(10, 0)), stored("t1", tokens(99, 0))]);
    assert_eq!(entries(&metrics), ["t1 Stored [] 99/0", "t2 Live [] 5/5"]);

    let counted = |turn| (turn, usage(None, tokens(1, 1)));
    let metrics = heard(&[counted("t2"), counted("t1"), ("t2", done()), ("t1", done())]);
    assert_eq!(entries(&metrics), ["t2 Live [] 1/1", "t1 Live [] 1/1"]);
}

/// M13, M14, M15.
#[test]
fn the_newest_turn_that_tells_it_says_how_much_the_conversation_occupies() {
    assert_eq!(heard(&[("t1", done())]).context_size(), None);
    let end = |size| TurnEvent::Done {
        reason: "stop".to_owned(),
        duration_ms: None,
        usage: Some(tokens(400, 30)),
        context_size: Some(size),
    };
    let mut metrics = heard(&[("t1", end(111))]);
    assert_eq!(metrics.context_size(), Some(111));
    metrics.take_stored(vec![TurnMetrics { context_size: Some(222), ..stored("t1", tokens(1, 1)) }]);
    assert_eq!(metrics.context_size(), Some(222));
    metrics.apply(&id("t2"), &done(), None);
    assert_eq!(metrics.context_size(), Some(222), "one that does not tell takes nothing back");
    assert_eq!(heard(&[("t1", end(250))]).context_size(), Some(250), "not the sum over the steps");
}

#[test]
fn what_is_heard_of_a_stored_turn_changes_nothing() {
    let mut metrics = Metrics::default();
    metrics.take_stored(vec![stored("t1", tokens(10, 5))]);
    let before = metrics.clone();
    for event in [usage(Some("s"), tokens(1, 1)), usage(None, tokens(2, 2)), step_ends("s"), done()] {
        metrics.apply(&id("t1"), &event, Some(Millis(7.0)));
    }
    assert_eq!(metrics, before);
}

#[test]
fn words_and_tools_mean_nothing_here() {
    let mut metrics = Metrics::default();
    metrics.apply(&id("t1"), &TurnEvent::TextDelta { delta: "a".to_owned() }, None);
    metrics.apply(&id("t1"), &TurnEvent::TurnSealed {}, None);
    assert_eq!(metrics, Metrics::default());
}

#[test]
fn the_same_answer_again_changes_nothing_and_is_not_written_again() {
    let mut metrics = Metrics::default();
    metrics.take_stored(vec![stored("t1", tokens(10, 5))]);
    assert!(metrics.take_unsaved().is_some());
    metrics.changed_from = None;
    metrics.take_stored(vec![stored("t1", tokens(10, 5))]);
    assert_eq!((metrics.take_unsaved(), metrics.changed_from), (None, None));
    metrics.take_stored(Vec::new());
    assert_eq!(metrics.take_unsaved().as_deref(), Some(""), "nothing is kept where nothing is");
}

#[test]
fn a_turn_of_which_nothing_was_measured_says_the_same_live_and_stored() {
    let line = |metrics: &Metrics| turn_line(&metrics.turns[0], 1, &Before::default()).text();
    let end = TurnEvent::Done { reason: "error".to_owned(), duration_ms: Some(12.0), usage: None, context_size: None };
    let mut metrics = heard(&[("t1", end)]);
    assert_eq!(line(&metrics), "turn 1 · 12ms");
    metrics.take_stored(vec![TurnMetrics { duration_ms: Some(12.0), ..stored("t1", Usage::default()) }]);
    assert_eq!(line(&metrics), "turn 1 · 12ms");
}

#[test]
fn times_that_cannot_be_are_as_good_as_none() {
    for absurd in [-1.0, 1e300, f64::NAN, f64::INFINITY] {
        let odd = step("s", 10, 5, [absurd, absurd]);
        assert_eq!((odd.ttft_ms, odd.decode_ms, odd.gen_total_ms), (None, None, None), "{absurd} ms");
        assert_eq!(step_line(&odd, 1, None).text(), "step 1 · 15 tok");
    }
    let instant = step("s", 10, 5, [0.0, 0.0]);
    assert_eq!(step_line(&instant, 1, None).text(), "step 1 · 15 tok", "no length, no time and no rate");
    let huge = step("s", u64::MAX, u64::MAX, [1.0, 1.0]);
    assert!(step_line(&huge, 1, None).text().starts_with("step 1 · 18,446,744,073,709,551,615 tok"));
}

#[test]
fn what_was_only_known_live_outlives_the_live_figures() {
    let mut metrics = Metrics::default();
    metrics.sends_with(Some("a/b"));
    metrics.is_own(&id("t1"));
    metrics.apply(&id("t1"), &step_ends("s1"), Some(Millis(5000.0)));
    metrics.apply(&id("t1"), &step_ends("s1"), Some(Millis(9000.0)));
    let told = TurnMetrics { steps: vec![wire_step("s1", 10, 5)], ..stored("t1", tokens(10, 5)) };
    metrics.take_stored(vec![told.clone()]);
    let kept = metrics.take_unsaved().unwrap();

    let mut reloaded = Metrics::default();
    reloaded.take_kept(read_kept(&kept).unwrap());
    reloaded.take_stored(vec![told]);
    let known = |metrics: &Metrics| (metrics.turns[0].model.clone(), metrics.turns[0].steps[0].ended);
    assert_eq!(known(&metrics), (Some("a/b".to_owned()), Some(Millis(5000.0))), "a replay says nothing of when");
    assert_eq!(known(&reloaded), known(&metrics));
    assert_eq!(reloaded.take_unsaved(), None, "this device keeps it already");
}

#[test]
fn what_this_device_keeps_gives_way_to_what_the_backend_has_told() {
    let mut metrics = Metrics::default();
    metrics.take_stored(vec![stored("t1", tokens(10, 5))]);
    metrics.take_kept(vec![turn("t1", 1, 1), turn("t0", 1, 1)]);
    assert_eq!(entries(&metrics), ["t1 Stored [] 10/5"]);
}

#[test]
fn kept_figures_of_another_version_or_broken_are_set_aside() {
    let broken = ["", "[]", "7", r#"{"version":2,"turns":[]}"#, r#"{"version":1}"#, r#"{"version":1,"turns":[{}]}"#];
    for text in broken {
        assert_eq!(read_kept(text), None, "{text}");
    }
    assert_eq!(read_kept(r#"{"version":1,"turns":[]}"#), Some(Vec::new()));
    assert_eq!(write_kept(&heard(&[("t1", done())]).turns), "", "live figures are not kept");
}

#[test]
fn an_answer_is_waited_for_once_and_a_wish_meanwhile_is_one_more_question() {
    let mut metrics = Metrics::default();
    assert_eq!(metrics.ask(|| RequestId(1)), Some(RequestId(1)));
    assert_eq!(metrics.ask(|| RequestId(2)), None);
    assert_eq!(metrics.answered(RequestId(2)), None);
    assert_eq!(metrics.answered(RequestId(1)), Some(true));
    assert_eq!(metrics.ask(|| RequestId(3)), Some(RequestId(3)));
    metrics.forget(false, |_| false);
    assert_eq!(metrics.answered(RequestId(3)), None, "it is about another history");
}

// F: formulas and words.

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
    let mut before = Before::default();
    before.so_far.count(&usage);
    let expected =
        "turn 1 · 1,234 tok (1,000 in / 234 out / 500 cached) · 78 tok/s · 5.0s · cache 50% · conversation 50%";
    assert_eq!(turn_line(&turn, 1, &before).text(), expected);
    before.previous = Some(cached(100, Some(100), Some(400)));
    assert_eq!(turn_line(&turn, 1, &before).text(), format!("{expected} · retention 100%"));
    let levels: Vec<Option<Level>> = turn_line(&turn, 1, &before).parts.iter().map(|part| part.level).collect();
    assert_eq!(levels[4..], [Some(Level::Fair), Some(Level::Fair), Some(Level::Good)]);
}

#[test]
fn a_turn_of_which_a_step_does_not_tell_its_time_has_no_rate() {
    let mut turn = turn("t", 10, 100);
    turn.steps = vec![step("a", 5, 50, [100.0, 1000.0]), step("b", 5, 50, [100.0, 1000.0])];
    assert_eq!(turn.writing_ms(), Some(2000.0));
    turn.steps[1] = Step { ttft_ms: None, decode_ms: None, gen_total_ms: None, ..turn.steps[1].clone() };
    assert_eq!(turn.writing_ms(), None, "that of the others alone would be too high");
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
    let mut before = Before { previous: Some(cached(100, Some(100), Some(900))), ..Before::default() };
    before.so_far.count(&usage);
    let explained = explain::explain_turn(&turn, &turn_line(&turn, 1, &before), &before);
    let told: Vec<String> =
        explained.iter().map(|explained| format!("{}: {}", explained.value, explained.inputs)).collect();
    let expected = [
        "1,234 tok (1,000 in / 234 out / 500 cached): 1,000 in / 234 out / 500 cached / 20 written to the cache",
        "5.0s: 5,000 ms",
        "cache 50%: 500 ÷ 1,000",
        "conversation 50%: 500 ÷ 1,000 in 1 turns",
        "retention 50%: 500 ÷ 1,000",
    ];
    assert_eq!(told, expected);
    assert_eq!(explained[1].source, "Stored: as the backend keeps it");
}

// Lost cache.

fn wire_step(name: &str, read: u64, write: u64) -> StepMetrics {
    let usage = cached(read + write, Some(read), Some(write));
    StepMetrics { step_id: StepId::from(name), usage, ttft_ms: None, decode_ms: None, gen_total_ms: Some(1000.0) }
}

/// A turn of one step, which read and wrote so much of the cache and ended at this second.
fn cached_turn(name: &str, read: u64, write: u64, ended: f64) -> Turn {
    let mut turn = turn(name, read + write, 0);
    turn.steps = vec![Step { ended: Some(Millis(ended * 1000.0)), ..Step::from_wire(wire_step(name, read, write)) }];
    turn
}

fn lost(turns: &[Turn]) -> Vec<String> {
    lost::find(turns).iter().map(|lost| format!("{}: {}", turns[lost.turn].id, lost.in_words())).collect()
}

#[test]
fn a_step_that_reads_less_than_the_one_before_left_has_lost_cache() {
    let kept = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 1000, 10, 10.0), cached_turn("c", 1010, 5, 20.0)];
    assert_eq!(lost(&kept), [""; 0]);
    let gone = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 200, 2000, 10.0)];
    assert_eq!(lost(&gone), ["b: 800 tok of cache lost: unexplained"]);
    let shorter = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 300, 10.0)];
    assert_eq!(lost(&shorter), ["b: 300 tok of cache lost: unexplained"], "no more than there was to pay");
}

#[test]
fn what_was_seen_live_names_the_cause() {
    let idle = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 2000, 361.0)];
    assert_eq!(lost(&idle), ["b: 1,000 tok of cache lost: idle for 6m 00s"]);

    let seen_longer =
        [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 1000, 10, 601.0), cached_turn("c", 0, 2000, 962.0)];
    assert_eq!(lost(&seen_longer), ["c: 1,010 tok of cache lost: unexplained"], "ten minutes were no matter before");

    let short = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 2000, 30.0)];
    assert_eq!(lost(&short), ["b: 1,000 tok of cache lost: unexplained"]);

    let mut other_model = idle.clone();
    other_model[0].model = Some("a/b".to_owned());
    other_model[1].model = Some("a/c".to_owned());
    assert_eq!(lost(&other_model), ["b: 1,000 tok of cache lost: another model"]);

    other_model[1].follows_compaction = true;
    assert_eq!(lost(&other_model), ["b: 1,000 tok of cache lost: compacted"]);
}

#[test]
fn where_a_step_does_not_tell_its_tokens_nothing_is_said_of_its_cache() {
    let mut turns = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 1000, 10.0), cached_turn("c", 0, 1000, 20.0)];
    turns[1].steps[0].usage = None;
    assert_eq!(lost(&turns), [""; 0]);
}

// P: placement.

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

// What holds for any figures.

/// A turn as events, and as the backend stores it.
fn any_turn(number: usize) -> impl Strategy<Value = (Vec<TurnEvent>, TurnMetrics)> {
    let tokens = (0..5000_u64, 0..900_u64, prop::option::of(0..5000_u64), prop::option::of(0..900_u64));
    prop::collection::vec((tokens, prop::option::of((1..900_u16, 1..9000_u16))), 1..4).prop_map(move |steps| {
        let mut events = Vec::new();
        let mut told = stored(&format!("t{number}"), Usage::default());
        for (at, ((input_tokens, output_tokens, cache_read_tokens, cache_write_tokens), times)) in
            steps.into_iter().enumerate()
        {
            let used = Usage { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens };
            let name = format!("t{number}.{at}");
            let times = times.map(|(ttft, decode)| (f64::from(ttft), f64::from(decode)));
            let (ttft_ms, decode_ms) = times.unzip();
            let gen_total_ms = times.map(|(ttft, decode)| ttft + decode);
            events.push(usage(Some(&name), used.clone()));
            let step_id = StepId::new(name);
            events.push(TurnEvent::StepComplete { step_id: step_id.clone(), ttft_ms, decode_ms, gen_total_ms });
            told.steps.push(StepMetrics { step_id, usage: used, ttft_ms, decode_ms, gen_total_ms });
        }
        told.usage = Turn::from_wire(told.clone()).sum().unwrap_or_default();
        told.duration_ms = Some(100.0);
        told.context_size = Some(told.usage.input_tokens);
        events.push(TurnEvent::Done {
            reason: "stop".to_owned(),
            duration_ms: told.duration_ms,
            usage: None,
            context_size: told.context_size,
        });
        (events, told)
    })
}

fn any_turns() -> impl Strategy<Value = Vec<(Vec<TurnEvent>, TurnMetrics)>> {
    (any_turn(1), any_turn(2), any_turn(3)).prop_map(|(a, b, c)| vec![a, b, c])
}

fn figures(metrics: &Metrics) -> Vec<(Turn, Vec<String>)> {
    let before = Before::default();
    let of = |turn: &Turn| {
        let steps = turn.steps.iter().map(|step| step_line(step, 1, None).text());
        let turn_words = turn_line(turn, 1, &before).text();
        (Turn { source: Source::Live, told: turn.usage(), ..turn.clone() }, steps.chain([turn_words]).collect())
    };
    metrics.turns().map(of).collect()
}

proptest! {
    #[test]
    fn live_and_stored_say_the_same_in_whatever_order_they_come(
        turns in any_turns(),
        known in 0..4_usize,
        answers in prop::collection::vec((0..40_usize, 0..4_usize), 0..6),
        again in any::<bool>(),
    ) {
        let events: Vec<(&TurnId, &TurnEvent)> =
            turns.iter().flat_map(|(events, told)| events.iter().map(|event| (&told.turn_id, event))).collect();
        let store = |metrics: &mut Metrics, upto: usize| {
            metrics.take_stored(turns[..upto].iter().map(|(_, told)| told.clone()).collect());
        };
        let mut live = Metrics::default();
        let mut mixed = Metrics::default();
        for at in 0..=events.len() {
            for (_, upto) in answers.iter().filter(|(when, _)| *when == at) {
                // The backend has stored what is over, and never less than before.
                let over = mixed.turns().filter(|turn| turn.is_over).count();
                let held = mixed.turns().filter(|turn| turn.source == Source::Stored).count();
                store(&mut mixed, over.min(*upto).max(held));
            }
            if let Some((turn, event)) = events.get(at) {
                live.apply(turn, event, None);
                mixed.apply(turn, event, None);
            }
        }
        if again {
            events.iter().for_each(|(turn, event)| mixed.apply(turn, event, None));
        }
        prop_assert_eq!(figures(&live), figures(&mixed));
        store(&mut live, known);
        store(&mut mixed, 3);
        store(&mut live, 3);
        prop_assert_eq!(figures(&live), figures(&mixed));
        let mut only_stored = Metrics::default();
        store(&mut only_stored, 3);
        prop_assert_eq!(figures(&live), figures(&only_stored));
        prop_assert_eq!(read_kept(&write_kept(&only_stored.turns)), Some(only_stored.turns));
    }

    #[test]
    fn sums_always_agree(turns in any_turns()) {
        let mut metrics = Metrics::default();
        metrics.take_stored(turns.iter().map(|(_, told)| told.clone()).collect());
        for turn in metrics.turns() {
            prop_assert_eq!(turn.usage(), turn.sum());
            let all: u64 = turn.steps.iter().filter_map(|step| step.usage.as_ref()).map(|usage| usage.output_tokens).sum();
            prop_assert_eq!(turn.usage().map(|usage| usage.output_tokens), Some(all));
        }
    }

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
