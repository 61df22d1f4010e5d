//! Pages of history, put into the run of durable chunks.

use super::{Committed, LiveFacts, Place, RowId, SeenLive, Transcript};
use crate::anomaly::Anomaly;
use crate::cache::{Record, read_record, run_of, write_record};
use crate::content::Content;
use crate::sync::window;
use dispatch_contract::{StoredChunk, TurnId};

/// What a page of history did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Append {
    /// It fits.
    Fits,
    /// It does not continue what is held: another history than the one that was known.
    Stale,
}

/// A page as it may be used: ascending, without duplicates, and only its newest unbroken run.
///
/// Its chunks are those of the run but for their rows, so that a page of ten thousand is never held twice.
pub(crate) struct Page {
    chunks: Vec<Committed>,
    has_gap: bool,
}

/// The row of a chunk that is not shown yet.
const NO_ROW: RowId = RowId(0);

impl Page {
    /// Reads a page of the backend's.
    pub(crate) fn from_wire(stored: Vec<StoredChunk>, anomalies: &mut Vec<Anomaly>) -> Self {
        let mut chunks: Vec<Committed> = Vec::with_capacity(stored.len());
        let mut is_disordered = false;
        for (seq, content) in stored.into_iter().map(Content::from_wire) {
            // Each goes to the end, unless the backend broke its promise.
            let at = chunks.partition_point(|held| held.seq < seq);
            is_disordered |= at < chunks.len();
            if chunks.get(at).is_none_or(|held| held.seq != seq) {
                let live = SeenLive::default();
                chunks.insert(at, Committed { row: NO_ROW, seq, content, live, fresh: false, saved: false });
            }
        }
        if is_disordered {
            anomalies.push(Anomaly::DisorderedHistory);
        }
        let last_break = (1..chunks.len()).rev().find(|index| chunks[*index].seq != chunks[index - 1].seq + 1);
        if let Some(index) = last_break {
            anomalies.push(Anomaly::HistoryGap);
            chunks.drain(..index);
        }
        Self { chunks, has_gap: last_break.is_some() }
    }

    /// Reads a page of this device's cache. `None`: something in it is not what was written.
    pub(crate) fn from_cache(records: Vec<Record>) -> Option<Self> {
        run_of(&records)?;
        let mut chunks = Vec::with_capacity(records.len());
        // Each record goes as its chunk comes: both together would be twice the conversation.
        for record in records {
            let (content, live) = read_record(&record)?;
            let live = SeenLive::of(live);
            chunks.push(Committed { row: NO_ROW, seq: record.seq, content, live, fresh: false, saved: true });
        }
        Some(Self { chunks, has_gap: false })
    }
}

impl Transcript {
    /// Takes the first page of a conversation of which nothing is held.
    pub(crate) fn load(&mut self, page: Page, anomalies: &mut Vec<Anomaly>) {
        let mut chunks = page.chunks;
        self.give_rows(&mut chunks, true, anomalies);
        self.committed = chunks;
        self.mark_rows();
        self.align();
    }

    /// Takes the answer to a tail request. Its first chunk must be the newest one that is held, unchanged: that proves
    /// that both are the same history.
    pub(crate) fn append(&mut self, page: Page, anomalies: &mut Vec<Anomaly>) -> Append {
        let is_unchanged = |chunk: &Committed| {
            self.durable_index(chunk.seq).is_none_or(|index| self.committed[index].content == chunk.content)
        };
        let highest = self.highest_seq();
        let overlap_holds = self.committed.is_empty()
            || (page.chunks.iter().any(|chunk| chunk.seq == highest) && page.chunks.iter().all(is_unchanged));
        if !overlap_holds || page.has_gap {
            return Append::Stale;
        }
        let mut newer = page.chunks;
        newer.retain(|chunk| chunk.seq > highest);
        self.give_rows(&mut newer, true, anomalies);
        self.committed.append(&mut newer);
        if self.highest_seq() > highest {
            self.mark_rows();
        }
        self.align();
        Append::Fits
    }

