//! Title, working directory, effort, models, language servers.

use crate::support::Backend;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn models_come_with_what_is_known_about_them() {
    let backend = Backend::instant().await;
    let body = backend.get("/models").await;
    let names: Vec<_> = body["models"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names, ["scripted/steady", "scripted/swift", "scripted/deep"]);
    for name in names {
        assert!(body["modelInfo"][name]["contextWindow"].as_u64().unwrap() > 0);
    }
}

#[tokio::test]
async fn effort_is_kept_and_unknown_levels_are_refused_with_the_valid_ones() {
    let backend = Backend::instant().await;
    let path = "/conversations/draft/reasoning-effort";
    assert_eq!(backend.get(path).await, json!({ "conversationId": "draft", "reasoningEffort": null }));
    for level in ["low", "medium", "high", "xhigh", "max"] {
        let answer = json!({ "conversationId": "draft", "reasoningEffort": level });
        assert_eq!(backend.put(path, json!({ "reasoningEffort": level })).await, answer);
        assert_eq!(backend.get(path).await, answer);
    }
    for body in [json!({ "reasoningEffort": "enormous" }), json!({ "reasoningEffort": "" })] {
        let (status, body) = backend.ask(Method::PUT, path, Some(body)).await;
        assert_eq!(status, 400);
        for level in ["low", "medium", "high", "xhigh", "max"] {
            assert!(body["error"].as_str().unwrap().contains(level));
        }
    }
    let (status, _) = backend.ask(Method::PUT, path, Some(json!({ "reasoningEffort": 3 }))).await;
    assert_eq!(status, 400);
    assert_eq!(backend.get(path).await["reasoningEffort"], "max", "a refusal changes nothing");
}

#[tokio::test]
async fn a_title_is_the_persons_else_the_first_message() {
    let backend = Backend::instant().await;
    let path = "/conversations/c/title";
    assert_eq!(backend.get(path).await, json!({ "conversationId": "c", "title": "New chat" }));
    let message = format!("echo \n {}", "👩‍👩‍👧‍👦".repeat(50));
    backend.chat(json!({ "conversationId": "c", "message": message })).await;
    let derived = format!("echo {}…", "👩‍👩‍👧‍👦".repeat(35));
    assert_eq!(backend.get(path).await["title"], derived);
    backend.chat(json!({ "conversationId": "c", "message": "echo later" })).await;
    assert_eq!(backend.get(path).await["title"], derived);

    for title in ["Pläne für Ostern 🐣", "مرحبا", "a\u{0}b 'quoted' \"twice\" %_", &"字".repeat(200)] {
        let answer = json!({ "conversationId": "c", "title": title });
        assert_eq!(backend.put(path, json!({ "title": format!(" \n{title}\t ") })).await, answer);
        assert_eq!(backend.get(path).await, answer);
        assert_eq!(backend.get("/conversations").await["conversations"][0]["title"], title);
    }
    let bodies = [
        json!({ "title": "" }),
        json!({ "title": " \n\u{a0} " }),
        json!({ "title": "字".repeat(201) }),
        json!({ "title": null }),
        json!({ "title": 5 }),
        json!({ "name": "x" }),
        json!(["title"]),
        json!("title"),
    ];
    for body in bodies {
        let (status, answer) = backend.ask(Method::PUT, path, Some(body.clone())).await;
        assert_eq!(status, 400, "{body}");
        assert!(!answer["error"].as_str().unwrap().is_empty(), "{body}");
    }
    assert_eq!(backend.get(path).await["title"], "字".repeat(200), "a refusal changes nothing");
}

#[tokio::test]
async fn a_title_given_before_the_first_message_stays() {
    let backend = Backend::instant().await;
    // An id may be any text: here `dr/aft %ü`.
    let path = "/conversations/dr%2Faft%20%25%C3%BC/title";
    backend.put(path, json!({ "title": "Mine" })).await;
    assert_eq!(backend.get("/conversations").await["conversations"], json!([]), "nothing was said in it yet");
    backend.chat(json!({ "conversationId": "dr/aft %ü", "message": "echo hi" })).await;
    assert_eq!(backend.get(path).await, json!({ "conversationId": "dr/aft %ü", "title": "Mine" }));
}

