//! A real endpoint behind the backend, as far as the backend can tell: streamed words and calls, refusals, and streams that
//! break.

mod endpoint;

use crate::support::{Backend, instant, joined, kinds};
use dispatch_backend::{Config, OpenAi, OpenAiError, StartError, start};
use endpoint::{Endpoint, Reply, call, delta, finish, says, text, usage};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const KEY: &str = "sk-secret";

fn settings(endpoint: &Endpoint) -> OpenAi {
    OpenAi {
        base_url: endpoint.url(),
        key: Some(KEY.to_owned()),
        models: vec!["qwen/qwen3".to_owned(), "tiny".to_owned()],
        context_window: Some(32_768),
        sees_pictures: true,
        first_retry: Duration::from_millis(5),
        ..OpenAi::default()
    }
}

async fn backend(replies: Vec<Reply>) -> (Backend, Endpoint) {
    let endpoint = Endpoint::start(replies).await;
    let backend = Backend::with(Config { openai: Some(settings(&endpoint)), ..instant() }).await;
    (backend, endpoint)
}

async fn say(backend: &Backend, message: &str) -> Vec<Value> {
    backend.chat(json!({ "conversationId": "c", "message": message })).await
}

fn find<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["type"] == kind).collect()
}

#[tokio::test]
async fn its_models_come_first_and_it_is_asked_as_it_expects() {
    let (backend, endpoint) = backend(vec![says("Hello ünïcode.")]).await;
    let models = backend.get("/models").await;
    assert_eq!(models["models"][0], "openai/qwen/qwen3");
    assert_eq!(models["models"][1], "openai/tiny");
    assert_eq!(models["modelInfo"]["openai/tiny"], json!({ "contextWindow": 32_768, "vision": true }));

    let picture = json!({ "url": "data:image/png;base64,AA==" });
    let request = json!({ "conversationId": "c", "message": "Hi", "model": "openai/tiny", "images": [picture] });
    let events = backend.chat(request).await;
    assert_eq!(joined(&events, "text-delta"), "Hello ünïcode.");
    let expected = ["user-message", "turn-start", "text-delta", "usage", "step-complete", "done", "turn-sealed"];
    assert_eq!(kinds(&events), expected);
    let used = &find(&events, "usage")[0]["usage"];
    assert_eq!(*used, json!({ "inputTokens": 1_000, "outputTokens": 10, "cacheReadTokens": 600 }));
    assert_eq!(find(&events, "done")[0]["contextSize"], 1_010);

    let asked = &endpoint.asked()[0];
    assert!(asked.head.starts_with("post /v1/chat/completions http/1.1"), "{}", asked.head);
    assert!(asked.head.contains(&format!("authorization: bearer {KEY}")));
    let body = &asked.body;
    assert_eq!((&body["model"], &body["stream"]), (&json!("tiny"), &json!(true)));
    assert_eq!(body["stream_options"]["include_usage"], true);
    assert_eq!(body.get("reasoning_effort"), None, "only where it is wanted");
    assert_eq!(body["messages"][0]["role"], "system");
    let parts = json!([{ "type": "text", "text": "Hi" }, { "type": "image_url", "image_url": picture }]);
    assert_eq!(body["messages"][1], json!({ "role": "user", "content": parts }));
    let tools: Vec<_> = body["tools"].as_array().unwrap().iter().map(|tool| &tool["function"]["name"]).collect();
    assert!(tools.contains(&&json!("read")), "{tools:?}");
}

#[tokio::test]
async fn calls_are_run_and_their_answers_are_sent_back() {
    let calls = vec![
        delta(json!({ "role": "assistant", "content": null, "reasoning_content": "Two looks." })),
        text("I look."),
        call(0, Some("a"), Some("list"), ""),
        call(0, None, None, "{\"path\""),
        call(1, Some("b"), Some("no_such_tool"), "{}"),
        call(0, None, None, ":\".\"}"),
        finish("tool_calls"),
        usage(100, 20, 0),
    ];
    let (backend, endpoint) = backend(vec![Reply::Stream(calls), says("Done."), says("Again.")]).await;
    let events = say(&backend, "Look").await;
    assert_eq!(joined(&events, "reasoning-delta"), "Two looks.");
    assert_eq!(joined(&events, "text-delta"), "I look.Done.");
    let told = find(&events, "tool-call");
    assert_eq!((&told[0]["toolCallId"], &told[0]["input"]), (&json!("a"), &json!({ "path": "." })));
    assert_eq!(told[0]["stepId"], told[1]["stepId"], "they run side by side");
    let results = find(&events, "tool-result");
    let of = |id: &str| results.iter().find(|result| result["toolCallId"] == id).unwrap();
    assert_eq!((&of("a")["isError"], &of("b")["isError"]), (&json!(false), &json!(true)));
    assert_eq!(find(&events, "step-complete").len(), 2);
    assert_eq!(find(&events, "done")[0]["usage"]["inputTokens"], 1_100);

    say(&backend, "Once more").await;
    let messages = endpoint.asked()[2].body["messages"].as_array().unwrap().clone();
    let roles: Vec<_> = messages.iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "tool", "tool", "assistant", "user"]);
    assert_eq!(messages[2]["content"], "I look.");
    let first = &messages[2]["tool_calls"][0];
    assert_eq!((&first["id"], &first["function"]["arguments"]), (&json!("a"), &json!("{\"path\":\".\"}")));
    let ids: Vec<_> = messages.iter().filter_map(|message| message["tool_call_id"].as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(endpoint.asked()[1].body["messages"].as_array().unwrap()[..5], messages[..5], "a prefix stays a prefix");
}

