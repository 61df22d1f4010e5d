//! Which chunks of history are the stored twins of a live turn, and what each twin takes from the other.
//!
//! Stored chunks carry no turn id. They are joined by order: the log is append-only, turns do not interleave, and live
//! turns are its newest. So the oldest live turn starts at its prompt, somewhere after `settled`, and each later one after
//! the one before. Only while it is unknown how far the log is settled (a replay has just begun) is the turn looked for
//! from the end, and then its words must agree too, because the same prompt may well have been sent before.
//!
//! Inside a turn, twins are found by key: a tool's call id, else the place among its own kind. The twin that was shown
//! first gives the row its id.

use super::apply::FINISHED_KEPT;
use super::{Committed, LiveFacts, LiveTurn, RowId, Transcript, TurnPhase};
use crate::Millis;
use crate::content::{Content, EntryKey, entry_keys};
use crate::map::Map;
use dispatch_contract::TurnId;

/// How many prompts are looked at, from the end, for the start of a turn whose place is unknown.
const PROMPTS_LOOKED_AT: usize = 16;

impl Transcript {
    /// Joins every live turn with what history holds of it. Idempotent; costs nothing while history holds nothing new.
    pub(super) fn align(&mut self) {
        let mut base = self.settled;
        for index in 0..self.turns.len() {
            let nothing_after_base = self.highest_seq() <= base;
            if nothing_after_base && self.turns[index].stored.is_none() {
                continue;
            }
            let segment = if nothing_after_base { None } else { self.segment_of(index, base) };
            self.link(index, segment);
            if let Some((_, end)) = segment {
                base = end;
            }
        }
        for chunk in self.committed.iter_mut().rev().take_while(|chunk| chunk.fresh) {
            chunk.fresh = false;
        }
    }

    /// The first and last seq of a live turn's chunks: the first fit after `base` or, where turns may stand in between that
    /// nobody heard of, the last one whose words agree.
    pub(super) fn segment_of(&self, index: usize, base: u64) -> Option<(u64, u64)> {
        let turn = &self.turns[index];
        let prompt = turn.prompt();
        let is_opening = |at: &usize| self.committed[*at].content.prompt() == prompt;
        let mut after_base = self.first_after(base)..self.committed.len();
        let start = match (turn.seek_from_end, prompt) {
            (false, Some(_)) => after_base.find(is_opening)?,
            (false, None) => after_base.start,
            (true, Some(_)) => {
                let fits: Vec<usize> = after_base
                    .rev()
                    .filter(|at| self.committed[*at].content.prompt().is_some())
                    .take(PROMPTS_LOOKED_AT)
                    .filter(|at| is_opening(at) && self.agrees(turn, *at))
                    .collect();
                // Later turns that were opened with the same words come first, from the end.
                let later = self.turns[index + 1..].iter().filter(|later| later.prompt() == prompt).count();
                *fits.get(later).or(fits.last())?
            }
            (true, None) => return None,
        };
        let end = self.end_of(turn, start);
        let seq = |at: usize| self.committed.get(at).map(|chunk| chunk.seq);
        Some((seq(start)?, seq(end.checked_sub(1)?)?))
    }

    /// The index after the turn's last chunk, given the index of its first.
    fn end_of(&self, turn: &LiveTurn, start: usize) -> usize {
        let as_told = start + turn.entries.len();
        if as_told <= self.committed.len() && turn.entries.len() > 1 && self.agrees(turn, start) {
            let more_may_come = turn.rebuild.is_some() || turn.unconfirmed;
            let next_opens = self.committed.get(as_told).is_none_or(|c| matches!(c.content, Content::Prompt(_)));
            if !more_may_come && next_opens {
                return as_told;
            }
        }
        let steering: Vec<&Content> =
            turn.entries.iter().skip(1).map(|e| &e.content).filter(|c| matches!(c, Content::Prompt(_))).collect();
        let is_next_turn = |at: &usize| {
            let content = &self.committed[*at].content;
            matches!(content, Content::Prompt(_)) && !steering.contains(&content)
        };
        (start + 1..self.committed.len()).find(is_next_turn).unwrap_or(self.committed.len())
    }