    /// Takes a page of older chunks. It must end right before what is held.
    pub(crate) fn prepend(&mut self, page: Page, anomalies: &mut Vec<Anomaly>) -> Append {
        let lowest = self.lowest_seq().unwrap_or(u64::MAX);
        let mut older = page.chunks;
        older.retain(|chunk| chunk.seq < lowest);
        if older.last().is_none_or(|chunk| chunk.seq + 1 != lowest) {
            return Append::Stale;
        }
        self.give_rows(&mut older, false, anomalies);
        older.reserve_exact(self.committed.len());
        older.append(&mut self.committed);
        self.committed = older;
        self.mark_rows();
        Append::Fits
    }

    /// Forgets every durable chunk: the backend's history is another than the one that was known.
    pub(crate) fn forget_history(&mut self) {
        self.committed.clear();
        self.settled = 0;
        self.unheard = true;
        if let Some(turn) = self.turns.first_mut() {
            turn.seek_from_end = true;
        }
        self.align();
        self.mark_rows();
    }

    /// Each chunk of a page gets its row. `fresh`: one of a live turn may be the same.
    fn give_rows(&mut self, chunks: &mut [Committed], fresh: bool, anomalies: &mut Vec<Anomaly>) {
        for chunk in chunks {
            if matches!(chunk.content, Content::Unknown(_)) {
                anomalies.push(Anomaly::UnknownChunk);
            }
            chunk.row = self.mint_row();
            chunk.fresh = fresh;
        }
    }

    /// All durable chunks, as they are kept.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.committed.iter().map(|chunk| write_record(chunk.seq, &chunk.content, chunk.live.facts())).collect()
    }

    /// What this device does not keep yet, or not as it is now: unbroken runs, oldest first. Which chunks are those of a turn
    /// that runs, and was not begun here, is not certain before its end: until then its name is not kept with them.
    pub(crate) fn take_unsaved(&mut self) -> Vec<Vec<Record>> {
        let turns = &self.turns;
        let is_certain = |id: &TurnId| !turns.iter().any(|turn| turn.id == *id && !turn.is_own);
        let mut runs: Vec<Vec<Record>> = Vec::new();
        let mut next = 0;
        for chunk in self.committed.iter_mut().filter(|chunk| !chunk.saved) {
            chunk.saved = true;
            let known = chunk.live.facts();
            let live = LiveFacts { turn: known.turn.clone().filter(is_certain), ..known.clone() };
            let record = write_record(chunk.seq, &chunk.content, &live);
            match runs.last_mut() {
                Some(run) if chunk.seq == next => run.push(record),
                _ => runs.push(vec![record]),
            }
            next = chunk.seq + 1;
        }
        runs
    }

    /// Unloads the oldest durable chunks in whole blocks, until at most `limit` pieces are loaded. What history holds of a
    /// live turn stays. Tells whether any went.
    pub(crate) fn unload(&mut self, limit: u64) -> bool {
        let (_, block) = window(limit);
        let live = self.places().filter(|place| matches!(place, Place::Live(..))).count();
        let over = (self.committed.len() + live).saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        let block = usize::try_from(block).unwrap_or(usize::MAX);
        let first_live = self.turns.iter().filter_map(|turn| turn.stored).map(|(start, _)| start).min();
        let removable = first_live.map_or(self.committed.len(), |start| self.first_after(start.saturating_sub(1)));
        // Something stays, so that it is known where what is loaded ends.
        let removable = removable.min(self.committed.len().saturating_sub(1));
        let gone = over.div_ceil(block).saturating_mul(block).min(removable / block * block);
        if gone > 0 {
            self.committed.drain(..gone);
            self.mark_rows();
        }
        gone > 0
    }

    pub(super) fn durable_index(&self, seq: u64) -> Option<usize> {
        let lowest = self.lowest_seq()?;
        let index = usize::try_from(seq.checked_sub(lowest)?).ok()?;
        (index < self.committed.len()).then_some(index)
    }

    pub(super) fn committed_mut(&mut self, seq: u64) -> Option<&mut Committed> {
        let index = self.durable_index(seq)?;
        self.committed.get_mut(index)
    }
}
