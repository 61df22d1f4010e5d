//! What can be asked about the figures of a conversation, and how fast the models were.

use crate::metrics::{asked, figures, reading, turn_metrics, two_steps, usage};
use crate::world::{Storing, World, say};
use dispatch_contract::{ModelInfo, TurnId, TurnMetrics};
use dispatch_core::metrics::{Column, Figure};
use dispatch_core::throughput::{Leaf, Period, ThroughputState};
use dispatch_core::transcript::RowId;
use dispatch_core::{Fact, HttpFailure};
use expect_test::expect;
use say::id;

#[test]
fn every_figure_of_a_row_can_be_asked_for_what_stands_behind_it() {
    let world = asked(Storing::AtSeal);
    let conversation = world.state.focused().unwrap();
    let rows = figures(&world);
    assert_eq!(
        conversation.explain_figure(rows[0].0, Figure::Rate),
        ["50 tok/s", "output tokens ÷ time of decoding", "50 tok ÷ 1,000 ms", "Derived from what the backend keeps"]
    );
    assert_eq!(conversation.explain_figure(rows[0].0, Figure::Cache), [""; 0]);
    assert_eq!(conversation.explain(RowId(9_999)), []);
    assert_eq!(conversation.turn_of_row(rows[2].0), Some(&TurnId::from("t1")));
}

#[test]
fn the_waterfall_of_a_turn_is_the_same_after_a_reload() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.script(two_steps());
    world.person_asks("q");
    world.settles();
    let mut stored = world.backend.metrics[&id("c")].clone();
    stored[0].duration_ms = Some(2100.0);
    world.backend.metrics.insert(id("c"), stored);
    world.reconnects();
    world.settles();
    let table = |world: &World| {
        let waterfall = world.state.focused().unwrap().waterfall(&TurnId::from("t1")).unwrap();
        waterfall.table().iter().map(|row| row.join(" ")).chain(waterfall.notes).collect::<Vec<_>>()
    };
    let expected = [
        "step 1 wait 500ms 24%",
        "step 1 decode 1.0s 48%",
        "step 1 tools 12ms 1%",
        "step 2 wait 100ms 5%",
        "step 2 decode 400ms 19%",
        "rest idle 88ms 4%",
    ];
    assert_eq!(table(&world), expected);
    world.load_page();
    assert_eq!(table(&world), expected);
    assert_eq!(world.state.focused().unwrap().waterfall(&TurnId::from("t7")), None);
}