    /// Whether the chunks from `start` on say what the turn says, as far as both go; a sealed turn must be there whole.
    fn agrees(&self, turn: &LiveTurn, start: usize) -> bool {
        if turn.phase == TurnPhase::Sealed && self.committed.len() - start < turn.entries.len() {
            return false;
        }
        self.committed[start..].iter().zip(&turn.entries).all(|(chunk, entry)| match (&chunk.content, &entry.content) {
            (Content::Text(stored), Content::Text(told)) | (Content::Thinking(stored), Content::Thinking(told))
                if entry.open =>
            {
                stored.starts_with(told.as_str())
            }
            (stored, told) => stored == told,
        })
    }

    pub(super) fn first_after(&self, seq: u64) -> usize {
        self.committed.partition_point(|chunk| chunk.seq <= seq)
    }

    /// Hides the live twins of the segment's chunks, and gives each chunk what only its twin knows.
    fn link(&mut self, index: usize, segment: Option<(u64, u64)>) {
        let mut stored: Map<EntryKey, u64> = Map::default();
        if let Some((first, last)) = segment {
            let range = self.first_after(first - 1)..self.first_after(last);
            let chunks = &self.committed[range];
            let keys = entry_keys(chunks.iter().map(|chunk| &chunk.content));
            stored = Map::from_entries(keys.into_iter().zip(chunks.iter().map(|chunk| chunk.seq)).collect());
        }
        let mut turn = self.turns.remove(index);
        let keys = entry_keys(turn.entries.iter().map(|entry| &entry.content));
        let twins: Vec<Option<u64>> = keys.iter().map(|key| stored.get(key).copied()).collect();
        for (entry, twin) in turn.entries.iter().zip(&twins) {
            if let Some(seq) = entry.stored_as.filter(|_| entry.stored_as != *twin) {
                self.forget_turn_of(seq, &turn.id);
            }
        }
        for (entry, twin) in turn.entries.iter_mut().zip(twins) {
            if entry.stored_as.is_some() && entry.stored_as != twin {
                // Its row stays with the chunk it was taken for.
                entry.row = self.mint_row();
            }
            if entry.stored_as != twin {
                self.touch(entry.row);
                self.mark_rows();
            }
            entry.stored_as = twin;
            let Some(chunk) = twin.and_then(|seq| self.committed_mut(seq)) else { continue };
            if chunk.fresh {
                chunk.row = entry.row;
            } else {
                entry.row = chunk.row;
            }
            if chunk.live.facts_mut().learn(&entry.live) {
                chunk.saved = false;
                self.touch(entry.row);
            }
        }
        if turn.stored != segment {
            self.touch_segment(turn.stored);
            self.touch_segment(segment);
        }
        turn.stored = segment;
        self.turns.insert(index, turn);
    }

    /// A turn goes that was not heard to its end. Where its place was found by its words alone, and these stand in several
    /// places, its chunks may be another's, and do not keep its name.
    pub(super) fn forget_guess(&mut self, turn: &LiveTurn) {
        let is_opening = |chunk: &&Committed| chunk.content.prompt() == turn.prompt();
        let is_guess = !turn.is_own && self.committed.iter().filter(is_opening).nth(1).is_some();
        if let Some((first, last)) = turn.stored.filter(|_| is_guess) {
            (first..=last).for_each(|seq| self.forget_turn_of(seq, &turn.id));
        }
    }

    /// A chunk was taken for one of a turn's, and may be another's.
    pub(super) fn forget_turn_of(&mut self, seq: u64, turn: &TurnId) {
        let Some(chunk) = self.committed_mut(seq) else { return };
        if chunk.live.facts().turn.as_ref() == Some(turn) {
            chunk.live.facts_mut().turn = None;
            chunk.saved = false;
            let row = chunk.row;
            self.touch(row);
        }
    }

