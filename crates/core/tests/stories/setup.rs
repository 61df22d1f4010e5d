//! What turns are run with: asked for when a conversation is looked at, changed by the person, told by the backend.

use crate::world::{Storing, World, say};
use dispatch_core::setup::Setup;
use dispatch_core::{Fact, HttpFailure};
use say::id;

const EFFORT: &str = "/conversations/c/reasoning-effort";
const CWD: &str = "/conversations/c/cwd";
const LSP: &str = "/conversations/c/lsp";

fn world() -> World {
    World::reading(Storing::AtSeal, [])
}

fn setup(world: &World) -> &Setup {
    &world.state.focused().unwrap().setup
}

fn level(level: &str) -> String {
    format!(r#"{{"conversationId":"c","reasoningEffort":{level}}}"#)
}

fn folder(cwd: &str, servers: &str) -> String {
    format!(r#"{{"conversationId":"c","cwd":{cwd},"servers":{servers}}}"#)
}

fn refused(words: &str) -> HttpFailure {
    HttpFailure::Refused { status: 400, message: Some(words.to_owned()) }
}

#[test]
fn a_conversation_is_asked_about_when_it_is_looked_at_and_again_on_another_socket() {
    let mut world = world();
    world.answers(EFFORT, Ok(&level(r#""max""#)));
    world.answers(CWD, Ok(r#"{"conversationId":"c","cwd":"/p"}"#));
    assert_eq!((setup(&world).effort_shown(), setup(&world).cwd.shown()), ("max", Some("/p")));
    assert!(world.calls.is_empty());
    world.reconnects();
    world.answers(EFFORT, Ok(&level("null")));
    assert_eq!(setup(&world).effort_shown(), "high", "which is what never set means");
}

#[test]
fn an_answer_is_for_its_own_conversation_wherever_the_person_looks() {
    let mut world = world();
    world.tell(Fact::DraftSelected);
    world.answers(EFFORT, Ok(&level(r#""max""#)));
    assert_eq!(setup(&world).effort_shown(), "high");
    world.tell(Fact::TabSelected(id("c")));
    assert_eq!(setup(&world).effort_shown(), "max");
    assert_eq!(world.calls.iter().filter(|(_, call)| call.path == EFFORT).count(), 0, "it is known");
}

#[test]
fn another_effort_is_put_and_a_refusal_returns_to_the_stored_one_with_the_backends_words() {
    let mut world = world();
    world.answers(EFFORT, Ok(&level(r#""low""#)));
    world.tell(Fact::EffortChosen("xhigh".to_owned()));
    assert!(world.orders().contains(r#"Put /conversations/c/reasoning-effort {"reasoningEffort":"xhigh"}"#));
    assert_eq!(setup(&world).effort_shown(), "xhigh");
    world.answers(EFFORT, Err(refused("bad")));
    assert_eq!((setup(&world).effort_shown(), setup(&world).effort.refusal()), ("low", Some("bad")));
    world.tell(Fact::EffortChosen("max".to_owned()));
    world.answers(EFFORT, Ok(&level(r#""max""#)));
    assert_eq!(setup(&world).effort.refusal(), None);
    assert_eq!(world.state.announcement().text, "Reasoning effort applies from the next turn");
    world.orders();
    world.person_sends("hi");
    assert!(!world.orders().contains("reasoningEffort"), "the backend knows it");
}

#[test]
fn an_effort_for_one_message_goes_with_it_and_is_over() {
    let mut world = world();
    world.answers(EFFORT, Ok(&level("null")));
    world.tell(Fact::EffortOnceChosen(Some("max".to_owned())));
    world.person_sends("one");
    assert!(world.orders().contains(r#""reasoningEffort":"max""#));
    assert_eq!(setup(&world).effort_once, None);
    assert!(world.state.stage_view().starts_cold, "back to another effort than that of the last message");
    world.socket_drops();
    world.load_page();
    world.socket_opens();
    world.settles();
    assert!(world.orders().contains(r#""reasoningEffort":"max""#), "also when it is sent again after a reload");
}

#[test]
fn a_folder_is_set_once_and_its_language_servers_follow() {
    let mut world = world();
    world.answers(CWD, Ok(r#"{"conversationId":"c","cwd":null}"#));
    world.tell(Fact::ServersWatched(true));
    world.answers(LSP, Ok(&folder("null", "[]")));
    assert_eq!(setup(&world).servers.note(), "Set a working directory first");
    world.tell(Fact::CwdSubmitted("  ".to_owned()));
    assert!(world.calls.iter().all(|(_, call)| call.path != CWD));
    world.tell(Fact::CwdSubmitted(" /my folder ü ".to_owned()));
    assert!(world.orders().contains(r#"Put /conversations/c/cwd {"cwd":"/my folder ü"}"#));
    world.answers(CWD, Ok(r#"{"conversationId":"c","cwd":"/my folder ü"}"#));
    let server = r#"[{"id":"r","name":"rust-analyzer","root":"/p","extensions":[".rs"],"state":"starting"}]"#;
    world.answers(LSP, Ok(&folder(r#""/my folder ü""#, server)));
    assert_eq!(setup(&world).servers.lines()[0].state, "Starting…");
    world.tell(Fact::CwdSubmitted("/my folder ü".to_owned()));
    assert!(world.calls.iter().all(|(_, call)| call.path != CWD), "it is the same");
    world.tell(Fact::ServersRequested);
    world.answers(LSP, Err(HttpFailure::Unreachable));
    assert!(setup(&world).servers.note().contains("cannot be reached"));
}

#[test]
fn nobody_is_asked_for_language_servers_that_nobody_looks_at() {
    let mut world = world();
    world.tell(Fact::CwdSubmitted("/p".to_owned()));
    world.answers(CWD, Ok(r#"{"conversationId":"c","cwd":"/old"}"#));
    world.answers(CWD, Ok(r#"{"conversationId":"c","cwd":"/p"}"#));
    assert!(world.calls.iter().all(|(_, call)| call.path != LSP));
    assert_eq!(setup(&world).cwd.shown(), Some("/p"));
}

#[test]
fn what_cannot_be_read_and_what_comes_for_nobody_does_no_harm() {
    let mut world = world();
    for (path, answer) in [(EFFORT, "<html>"), (CWD, r#"{"cwd":7}"#)] {
        world.answers(path, Ok(answer));
    }
    assert_eq!((setup(&world).effort_shown(), setup(&world).cwd.shown()), ("high", None));
    let words = "Not known: the server's answer could not be read";
    assert_eq!((setup(&world).effort.refusal(), setup(&world).cwd.refusal()), (Some(words), Some(words)));
    assert_eq!(world.anomalies(), "UnreadableAnswer 2");
    world.tell(Fact::CallAnswered { request: dispatch_core::RequestId(99_999), answer: Ok(String::new()) });
}
