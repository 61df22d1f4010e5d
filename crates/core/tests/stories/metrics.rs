//! What steps and turns took: shown as it is heard, made good by what is stored, kept on this device, and the same words
//! all along.

use crate::world::{Storing, World, say};
use dispatch_contract::{ImageRef, MetricsResponse, StepId, StepMetrics, TurnEvent, TurnId, TurnMetrics, Usage};
use dispatch_core::cache::Write;
use dispatch_core::transcript::RowId;
use dispatch_core::view::{RowBody, RowKey};
use dispatch_core::{Fact, HttpFailure};
use expect_test::expect;
use say::id;

/// A turn of two steps: a tool, and then words.
pub(crate) fn two_steps() -> Vec<TurnEvent> {
    vec![
        say::call("a", "s1"),
        say::used("s1", 50),
        say::step_took("s1", 500.0, 1000.0),
        say::result("a", "s1"),
        say::text("so"),
        say::used("s2", 20),
        say::step_took("s2", 100.0, 400.0),
    ]
}

/// A console that shows a conversation in which such a turn was asked for, heard and sealed.
pub(crate) fn asked(storing: Storing) -> World {
    let mut world = World::reading(storing, say::talk(1));
    world.script(two_steps());
    world.person_asks("q");
    world.settles();
    world
}

/// The rows of figures that are shown.
pub(crate) fn figures(world: &World) -> Vec<(RowId, String)> {
    let conversation = world.state.focused().unwrap();
    let figures = |key: RowKey| {
        let (RowBody::Step(line) | RowBody::Turn(line)) = conversation.row_view(key)?.body else { return None };
        Some((key.id, line.text()))
    };
    conversation.row_keys().into_iter().filter_map(figures).collect()
}

pub(crate) fn texts(world: &World) -> Vec<String> {
    figures(world).into_iter().map(|(_, text)| text).collect()
}

fn placements(world: &World) -> u64 {
    world.state.focused().unwrap().metrics.placements()
}

fn step_metrics(step: &str, usage: Usage) -> StepMetrics {
    let step_id = StepId::from(step);
    StepMetrics { step_id, usage, ttft_ms: Some(100.0), decode_ms: Some(200.0), gen_total_ms: Some(300.0) }
}

pub(crate) fn usage(input_tokens: u64, cache_read_tokens: u64, cache_write_tokens: u64) -> Usage {
    let (read, write) = (Some(cache_read_tokens), Some(cache_write_tokens));
    Usage { input_tokens, output_tokens: 10, cache_read_tokens: read, cache_write_tokens: write }
}

/// A stored turn of one step.
pub(crate) fn turn_metrics(turn: &str, step: &str, usage: Usage) -> TurnMetrics {
    TurnMetrics {
        turn_id: TurnId::from(turn),
        usage: usage.clone(),
        duration_ms: Some(1000.0),
        steps: vec![step_metrics(step, usage)],
        context_size: Some(1010),
    }
}

/// A console that shows a conversation with this history, whose turns took this.
pub(crate) fn reading(history: Vec<dispatch_contract::StoredChunk>, turns: Vec<TurnMetrics>) -> World {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.has_stored("c", history);
    world.backend.metrics.insert(id("c"), turns);
    world.settles();
    world.orders();
    world
}

fn status(status: u16) -> Result<MetricsResponse, HttpFailure> {
    Err(HttpFailure::Refused { status, message: None })
}

// Live, then stored.

