//! Turns as they are told, stored, told again, and put together from both.

use crate::world::{Storing, World, say};
use dispatch_contract::{AgentEvent, Chunk, ImageRef, Role, ServerMessage, TurnEvent};
use dispatch_core::{ConversationId, Event, Fact, Millis, reduce};
use expect_test::expect;

/// A console that shows an empty conversation.
fn empty() -> World {
    World::reading(Storing::AtSeal, [])
}

/// A console that shows a conversation in which these events of one turn were heard.
fn heard(events: impl IntoIterator<Item = TurnEvent>) -> World {
    let mut world = empty();
    world.hears("t1", events);
    world
}

// What events make.

#[test]
fn deltas_of_one_kind_extend_the_open_run() {
    let world = heard([say::starts(), say::text("hello "), say::text("world")]);
    expect![[r#"
        live text hello world…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_delta_of_another_kind_closes_the_run() {
    let world = heard([say::starts(), say::thinking("hmm"), say::text("ok")]);
    expect![[r#"
        live Thoughts: hmm
        live text ok…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_tool_call_closes_the_run() {
    let world = heard([say::text("let me"), say::call("tc1", "t1#0")]);
    expect![[r#"
        live text let me
        live tool run tc1 [running]
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn words_after_a_result_are_a_run_of_their_own() {
    let world = heard([say::text("a"), say::call("tc1", "s"), say::result("tc1", "s"), say::text("b")]);
    expect![[r#"
        live text a
        live tool run tc1 [ok] in 12ms = result of tc1
        live text b…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn usage_between_two_deltas_closes_nothing() {
    let world = heard([say::text("a"), say::usage(), say::step_ends("s"), say::text("b")]);
    expect![[r#"
        live text ab…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn an_empty_delta_makes_no_row() {
    let world = heard([say::starts(), say::text("")]);
    assert_eq!(world.seen(), "");
}

#[test]
fn an_error_is_a_row_with_its_code_and_ends_generating() {
    let world = heard([say::error("bad", Some("E1"))]);
    expect![[r#"
        live error E1: bad
    "#]]
    .assert_eq(&world.seen());
    assert!(!world.is_generating());
}

#[test]
fn an_error_without_a_code_has_none() {
    let world = heard([say::error("bad", None)]);
    expect![[r#"
        live error bad
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_card_shows_live_output_while_it_runs_and_the_result_when_it_came() {
    let mut world = heard([say::call("tc1", "s"), say::output("tc1", "x"), say::complaint("tc1", "y")]);
    expect![[r#"
        live tool run tc1 [running] stdout:"x" stderr:"y"
    "#]]
    .assert_eq(&world.seen());
    world.hears("t1", [say::result("tc1", "s")]);
    expect![[r#"
        live tool run tc1 [ok] in 12ms stdout:"x" stderr:"y" = result of tc1
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn output_that_comes_before_its_call_waits_for_it() {
    let world = heard([say::output("tc1", "early"), say::call("tc1", "s")]);
    expect![[r#"
        live tool run tc1 [running] stdout:"early"
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "");
}

#[test]
fn output_whose_call_never_came_is_counted_when_the_turn_is_sealed() {
    let mut world = heard([say::starts(), say::output("nobody", "x"), say::done()]);
    assert_eq!(world.anomalies(), "");
    world.hears("t1", [say::sealed()]);
    assert_eq!(world.anomalies(), "OrphanOutput 1");
}

#[test]
fn the_persons_own_message_and_its_echo_are_one_row() {
    let mut world = empty();
    world.person_sends("hi");
    let row = world.row_ids();
    world.hears("t1", [say::prompt("hi")]);
    expect![[r#"
        live user hi
    "#]]
    .assert_eq(&world.seen());
    assert!(world.is_generating());
    assert_eq!(world.row_ids(), row, "the row stays the same one");
}

#[test]
fn a_prompt_without_words_makes_no_bubble() {
    let world = heard([say::prompt("")]);
    assert_eq!(world.seen(), "");
    assert!(world.is_generating());
}

#[test]
fn generating_follows_from_the_turns_structure() {
    let mut world = empty();
    let cases = [
        ("t1", say::starts(), true),
        ("t1", say::text("a"), true),
        ("t1", say::done(), false),
        ("t1", say::sealed(), false),
        ("t2", say::call("c", "s"), true),
        ("t2", say::error("bad", None), false),
        ("t2", say::text("after all"), true),
        ("t2", say::done(), false),
        ("t2", say::text("too late"), false),
    ];
    for (turn, event, expected) in cases {
        world.hears(turn, [event.clone()]);
        assert_eq!(world.is_generating(), expected, "after {event:?} of {turn}");
    }
}

#[test]
fn a_status_never_decides_whether_a_turn_runs() {
    let mut world = empty();
    let event = AgentEvent::Status { conversation_id: ConversationId::from("c"), status: "working".to_owned() };
    world.hears_message(ServerMessage::ChatDelta { event });
    assert!(!world.is_generating());
}

#[test]
fn steering_is_the_persons_row_inside_the_running_turn() {
    let steering = TurnEvent::Steering { text: "not that way".to_owned() };
    let world = heard([say::prompt("go"), say::text("a"), steering, say::text("b")]);
    expect![[r#"
        live user go
        live text a
        live user not that way (Steering)
        live text b…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn an_unknown_event_changes_nothing_but_a_counter() {
    let mut world = heard([say::text("a")]);
    let before = world.seen();
    world.hears_text(
        r#"{"type":"chat.delta","event":{"type":"from-the-future","conversationId":"c","turnId":"t1","x":1}}"#,
    );
    assert_eq!(world.seen(), before);
    assert_eq!(world.anomalies(), "UnknownEvent 1");
}

#[test]
fn a_chunk_of_unknown_type_is_a_notice_that_names_it() {
    let world = World::reading(Storing::AtSeal, [say::stored_prompt("q"), say::stored_unknown("hologram")]);
    expect![[r#"
        #1 user q
        #2 notice hologram
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "UnknownChunk 1");
}

// Tool calls, their results and their groups.

#[test]
fn a_call_and_its_result_are_one_card() {
    let world = World::reading(Storing::AtSeal, [say::stored_call("a", Some("s")), say::stored_result("a", Some("s"))]);
    expect![[r#"
        #1 tool run a [ok] = result of a
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn calls_of_one_step_are_a_group_and_a_missing_result_is_missing() {
    let world = World::reading(
        Storing::AtSeal,
        [say::stored_call("a", Some("s")), say::stored_call("b", Some("s")), say::stored_result("a", Some("s"))],
    );
    expect![[r#"
        #1 group
          #1 tool run a [ok] = result of a
          #2 tool run b [no-result]
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn calls_without_a_step_stay_single() {
    let world = World::reading(Storing::AtSeal, [say::stored_call("a", None), say::stored_call("b", None)]);
    expect![[r#"
        #1 tool run a [no-result]
        #2 tool run b [no-result]
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_group_stands_where_its_first_call_stood() {
    let chunks = [say::stored_call("a", Some("s")), say::stored_text("text"), say::stored_call("b", Some("s"))];
    let world = World::reading(Storing::AtSeal, chunks);
    expect![[r#"
        #1 group
          #1 tool run a [no-result]
          #3 tool run b [no-result]
        #2 text text
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn results_find_their_calls_in_any_order() {
    let chunks = [
        say::stored_call("a", Some("s")),
        say::stored_call("b", Some("s")),
        say::stored_result("b", Some("s")),
        say::stored_result("a", Some("s")),
    ];
    let world = World::reading(Storing::AtSeal, chunks);
    expect![[r#"
        #1 group
          #1 tool run a [ok] = result of a
          #2 tool run b [ok] = result of b
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_result_that_comes_before_its_call_is_in_its_card_all_the_same() {
    let world = World::reading(Storing::AtSeal, [say::stored_result("a", None), say::stored_call("a", None)]);
    expect![[r#"
        #2 tool run a [ok] = result of a
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_result_without_a_call_still_shows() {
    let world = World::reading(Storing::AtSeal, [say::stored_prompt("q"), say::stored_result("gone", None)]);
    expect![[r#"
        #1 user q
        #2 tool run  [ok] = result of gone
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_call_id_may_be_used_again_by_a_later_turn() {
    let chunks = [
        say::stored_prompt("one"),
        say::stored_call("call_1", Some("s")),
        say::stored_result("call_1", Some("s")),
        say::stored_prompt("two"),
        say::stored_call("call_1", Some("s2")),
    ];
    let world = World::reading(Storing::AtSeal, chunks);
    expect![[r#"
        #1 user one
        #2 tool run call_1 [ok] = result of call_1
        #4 user two
        #5 tool run call_1 [no-result]
    "#]]
    .assert_eq(&world.seen());
}

/// A result whose call was never stored took in the call that a later turn made under the same id: the later card stood in
/// the earlier turn, with the wrong result in it.
#[test]
fn an_orphan_result_does_not_take_the_call_of_a_later_turn() {
    let chunks = [
        say::stored_prompt("one"),
        say::stored_result("call_1", None),
        say::stored_prompt("two"),
        say::stored_call("call_1", None),
    ];
    let world = World::reading(Storing::AtSeal, chunks);
    expect![[r#"
        #1 user one
        #2 tool run  [ok] = result of call_1
        #3 user two
        #4 tool run call_1 [no-result]
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_call_that_is_told_twice_is_one_card_and_counted() {
    let world = heard([say::call("a", "s"), say::call("a", "s"), say::result("a", "s"), say::result("a", "s")]);
    expect![[r#"
        live tool run a [ok] in 12ms = result of a
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "DuplicateEvent 2");
}

#[test]
fn a_call_of_a_turn_that_is_over_has_no_result() {
    let mut world = heard([say::call("a", "s")]);
    expect![[r#"
        live tool run a [running]
    "#]]
    .assert_eq(&world.seen());
    world.hears("t1", [say::done()]);
    expect![[r#"
        live tool run a [no-result]
    "#]]
    .assert_eq(&world.seen());
}

// From live to stored.

#[test]
fn history_takes_the_place_of_a_sealed_turn() {
    let mut world = heard([say::starts(), say::text("x")]);
    world.backend.has_stored("c", [say::stored_prompt("q"), say::stored_text("x")]);
    world.hears("t1", [say::sealed()]);
    world.goes_quiet();
    expect![[r#"
        #1 user q
        #2 text x
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn done_alone_supersedes_nothing() {
    let mut world = heard([say::starts(), say::text("wip"), say::done()]);
    world.backend.has_stored("c", [say::stored_prompt("q")]);
    world.socket_drops();
    world.waits(500.0);
    world.socket_opens();
    world.goes_quiet();
    expect![[r#"
        #1 user q
        live text wip
    "#]]
    .assert_eq(&world.seen());
}

/// A turn with everything in it, played to the end by a backend.
fn rich() -> Vec<TurnEvent> {
    vec![
        say::thinking("hmm"),
        say::text("let me see"),
        say::call("a", "s1"),
        say::call("b", "s1"),
        say::output("a", "line 1\n"),
        say::complaint("b", "oops\n"),
        say::step_ends("s1"),
        say::output("a", "line 2\n"),
        say::result("b", "s1"),
        say::result("a", "s1"),
        say::text("all "),
        say::text("done"),
    ]
}

#[test]
fn rows_keep_their_ids_from_the_first_word_to_the_stored_chunk() {
    for storing in [Storing::AtSeal, Storing::AtSteps] {
        let mut world = World::reading(storing, [say::stored_prompt("before"), say::stored_text("it")]);
        world.script(rich());
        world.person_asks("go");
        let mut live = world.row_ids();
        for _ in 0..rich().len() + 1 {
            world.turn_goes_on_by(1);
            let now = world.row_ids();
            assert_eq!(now[..live.len()], live[..], "{storing:?}: rows keep their ids while the turn goes on");
            live = now;
        }
        world.settles();
        assert_eq!(world.row_ids(), live, "{storing:?}: and when history takes over");
        assert!(!world.seen().contains("live"), "{storing:?}: everything is stored\n{}", world.seen());
    }
}

#[test]
fn what_was_only_known_live_stays_after_the_commit() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.script(rich());
    world.person_asks("go");
    world.turn_goes_on_by(1);
    world.waits(12_000.0);
    world.settles();
    expect![[r##"
        #1 user go
        #2 Thought for 12s: hmm
        #3 text let me see
        #4 group 12ms
          #4 tool run a [ok] in 12ms stdout:"line 1\nline 2\n" = result of a
          #5 tool run b [ok] in 12ms stderr:"oops\n" = result of b
        #8 text all done
    "##]]
    .assert_eq(&world.seen());
}

#[test]
fn chunks_of_the_running_turn_that_history_holds_are_shown_once() {
    let mut world = World::reading(Storing::AtSteps, []);
    world.script(rich());
    world.person_asks("go");
    world.turn_goes_on_by(8);
    let before = world.shown();
    world.socket_drops();
    world.waits(500.0);
    world.socket_opens();
    world.goes_quiet();
    assert_eq!(world.shown(), before);
    expect![[r##"
        #1 user go
        #2 Thoughts: hmm
        #3 text let me see
        #4 group 2 running
          #4 tool run a [running] stdout:"line 1\nline 2\n"
          #5 tool run b [running] stderr:"oops\n"
    "##]]
    .assert_eq(&world.seen());
}

#[test]
fn a_message_sent_while_a_turn_is_being_sealed_stands_after_it_and_stays() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.script(vec![say::text("one")]);
    world.person_asks("first");
    world.turn_goes_on_by(2);
    world.person_sends("second");
    expect![[r#"
        live user first
        live text one
        live user second (Waiting)
    "#]]
    .assert_eq(&world.seen());
    world.settles();
    expect![[r#"
        #1 user first
        #2 text one
        #3 user second
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn equal_prompts_that_were_sent_twice_are_two() {
    let mut world = World::reading(Storing::AtSeal, []);
    for answer in ["one", "two"] {
        world.script(vec![say::text(answer)]);
        world.person_sends("again");
        world.settles();
    }
    expect![[r#"
        #1 user again
        #2 text one
        #3 user again
        #4 text two
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.times_in_log("again"), 2);
}

#[test]
fn only_what_was_touched_is_told_while_words_stream() {
    let mut world = heard([say::prompt("q"), say::text("a")]);
    let row = *world.row_ids().last().unwrap();
    let event =
        AgentEvent::Turn { conversation_id: ConversationId::from("c"), turn_id: "t1".into(), event: say::text("b") };
    let message = dispatch_contract::Open::Known(ServerMessage::ChatDelta { event });
    let fact = Fact::FrameReceived(world.socket.unwrap(), message);
    let mut effects = Vec::new();
    reduce(&mut world.state, Event { at: Millis(world.now), fact }, &mut effects);
    let changes = world.state.take_changes();
    assert!(!changes.shell && changes.rows.is_empty());
    assert_eq!(changes.touched, [(ConversationId::from("c"), vec![row])]);
    assert_eq!(effects, []);
}

/// It changes no row, so that nothing else would tell of it.
#[test]
fn each_pause_before_another_try_is_told_when_it_begins() {
    let mut world = heard([say::prompt("q")]);
    for attempt in 0..2 {
        let event = TurnEvent::ProviderRetry { attempt, delay_ms: 4000.0, message: "busy".to_owned(), code: None };
        let event = AgentEvent::Turn { conversation_id: ConversationId::from("c"), turn_id: "t1".into(), event };
        let message = dispatch_contract::Open::Known(ServerMessage::ChatDelta { event });
        let fact = Fact::FrameReceived(world.socket.unwrap(), message);
        reduce(&mut world.state, Event { at: Millis(world.now), fact }, &mut Vec::new());
        let changes = world.state.take_shell_changes();
        assert!(changes.shell && world.state.take_changes().is_empty(), "{attempt}: {changes:?}");
    }
}

#[test]
fn notes_errors_and_pictures_are_rows() {
    let chunks = [
        say::stored(Role::System, Chunk::System { text: "a note".to_owned() }),
        say::stored(Role::System, Chunk::Text { text: "another".to_owned() }),
        say::stored(Role::Assistant, Chunk::Error { message: "bad".to_owned(), code: Some("E1".to_owned()) }),
        say::stored(Role::User, Chunk::Image { url: "data:x".to_owned(), mime_type: None }),
        say::stored(Role::Assistant, Chunk::Thinking { text: "hmm".to_owned() }),
    ];
    let world = World::reading(Storing::AtSeal, chunks);
    expect![[r#"
        #1 system a note
        #2 system another
        #3 error E1: bad
        #4 image data:x
        #5 Thoughts: hmm
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_picture_that_came_with_the_prompt_stands_under_it() {
    let images = vec![ImageRef { url: "data:x".to_owned(), mime_type: None }];
    let world = heard([TurnEvent::UserMessage { text: "look".to_owned(), images }, say::text("a")]);
    expect![[r#"
        live user look
        live image data:x
        live text a…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_call_id_that_a_later_live_turn_uses_again_makes_a_card_of_its_own() {
    let mut world = heard([say::prompt("one"), say::call("call_1", "s1"), say::done()]);
    world.hears(
        "t2",
        [say::prompt("two"), say::call("call_1", "s2"), say::output("call_1", "x"), say::result("call_1", "s2")],
    );
    expect![[r#"
        live user one
        live tool run call_1 [no-result]
        live user two
        live tool run call_1 [ok] in 12ms stdout:"x" = result of call_1
    "#]]
    .assert_eq(&world.seen());
}
