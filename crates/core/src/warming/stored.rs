//! What is kept of a conversation's warming across reloads, and told to other windows.
//!
//! Every window stores all that it knows under the conversation's name, and takes in what others store: joining two
//! accounts loses nothing, and joining them twice changes nothing. Nothing is stored again for having been joined.

use super::clock::{Clock, Line};
use super::history::{Cost, OWN_WITHIN, Warm};
use super::ledger::Outcome;
use super::limit::{Claim, Limit, Unused};
use super::{LIMITS, Warming};
use crate::Millis;
use serde_json::{Value, json};

/// The version of the stored shape, `{ version, warms: [{ at, rate, retention, cost: [read, paid], context, own, outcome,
/// saved }], lines: [{ model, last, held, kept, lost }], context, lastTurn, unused: [count, since], limit: [warms,
/// chosenAt], claim: [at, window] }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

fn number(stored: &Value, name: &str) -> Option<f64> {
    stored.get(name).and_then(Value::as_f64)
}

fn whole(stored: &Value, name: &str) -> Option<u64> {
    stored.get(name).and_then(Value::as_u64)
}

fn moment(stored: &Value, name: &str) -> Option<Millis> {
    number(stored, name).map(Millis)
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Open => "open",
        Outcome::Saved(_) => "saved",
        Outcome::NotNeeded => "not-needed",
        Outcome::Wasted => "wasted",
        Outcome::Unknown => "unknown",
    }
}

fn write_warm(warm: &Warm) -> Value {
    let saved = match warm.outcome {
        Outcome::Saved(tokens) => Some(tokens),
        Outcome::Open | Outcome::NotNeeded | Outcome::Wasted | Outcome::Unknown => None,
    };
    json!({
        "at": warm.at.whole(),
        "rate": warm.rate,
        "retention": warm.retention,
        "cost": warm.cost.map(|cost| [cost.read, cost.paid]),
        "context": warm.context,
        "own": warm.is_own,
        "outcome": outcome_word(warm.outcome),
        "saved": saved,
    })
}

fn read_warm(stored: &Value) -> Option<Warm> {
    let cost = stored.get("cost").and_then(|cost| {
        Some(Cost { read: cost.get(0).and_then(Value::as_u64)?, paid: cost.get(1).and_then(Value::as_u64)? })
    });
    let outcome = match stored.get("outcome").and_then(Value::as_str) {
        Some("open") => Outcome::Open,
        Some("saved") => Outcome::Saved(whole(stored, "saved").unwrap_or_default()),
        Some("not-needed") => Outcome::NotNeeded,
        Some("wasted") => Outcome::Wasted,
        Some(_) | None => Outcome::Unknown,
    };
    Some(Warm {
        at: moment(stored, "at")?,
        rate: number(stored, "rate"),
        retention: number(stored, "retention"),
        cost,
        context: whole(stored, "context"),
        is_own: stored.get("own").and_then(Value::as_bool).unwrap_or_default(),
        outcome,
    })
}

fn write_line(line: &Line) -> Value {
    json!({
        "model": line.model,
        "last": line.last.map(Millis::whole),
        "held": line.held,
        "kept": line.kept,
        "lost": line.lost,
    })
}

fn read_line(stored: &Value) -> Option<Line> {
    let span = |name: &str| number(stored, name).filter(|span| *span >= 0.0);
    let mut line = Line {
        model: stored.get("model").and_then(Value::as_str)?.to_owned(),
        last: moment(stored, "last"),
        held: whole(stored, "held"),
        kept: span("kept"),
        lost: span("lost"),
    };
    line.drop_contradiction();
    Some(line)
}

fn list<T>(stored: &Value, name: &str, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    stored.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(read).collect()
}

/// The two parts of a stored pair.
fn pair<'a>(stored: &'a Value, name: &str) -> Option<(&'a Value, &'a Value)> {
    let pair = stored.get(name)?;
    pair.get(0).zip(pair.get(1))
}

impl Warming {
    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        let warms: Vec<Value> = self.history.iter().map(write_warm).collect();
        let lines: Vec<Value> = self.clock.lines.iter().map(write_line).collect();
        let stored = json!({
            "version": STORED_VERSION,
            "warms": warms,
            "lines": lines,
            "context": self.context,
            "lastTurn": self.last_turn.map(Millis::whole),
            "unused": [self.unused.count, self.unused.since.whole()],
            "limit": [self.limit.warms, Some(self.limit.chosen_at.whole())],
            "claim": self.claim.as_ref().map(|claim| json!([claim.at.whole(), claim.window])),
        });
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Takes in what was stored, by this window before or by another. Gives back whether it could be read.
    pub(crate) fn join_stored(&mut self, stored: &str, now: Millis) -> bool {
        let Ok(stored) = serde_json::from_str::<Value>(stored) else { return false };
        if whole(&stored, "version") != Some(STORED_VERSION) {
            return false;
        }
        // One that only its window's own answer tells of may stand by another moment as soon as a frame tells of it.
        let is_settled = |warm: &Warm| !warm.is_own || now.since(warm.at) >= OWN_WITHIN;
        for warm in list(&stored, "warms", read_warm).into_iter().filter(is_settled) {
            self.history.add(warm);
        }
        self.clock.complete(Clock::of_lines(list(&stored, "lines", read_line)));
        let last_turn = moment(&stored, "lastTurn");
        if last_turn.is_some_and(|theirs| self.last_turn.is_none_or(|ours| ours.0 < theirs.0)) {
            self.last_turn = last_turn;
            self.context = whole(&stored, "context");
        }
        if let Some((count, since)) = pair(&stored, "unused") {
            let (count, since) = (count.as_u64().unwrap_or_default(), since.as_f64().unwrap_or_default());
            self.unused.join(Unused { count, since: Millis(since) });
        }
        if let Some((warms, chosen_at)) = pair(&stored, "limit") {
            let chosen_at = Millis(chosen_at.as_f64().unwrap_or_default());
            let warms = warms.as_u64().filter(|warms| LIMITS.contains(warms));
            if chosen_at.0 > self.limit.chosen_at.0 {
                self.limit = Limit { warms, chosen_at };
            }
        }
        if let Some((at, window)) = pair(&stored, "claim")
            && let (Some(at), Some(window)) = (at.as_f64(), window.as_str())
        {
            self.hear_claim(Claim { at: Millis(at), window: window.to_owned() }, now);
        }
        true
    }
}
