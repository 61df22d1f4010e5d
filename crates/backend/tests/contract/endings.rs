//! How turns end other than by themselves: stopped, closed, failed, and with the backend.

use crate::support::{Backend, Socket, instant, joined, kinds, natural, stored_in};
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

/// The waits are those that are told, and they are not counted as the model's.
#[tokio::test]
async fn a_busy_provider_is_asked_again_after_longer_and_longer_waits() {
    let backend = Backend::with(Config { speed: 50.0, ..instant() }).await;
    let events = backend.chat(json!({ "conversationId": "c", "message": "retry 5" })).await;
    let retries: Vec<_> = events.iter().filter(|event| event["type"] == "provider-retry").collect();
    let told: Vec<_> = retries.iter().map(|retry| (retry["attempt"].as_u64(), retry["delayMs"].as_f64())).collect();
    let expected = [(0, 20.0), (1, 40.0), (2, 80.0), (3, 160.0), (4, 320.0)];
    assert_eq!(
        told,
        expected.map(|(attempt, delay)| (Some(attempt), Some(delay))),
        "1, 2, 4 … seconds, 50 times faster"
    );
    assert!(retries.iter().all(|retry| retry["code"] == "529" && retry["message"].is_string()));
    assert_eq!(&kinds(&events)[..4], ["user-message", "turn-start", "provider-retry", "text-delta"]);
    let done = events.iter().find(|event| event["type"] == "done").unwrap();
    assert!(done["durationMs"].as_f64().unwrap() >= 620.0, "{done}");
    let step = events.iter().find(|event| event["type"] == "step-complete").unwrap();
    assert!(step["genTotalMs"].as_f64().unwrap() + 600.0 <= done["durationMs"].as_f64().unwrap(), "{step} {done}");
    let stored: Vec<_> = backend.chunks("c").await.iter().map(|chunk| chunk["chunk"]["type"].clone()).collect();
    assert_eq!(stored, ["text", "text"], "a retry leaves nothing behind");
}

#[tokio::test]
async fn a_turn_can_be_stopped_while_its_provider_is_busy() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "retry 10").await;
    socket.events_until("provider-retry").await;
    assert_eq!(backend.post("/conversations/c/stop").await["abortedTurn"], true);
    let events = socket.events_until("turn-sealed").await;
    assert_eq!(events[events.len() - 2]["reason"], "aborted");
}
