//! Surfaces over the socket.

use crate::support::Backend;
use serde_json::{Value, json};

fn field<'a>(spec: &'a Value, label: &str) -> &'a Value {
    spec["fields"].as_array().unwrap().iter().find(|field| field["label"] == label).unwrap()
}

#[tokio::test]
async fn the_catalogue_comes_first_and_a_surface_with_its_whole_state() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    let ids: Vec<_> = socket.catalog["catalog"].as_array().unwrap().iter().map(|entry| &entry["id"]).collect();
    assert_eq!(ids, ["cache-warming", "message-queue", "loaded-extensions", "demo-controls"]);

    socket.send(json!({ "type": "subscribe", "surfaceId": "loaded-extensions" })).await;
    let surface = socket.next().await;
    assert_eq!(surface["type"], "surface");
    let table = &surface["spec"]["fields"][0];
    assert_eq!(table["kind"], "custom");
    assert_eq!(table["rendererId"], "table");
    assert_eq!(table["payload"]["columns"][0], "Extension");
    assert_eq!(table["payload"]["columns"][1], "Version");
    assert!(table["payload"]["rows"].as_array().unwrap().len() > 2);
}

#[tokio::test]
async fn a_control_changes_the_state_for_every_holder() {
    let backend = Backend::instant().await;
    let mut one = backend.socket().await;
    let mut other = backend.socket().await;
    for socket in [&mut one, &mut other] {
        socket.send(json!({ "type": "subscribe", "surfaceId": "demo-controls" })).await;
        assert_eq!(field(&socket.next().await["spec"], "Lamp")["value"], false);
    }
    let steps = [
        ("demo-controls/lit", json!(true), "Lamp", json!(true)),
        ("demo-controls/tint", json!("green"), "Tint", json!("green")),
        ("demo-controls/brightness", json!(80), "Brightness", json!(80.0)),
    ];
    for (action, payload, label, value) in steps {
        one.send(json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": action, "payload": payload }))
            .await;
        let updates = (one.next().await, other.next().await);
        assert_eq!(updates.0, updates.1);
        assert_eq!(updates.0["type"], "update");
        assert_eq!(updates.0["update"]["surfaceId"], "demo-controls");
        assert_eq!(field(&updates.0["update"]["spec"], label)["value"], value);
    }

    other.send(json!({ "type": "unsubscribe", "surfaceId": "demo-controls" })).await;
    assert!(other.probe().await.is_empty());
    one.send(json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "demo-controls/reset" })).await;
    let update = one.next().await;
    assert_eq!(field(&update["update"]["spec"], "Lamp")["value"], false);
    assert_eq!(field(&update["update"]["spec"], "Changes")["value"], "4");
    assert!(other.probe().await.is_empty(), "who let go hears nothing");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_by_name() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    let refused = [
        json!({ "type": "subscribe", "surfaceId": "nothing" }),
        json!({ "type": "invoke", "surfaceId": "nothing", "actionId": "x" }),
        json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "x" }),
        json!({ "type": "invoke", "surfaceId": "demo-controls" }),
        json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "demo-controls/lit" }),
        json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "demo-controls/lit", "payload": "yes" }),
        json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "demo-controls/tint", "payload": "plaid" }),
        json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "demo-controls/brightness", "payload": 101 }),
        json!({ "type": "invoke", "surfaceId": "loaded-extensions", "actionId": "x" }),
        json!({ "type": "subscribe", "surfaceId": "cache-warming" }),
        json!({ "type": "subscribe", "surfaceId": "cache-warming", "conversationId": " " }),
        json!({ "type": "subscribe", "surfaceId": "message-queue", "conversationId": "x".repeat(300) }),
        json!({ "type": "invoke", "surfaceId": "message-queue", "conversationId": "c", "actionId": "x" }),
    ];
    for message in refused {
        let surface = message["surfaceId"].clone();
        socket.send(message.clone()).await;
        let answer = socket.next().await;
        assert_eq!(answer["type"], "error", "{message}");
        assert_eq!(answer["surfaceId"], surface, "{message}");
        assert!(answer["message"].is_string());
    }
    socket.send(json!({ "type": "subscribe", "surfaceId": "demo-controls" })).await;
    assert_eq!(field(&socket.next().await["spec"], "Changes")["value"], "0", "refusals change nothing");
}

#[tokio::test]
async fn asking_again_tells_again_but_holds_once() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    for _ in 0..2 {
        // A conversation does not matter to a global surface.
        socket.send(json!({ "type": "subscribe", "surfaceId": "demo-controls", "conversationId": "c" })).await;
        let surface = socket.next().await;
        assert_eq!(surface["type"], "surface");
        assert_eq!(surface.get("conversationId"), None);
    }
    socket.send(json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": "demo-controls/reset" })).await;
    assert_eq!(socket.probe().await.len(), 1);
}

#[tokio::test]
async fn every_kind_of_field_is_there_and_two_that_nobody_knows() {
    let backend = Backend::instant().await;
    let mut socket = backend.socket().await;
    socket.send(json!({ "type": "subscribe", "surfaceId": "demo-controls" })).await;
    let surface = socket.next().await;
    let fields = surface["spec"]["fields"].as_array().unwrap();
    let kinds: Vec<_> = fields.iter().map(|field| field["kind"].as_str().unwrap()).collect();
    for kind in ["toggle", "progress", "selector", "stat", "number", "button", "custom", "dial"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    let renderers: Vec<_> = fields.iter().filter_map(|field| field["rendererId"].as_str()).collect();
    assert_eq!(renderers, ["table", "todo", "demo-hologram"]);
    let number = field(&surface["spec"], "Brightness");
    for bound in ["min", "max", "step"] {
        assert!(number[bound].is_number(), "{bound}");
    }
    assert_eq!(number["unit"], "%");
    let unknown = fields.iter().position(|field| field["kind"] == "dial").unwrap();
    assert!(unknown > 0 && unknown + 1 < fields.len(), "known fields stand before and after it");
    assert_eq!(fields[unknown]["value"], 2_700, "and it is sent as it is");

    // Tables and todos follow the state.
    for (action, payload) in [("lit", json!(true)), ("tint", json!("white")), ("brightness", json!(100))] {
        let action = format!("demo-controls/{action}");
        socket
            .send(json!({ "type": "invoke", "surfaceId": "demo-controls", "actionId": action, "payload": payload }))
            .await;
    }
    let last = socket.probe().await.pop().unwrap();
    let custom = |renderer: &str| {
        let fields = last["update"]["spec"]["fields"].as_array().unwrap();
        fields.iter().find(|field| field["rendererId"] == renderer).unwrap()["payload"].clone()
    };
    assert_eq!(custom("table")["rows"][1], json!(["White", true]));
    let todos = custom("todo");
    assert!(todos["todos"].as_array().unwrap().iter().all(|todo| todo["status"] == "completed"), "{todos}");
}
