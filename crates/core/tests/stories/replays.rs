//! Turns that are told again, after a reconnect or to whoever subscribes in the middle of one.

use crate::world::{Storing, World, say};
use dispatch_contract::TurnEvent;
use expect_test::expect;
use say::id;

/// A console that shows a conversation in which these events of one turn were heard.
fn heard(events: impl IntoIterator<Item = TurnEvent>) -> World {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", events);
    world
}

#[test]
fn a_replay_rebuilds_its_turn_and_never_adds_to_it() {
    let mut world = heard([say::prompt("q"), say::thinking("hmm"), say::text("hello "), say::text("world")]);
    let (before, rows) = (world.seen(), world.row_ids());
    world.hears("t1", [say::prompt("q"), say::thinking("hmm"), say::text("hello world")]);
    assert_eq!(world.seen(), before);
    assert_eq!(world.row_ids(), rows);
    world.hears("t1", [say::text("!")]);
    expect![[r#"
        live user q
        live Thoughts: hmm
        live text hello world!…
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_replay_that_is_still_catching_up_keeps_the_old_rows() {
    let told = [say::prompt("q"), say::text("a"), say::call("c", "s"), say::result("c", "s"), say::text("bcd")];
    let mut world = heard(told.clone());
    let before = world.seen();
    for event in told {
        world.hears("t1", [event.clone()]);
        assert_eq!(world.seen(), before, "after {event:?} was told again");
    }
}

/// A turn that was done, and not sealed yet, when its replay came took the replay's first event for all of it, and added
/// the rest to what was there: every row stood twice until the seal.
#[test]
fn a_replay_of_a_turn_that_waits_for_its_seal_adds_nothing() {
    let told = [say::prompt("q"), say::text("a"), say::call("c", "s"), say::result("c", "s"), say::done()];
    let mut world = heard(told.clone());
    let before = world.seen();
    for event in told {
        world.hears("t1", [event.clone()]);
        assert_eq!(world.seen(), before, "after {event:?} was told again");
        assert!(!world.is_generating(), "after {event:?} was told again");
    }
}

/// A card that was told again had the output it had before, and then the replay's output was added: everything that a
/// running tool had printed stood there twice after a reconnect.
#[test]
fn output_that_is_told_again_is_not_printed_twice() {
    let told = [
        say::prompt("q"),
        say::call("c", "s"),
        say::output("c", "one\n"),
        say::complaint("c", "two\n"),
        say::output("c", "three\n"),
    ];
    let mut world = heard(told.clone());
    let before = world.seen();
    for event in told {
        world.hears("t1", [event.clone()]);
        assert_eq!(world.seen(), before, "after {event:?} was told again");
    }
    world.hears("t1", [say::output("c", "four\n")]);
    expect![[r#"
        live user q
        live tool run c [running] stdout:"one\n" stderr:"two\n" stdout:"three\nfour\n"
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn output_that_is_told_again_in_other_pieces_is_not_printed_twice() {
    let mut world = heard([say::prompt("q"), say::call("c", "s"), say::output("c", "one two")]);
    world.hears("t1", [say::prompt("q"), say::call("c", "s"), say::output("c", "one"), say::output("c", " two three")]);
    expect![[r#"
        live user q
        live tool run c [running] stdout:"one two three"
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn output_that_a_replay_leaves_out_stays() {
    let mut world = heard([say::prompt("q"), say::call("c", "s"), say::output("c", "one\n")]);
    world.hears("t1", [say::prompt("q"), say::call("c", "s")]);
    world.waits(1000.0);
    world.hears("t1", [say::output("c", "two\n")]);
    expect![[r#"
        live user q
        live tool run c [running] stdout:"one\ntwo\n"
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_replay_that_says_less_than_was_heard_changes_nothing() {
    let mut world = heard([say::prompt("q"), say::text("a"), say::call("c", "s")]);
    let before = world.shown();
    world.hears("t1", [say::prompt("q"), say::done()]);
    assert_eq!(world.shown(), before.replace("[running]", "[no-result]"));
}

#[test]
fn a_late_event_of_a_turn_that_history_holds_is_counted_and_changes_nothing() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.script(vec![say::text("x")]);
    world.person_asks("q");
    world.settles();
    let before = world.seen();
    world.hears("t1", [say::text("again")]);
    assert_eq!(world.seen(), before);
    assert_eq!(world.anomalies(), "LateEvent 1");
}

#[test]
fn durations_are_not_invented_for_what_was_heard_in_a_replay() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.script(vec![say::thinking("hmm"), say::text("ok")]);
    world.other_sends(&id("c"), "q");
    for _ in 0..3 {
        world.turn_goes_on(&id("c"));
    }
    world.socket_opens();
    world.goes_quiet();
    expect![[r#"
        live user q
        live Thoughts: hmm
        live text ok…
    "#]]
    .assert_eq(&world.seen());
}
