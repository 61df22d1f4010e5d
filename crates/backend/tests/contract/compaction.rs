//! Compaction: the conversation goes on with a summary, and everything that was said is still there.

use crate::support::{Backend, Socket, instant, natural, stored_in};
use dispatch_backend::Config;
use reqwest::Method;
use serde_json::{Value, json};

async fn say(backend: &Backend, message: &str) -> Vec<Value> {
    backend.chat(json!({ "conversationId": "c", "message": message })).await
}

/// Chunks without their numbers.
fn contents(chunks: &[Value]) -> Vec<Value> {
    chunks.iter().map(|chunk| json!([chunk["role"], chunk["chunk"]])).collect()
}

fn usage(events: &[Value], name: &str) -> u64 {
    events.iter().find(|event| event["type"] == "done").unwrap()["usage"][name].as_u64().unwrap()
}

async fn next_compacted(socket: &mut Socket) -> Value {
    loop {
        let message = socket.any().await.unwrap();
        if message["type"] == "conversation.compacted" {
            return message;
        }
    }
}

#[tokio::test]
async fn the_older_turns_become_a_summary_and_live_on_under_a_new_id() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: stored_in(folder.path()), ..instant() };
    let backend = Backend::with(config.clone()).await;
    let mut stranger = backend.socket().await;
    backend.put("/conversations/c/title", json!({ "title": "Mine" })).await;
    for message in ["tour", "tools", "edit"] {
        say(&backend, message).await;
    }
    let before = backend.chunks("c").await;
    let metrics = backend.get("/conversations/c/metrics").await["turns"].as_array().unwrap().clone();

    let answer = backend.post("/conversations/c/compact").await;
    let archive = answer["newConversationId"].as_str().unwrap().to_owned();
    assert_eq!((&answer["messagesSummarized"], &answer["messagesKept"]), (&json!(4), &json!(2)));
    let mut told = next_compacted(&mut stranger).await;
    told.as_object_mut().unwrap().remove("type");
    assert_eq!(told, answer, "everyone is told the same");

    assert_eq!(backend.chunks(&archive).await, before, "the old history is as it was");
    let after = backend.chunks("c").await;
    let seqs: Vec<_> = after.iter().map(|chunk| chunk["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=after.len() as u64).collect::<Vec<_>>());
    assert_eq!((&after[0]["role"], &after[0]["chunk"]["type"]), (&json!("system"), &json!("system")));
    assert!(after[0]["chunk"]["text"].as_str().unwrap().contains("- asked: tools"));
    let opening = before.iter().rposition(|chunk| chunk["role"] == "user").unwrap();
    assert_eq!(contents(&after[1..]), contents(&before[opening..]), "the last turn stays word for word");
    assert_eq!(backend.get("/conversations/c/metrics").await["turns"], json!(metrics[2..]));
    assert_eq!(backend.get(&format!("/conversations/{archive}/metrics")).await["turns"], json!(metrics[..2]));

    let list = backend.get("/conversations").await["conversations"].as_array().unwrap().clone();
    let row = |id: &str| list.iter().find(|row| row["id"] == id).unwrap().clone();
    assert_eq!((&row("c")["compactedFrom"], &row("c")["status"]), (&json!(archive), &json!("idle")));
    assert_eq!((row(&archive).get("compactedFrom"), &row(&archive)["status"]), (None, &json!("closed")));
    assert_eq!(row(&archive)["title"], "Mine");

    // Once more: the summary of the summary, and a chain of what was before.
    say(&backend, "parallel").await;
    let again = backend.post("/conversations/c/compact").await;
    let newer = again["newConversationId"].as_str().unwrap().to_owned();
    let summary = backend.chunks("c").await[0]["chunk"]["text"].as_str().unwrap().to_owned();
    for asked in ["tour", "tools", "edit"] {
        assert!(summary.contains(&format!("- asked: {asked}\n")), "{summary}");
    }
    let list = backend.get("/conversations?q=").await["conversations"].as_array().unwrap().clone();
    let from = |id: &str| list.iter().find(|row| row["id"] == id).unwrap()["compactedFrom"].clone();
    assert_eq!((from("c"), from(&newer)), (json!(newer), json!(archive)));
    backend.server.shutdown().await;
    let backend = Backend::with(config).await;
    assert_eq!(backend.chunks(&archive).await, before, "also after a restart");
}

#[tokio::test]
async fn a_compacted_prompt_is_new_to_the_cache_and_ids_of_calls_do_not_come_again() {
    let backend = Backend::instant().await;
    for message in ["tour", "tour", "tour"] {
        say(&backend, message).await;
    }
    let last = say(&backend, "echo hi").await;
    let left = usage(&last, "cacheReadTokens") + usage(&last, "cacheWriteTokens");
    say(&backend, "tour").await;
    backend.post("/conversations/c/compact").await;
    let next = say(&backend, "echo hi").await;
    assert!(usage(&next, "inputTokens") < left, "there is room again");
    let read = usage(&next, "cacheReadTokens");
    assert!(read > 0 && read < left / 2, "{read} of {left}: only tools and system text are still the same");

    for _ in 0..5 {
        say(&backend, "tour").await;
    }
    let mut ids: Vec<_> = backend.chunks("c").await.iter().map(|chunk| chunk["chunk"]["toolCallId"].clone()).collect();
    ids.retain(Value::is_string);
    let results = ids.len() / 2;
    ids.sort_by_key(Value::to_string);
    ids.dedup();
    assert_eq!(ids.len(), results, "one call, one result");
}

#[tokio::test]
async fn it_is_refused_while_a_turn_runs_and_where_there_is_nothing_to_do() {
    let backend = Backend::with(natural()).await;
    let refused = async |status: u16| {
        let (found, body) = backend.ask(Method::POST, "/conversations/c/compact", None).await;
        assert_eq!(found.as_u16(), status, "{body}");
        assert!(!body["error"].as_str().unwrap().is_empty());
    };
    refused(400).await;
    let mut socket = backend.socket().await;
    for _ in 0..2 {
        socket.say("c", "quiet 600").await;
        socket.events_until("step-complete").await;
        refused(409).await;
        backend.post("/conversations/c/stop").await;
        socket.events_until("turn-sealed").await;
        assert_eq!(backend.chunks("c").await[0]["role"], "user", "nothing has changed");
    }
}

#[tokio::test]
async fn a_conversation_compacts_itself_when_it_is_as_full_as_allowed() {
    let backend = Backend::instant().await;
    let path = "/conversations/c/compact-percent";
    assert_eq!(backend.get(path).await, json!({ "threshold": 0.0 }));
    backend.put("/conversations/c/model", json!({ "model": "scripted/swift" })).await;
    say(&backend, "echo hi").await;
    // A third of a percent of 128 000 tokens is less than the system text.
    assert_eq!(backend.put(path, json!({ "threshold": 0.3 })).await, json!({ "threshold": 0.3 }));
    let mut socket = backend.socket().await;
    socket.say("c", "echo once more").await;
    let compacted = next_compacted(&mut socket).await;
    assert_eq!((&compacted["conversationId"], &compacted["messagesSummarized"]), (&json!("c"), &json!(2)));
    assert_eq!(backend.chunks("c").await[0]["role"], "system");

    backend.put(path, json!({ "threshold": 0 })).await;
    say(&backend, "echo by hand only").await;
    socket.probe().await;
    assert!(socket.announced.iter().all(|message| message["type"] != "conversation.compacted"));
}

/// Of three who ask at once two are refused while the summary of the third is written: by that it is known to be under way.
#[tokio::test]
async fn nobody_waits_for_a_summary_and_a_turn_that_runs_by_then_wins() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    for _ in 0..2 {
        socket.say("c", "echo hi").await;
        socket.events_until("turn-sealed").await;
    }
    let before = backend.chunks("c").await;
    let asks = [(); 3].map(|()| Box::pin(backend.ask(Method::POST, "/conversations/c/compact", None)));
    let ((refused, _), _, others) = futures_util::future::select_all(asks).await;
    let ((refused_too, _), _, mut others) = futures_util::future::select_all(others).await;
    assert_eq!((refused.as_u16(), refused_too.as_u16()), (409, 409));
    socket.say("c", "quiet 600").await;
    assert_eq!(socket.event().await["type"], "user-message", "it begins at once");
    let (status, _) = others.remove(0).await;
    assert_eq!(status, 409);
    backend.post("/conversations/c/stop").await;
    assert_eq!(backend.chunks("c").await[..before.len()], before, "nothing has changed");
    assert_eq!(backend.get("/conversations").await["conversations"].as_array().unwrap().len(), 1);
}

