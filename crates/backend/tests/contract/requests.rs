//! What cannot be understood, or not be done, is answered; it never hurts anybody.

use crate::support::{Backend, joined, natural};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// Message, and the conversation that the refusal must name.
fn refused() -> Vec<(Value, Option<&'static str>)> {
    vec![
        (json!({ "type": "chat.send", "conversationId": "c", "message": "" }), Some("c")),
        (json!({ "type": "chat.send", "conversationId": "c", "message": " \n " }), Some("c")),
        (json!({ "type": "chat.send", "conversationId": "c" }), Some("c")),
        (json!({ "type": "chat.send", "conversationId": "c", "message": 5 }), Some("c")),
        (json!({ "type": "chat.send", "conversationId": "c", "message": "hi", "reasoningEffort": "vast" }), Some("c")),
        (json!({ "type": "chat.send", "conversationId": "c", "message": "hi", "model": "other/model" }), Some("c")),
        (json!({ "type": "chat.send", "conversationId": "c", "message": "hi", "cwd": "" }), Some("c")),
        (json!({ "type": "chat.subscribe" }), None),
        (json!({ "type": "chat.subscribe", "conversationId": 4 }), None),
        (json!({ "type": "chat.queue", "conversationId": "c", "text": " " }), Some("c")),
        (json!({ "type": "something.new", "conversationId": "c" }), Some("c")),
        (json!({ "type": 7 }), None),
        (json!({}), None),
        (json!([]), None),
        (json!("text"), None),
        (Value::Null, None),
    ]
}

