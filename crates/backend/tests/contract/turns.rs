//! A turn: its order, what is stored of it, and what it says it cost.

use crate::support::{Backend, joined, kinds};
use serde_json::{Value, json};

/// What the history must hold, told from the events alone.
fn expected_chunks(events: &[Value]) -> Vec<Value> {
    let mut chunks: Vec<Value> = Vec::new();
    let mut open: Option<&str> = None;
    for event in events {
        let kind = event["type"].as_str().unwrap();
        let run = match kind {
            "text-delta" => Some("text"),
            "reasoning-delta" => Some("thinking"),
            _ => None,
        };
        match (kind, run) {
            (_, Some(run)) if open == Some(run) => {
                let chunk = &mut chunks.last_mut().unwrap()["chunk"]["text"];
                *chunk = json!(chunk.as_str().unwrap().to_owned() + event["delta"].as_str().unwrap());
            }
            (_, Some(run)) => {
                chunks.push(json!({ "role": "assistant", "chunk": { "type": run, "text": event["delta"] } }));
            }
            ("user-message", _) => {
                chunks.push(json!({ "role": "user", "chunk": { "type": "text", "text": event["text"] } }));
            }
            ("tool-call" | "tool-result" | "error", _) => {
                let mut chunk = event.clone();
                let fields = chunk.as_object_mut().unwrap();
                for name in ["conversationId", "turnId", "durationMs"] {
                    fields.remove(name);
                }
                let role = if kind == "tool-result" { "tool" } else { "assistant" };
                chunks.push(json!({ "role": role, "chunk": chunk }));
            }
            _ => {}
        }
        open = match kind {
            "usage" | "tool-output" => open,
            _ => run,
        };
    }
    for (index, chunk) in chunks.iter_mut().enumerate() {
        chunk["seq"] = json!(index + 1);
    }
    chunks
}

const ORDER: &[&str] =
    &["user-message", "turn-start", "reasoning-delta", "text-delta", "tool-call", "usage", "step-complete"];

#[tokio::test]
async fn a_turn_over_the_socket_comes_in_the_contracts_order_and_is_stored_as_told() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    socket.say("c", "tour").await;
    let events = socket.events_until("turn-sealed").await;

    let kinds = kinds(&events);
    assert_eq!(&kinds[..ORDER.len()], ORDER);
    assert_eq!(&kinds[kinds.len() - 5..], ["text-delta", "usage", "step-complete", "done", "turn-sealed"]);
    assert!(events.iter().all(|event| event["conversationId"] == "c"));
    assert!(events.iter().all(|event| event["turnId"] == events[0]["turnId"]));
    assert_eq!(events[events.len() - 2]["reason"], "stop");
    assert_eq!(backend.chunks("c").await, expected_chunks(&events));

    let calls: Vec<_> = events.iter().filter(|event| event["type"] == "tool-call").collect();
    assert_eq!(calls.len(), 5);
    assert_eq!(calls[0]["stepId"], calls[2]["stepId"], "a batch shares its step");
    assert_ne!(calls[2]["stepId"], calls[3]["stepId"]);
    for call in calls {
        let results = events.iter().filter(|event| {
            event["type"] == "tool-result"
                && event["toolCallId"] == call["toolCallId"]
                && event["stepId"] == call["stepId"]
        });
        assert_eq!(results.count(), 1);
    }
}

#[tokio::test]
async fn a_turn_over_http_tells_the_same_and_names_the_conversation() {
    let backend = Backend::instant().await;
    let request = backend.request(reqwest::Method::POST, "/chat").json(&json!({ "message": "parallel" }));
    let response = request.send().await.unwrap();
    let conversation = response.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    let text = response.text().await.unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();

    assert!(events.iter().all(|event| event["conversationId"] == conversation.as_str()));
    assert_eq!(&kinds(&events)[..3], ["user-message", "turn-start", "text-delta"]);
    assert_eq!(events.last().unwrap()["type"], "turn-sealed");
    assert_eq!(backend.chunks(&conversation).await, expected_chunks(&events));
}

#[tokio::test]
async fn numbers_add_up_live_and_stored() {
    let backend = Backend::instant().await;
    let (status, _) = backend.ask(reqwest::Method::GET, "/conversations/c/metrics", None).await;
    assert_eq!(status, 404);

    let events = backend.chat(json!({ "conversationId": "c", "message": "tools" })).await;
    let metrics = backend.get("/conversations/c/metrics").await;
    let turn = &metrics["turns"][0];
    let steps = turn["steps"].as_array().unwrap();
    assert_eq!(turn["turnId"], events[0]["turnId"]);
    assert_eq!(steps.len(), 4);

    let sum = |name: &str| steps.iter().map(|step| step["usage"][name].as_u64().unwrap()).sum::<u64>();
    for name in ["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens"] {
        assert_eq!(turn["usage"][name].as_u64().unwrap(), sum(name), "{name}");
    }
    let last = &steps[3]["usage"];
    let context = last["inputTokens"].as_u64().unwrap() + last["outputTokens"].as_u64().unwrap();
    assert_eq!(turn["contextSize"].as_u64().unwrap(), context);
    for pair in steps.windows(2) {
        let figure = |step: &Value, name: &str| step["usage"][name].as_u64().unwrap();
        let before = figure(&pair[0], "cacheReadTokens") + figure(&pair[0], "cacheWriteTokens");
        assert_eq!(figure(&pair[1], "cacheReadTokens"), before, "a step reads what the one before left");
    }
    for step in steps {
        let total = step["genTotalMs"].as_f64().unwrap();
        assert_eq!(total, step["ttftMs"].as_f64().unwrap() + step["decodeMs"].as_f64().unwrap());
    }

    let done = events.iter().find(|event| event["type"] == "done").unwrap();
    assert_eq!(done["usage"], turn["usage"]);
    assert_eq!(done["contextSize"], turn["contextSize"]);
    assert_eq!(done["durationMs"], turn["durationMs"]);
    let told: Vec<_> = events.iter().filter(|event| event["type"] == "step-complete").collect();
    for (told, stored) in told.iter().zip(steps) {
        for name in ["stepId", "ttftMs", "decodeMs", "genTotalMs"] {
            assert_eq!(told[name], stored[name]);
        }
    }
}