#[test]
fn a_step_shows_what_it_took_when_it_ends_and_a_turn_when_it_is_done() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", [say::prompt("q"), say::call("a", "s1"), say::used("s1", 50)]);
    assert_eq!(texts(&world), [""; 0]);
    world.hears("t1", [say::step_took("s1", 500.0, 1000.0), say::result("a", "s1"), say::text("so")]);
    expect![[r#"
        live user q
        live tool run a [ok] in 12ms = result of a
        live step 1 · 1,050 tok · 50 tok/s · TTFT 500ms · 1.5s
        live text so…
    "#]]
    .assert_eq(&world.seen());
    let end =
        TurnEvent::Done { reason: "stop".to_owned(), duration_ms: Some(2000.0), usage: None, context_size: Some(1070) };
    world.hears("t1", [say::used("s2", 20), say::step_took("s2", 100.0, 400.0), end]);
    expect![[r#"
        live user q
        live tool run a [ok] in 12ms = result of a
        live step 1 · 1,050 tok · 50 tok/s · TTFT 500ms · 1.5s
        live text so
        live step 2 · 1,020 tok · 50 tok/s · TTFT 100ms · 500ms
        live turn 1 · 2,070 tok (2,000 in / 70 out) · 50 tok/s · 2.0s
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.state.stage_view().context.used, Some(1070));
}

#[test]
fn live_stored_and_read_again_are_the_same_words_in_the_same_rows() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.metrics_are_slow = true;
    world.script(two_steps());
    world.person_asks("q");
    world.turn_goes_on_by(two_steps().len() + 2);
    let live = figures(&world);
    assert_eq!(live.len(), 3, "{live:?}");
    world.metrics_are_slow = false;
    world.goes_quiet();
    assert_eq!(figures(&world), live, "now they are stored");
    assert!(world.seen().contains("stored turn 1"), "{}", world.seen());
    world.load_page();
    assert_eq!(texts(&world), live.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>(), "no backend answered yet");
    world.settles();
    assert_eq!(texts(&world), live.into_iter().map(|(_, text)| text).collect::<Vec<_>>());
    assert_eq!(world.anomalies(), "");
}

#[test]
fn a_replay_says_nothing_new() {
    let mut world = World::reading(Storing::AtSteps, []);
    world.script(two_steps());
    world.person_asks("q");
    world.turn_goes_on_by(4);
    let before = figures(&world);
    assert_eq!(before.len(), 1);
    world.reconnects();
    assert_eq!(figures(&world), before);
    world.settles();
    assert_eq!(texts(&world).len(), 3);
}

#[test]
fn words_that_stream_cost_nothing_here() {
    let mut world = asked(Storing::AtSeal);
    world.hears("t9", [say::prompt("more"), say::text("a")]);
    let before = placements(&world);
    world.hears("t9", (0..100).map(|_| say::text("b ")));
    assert_eq!(placements(&world), before);
    world.hears("t9", [say::used("s9", 3), say::used("s9", 5)]);
    assert_eq!(placements(&world), before, "nothing is shown of a step that runs");
    world.hears("t9", [say::step_took("s9", 1.0, 1.0)]);
    assert_eq!(placements(&world), before + 1);
    world.hears("t9", [say::used("s9", 5), say::step_took("s9", 1.0, 1.0)]);
    assert_eq!(placements(&world), before + 1, "what is told again is no news");
}

// When the backend is asked, and what it may answer.

#[test]
fn figures_are_asked_for_after_the_history_and_after_every_seal() {
    let mut world = World::with_tabs(Storing::AtSeal, &["other", "c"]);
    world.backend.has_stored("c", say::talk(1));
    world.metrics_are_slow = true;
    world.socket_opens();
    world.goes_quiet();
    assert_eq!(world.metrics_asked.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>(), [id("c")]);
    while world.metrics_are(status(404)) {}
    world.waits(300.0);
    world.person_asks("q");
    assert_eq!(world.metrics_asked.len(), 0, "a turn that runs has stored nothing");
    world.turn_goes_on_by(2);
    assert_eq!(world.metrics_asked.len(), 1);
    assert_eq!(world.anomalies(), "");
}

#[test]
fn nobody_is_asked_for_the_figures_of_a_conversation_in_which_nothing_is_stored() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.metrics_are_slow = true;
    world.socket_opens();
    world.goes_quiet();
    assert_eq!(world.metrics_asked.len(), 0);
}

#[test]
fn a_seal_while_an_answer_is_on_its_way_asks_once_more() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.metrics_are_slow = true;
    for _ in 0..3 {
        world.script(two_steps());
        world.person_asks("q");
        world.turn_goes_on_by(two_steps().len() + 2);
    }
    assert_eq!(world.metrics_asked.len(), 1, "one question at a time");
    world.metrics_are(status(404));
    assert_eq!(world.metrics_asked.len(), 1, "one for all that came meanwhile");
    world.metrics_arrive();
    assert_eq!((world.metrics_asked.len(), texts(&world).len()), (0, 9));
}

#[test]
fn a_failure_disturbs_nothing() {
    for failure in [status(500), Err(HttpFailure::Unreachable), Err(HttpFailure::Unreadable)] {
        let mut world = asked(Storing::AtSeal);
        let before = texts(&world);
        world.metrics_are_slow = true;
        world.reconnects();
        world.waits(300.0);
        assert!(world.metrics_are(failure.clone()));
        // Both on the opening and when the socket is heard out the history is asked for, and so are they.
        while world.metrics_are(failure.clone()) {}
        assert_eq!((texts(&world), world.problems()), (before, Vec::new()));
    }
}

#[test]
fn where_the_backend_has_none_live_figures_stay() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.metrics_are_slow = true;
    world.script(two_steps());
    world.person_asks("q");
    world.turn_goes_on_by(two_steps().len() + 2);
    let before = texts(&world);
    assert_eq!(before.len(), 3);
    world.metrics_are(status(404));
    assert_eq!(texts(&world), before);
}

