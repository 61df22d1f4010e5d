//! The stored figures as text and back, for this device: what the backend told, and beside it what was only ever known
//! live. A reload shows the same words for both.
//!
//! All turns are written whenever one is sealed, so they are rows of numbers: with a name at each, writing a long
//! conversation would take several times as long.

use super::turn::{Source, Step, Turn, believable};
use crate::{Millis, StepId, TurnId};
use dispatch_contract::Usage;
use serde_json::Value;

/// The version of the kept shape, `{ version, turns: [turn] }`. Another version is set aside.
///
/// A turn is `[id, usage, duration, context size, model, follows a compaction, steps]`, a step `[id, usage, time to the
/// first token, time of decoding, time of the round trip, end]`, tokens are `[input, output, cache read, cache write]`.
/// Times are milliseconds, ends whole ones since the epoch; what is not known is null.
const KEPT_VERSION: u64 = 1;

/// What stands before the first turn, of that version.
const START: &str = r#"{"version":1,"turns":["#;

/// Stored turns as text; empty if there are none. Live ones are left out: the backend has the last word on them.
pub(crate) fn write_kept(turns: &[Turn]) -> String {
    let mut text = String::new();
    // Turn by turn: as one tree of JSON values, all of them would take ten times the memory of their text.
    for turn in turns.iter().filter(|turn| turn.source == Source::Stored) {
        text.push_str(if text.is_empty() { START } else { "," });
        text.push_str(&serde_json::to_string(&write_turn(turn)).unwrap_or_default());
    }
    if !text.is_empty() {
        text.push_str("]}");
    }
    text
}

fn write_turn(turn: &Turn) -> Value {
    Value::Array(vec![
        Value::from(turn.id.as_str()),
        write_usage(turn.told.as_ref()),
        Value::from(turn.duration_ms),
        Value::from(turn.context_size),
        Value::from(turn.model.as_deref()),
        Value::from(turn.follows_compaction),
        Value::Array(turn.steps.iter().map(write_step).collect()),
        Value::from(turn.effort.as_deref()),
    ])
}

fn write_step(step: &Step) -> Value {
    Value::Array(vec![
        Value::from(step.id.as_str()),
        write_usage(step.usage.as_ref()),
        Value::from(step.ttft_ms),
        Value::from(step.decode_ms),
        Value::from(step.gen_total_ms),
        Value::from(step.ended.map(Millis::whole)),
    ])
}

fn write_usage(usage: Option<&Usage>) -> Value {
    let Some(usage) = usage else { return Value::Null };
    Value::Array(vec![
        Value::from(usage.input_tokens),
        Value::from(usage.output_tokens),
        Value::from(usage.cache_read_tokens),
        Value::from(usage.cache_write_tokens),
    ])
}

/// Reads them back. `None`: another version wrote it, or it is broken.
pub(crate) fn read_kept(text: &str) -> Option<Vec<Turn>> {
    let kept: Value = serde_json::from_str(text).ok()?;
    if kept.get("version")?.as_u64() != Some(KEPT_VERSION) {
        return None;
    }
    kept.get("turns")?.as_array()?.iter().map(read_turn).collect()
}

fn read_turn(kept: &Value) -> Option<Turn> {
    let mut turn = Turn::new(TurnId::new(kept.get(0)?.as_str()?), Source::Stored);
    turn.is_over = true;
    turn.told = read_usage(kept.get(1)?);
    turn.duration_ms = read_time(kept.get(2)?);
    turn.context_size = kept.get(3)?.as_u64();
    turn.model = kept.get(4)?.as_str().map(str::to_owned);
    turn.follows_compaction = kept.get(5)?.as_bool()?;
    // Earlier versions kept none.
    turn.effort = kept.get(7).and_then(Value::as_str).map(str::to_owned);
    turn.steps = kept.get(6)?.as_array()?.iter().map(read_step).collect::<Option<Vec<Step>>>()?;
    Some(turn)
}

fn read_step(kept: &Value) -> Option<Step> {
    let mut step = Step::new(StepId::new(kept.get(0)?.as_str()?));
    step.is_over = true;
    step.usage = read_usage(kept.get(1)?);
    step.ttft_ms = read_time(kept.get(2)?);
    step.decode_ms = read_time(kept.get(3)?);
    step.gen_total_ms = read_time(kept.get(4)?);
    step.ended = kept.get(5)?.as_f64().map(Millis);
    Some(step)
}

fn read_time(kept: &Value) -> Option<f64> {
    kept.as_f64().and_then(believable)
}

fn read_usage(kept: &Value) -> Option<Usage> {
    Some(Usage {
        input_tokens: kept.get(0)?.as_u64()?,
        output_tokens: kept.get(1)?.as_u64()?,
        cache_read_tokens: kept.get(2)?.as_u64(),
        cache_write_tokens: kept.get(3)?.as_u64(),
    })
}