#[tokio::test]
async fn the_next_turn_reads_what_the_last_one_wrote_and_another_model_does_not() {
    let backend = Backend::instant().await;
    let mut usages = Vec::new();
    for model in ["scripted/steady", "scripted/steady", "scripted/swift"] {
        let request = json!({ "conversationId": "c", "message": "echo hello", "model": model });
        let events = backend.chat(request).await;
        usages.push(events.iter().find(|event| event["type"] == "done").unwrap()["usage"].clone());
    }
    let figure = |index: usize, name: &str| usages[index][name].as_u64().unwrap();
    assert_eq!(figure(0, "cacheReadTokens"), 0);
    assert_eq!(figure(1, "cacheReadTokens"), figure(0, "cacheWriteTokens"));
    assert_eq!(figure(2, "cacheReadTokens"), 0);
    assert_eq!(figure(2, "cacheWriteTokens"), figure(2, "inputTokens"));
}

#[tokio::test]
async fn the_same_words_play_the_same() {
    let backend = Backend::instant().await;
    for message in ["tour", "what about the tide?", "edit", "think", "markdown", "long 3"] {
        let mut plays = Vec::new();
        for conversation in ["one", "other"] {
            let id = format!("{conversation} {message}");
            let events = backend.chat(json!({ "conversationId": id, "message": message })).await;
            let calls: Vec<_> = events
                .iter()
                .filter(|event| event["type"] == "tool-call")
                .map(|event| (event["toolCallId"].clone(), event["toolName"].clone(), event["input"].clone()))
                .collect();
            plays.push((joined(&events, "text-delta"), joined(&events, "reasoning-delta"), calls));
        }
        assert_eq!(plays[0], plays[1], "{message}");
    }
}

#[tokio::test]
async fn effort_and_model_are_resolved_by_the_backend() {
    let backend = Backend::instant().await;
    let thought = async |extra: Value| {
        let mut request = json!({ "conversationId": "c", "message": "think" });
        request.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        joined(&backend.chat(request).await, "reasoning-delta").len()
    };
    let unset = thought(json!({})).await;
    let high = thought(json!({ "reasoningEffort": "high" })).await;
    let low = thought(json!({ "reasoningEffort": "low" })).await;
    assert_eq!(unset, high, "never set counts as high");
    assert!(low < high);
    backend.put("/conversations/c/reasoning-effort", json!({ "reasoningEffort": "max" })).await;
    let stored = thought(json!({})).await;
    assert!(stored > high);
    assert_eq!(thought(json!({ "reasoningEffort": "low" })).await, low, "the turn's own wins");
    assert_eq!(thought(json!({})).await, stored, "and is not stored");
}

#[tokio::test]
async fn many_deltas_are_one_chunk_and_pictures_are_kept() {
    let backend = Backend::instant().await;
    let request = json!({
        "conversationId": "c", "message": "count 500",
        "images": [{ "url": "data:image/png;base64,AA==", "mimeType": "image/png" }],
    });
    let events = backend.chat(request).await;
    assert_eq!(events[0]["images"][0]["mimeType"], "image/png");
    assert_eq!(events.iter().filter(|event| event["type"] == "text-delta").count(), 500);
    let chunks = backend.chunks("c").await;
    let kinds: Vec<_> = chunks.iter().map(|chunk| chunk["chunk"]["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "image", "text"]);
    assert_eq!(chunks[2]["chunk"]["text"], joined(&events, "text-delta").as_str());
}

#[tokio::test]
async fn deltas_that_come_together_go_out_together() {
    let config = dispatch_backend::Config { speed: 0.0, ..dispatch_backend::Config::default() };
    let backend = Backend::with(config).await;
    let events = backend.chat(json!({ "conversationId": "c", "message": "count 20000" })).await;
    let deltas = events.iter().filter(|event| event["type"] == "text-delta").count();
    assert!(deltas < 5_000, "{deltas}");
    let expected: Vec<_> = (1..=20_000).map(|number: u32| number.to_string()).collect();
    assert_eq!(joined(&events, "text-delta"), expected.join(" "));
}
