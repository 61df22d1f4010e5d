//! What a step and a turn took, as far as it is known.

use crate::transcript::RowId;
use crate::{Millis, StepId, TurnId};
use dispatch_contract::{StepMetrics, TurnMetrics, Usage};

/// No step and no turn takes longer, in milliseconds (a hundred days): such a figure is a mistake, and as good as none.
const LONGEST: f64 = 8_640_000_000.0;

/// Where a turn's figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the turn's events; the backend may know better.
    Live,
    /// From what the backend stored when the turn was sealed.
    Stored,
}

/// What a step took.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which.
    pub id: StepId,
    /// Its tokens.
    pub usage: Option<Usage>,
    /// Milliseconds from asking the model to its first token.
    pub ttft_ms: Option<f64>,
    /// Milliseconds from the first token to the last.
    pub decode_ms: Option<f64>,
    /// Milliseconds of the whole round trip, without tools.
    pub gen_total_ms: Option<f64>,
    /// When it ended, where that was seen.
    pub ended: Option<Millis>,
    /// It is shown from its end on.
    pub(super) is_over: bool,
    pub(super) row: Option<RowId>,
}

/// What a turn took.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Which.
    pub id: TurnId,
    /// Where the figures come from.
    pub source: Source,
    /// Wall time in milliseconds.
    pub duration_ms: Option<f64>,
    /// How many tokens the conversation occupied when it ended.
    pub context_size: Option<u64>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// The model that was asked, where a message from here began it.
    pub model: Option<String>,
    /// The effort that was asked for, where a message from here began it and that was known.
    pub effort: Option<String>,
    /// The conversation was compacted right before it.
    pub follows_compaction: bool,
    /// Its tokens as its end told them.
    pub(super) told: Option<Usage>,
    /// Its tokens as a backend counts them that does not count steps.
    pub(super) counted: Option<Usage>,
    /// It is shown as a whole from its end on.
    pub(super) is_over: bool,
    pub(super) row: Option<RowId>,
}

impl Step {
    pub(super) fn new(id: StepId) -> Self {
        Self {
            id,
            usage: None,
            ttft_ms: None,
            decode_ms: None,
            gen_total_ms: None,
            ended: None,
            is_over: false,
            row: None,
        }
    }

    pub(super) fn from_wire(told: StepMetrics) -> Self {
        Self {
            usage: Some(told.usage),
            ttft_ms: told.ttft_ms.and_then(believable),
            decode_ms: told.decode_ms.and_then(believable),
            gen_total_ms: told.gen_total_ms.and_then(believable),
            is_over: true,
            ..Self::new(told.step_id)
        }
    }

    /// Milliseconds in which the model wrote: those of decoding, else those of the whole round trip.
    pub fn writing_ms(&self) -> Option<f64> {
        self.decode_ms.or(self.gen_total_ms)
    }

    /// Milliseconds of the whole round trip, which is the two parts together where only these were told.
    pub fn total_ms(&self) -> Option<f64> {
        self.gen_total_ms.or_else(|| Some(self.ttft_ms? + self.decode_ms?))
    }

    /// Whether anything is known of it that can be shown.
    pub(super) fn has_figures(&self) -> bool {
        self.usage.is_some() || self.total_ms().or(self.ttft_ms).is_some_and(|ms| ms > 0.0)
    }
}

impl Turn {
    pub(super) fn new(id: TurnId, source: Source) -> Self {
        Self {
            id,
            source,
            duration_ms: None,
            context_size: None,
            steps: Vec::new(),
            model: None,
            effort: None,
            follows_compaction: false,
            told: None,
            counted: None,
            is_over: false,
            row: None,
        }
    }

    pub(super) fn from_wire(told: TurnMetrics) -> Self {
        Self {
            duration_ms: told.duration_ms.and_then(believable),
            context_size: told.context_size,
            steps: told.steps.into_iter().map(Step::from_wire).collect(),
            told: Some(told.usage),
            is_over: true,
            ..Self::new(told.turn_id, Source::Stored)
        }
    }

    /// Its tokens, once it is over: what its end told, else the sum over its steps, else what the backend counted.
    ///
    /// The contract has no word for a turn of which nothing was measured, such as one that failed before its first step:
    /// no tokens and no steps mean that.
    pub fn usage(&self) -> Option<Usage> {
        let usage = self.told.clone().or_else(|| self.sum()).or_else(|| self.counted.clone());
        usage.filter(|usage| self.is_over && !(self.steps.is_empty() && *usage == Usage::default()))
    }

    /// The sum over its steps. A cache field is known if it is known of any.
    pub(super) fn sum(&self) -> Option<Usage> {
        let mut sum: Option<Usage> = None;
        for usage in self.steps.iter().filter_map(|step| step.usage.as_ref()) {
            let sum = sum.get_or_insert_default();
            sum.input_tokens = sum.input_tokens.saturating_add(usage.input_tokens);
            sum.output_tokens = sum.output_tokens.saturating_add(usage.output_tokens);
            sum.cache_read_tokens = add(sum.cache_read_tokens, usage.cache_read_tokens);
            sum.cache_write_tokens = add(sum.cache_write_tokens, usage.cache_write_tokens);
        }
        sum
    }

    /// Milliseconds in which the model wrote, over all steps. `None` when nothing is known of a step that wrote something, or
    /// it is said to have taken no time: the others alone would say too little.
    pub fn writing_ms(&self) -> Option<f64> {
        let mut sum = None;
        for step in &self.steps {
            match step.writing_ms().filter(|ms| *ms > 0.0) {
                Some(ms) => sum = Some(sum.unwrap_or_default() + ms),
                None if step.usage.as_ref().is_none_or(|usage| usage.output_tokens > 0) => return None,
                None => {}
            }
        }
        sum
    }

    /// Whether anything is to be shown of it.
    pub(super) fn is_shown(&self) -> bool {
        self.is_over || self.steps.iter().any(|step| step.is_over)
    }

    /// Whether anything is known of it as a whole that can be shown.
    pub(super) fn has_figures(&self) -> bool {
        self.is_over && (self.usage().is_some() || self.duration_ms.is_some_and(|ms| ms > 0.0))
    }

    pub(super) fn step_mut(&mut self, id: &StepId) -> &mut Step {
        let at = self.steps.iter().position(|step| step.id == *id).unwrap_or_else(|| {
            self.steps.push(Step::new(id.clone()));
            self.steps.len() - 1
        });
        &mut self.steps[at]
    }

    /// Takes over what only an earlier form of the same turn knows.
    pub(super) fn carry_on(&mut self, before: &Self) {
        self.row = before.row;
        self.model = before.model.clone().or(self.model.take());
        self.effort = before.effort.clone().or(self.effort.take());
        self.follows_compaction |= before.follows_compaction;
        for earlier in &before.steps {
            if let Some(step) = self.steps.iter_mut().find(|step| step.id == earlier.id) {
                step.row = earlier.row;
                step.ended = earlier.ended.or(step.ended);
            }
        }
    }
}

pub(super) fn add(sum: Option<u64>, part: Option<u64>) -> Option<u64> {
    match (sum, part) {
        (Some(sum), Some(part)) => Some(sum.saturating_add(part)),
        (sum, part) => sum.or(part),
    }
}

/// A time that can be.
pub(super) fn believable(milliseconds: f64) -> Option<f64> {
    (0.0..=LONGEST).contains(&milliseconds).then_some(milliseconds)
}
