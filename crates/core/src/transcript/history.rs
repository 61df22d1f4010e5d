//! Pages of history, put into the run of durable chunks.

use super::{Committed, LiveFacts, Transcript};
use crate::anomaly::Anomaly;
use crate::content::Content;
use dispatch_contract::StoredChunk;

/// What a page of history did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Append {
    /// It fits.
    Fits,
    /// It does not continue what is held: another history than the one that was known.
    Stale,
}

/// A page as it may be used: ascending, without duplicates, and only its newest unbroken run.
struct Page {
    chunks: Vec<(u64, Content)>,
    anomalies: Vec<Anomaly>,
    has_gap: bool,
}

fn read_page(stored: Vec<StoredChunk>) -> Page {
    let mut anomalies = Vec::new();
    let mut chunks: Vec<(u64, Content)> = Vec::with_capacity(stored.len());
    let mut is_disordered = false;
    for (seq, content) in stored.into_iter().map(Content::from_wire) {
        // Each goes to the end, unless the backend broke its promise.
        let at = chunks.partition_point(|(held, _)| *held < seq);
        is_disordered |= at < chunks.len();
        if chunks.get(at).is_none_or(|(held, _)| *held != seq) {
            chunks.insert(at, (seq, content));
        }
    }
    if is_disordered {
        anomalies.push(Anomaly::DisorderedHistory);
    }
    let last_break = (1..chunks.len()).rev().find(|index| chunks[*index].0 != chunks[index - 1].0 + 1);
    if let Some(index) = last_break {
        anomalies.push(Anomaly::HistoryGap);
        chunks.drain(..index);
    }
    Page { chunks, anomalies, has_gap: last_break.is_some() }
}

impl Transcript {
    /// Takes the first page of a conversation of which nothing is held.
    pub(crate) fn load(&mut self, stored: Vec<StoredChunk>, anomalies: &mut Vec<Anomaly>) {
        let page = read_page(stored);
        anomalies.extend(page.anomalies);
        self.committed.clear();
        for (seq, content) in page.chunks {
            let chunk = self.new_chunk(seq, content, true, anomalies);
            self.committed.push(chunk);
        }
        self.mark_rows();
        self.align();
    }

    /// Takes the answer to a tail request. Its first chunk must be the newest one that is held, unchanged: that proves
    /// that both are the same history.
    pub(crate) fn append(&mut self, stored: Vec<StoredChunk>, anomalies: &mut Vec<Anomaly>) -> Append {
        let page = read_page(stored);
        anomalies.extend(page.anomalies);
        let is_unchanged = |(seq, content): &(u64, Content)| {
            self.durable_index(*seq).is_none_or(|index| self.committed[index].content == *content)
        };
        let highest = self.highest_seq();
        let overlap_holds = self.committed.is_empty()
            || (page.chunks.iter().any(|(seq, _)| *seq == highest) && page.chunks.iter().all(is_unchanged));
        if !overlap_holds || page.has_gap {
            return Append::Stale;
        }
        for (seq, content) in page.chunks.into_iter().filter(|(seq, _)| *seq > highest) {
            let chunk = self.new_chunk(seq, content, true, anomalies);
            self.committed.push(chunk);
        }
        if self.highest_seq() > highest {
            self.mark_rows();
        }
        self.align();
        Append::Fits
    }

    /// Takes a page of older chunks. It must end right before what is held.
    pub(crate) fn prepend(&mut self, stored: Vec<StoredChunk>, anomalies: &mut Vec<Anomaly>) -> Append {
        let page = read_page(stored);
        anomalies.extend(page.anomalies);
        let lowest = self.lowest_seq().unwrap_or(u64::MAX);
        let older: Vec<(u64, Content)> = page.chunks.into_iter().filter(|(seq, _)| *seq < lowest).collect();
        if older.last().is_none_or(|(seq, _)| *seq + 1 != lowest) {
            return Append::Stale;
        }
        let mut chunks: Vec<Committed> = Vec::with_capacity(older.len() + self.committed.len());
        for (seq, content) in older {
            chunks.push(self.new_chunk(seq, content, false, anomalies));
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

    fn new_chunk(&mut self, seq: u64, content: Content, fresh: bool, anomalies: &mut Vec<Anomaly>) -> Committed {
        if matches!(content, Content::Unknown(_)) {
            anomalies.push(Anomaly::UnknownChunk);
        }
        Committed { row: self.mint_row(), seq, content, live: LiveFacts::default(), fresh }
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