    /// Takes turns away that history holds in full; with them the ones before, which are over since a later one began.
    pub(crate) fn supersede(&mut self, ids: &[TurnId]) {
        for id in ids {
            let Some(last) = self.turns.iter().position(|turn| turn.id == *id) else { continue };
            let is_newest = last + 1 == self.turns.len();
            let later = self.turns.split_off(last + 1);
            for turn in std::mem::take(&mut self.turns) {
                if turn.id != *id && turn.stored.is_none() {
                    self.turns.push(turn);
                    continue;
                }
                self.touched.extend(turn.entries.iter().map(|entry| entry.row));
                self.touch_segment(turn.stored);
                if turn.phase != TurnPhase::Sealed {
                    self.forget_guess(&turn);
                } else if let Some((first, last)) = turn.stored.filter(|_| !turn.is_own) {
                    // Now its name is kept with them, too.
                    (first..=last)
                        .for_each(|seq| self.committed_mut(seq).into_iter().for_each(|chunk| chunk.saved = false));
                }
                match turn.stored {
                    Some((_, end)) => self.settled = self.settled.max(end),
                    None if is_newest => self.settled = self.highest_seq(),
                    None => {}
                }
                self.finished.push_back(turn.id);
            }
            self.turns.extend(later);
            while self.finished.len() > FINISHED_KEPT {
                self.finished.pop_front();
            }
            self.gave_up = false;
            self.mark_rows();
        }
        self.align();
    }

    /// When each live turn was first heard of, and the last seq that history holds of it.
    pub(crate) fn segment_ends(&self) -> Vec<(Millis, u64)> {
        self.turns.iter().filter_map(|turn| turn.stored.map(|(_, end)| (turn.first_seen, end))).collect()
    }

    /// How many live turns opened with these words before this moment, and are not in history up to `cursor`.
    pub(crate) fn earlier_turns(&self, text: &str, cursor: u64, before: Millis) -> usize {
        let is_earlier = |turn: &&LiveTurn| {
            let is_after_cursor = turn.stored.is_none_or(|(first, _)| first > cursor);
            turn.prompt() == Some(text) && turn.first_seen.0 <= before.0 && is_after_cursor
        };
        self.turns.iter().filter(is_earlier).count()
    }

    /// Looks for a message of the person in history, after `cursor`, after `earlier` others with the same words, and
    /// outside every live turn. The row that showed the message while it was unconfirmed goes on with the chunk.
    pub(crate) fn claim_prompt(&mut self, text: &str, cursor: u64, earlier: usize, row: RowId) -> bool {
        let segments: Vec<(u64, u64)> = self.turns.iter().filter_map(|turn| turn.stored).collect();
        let first = self.first_after(cursor);
        let same_words = self.committed[first..]
            .iter_mut()
            .filter(|chunk| matches!(&chunk.content, Content::Prompt(stored) if stored == text));
        let found = same_words
            .skip(earlier)
            .find(|chunk| !segments.iter().any(|(start, end)| (*start..=*end).contains(&chunk.seq)));
        let Some(chunk) = found else { return false };
        chunk.row = row;
        self.touch(row);
        self.mark_rows();
        true
    }
}

impl LiveFacts {
    /// Takes over what a live twin knows. Tells whether any of it was new.
    fn learn(&mut self, told: &Self) -> bool {
        let known = self.turn == told.turn
            && told.started.is_none_or(|started| self.started == Some(started))
            && told.duration_ms.is_none_or(|duration| self.duration_ms == Some(duration))
            && (told.output.is_empty() || self.output == told.output);
        if !known {
            self.turn.clone_from(&told.turn);
            self.started = told.started.or(self.started);
            self.duration_ms = told.duration_ms.or(self.duration_ms);
            if !told.output.is_empty() {
                self.output.clone_from(&told.output);
            }
        }
        !known
    }
}

impl LiveTurn {
    /// The words that opened it. Later ones were put into it while it ran.
    fn prompt(&self) -> Option<&str> {
        self.entries.first()?.content.prompt()
    }
}
