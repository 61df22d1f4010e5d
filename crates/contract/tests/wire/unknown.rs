//! What a later backend says: objects with a tag that this version does not know are kept whole, whatever is in them.

use crate::shape::{Union, keeps, rewrite};
use dispatch_contract::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// What makes a text that is no tag of any union.
const PREFIX: &str = "later ";

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Eighths of integers: what serde_json reads back exactly without its `float_roundtrip` feature.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(field_name(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Any name, but often one that means something to the types under test.
fn field_name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &["type", "kind", "text", "conversationId", "turnId", "event", "payload", "status", ""];
    prop_oneof![prop::sample::select(KNOWN).prop_map(str::to_owned), any::<String>()]
}

fn any_fields() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map(field_name(), any_json(), 0..6).prop_map(|fields| fields.into_iter().collect())
}

fn object(fields: &Map<String, Value>, members: &[(&str, Value)]) -> Value {
    let members = members.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    Value::Object(fields.clone().into_iter().chain(members).collect())
}

/// Equal as values and through text, and as serde_json has it: not even `5` and `5.0` may be exchanged.
fn is_kept<T: Union>(json: &Value) -> Result<(), TestCaseError> {
    let read: T = serde_json::from_value(json.clone()).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(!read.is_known());
    prop_assert_eq!(serde_json::to_value(&read).ok(), Some(json.clone()));
    prop_assert_eq!(&rewrite::<T>(json), &Ok(json.clone()));
    Ok(())
}

proptest! {
    #[test]
    fn every_union_keeps_what_it_does_not_know(fields in any_fields(), tag in any::<String>()) {
        let tag = Value::from(format!("{PREFIX}{tag}"));
        let json = object(&fields, &[("type", tag.clone())]);
        is_kept::<Open<Chunk>>(&json)?;
        is_kept::<Open<TurnEvent>>(&json)?;
        is_kept::<Open<ClientMessage>>(&json)?;
        is_kept::<Open<ServerMessage>>(&json)?;
        is_kept::<Open<Field>>(&object(&fields, &[("kind", tag)]))?;
    }

    #[test]
    fn events_keep_it_with_and_without_a_turn(fields in any_fields(), turn_id in any_json(), id in any::<String>()) {
        let mut fields = fields;
        fields.remove("turnId");
        let members = [("type", Value::from(PREFIX)), ("conversationId", Value::from(id.clone()))];
        is_kept::<AgentEvent>(&object(&fields, &members))?;
        for turn_id in [Value::from(id), turn_id] {
            fields.insert("turnId".to_owned(), turn_id);
            is_kept::<AgentEvent>(&object(&fields, &members))?;
        }
    }
}

#[test]
fn an_unknown_object_says_what_it_was() {
    let json = json!({"type": "video", "url": "x", "type2": 1});
    let Open::Unknown(raw) = serde_json::from_value::<Open<Chunk>>(json).unwrap() else { panic!("it is known") };
    assert_eq!((raw.tag.as_str(), Value::Object(raw.fields)), ("video", json!({"url": "x", "type2": 1})));
}

#[test]
fn an_unknown_event_says_where_it_belongs() {
    let read = |json: Value| match serde_json::from_value::<AgentEvent>(json).unwrap() {
        AgentEvent::Unknown { conversation_id, turn_id, raw } => {
            (conversation_id, turn_id, raw.tag, Value::Object(raw.fields))
        }
        known @ (AgentEvent::Status { .. } | AgentEvent::Turn { .. }) => panic!("{known:?} is known"),
    };
    let event = |turn: Option<TurnId>, fields: Value| (ConversationId::from("c"), turn, "later".to_owned(), fields);
    let with = json!({"type": "later", "conversationId": "c", "turnId": "t", "data": [1]});
    let without = json!({"type": "later", "conversationId": "c"});
    let odd = json!({"type": "later", "conversationId": "c", "turnId": 7});
    assert_eq!(read(with), event(Some("t".into()), json!({"data": [1]})));
    assert_eq!(read(without), event(None, json!({})));
    assert_eq!(read(odd), event(None, json!({"turnId": 7})));
}

#[test]
fn an_unknown_value_inside_a_known_message_is_kept_there() {
    keeps::<HistoryResponse>(json!({"latestSeq": 2, "chunks": [
        {"seq": 1, "role": "critic", "chunk": {"type": "video", "url": "x", "frames": [1, 2.5]}},
        {"seq": 2, "role": "user", "chunk": {"type": "text", "text": "x"}},
    ]}));
    keeps::<Open<ServerMessage>>(
        json!({"type": "chat.delta", "event": {"type": "later", "conversationId": "c", "turnId": "t", "n": null}}),
    );
    let field = json!({"kind": "weird", "label": "x", "value": {}});
    assert!(matches!(SurfaceSpec::read_field(&field), Ok(Open::Unknown(raw)) if raw.tag == "weird"));
}

/// A tag is the contract's spelling and no other: Rust's names of the variants are unknown words like any other.
#[test]
fn tags_are_exact() {
    for tag in ["Text", "ToolCall", "tool_call", "toolCall", " text", "chat-send", "ChatSend", ""] {
        let json = json!({"type": tag});
        assert!(is_kept::<Open<Chunk>>(&json).is_ok() && is_kept::<Open<ClientMessage>>(&json).is_ok(), "{tag:?}");
    }
}
