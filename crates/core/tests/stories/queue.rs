//! A message that is written while a turn runs.

use crate::world::extensions::entry;
use crate::world::{Storing, World, say};
use dispatch_contract::{ServerMessage, SurfaceScope};
use dispatch_core::Fact;
use dispatch_core::queue::QUEUE_LIMIT;
use say::id;
use serde_json::json;

/// A turn runs in `c`, and the backend queues messages.
fn world() -> World {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.backend.extensions.queue = Some(Vec::new());
    world.tell_queue();
    world.extensions_are(vec![entry("message-queue", SurfaceScope::Conversation)]);
    world.settles();
    world.script(vec![say::text("so")]);
    world.person_asks("begin");
    world.orders();
    world
}

fn queue(world: &mut World, words: &str) {
    world.tell(Fact::WordsLeft { conversation: id("c"), words: words.to_owned() });
    world.tell(Fact::QueueRequested(words.to_owned()));
}

fn waiting(world: &World) -> Vec<String> {
    world.state.queue_view().messages.into_iter().map(|message| message.text).collect()
}

fn note(world: &World) -> String {
    world.state.queue_view().note.unwrap_or_default()
}

/// What stands in the composer when the page is loaded again.
fn left(world: &World) -> String {
    world.state.focused().unwrap().left.words.clone()
}

