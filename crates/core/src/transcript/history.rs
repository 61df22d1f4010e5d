//! Pages of history, put into the run of durable chunks.

use super::{Committed, LiveFacts, Place, SeenLive, Transcript};
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

/// A chunk on its way into the run.
struct Piece {
    seq: u64,
    content: Content,
    live: SeenLive,
}

/// A page as it may be used: ascending, without duplicates, and only its newest unbroken run.
pub(crate) struct Page {
    pieces: Vec<Piece>,
    has_gap: bool,
    /// This device keeps it already.
    is_kept: bool,
}

impl Page {
    /// Reads a page of the backend's.
    pub(crate) fn from_wire(stored: Vec<StoredChunk>, anomalies: &mut Vec<Anomaly>) -> Self {
        let mut pieces: Vec<Piece> = Vec::with_capacity(stored.len());
        let mut is_disordered = false;
        for (seq, content) in stored.into_iter().map(Content::from_wire) {
            // Each goes to the end, unless the backend broke its promise.
            let at = pieces.partition_point(|held| held.seq < seq);
            is_disordered |= at < pieces.len();
            if pieces.get(at).is_none_or(|held| held.seq != seq) {
                pieces.insert(at, Piece { seq, content, live: SeenLive::default() });
            }
        }
        if is_disordered {
            anomalies.push(Anomaly::DisorderedHistory);
        }
        let last_break = (1..pieces.len()).rev().find(|index| pieces[*index].seq != pieces[index - 1].seq + 1);
        if let Some(index) = last_break {
            anomalies.push(Anomaly::HistoryGap);
            pieces.drain(..index);
        }
        Self { pieces, has_gap: last_break.is_some(), is_kept: false }
    }

    /// Reads a page of this device's cache. `None`: something in it is not what was written.
    pub(crate) fn from_cache(records: &[Record]) -> Option<Self> {
        let read = |record: &Record| {
            let (content, live) = read_record(record)?;
            Some(Piece { seq: record.seq, content, live: SeenLive::of(live) })
        };
        run_of(records)?;
        let pieces = records.iter().map(read).collect::<Option<Vec<Piece>>>()?;
        Some(Self { pieces, has_gap: false, is_kept: true })
    }
}

impl Transcript {
    /// Takes the first page of a conversation of which nothing is held.
    pub(crate) fn load(&mut self, page: Page, anomalies: &mut Vec<Anomaly>) {
        self.committed.clear();
        self.committed.reserve(page.pieces.len());
        for piece in page.pieces {
            let chunk = self.new_chunk(piece, true, page.is_kept, anomalies);
            self.committed.push(chunk);
        }
        self.mark_rows();
        self.align();
    }

    /// Takes the answer to a tail request. Its first chunk must be the newest one that is held, unchanged: that proves
    /// that both are the same history.
    pub(crate) fn append(&mut self, page: Page, anomalies: &mut Vec<Anomaly>) -> Append {
        let is_unchanged = |piece: &Piece| {
            self.durable_index(piece.seq).is_none_or(|index| self.committed[index].content == piece.content)
        };
        let highest = self.highest_seq();
        let overlap_holds = self.committed.is_empty()
            || (page.pieces.iter().any(|piece| piece.seq == highest) && page.pieces.iter().all(is_unchanged));
        if !overlap_holds || page.has_gap {
            return Append::Stale;
        }
        for piece in page.pieces.into_iter().filter(|piece| piece.seq > highest) {
            let chunk = self.new_chunk(piece, true, page.is_kept, anomalies);
            self.committed.push(chunk);
        }
        if self.highest_seq() > highest {
            self.mark_rows();
        }
        self.align();
        Append::Fits
    }

    /// Takes a page of older chunks. It must end right before what is held.
    pub(crate) fn prepend(&mut self, page: Page, anomalies: &mut Vec<Anomaly>) -> Append {
        let lowest = self.lowest_seq().unwrap_or(u64::MAX);
        let older: Vec<Piece> = page.pieces.into_iter().filter(|piece| piece.seq < lowest).collect();
        if older.last().is_none_or(|piece| piece.seq + 1 != lowest) {
            return Append::Stale;
        }
        let mut chunks: Vec<Committed> = Vec::with_capacity(older.len() + self.committed.len());
        for piece in older {
            chunks.push(self.new_chunk(piece, false, page.is_kept, anomalies));
        }
        chunks.append(&mut self.committed);
        self.committed = chunks;
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

    fn new_chunk(&mut self, piece: Piece, fresh: bool, saved: bool, anomalies: &mut Vec<Anomaly>) -> Committed {
        let Piece { seq, content, live } = piece;
        if matches!(content, Content::Unknown(_)) {
            anomalies.push(Anomaly::UnknownChunk);
        }
        Committed { row: self.mint_row(), seq, content, live, fresh, saved }
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
