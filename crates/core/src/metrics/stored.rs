//! The stored figures as text and back, for this device: what the backend told, and beside it what was only ever known
//! live. A reload shows the same words for both.

use super::{Source, Turn};
use crate::Millis;
use dispatch_contract::{StepMetrics, TurnMetrics};
use serde_json::{Map, Value, json};

/// The version of the kept shape, `{ version, turns: [turn] }`, where a turn is the contract's, with `model`, `compacted`
/// and the `ended` of its steps beside its own fields. Another version is set aside.
const KEPT_VERSION: u64 = 1;

/// Stored turns as text; empty if there are none. Live ones are left out: the backend has the last word on them.
pub(crate) fn write_kept(turns: &[Turn]) -> String {
    let stored: Vec<Value> = turns.iter().filter(|turn| turn.source == Source::Stored).map(write_turn).collect();
    if stored.is_empty() {
        return String::new();
    }
    serde_json::to_string(&json!({ "version": KEPT_VERSION, "turns": stored })).unwrap_or_default()
}

fn write_turn(turn: &Turn) -> Value {
    let steps = turn.steps.iter().map(|step| StepMetrics {
        step_id: step.id.clone(),
        usage: step.usage.clone().unwrap_or_default(),
        ttft_ms: step.ttft_ms,
        decode_ms: step.decode_ms,
        gen_total_ms: step.gen_total_ms,
    });
    let told = TurnMetrics {
        turn_id: turn.id.clone(),
        usage: turn.told.clone().unwrap_or_default(),
        duration_ms: turn.duration_ms,
        steps: steps.collect(),
        context_size: turn.context_size,
    };
    let mut fields = serde_json::to_value(told).unwrap_or_default();
    if let Some(model) = &turn.model {
        fields["model"] = Value::from(model.as_str());
    }
    if turn.follows_compaction {
        fields["compacted"] = Value::from(true);
    }
    for (at, step) in turn.steps.iter().enumerate() {
        if let Some(ended) = step.ended {
            fields["steps"][at]["ended"] = Value::from(ended.whole());
        }
    }
    fields
}

/// Reads them back. `None`: another version wrote it, or it is broken.
pub(crate) fn read_kept(text: &str) -> Option<Vec<Turn>> {
    let mut kept: Map<String, Value> = serde_json::from_str(text).ok()?;
    if kept.get("version")?.as_u64() != Some(KEPT_VERSION) {
        return None;
    }
    kept.get_mut("turns")?.as_array_mut()?.iter_mut().map(read_turn).collect()
}

fn read_turn(fields: &mut Value) -> Option<Turn> {
    let told: TurnMetrics = serde_json::from_value(fields.clone()).ok()?;
    let mut turn = Turn::from_wire(told);
    turn.model = fields.get("model").and_then(Value::as_str).map(str::to_owned);
    turn.follows_compaction = fields.get("compacted").is_some();
    for (at, step) in turn.steps.iter_mut().enumerate() {
        step.ended = fields["steps"][at].get("ended").and_then(Value::as_f64).map(Millis);
    }
    Some(turn)
}