#[tokio::test]
async fn the_working_directory_is_where_the_tools_look() {
    let backend = Backend::instant().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("only-here.txt"), "a lantern\n").unwrap();
    let cwd = folder.path().to_str().unwrap();
    let path = "/conversations/c/cwd";
    assert_eq!(backend.get(path).await, json!({ "conversationId": "c", "cwd": null }));
    let answer = json!({ "conversationId": "c", "cwd": cwd });
    assert_eq!(backend.put(path, json!({ "cwd": cwd })).await, answer);
    assert_eq!(backend.get(path).await, answer);
    for body in [json!({ "cwd": "  " }), json!({}), json!({ "cwd": 1 })] {
        assert_eq!(backend.ask(Method::PUT, path, Some(body)).await.0, 400);
    }

    let listing = async |request| {
        let events = backend.chat(request).await;
        let list = events.iter().find(|event| event["type"] == "tool-result" && event["toolName"] == "list");
        list.unwrap()["content"].as_str().unwrap().to_owned()
    };
    assert_eq!(listing(json!({ "conversationId": "c", "message": "tour" })).await, "only-here.txt");
    let elsewhere = tempfile::tempdir().unwrap();
    let request = json!({ "conversationId": "c", "message": "tour", "cwd": elsewhere.path() });
    assert_eq!(listing(request).await, "(empty)", "the turn's own wins");
    assert_eq!(backend.get(path).await["cwd"], cwd, "and is not stored");
    let request = json!({ "conversationId": "gone", "message": "tour", "cwd": "/no/such/folder" });
    assert!(listing(request).await.contains("Refused"), "a folder that is not there fails its tools, not the turn");
}

#[tokio::test]
async fn language_servers_are_those_that_fit_the_project() {
    let backend = Backend::instant().await;
    let path = "/conversations/c/lsp";
    assert_eq!(backend.get(path).await, json!({ "conversationId": "c", "cwd": null, "servers": [] }));
    let folder = tempfile::tempdir().unwrap();
    backend.put("/conversations/c/cwd", json!({ "cwd": folder.path() })).await;
    assert_eq!(backend.get(path).await["servers"], json!([]));
    std::fs::write(folder.path().join("Cargo.toml"), "").unwrap();
    let servers = backend.get(path).await["servers"].clone();
    assert_eq!(servers[0]["id"], "rust-analyzer");
    assert_eq!(servers[0]["root"], folder.path().to_str().unwrap());
    assert_eq!(servers[0]["state"] == "error", servers[0]["error"].is_string());
}

#[tokio::test]
async fn a_conversation_may_have_a_model_of_its_own() {
    let backend = Backend::instant().await;
    let path = "/conversations/c/model";
    let answer = |model| json!({ "conversationId": "c", "model": model });
    // Another model has another cache: what a turn reads tells which one played it.
    let reads = async || {
        let events = backend.chat(json!({ "conversationId": "c", "message": "echo hi" })).await;
        let done = events.iter().find(|event| event["type"] == "done").unwrap();
        done["usage"]["cacheReadTokens"].as_u64().unwrap() > 0
    };
    assert_eq!(backend.get(path).await, answer(None));
    assert!(!reads().await);
    assert!(reads().await);
    assert_eq!(backend.get(path).await, answer(None), "what a turn used was not chosen");
    assert_eq!(backend.put(path, json!({ "model": "scripted/deep" })).await, answer(Some("scripted/deep")));
    let (status, refusal) = backend.ask(Method::PUT, path, Some(json!({ "model": "scripted/none" }))).await;
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().unwrap().contains("scripted/none"));
    assert_eq!(backend.get(path).await, answer(Some("scripted/deep")), "a refusal changes nothing");
    assert!(!reads().await);
    assert!(reads().await);
    assert_eq!(backend.put(path, json!({ "model": null })).await, answer(None));
    assert_eq!(backend.get(path).await, answer(None));
}

#[tokio::test]
async fn there_are_no_mcp_servers_and_that_is_said() {
    let backend = Backend::instant().await;
    let path = "/conversations/c/mcp";
    assert_eq!(backend.get(path).await, json!({ "conversationId": "c", "cwd": null, "servers": [] }));
    backend.put("/conversations/c/cwd", json!({ "cwd": "/somewhere" })).await;
    assert_eq!(backend.get(path).await["cwd"], "/somewhere");
}