#[tokio::test]
async fn a_refusal_that_stays_ends_the_turn_in_the_servers_words() {
    let refusal = json!({ "error": { "message": "Incorrect API key provided.", "code": "invalid_api_key" } });
    let quota = json!({ "error": { "message": "You exceeded your quota.", "code": "insufficient_quota" } });
    let redirect = Reply::Refusal(302, "location: http://127.0.0.1:1/\r\n", json!({}));
    let (backend, endpoint) =
        backend(vec![Reply::Refusal(401, "", refusal), Reply::Refusal(429, "", quota), redirect, says("Back.")]).await;
    for (words, code) in [
        ("Incorrect API key provided.", "invalid_api_key"),
        ("You exceeded your quota.", "insufficient_quota"),
        ("The provider answered 302 Found", "302"),
    ] {
        let events = say(&backend, "Hi").await;
        let error = find(&events, "error")[0];
        assert_eq!((&error["message"], &error["code"]), (&json!(words), &json!(code)));
        assert_eq!(find(&events, "done")[0]["reason"], "error");
        assert!(find(&events, "provider-retry").is_empty());
    }
    assert_eq!(joined(&say(&backend, "Hi").await, "text-delta"), "Back.");
    assert_eq!(endpoint.asked().len(), 4, "none was asked twice");
}

#[tokio::test]
async fn what_may_pass_is_asked_again_and_a_named_time_is_kept() {
    let busy = json!({ "error": { "message": "Rate limit reached", "type": "requests" } });
    let replies = vec![
        Reply::Refusal(429, "retry-after: 1\r\n", busy),
        Reply::Refusal(503, "", Value::Null),
        Reply::Nothing,
        Reply::CutOff(Vec::new()),
        says("At last."),
    ];
    let (backend, endpoint) = backend(replies).await;
    let events = say(&backend, "Hi").await;
    let told: Vec<_> = find(&events, "provider-retry")
        .iter()
        .map(|retry| {
            (retry["attempt"].as_u64().unwrap(), retry["delayMs"].as_f64().unwrap(), retry["code"].as_str().unwrap())
        })
        .collect();
    // The second is the base doubled once: the attempts are counted, whoever named the first time.
    let expected = [(0, 1_000.0, "requests"), (1, 10.0, "503"), (2, 20.0, "unreachable"), (3, 40.0, "cut-off")];
    assert_eq!(told, expected);
    assert_eq!(joined(&events, "text-delta"), "At last.");
    let step = find(&events, "step-complete")[0]["genTotalMs"].as_f64().unwrap();
    let turn = find(&events, "done")[0]["durationMs"].as_f64().unwrap();
    assert!(turn >= 1_000.0 && step + 1_000.0 <= turn, "{step} of {turn} ms are the model's");
    assert_eq!(endpoint.asked().len(), 5);
    assert!(endpoint.asked().windows(2).all(|pair| pair[0].body == pair[1].body));
}

