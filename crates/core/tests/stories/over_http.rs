//! A place where HTTP answers and no WebSocket opens, and what is told after a drop.

use crate::world::{Storing, World, say};
use dispatch_contract::TurnEvent;
use dispatch_core::view::ConnectionView;
use dispatch_core::{Fact, HttpFailure, Timer};
use expect_test::expect;
use say::id;

/// A console whose socket has not opened for so long that messages go over HTTP.
fn without_sockets(storing: Storing) -> World {
    let mut world = World::with_tabs(storing, &["c"]);
    world.backend.has_stored("c", say::talk(1));
    world.backend.list = Some(Vec::new());
    world.goes_quiet();
    let mut waited = 0.0;
    while waited < 20_000.0 {
        world.waits(500.0);
        world.opening_fails();
        world.goes_quiet();
        waited += 500.0;
    }
    world.orders();
    world
}

/// The turn of the oldest message that was sent over HTTP tells these events.
fn streams(world: &mut World, events: impl IntoIterator<Item = TurnEvent>) {
    for event in events {
        world.post_tells("t", &event);
    }
}

#[test]
fn where_only_http_answers_a_message_and_its_turn_go_over_it() {
    let mut world = without_sockets(Storing::AtSeal);
    assert_eq!(world.state.connection_view(), ConnectionView::OverHttp);
    assert_eq!(world.problems().len(), 1);
    world.person_sends("hi");
    assert_eq!(world.orders(), r#"post {"conversationId":"c","message":"hi","model":"scripted/steady"}"#);
    streams(&mut world, [say::prompt("hi"), say::starts(), say::text("hel"), say::text("lo")]);
    assert!(world.is_generating() && world.seen().ends_with("live user hi\nlive text hello…\n"), "{}", world.seen());
    world.backend.has_stored("c", [say::stored_prompt("hi"), say::stored_text("hello")]);
    streams(&mut world, [say::done(), say::sealed()]);
    world.post_ends(Ok(()));
    world.goes_quiet();
    assert!(world.seen().ends_with("#3 user hi\n#4 text hello\n"), "{}", world.seen());
    assert!(world.person_sends("more"));
    assert!(world.orders().contains("post "));
}

#[test]
fn a_refusal_over_http_fails_the_message_with_the_servers_words() {
    let mut world = without_sockets(Storing::AtSeal);
    world.person_sends("hi");
    world.post_ends(Err(HttpFailure::Refused { status: 409, message: Some("a turn runs".to_owned()) }));
    assert!(world.seen().ends_with("live user hi (Failed(\"a turn runs\"))\n"), "{}", world.seen());
}

#[test]
fn a_request_that_was_cut_off_is_looked_for_in_history_and_never_sent_again_by_itself() {
    for arrived in [true, false] {
        let mut world = without_sockets(Storing::AtSeal);
        world.person_sends("hi");
        world.orders();
        if arrived {
            world.backend.has_stored("c", [say::stored_prompt("hi"), say::stored_text("hello")]);
        }
        world.post_ends(Err(HttpFailure::Unreachable));
        world.goes_quiet();
        let seen = world.seen();
        let expected = match arrived {
            true => "#3 user hi\n#4 text hello\n",
            false => "live user hi (Failed(\"the connection was cut off, so it may have arrived\"))\n",
        };
        assert!(seen.ends_with(expected), "{seen}");
        assert!(!world.orders().contains("post "), "{arrived}");
    }
}

#[test]
fn an_answer_that_was_cut_off_is_replaced_by_what_history_holds() {
    let mut world = without_sockets(Storing::AtSeal);
    world.person_sends("hi");
    streams(&mut world, [say::prompt("hi"), say::starts(), say::text("hel")]);
    world.backend.has_stored("c", [say::stored_prompt("hi"), say::stored_text("hello")]);
    world.post_ends(Ok(()));
    world.goes_quiet();
    assert!(!world.is_generating());
    assert!(world.seen().ends_with("#3 user hi\n#4 text hello\n"), "{}", world.seen());
    assert_eq!(world.anomalies(), "CutStream 1");
}

#[test]
fn the_socket_takes_over_as_soon_as_it_opens() {
    let mut world = without_sockets(Storing::AtSeal);
    world.person_sends("hi");
    streams(&mut world, [say::prompt("hi"), say::starts(), say::text("hel")]);
    world.now += 60_000.0;
    world.tell(Fact::ReconnectRequested);
    world.socket_opens();
    assert_eq!(world.state.connection_view(), ConnectionView::Connected);
    // The socket tells the turn from its start; the stream goes on all the same, and is not heard.
    world.hears("t", [say::prompt("hi"), say::starts(), say::text("hel")]);
    streams(&mut world, [say::text("lo")]);
    world.hears("t", [say::text("lo")]);
    assert!(world.seen().ends_with("live user hi\nlive text hello…\n"), "{}", world.seen());
}

#[test]
fn while_the_backend_is_away_nothing_goes_over_http() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.list_is_slow = true;
    for _ in 0..30 {
        world.waits(500.0);
        world.opening_fails();
        if let Some((request, _)) = world.list_answers.pop_front() {
            world.tell(Fact::ConversationsAnswered { request, answer: Err(HttpFailure::Unreachable) });
        }
        world.history_fails();
    }
    assert!(!world.state.connection().is_over_http());
    assert_eq!(world.problems(), [""; 0]);
}

#[test]
fn after_a_drop_the_person_is_told_what_came_in_and_that_nothing_is_missing() {
    let mut world = World::reading(Storing::AtSteps, say::talk(1));
    world.script(vec![say::text("one "), say::text("two ")]);
    world.person_asks("go");
    world.turn_goes_on_by(1);
    world.reconnects();
    assert_eq!(world.state.receipt(), None, "not before it is known");
    world.settles();
    expect!["Caught up: 8 events, nothing missing"].assert_eq(world.state.receipt().unwrap_or_default());
    world.tell(Fact::TimerFired { timer: Timer::Receipt, chance: 0.5 });
    assert_eq!(world.state.receipt(), None);
}

#[test]
fn a_receipt_says_when_a_turn_was_lost_or_the_history_is_another_one() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.person_asks("go");
    world.backend_restarts();
    world.waits(600.0);
    world.socket_opens();
    world.settles();
    expect!["Caught up, but one turn was lost by the backend"].assert_eq(world.state.receipt().unwrap_or_default());

    let mut world = World::reading(Storing::AtSeal, say::talk(2));
    world.socket_drops();
    world.backend.is_restored("c", say::talk(1));
    world.settles();
    let receipt = world.state.receipt().unwrap_or_default();
    assert!(receipt.ends_with("from a history that is another one than before"), "{receipt}");
}

#[test]
fn the_first_connection_has_no_receipt() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.settles();
    assert_eq!(world.state.receipt(), None);
    assert!(world.state.tabs().contains(&id("c")));
}
