//! Cache warming: by hand over HTTP, and by itself, with a clock that the test moves.

use crate::support::{Backend, Socket, instant};
use dispatch_backend::{Clock, Config};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const START: i64 = 1_773_144_000_000;

/// What the surface says.
#[derive(Debug, PartialEq)]
struct Said {
    on: bool,
    seconds: f64,
    rates: (String, String),
    next: Option<i64>,
    last: Option<i64>,
}

fn said(spec: &Value) -> Said {
    let fields = spec["fields"].as_array().unwrap();
    let of_kind = |kind: &str| fields.iter().filter(|field| field["kind"] == kind).collect::<Vec<_>>();
    let (stats, timer) = (of_kind("stat"), of_kind("custom")[0]);
    assert_eq!(timer["rendererId"], "cache-warming-timer");
    assert_eq!((&stats[0]["label"], &stats[1]["label"]), (&json!("Last cache rate"), &json!("Cache retention")));
    let text = |index: usize| stats[index]["value"].as_str().unwrap().to_owned();
    Said {
        on: of_kind("toggle")[0]["value"].as_bool().unwrap(),
        seconds: of_kind("number")[0]["value"].as_f64().unwrap(),
        rates: (text(0), text(1)),
        next: timer["payload"]["nextWarmAt"].as_i64(),
        last: timer["payload"]["lastWarmAt"].as_i64(),
    }
}

async fn subscribe(socket: &mut Socket, conversation: &str) -> Said {
    let message = json!({ "type": "subscribe", "surfaceId": "cache-warming", "conversationId": conversation });
    socket.send(message).await;
    let surface = socket.next().await;
    assert_eq!((&surface["type"], &surface["conversationId"]), (&json!("surface"), &json!(conversation)));
    said(&surface["spec"])
}

async fn invoke(socket: &mut Socket, action: &str, payload: Value) {
    let message = json!({ "type": "invoke", "surfaceId": "cache-warming", "conversationId": "c", "actionId": action, "payload": payload });
    socket.send(message).await;
}

/// The next update, whatever events of the conversation come before it.
async fn updated(socket: &mut Socket) -> Said {
    loop {
        let message = socket.next().await;
        if message["type"] == "update" {
            assert_eq!(message["update"]["conversationId"], "c");
            return said(&message["update"]["spec"]);
        }
        assert_eq!(message["type"], "chat.delta", "{message}");
    }
}

