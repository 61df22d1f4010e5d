//! What goes wrong between the console and its backend, and what the person sees of it.

use crate::world::{Storing, World, say};
use dispatch_contract::{Chunk, Open, Role, ServerMessage, StoredChunk, SurfaceId, TurnEvent};
use dispatch_core::view::ConnectionView;
use dispatch_core::{Fact, Millis, Timer};
use expect_test::expect;
use say::id;

fn turn() -> Vec<TurnEvent> {
    vec![
        say::thinking("hm"),
        say::thinking("m"),
        say::text("let me "),
        say::text("see"),
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
        say::step_ends("s2"),
    ]
}

/// A console that asked and heard so many events of the turn.
fn heard_of_turn(storing: Storing, events: usize) -> World {
    let mut world = World::reading(storing, say::talk(1));
    world.script(turn());
    assert!(world.person_sends("go"));
    world.backend_reads();
    world.frame_arrives();
    world.turn_goes_on_by(events - 1);
    world
}

/// Every event of the turn, with its prompt, its start, `done` and the seal.
fn turn_len() -> usize {
    turn().len() + 4
}

#[test]
fn a_drop_between_any_two_frames_of_a_turn_shows_what_no_drop_would_have_shown() {
    for storing in [Storing::AtSeal, Storing::AtSteps] {
        for heard in 1..turn_len() {
            let whole = heard_of_turn(storing, heard);
            let mut world = heard_of_turn(storing, heard);
            let rows = world.row_ids();
            world.reconnects();
            world.waits(300.0);
            let story = format!("{storing:?}, dropped after {heard} frames");
            assert_eq!(world.shown(), whole.shown(), "{story}");
            assert_eq!(printed(&world), printed(&whole), "{story}");
            assert_eq!(world.row_ids(), rows, "{story}: the rows are the same ones");
            world.settles();
            assert_eq!(world.shown(), world.truth(&id("c")), "{story}: in the end");
            assert_eq!(world.row_ids()[..rows.len()], rows[..], "{story}: the rows are the same ones in the end");
            assert_eq!(world.anomalies(), "", "{story}");
        }
    }
}

#[test]
fn a_turn_that_goes_on_during_the_drop_is_caught_up_with() {
    for storing in [Storing::AtSeal, Storing::AtSteps] {
        for heard in 1..turn_len() {
            for missed in 1..=turn_len() - heard {
                let mut world = heard_of_turn(storing, heard);
                let rows = world.row_ids();
                world.socket_drops();
                for _ in 0..missed {
                    world.turn_goes_on(&id("c"));
                }
                world.waits(500.0);
                world.socket_opens();
                world.goes_quiet();
                world.waits(300.0);
                world.goes_quiet();
                let story = format!("{storing:?}, {missed} missed after {heard}");
                assert_eq!(world.shown(), heard_of_turn(storing, heard + missed).shown(), "{story}");
                assert_eq!(world.row_ids()[..rows.len()], rows[..], "{story}: the rows are the same ones");
            }
        }
    }
}

/// What tools printed, by the words of the cards.
fn printed(world: &World) -> Vec<String> {
    let lines = world.seen();
    lines.lines().filter_map(|line| line.split_once("std").map(|(_, printed)| printed.to_owned())).collect()
}

