//! The cases of the shared `vectors.md` that are about JSON alone, under their own names.

use crate::shape::{becomes, keeps, rewrite};
use dispatch_contract::*;
use serde_json::{Value, json};

fn parse(frame: Value) -> Result<Value, String> {
    rewrite::<Open<ServerMessage>>(&frame)
}

fn surface(conversation_id: Value) -> Value {
    let spec = json!({"id": "s", "region": "r", "title": "T", "fields": []});
    json!({"type": "surface", "spec": spec, "conversationId": conversation_id})
}

fn sent(message: ClientMessage) -> Value {
    serde_json::to_value(Open::Known(message)).unwrap_or_else(|error| panic!("cannot be sent: {error}"))
}

#[test]
fn w1_not_json() {
    assert!(serde_json::from_str::<Open<ServerMessage>>("not json").is_err());
}

#[test]
fn w3_surface_with_half_a_spec() {
    let refusal = parse(json!({"type": "surface", "spec": {"id": "s1"}})).unwrap_err();
    assert!(refusal.starts_with("`spec`: missing field `region`"), "{refusal}");
}

#[test]
fn w4_surface_keeps_its_conversation() {
    let frame = surface(json!("c1"));
    let read: Open<ServerMessage> = serde_json::from_value(frame.clone()).unwrap();
    let Some(ServerMessage::Surface { conversation_id, .. }) = read.known() else { panic!("{read:?}") };
    assert_eq!(conversation_id, &Some("c1".into()));
    assert_eq!(parse(frame.clone()), Ok(frame));
}

#[test]
fn w5_surface_of_no_conversation() {
    assert!(parse(surface(json!(7))).unwrap_err().starts_with("`conversationId`: invalid type"));
}

#[test]
fn w8_error_about_no_surface() {
    let frame = json!({"type": "error", "surfaceId": 42, "message": "x"});
    assert!(parse(frame).unwrap_err().starts_with("`surfaceId`: invalid type"));
}

#[test]
fn x17_send_frame_without_overrides() {
    let request = ChatRequest { conversation_id: Some("c".into()), message: "x".to_owned(), ..ChatRequest::default() };
    assert_eq!(
        sent(ClientMessage::ChatSend(request)),
        json!({"type": "chat.send", "conversationId": "c", "message": "x"})
    );
}

#[test]
fn s1_subscribe() {
    let message = ClientMessage::Subscribe { surface_id: "s1".into(), conversation_id: None };
    assert_eq!(sent(message), json!({"type": "subscribe", "surfaceId": "s1"}));
}

#[test]
fn s9_unsubscribe() {
    let message = ClientMessage::Unsubscribe { surface_id: "cw".into(), conversation_id: Some("A".into()) };
    assert_eq!(sent(message), json!({"type": "unsubscribe", "surfaceId": "cw", "conversationId": "A"}));
}

#[test]
fn s10_invoke() {
    let message = ClientMessage::Invoke {
        surface_id: "cw".into(),
        action_id: "set".into(),
        payload: Some(json!(120)),
        conversation_id: Some("A".into()),
    };
    let frame = json!({"type": "invoke", "surfaceId": "cw", "actionId": "set", "payload": 120, "conversationId": "A"});
    assert_eq!(sent(message), frame);
}

#[test]
fn s18_message_queue_has_one_row() {
    keeps::<MessageQueue>(json!({"messages": [{"id": "1", "text": "t", "queuedAt": 5}]}));
}

/// Also a fraction, which a clock may give, and a payload of another shape.
#[test]
fn k7_timer_of_no_numbers() {
    let null = json!({"nextWarmAt": null, "lastWarmAt": null});
    becomes::<CacheWarmingTimer>(&json!({"nextWarmAt": "5", "lastWarmAt": {}}), &null);
    becomes::<CacheWarmingTimer>(&json!({}), &null);
    becomes::<CacheWarmingTimer>(
        &json!({"nextWarmAt": 5.5, "lastWarmAt": -1}),
        &json!({"nextWarmAt": 6, "lastWarmAt": -1}),
    );
}

#[test]
fn k23_warm_answer_with_the_percentages_alone() {
    let warm: WarmResponse = serde_json::from_value(json!({"cachePct": 61, "expectedCacheRate": 100})).unwrap();
    assert_eq!((warm.cache_pct, warm.expected_cache_rate, warm.input_tokens), (61.0, 100.0, 0));
}

#[test]
fn custom_payloads_go_by_their_renderer() {
    let renderers =
        [Table::RENDERER_ID, CacheWarmingTimer::RENDERER_ID, MessageQueue::RENDERER_ID, TodoList::RENDERER_ID];
    assert_eq!(renderers, ["table", "cache-warming-timer", "message-queue", "todo"]);
}
