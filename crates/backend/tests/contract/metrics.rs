//! The numbers are measured and billed, not made up: times are those that went by, and what a prompt costs depends on what
//! the cache still has.

use crate::support::{Backend, instant};
use dispatch_backend::{Clock, Config};
use serde_json::{Value, json};
use std::time::Duration;

/// A moment to start from: 2026-03-10, 12:00 UTC.
const NOON: u64 = 1_773_144_000_000;

fn figure(usage: &Value, name: &str) -> u64 {
    usage[name].as_u64().unwrap()
}

/// Plays a turn of one step, and answers its usage.
async fn usage(backend: &Backend, extra: Value) -> Value {
    let mut request = json!({ "conversationId": "c", "message": "echo hello" });
    request.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let events = backend.chat(request).await;
    events.iter().find(|event| event["type"] == "done").unwrap()["usage"].clone()
}

/// How much of what the last turn left in the cache the next one found there, in percent.
fn retention(before: &Value, after: &Value) -> u64 {
    let left = figure(before, "cacheReadTokens") + figure(before, "cacheWriteTokens");
    figure(after, "cacheReadTokens") * 100 / left
}

#[tokio::test]
async fn a_prompt_is_kept_for_the_ttl_and_every_use_keeps_it_again() {
    let clock = Clock::by_hand(NOON);
    let config = Config { clock: clock.clone(), cache_ttl: Duration::from_secs(300), ..instant() };
    let backend = Backend::with(config).await;
    let mut last = usage(&backend, json!({})).await;
    assert_eq!(figure(&last, "cacheReadTokens"), 0, "the first one writes");
    assert_eq!(figure(&last, "cacheWriteTokens"), figure(&last, "inputTokens"));
    for (seconds, expected) in [(299, 100), (299, 100), (300, 0), (1, 100), (86_400, 0)] {
        clock.advance(Duration::from_secs(seconds));
        let next = usage(&backend, json!({})).await;
        assert_eq!(retention(&last, &next), expected, "{seconds} s later");
        let paid = figure(&next, "cacheReadTokens") + figure(&next, "cacheWriteTokens");
        assert_eq!(paid, figure(&next, "inputTokens"), "what is not read is written");
        last = next;
    }
}

#[tokio::test]
async fn another_model_and_another_effort_have_caches_of_their_own() {
    let backend = Backend::instant().await;
    let changes = [
        (json!({}), 100),
        (json!({ "reasoningEffort": "low" }), 0),
        (json!({ "reasoningEffort": "low" }), 100),
        (json!({ "reasoningEffort": "low", "model": "scripted/deep" }), 0),
        (json!({ "reasoningEffort": "low", "model": "scripted/deep" }), 100),
    ];
    let mut last = usage(&backend, json!({})).await;
    for (change, expected) in changes {
        let next = usage(&backend, change.clone()).await;
        assert_eq!(retention(&last, &next), expected, "{change}");
        last = next;
    }
}

/// The clock of this one is real: what the scene waits for must be found in the numbers. There is no upper bound, since a
/// busy machine may take its time.
#[tokio::test]
async fn times_are_those_that_went_by() {
    let speed = 10.0;
    let backend = Backend::with(Config { speed, ..Config::default() }).await;
    let events = backend.chat(json!({ "conversationId": "c", "message": "parallel" })).await;
    let turn = backend.get("/conversations/c/metrics").await["turns"][0].clone();
    let mut generated = 0.0;
    for step in turn["steps"].as_array().unwrap() {
        // Every scene is silent for 300 to 800 ms first, and speaks at 85 tokens a second; calls (here up to 80 tokens of a
        // step) are not spoken.
        assert!(step["ttftMs"].as_f64().unwrap() >= 300.0 / speed, "{step}");
        let spoken = (figure(&step["usage"], "outputTokens") as f64 - 80.0).max(0.0) / 85.0 * 1_000.0 / speed;
        assert!(step["decodeMs"].as_f64().unwrap() >= spoken, "{step}");
        generated += step["genTotalMs"].as_f64().unwrap();
    }
    let results = events.iter().filter(|event| event["type"] == "tool-result");
    let tools: Vec<f64> = results.map(|result| result["durationMs"].as_f64().unwrap()).collect();
    assert!(tools.iter().all(|took| *took > 0.0), "{tools:?}");
    let longest = tools.iter().copied().fold(0.0, f64::max);
    let duration = turn["durationMs"].as_f64().unwrap();
    // Each number is rounded by itself.
    assert!(duration + 3.0 >= generated + longest, "{duration} ms for {generated} and {longest}");
}