#[tokio::test]
async fn the_socket_answers_whatever_comes() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    for (message, conversation) in refused() {
        socket.send(message.clone()).await;
        let answer = socket.next().await;
        assert_eq!(answer["type"], "chat.error", "{message}");
        assert_eq!(answer.get("conversationId").and_then(Value::as_str), conversation, "{message}");
        assert!(!answer["message"].as_str().unwrap().is_empty());
    }
    let deep = "[".repeat(100_000);
    let large = format!(r#"{{"type":"chat.send","message":"{}"}}"#, "x".repeat(17 * 1024 * 1024));
    let raw = [
        Message::text(""),
        Message::text("{"),
        Message::text("\u{0}"),
        Message::text(deep),
        Message::text(large),
        Message::binary(vec![0, 159, 146, 150]),
        Message::binary(br#"{"type":"chat.subscribe","conversationId":"c"}"#.to_vec()),
    ];
    for message in raw {
        socket.send_raw(message).await;
        assert_eq!(socket.next().await["type"], "chat.error");
    }
    assert_eq!(backend.chunks("c").await, Vec::<Value>::new(), "nothing of it was stored");
    socket.say("c", "echo still here").await;
    socket.events_until("turn-sealed").await;
}

#[tokio::test]
async fn http_answers_whatever_comes() {
    let backend = Backend::instant().await;
    let long_id = format!("/conversations/{}", "x".repeat(300));
    let asked = [
        (Method::POST, "/chat", "not json", 400),
        (Method::POST, "/chat", "{}", 400),
        (Method::POST, "/chat", r#"{"message":""}"#, 400),
        (Method::POST, "/chat", r#"{"message":"hi","reasoningEffort":"vast"}"#, 400),
        (Method::POST, "/chat", r#"{"message":"hi","model":"no/such"}"#, 400),
        (Method::POST, "/chat", r#"{"message":"hi","conversationId":""}"#, 400),
        (Method::POST, "/chat", "\u{0}", 400),
        (Method::PUT, "/conversations/c/cwd", "[1,2", 400),
        (Method::GET, long_id.as_str(), "", 400),
        (Method::GET, "/conversations/%FF", "", 400),
        (Method::GET, "/chat", "", 405),
        (Method::POST, "/conversations", "{}", 405),
        (Method::PUT, "/conversations", "{}", 405),
        (Method::DELETE, "/conversations/c", "", 405),
        (Method::PUT, "/conversations/c/status", r#"{"status":"closed"}"#, 405),
        (Method::GET, "/conversations/%FF/status", "", 400),
        (Method::GET, "/conversations/c/open", "", 405),
        (Method::POST, "/conversations/%FF/open", "", 400),
        (Method::POST, "/conversations/%20/open", "", 400),
        (Method::POST, "/models", "", 405),
        (Method::PUT, "/conversations/c/title", "{\"title\":", 400),
        (Method::PUT, "/conversations/c/title", "", 400),
        (Method::PUT, "/conversations/%FF/title", r#"{"title":"x"}"#, 400),
        (Method::DELETE, "/conversations/c/cwd", "", 405),
        (Method::POST, "/conversations/c/title", r#"{"title":"x"}"#, 405),
        (Method::DELETE, "/conversations/c/title", "", 405),
        (Method::GET, "/", "", 404),
        (Method::GET, "/conversations/c/nothing", "", 404),
        (Method::GET, "/conversations/c/compact", "", 405),
        (Method::POST, "/conversations/c/compact", "", 400),
        (Method::PUT, "/conversations/c/compact-percent", r#"{"threshold":101}"#, 400),
        (Method::PUT, "/conversations/c/compact-percent", r#"{"threshold":-1}"#, 400),
        (Method::PUT, "/conversations/c/compact-percent", r#"{"threshold":"80"}"#, 400),
        (Method::PUT, "/conversations/c/compact-percent", "{}", 400),
        (Method::PUT, "/conversations/c/model", "{}", 400),
        (Method::PUT, "/conversations/c/model", r#"{"model":"no/such"}"#, 400),
        (Method::PUT, "/conversations/c/mcp", "{}", 405),
        (Method::GET, "/conversations/c/queue", "", 405),
        (Method::GET, "/conversations/c/queue/m", "", 405),
        (Method::DELETE, "/conversations/%FF/queue/m", "", 400),
        (Method::DELETE, "/conversations/c/queue/%FF", "", 400),
        (Method::DELETE, "/conversations/%20/queue/m", "", 400),
        (Method::POST, "/conversations/c/queue", "{}", 400),
        (Method::POST, "/chat/warm", "{}", 400),
        (Method::GET, "/chat/warm", "", 405),
        (Method::GET, "/metrics/throughput", "", 400),
        (Method::GET, "/metrics/throughput?period=year&date=2026-03-09", "", 400),
        (Method::GET, "/metrics/throughput?period=day&date=2026-02-30", "", 400),
        (Method::GET, "/metrics/throughput?period=month&date=2026-03-09", "", 400),
        (Method::POST, "/metrics/throughput?period=day&date=2026-03-09", "", 405),
    ];
    for (method, path, body, status) in asked {
        let response = backend.request(method.clone(), path).body(body.to_owned()).send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path} {body}");
        let answer: Value = response.json().await.unwrap();
        assert!(answer["error"].is_string(), "{method} {path} {body}");
    }
    let large = "x".repeat(17 * 1024 * 1024);
    let response = backend.request(Method::POST, "/chat").body(large).send().await.unwrap();
    assert_eq!(response.status(), 413);
    let answer: Value = response.json().await.unwrap();
    assert!(answer["error"].is_string());
}

#[tokio::test]
async fn the_sockets_port_says_what_it_is() {
    let backend = Backend::instant().await;
    let response = reqwest::get(format!("http://{}/anything", backend.server.ws_addr())).await.unwrap();
    assert_eq!(response.status(), 426);
    let answer: Value = response.json().await.unwrap();
    assert!(answer["error"].as_str().unwrap().contains("WebSocket"));
    let url = format!("ws://{}/any/path?and=query", backend.server.ws_addr());
    crate::support::Socket::open(&url).await;
}

#[tokio::test]
async fn a_second_turn_is_refused_while_one_runs_and_welcome_after_it() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;

    socket.say("c", "echo me too").await;
    let refusal = socket.next().await;
    assert_eq!(refusal["type"], "chat.error");
    assert_eq!(refusal["conversationId"], "c");
    let (status, body) =
        backend.ask(Method::POST, "/chat", Some(json!({ "conversationId": "c", "message": "echo me" }))).await;
    assert_eq!(status, 409);
    assert!(body["error"].is_string());
    let mut stranger = backend.socket().await;
    stranger.say("c", "echo and me").await;
    assert_eq!(stranger.next().await["type"], "chat.error");

    socket.say("other", "echo elsewhere").await;
    let events = socket.events_until("turn-sealed").await;
    assert!(events.iter().all(|event| event["conversationId"] == "other"), "other conversations do not wait");

    backend.post("/conversations/c/stop").await;
    socket.events_until("turn-sealed").await;
    socket.say("c", "echo at last").await;
    let events = socket.events_until("turn-sealed").await;
    assert_eq!(events[0]["text"], "echo at last");
    let users = backend.chunks("c").await.into_iter().filter(|chunk| chunk["role"] == "user").count();
    assert_eq!(users, 2, "what was refused was not stored");
}

/// The seal is the promise that the next message is welcome: it must hold for one that is sent in the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_on_the_seal_is_never_refused() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    for number in 0..50 {
        socket.say("c", &format!("echo {number}")).await;
        socket.events_until("turn-sealed").await;
    }
    assert_eq!(backend.chunks("c").await.len(), 100);
}

#[tokio::test]
async fn pictures_are_shown_stored_and_seen_and_what_is_none_is_refused() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    let png = json!({ "url": "data:image/png;base64,AA==", "mimeType": "image/png" });
    let elsewhere = json!({ "url": "https://example.org/a.png" });
    for message in ["see these", ""] {
        let request =
            json!({ "type": "chat.send", "conversationId": "c", "message": message, "images": [png, elsewhere] });
        socket.send(request).await;
        let events = socket.events_until("turn-sealed").await;
        assert_eq!((&events[0]["text"], &events[0]["images"]), (&json!(message), &json!([png, elsewhere])));
        assert_eq!(message.is_empty(), !joined(&events, "text-delta").contains("`image/png`"));
    }
    let images: Vec<_> =
        backend.chunks("c").await.into_iter().filter(|chunk| chunk["chunk"]["type"] == "image").collect();
    assert_eq!(images.len(), 4);
    assert!(images.iter().all(|image| image["role"] == "user"));
    assert_eq!(images[0]["chunk"], json!({ "type": "image", "url": png["url"], "mimeType": "image/png" }));

    let before = backend.chunks("c").await.len();
    let large = format!("data:image/jpeg;base64,{}", "A".repeat(8 * 1024 * 1024));
    let refused = [
        (json!([{ "url": large }]), "5 MB"),
        (json!(vec![elsewhere; 21]), "20"),
        (json!([png, { "url": "data:text/html;base64,AA==" }]), "picture 2"),
        (json!([{ "url": "file:///etc/passwd" }]), "http(s)"),
        (json!([{ "url": 5 }]), "url"),
    ];
    for (images, words) in refused {
        socket.send(json!({ "type": "chat.send", "conversationId": "c", "message": "see", "images": images })).await;
        let refusal = socket.next().await;
        assert_eq!((&refusal["type"], &refusal["conversationId"]), (&json!("chat.error"), &json!("c")));
        assert!(refusal["message"].as_str().unwrap().contains(words), "{}", refusal["message"]);
        let (status, answer) =
            backend.ask(Method::POST, "/chat", Some(json!({ "message": "see", "images": images }))).await;
        assert_eq!(status, 400);
        assert!(answer["error"].as_str().unwrap().contains(words));
    }
    assert_eq!(backend.chunks("c").await.len(), before, "nothing of it was stored");
}
