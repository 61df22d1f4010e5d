//! History that comes late, torn, twice, from elsewhere or not at all, and older messages.

use crate::world::{Storing, World, say};
use dispatch_core::{Fact, HttpFailure, Timer};
use expect_test::expect;
use say::id;

#[test]
fn a_cold_open_asks_for_the_newest_three_quarters_of_the_limit() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    expect![[r#"
        load the models
        open the socket
        wait 10000 ms: Handshake
        load c?sinceSeq=0&limit=192"#]]
    .assert_eq(&world.orders());
}

#[test]
fn the_tail_is_asked_for_with_an_overlap_of_one() {
    let mut world = World::reading(Storing::AtSeal, say::talk(2));
    world.hears("t1", [say::sealed()]);
    assert_eq!(world.orders(), "load c?sinceSeq=3");
}

#[test]
fn older_messages_come_before_what_is_shown_and_move_no_row() {
    let mut world = World::reading(Storing::AtSeal, say::talk(120));
    let rows = world.row_ids();
    assert!(world.seen().starts_with("#49 user q25\n"));
    assert!(world.state.stage_view().has_earlier);
    world.tell(Fact::EarlierRequested);
    world.tell(Fact::EarlierRequested);
    assert_eq!(world.orders(), "load c?sinceSeq=0&beforeSeq=49&limit=48");
    assert!(world.state.stage_view().is_loading_earlier);
    world.goes_quiet();
    assert!(world.seen().starts_with("#1 user q1\n"));
    assert_eq!(world.row_ids()[48..], rows[..]);
    assert!(!world.state.stage_view().has_earlier && !world.state.stage_view().is_loading_earlier);
}

/// A page of older messages that failed told nobody: the button went back to what it was, and nothing had happened.
#[test]
fn older_messages_that_do_not_come_are_told_of_and_may_be_asked_for_again() {
    let mut world = World::reading(Storing::AtSeal, say::talk(120));
    world.tell(Fact::EarlierRequested);
    world.history_fails();
    assert_eq!(world.problems(), ["The earlier messages were not loaded: the server cannot be reached."]);
    world.tell(Fact::EarlierRequested);
    world.goes_quiet();
    assert!(world.seen().starts_with("#1 user q1\n"));
}

#[test]
fn older_messages_that_do_not_join_what_is_shown_are_left_out() {
    let mut world = World::reading(Storing::AtSeal, say::talk(120));
    let before = world.seen();
    world.tell(Fact::EarlierRequested);
    world.history_is([say::at(3, say::stored_text("far away"))]);
    assert_eq!((world.seen(), world.anomalies().as_str()), (before, "StaleHistory 1"));
    assert_eq!(world.problems().len(), 1);
}

#[test]
fn a_failed_sync_is_tried_again_with_backoff() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.has_stored("c", say::talk(1));
    let retry = Timer::SyncRetry(id("c"));
    for pause in [500.0, 1000.0, 2000.0] {
        assert!(world.history_fails());
        assert_eq!(world.left(&retry), Some(pause));
        assert!(world.state.stage_view().is_failing);
        world.waits(pause);
    }
    world.goes_quiet();
    expect![[r#"
        #1 user q1
        #2 text a1
    "#]]
    .assert_eq(&world.seen());
    assert!(!world.state.stage_view().is_failing);
}

#[test]
fn a_socket_that_opens_does_not_wait_for_the_next_try_of_a_sync() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.history_fails();
    world.orders();
    world.socket_opens();
    assert!(world.orders().contains("load c?sinceSeq=0&limit=192"));
    assert_eq!(world.left(&Timer::SyncRetry(id("c"))), None);
}

#[test]
fn a_slow_history_asks_once_and_once_more_for_all_wishes_meanwhile() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    for turn in ["t1", "t2", "t3"] {
        world.hears(turn, [say::sealed()]);
    }
    assert_eq!(world.orders(), "load c?sinceSeq=1");
    world.goes_quiet();
    assert_eq!(world.orders(), "load c?sinceSeq=1");
}

#[test]
fn an_answer_that_nobody_waits_for_is_counted_and_changes_nothing() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    let before = world.seen();
    let answer = Err(HttpFailure::Unreachable);
    let request = dispatch_core::RequestId(1);
    world.tell(Fact::HistoryAnswered { request, conversation: id("c"), answer, chance: 0.5 });
    assert_eq!((world.seen(), world.anomalies().as_str()), (before, "LateAnswer 1"));
}

#[test]
fn an_answer_for_a_tab_that_was_closed_meanwhile_is_counted() {
    let mut world = World::with_tabs(Storing::AtSeal, &["b", "c"]);
    world.tell(Fact::TabCloseRequested(id("c")));
    world.goes_quiet();
    assert_eq!(world.anomalies(), "LateAnswer 1");
}

