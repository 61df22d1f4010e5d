//! The cases of the vectors, and what must hold for any figures.

mod formulas;
mod losing;
mod placing;

use super::words::{Before, step_line, turn_line};
use super::*;
use crate::StepId;
use dispatch_contract::{StepMetrics, Usage};
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
    let line = |metrics: &Metrics| turn_line(&metrics.turns[0], &Before { number: 1, ..Before::default() }).text();
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
    metrics.sends_with(Some("a/b"), None);
    metrics.is_own(&id("t1"));
    metrics.apply(&id("t1"), &step_ends("s1"), Some(Millis(5000.0)));
    metrics.apply(&id("t1"), &step_ends("s1"), Some(Millis(9000.0)));
    let told = TurnMetrics { steps: vec![losing::wire_step("s1", 10, 5)], ..stored("t1", tokens(10, 5)) };
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
    let before = Before { number: 1, ..Before::default() };
    let of = |turn: &Turn| {
        let steps = turn.steps.iter().map(|step| step_line(step, 1, None).text());
        let turn_words = turn_line(turn, &before).text();
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
}
