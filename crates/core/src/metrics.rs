//! What steps and turns took, in tokens and milliseconds: two sources of one list, merged.
//!
//! *Live* figures come with a turn's events, piece by piece, and again with every replay. *Stored* ones come from the
//! backend, for every sealed turn at once. What this module promises:
//!
//! - Stored figures win, turn by turn. Until they are there, live ones are shown in the same words.
//! - Whatever is heard twice, late or in another order changes nothing in the end.
//! - What is not known stays unknown: no figure is ever guessed, and none is taken for 0.
//! - What was only ever known live (when a step ended, which model was asked) stays with the turn.
//!
//! It knows nothing of what was said; which rows the figures stand below is `placement`'s to say. The rules are those of
//! section 5 of the behaviour.

mod context_meter;
mod explain;
mod export;
mod lost;
mod placement;
mod rates;
mod rows;
mod stored;
mod table;
mod turn;
mod waterfall;
mod words;

#[cfg(test)]
mod tests;

pub use context_meter::ContextMeter;
pub use explain::Explanation;
pub use lost::{Cause, Lost};
pub use rates::{CacheUse, Level, cache_rate, level, rate, retention};
pub use table::{Column, Compared, MetricsView, Series, TurnLine};
pub use turn::{Source, Step, Turn};
pub use waterfall::{Lane, Segment, SegmentKind, Waterfall};
pub use words::{Figure, Line, Part, format_compact, format_grouped, format_rate};

pub(crate) use rows::Moved;
pub(crate) use stored::{read_kept, write_kept};
pub(crate) use words::format_count;

use crate::map::Map;
use crate::{Millis, RequestId, TurnId};
use dispatch_contract::{TurnEvent, TurnMetrics};
use turn::believable;

/// The figures of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Those that are stored, in the backend's order, then live ones in the order in which they were heard of.
    turns: Vec<Turn>,
    /// The model and the effort that the last message was sent with, where they are known.
    sent_with: (Option<String>, Option<String>),
    /// The next turn is the first after a compaction.
    is_compacted: bool,
    /// The backend is being asked.
    asking: Option<RequestId>,
    /// Ask once more after the answer.
    ask_again: bool,
    /// The backend has answered: what this device keeps knows nothing better.
    is_answered: bool,
    /// This device does not keep the stored figures as they are.
    is_unsaved: bool,
    /// The first turn whose figures changed since rows were last placed. What stands in a row depends on earlier turns,
    /// never on later ones.
    changed_from: Option<usize>,
    rows: rows::Rows,
}