#[test]
fn an_answer_for_another_history_is_of_no_interest() {
    let mut world = asked(Storing::AtSeal);
    world.metrics_are_slow = true;
    world.reconnects();
    world.backend.is_restored("c", [say::stored_prompt("other"), say::stored_text("words")]);
    world.backend.metrics.insert(id("c"), vec![turn_metrics("other", "s", usage(100, 0, 0))]);
    world.reconnects();
    world.settles();
    assert_eq!(texts(&world).len(), 2);
    assert!(texts(&world)[1].starts_with("turn 1 · 110 tok (100 in / 10 out)"), "{:?}", texts(&world));
    assert_eq!(world.shown(), world.truth(&id("c")));
}

#[test]
fn after_a_compaction_the_figures_are_those_of_what_is_left() {
    let mut world = reading(
        say::talk(2),
        vec![turn_metrics("t1", "x1", usage(1000, 0, 1000)), turn_metrics("t2", "x2", usage(2000, 1000, 1000))],
    );
    assert_eq!(texts(&world).len(), 4);
    world.backend.is_restored("c", [say::stored_text("a summary")]);
    world.backend.metrics.insert(id("c"), vec![turn_metrics("t2", "x2", usage(2000, 1000, 1000))]);
    world.hears_message(dispatch_contract::ServerMessage::ConversationCompacted {
        conversation_id: id("c"),
        new_conversation_id: id("old"),
        messages_summarized: 3,
        messages_kept: 1,
    });
    world.settles();
    assert!(texts(&world)[1].starts_with("turn 1 · "), "{:?}", texts(&world));
    // The first turn after it pays for what the compaction took away.
    world.hears("t3", [say::prompt("on")]);
    let used = TurnEvent::Usage { step_id: Some(StepId::from("x3")), usage: usage(3000, 0, 500) };
    world.hears("t3", [say::text("yes"), used, say::step_took("x3", 1.0, 1.0)]);
    assert!(world.seen().contains("(2,000 tok of cache lost: compacted)"), "{}", world.seen());
}

// Turns that are told oddly.

#[test]
fn tokens_that_are_counted_by_the_turn_are_shown_at_its_end() {
    let mut world = World::reading(Storing::AtSeal, []);
    let counted = TurnEvent::Usage { step_id: None, usage: Usage { output_tokens: 7, ..Usage::default() } };
    world.hears("t1", [say::prompt("q"), say::text("a"), counted]);
    assert_eq!(texts(&world), [""; 0]);
    world.hears("t1", [say::done()]);
    assert_eq!(texts(&world), ["turn 1 · 7 tok (0 in / 7 out)"]);
}

#[test]
fn a_turn_of_which_nothing_is_known_has_no_row() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", [say::prompt("q"), say::text("a"), say::step_ends("s1"), say::done()]);
    assert_eq!(texts(&world), [""; 0]);
}

#[test]
fn figures_of_a_turn_that_nobody_heard_of_open_none() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.hears("t7", [say::used("s", 5), say::step_took("s", 1.0, 1.0), say::done()]);
    assert_eq!(texts(&world), [""; 0]);
    assert_eq!(world.anomalies(), "");
}

#[test]
fn figures_of_turns_whose_rows_are_nowhere_are_counted_and_not_placed() {
    let turns = ["t1", "t2", "t3"].map(|turn| turn_metrics(turn, &format!("x{turn}"), usage(100, 0, 0)));
    let world = reading(say::talk(1), turns.to_vec());
    assert_eq!(texts(&world).len(), 2);
    assert!(texts(&world)[1].starts_with("turn 3 · "), "{:?}", texts(&world));
    let view = world.state.focused().unwrap().metrics_view();
    assert_eq!(view.turns.len(), 3);
    assert_eq!(view.totals[1].1, "330 tok (300 in / 30 out)");
}

