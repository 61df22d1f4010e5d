//! How turns end other than by themselves: stopped, closed, failed, and with the backend.

use crate::support::{Backend, Socket, joined, kinds, natural, stored_in};
use dispatch_backend::Config;
use serde_json::{Value, json};

#[tokio::test]
async fn a_stopped_turn_keeps_what_was_said_and_seals() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "slow").await;
    let mut events = socket.events_until("text-delta").await;
    assert_eq!(backend.post("/conversations/c/stop").await, json!({ "conversationId": "c", "abortedTurn": true }));
    events.extend(socket.events_until("turn-sealed").await);

    let done = events.iter().find(|event| event["type"] == "done").unwrap();
    assert_eq!(done["reason"], "aborted");
    let order = kinds(&events);
    assert_eq!(&order[order.len() - 4..], ["usage", "step-complete", "done", "turn-sealed"]);
    assert_eq!(backend.chunks("c").await[1]["chunk"]["text"], joined(&events, "text-delta").as_str());
    let turn = backend.get("/conversations/c/metrics").await["turns"][0].clone();
    assert_eq!(turn["usage"], done["usage"], "what was read and written is paid for");
    assert!(turn["usage"]["outputTokens"].as_u64().unwrap() > 0);

    let again = json!({ "conversationId": "c", "abortedTurn": false });
    assert_eq!(backend.post("/conversations/c/stop").await, again);
    assert_eq!(backend.post("/conversations/nobody/stop").await["abortedTurn"], false);
}

#[tokio::test]
async fn closing_stops_the_turn_and_its_tools_and_may_be_repeated() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    assert_eq!(backend.post("/conversations/c/close").await, json!({ "conversationId": "c", "abortedTurn": true }));
    let events = socket.events_until("turn-sealed").await;
    assert_eq!(events[0]["reason"], "aborted");
    let chunks = backend.chunks("c").await;
    assert_eq!(chunks.last().unwrap()["chunk"]["type"], "tool-call", "a call without an answer stays one");
    assert_eq!(backend.post("/conversations/c/close").await["abortedTurn"], false);
    assert_eq!(backend.post("/conversations/nobody/close").await["abortedTurn"], false);
}

#[tokio::test]
async fn a_failed_turn_keeps_its_error_and_the_next_one_runs() {
    let backend = Backend::instant().await;
    let events = backend.chat(json!({ "conversationId": "c", "message": "fail" })).await;
    let order = kinds(&events);
    assert_eq!(&order[order.len() - 3..], ["error", "done", "turn-sealed"]);
    let error = events.iter().find(|event| event["type"] == "error").unwrap();
    let last = backend.chunks("c").await.last().unwrap()["chunk"].clone();
    assert_eq!(last, json!({ "type": "error", "message": error["message"], "code": "rehearsed-failure" }));
    let events = backend.chat(json!({ "conversationId": "c", "message": "echo on" })).await;
    assert_eq!(joined(&events, "text-delta"), "on");
    assert_eq!(backend.get("/conversations/c/metrics").await["turns"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_turn_does_not_need_anyone_to_watch_it() {
    let backend = Backend::with(Config { speed: 10.0, ..natural() }).await;
    let mut watcher = backend.socket().await;
    watcher.watch("c").await;
    watcher.watch("d").await;
    assert!(watcher.probe().await.is_empty());

    let mut sender = backend.socket().await;
    sender.say("c", "count 60").await;
    sender.event().await;
    drop(sender);
    watcher.events_until("turn-sealed").await;

    let request = json!({ "conversationId": "d", "message": "count 60" });
    let response = backend.request(reqwest::Method::POST, "/chat").json(&request).send().await.unwrap();
    drop(response);
    let events = watcher.events_until("turn-sealed").await;
    assert!(joined(&events, "text-delta").ends_with(" 60"));
}

#[tokio::test]
async fn an_orderly_end_aborts_and_seals_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: stored_in(folder.path()), ..natural() };
    let backend = Backend::with(config.clone()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    let ended = tokio::spawn(backend.server.shutdown());
    let last = drain(&mut socket).await;
    ended.await.unwrap();
    assert_eq!(last[last.len() - 2]["event"]["reason"], "aborted");
    assert_eq!(last[last.len() - 1]["event"]["type"], "turn-sealed");

    let backend = Backend::with(config).await;
    let chunks = backend.chunks("c").await;
    assert_eq!(chunks.last().unwrap()["chunk"]["type"], "tool-call", "sealed in order, nothing to explain");
    assert_eq!(backend.get("/conversations/c/metrics").await["turns"].as_array().unwrap().len(), 1);
}

async fn drain(socket: &mut Socket) -> Vec<Value> {
    let mut messages = Vec::new();
    while let Some(message) = socket.try_next().await {
        messages.push(message);
    }
    messages
}