#[tokio::test]
async fn it_is_given_up_after_five_retries() {
    let (backend, endpoint) = backend(vec![Reply::Refusal(500, "", Value::Null); 7]).await;
    let events = say(&backend, "Hi").await;
    assert_eq!(find(&events, "provider-retry").len(), 5);
    assert_eq!(find(&events, "error")[0]["code"], "500");
    assert_eq!(endpoint.asked().len(), 6);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_kept_and_not_asked_for_again() {
    let told = json!({ "error": { "message": "The server had an error", "code": 500 } });
    let replies = vec![
        Reply::CutOff(vec![text("Half an ")]),
        Reply::Stream(vec![text("Less than "), told]),
        Reply::Stream(vec![text("Non"), json!("sense"), finish("stop")]),
        says("Whole."),
    ];
    let (backend, endpoint) = backend(replies).await;
    for (words, code) in [("Half an ", "cut-off"), ("Less than ", "500")] {
        let events = say(&backend, "Hi").await;
        assert_eq!(joined(&events, "text-delta"), words);
        assert_eq!(find(&events, "error")[0]["code"], code);
        assert_eq!(find(&events, "done")[0]["reason"], "error");
    }
    // A chunk that says nothing is no reason to end; and a server that tells no usage gets none made up.
    let events = say(&backend, "Hi").await;
    assert_eq!(kinds(&events), ["user-message", "turn-start", "text-delta", "step-complete", "done", "turn-sealed"]);
    assert_eq!(find(&events, "done")[0].get("usage"), None);
    say(&backend, "Hi").await;
    let stored: Vec<_> = backend.chunks("c").await.iter().map(|chunk| chunk["chunk"]["type"].clone()).collect();
    let expected = ["text", "text", "error", "text", "text", "error", "text", "text", "text", "text"];
    assert_eq!(stored, expected);
    assert_eq!(endpoint.asked().len(), 4);
}

#[tokio::test]
async fn stopping_a_turn_leaves_the_server() {
    let (backend, endpoint) = backend(vec![Reply::Endless(vec![text("For ever and ")]), says("Next.")]).await;
    let mut socket = backend.socket().await;
    socket.say("c", "Hi").await;
    socket.events_until("text-delta").await;
    backend.post("/conversations/c/stop").await;
    endpoint.left().await;
    let events = socket.events_until("turn-sealed").await;
    assert_eq!(events[events.len() - 2]["reason"], "aborted");
    assert_eq!(joined(&say(&backend, "Hi").await, "text-delta"), "Next.");
}

#[tokio::test]
async fn warming_and_compacting_work_with_it_too() {
    let warm = Reply::Stream(vec![text("."), finish("length"), usage(1_000, 1, 1_000)]);
    let refusal = Reply::Refusal(400, "", json!({ "error": { "message": "No such model" } }));
    let replies = vec![says("One."), says("Two."), warm, refusal, says("We said one and two."), says("Three.")];
    let (backend, endpoint) = backend(replies).await;
    say(&backend, "First").await;
    say(&backend, "Second").await;
    let (status, warmed) = backend.ask(Method::POST, "/chat/warm", Some(json!({ "conversationId": "c" }))).await;
    assert_eq!(
        (status.as_u16(), &warmed["cachePct"], &warmed["expectedCacheRate"]),
        (200, &json!(100.0), &json!(100.0))
    );
    let (status, refused) = backend.ask(Method::POST, "/chat/warm", Some(json!({ "conversationId": "c" }))).await;
    assert_eq!((status.as_u16(), &refused["error"]), (502, &json!("No such model")));
    assert_eq!(backend.post("/conversations/c/compact").await["messagesSummarized"], 2);
    say(&backend, "Third").await;

    let asked = endpoint.asked();
    assert_eq!((&asked[2].body["max_tokens"], asked[1].body.get("max_tokens")), (&json!(1), None));
    let prompt = |index: usize| asked[index].body["messages"].as_array().unwrap().clone();
    assert_eq!(prompt(2)[..4], prompt(1)[..], "a warm begins with what the last turn sent");
    assert_eq!(asked[4].body["tool_choice"], "none");
    assert!(prompt(4).last().unwrap()["content"].as_str().unwrap().starts_with("Summarise"));
    let after = prompt(5);
    assert_eq!(after[1]["content"], "We said one and two.\n\nSecond");
    assert_eq!(after.last().unwrap()["content"], "Third");
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_one_keeps_the_backend_from_starting() {
    let started = async |base_url: &str, models: Vec<String>| {
        let openai = Some(OpenAi { base_url: base_url.to_owned(), models, ..OpenAi::default() });
        start(Config { openai, ..instant() }).await.err()
    };
    for url in ["", "localhost:11434", "ftp://example.org", "data:,x", "http://"] {
        let refused = started(url, vec!["m".to_owned()]).await;
        assert!(matches!(refused, Some(StartError::OpenAi(OpenAiError::BadUrl(_)))), "{url}: {refused:?}");
    }
    let refused = started("http://127.0.0.1:1/v1", Vec::new()).await;
    assert!(matches!(refused, Some(StartError::OpenAi(OpenAiError::NoModel(_)))), "{refused:?}");
    let shown = format!("{:?}", OpenAi { key: Some(KEY.to_owned()), ..OpenAi::default() });
    assert!(!shown.contains(KEY), "{shown}");
}