#[test]
fn words_leave_the_composer_when_they_are_in_the_queue() {
    let mut world = world();
    queue(&mut world, " next ");
    assert_eq!(world.frames_sent(), [r#"{"conversationId":"c","text":"next","type":"chat.queue"}"#]);
    assert!(world.state.queue_view().is_handing_over);
    assert_eq!(left(&world), " next ", "until it is known that they are");
    queue(&mut world, " next ");
    assert_eq!(world.frames_sent(), Vec::<String>::new(), "and they are handed over once");
    world.goes_quiet();
    let view = world.state.queue_view();
    assert_eq!((view.taken.number, view.taken.words.as_str(), view.is_handing_over), (1, "next", false));
    assert_eq!((left(&world).as_str(), waiting(&world)), ("", vec!["next".to_owned()]));
    assert_eq!(world.state.announcement().text, "Message queued");
    assert_eq!(world.left(&dispatch_core::Timer::Queueing(id("c"))), None);
    assert_eq!(world.state.surface_views(), [], "it is shown at the composer only");
}

#[test]
fn what_was_typed_meanwhile_stays() {
    let mut world = world();
    queue(&mut world, "next");
    world.tell(Fact::WordsLeft { conversation: id("c"), words: "next and more".to_owned() });
    world.goes_quiet();
    assert_eq!((left(&world).as_str(), waiting(&world)), ("next and more", vec!["next".to_owned()]));
}

#[test]
fn a_backend_that_does_not_queue_refuses_and_the_text_stays() {
    let mut world = world();
    world.backend.extensions.queue = None;
    queue(&mut world, "next");
    world.goes_quiet();
    assert_eq!((note(&world).as_str(), left(&world).as_str()), ("unknown message type: chat.queue", "next"));
    assert_eq!((world.state.announcement().text.as_str(), world.problems()), ("Message not queued", vec![]));
    queue(&mut world, "next");
    world.hears_message(ServerMessage::Error { surface_id: None, message: "bad frame".to_owned() });
    assert_eq!((note(&world).as_str(), world.problems()), ("bad frame", vec![]), "whatever its refusal looks like");
    queue(&mut world, "next");
    world.hears_message(ServerMessage::ChatError { conversation_id: None, message: "what?".to_owned() });
    assert_eq!((note(&world).as_str(), world.problems()), ("what?", Vec::<&str>::new()));
}

#[test]
fn a_backend_that_says_nothing_is_not_waited_for() {
    let mut world = world();
    queue(&mut world, "next");
    world.to_backend.clear();
    world.waits(QUEUE_LIMIT);
    let words = "The backend did not say that it queued the message. It may have.";
    assert_eq!((note(&world).as_str(), left(&world).as_str()), (words, "next"));
    assert_eq!(world.state.announcement().text, words);
}

#[test]
fn words_that_were_queued_while_another_tab_was_looked_at_are_found_in_the_queue() {
    let mut world = world();
    world.tell(Fact::ConversationChosen(id("d")));
    world.tell(Fact::ConversationChosen(id("c")));
    world.goes_quiet();
    queue(&mut world, "next");
    world.tell(Fact::TabSelected(id("d")));
    world.goes_quiet();
    world.waits(3.0 * QUEUE_LIMIT);
    assert!(!world.state.queue_view().is_handing_over, "nothing of it in another tab");
    world.tell(Fact::TabSelected(id("c")));
    world.goes_quiet();
    assert_eq!((note(&world).as_str(), left(&world).as_str(), waiting(&world)), ("", "", vec!["next".to_owned()]));
}

#[test]
fn a_turn_that_tells_the_words_has_them() {
    let mut world = world();
    world.backend.extensions.held.clear();
    queue(&mut world, "steer");
    world.hears("t1", [dispatch_contract::TurnEvent::Steering { text: "steer".to_owned() }]);
    assert_eq!((left(&world).as_str(), world.state.queue_view().taken.number), ("", 1));
    queue(&mut world, "again");
    world.hears("t2", [say::prompt("again")]);
    assert_eq!((left(&world).as_str(), world.state.queue_view().taken.number), ("", 2));
}

#[test]
fn words_that_come_when_the_turn_is_over_are_a_message() {
    let mut world = world();
    world.settles();
    world.orders();
    queue(&mut world, "next");
    assert!(world.frames_sent()[0].contains("chat.send"));
    assert_eq!((left(&world).as_str(), world.state.queue_view().taken.words.as_str()), ("", "next"));
    for nothing in ["", "  "] {
        queue(&mut world, nothing);
    }
    world.tell(Fact::DraftSelected);
    world.orders();
    world.tell(Fact::QueueRequested("to nobody".to_owned()));
    assert_eq!(world.frames_sent(), Vec::<String>::new());
}

#[test]
fn a_message_that_is_taken_back_is_hidden_at_once() {
    let mut world = world();
    for words in ["one", "two"] {
        queue(&mut world, words);
        world.goes_quiet();
    }
    world.orders();
    world.tell(Fact::QueueCancelRequested("m1".into()));
    assert_eq!(world.frames_sent(), [r#"{"conversationId":"c","messageId":"m1","type":"chat.queue.cancel"}"#]);
    assert_eq!(waiting(&world), ["two"]);
    let stale = json!([{ "kind": "custom", "rendererId": "message-queue", "payload": { "messages": [
        { "id": "m1", "text": "one", "queuedAt": 5 }, { "id": "m2", "text": "two", "queuedAt": 5 },
        { "id": "m3", "text": "three", "queuedAt": 5 } ] } }]);
    let spec = json!({ "id": "message-queue", "region": "", "title": "", "fields": stale });
    let update = json!({ "surfaceId": "message-queue", "spec": spec, "conversationId": "c" });
    world.hears_text(&json!({ "type": "update", "update": update }).to_string());
    assert_eq!(waiting(&world), ["two", "three"], "a snapshot from before does not bring it back");
    world.goes_quiet();
    assert_eq!(waiting(&world), ["two"]);
    world.tell(Fact::QueueCancelRequested("m9".into()));
    assert_eq!(world.frames_sent(), Vec::<String>::new(), "what is not there is not taken back");
}

#[test]
fn a_refused_or_lost_cancel_shows_the_message_again() {
    let mut world = world();
    queue(&mut world, "one");
    world.goes_quiet();
    world.tell(Fact::QueueCancelRequested("m1".into()));
    world.to_backend.clear();
    let refusal = ServerMessage::ChatError { conversation_id: Some(id("c")), message: "too late".to_owned() };
    world.hears_message(refusal);
    assert_eq!((waiting(&world), note(&world).as_str()), (vec!["one".to_owned()], "too late"));
    world.tell(Fact::QueueCancelRequested("m1".into()));
    world.socket_drops();
    assert_eq!(waiting(&world), ["one"]);
    world.tell(Fact::QueueCancelRequested("m1".into()));
    assert_eq!(note(&world), "Not connected: the message stays in the queue.");
    queue(&mut world, "next");
    assert_eq!((note(&world).as_str(), left(&world).as_str()), ("Not connected: the message was not queued.", "next"));
    world.orders();
    world.settles();
    assert!(world.frames_sent().iter().all(|frame| !frame.contains("chat.queue")), "and nothing is sent later");
}

#[test]
fn a_refused_message_of_the_outbox_is_not_taken_for_a_queued_one() {
    let mut world = world();
    queue(&mut world, "one");
    world.goes_quiet();
    world.settles();
    world.person_sends("own");
    let refusal = ServerMessage::ChatError { conversation_id: Some(id("c")), message: "a turn runs".to_owned() };
    world.hears_message(refusal);
    assert_eq!(note(&world), "");
    assert!(world.shown().contains("out own (failed: a turn runs)"), "{}", world.shown());
}
