//! Watching a turn that already runs: everything once, in order, on every socket.

use crate::support::{Backend, changed, instant, joined, kinds, natural};
use dispatch_backend::Config;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn who_comes_in_mid_turn_gets_it_from_the_start() {
    let backend = Backend::with(natural()).await;
    let mut first = backend.socket().await;
    first.say("c", "quiet 600").await;
    let seen = first.events_until("step-complete").await;

    let mut second = backend.socket().await;
    second.watch("c").await;
    let replayed = second.events_until("step-complete").await;
    assert_eq!(kinds(&replayed), kinds(&seen));
    assert_eq!(joined(&replayed, "text-delta"), joined(&seen, "text-delta"));
    assert_eq!(replayed.last(), seen.last());

    assert_eq!(backend.post("/conversations/c/stop").await["abortedTurn"], true);
    let ends = (first.events_until("turn-sealed").await, second.events_until("turn-sealed").await);
    assert_eq!(ends.0, ends.1);
    assert_eq!(kinds(&ends.0), ["done", "turn-sealed"]);
}

#[tokio::test]
async fn subscribing_twice_tells_nothing_twice_and_unsubscribing_stops_no_turn() {
    let backend = Backend::with(natural()).await;
    let mut socket = backend.socket().await;
    socket.say("c", "quiet 600").await;
    socket.events_until("step-complete").await;
    socket.watch("c").await;
    assert!(socket.probe().await.is_empty());

    socket.send(json!({ "type": "chat.unsubscribe", "conversationId": "c" })).await;
    assert!(socket.probe().await.is_empty());
    socket.watch("c").await;
    let replayed = socket.events_until("step-complete").await;
    assert_eq!(replayed[0]["type"], "user-message");
    assert_eq!(backend.post("/conversations/c/stop").await["abortedTurn"], true);
}

#[tokio::test]
async fn an_idle_conversation_replays_nothing() {
    let backend = Backend::instant().await;
    backend.chat(json!({ "conversationId": "c", "message": "echo one" })).await;
    let mut socket = backend.socket().await;
    socket.watch("c").await;
    assert!(socket.probe().await.is_empty());
    backend.chat(json!({ "conversationId": "c", "message": "echo two" })).await;
    let events = socket.events_until("turn-sealed").await;
    assert_eq!(joined(&events, "text-delta"), "two");
}

/// Sockets come in all the time while a turn streams; each must hear the whole turn, with no word lost or doubled where
/// the replay ends and the live events begin.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_gap_and_no_double_wherever_one_joins() {
    for join_window in [Duration::ZERO, Duration::from_millis(16)] {
        let backend = Backend::with(Config { speed: 30.0, join_window, ..instant() }).await;
        let mut first = backend.socket().await;
        first.say("c", "count 4000").await;
        let mut watching = Vec::new();
        loop {
            let event = first.event().await;
            if event["type"] == "done" {
                break;
            }
            // One more socket for every so many events, wherever the turn is by then.
            let delta = event["delta"].as_str().unwrap_or_default();
            if delta.trim_end().ends_with("00") || event["type"] == "turn-start" {
                let mut socket = backend.socket().await;
                socket.watch("c").await;
                watching.push(tokio::spawn(async move {
                    // One that came in after the seal hears nothing, and says so.
                    let mut events = Vec::new();
                    let mut asked = false;
                    loop {
                        if !asked {
                            socket.send(json!({ "type": "subscribe", "surfaceId": "probe" })).await;
                            asked = true;
                        }
                        let message = socket.next().await;
                        if message["type"] == "error" {
                            if events.is_empty() {
                                return None;
                            }
                            continue;
                        }
                        let event = message["event"].clone();
                        let sealed = event["type"] == "turn-sealed";
                        events.push(event);
                        if sealed {
                            return Some(events);
                        }
                    }
                }));
            }
        }
        let expected = (1..=4_000).map(|number: u32| number.to_string()).collect::<Vec<_>>().join(" ");
        let mut heard = 0;
        for watcher in watching {
            if let Some(events) = watcher.await.unwrap() {
                assert_eq!(
                    kinds(&events),
                    ["user-message", "turn-start", "text-delta", "usage", "step-complete", "done", "turn-sealed"]
                );
                assert_eq!(joined(&events, "text-delta"), expected);
                heard += 1;
            }
        }
        assert!(heard > 0);
    }
}

/// A socket that stops reading must cost nobody anything: the turn goes on, others hear it, and the slow one is let go so
/// that it can come back for the replay.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_socket_is_let_go_and_nobody_waits_for_it() {
    let config = Config { speed: 4.0, watcher_limit: 1024 * 1024, ..natural() };
    let backend = Backend::with(config).await;
    let mut slow = backend.narrow_socket().await;
    slow.watch("c").await;
    assert!(slow.probe().await.is_empty());

    let mut stranger = backend.socket().await;
    let mut quick = backend.socket().await;
    // More than the limit and all that the system keeps of it on the way.
    quick.say("c", "long 9000").await;
    let events = quick.events_until("turn-sealed").await;
    assert_eq!(joined(&events, "text-delta").len(), 9_000 * 1024);
    backend.post("/conversations/c/close").await;
    assert!(stranger.probe().await.is_empty());
    assert_eq!(stranger.announced, ["active", "idle", "closed"].map(|status| changed("c", status)));

    let mut kinds = Vec::new();
    while let Some(message) = slow.try_next().await {
        kinds.push(message["event"]["type"].clone());
    }
    assert_eq!(kinds.first().unwrap(), "user-message");
    assert!(!kinds.contains(&json!("turn-sealed")), "it never got to the end");
    assert_eq!(slow.announced, [changed("c", "active")]);
}
