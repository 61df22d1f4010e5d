//! What every socket hears, whatever it watches: conversations become active, idle, closed, and should be opened.

use crate::support::{Backend, Socket, changed, instant, natural};
use dispatch_backend::Config;
use reqwest::Method;
use serde_json::{Value, json};

/// The statuses of a conversation in the order in which a socket heard of them, as far as it has read.
fn statuses(socket: &Socket, conversation: &str) -> Vec<String> {
    let about = socket.announced.iter().filter(|message| message["conversationId"] == conversation);
    about.map(|message| message["status"].as_str().unwrap().to_owned()).collect()
}

async fn until(socket: &mut Socket, message: &Value) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        let next = socket.any().await.unwrap();
        let ends = next == *message;
        heard.push(next);
        if ends {
            return heard;
        }
    }
}

#[tokio::test]
async fn a_turn_is_announced_before_its_first_event_and_after_its_seal() {
    let backend = Backend::instant().await;
    let mut sender = backend.socket().await;
    let mut watcher = backend.socket().await;
    let mut stranger = backend.socket().await;
    watcher.watch("c").await;
    assert!(watcher.probe().await.is_empty());

    sender.say("c", "tour").await;
    for socket in [&mut sender, &mut watcher] {
        let heard = until(socket, &changed("c", "idle")).await;
        assert_eq!(heard[0], changed("c", "active"));
        assert_eq!(heard[1]["event"]["type"], "user-message");
        assert_eq!(heard[heard.len() - 2]["event"]["type"], "turn-sealed");
        assert!(heard[1..heard.len() - 1].iter().all(|message| message["type"] == "chat.delta"));
    }
    assert_eq!(until(&mut stranger, &changed("c", "idle")).await, [changed("c", "active"), changed("c", "idle")]);

    backend.chat(json!({ "conversationId": "d", "message": "fail" })).await;
    for socket in [&mut sender, &mut watcher, &mut stranger] {
        assert!(socket.probe().await.is_empty());
        assert_eq!(socket.announced, [changed("d", "active"), changed("d", "idle")], "a failed turn ends too");
    }
}

#[tokio::test]
async fn a_refused_message_is_nobodys_business() {
    let backend = Backend::with(natural()).await;
    let mut sender = backend.socket().await;
    let mut stranger = backend.socket().await;
    let refused = [
        json!({ "type": "chat.send", "conversationId": "c", "message": " " }),
        json!({ "type": "chat.send", "conversationId": "c", "message": "hi", "model": "no/such" }),
        json!({ "type": "chat.send", "conversationId": "", "message": "hi" }),
    ];
    for message in refused {
        sender.send(message).await;
        assert_eq!(sender.next().await["type"], "chat.error");
    }
    sender.say("c", "quiet 600").await;
    sender.events_until("step-complete").await;
    sender.say("c", "echo me too").await;
    assert_eq!(sender.next().await["type"], "chat.error");
    for socket in [&mut sender, &mut stranger] {
        socket.probe().await;
        assert_eq!(socket.announced, [changed("c", "active")]);
    }
    backend.post("/conversations/c/stop").await;
    for socket in [&mut sender, &mut stranger] {
        socket.probe().await;
        assert_eq!(statuses(socket, "c"), ["active", "idle"]);
    }
}

#[tokio::test]
async fn closing_and_opening_again_reach_everyone_once() {
    let backend = Backend::with(natural()).await;
    let mut one = backend.socket().await;
    let mut other = backend.socket().await;
    let id = "c /?%ü🐣";
    let path = "/conversations/c%20%2F%3F%25%C3%BC%F0%9F%90%A3/close";
    one.say(id, "quiet 600").await;
    one.events_until("step-complete").await;
    assert_eq!(backend.post(path).await, json!({ "conversationId": id, "abortedTurn": true }));
    assert_eq!(backend.post(path).await, json!({ "conversationId": id, "abortedTurn": false }));
    assert_eq!(backend.post("/conversations/nobody/close").await["abortedTurn"], false);

    let heard = until(&mut one, &changed(id, "closed")).await;
    let order: Vec<_> =
        heard.iter().map(|message| message.get("status").unwrap_or(&message["event"]["type"])).collect();
    assert_eq!(order, ["done", "turn-sealed", "idle", "closed"]);
    backend.chat(json!({ "conversationId": id, "message": "echo again" })).await;
    other.probe().await;
    assert_eq!(statuses(&other, id), ["active", "idle", "closed", "active", "idle"]);
    assert_eq!(other.announced.len(), 5, "an id that nobody knows is no news");
}

