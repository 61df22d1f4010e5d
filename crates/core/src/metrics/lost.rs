//! Cache that was lost: a step that reads less than the step before it had read and written there pays for the rest again.
//! Where what was seen live explains it, the cause is named; otherwise it is called unexplained, not guessed.

use super::rates::held;
use super::words::format_tokens;
use super::{Step, Turn};
use crate::time::format_duration;

/// A shorter pause explains no loss, in milliseconds: no provider forgets that soon.
const SHORTEST_TTL: f64 = 60_000.0;

/// Why cache was lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cause {
    /// Nothing was asked for so many milliseconds, longer than anything was seen to be kept.
    Idle(f64),
    /// Another model was asked.
    Model,
    /// The same model was asked to think more, or less.
    Effort,
    /// The conversation was compacted: its beginning is another one.
    Compaction,
    /// Nothing that is known explains it.
    Unexplained,
}

/// Cache that a step lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lost {
    /// The place of the step's turn among all turns.
    pub(super) turn: usize,
    /// The place of the step in its turn.
    pub(super) step: usize,
    /// How many tokens were paid again.
    pub tokens: u64,
    /// Why.
    pub cause: Cause,
}

impl Lost {
    /// In words: `1,234 tok of cache lost: idle for 6m 00s`.
    pub fn in_words(&self) -> String {
        let mut text = format!("{} of cache lost: ", format_tokens(self.tokens));
        match self.cause {
            Cause::Idle(pause) => {
                text.push_str("idle for ");
                text.push_str(&format_duration(pause).unwrap_or_default());
            }
            Cause::Model => text.push_str("another model"),
            Cause::Effort => text.push_str("another effort"),
            Cause::Compaction => text.push_str("compacted"),
            Cause::Unexplained => text.push_str("unexplained"),
        }
        text
    }
}

/// Every loss, in order.
pub(super) fn find(turns: &[Turn]) -> Vec<Lost> {
    let mut found = Vec::new();
    let mut before: Option<(&Turn, &Step)> = None;
    // The longest pause after which everything was still there.
    let mut longest_kept = 0.0;
    for (turn_at, turn) in turns.iter().enumerate() {
        for (step_at, step) in turn.steps.iter().enumerate().filter(|(_, step)| step.is_over) {
            let asked = before.replace((turn, step));
            let Some((asked_in, asked)) = asked else { continue };
            let (Some(left), Some(usage)) = (&asked.usage, &step.usage) else { continue };
            let read = usage.cache_read_tokens.unwrap_or_default();
            let pause = pause(asked, step);
            let is_first = step_at == 0;
            if held(left) <= read {
                if held(left) > 0 {
                    longest_kept = pause.map_or(longest_kept, |pause| pause.max(longest_kept));
                }
                continue;
            }
            // What is no part of the prompt any more is not paid for.
            let tokens = held(left).min(usage.input_tokens).saturating_sub(read);
            let is_other =
                |before: &Option<String>, now: &Option<String>| before.is_some() && now.is_some() && before != now;
            let is_other_model = is_other(&asked_in.model, &turn.model);
            let is_other_effort = is_other(&asked_in.effort, &turn.effort);
            let cause = match pause {
                _ if is_first && turn.follows_compaction => Cause::Compaction,
                _ if is_other_model => Cause::Model,
                _ if is_other_effort => Cause::Effort,
                Some(pause) if pause > longest_kept.max(SHORTEST_TTL) => Cause::Idle(pause),
                _ => Cause::Unexplained,
            };
            if tokens > 0 {
                found.push(Lost { turn: turn_at, step: step_at, tokens, cause });
            }
        }
    }
    found
}

/// How long nothing was asked between two steps, in milliseconds, where both ends were seen.
fn pause(before: &Step, step: &Step) -> Option<f64> {
    let pause = step.ended?.0 - step.total_ms()? - before.ended?.0;
    (pause >= 0.0).then_some(pause)
}