/// Turns come and go while it is compacted again and again. Every message is somewhere, once, in its order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_said_meanwhile_is_in_one_history_or_the_other() {
    let backend = Backend::with(Config { speed: 40.0, ..instant() }).await;
    let mut archives = 0;
    let rounds = 12;
    for round in 0..rounds {
        let message = format!("echo {round}");
        let (_, (status, _)) =
            tokio::join!(say(&backend, &message), backend.ask(Method::POST, "/conversations/c/compact", None));
        archives += u64::from(status == 200);
    }
    let (status, body) = backend.ask(Method::POST, "/conversations/c/compact", None).await;
    archives += u64::from(status == 200);
    assert!(archives > 0, "{body}");

    let list = backend.get("/conversations").await["conversations"].as_array().unwrap().clone();
    assert_eq!(list.len() as u64, archives + 1);
    let mut said = Vec::new();
    let mut id = json!("c");
    let mut kept = u64::MAX;
    while let Some(name) = id.as_str() {
        let chunks = backend.chunks(name).await;
        let words = chunks.iter().filter(|chunk| chunk["role"] == "user").map(|chunk| {
            let text = chunk["chunk"]["text"].as_str().unwrap();
            text.strip_prefix("echo ").unwrap().parse::<u64>().unwrap()
        });
        // What was kept stands in the newer history too.
        let mut older: Vec<_> = words.filter(|number| *number < kept).collect();
        kept = older.first().copied().unwrap_or(kept);
        older.append(&mut said);
        said = older;
        id = list.iter().find(|row| row["id"] == id).unwrap()["compactedFrom"].clone();
    }
    assert_eq!(said, (0..rounds).collect::<Vec<_>>());
}