#[test]
fn answers_to_older_and_newer_requests_may_come_in_any_order() {
    let mut world = World::reading(Storing::AtSeal, say::talk(120));
    world.backend.has_stored("c", [say::stored_prompt("new")]);
    world.tell(Fact::EarlierRequested);
    world.hears("t1", [say::sealed()]);
    world.history_is_served();
    world.history_is_served();
    world.newest_history_arrives();
    world.goes_quiet();
    let everything: String = (1..=120).map(|n| format!("user q{n}\ntext a{n}\n")).collect();
    assert_eq!(world.shown(), everything + "user new\n");
}

#[test]
fn a_page_in_the_wrong_order_with_duplicates_is_put_right_and_counted() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    let page = [(2, "b"), (1, "a"), (2, "b"), (3, "c")].map(|(seq, text)| say::at(seq, say::stored_text(text)));
    world.history_is(page);
    expect![[r#"
        #1 text a
        #2 text b
        #3 text c
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "DisorderedHistory 1");
}

#[test]
fn of_a_page_with_a_gap_the_newest_unbroken_run_is_shown() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    let page = [(1, "a"), (2, "b"), (5, "e"), (6, "f")].map(|(seq, text)| say::at(seq, say::stored_text(text)));
    world.history_is(page);
    expect![[r#"
        #5 text e
        #6 text f
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "HistoryGap 1");
}

#[test]
fn a_gap_in_the_tail_loads_everything_anew() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.backend.has_stored("c", [say::stored_text("three"), say::stored_text("four")]);
    world.hears("t1", [say::sealed()]);
    world.history_is([say::at(2, say::stored_text("a1")), say::at(4, say::stored_text("four"))]);
    assert_eq!(world.orders(), "load c?sinceSeq=1\nload c?sinceSeq=0&limit=192");
    world.goes_quiet();
    expect![[r#"
        #1 user q1
        #2 text a1
        #3 text three
        #4 text four
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "HistoryGap 1, StaleHistory 1");
}

#[test]
fn a_history_whose_overlap_differs_is_dropped_and_loaded_anew() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.backend.log.insert(id("c"), Vec::new());
    world.backend.has_stored("c", say::talk(2));
    world.backend.has_stored("c", [say::stored_prompt("other"), say::stored_text("history")]);
    world.reconnects();
    expect![[r#"
        #1 user q1
        #2 text a1
        #3 user q2
        #4 text a2
        #5 user other
        #6 text history
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "StaleHistory 1");
}

#[test]
fn a_history_that_is_shorter_than_what_is_shown_is_loaded_anew() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.backend.log.insert(id("c"), Vec::new());
    world.backend.has_stored("c", [say::stored_prompt("a summary")]);
    world.reconnects();
    expect![[r#"
        #1 user a summary
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "StaleHistory 1");
}

#[test]
fn a_history_that_is_gone_leaves_nothing_and_sending_works() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.backend.log.clear();
    world.reconnects();
    world.settles();
    assert_eq!((world.seen().as_str(), world.anomalies().as_str()), ("", "StaleHistory 1"));
    world.person_sends("hi");
    world.settles();
    expect![[r#"
        #1 user hi
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_stale_history_while_a_turn_runs_keeps_the_turn() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.script(vec![say::text("a")]);
    world.person_asks("go");
    world.turn_goes_on_by(1);
    world.backend.log.insert(id("c"), Vec::new());
    world.backend.has_stored("c", [say::stored_prompt("a summary")]);
    world.reconnects();
    world.waits(300.0);
    expect![[r#"
        #1 user a summary
        live user go
        live text a…
    "#]]
    .assert_eq(&world.seen());
    world.settles();
    expect![[r#"
        #1 user a summary
        #2 user go
        #3 text a
    "#]]
    .assert_eq(&world.seen());
}

/// A history that turned out stale before the backend had read the subscriptions was taken for the last word about running
/// turns: 300 ms later the turn was called lost, and its replay was still on the line.
#[test]
fn a_stale_history_says_nothing_about_turns_before_the_backend_listens() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.script(vec![say::text("a")]);
    world.person_asks("go");
    world.turn_goes_on_by(1);
    let turn = "user go\ntext a\n";
    world.backend.log.insert(id("c"), Vec::new());
    world.backend.has_stored("c", [say::stored_prompt("a summary")]);
    world.socket_drops();
    world.waits(500.0);
    world.socket_opens();
    while world.history_is_served() || world.history_arrives() {}
    world.waits(400.0);
    assert_eq!(world.shown(), format!("user a summary\n{turn}"));
    assert_eq!(world.anomalies(), "StaleHistory 1");
    world.settles();
    assert_eq!(world.shown(), world.truth(&id("c")));
}
