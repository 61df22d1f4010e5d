//! Messages that come while a turn runs: they wait, steer it, or open the next one; none is lost, and none is said twice.

use crate::support::{Backend, Socket, changed, instant, joined, kinds, natural, stored_in};
use dispatch_backend::Config;
use reqwest::Method;
use serde_json::{Value, json};

async fn queue(socket: &mut Socket, text: &str) {
    socket.send(json!({ "type": "chat.queue", "conversationId": "c", "text": text })).await;
}

async fn put(backend: &Backend, text: &str) -> Value {
    let (status, body) = backend.ask(Method::POST, "/conversations/c/queue", Some(json!({ "text": text }))).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn take_back(backend: &Backend, id: &Value) -> Value {
    let path = format!("/conversations/c/queue/{}", id.as_str().unwrap());
    let (status, body) = backend.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, 200, "{body}");
    body
}

fn texts(queue: &Value) -> Vec<&str> {
    queue.as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect()
}

/// Natural scenes, played faster.
fn brisk() -> Config {
    Config { speed: 8.0, ..instant() }
}

/// The person's words in the history.
async fn said(backend: &Backend) -> Vec<String> {
    let chunks = backend.chunks("c").await.into_iter().filter(|chunk| chunk["role"] == "user");
    chunks.map(|chunk| chunk["chunk"]["text"].as_str().unwrap().to_owned()).collect()
}

/// Reads until the turn that began with these words is sealed, and answers its events.
async fn turn(socket: &mut Socket, text: &str) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let event = socket.event().await;
        if event["type"] == "user-message" {
            events.clear();
        }
        events.push(event);
        if events.last().unwrap()["type"] == "turn-sealed" && events[0]["text"] == text {
            return events;
        }
    }
}

#[tokio::test]
async fn while_nothing_runs_a_message_opens_a_turn_at_once() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    queue(&mut socket, "echo by socket").await;
    let events = socket.events_until("turn-sealed").await;
    assert_eq!(events[0]["text"], "echo by socket");
    let answer = put(&backend, "echo by http").await;
    assert_eq!(answer, json!({ "conversationId": "c", "startedTurn": true, "queue": [] }));
    assert_eq!(turn(&mut socket, "echo by http").await.last().unwrap()["type"], "turn-sealed");
}