#[test]
fn a_turn_that_the_backend_lost_stays_in_view_and_can_be_sent_again() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.script(vec![say::text("half an ans")]);
    world.script(vec![say::text("a whole answer")]);
    world.person_asks("go");
    world.turn_goes_on_by(1);
    world.backend_restarts();
    world.waits(500.0);
    world.socket_opens();
    world.goes_quiet();
    expect![[r#"
        #1 user q1
        #2 text a1
        live user go
        live text half an ans…
    "#]]
    .assert_eq(&world.seen());
    world.waits(300.0);
    expect![[r##"
        #1 user q1
        #2 text a1
        live user go (Failed("lost by the backend"))
        live text half an ans
    "##]]
    .assert_eq(&world.seen());
    assert_eq!(
        (world.anomalies().as_str(), world.state.announcement().text.as_str()),
        ("LostTurn 1", "Caught up, but one turn was lost by the backend")
    );
    world.person_retries("go");
    world.settles();
    expect![[r#"
        #1 user q1
        #2 text a1
        #3 user go
        #4 text a whole answer
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.times_in_log("go"), 1);
}

#[test]
fn a_turn_of_which_history_holds_a_part_yields_to_it_when_it_is_over() {
    let mut world = World::reading(Storing::AtSteps, []);
    world.script(vec![say::text("stored"), say::step_ends("s1"), say::text("never stored")]);
    world.person_asks("go");
    world.turn_goes_on_by(3);
    world.backend_restarts();
    world.waits(500.0);
    world.socket_opens();
    world.goes_quiet();
    world.waits(300.0);
    expect![[r#"
        #1 user go
        #2 text stored
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(
        (world.anomalies().as_str(), world.state.announcement().text.as_str()),
        ("CutTurn 1", "Caught up: 2 events, but the backend kept only a part of one turn")
    );
}

/// A backend that comes back closes the lost turn in history with an error of its own. That chunk has no live twin, and
/// its row once went on looking live after its turn was over. (The world compares every row with what it was told of.)
#[test]
fn a_turn_that_the_backend_closes_in_history_is_over_in_all_its_rows() {
    let mut world = World::new(Storing::AtSteps);
    world.script(vec![say::text("stored"), say::step_ends("s1"), say::text(" and not stored")]);
    world.socket_opens();
    world.person_asks("go");
    world.turn_goes_on_by(3);
    world.backend_restarts();
    let id = world.focused();
    let error = Chunk::Error { message: "stopped".to_owned(), code: None };
    let log = world.backend.log.entry(id).or_default();
    let seq = log.len() as u64 + 1;
    log.push(StoredChunk { seq, role: Role::Assistant, chunk: Open::Known(error) });
    world.waits(500.0);
    world.socket_opens();
    world.goes_quiet();
    world.waits(300.0);
    expect![[r#"
        #1 user go
        #2 text stored
        #3 error stopped
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.anomalies(), "CutTurn 1");
}

// The socket.

#[test]
fn a_handshake_that_takes_too_long_is_given_up() {
    let mut world = World::new(Storing::AtSeal);
    assert_eq!(world.left(&Timer::Handshake), Some(10_000.0));
    world.waits(10_000.0);
    assert_eq!(world.opening, None);
    assert_eq!(world.left(&Timer::Reconnect), Some(500.0));
    world.waits(500.0);
    assert!(world.opening.is_some());
}

#[test]
fn the_pause_grows_with_every_failure_and_starts_anew_after_a_success() {
    let mut world = World::new(Storing::AtSeal);
    for pause in [500.0, 1000.0, 2000.0, 4000.0] {
        world.socket_drops();
        assert_eq!(world.left(&Timer::Reconnect), Some(pause));
        world.waits(pause);
    }
    world.socket_opens();
    world.socket_drops();
    assert_eq!(world.left(&Timer::Reconnect), Some(500.0));
}

#[test]
fn a_socket_that_closes_twice_closed_once() {
    let mut world = World::new(Storing::AtSeal);
    let socket = world.opening.unwrap();
    world.socket_drops();
    world.tell(Fact::SocketClosed { socket, chance: 0.5 });
    assert_eq!(world.left(&Timer::Reconnect), Some(500.0));
}

#[test]
fn the_person_sees_when_the_next_attempt_is_made() {
    let mut world = World::new(Storing::AtSeal);
    assert_eq!(world.state.connection_view().words(Millis(world.now)), "Connecting…");
    world.socket_opens();
    assert_eq!(world.state.connection_view().words(Millis(world.now)), "Connected");
    for _ in 0..3 {
        world.socket_drops();
        world.waits(if world.left(&Timer::Reconnect) < Some(2000.0) { 1000.0 } else { 100.0 });
    }
    let view = world.state.connection_view();
    assert!(matches!(view, ConnectionView::Reconnecting(_)));
    assert_eq!(view.words(Millis(world.now)), "Reconnecting in 2 s");
    assert_eq!(view.words(Millis(world.now + 1500.0)), "Reconnecting in 1 s");
    world.tell(Fact::NetworkChanged { online: false });
    assert_eq!(world.state.connection_view().words(Millis(world.now)), "Offline");
}

#[test]
fn the_network_the_page_and_the_person_try_at_once() {
    for fact in [Fact::NetworkChanged { online: true }, Fact::PageShown, Fact::ReconnectRequested] {
        let mut world = World::new(Storing::AtSeal);
        world.socket_drops();
        assert_eq!(world.opening, None);
        world.tell(fact.clone());
        assert!(world.opening.is_some(), "{fact:?}");
        assert_eq!(world.left(&Timer::Reconnect), None, "{fact:?}");
    }
}

#[test]
fn a_silent_socket_of_a_running_turn_is_probed_and_replaced() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.script(vec![say::text("a"), say::text("b")]);
    world.person_asks("go");
    world.orders();
    world.waits(45_000.0);
    let probe = r#"{"surfaceId":"dispatch-web.probe","type":"subscribe"}"#;
    assert_eq!(world.frames_sent(), [probe]);
    world.to_backend.clear();
    let socket = world.socket;
    world.waits(10_000.0);
    assert_eq!(world.socket, None);
    assert!(world.opening.is_some() && world.opening != socket, "another socket is being opened");
    world.settles();
    assert_eq!(world.shown(), world.truth(&id("c")));
}

#[test]
fn a_probe_that_is_answered_is_shown_to_nobody_and_keeps_the_socket() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.person_asks("go");
    let (before, socket) = (world.seen(), world.socket);
    world.waits(45_000.0);
    world.goes_quiet();
    world.waits(20_000.0);
    assert_eq!((world.seen(), world.socket), (before, socket));
    assert!(world.problems().is_empty());
    assert_eq!(world.anomalies(), "");
}

#[test]
fn a_socket_on_which_nothing_is_waited_for_may_be_silent() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.waits(600_000.0);
    assert_eq!(world.orders(), "");
}

#[test]
fn a_socket_of_before_has_nothing_to_say() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    let old = world.socket.unwrap();
    world.reconnects();
    let socket = world.socket;
    world.tell(Fact::SocketClosed { socket: old, chance: 0.5 });
    world.tell(Fact::FrameUnreadable(old));
    assert_eq!((world.socket, world.anomalies().as_str()), (socket, ""));
}

#[test]
fn every_open_tab_is_subscribed_once_on_every_open_the_active_one_first() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b", "c"]);
    world.socket_opens();
    expect![[r#"
        {"conversationId":"c","type":"chat.subscribe"}
        {"conversationId":"a","type":"chat.subscribe"}
        {"conversationId":"b","type":"chat.subscribe"}
        {"surfaceId":"dispatch-web.probe","type":"subscribe"}"#]]
    .assert_eq(&world.frames_sent().join("\n"));
    world.reconnects();
    let subscribed = world.frames_sent().iter().filter(|frame| frame.contains("chat.subscribe")).count();
    assert_eq!(subscribed, 3);
}

#[test]
fn only_the_active_tab_is_read_at_first() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b", "c"]);
    world.settles();
    assert!(!world.orders().contains("load a"));
    world.tell(Fact::TabSelected(id("a")));
    assert_eq!(world.orders(), "load a?sinceSeq=0&limit=192");
}

// Frames.

#[test]
fn a_frame_that_cannot_be_read_is_counted_and_changes_nothing() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    let before = world.seen();
    for text in ["not json", "[]", r#"{"type":"chat.delta","event":{"type":"text-delta","conversationId":"c"}}"#] {
        world.hears_text(text);
    }
    world.hears_text(r#"{"type":"from.the.future"}"#);
    assert_eq!((world.seen(), world.anomalies().as_str()), (before, "UnreadableFrame 3, UnknownFrame 1"));
}

#[test]
fn a_frame_of_a_conversation_that_is_not_open_changes_nothing() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    let before = (world.seen(), world.strip());
    world.hears_text(
        r#"{"type":"chat.delta","event":{"type":"text-delta","conversationId":"x","turnId":"t","delta":"x"}}"#,
    );
    assert_eq!((world.seen(), world.strip()), before);
    assert_eq!(world.anomalies(), "");
}

#[test]
fn an_error_about_a_surface_is_nothing_for_the_transcript() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    let before = world.seen();
    let surface_id = Some(SurfaceId::from("other"));
    world.hears_message(ServerMessage::Error { surface_id, message: "no such surface".to_owned() });
    assert_eq!(world.seen(), before);
}