/// A console reads the list when its socket has opened: whatever changes after that moment it must hear.
#[tokio::test]
async fn who_is_connected_misses_nothing() {
    let backend = Backend::instant().await;
    for _ in 0..20 {
        // Connected, and nothing read: not even the catalogue.
        let (stream, _) =
            tokio_tungstenite::connect_async(format!("ws://{}/", backend.server.ws_addr())).await.unwrap();
        backend.chat(json!({ "conversationId": "c", "message": "echo hi" })).await;
        let mut socket = Socket { stream, catalog: Value::Null, announced: Vec::new() };
        assert_eq!(socket.any().await.unwrap()["type"], "catalog", "the catalogue comes first all the same");
        assert_eq!(socket.any().await.unwrap(), changed("c", "active"));
        assert_eq!(socket.any().await.unwrap(), changed("c", "idle"));
    }
}

/// Many at once begin, stop and close turns. Whatever the order turns out to be, it must be one that could have been, be
/// the same for everyone, and end in what the backend says when it is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_at_once_everyone_ends_up_knowing_the_truth() {
    let backend = Backend::with(Config { speed: 20.0, ..instant() }).await;
    let mut sockets = [backend.socket().await, backend.socket().await];
    sockets[0].watch("c").await;
    sockets[0].probe().await;
    for round in 0..12 {
        let say =
            || backend.ask_raw(Method::POST, "/chat", Some(json!({ "conversationId": "c", "message": "count 5" })));
        let close = || backend.ask_raw(Method::POST, "/conversations/c/close", None);
        let stop = || backend.ask_raw(Method::POST, "/conversations/c/stop", None);
        if round % 2 == 0 {
            tokio::join!(say(), close(), say(), stop(), close(), say());
        } else {
            tokio::join!(close(), say(), stop(), say(), say());
        }
        let status = backend.get("/conversations/c/status").await;
        assert_eq!(status["isActive"], false, "every answer was awaited");
        for socket in &mut sockets {
            socket.probe().await;
            assert_eq!(statuses(socket, "c").last().map(String::as_str), status["status"].as_str());
        }
    }
    assert_eq!(sockets[0].announced, sockets[1].announced);
    let heard = statuses(&sockets[0], "c");
    for pair in heard.windows(2) {
        let possible = match pair[0].as_str() {
            "active" => ["idle", "closed"].as_slice(),
            "idle" => &["active", "closed"],
            // Twice when a turn was still on its way out.
            _ => &["active", "closed"],
        };
        assert!(possible.contains(&pair[1].as_str()), "{heard:?}");
    }
    assert!(heard.contains(&"closed".to_owned()));
}

#[tokio::test]
async fn everyone_can_be_asked_to_open_a_conversation() {
    let backend = Backend::instant().await;
    backend.chat(json!({ "conversationId": "a/b %🐣", "message": "echo hi" })).await;
    backend.put("/conversations/draft/title", json!({ "title": "Planned" })).await;
    let mut sockets = [backend.socket().await, backend.socket().await];
    let known = [("/conversations/a%2Fb%20%25%F0%9F%90%A3", "a/b %🐣"), ("/conversations/draft", "draft")];
    for (path, id) in known {
        assert_eq!(backend.post(&format!("{path}/open")).await, json!({ "conversationId": id }));
        for socket in &mut sockets {
            let expected = json!({ "type": "conversation.open", "conversationId": id });
            assert_eq!(socket.any().await.unwrap(), expected);
        }
    }
    backend.post("/conversations/draft/close").await;
    backend.post("/conversations/draft/open").await;
    assert_eq!(backend.get("/conversations/draft/status").await["status"], "closed", "only a message opens it again");

    for id in ["nobody", "A%2Fb", "%25", "_", "a%2Fb%20%25%F0%9F%90%A3%00"] {
        let (status, body) = backend.ask(Method::POST, &format!("/conversations/{id}/open"), None).await;
        assert_eq!(status, 404, "{id}");
        assert!(body["error"].is_string());
    }
    for socket in &mut sockets {
        socket.probe().await;
        let kinds: Vec<_> = socket.announced.iter().map(|message| &message["type"]).collect();
        assert_eq!(kinds, ["conversation.statusChanged", "conversation.open"], "a refusal reaches nobody");
    }
}