#[tokio::test]
async fn a_clock_that_stands_measures_nothing() {
    let backend = Backend::with(Config { clock: Clock::by_hand(NOON), ..instant() }).await;
    let events = backend.chat(json!({ "conversationId": "c", "message": "tools" })).await;
    let done = events.iter().find(|event| event["type"] == "done").unwrap();
    assert_eq!(done["durationMs"], 0.0);
    for event in events.iter().filter(|event| event["type"] == "step-complete") {
        assert_eq!((event["ttftMs"].as_f64(), event["genTotalMs"].as_f64()), (Some(0.0), Some(0.0)));
    }
    let listed = backend.get("/conversations").await["conversations"][0].clone();
    assert_eq!((listed["createdAt"].as_u64(), listed["lastActivityAt"].as_u64()), (Some(NOON), Some(NOON)));
}

#[tokio::test]
async fn throughput_is_that_of_the_turns_sealed_in_the_window() {
    let berlin = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let clock = Clock::by_hand(NOON);
    let config = Config { clock: clock.clone(), time_zone: berlin, speed: 20.0, ..Config::default() };
    let backend = Backend::with(config).await;
    let day = "/metrics/throughput?period=day&date=2026-03-10";
    let empty = backend.get(day).await;
    // Midnight in Berlin is 23:00 UTC of the day before.
    let (start, end) = (NOON - 13 * 3_600_000, NOON + 11 * 3_600_000);
    assert_eq!(empty, json!({ "period": "day", "date": "2026-03-10", "start": start, "end": end, "models": [] }));

    // While the clock stands nothing takes any time: what took none has no speed.
    backend.chat(json!({ "conversationId": "c", "message": "echo hello" })).await;
    assert_eq!(backend.get(day).await, empty);
}

#[tokio::test]
async fn throughput_names_every_model_with_what_it_wrote() {
    let backend = Backend::with(Config { speed: 20.0, ..Config::default() }).await;
    for (conversation, model) in [("a", "scripted/swift"), ("b", "scripted/deep"), ("c", "scripted/swift")] {
        backend.chat(json!({ "conversationId": conversation, "message": "count 50", "model": model })).await;
    }
    let today = jiff::Zoned::now().strftime("%Y-%m").to_string();
    let month = backend.get(&format!("/metrics/throughput?period=month&date={today}")).await;
    let models = month["models"].as_array().unwrap();
    assert_eq!(models.len(), 2);
    let swift = models.iter().find(|row| row["model"] == "scripted/swift").unwrap();
    assert_eq!(swift["turns"], 2);
    let mut tokens = 0;
    let mut ms = 0.0;
    for conversation in ["a", "c"] {
        let turn = backend.get(&format!("/conversations/{conversation}/metrics")).await["turns"][0].clone();
        tokens += figure(&turn["usage"], "outputTokens");
        ms += turn["steps"][0]["genTotalMs"].as_f64().unwrap();
    }
    assert_eq!((figure(swift, "totalOutputTokens"), swift["totalGenMs"].as_f64().unwrap()), (tokens, ms));
    assert_eq!(swift["tokensPerSecond"].as_f64().unwrap(), tokens as f64 / (ms / 1_000.0));
    let speeds: Vec<f64> = models.iter().map(|row| row["tokensPerSecond"].as_f64().unwrap()).collect();
    assert!(speeds[0] >= speeds[1], "{speeds:?}");
}
