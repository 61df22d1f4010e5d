//! Numbers at their edges: a browser's integers end at 2^53, a clock's milliseconds may have a fraction, and JSON does
//! not tell `5` from `5.0`.

use crate::shape::{keeps, rewrite};
use dispatch_contract::{AgentEvent, HistoryResponse, StepMetrics, ThroughputResponse, Usage};
use serde_json::{Value, json};

const BROWSER_MAX: u64 = 1 << 53;

#[test]
fn big_seqs_and_token_counts_are_exact() {
    for number in [0, 1, BROWSER_MAX - 1, BROWSER_MAX, BROWSER_MAX + 1, u64::MAX] {
        let chunk = json!({"seq": number, "role": "tool", "chunk": {"type": "system", "text": ""}});
        let history = json!({"chunks": [chunk], "latestSeq": number});
        assert_eq!(rewrite::<HistoryResponse>(&history), Ok(history));
        keeps::<Usage>(json!({"inputTokens": number, "outputTokens": number, "cacheReadTokens": number}));
    }
    for wrong in [json!(-1), json!(1.5), json!("1"), Value::Null] {
        let history = json!({"chunks": [], "latestSeq": wrong});
        assert!(rewrite::<HistoryResponse>(&history).is_err(), "{wrong} was accepted as a seq");
    }
}

#[test]
fn durations_are_whole_or_not() {
    for ms in
        [json!(0), json!(0.0), json!(5000), json!(5000.0), json!(0.125), json!(-1), json!(1e21), json!(BROWSER_MAX)]
    {
        let usage = json!({"inputTokens": 1, "outputTokens": 1});
        keeps::<StepMetrics>(json!({"stepId": "s", "usage": usage, "ttftMs": ms, "decodeMs": ms, "genTotalMs": ms}));
        keeps::<AgentEvent>(
            json!({"type": "done", "conversationId": "c", "turnId": "t", "reason": "stop", "durationMs": ms}),
        );
    }
}

#[test]
fn times_may_lie_before_the_epoch() {
    keeps::<ThroughputResponse>(
        json!({"period": "day", "date": "1969-12-31", "start": -86_400_000, "end": 0, "models": []}),
    );
}
