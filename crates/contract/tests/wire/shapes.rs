//! Every object of the contract, in its order, with the fields that it must have and those that it may have.

use crate::shape::{Shape, event, plain, variant};
use dispatch_contract::*;
use serde_json::json;
use std::collections::BTreeSet;

macro_rules! shapes {
    ($($name:ident = $shape:expr;)*) => {
        $(mod $name {
            use super::*;

            pub(super) fn shape() -> Shape {
                $shape
            }

            #[test]
            fn round_trips() {
                shape().round_trips();
            }

            #[test]
            fn refuses_what_is_missing_or_wrong() {
                shape().refuses_what_is_missing_or_wrong();
            }
        })*

        fn all() -> Vec<Shape> {
            vec![$($name::shape()),*]
        }
    };
}

shapes! {
    // Content
    chunk_text = variant::<Open<Chunk>>(json!({"type": "text", "text": "hello"}), json!({}));
    chunk_thinking = variant::<Open<Chunk>>(json!({"type": "thinking", "text": "hmm"}), json!({}));
    chunk_tool_call = variant::<Open<Chunk>>(
        json!({"type": "tool-call", "toolCallId": "tc1", "toolName": "bash", "input": {"command": ["ls", 1, null]}}),
        json!({"stepId": "t1#0"}),
    ).any(&["input"]);
    chunk_tool_result = variant::<Open<Chunk>>(
        json!({"type": "tool-result", "toolCallId": "tc1", "toolName": "bash", "content": "a\nb", "isError": false}),
        json!({"stepId": "t1#0"}),
    );
    chunk_error = variant::<Open<Chunk>>(json!({"type": "error", "message": "bad"}), json!({"code": "E1"}));
    chunk_system = variant::<Open<Chunk>>(json!({"type": "system", "text": "note"}), json!({}));
    chunk_image = variant::<Open<Chunk>>(
        json!({"type": "image", "url": "/images/c/1.png"}), json!({"mimeType": "image/png"}),
    );
    stored_chunk = plain::<StoredChunk>(
        json!({"seq": 1, "role": "user", "chunk": {"type": "text", "text": "q"}}), json!({}),
    );
    usage = plain::<Usage>(
        json!({"inputTokens": 100, "outputTokens": 50}), json!({"cacheReadTokens": 0, "cacheWriteTokens": 30}),
    );
    step_metrics = plain::<StepMetrics>(
        json!({"stepId": "s1", "usage": {"inputTokens": 1, "outputTokens": 2}}),
        json!({"ttftMs": 820.5, "decodeMs": 1200.5, "genTotalMs": 2020.5}),
    );
    turn_metrics = plain::<TurnMetrics>(
        json!({"turnId": "t1", "usage": {"inputTokens": 1, "outputTokens": 2},
            "steps": [{"stepId": "s1", "usage": {"inputTokens": 1, "outputTokens": 2, "cacheReadTokens": 1}}]}),
        json!({"durationMs": 5000.5, "contextSize": 3}),
    );

    // Turn events
    event_status = variant::<AgentEvent>(
        json!({"type": "status", "conversationId": "c1", "status": "thinking"}), json!({}),
    );
    event_user_message = event(
        json!({"type": "user-message", "text": ""}),
        json!({"images": [{"url": "data:x"}, {"url": "/i.png", "mimeType": "image/png"}]}),
    );
    event_turn_start = event(json!({"type": "turn-start"}), json!({}));
    event_text_delta = event(json!({"type": "text-delta", "delta": "hello "}), json!({}));
    event_reasoning_delta = event(json!({"type": "reasoning-delta", "delta": "hmm"}), json!({}));
    event_tool_call = event(
        json!({"type": "tool-call", "stepId": "s1", "toolCallId": "tc1", "toolName": "bash", "input": [1]}), json!({}),
    ).any(&["input"]);
    event_tool_output = event(
        json!({"type": "tool-output", "toolCallId": "tc1", "data": "x", "stream": "stderr"}), json!({}),
    );
    event_tool_result = event(
        json!({"type": "tool-result", "stepId": "s1", "toolCallId": "tc1", "toolName": "bash", "content": "",
            "isError": true}),
        json!({"durationMs": 12.75}),
    );
    event_usage = event(
        json!({"type": "usage", "usage": {"inputTokens": 1, "outputTokens": 2}}), json!({"stepId": "s1"}),
    );
    event_step_complete = event(
        json!({"type": "step-complete", "stepId": "s1"}), json!({"ttftMs": 1.5, "decodeMs": 2.5, "genTotalMs": 3.5}),
    );
    event_error = event(json!({"type": "error", "message": "bad"}), json!({"code": "E1"}));
    event_done = event(
        json!({"type": "done", "reason": "stop"}),
        json!({"durationMs": 5000.5, "usage": {"inputTokens": 300, "outputTokens": 150}, "contextSize": 250}),
    );
    event_turn_sealed = event(json!({"type": "turn-sealed"}), json!({}));
    event_steering = event(json!({"type": "steering", "text": "also this"}), json!({}));
    event_provider_retry = event(
        json!({"type": "provider-retry", "attempt": 0, "delayMs": 28000.5, "message": "overloaded"}),
        json!({"code": "529"}),
    );

    // WebSocket, client to server
    chat_request = plain::<ChatRequest>(
        json!({"message": "hi"}),
        json!({"conversationId": "c1", "model": "a/b/c", "cwd": "/w", "reasoningEffort": "xhigh",
            "images": [{"url": "data:x", "mimeType": "image/png"}], "workspaceId": "w1"}),
    );
    image_ref = plain::<ImageRef>(json!({"url": "data:x"}), json!({"mimeType": "image/png"}));
    send_subscribe = variant::<Open<ClientMessage>>(
        json!({"type": "subscribe", "surfaceId": "cw"}), json!({"conversationId": "c1"}),
    );
    send_unsubscribe = variant::<Open<ClientMessage>>(
        json!({"type": "unsubscribe", "surfaceId": "cw"}), json!({"conversationId": "c1"}),
    );
    send_invoke = variant::<Open<ClientMessage>>(
        json!({"type": "invoke", "surfaceId": "cw", "actionId": "cache-warming/toggle"}),
        json!({"payload": true, "conversationId": "c1"}),
    ).any(&["payload"]);
    send_chat_send = variant::<Open<ClientMessage>>(
        json!({"type": "chat.send", "message": "hi"}),
        json!({"conversationId": "c1", "model": "a/b/c", "cwd": "/w", "reasoningEffort": "max",
            "images": [{"url": "data:x"}], "workspaceId": "w1"}),
    );
    send_chat_subscribe = variant::<Open<ClientMessage>>(
        json!({"type": "chat.subscribe", "conversationId": "c1"}), json!({}),
    );
    send_chat_unsubscribe = variant::<Open<ClientMessage>>(
        json!({"type": "chat.unsubscribe", "conversationId": "c1"}), json!({}),
    );
    send_chat_queue = variant::<Open<ClientMessage>>(
        json!({"type": "chat.queue", "conversationId": "c1", "text": "next"}), json!({"workspaceId": "w1"}),
    );
    send_chat_queue_cancel = variant::<Open<ClientMessage>>(
        json!({"type": "chat.queue.cancel", "conversationId": "c1", "messageId": "m1"}), json!({}),
    );

    // WebSocket, server to client
    receive_catalog = variant::<Open<ServerMessage>>(
        json!({"type": "catalog", "catalog": [{"id": "g", "region": "side", "title": "G", "scope": "global"},
            {"id": "o", "region": "side", "title": "O"}]}),
        json!({}),
    );
    catalog_entry = plain::<CatalogEntry>(
        json!({"id": "g", "region": "side", "title": "G"}), json!({"scope": "conversation"}),
    );
    receive_surface = variant::<Open<ServerMessage>>(
        json!({"type": "surface", "spec": {"id": "s", "region": "r", "title": "T", "fields": []}}),
        json!({"conversationId": "c1"}),
    );
    receive_update = variant::<Open<ServerMessage>>(
        json!({"type": "update", "update": {"surfaceId": "s", "conversationId": "c1",
            "spec": {"id": "s", "region": "r", "title": "T", "fields": [{"kind": "button"}, 7]}}}),
        json!({}),
    );
    surface_update = plain::<SurfaceUpdate>(
        json!({"surfaceId": "s", "spec": {"id": "s", "region": "r", "title": "T", "fields": []}}),
        json!({"conversationId": "c1"}),
    );
    receive_error = variant::<Open<ServerMessage>>(json!({"type": "error", "message": "x"}), json!({"surfaceId": "s"}));
    receive_chat_delta = variant::<Open<ServerMessage>>(
        json!({"type": "chat.delta",
            "event": {"type": "text-delta", "conversationId": "c1", "turnId": "t1", "delta": "x"}}),
        json!({}),
    );
    receive_chat_error = variant::<Open<ServerMessage>>(
        json!({"type": "chat.error", "message": "a turn already runs"}), json!({"conversationId": "c1"}),
    );
    receive_conversation_open = variant::<Open<ServerMessage>>(
        json!({"type": "conversation.open", "conversationId": "c1"}), json!({"workspaceId": "w1"}),
    );
    receive_conversation_status_changed = variant::<Open<ServerMessage>>(
        json!({"type": "conversation.statusChanged", "conversationId": "c1", "status": "queued"}),
        json!({"workspaceId": "w1"}),
    );
    receive_conversation_compacted = variant::<Open<ServerMessage>>(
        json!({"type": "conversation.compacted", "conversationId": "c1", "newConversationId": "c2",
            "messagesSummarized": 40, "messagesKept": 4}),
        json!({}),
    );

    // HTTP
    error_body = plain::<ErrorBody>(json!({"error": "generating"}), json!({}));
    models_response = plain::<ModelsResponse>(
        json!({"models": ["openai/gpt-4", "a/b/c"]}),
        json!({"modelInfo": {"a/b/c": {"contextWindow": 1_000_000, "vision": true}, "openai/gpt-4": {}}}),
    );
    model_info = plain::<ModelInfo>(json!({}), json!({"contextWindow": 200_000, "vision": false}));
    history_response = plain::<HistoryResponse>(
        json!({"chunks": [{"seq": 3, "role": "assistant", "chunk": {"type": "text", "text": "x"}}], "latestSeq": 3}),
        json!({}),
    );
    metrics_response = plain::<MetricsResponse>(
        json!({"turns": [{"turnId": "t1", "usage": {"inputTokens": 1, "outputTokens": 2}, "steps": []}]}), json!({}),
    );
    set_cwd_request = plain::<SetCwdRequest>(json!({"cwd": "/w"}), json!({"workspaceId": "w1"}));
    cwd_response = plain::<CwdResponse>(json!({"conversationId": "c1", "cwd": "/w"}), json!({})).nullable(&["cwd"]);
    set_reasoning_effort_request = plain::<SetReasoningEffortRequest>(json!({"reasoningEffort": "low"}), json!({}));
    reasoning_effort_response = plain::<ReasoningEffortResponse>(
        json!({"conversationId": "c1", "reasoningEffort": "medium"}), json!({}),
    ).nullable(&["reasoningEffort"]);
    language_servers_response = plain::<LanguageServersResponse>(
        json!({"conversationId": "c1", "cwd": "/w", "servers": []}), json!({}),
    ).nullable(&["cwd"]);
    language_server = plain::<LanguageServer>(
        json!({"id": "ra", "name": "rust-analyzer", "root": "/w", "extensions": [".rs"], "state": "not-started"}),
        json!({"error": "no such file", "configSource": "/w/lsp.json"}),
    );
    warm_request = plain::<WarmRequest>(json!({"conversationId": "c1"}), json!({"model": "a/b/c", "cwd": "/w"}));
    warm_response = plain::<WarmResponse>(
        json!({"inputTokens": 2737, "outputTokens": 1, "cacheReadTokens": 2560, "cacheWriteTokens": 0, "cachePct": 93.5,
            "expectedCacheRate": 99.5}),
        json!({}),
    ).defaulted(&["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens"]);
    abort_response = plain::<AbortResponse>(json!({"conversationId": "c1", "abortedTurn": true}), json!({}));
    throughput_response = plain::<ThroughputResponse>(
        json!({"period": "week", "date": "2026-07-01", "start": 1_782_691_200_000_i64, "end": 1_783_296_000_000_i64,
            "models": []}),
        json!({}),
    );
    model_throughput = plain::<ModelThroughput>(
        json!({"model": "a/b/c", "tokensPerSecond": 62.5, "totalOutputTokens": 50, "totalGenMs": 800.5, "turns": 1}),
        json!({}),
    );
    conversations_response = plain::<ConversationsResponse>(
        json!({"conversations": [{"id": "c1", "createdAt": 1, "lastActivityAt": 2, "title": "", "status": "idle"}]}),
        json!({}),
    );
    conversation_summary = plain::<ConversationSummary>(
        json!({"id": "c1", "createdAt": 1_700_000_000_000_i64, "lastActivityAt": 1_700_000_240_000_i64, "title": "T",
            "status": "closed"}),
        json!({"workspaceId": "w1", "compactedFrom": "c0"}),
    );
    status_response = plain::<StatusResponse>(
        json!({"conversationId": "c1", "isActive": true, "status": "active"}), json!({}),
    );
    set_title_request = plain::<SetTitleRequest>(json!({"title": "T"}), json!({}));
    title_response = plain::<TitleResponse>(json!({"conversationId": "c1", "title": "T"}), json!({}));
    set_model_request = plain::<SetModelRequest>(json!({"model": "a/b/c"}), json!({})).nullable(&["model"]);
    model_response = plain::<ModelResponse>(
        json!({"conversationId": "c1", "model": "a/b/c"}), json!({}),
    ).nullable(&["model"]);
    queue_request = plain::<QueueRequest>(json!({"text": "next"}), json!({}));
    queue_response = plain::<QueueResponse>(
        json!({"conversationId": "c1", "startedTurn": false, "queue": [{"id": "m1", "text": "next", "queuedAt": 5}]}),
        json!({}),
    );
    queue_cancel_response = plain::<QueueCancelResponse>(
        json!({"conversationId": "c1", "cancelled": true, "queue": []}), json!({}),
    );
    queued_message = plain::<QueuedMessage>(json!({"id": "m1", "text": "next", "queuedAt": 5}), json!({}));
    compact_response = plain::<CompactResponse>(
        json!({"conversationId": "c1", "newConversationId": "c2", "messagesSummarized": 40, "messagesKept": 4}),
        json!({}),
    );
    compact_percent = plain::<CompactPercent>(json!({"threshold": 80.5}), json!({}));
    mcp_servers_response = plain::<McpServersResponse>(
        json!({"conversationId": "c1", "cwd": "/w", "servers": [{"id": "m", "state": "connecting", "toolCount": 0}]}),
        json!({}),
    ).nullable(&["cwd"]);
    mcp_server = plain::<McpServer>(
        json!({"id": "m", "state": "error", "toolCount": 3}),
        json!({"error": "refused", "configSource": "/w/mcp.json"}),
    );

    // Surfaces
    surface_spec = plain::<SurfaceSpec>(
        json!({"id": "s", "region": "r", "title": "T", "fields": [{"kind": "stat", "value": "1%"}, null]}),
        json!({}),
    );
    field_toggle = variant::<Open<Field>>(
        json!({"kind": "toggle", "label": "On", "value": true, "action": {"actionId": "a"}}), json!({}),
    );
    field_progress = variant::<Open<Field>>(json!({"kind": "progress", "label": "P", "value": 0.756}), json!({}));
    field_selector = variant::<Open<Field>>(
        json!({"kind": "selector", "label": "S", "value": "a", "options": [{"value": "a", "label": "A"}],
            "action": {"actionId": "a"}}),
        json!({}),
    );
    field_stat = variant::<Open<Field>>(json!({"kind": "stat", "label": "Last cache rate", "value": "—"}), json!({}));
    field_number = variant::<Open<Field>>(
        json!({"kind": "number", "label": "N", "value": 240.5, "action": {"actionId": "cache-warming/set-interval"}}),
        json!({"min": -0.5, "max": 3600.5, "step": 0.1, "unit": "s"}),
    );
    field_button = variant::<Open<Field>>(
        json!({"kind": "button", "label": "B", "action": {"actionId": "a"}}), json!({}),
    );
    field_custom = variant::<Open<Field>>(
        json!({"kind": "custom", "rendererId": "table", "payload": {"columns": [], "rows": []}}), json!({}),
    ).any(&["payload"]);
    action_ref = plain::<ActionRef>(json!({"actionId": "a"}), json!({}));
    selector_option = plain::<SelectorOption>(json!({"value": "a", "label": "A"}), json!({}));
    table = plain::<Table>(json!({"columns": ["a", "b"], "rows": [["x", 1, 2.5, true], []]}), json!({}));
    cache_warming_timer = plain::<CacheWarmingTimer>(
        json!({"nextWarmAt": 1_700_000_240_000_i64, "lastWarmAt": 1_700_000_000_000_i64}), json!({}),
    ).nullable(&["nextWarmAt", "lastWarmAt"]).any(&["nextWarmAt", "lastWarmAt"]);
    message_queue = plain::<MessageQueue>(
        json!({"messages": [{"id": "1", "text": "t", "queuedAt": 5}]}), json!({}),
    );
    todo_list = plain::<TodoList>(json!({"todos": [{"content": "x", "status": "in_progress"}]}), json!({}));
    todo_entry = plain::<Todo>(json!({"content": "x", "status": "pending"}), json!({"priority": "high"}));
}

fn tags<T: Tagged>() -> BTreeSet<&'static str> {
    T::TAGS.iter().copied().collect()
}

#[test]
fn every_variant_has_a_shape() {
    let unions =
        [tags::<Chunk>(), tags::<TurnEvent>(), tags::<ClientMessage>(), tags::<ServerMessage>(), tags::<Field>()];
    assert_eq!(unions.each_ref().map(BTreeSet::len), [7, 14, 8, 9, 7]);
    let shapes = all();
    let tested: Vec<&str> = shapes.iter().filter_map(Shape::tag).collect();
    // Some words are the tag of several unions; with `status`, which is no turn event, the sums agree.
    assert_eq!(tested.len(), unions.iter().map(BTreeSet::len).sum::<usize>() + 1);
    for tag in unions.iter().flatten() {
        assert!(tested.contains(tag), "{tag} has no shape");
    }
}
