//! What must not be taken: a frame that lies about a known type is an error that says where, never an unknown value and
//! never a guess. (What every type refuses field by field is in `shapes`.)

use crate::shape::{becomes, keeps, rewrite};
use dispatch_contract::*;
use serde_json::{Value, json};

type Rewrite = fn(&Value) -> Result<Value, String>;

#[track_caller]
fn refuses(read: Rewrite, cases: impl IntoIterator<Item = (Value, &'static str)>) {
    for (json, reason) in cases {
        match read(&json) {
            Ok(written) => panic!("{json} was accepted as {written}"),
            Err(error) => assert!(error.contains(reason), "{json}: `{error}` does not say {reason:?}"),
        }
    }
}

#[test]
fn a_tag_that_is_missing_or_no_text() {
    for read in [rewrite::<Open<Chunk>>, rewrite::<Open<ClientMessage>>, rewrite::<Open<ServerMessage>>] {
        refuses(
            read,
            [
                (json!({}), "missing field `type`"),
                (json!({"kind": "text", "text": "x"}), "missing field `type`"),
                (json!({"type": null}), "`type` is not a string"),
                (json!({"type": 7}), "`type` is not a string"),
                (json!({"type": {"text": {}}}), "`type` is not a string"),
            ],
        );
    }
    refuses(
        rewrite::<Open<Field>>,
        [
            (json!({"type": "stat", "label": "A", "value": "1"}), "missing field `kind`"),
            (json!({"kind": false}), "`kind` is not a string"),
        ],
    );
}

#[test]
fn what_is_no_object() {
    for read in [
        rewrite::<Open<Chunk>>,
        rewrite::<Open<Field>>,
        rewrite::<Open<ClientMessage>>,
        rewrite::<Open<ServerMessage>>,
        rewrite::<AgentEvent>,
    ] {
        refuses(
            read,
            [json!(null), json!("text"), json!(7), json!([]), json!(["text", {}])].map(|json| (json, "expected a map")),
        );
    }
}

#[test]
fn events_without_their_ids() {
    let ids = |ids: Value| {
        let mut event = json!({"type": "text-delta", "delta": "x"});
        event.as_object_mut().unwrap().extend(ids.as_object().unwrap().clone());
        event
    };
    refuses(
        rewrite::<AgentEvent>,
        [
            (ids(json!({"turnId": "t"})), "missing field `conversationId`"),
            (ids(json!({"conversationId": "c"})), "missing field `turnId`"),
            (ids(json!({"conversationId": "c", "turnId": null})), "`turnId`: invalid type: null"),
            (ids(json!({"conversationId": "c", "turnId": 7})), "`turnId`: invalid type: integer `7`"),
            (ids(json!({"conversationId": 7, "turnId": "t"})), "`conversationId`: invalid type: integer `7`"),
            (json!({"type": "status", "status": "x"}), "missing field `conversationId`"),
            (json!({"type": "status", "conversationId": "c"}), "missing field `status`"),
            (json!({"type": "status", "conversationId": "c", "status": 7}), "`status`: invalid type: integer `7`"),
            (json!({"type": "from-the-future", "turnId": "t"}), "missing field `conversationId`"),
            (json!({"conversationId": "c", "turnId": "t"}), "missing field `type`"),
        ],
    );
    keeps::<AgentEvent>(ids(json!({"conversationId": "", "turnId": ""})));
}

#[test]
fn the_error_names_the_way_to_the_field() {
    let delta = |event: Value| json!({"type": "chat.delta", "event": event});
    refuses(
        rewrite::<Open<ServerMessage>>,
        [
            (delta(json!({"type": "done", "conversationId": "c", "turnId": "t"})), "`event`: missing field `reason`"),
            (
                delta(json!({"type": "text-delta", "conversationId": "c", "turnId": "t", "delta": 7})),
                "`event`: `delta`: invalid type: integer `7`",
            ),
            (
                delta(json!({"type": "usage", "conversationId": "c", "turnId": "t", "usage": {"inputTokens": 1}})),
                "`event`: `usage`: missing field `outputTokens`",
            ),
            (json!({"type": "catalog", "catalog": [{"id": "a", "region": "r"}]}), "`catalog`: missing field `title`"),
            (json!({"type": "update", "update": {"surfaceId": "s"}}), "`update`: missing field `spec`"),
        ],
    );
    refuses(
        rewrite::<Open<ClientMessage>>,
        [
            (json!({"type": "chat.send", "message": "x", "cwd": 7}), "`cwd`: invalid type: integer `7`"),
            (json!({"type": "chat.send", "message": "x", "images": [{}]}), "`images`: missing field `url`"),
            (json!({"type": "chat.send", "message": "x", "reasoningEffort": 3}), "`reasoningEffort`: invalid type"),
        ],
    );
    refuses(
        rewrite::<HistoryResponse>,
        [
            (
                json!({"chunks": [{"seq": 1, "role": "user", "chunk": {"type": "text", "text": 7}}], "latestSeq": 1}),
                "`text`: invalid type: integer `7`",
            ),
            (json!({"chunks": [{"seq": 1, "role": "user", "chunk": {}}], "latestSeq": 1}), "missing field `type`"),
        ],
    );
}

#[test]
fn a_bad_field_is_refused_alone() {
    let raw =
        json!([{"kind": "toggle", "label": "On", "value": "yes", "action": {"actionId": "a"}}, {"label": "x"}, 7]);
    let spec = json!({"id": "s", "region": "r", "title": "T", "fields": raw});
    let spec: SurfaceSpec = serde_json::from_value(spec).unwrap();
    let errors: Vec<String> =
        spec.fields.iter().map(|raw| SurfaceSpec::read_field(raw).unwrap_err().to_string()).collect();
    assert_eq!(
        errors,
        [
            "`value`: invalid type: string \"yes\", expected a boolean",
            "missing field `kind`",
            "invalid type: integer `7`, expected a map",
        ]
    );
}

/// Where the contract has `?`, null reads as absent and is not written again; an empty list counts as absent too.
#[test]
fn null_and_empty_where_a_field_may_be_absent() {
    let bare = json!({"type": "chat.send", "message": "x"});
    let nulls = json!({"type": "chat.send", "message": "x", "cwd": null, "model": null, "images": []});
    becomes::<Open<ClientMessage>>(&nulls, &bare);
    becomes::<ModelsResponse>(&json!({"models": [], "modelInfo": {}}), &json!({"models": []}));
    keeps::<Open<ClientMessage>>(json!({"type": "invoke", "surfaceId": "s", "actionId": "a", "payload": null}));
}

/// A person who cannot choose a model cannot work, and what is known beside the names is an extra.
#[test]
fn what_cannot_be_read_about_one_model_leaves_the_others() {
    let told =
        json!({"models": ["a/b"], "modelInfo": {"a/b": {"contextWindow": 9}, "c/d": {"contextWindow": -1}, "e/f": 7}});
    becomes::<ModelsResponse>(&told, &json!({"models": ["a/b"], "modelInfo": {"a/b": {"contextWindow": 9}}}));
}

/// `{}` must not forget the model, as it would if a missing field read as null.
#[test]
fn a_model_request_that_says_nothing() {
    refuses(rewrite::<SetModelRequest>, [(json!({}), "missing field `model`")]);
}