#[tokio::test]
async fn a_message_is_put_into_the_running_turn_at_its_next_step() {
    let backend = Backend::with(Config { speed: 20.0, ..instant() }).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 20").await;
    let mut events = socket.events_until("step-complete").await;
    let (one, other) = (put(&backend, "first thing").await, put(&backend, "another\nthing").await);
    assert_eq!((&one["startedTurn"], texts(&one["queue"])), (&json!(false), vec!["first thing"]));
    assert_eq!(texts(&other["queue"]), ["first thing", "another\nthing"]);
    assert!(other["queue"][0]["queuedAt"].as_i64().unwrap() > 0);
    assert_eq!(backend.get("/conversations/c/status").await["status"], "active");
    events.extend(socket.events_until("turn-sealed").await);

    let steered: Vec<_> = events.iter().filter(|event| event["type"] == "steering").collect();
    assert_eq!(steered.len(), 2);
    assert_eq!((&steered[0]["text"], &steered[1]["text"]), (&json!("first thing"), &json!("another\nthing")));
    assert!(events.iter().all(|event| event["turnId"] == events[0]["turnId"]), "it is one turn");
    let order = kinds(&events);
    let at = order.iter().position(|kind| *kind == "steering").unwrap();
    assert_eq!((order[at - 1], order[at + 1]), ("tool-result", "text-delta"), "between two steps");
    assert!(joined(&events, "text-delta").contains("> first thing"), "the agent has read it");

    assert_eq!(said(&backend).await, ["quiet 20", "first thing", "another\nthing"]);
    let chunks = backend.chunks("c").await;
    let roles: Vec<_> = chunks.iter().map(|chunk| chunk["role"].as_str().unwrap()).collect();
    let at = roles.iter().rposition(|role| *role == "user").unwrap();
    assert_eq!(&roles[at - 2..], ["tool", "user", "user", "assistant"]);
    let seqs: Vec<_> = chunks.iter().map(|chunk| chunk["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=chunks.len() as u64).collect::<Vec<_>>());
    assert_eq!(backend.get("/conversations/c/metrics").await["turns"].as_array().unwrap().len(), 1);
    // The next turn is a turn of its own, and the scene of the last one is over.
    let events = backend.chat(json!({ "conversationId": "c", "message": "echo done" })).await;
    assert_eq!(joined(&events, "text-delta"), "done");
}

#[tokio::test]
async fn what_comes_too_late_for_a_step_opens_the_next_turn() {
    let backend = Backend::with(Config { speed: 2.0, ..instant() }).await;
    let (mut socket, mut stranger) = (backend.socket().await, backend.socket().await);
    socket.say("c", "count 40").await;
    socket.events_until("text-delta").await;
    for number in 1..=3 {
        put(&backend, &format!("echo {number}")).await;
    }
    for number in 1..=3 {
        let events = turn(&mut socket, &format!("echo {number}")).await;
        assert_eq!(joined(&events, "text-delta"), number.to_string());
    }
    assert_eq!(said(&backend).await, ["count 40", "echo 1", "echo 2", "echo 3"]);
    // What waits between two turns is told as such, and in the end nothing does.
    stranger.probe().await;
    while stranger.announced.last() != Some(&changed("c", "idle")) {
        let next = stranger.any().await.unwrap();
        stranger.announced.push(next);
    }
    let order = ["active", "queued", "active", "queued", "active", "queued", "active", "idle"];
    assert_eq!(stranger.announced, order.map(|status| changed("c", status)));
}

#[tokio::test]
async fn the_queue_is_shown_to_whoever_holds_its_surface() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    let entry = socket.catalog["catalog"].as_array().unwrap().iter().find(|entry| entry["id"] == "message-queue");
    assert_eq!(entry.unwrap()["scope"], "conversation");
    backend
        .request(Method::POST, "/chat")
        .json(&json!({ "conversationId": "c", "message": "quiet 600" }))
        .send()
        .await
        .unwrap();
    socket.send(json!({ "type": "subscribe", "surfaceId": "message-queue", "conversationId": "c" })).await;
    let messages = |message: &Value| {
        let spec = if message["type"] == "surface" { &message["spec"] } else { &message["update"]["spec"] };
        assert_eq!(spec["fields"][0]["rendererId"], "message-queue");
        spec["fields"][0]["payload"]["messages"].clone()
    };
    assert_eq!(messages(&socket.next().await), json!([]));
    queue(&mut socket, "one").await;
    queue(&mut socket, "two").await;
    assert_eq!(texts(&messages(&socket.next().await)), ["one"]);
    let both = messages(&socket.next().await);
    assert_eq!(texts(&both), ["one", "two"]);

    for _ in 0..2 {
        // Taken back twice: the second time it is gone, and what is left is told all the same.
        let cancel = json!({ "type": "chat.queue.cancel", "conversationId": "c", "messageId": both[0]["id"] });
        socket.send(cancel).await;
        assert_eq!(texts(&messages(&socket.next().await)), ["two"]);
    }
    let answer = take_back(&backend, &both[1]["id"]).await;
    assert_eq!(answer, json!({ "conversationId": "c", "cancelled": true, "queue": [] }));
    assert_eq!(messages(&socket.next().await), json!([]));
    assert_eq!(take_back(&backend, &both[1]["id"]).await["cancelled"], false);
    backend.post("/conversations/c/stop").await;
    assert_eq!(said(&backend).await, ["quiet 600"], "what was taken back is never said");
}

#[tokio::test]
async fn after_a_stop_it_waits_until_the_person_goes_on() {
    let backend = Backend::with(brisk()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    put(&backend, "echo waited").await;
    backend.post("/conversations/c/stop").await;
    socket.events_until("turn-sealed").await;
    let status = backend.get("/conversations/c/status").await;
    assert_eq!((&status["status"], &status["isActive"]), (&json!("queued"), &json!(false)));
    let listed = backend.get("/conversations?status=queued").await;
    assert_eq!(listed["conversations"][0]["id"], "c");
    assert!(socket.probe().await.is_empty(), "nothing goes on by itself");
    assert_eq!(socket.announced, [changed("c", "active"), changed("c", "queued")]);

    socket.say("c", "echo go on").await;
    assert_eq!(joined(&turn(&mut socket, "echo go on").await, "text-delta"), "go on");
    assert_eq!(joined(&turn(&mut socket, "echo waited").await, "text-delta"), "waited");

    // Taking the last one back ends it as well.
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    let waiting = put(&backend, "echo never").await;
    backend.post("/conversations/c/stop").await;
    take_back(&backend, &waiting["queue"][0]["id"]).await;
    assert_eq!(backend.get("/conversations/c/status").await["status"], "idle");
    socket.probe().await;
    let last = &socket.announced[socket.announced.len() - 2..];
    assert_eq!(last, [changed("c", "queued"), changed("c", "idle")]);
}

#[tokio::test]
async fn what_waits_survives_a_restart_and_not_the_closing_of_its_conversation() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: stored_in(folder.path()), ..brisk() };
    let backend = Backend::with(config.clone()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    put(&backend, "echo kept").await;
    backend.server.shutdown().await;

    let backend = Backend::with(config).await;
    assert_eq!(backend.get("/conversations/c/status").await["status"], "queued");
    let mut socket = backend.socket().await;
    socket.watch("c").await;
    let answer = put(&backend, "echo and more").await;
    assert_eq!(answer["startedTurn"], true, "the first that waits opens it");
    turn(&mut socket, "echo kept").await;
    turn(&mut socket, "echo and more").await;

    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    put(&backend, "echo dropped").await;
    backend.post("/conversations/c/close").await;
    assert_eq!(backend.get("/conversations/c/status").await["status"], "closed");
    let events = backend.chat(json!({ "conversationId": "c", "message": "echo opened again" })).await;
    assert_eq!(events.last().unwrap()["type"], "turn-sealed");
    assert_eq!(said(&backend).await.last().unwrap(), "echo opened again");
    assert_eq!(backend.get("/conversations/c/status").await["status"], "idle");
}

#[tokio::test]
async fn what_cannot_wait_is_refused() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    for text in ["", " \n"] {
        queue(&mut socket, text).await;
        let refusal = socket.next().await;
        assert_eq!((&refusal["type"], &refusal["conversationId"]), (&json!("chat.error"), &json!("c")));
        let (status, _) = backend.ask(Method::POST, "/conversations/c/queue", Some(json!({ "text": text }))).await;
        assert_eq!(status, 400);
    }
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    for number in 0..100 {
        put(&backend, &format!("echo {number}")).await;
    }
    let (status, body) = backend.ask(Method::POST, "/conversations/c/queue", Some(json!({ "text": "echo" }))).await;
    assert_eq!(status, 409);
    assert!(body["error"].as_str().unwrap().contains("100"));
    assert_eq!(take_back(&backend, &json!("no-such")).await["queue"].as_array().unwrap().len(), 100);
}

/// Many put messages in while turns begin and end around them. Each is said exactly once, in whatever turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_whatever_happens_at_once() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    socket.watch("c").await;
    let rounds = 12;
    for round in 0..rounds {
        let put = |name| {
            let backend = &backend;
            async move { put(backend, &format!("echo {round} {name}")).await }
        };
        tokio::join!(put("a"), put("b"), put("c"), put("d"));
    }
    let mut heard = Vec::new();
    while heard.len() < rounds * 4 {
        let event = socket.event().await;
        if matches!(event["type"].as_str(), Some("user-message" | "steering")) {
            heard.push(event["text"].as_str().unwrap().to_owned());
        }
    }
    socket.events_until("turn-sealed").await;
    assert_eq!(said(&backend).await, heard);
    heard.sort();
    heard.dedup();
    assert_eq!(heard.len(), rounds * 4);
    assert!(backend.ask_raw(Method::DELETE, "/conversations/c/queue/none", None).await.contains("\"queue\":[]"));
}
