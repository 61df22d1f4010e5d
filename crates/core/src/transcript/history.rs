//! Pages of history, put into the run of durable chunks.

use super::{Committed, LiveFacts, Transcript};
use crate::anomaly::Anomaly;
use crate::content::Content;
use dispatch_contract::StoredChunk;

/// What a page of history did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Append {
    /// It fits: so many chunks were new.
    Added(usize),
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
    for chunk in stored {
        let (seq, content, anomaly) = Content::from_wire(chunk);
        anomalies.extend(anomaly);
        chunks.push((seq, content));
    }
    if !chunks.is_sorted_by(|a, b| a.0 < b.0) {
        anomalies.push(Anomaly::DisorderedHistory);
        chunks.sort_by_key(|(seq, _)| *seq);
        chunks.dedup_by_key(|(seq, _)| *seq);
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
            self.commit(seq, content);
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
        let mut added = 0;
        for (seq, content) in page.chunks.into_iter().filter(|(seq, _)| *seq > highest) {
            self.commit(seq, content);
            added += 1;
        }
        if added > 0 {
            self.mark_rows();
        }
        self.align();
        Append::Added(added)
    }

    /// Takes a page of older chunks. It must end right before what is held.
    pub(crate) fn prepend(&mut self, stored: Vec<StoredChunk>, anomalies: &mut Vec<Anomaly>) -> Append {
        let page = read_page(stored);
        anomalies.extend(page.anomalies);
        let lowest = self.lowest_seq().unwrap_or(u64::MAX);
        let mut older: Vec<(u64, Content)> = page.chunks.into_iter().filter(|(seq, _)| *seq < lowest).collect();
        if older.last().is_none_or(|(seq, _)| *seq + 1 != lowest) {
            return Append::Stale;
        }
        let added = older.len();
        let mut chunks: Vec<Committed> = Vec::with_capacity(added + self.committed.len());
        for (seq, content) in older.drain(..) {
            let row = self.mint_row();
            chunks.push(Committed { row, seq, content, live: LiveFacts::default(), fresh: false });
        }
        chunks.append(&mut self.committed);
        self.committed = chunks;
        self.mark_rows();
        Append::Added(added)
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

    fn commit(&mut self, seq: u64, content: Content) {
        let row = self.mint_row();
        self.committed.push(Committed { row, seq, content, live: LiveFacts::default(), fresh: true });
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