async fn warm(backend: &Backend, body: Value) -> (u16, Value) {
    let (status, body) = backend.ask(Method::POST, "/chat/warm", Some(body)).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn a_warm_by_hand_finds_the_prompt_of_the_last_turn_and_leaves_no_trace() {
    let clock = Clock::by_hand(START as u64);
    let backend = Backend::with(Config { clock: clock.clone(), ..instant() }).await;
    backend.chat(json!({ "conversationId": "c", "message": "tour" })).await;
    let before = (backend.get("/conversations/c").await, backend.get("/conversations/c/metrics").await);
    let mut socket = backend.socket().await;
    socket.watch("c").await;
    assert_eq!(subscribe(&mut socket, "c").await.rates, ("—".to_owned(), "—".to_owned()));

    let (status, answer) = warm(&backend, json!({ "conversationId": "c" })).await;
    assert_eq!(status, 200, "{answer}");
    let figure = |name: &str| answer[name].as_f64().unwrap();
    let read = figure("cacheReadTokens");
    let last_step = &before.1["turns"][0]["steps"].as_array().unwrap().last().unwrap()["usage"];
    let left = ["cacheReadTokens", "cacheWriteTokens"].map(|name| last_step[name].as_f64().unwrap());
    assert_eq!(read, left[0] + left[1], "all but the last answer, which no prompt held yet");
    assert_eq!(figure("cachePct"), (read / figure("inputTokens") * 100.0).round());
    assert_eq!(figure("expectedCacheRate"), (read / (read + figure("cacheWriteTokens")) * 100.0).round());
    let update = updated(&mut socket).await;
    let rate = |name: &str| format!("{}%", figure(name));
    assert_eq!(update.rates, (rate("cachePct"), rate("expectedCacheRate")));
    assert_eq!((update.on, update.next, update.last), (false, None, Some(START)), "it does not switch it on");

    let (_, again) = warm(&backend, json!({ "conversationId": "c" })).await;
    assert_eq!((&again["cachePct"], &again["expectedCacheRate"]), (&json!(100.0), &json!(100.0)));
    updated(&mut socket).await;
    assert!(socket.probe().await.is_empty(), "a warm is not streamed");
    assert_eq!((backend.get("/conversations/c").await, backend.get("/conversations/c/metrics").await), before);

    clock.advance(Duration::from_secs(301));
    let (_, cold) = warm(&backend, json!({ "conversationId": "c" })).await;
    assert_eq!((&cold["cachePct"], &cold["expectedCacheRate"]), (&json!(0.0), &json!(0.0)), "too late");
    let (_, other) = warm(&backend, json!({ "conversationId": "c", "model": "scripted/deep" })).await;
    assert_eq!(other["cacheReadTokens"], 0, "another model has another cache");
}

#[tokio::test]
async fn a_warm_that_cannot_be_is_refused() {
    let backend = Backend::with(crate::support::natural()).await;
    for body in [
        json!({}),
        json!({ "conversationId": "" }),
        json!({ "conversationId": 4 }),
        json!({ "conversationId": "nobody" }),
    ] {
        let (status, answer) = warm(&backend, body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(!answer["error"].as_str().unwrap().is_empty());
    }
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    assert_eq!(warm(&backend, json!({ "conversationId": "c" })).await.0, 409);
    backend.post("/conversations/c/stop").await;
    assert_eq!(warm(&backend, json!({ "conversationId": "c" })).await.0, 200);
    assert_eq!(warm(&backend, json!({ "conversationId": "c", "model": "no/such" })).await.0, 400);
}

#[tokio::test]
async fn it_warms_by_itself_and_waits_while_a_turn_runs() {
    let clock = Clock::by_hand(START as u64);
    let backend = Backend::with(Config { clock: clock.clone(), speed: 1.0, ..instant() }).await;
    let mut socket = backend.socket().await;
    let off = Said { on: false, seconds: 240.0, rates: ("—".to_owned(), "—".to_owned()), next: None, last: None };
    assert_eq!(subscribe(&mut socket, "c").await, off);
    // The server flips it, whatever the payload.
    invoke(&mut socket, "cache-warming/toggle", json!(false)).await;
    assert_eq!(updated(&mut socket).await, Said { on: true, next: Some(START + 240_000), ..off });
    clock.advance(Duration::from_secs(240));
    assert_eq!(updated(&mut socket).await.next, Some(START + 480_000), "there is nothing to warm yet");

    socket.say("c", "quiet 600").await;
    assert_eq!(updated(&mut socket).await.next, None, "a turn runs");
    clock.advance(Duration::from_secs(1_000));
    invoke(&mut socket, "cache-warming/set-interval", json!(5)).await;
    let running = updated(&mut socket).await;
    assert_eq!((running.seconds, running.next, running.last), (5.0, None, None), "nothing was warmed meanwhile");
    backend.post("/conversations/c/stop").await;
    let sealed = START + 1_240_000;
    assert_eq!(updated(&mut socket).await.next, Some(sealed + 5_000), "fresh after the seal");

    for round in 1..=3 {
        clock.advance(Duration::from_secs(5));
        let update = updated(&mut socket).await;
        let now = sealed + round * 5_000;
        assert_eq!((update.last, update.next), (Some(now), Some(now + 5_000)));
        let expected = if round == 1 { "0%" } else { "100%" };
        assert_eq!(update.rates.1, expected, "the turn was too long ago for the first");
    }
    clock.advance(Duration::from_secs(3));
    warm(&backend, json!({ "conversationId": "c" })).await;
    let now = sealed + 18_000;
    let by_hand = updated(&mut socket).await;
    assert_eq!((by_hand.last, by_hand.next), (Some(now), Some(now + 5_000)), "one by hand counts too");
    invoke(&mut socket, "cache-warming/toggle", Value::Null).await;
    let off = updated(&mut socket).await;
    assert_eq!((off.on, off.next), (false, None));
    clock.advance(Duration::from_secs(100));
    assert!(socket.probe().await.is_empty());
}

#[tokio::test]
async fn closing_turns_it_off_for_good_and_so_does_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: crate::support::stored_in(folder.path()), ..instant() };
    let backend = Backend::with(config.clone()).await;
    backend.chat(json!({ "conversationId": "c", "message": "echo hi" })).await;
    let mut socket = backend.socket().await;
    subscribe(&mut socket, "c").await;
    invoke(&mut socket, "cache-warming/toggle", json!(true)).await;
    assert!(updated(&mut socket).await.on);
    backend.post("/conversations/c/close").await;
    let closed = updated(&mut socket).await;
    assert_eq!((closed.on, closed.next), (false, None));
    backend.chat(json!({ "conversationId": "c", "message": "echo again" })).await;
    assert!(!subscribe(&mut socket, "c").await.on, "the next message opens the conversation, and no more");

    invoke(&mut socket, "cache-warming/toggle", json!(true)).await;
    assert!(updated(&mut socket).await.on);
    backend.server.shutdown().await;
    let backend = Backend::with(config).await;
    assert!(!subscribe(&mut backend.socket().await, "c").await.on);
}

#[tokio::test]
async fn an_interval_has_bounds_and_they_are_told() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    subscribe(&mut socket, "c").await;
    for payload in [json!(4), json!(3_601), json!(7.5), json!(-1), json!("5"), Value::Null] {
        invoke(&mut socket, "cache-warming/set-interval", payload.clone()).await;
        let refusal = socket.next().await;
        assert_eq!((&refusal["type"], &refusal["surfaceId"]), (&json!("error"), &json!("cache-warming")), "{payload}");
        let words = refusal["message"].as_str().unwrap();
        assert!(words.contains("from 5 to 3600"), "{words}");
    }
    invoke(&mut socket, "cache-warming/later", Value::Null).await;
    assert_eq!(socket.next().await["type"], "error");
    for seconds in [5.0, 3_600.0] {
        invoke(&mut socket, "cache-warming/set-interval", json!(seconds)).await;
        assert_eq!(updated(&mut socket).await.seconds, seconds);
    }
    let nowhere = json!({ "type": "invoke", "surfaceId": "cache-warming", "actionId": "cache-warming/toggle" });
    socket.send(nowhere).await;
    assert_eq!(socket.next().await["type"], "error", "it belongs to a conversation");
}
