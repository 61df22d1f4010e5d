//! Messages over which the connection is lost: too large for the server, or for something in between. They have an end, and
//! nothing else suffers from them.

use crate::world::{Storing, World, say};
use dispatch_contract::ClientMessage;
use dispatch_core::outbox::{MOST_DROPS, MOST_KEPT};
use dispatch_core::{ConversationId, Fact};
use expect_test::expect;
use say::id;

const POISON: &str = "poison";

/// The messages on their way to the backend, in order.
fn on_their_way(world: &World) -> Vec<String> {
    let words = |message: &ClientMessage| {
        if let ClientMessage::ChatSend(request) = message { Some(request.message.clone()) } else { None }
    };
    world.to_backend.iter().filter_map(words).collect()
}

/// The backend reads one message after the other, and closes the socket over this one. Gives back how often it did until
/// nothing goes on any more.
fn closes_over(world: &mut World, text: &str) -> u32 {
    let mut drops = 0;
    for _ in 0..10_000 {
        if on_their_way(world).first().is_some_and(|first| first == text) {
            world.socket_drops();
            drops += 1;
        }
        world.socket_opens();
        let mut goes_on = world.frame_arrives() || world.history_is_served() || world.history_arrives();
        // What is sent right behind what it reads is there to be read, too.
        goes_on |= on_their_way(world).first().is_none_or(|first| first != text) && world.backend_reads();
        for id in world.running() {
            goes_on |= world.turn_goes_on(&id);
        }
        if !goes_on && !is_waiting_for_time(world) {
            return drops;
        }
    }
    panic!("it goes on for ever: {}", world.seen())
}

/// Lets time pass while a socket is to be opened, or a message is in doubt.
fn is_waiting_for_time(world: &mut World) -> bool {
    let state = &world.state;
    let has_more = |id: &ConversationId| {
        let items = state.conversation(id).map(|open| open.outbox.items()).unwrap_or_default();
        items.iter().any(|item| !item.has_failed())
    };
    let is_unsettled = world.socket.is_none() || state.tabs().order().any(has_more);
    is_unsettled && world.time_passes()
}

fn reading() -> World {
    World::reading(Storing::AtSteps, say::talk(1))
}

#[test]
fn a_message_over_which_the_connection_is_lost_each_time_is_the_persons_to_decide_about() {
    let mut world = reading();
    world.person_sends(POISON);
    assert_eq!(closes_over(&mut world, POISON), MOST_DROPS);
    expect![[r#"
        #1 user q1
        #2 text a1
        live user poison (Failed("the connection was lost each time it was sent"))
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.state.announcement().text, "Message not sent");
    assert!(world.strip().contains('!'), "{}", world.strip());
    // Asked for again, it has one try.
    world.person_retries(POISON);
    assert_eq!(closes_over(&mut world, POISON), 1);
    // And where it is taken by now, it arrives.
    world.person_retries(POISON);
    world.settles();
    assert_eq!(world.times_in_log(POISON), 1);
}

#[test]
fn what_is_too_large_for_some_servers_is_said_to_have_its_size() {
    let mut world = reading();
    let large = "x".repeat(18_000_000);
    world.person_sends(&large);
    closes_over(&mut world, &large);
    assert!(world.seen().ends_with("; it may be too large for the server (18 MB)\"))\n"));
}

#[test]
fn what_waits_behind_it_and_what_is_said_elsewhere_goes_on() {
    let mut world = World::with_tabs(Storing::AtSteps, &["b", "c"]);
    world.settles();
    world.socket_drops();
    world.person_sends(POISON);
    world.person_sends("behind");
    world.tell(Fact::TabSelected(ConversationId::from("b")));
    world.person_sends("elsewhere");
    assert_eq!(closes_over(&mut world, POISON), MOST_DROPS);
    world.settles();
    assert_eq!((world.times_in_log("behind"), world.times_in_log("elsewhere")), (1, 1));
    assert_eq!(world.times_in_log(POISON), 0);
}

#[test]
fn a_connection_that_is_lost_for_other_reasons_says_nothing_about_a_message() {
    let mut world = reading();
    world.socket_drops();
    world.person_sends("hi");
    for _ in 0..MOST_DROPS + 1 {
        // It was not sent yet: nobody knows yet what runs.
        world.waits(60_000.0);
        world.socket_opens();
        world.socket_drops();
    }
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
}

#[test]
fn how_often_it_was_tried_is_known_after_a_reload() {
    let mut world = reading();
    world.person_sends(POISON);
    world.socket_drops();
    world.load_page();
    assert_eq!(closes_over(&mut world, POISON), MOST_DROPS - 1);
}

// What the person does about it.

fn failed(text: &str) -> World {
    let mut world = reading();
    world.person_sends(text);
    closes_over(&mut world, text);
    world
}

#[test]
fn a_failed_message_is_taken_back_into_the_composer_before_what_stands_there() {
    for (typed, expected) in [("", POISON), (" more ", "poison\n\nmore")] {
        let mut world = failed(POISON);
        world.tell(Fact::WordsLeft { conversation: id("c"), words: typed.to_owned() });
        let row = world.row_of(POISON);
        world.tell(Fact::TakenBack { row, edits: true });
        assert_eq!(world.state.focused().unwrap().left.words, expected);
        assert!(!world.seen().contains(POISON) && world.stored_outboxes.is_empty());
        assert!(!world.strip().contains('!'), "{}", world.strip());
    }
}

#[test]
fn a_failed_message_is_removed() {
    let mut world = failed(POISON);
    let row = world.row_of(POISON);
    for _ in 0..2 {
        world.tell(Fact::TakenBack { row, edits: false });
        assert_eq!((world.seen().contains(POISON), world.stored_outboxes.len()), (false, 0));
        assert_eq!(world.state.focused().unwrap().left.words, "");
    }
}

#[test]
fn a_message_that_waits_is_taken_back_and_never_sent() {
    let mut world = reading();
    world.socket_drops();
    world.person_sends("hi");
    let row = world.row_of("hi");
    world.tell(Fact::TakenBack { row, edits: true });
    assert_eq!(world.state.focused().unwrap().left.words, "hi");
    world.settles();
    assert_eq!((world.seen().contains("hi"), world.times_in_log("hi")), (false, 0));
}

#[test]
fn a_message_on_its_way_is_not_taken_back() {
    let mut world = reading();
    world.person_sends("hi");
    let row = world.row_of("hi");
    world.tell(Fact::TakenBack { row, edits: false });
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
}

// What is too long to be kept.

#[test]
fn words_that_are_too_long_to_be_kept_keep_no_others_from_being_kept() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b", "c"]);
    world.settles();
    world.socket_drops();
    let long = "x".repeat(MOST_KEPT + 1);
    let leaves = |id: &str, words: &str| Fact::WordsLeft { conversation: id.into(), words: words.to_owned() };
    world.tell(leaves("a", "short"));
    assert!(!world.state.would_lose_words());
    world.tell(leaves("b", &long));
    assert!(world.state.would_lose_words());
    world.tell(leaves("b", ""));
    world.person_sends(&long);
    world.person_sends("kept");
    assert!(world.state.would_lose_words());
    world.load_page();
    assert_eq!(world.state.conversation(&id("a")).map(|open| open.left.words.as_str()), Some("short"));
    expect![[r#"
        live user kept (Waiting)
    "#]]
    .assert_eq(&world.seen());
}