impl Metrics {
    /// The turns of which something is to be shown, oldest first. Their places, counted from 1, are their numbers.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.turns.iter().filter(|turn| turn.is_shown())
    }

    /// The tokens that the conversation occupies, as the newest turn knows that tells it.
    pub fn context_size(&self) -> Option<u64> {
        self.turns.iter().rev().find_map(|turn| turn.context_size)
    }

    fn change(&mut self, from: usize) {
        self.changed_from = Some(self.changed_from.map_or(from, |earlier| earlier.min(from)));
    }

    /// They are all to be given their places.
    pub(crate) fn place_anew(&mut self) {
        self.change(0);
    }

    /// A message goes out for this model, and this effort.
    pub(crate) fn sends_with(&mut self, model: Option<&str>, effort: Option<&str>) {
        self.sent_with = (model.map(str::to_owned), effort.map(str::to_owned));
    }

    /// A message from here began a turn.
    pub(crate) fn is_own(&mut self, id: &TurnId) {
        let (model, effort) = std::mem::take(&mut self.sent_with);
        let at = self.find_or_open(id);
        self.turns[at].model = model;
        self.turns[at].effort = effort;
    }

    /// Folds an event of a turn. `at` is when it happened, unless it may be a replay. Words and tools mean nothing here, and
    /// cost nothing.
    pub(crate) fn apply(&mut self, id: &TurnId, event: &TurnEvent, at: Option<Millis>) {
        let (TurnEvent::Usage { .. } | TurnEvent::StepComplete { .. } | TurnEvent::Done { .. }) = event else { return };
        let index = self.find_or_open(id);
        let turn = &mut self.turns[index];
        if turn.source == Source::Stored {
            return;
        }
        let before = turn.clone();
        // Tokens may be told again and again while a step runs, of which nothing is shown before it is over.
        let mut is_shown = true;
        if let TurnEvent::Usage { step_id, usage } = event {
            is_shown = turn.is_over;
            match step_id {
                Some(step) => {
                    let step = turn.step_mut(step);
                    step.usage = Some(usage.clone());
                    is_shown |= step.is_over;
                }
                None => turn.counted = Some(usage.clone()),
            }
        }
        if let TurnEvent::StepComplete { step_id, ttft_ms, decode_ms, gen_total_ms } = event {
            let step = turn.step_mut(step_id);
            step.ttft_ms = ttft_ms.and_then(believable);
            step.decode_ms = decode_ms.and_then(believable);
            step.gen_total_ms = gen_total_ms.and_then(believable);
            step.ended = step.ended.or(at);
            step.is_over = true;
        }
        if let TurnEvent::Done { duration_ms, usage, context_size, .. } = event {
            turn.duration_ms = duration_ms.and_then(believable);
            turn.told.clone_from(usage);
            turn.context_size = *context_size;
            turn.is_over = true;
        }
        if is_shown && *turn != before {
            self.change(index);
        }
    }

    fn find_or_open(&mut self, id: &TurnId) -> usize {
        // The turn that is told of is the newest, nearly always.
        if let Some(index) = self.turns.iter().rposition(|turn| turn.id == *id) {
            return index;
        }
        let mut turn = Turn::new(id.clone(), Source::Live);
        turn.follows_compaction = std::mem::take(&mut self.is_compacted);
        self.turns.push(turn);
        self.turns.len() - 1
    }

    /// The backend tells what it has stored of all sealed turns.
    pub(crate) fn take_stored(&mut self, told: Vec<TurnMetrics>) {
        self.is_answered = true;
        self.replace(told.into_iter().map(Turn::from_wire).collect());
    }

    /// This device tells what it keeps. The backend knows better, if it has answered already.
    pub(crate) fn take_kept(&mut self, kept: Vec<Turn>) {
        if !self.is_answered {
            self.replace(kept);
            self.is_unsaved = false;
        }
    }

    /// What this device keeps cannot be read: what the backend answers is written over it in any case.
    pub(crate) fn kept_is_broken(&mut self) {
        self.is_unsaved = true;
    }

    /// Puts stored figures in the place of those that were stored before, and of the live ones of the same turns. A turn
    /// that is told twice is one turn, and the last word counts.
    fn replace(&mut self, stored: Vec<Turn>) {
        let last = Map::from_entries(stored.iter().enumerate().map(|(at, turn)| (turn.id.clone(), at)).collect());
        let before = std::mem::take(&mut self.turns);
        let known = Map::from_entries(before.iter().enumerate().map(|(at, turn)| (turn.id.clone(), at)).collect());
        let mut is_told = vec![false; before.len()];
        for (at, mut turn) in stored.into_iter().enumerate() {
            if last.get(&turn.id) == Some(&at) {
                if let Some(earlier) = known.get(&turn.id) {
                    is_told[*earlier] = true;
                    turn.carry_on(&before[*earlier]);
                }
                self.turns.push(turn);
            }
        }
        let is_left = |(turn, is_told): &(&Turn, bool)| !is_told && turn.source == Source::Live;
        self.turns.extend(before.iter().zip(is_told).filter(is_left).map(|(turn, _)| turn.clone()));
        let same = self.turns.iter().zip(&before).take_while(|(now, before)| now == before).count();
        if same < self.turns.len().max(before.len()) {
            self.is_unsaved = true;
            self.change(same);
        }
    }

    /// What is stored is another history now, `compacted` or not: only turns that are still live keep their figures.
    pub(crate) fn forget(&mut self, compacted: bool, is_live: impl Fn(&TurnId) -> bool) {
        self.turns.retain(|turn| turn.source == Source::Live && is_live(&turn.id));
        self.is_compacted = compacted;
        self.asking = None;
        self.is_answered = false;
        self.is_unsaved = false;
        self.change(0);
    }

    /// The stored figures are wished for. `None`: they are being asked for, and will be once more.
    pub(crate) fn ask(&mut self, mint: impl FnOnce() -> RequestId) -> Option<RequestId> {
        if self.asking.is_some() {
            self.ask_again = true;
            return None;
        }
        self.ask_again = false;
        self.asking = Some(mint());
        self.asking
    }

    /// An answer came. `None`: nobody waits for it; else whether to ask once more.
    pub(crate) fn answered(&mut self, request: RequestId) -> Option<bool> {
        if self.asking != Some(request) {
            return None;
        }
        self.asking = None;
        Some(std::mem::take(&mut self.ask_again))
    }

    /// What this device is to keep, if that is not what it keeps: the stored figures as text, empty for none.
    pub(crate) fn take_unsaved(&mut self) -> Option<String> {
        std::mem::take(&mut self.is_unsaved).then(|| write_kept(&self.turns))
    }
}