#[test]
fn the_figures_of_a_conversation_are_added_up_compared_and_taken_along() {
    let turns = vec![
        turn_metrics("t1", "x1", usage(1000, 0, 1000)),
        TurnMetrics { duration_ms: Some(61_000.0), ..turn_metrics("t2", "x2", usage(3000, 400, 2600)) },
        TurnMetrics { duration_ms: None, ..turn_metrics("=t\"3", "x3", usage(3000, 3000, 0)) },
    ];
    let world = reading(say::talk(3), turns);
    let view = world.state.focused().unwrap().metrics_view();
    let totals: Vec<String> = view.totals.iter().map(|(name, words)| format!("{name}: {words}")).collect();
    let expected = [
        "Turns: 3 in 3 steps",
        "Tokens: 7,030 tok (7,000 in / 30 out / 3,400 cached)",
        "Time: 1m 02s",
        "Rate: 50 tok/s",
        "Cache: 49%",
        "Context: 1.0k",
    ];
    assert_eq!(totals, expected);
    let standing_out: Vec<String> =
        view.standing_out.iter().map(|(why, number, words)| format!("{why}: {number}, {words}")).collect();
    assert_eq!(standing_out, ["Slowest: 2, 1m 01s", "Costliest: 2, 2,610 tok uncached", "Worst cache: 1, 0%"]);
    let lost: Vec<String> = view.lost.iter().map(|(number, _, words)| format!("{number}: {words}")).collect();
    assert_eq!(lost, ["2: 600 tok of cache lost: unexplained"]);
    let order = |column, descending| view.sorted(column, descending).iter().map(|turn| turn.number).collect::<Vec<_>>();
    assert_eq!(order(Column::Time, true), [2, 1, 3]);
    assert_eq!(order(Column::Time, false), [1, 2, 3], "what is not known comes last either way");
    assert_eq!(order(Column::Retention, false), [2, 3, 1]);
    let differs: Vec<String> = view
        .compare(1, 2)
        .iter()
        .map(|compared| {
            format!("{} {} {} {}", compared.column.heading(), compared.first, compared.second, compared.difference)
        })
        .collect();
    let expected = [
        "Steps 1 1 ±0",
        "Time 1.0s 1m 01s +1m 00s",
        "In 1,000 3,000 +2,000",
        "Out 10 10 ±0",
        "Uncached 1,010 2,610 +1,600",
        "Rate 50 tok/s 50 tok/s ±0",
        "Cache 0% 13% +13%",
        "Retention — 40% —",
        "Context 1.0k 1.0k ±0",
        "Lost  600 +600",
    ];
    assert_eq!(differs, expected);
    assert_eq!(view.compare(1, 9), []);
    let series: Vec<String> =
        view.series.iter().map(|series| format!("{:?} {}", series.points, series.words)).collect();
    assert_eq!(series[0], "[Some(2), Some(100), None] Time: newest 1m 01s, lowest 1.0s, highest 1m 01s");
    expect![[r#"
        turn,turn_id,source,steps,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,duration_ms,tokens_per_second,cache_percent,conversation_percent,retention_percent,context_tokens,lost_tokens
        1,"t1",stored,1,1000,10,0,1000,1000,50.0,0,0,,1010,0
        2,"t2",stored,1,3000,10,400,2600,61000,50.0,13,10,40,1010,600
        3,"=t""3",stored,1,3000,10,3000,0,,50.0,100,49,100,1010,0
    "#]]
    .assert_eq(&view.to_csv().replace("\r\n", "\n"));
    expect![[r#"
        - Turns: 3 in 3 steps
        - Tokens: 7,030 tok (7,000 in / 30 out / 3,400 cached)
        - Time: 1m 02s
        - Rate: 50 tok/s
        - Cache: 49%
        - Context: 1.0k

        | Turn | Steps | Time | In | Out | Uncached | Rate | Cache | Retention | Context | Lost |
        | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | 1 | 1 | 1.0s | 1,000 | 10 | 1,010 | 50 tok/s | 0% | — | 1.0k |  |
        | 2 | 1 | 1m 01s | 3,000 | 10 | 2,610 | 50 tok/s | 13% | 40% | 1.0k | 600 |
        | 3 | 1 | — | 3,000 | 10 | 10 | 50 tok/s | 100% | 100% | 1.0k |  |
    "#]]
    .assert_eq(&view.to_markdown());
}

#[test]
fn a_turn_that_was_impossibly_fast_counts_for_no_rate() {
    let mut turns = vec![turn_metrics("t1", "x1", usage(1000, 0, 0)), turn_metrics("t2", "x2", usage(1000, 0, 0))];
    turns[1].steps[0].decode_ms = Some(0.5);
    let view = reading(say::talk(2), turns).state.focused().unwrap().metrics_view();
    assert_eq!((view.turns[1].rate, view.totals[3].1.as_str()), (None, "50 tok/s"));
}

#[test]
fn one_turn_alone_stands_out_from_nothing() {
    let world = reading(say::talk(1), vec![turn_metrics("t1", "x1", usage(1000, 0, 1000))]);
    let view = world.state.focused().unwrap().metrics_view();
    assert_eq!(view.turns.len(), 1);
    assert_eq!((view.series, view.standing_out), (vec![], vec![]));
}

#[test]
fn a_turn_is_taken_along_without_its_figures() {
    let world = asked(Storing::AtSeal);
    let conversation = world.state.focused().unwrap();
    let (prompt, _) = conversation.turns().pop().unwrap();
    let told = conversation.to_markdown(prompt, true);
    assert!(told.starts_with("> q\n\nrun:") && told.ends_with("\n\nso"), "{told}");
    assert!(!told.contains("tok"), "{told}");
}

#[test]
fn the_context_is_measured_against_what_the_model_can_hold() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    let info = ModelInfo { context_window: Some(2000), vision: None };
    world.model_info = vec![("scripted/steady".to_owned(), info)];
    world.load_page();
    world.backend.has_stored("c", say::talk(1));
    world.backend.metrics.insert(id("c"), vec![turn_metrics("t1", "x", usage(100, 0, 0))]);
    assert_eq!(world.state.stage_view().context.words(), "—");
    world.settles();
    let meter = world.state.stage_view().context;
    assert_eq!((meter.words().as_str(), meter.bar()), ("1.0k of 2.0k", Some(50)));
    world.tell(Fact::ModelChosen("a/other".to_owned()));
    assert_eq!(world.state.stage_view().context.words(), "1.0k");
}

#[test]
fn throughput_is_leafed_through_and_only_the_newest_answer_counts() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.settles();
    world.now = 1_773_586_800_000.0;
    let leaf = |world: &mut World, leaf| world.tell(Fact::ThroughputLeafed { leaf, east: 10.0 * 3_600_000.0 });
    leaf(&mut world, Leaf::Look);
    leaf(&mut world, Leaf::Choose(Period::Month));
    leaf(&mut world, Leaf::Previous);
    leaf(&mut world, Leaf::Next);
    leaf(&mut world, Leaf::Next);
    let asked: Vec<String> = world.throughput_asked.iter().map(|(_, asked)| asked.clone()).collect();
    assert_eq!(asked, ["day 2026-03-16", "month 2026-03", "month 2026-02", "month 2026-03"], "it is the 16th there");
    let requests: Vec<_> = world.throughput_asked.drain(..).map(|(request, _)| request).collect();
    let refused = || Err(HttpFailure::Refused { status: 500, message: Some("no".to_owned()) });
    world.tell(Fact::ThroughputAnswered { request: requests[0], answer: refused() });
    assert_eq!(world.state.throughput().view().state, ThroughputState::Loading);
    assert_eq!(world.anomalies(), "FailedRequest 1, LateAnswer 1");
    world.tell(Fact::ThroughputAnswered { request: requests[3], answer: refused() });
    assert_eq!(world.state.throughput().view().state, ThroughputState::Failed("Not loaded: no".to_owned()));
}
