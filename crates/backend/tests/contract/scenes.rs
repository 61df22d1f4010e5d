//! Every scene plays to its end, and shows what `help` says it shows.

use crate::support::{Backend, joined, kinds};
use serde_json::{Value, json};

async fn play(backend: &Backend, message: &str) -> Vec<Value> {
    let events = backend.chat(json!({ "conversationId": message, "message": message })).await;
    assert_eq!(events.last().unwrap()["type"], "turn-sealed", "{message}");
    events
}

fn results(events: &[Value]) -> Vec<&Value> {
    events.iter().filter(|event| event["type"] == "tool-result").collect()
}

#[tokio::test]
async fn help_lists_scenes_that_all_play() {
    let backend = Backend::instant().await;
    let help = joined(&play(&backend, "help").await, "text-delta");
    let usages: Vec<&str> =
        help.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(usage, _)| usage)).collect();
    assert!(usages.len() >= 14, "{usages:?}");
    for usage in usages {
        let name = usage.split(' ').next().unwrap();
        let events = play(&backend, name).await;
        assert!(!joined(&events, "text-delta").is_empty(), "{name}");
    }
}

#[tokio::test]
async fn scenes_show_what_they_promise() {
    let backend = Backend::instant().await;
    let text = async |message: &str| joined(&play(&backend, message).await, "text-delta");
    assert_eq!(text("echo  as it is,\n\nwith *all* of it 🗼 ").await, " as it is,\n\nwith *all* of it 🗼 ");
    assert_eq!(text("Echo: works").await, "works");
    assert_eq!(text("/count 3").await, "1 2 3");
    assert_eq!(text("count 3 wave").await, "wave1 wave2 wave3");
    assert_eq!(text("long 7").await.len(), 7 * 1024);
    assert_eq!(text("prose 7").await.len(), 7 * 1024);
    assert!(text("long").await.len() == 100 * 1024);
    assert!(play(&backend, "slow").await.iter().filter(|event| event["type"] == "text-delta").count() > 200);

    let everything = play(&backend, "markdown 100").await;
    let deltas = everything.iter().filter(|event| event["type"] == "text-delta").count();
    assert!((8_000..9_000).contains(&deltas), "{deltas}");
    let paragraph = text("paragraph").await;
    assert!(paragraph.len() == 22 * 1024 && !paragraph.contains('\n'));
    assert_eq!(text("listing 50").await.lines().count(), 52);
    assert_eq!(text("blocks 3").await.matches("```rust\n").count(), 3);
    assert_eq!(text("blocks 3 plain").await.matches("```plain\n").count(), 3);

    let tools = play(&backend, "tools").await;
    assert_eq!(results(&tools).iter().filter(|result| result["isError"] == true).count(), 1);
    let parallel = play(&backend, "parallel").await;
    assert_eq!(results(&parallel).len(), 4);
    for stream in ["stdout", "stderr"] {
        assert!(parallel.iter().any(|event| event["type"] == "tool-output" && event["stream"] == stream));
    }
    let edit = play(&backend, "edit").await;
    let call = edit.iter().find(|event| event["type"] == "tool-call").unwrap();
    assert_eq!(call["toolName"], "edit");
    assert!(call["input"]["oldString"].is_string() && call["input"]["newString"].is_string());
    assert!(kinds(&play(&backend, "fail").await).contains(&"error"));
    assert!(text("anything at all about lanterns").await.contains("lanterns"));
}
