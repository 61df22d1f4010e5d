//! What should not have happened. The core cannot fail; it counts instead, and the person can look.

use crate::HttpFailure;

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
    /// A turn was sealed, and it had output of a tool call that never came.
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
    /// A turn of which the backend kept less than was heard.
    CutTurn,
    /// The answer to a message over HTTP ended before its turn did.
    CutStream,
    /// An answer over HTTP that is not what the contract says.
    UnreadableAnswer,
    /// A request over HTTP at which the backend failed.
    FailedRequest,
    /// A part of the console that is loaded when it is first needed could not be loaded.
    MissingPart,
    /// Something stored locally that could not be read.
    CorruptStorage,
    /// A surface's state that nobody holds: of another conversation, or after it was given up.
    LateSurface,
    /// A field of a surface without what its kind must have; it is not shown.
    BadField,
    /// A field of a kind this version does not know; it is not shown.
    UnknownField,
}

impl Anomaly {
    /// In words, for the person.
    pub fn words(self) -> &'static str {
        match self {
            Self::UnreadableFrame => "a frame could not be read",
            Self::UnknownFrame => "a frame of an unknown type",
            Self::UnknownEvent => "an event of an unknown type",
            Self::UnknownChunk => "a piece of an unknown type",
            Self::LateEvent => "an event of a turn that was over",
            Self::DuplicateEvent => "a tool call or result that came twice",
            Self::OrphanOutput => "output of a tool call that never came",
            Self::DisorderedHistory => "history in the wrong order, or twice",
            Self::HistoryGap => "history with a gap",
            Self::StaleHistory => "another history than the one that was known",
            Self::LateAnswer => "an answer that nobody waited for any more",
            Self::LostTurn => "a turn that the backend lost",
            Self::CutTurn => "a turn of which the backend kept only a part",
            Self::CutStream => "an answer over HTTP that was cut off",
            Self::UnreadableAnswer => "an answer over HTTP that could not be read",
            Self::FailedRequest => "a request over HTTP at which the backend failed",
            Self::LateSurface => "news of a surface that nobody holds",
            Self::BadField => "a field of a surface that could not be read",
            Self::UnknownField => "a field of a surface of an unknown kind",
            Self::MissingPart => "a part of the console that could not be loaded",
            Self::CorruptStorage => "something kept on this device that could not be read",
        }
    }
}

impl Anomaly {
    /// What is odd about a request that failed. Nothing is where nobody answers, or where a refusal is the answer.
    pub(crate) fn of(failure: &HttpFailure) -> Option<Self> {
        match failure {
            HttpFailure::Unreadable => Some(Self::UnreadableAnswer),
            HttpFailure::Refused { status: 500.., .. } if !failure.is_unsupported() => Some(Self::FailedRequest),
            HttpFailure::Unreachable | HttpFailure::Refused { .. } => None,
        }
    }
}

/// How often each anomaly happened since the console was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anomalies(Vec<(Anomaly, u64)>);

impl Anomalies {
    /// Counts one.
    pub fn count(&mut self, anomaly: Anomaly) {
        match self.0.iter_mut().find(|(counted, _)| *counted == anomaly) {
            Some((_, count)) => *count += 1,
            None => self.0.push((anomaly, 1)),
        }
    }

    /// How often it happened.
    pub fn of(&self, anomaly: Anomaly) -> u64 {
        self.iter().find(|(counted, _)| *counted == anomaly).map_or(0, |(_, count)| count)
    }

    /// All that happened at least once.
    pub fn iter(&self) -> impl Iterator<Item = (Anomaly, u64)> + '_ {
        self.0.iter().copied()
    }
}
