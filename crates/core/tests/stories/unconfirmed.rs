//! Messages nobody has confirmed, across reloads, windows, and histories that are not what they were.

use crate::world::{Storing, World, say};
use dispatch_core::outbox::{ALIVE_EVERY, GONE_AFTER};
use dispatch_core::{Fact, Timer};
use expect_test::expect;
use say::id;

/// A window sent this, and was reloaded before anybody answered.
fn reloaded_after_sending(text: &str, before_the_reload: impl FnOnce(&mut World)) -> World {
    let mut world = World::reading(Storing::AtSteps, say::talk(1));
    assert!(world.person_sends(text));
    before_the_reload(&mut world);
    world.load_page();
    world
}

#[test]
fn a_message_that_never_left_is_sent_after_the_reload() {
    let mut world = World::reading(Storing::AtSteps, say::talk(1));
    world.socket_drops();
    world.person_sends("hi");
    world.load_page();
    assert!(world.seen().ends_with("live user hi (Waiting)\n"), "{}", world.seen());
    world.settles();
    assert_eq!((world.times_in_log("hi"), world.seen().ends_with("#3 user hi\n")), (1, true));
}

#[test]
fn a_message_that_was_lost_on_its_way_is_sent_again_once_it_is_known_to_be_in_neither_turn_nor_history() {
    let mut world = reloaded_after_sending("hi", |_| {});
    assert!(world.seen().ends_with("live user hi (Sending)\n"), "{}", world.seen());
    world.orders();
    world.socket_opens();
    world.goes_quiet();
    assert!(world.frames_sent().iter().all(|frame| !frame.contains("chat.send")), "not before it is known");
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
}

#[test]
fn a_message_whose_turn_runs_or_is_over_is_not_sent_again() {
    for ends_first in [false, true] {
        let mut world = reloaded_after_sending("hi", |world| {
            world.backend_reads();
            while ends_first && world.turn_goes_on(&id("c")) {}
        });
        world.settles();
        assert_eq!(world.times_in_log("hi"), 1);
        assert!(world.seen().ends_with("#3 user hi\n"), "{}", world.seen());
        assert!(world.stored_outboxes.is_empty(), "nothing is left to be resumed");
    }
}

#[test]
fn a_message_is_not_taken_for_an_equal_one_from_right_before_it() {
    let mut world = World::reading(Storing::AtSteps, say::talk(1));
    world.person_asks("hi");
    while world.turn_goes_on(&id("c")) {}
    while world.frame_arrives() {}
    // The first is sealed, and its history is still on its way.
    world.person_sends("hi");
    world.load_page();
    world.settles();
    assert_eq!(world.times_in_log("hi"), 2);
}

#[test]
fn what_was_said_since_is_loaded_before_a_message_is_sent_again() {
    let mut world = reloaded_after_sending("hi", |world| {
        world.backend_reads();
        while world.turn_goes_on(&id("c")) {}
        // So much that a cold load does not reach back to it.
        world.backend.has_stored("c", say::talk(150));
        world.cache = Default::default();
    });
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
    let shown = world.seen();
    assert!(!shown.contains("(Sending)") && !shown.contains("(Waiting)"), "{shown}");
}

#[test]
fn when_the_history_is_another_one_the_person_decides() {
    for (other, is_kept) in [(vec![say::stored_text("a summary")], true), (say::talk(1), false)] {
        let mut world = reloaded_after_sending("hi", |world| {
            world.backend_reads();
            while world.turn_goes_on(&id("c")) {}
            if !is_kept {
                world.cache = Default::default();
            }
        });
        // The cursor of the message is beyond what this history holds, or what is kept is not in it.
        world.backend.is_restored("c", if is_kept { other } else { Vec::from([say::stored_prompt("x")]) });
        world.settles();
        let seen = world.seen();
        assert!(seen.contains("user hi (Failed(\"the backend's history is another one now"), "{seen}");
        assert_eq!(world.times_in_log("hi"), 0);
        world.person_retries("hi");
        world.settles();
        assert_eq!(world.times_in_log("hi"), 1);
    }
}

#[test]
fn a_refused_message_and_its_reason_survive_a_reload() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.person_sends("hi");
    world.hears_message(dispatch_contract::ServerMessage::ChatError {
        conversation_id: Some(id("c")),
        message: "too tired".to_owned(),
    });
    world.load_page();
    world.settles();
    assert!(world.seen().ends_with("live user hi (Failed(\"too tired\"))\n"), "{}", world.seen());
    assert_eq!(world.times_in_log("hi"), 0);
}

#[test]
fn a_window_that_lives_keeps_its_messages_to_itself() {
    let mut here = World::reading(Storing::AtSeal, say::talk(1));
    here.socket_drops();
    here.person_sends("hi");
    let mut there = World::with_tabs(Storing::AtSeal, &["c"]);
    there.stored_outboxes = here.stored_outboxes.clone();
    there.window_name = Some("another".to_owned());
    there.now = here.now;
    there.load_page();
    there.settles();
    assert_eq!(there.seen(), "");
    // It gives signs of life.
    here.waits(ALIVE_EVERY);
    there.stored_outboxes = here.stored_outboxes.clone();
    there.now = here.now;
    let left = GONE_AFTER - ALIVE_EVERY;
    there.tell(Fact::TimerFired { timer: Timer::Orphans, chance: 0.5 });
    assert_eq!(there.seen(), "");
    assert!(there.left(&Timer::Orphans).is_some_and(|wait| wait > left));
}

#[test]
fn a_message_whose_window_is_gone_is_shown_as_not_sent_and_never_sent_by_itself() {
    let mut world = reloaded_after_sending("hi", |_| {});
    world.socket_drops();
    world.window_name = Some("another".to_owned());
    world.load_page();
    world.settles();
    assert!(!world.seen().contains("hi"));
    world.now += GONE_AFTER;
    world.tell(Fact::TimerFired { timer: Timer::Orphans, chance: 0.5 });
    world.settles();
    expect![[r#"
        #1 user q1
        #2 text a1
        live user hi (Failed("the window it was written in is gone"))
    "#]]
    .assert_eq(&world.seen());
    assert_eq!((world.times_in_log("hi"), world.stored_outboxes.len()), (0, 1), "and now it is this window's");
    world.person_retries("hi");
    world.settles();
    assert_eq!((world.times_in_log("hi"), world.stored_outboxes.len()), (1, 0));
}

#[test]
fn a_message_of_a_window_that_is_gone_and_that_history_holds_is_not_shown_again() {
    let mut world = reloaded_after_sending("hi", |world| {
        world.backend_reads();
        while world.turn_goes_on(&id("c")) {}
    });
    world.window_name = Some("another".to_owned());
    world.now += GONE_AFTER;
    world.load_page();
    world.settles();
    expect![[r#"
        #1 user q1
        #2 text a1
        #3 user hi
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_message_whose_tab_is_not_stored_gets_its_tab_back() {
    let mut world = reloaded_after_sending("hi", |_| {});
    world.stored_tabs = None;
    world.load_page();
    world.settles();
    assert!(world.strip().contains("c:"), "{}", world.strip());
    assert_eq!(world.times_in_log("hi"), 1);
}

#[test]
fn messages_that_cannot_be_read_back_are_set_aside_and_counted() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.stored_outboxes.insert("torn".to_owned(), "{".to_owned());
    world.load_page();
    assert_eq!((world.anomalies().as_str(), world.stored_outboxes.len()), ("CorruptStorage 1", 0));
}