#[test]
fn a_message_with_pictures_and_words_put_into_its_turn_is_one_turn() {
    let mut world = World::reading(Storing::AtSeal, []);
    let image = ImageRef { url: "data:image/png;base64,x".to_owned(), mime_type: None };
    let opening = TurnEvent::UserMessage { text: "look".to_owned(), images: vec![image] };
    let steering = TurnEvent::Steering { text: "quick".to_owned() };
    world
        .hears("t1", [opening, say::call("a", "s1"), say::used("s1", 5), say::step_ends("s1"), say::result("a", "s1")]);
    world.hears("t1", [steering, say::text("yes"), say::used("s2", 5), say::step_ends("s2"), say::done()]);
    expect![[r#"
        live user look
        live image data:image/png;base64,x
        live tool run a [ok] in 12ms = result of a
        live step 1 · 1,005 tok
        live user quick (Steering)
        live text yes
        live step 2 · 1,005 tok
        live turn 1 · 2,010 tok (2,000 in / 10 out)
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn history_from_before_step_ids_has_its_figures_too() {
    let history = vec![
        say::stored_prompt("q1"),
        say::stored_call("a", None),
        say::stored_result("a", None),
        say::stored_text("a1"),
        say::stored_prompt("q2"),
        say::stored_text("a2"),
    ];
    let turns = vec![turn_metrics("t1", "x1", usage(1000, 0, 1000)), turn_metrics("t2", "x2", usage(2000, 1000, 900))];
    expect![[r#"
        #1 user q1
        #2 tool run a [ok] = result of a
        #4 text a1
        stored step 1 · 1,010 tok · 50 tok/s · TTFT 100ms · 300ms
        stored turn 1 · 1,010 tok (1,000 in / 10 out) · 50 tok/s · 1.0s · cache 0% · conversation 0%
        #5 user q2
        #6 text a2
        stored step 1 · 2,010 tok · 50 tok/s · TTFT 100ms · 300ms
        stored turn 2 · 2,010 tok (2,000 in / 10 out / 1,000 cached) · 50 tok/s · 1.0s · cache 50% · conversation 33% · retention 100%
    "#]]
    .assert_eq(&reading(history, turns).seen());
}

#[test]
fn a_turn_of_which_only_the_end_is_loaded_shows_the_figures_of_its_end() {
    let steps = ["s1", "s2", "s3", "s4", "s5"];
    let mut history = say::talk(1);
    history.push(say::stored_prompt("q2"));
    for step in steps {
        history.extend([say::stored_call(step, Some(step)), say::stored_result(step, Some(step))]);
    }
    history.push(say::stored_text("a2"));
    let mut last = turn_metrics("t2", "", usage(100, 0, 0));
    last.steps = steps.into_iter().chain(["s6"]).map(|step| step_metrics(step, usage(100, 0, 0))).collect();
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.has_stored("c", history);
    world.backend.metrics.insert(id("c"), vec![turn_metrics("t1", "x1", usage(100, 0, 0)), last]);
    world.settles();
    let names = |world: &World| -> String {
        let names: Vec<String> =
            texts(world).iter().filter_map(|text| Some(text.split_once(" · ")?.0.to_owned())).collect();
        names.join(", ")
    };
    let all = "step 1, turn 1, step 1, step 2, step 3, step 4, step 5, step 6, turn 2";
    assert_eq!(names(&world), all);
    world.tell(Fact::ChatLimitSet(10));
    assert!(world.seen().starts_with("#7 tool run"), "the call of the second step is not loaded: {}", world.seen());
    assert_eq!(names(&world), "step 2, step 3, step 4, step 5, step 6, turn 2");
    for _ in 0..2 {
        world.tell(Fact::EarlierRequested);
        world.goes_quiet();
    }
    assert_eq!(names(&world), all);
}

// On this device.

#[test]
fn figures_are_kept_with_the_conversation_and_shown_without_a_backend() {
    let mut world = asked(Storing::AtSeal);
    let before = texts(&world);
    world.load_page();
    world.opening_fails();
    assert_eq!(texts(&world), before);
    assert!(world.seen().contains("#4 tool"), "{}", world.seen());
}

#[test]
fn what_the_backend_has_not_sealed_is_not_kept() {
    let mut world = World::reading(Storing::AtSteps, []);
    world.script(two_steps());
    world.person_asks("q");
    world.turn_goes_on_by(5);
    assert_eq!(texts(&world).len(), 1);
    assert_eq!(world.cache.read(&id("c"), None, 1).and_then(|page| page.metrics), None);
    world.settles();
    assert!(world.cache.read(&id("c"), None, 1).and_then(|page| page.metrics).is_some());
}

#[test]
fn figures_go_with_their_conversation() {
    let mut world = asked(Storing::AtSeal);
    world.tell(Fact::TabCloseRequested(id("c")));
    assert_eq!(world.cache.read(&id("c"), None, 1), None);
}

#[test]
fn figures_that_cannot_be_read_are_counted_and_written_anew() {
    let mut world = asked(Storing::AtSeal);
    let (before, kept) = (texts(&world), world.cache.read(&id("c"), None, 1).unwrap().metrics);
    world.cache.write(vec![Write::Metrics(id("c"), "{".to_owned())]);
    world.load_page();
    assert_eq!((texts(&world).len(), world.anomalies().as_str()), (0, "CorruptStorage 1"));
    world.settles();
    assert_eq!(texts(&world), before);
    let told =
        |text: Option<String>| text.map(|text| text.replace(|c: char| c.is_ascii_digit(), "")).unwrap_or_default();
    let again = world.cache.read(&id("c"), None, 1).unwrap().metrics;
    assert!(told(again).starts_with(&told(kept)[..40]));
}
