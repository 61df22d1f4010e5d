//! What should not have happened. The core cannot fail; it counts instead, and the person can look.

use std::collections::BTreeMap;

/// A kind of thing that should not have happened and was survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anomaly {
    /// A frame that is not JSON, or lacks what its type must have.
    UnreadableFrame,
    /// A frame of a type this version does not know.
    UnknownFrame,
    /// A turn event of a type this version does not know.
    UnknownEvent,
    /// A chunk of a type this version does not know; it shows as a notice.
    UnknownChunk,
    /// An event of a turn that is already part of the durable history.
    LateEvent,
    /// A tool call or result that the turn already had.
    DuplicateEvent,
    /// Output of a tool call that never came.
    OrphanOutput,
    /// A history page with chunks in the wrong order or twice.
    DisorderedHistory,
    /// A history page with seqs missing in the middle.
    HistoryGap,
    /// The backend's history is not the one the console knew: compacted, restored, or another server.
    StaleHistory,
    /// An answer to a request nobody waits for any more.
    LateAnswer,
    /// A turn that the backend no longer knows.
    LostTurn,
    /// Something stored locally that could not be read.
    CorruptStorage,
    /// A rule about the state itself did not hold.
    BrokenInvariant,
}

/// How often each anomaly happened since the console was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anomalies(BTreeMap<Anomaly, u64>);

impl Anomalies {
    /// Counts one.
    pub fn count(&mut self, anomaly: Anomaly) {
        *self.0.entry(anomaly).or_default() += 1;
    }

    /// How often it happened.
    pub fn of(&self, anomaly: Anomaly) -> u64 {
        self.0.get(&anomaly).copied().unwrap_or_default()
    }

    /// All that happened at least once.
    pub fn iter(&self) -> impl Iterator<Item = (Anomaly, u64)> + '_ {
        self.0.iter().map(|(anomaly, count)| (*anomaly, *count))
    }
}
