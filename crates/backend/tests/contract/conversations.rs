//! The list of conversations: what a console opens its tabs from.

use crate::support::{Backend, natural};
use reqwest::Method;
use serde_json::{Value, json};

fn ids(body: &Value) -> Vec<&str> {
    body["conversations"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_list_shows_what_was_talked_about_newest_first() {
    let backend = Backend::instant().await;
    backend.put("/conversations/never-used/cwd", json!({ "cwd": "/somewhere" })).await;
    for (id, message) in [("a1", "echo   first\n talk "), ("a2", "echo second"), ("b1", "echo third")] {
        backend.chat(json!({ "conversationId": id, "message": message })).await;
    }
    backend.chat(json!({ "conversationId": "a1", "message": "echo again" })).await;
    backend.put("/conversations/a2/title", json!({ "title": "Named" })).await;

    let all = backend.get("/conversations").await;
    assert_eq!(ids(&all), ["a1", "b1", "a2"], "naming is no activity");
    let titles: Vec<_> = all["conversations"].as_array().unwrap().iter().map(|entry| &entry["title"]).collect();
    assert_eq!(titles, ["echo first talk", "echo third", "Named"]);
    for entry in all["conversations"].as_array().unwrap() {
        let mut fields: Vec<_> = entry.as_object().unwrap().keys().collect();
        fields.sort();
        assert_eq!(fields, ["createdAt", "id", "lastActivityAt", "status", "title", "workspaceId"]);
        assert!(entry["workspaceId"].is_string());
        let (created, last) = (entry["createdAt"].as_i64().unwrap(), entry["lastActivityAt"].as_i64().unwrap());
        assert!(0 < created && created <= last);
    }
}

#[tokio::test]
async fn a_message_without_words_leaves_a_title_to_the_next() {
    let backend = Backend::instant().await;
    let image = json!({ "url": "data:image/png;base64,AA==" });
    backend.chat(json!({ "conversationId": "c", "message": " ", "images": [image] })).await;
    assert_eq!(backend.get("/conversations").await["conversations"][0]["title"], "New chat");
    backend.chat(json!({ "conversationId": "c", "message": "echo words" })).await;
    assert_eq!(backend.get("/conversations").await["conversations"][0]["title"], "echo words");
}

#[tokio::test]
async fn it_can_be_asked_for_by_status() {
    let backend = Backend::with(natural()).await;
    for id in ["idle", "closed"] {
        backend.chat(json!({ "conversationId": id, "message": "echo hi" })).await;
    }
    backend.post("/conversations/closed/close").await;
    let mut socket = backend.socket().await;
    socket.say("active", "quiet 600").await;
    socket.events_until("step-complete").await;

    let table: &[(&str, &[&str])] = &[
        ("", &["active", "closed", "idle"]),
        ("?status=", &["active", "closed", "idle"]),
        ("?status=%20,,", &["active", "closed", "idle"]),
        ("?status=active", &["active"]),
        ("?status=idle", &["idle"]),
        ("?status=closed", &["closed"]),
        ("?status=queued", &[]),
        ("?status=active,idle", &["active", "idle"]),
        ("?status=idle%2C%20active,", &["active", "idle"]),
        ("?status=closed,closed", &["closed"]),
        ("?status=active,queued,idle,closed", &["active", "closed", "idle"]),
        ("?status=closed&q=c", &["closed"]),
        ("?status=closed&q=i", &[]),
    ];
    for (query, expected) in table {
        let body = backend.get(&format!("/conversations{query}")).await;
        let mut found = ids(&body);
        found.sort_unstable();
        assert_eq!(found, *expected, "{query}");
    }
    for word in ["open", "Active", "idle;closed", "%00", "active%20idle", "*", "%F0%9F%90%A3"] {
        for query in [word.to_owned(), format!("idle,{word}")] {
            let (status, body) = backend.ask(Method::GET, &format!("/conversations?status={query}"), None).await;
            assert_eq!(status, 400, "{query}");
            for valid in ["active", "queued", "idle", "closed"] {
                assert!(body["error"].as_str().unwrap().contains(valid), "{query}: {body}");
            }
        }
    }
    assert_eq!(backend.post("/conversations/active/stop").await["abortedTurn"], true);
}

#[tokio::test]
async fn it_can_be_asked_for_by_the_beginning_of_the_id() {
    let backend = Backend::instant().await;
    for id in ["a%b", "a_b", "axb", "Axb", "äö", "[a-z]*", "a\\b"] {
        backend.chat(json!({ "conversationId": id, "message": "echo hi" })).await;
    }
    let table: &[(&str, &[&str])] = &[
        ("a", &["a%b", "a\\b", "a_b", "axb"]),
        ("A", &["Axb"]),
        ("a%25", &["a%b"]),
        ("a_", &["a_b"]),
        ("a%5C", &["a\\b"]),
        ("%25", &[]),
        ("_", &[]),
        ("%5Ba-z%5D", &["[a-z]*"]),
        ("*", &[]),
        ("%C3%A4", &["äö"]),
        ("%27%20OR%201%3D1", &[]),
        ("a%00", &[]),
        ("b", &[]),
        ("axb", &["axb"]),
        ("axbc", &[]),
    ];
    for (prefix, expected) in table {
        let body = backend.get(&format!("/conversations?q={prefix}")).await;
        let mut found = ids(&body);
        found.sort_unstable();
        assert_eq!(found, *expected, "{prefix}");
    }
    assert_eq!(ids(&backend.get("/conversations?q=").await).len(), 7);
}

#[tokio::test]
async fn each_tells_where_it_stands() {
    let backend = Backend::with(natural()).await;
    let path = "/conversations/c/status";
    let idle = json!({ "conversationId": "c", "isActive": false, "status": "idle" });
    assert_eq!(backend.get(path).await, idle, "before anything is known of it");
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    assert_eq!(backend.get(path).await, json!({ "conversationId": "c", "isActive": true, "status": "active" }));
    backend.post("/conversations/c/stop").await;
    assert_eq!(backend.get(path).await, idle);
    backend.post("/conversations/c/close").await;
    assert_eq!(backend.get(path).await, json!({ "conversationId": "c", "isActive": false, "status": "closed" }));
    backend.chat(json!({ "conversationId": "c", "message": "echo again" })).await;
    assert_eq!(backend.get(path).await, idle, "a message opens it again");
    let odd = backend.get("/conversations/a%2Fb%3F%20%F0%9F%90%A3/status").await;
    assert_eq!(odd["conversationId"], "a/b? 🐣");
}
