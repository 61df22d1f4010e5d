//! What of each conversation this device keeps, so that a person reads it before, and without, any backend.
//!
//! A conversation is kept as one unbroken run of its log, a suffix that grows at both ends. Several windows write at once,
//! and none knows what the others hold; so what may be joined is decided here, by ranges alone, inside whatever makes the
//! store's write one step. What this promises: a run that is read back has no holes, and a chunk in it stands under its
//! own seq. What it does not: that the backend still has the same log. That is proven by the next tail request.
//!
//! The store is told in [`Write`]s and answers in [`Page`]s; it knows records as text, and nothing of what they say.

mod memory;
mod record;

pub use memory::Memory;
pub(crate) use record::{read_record, write_record};

use crate::{ConversationId, Millis, order};
use serde_json::{Value, json};

/// How many chunks are kept on this device by default, over all conversations.
pub const DEFAULT_BUDGET: u64 = 50_000;

/// The version of what is kept of a conversation beside its records. Another version is set aside.
const KEPT_VERSION: u64 = 1;

/// An unbroken run of seqs, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The lowest seq in it.
    pub first: u64,
    /// The highest.
    pub last: u64,
}

/// What becomes of a run that is about to be written beside one that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They touch: both together are this run.
    Joins(Run),
    /// It stands apart after what is held, which is outside the newest run from now on and goes.
    Replaces,
    /// It stands apart before what is held, and is of no use.
    Refused,
}

impl Run {
    /// How many seqs it has.
    pub fn count(self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }

    /// What becomes of this run when it is written beside what is held.
    pub fn admit(self, held: Option<Self>) -> Admission {
        match held {
            None => Admission::Joins(self),
            Some(held) if self.first > held.last + 1 => Admission::Replaces,
            Some(held) if self.last + 1 < held.first => Admission::Refused,
            Some(held) => Admission::Joins(Self { first: self.first.min(held.first), last: self.last.max(held.last) }),
        }
    }
}

/// A chunk as it is kept: JSON text without a line break, see [`Page`] for what reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log.
    pub seq: u64,
    /// What is kept of it.
    pub text: String,
}

/// What is kept of a conversation beside its records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// Which of its chunks are kept.
    pub run: Option<Run>,
    /// Its title, where it is known.
    pub title: Option<String>,
    /// When a person last looked at it.
    pub read_at: Millis,
    /// When the backend last confirmed what is kept.
    pub checked_at: Millis,
}

impl Kept {
    /// As text, for the store.
    pub fn to_text(&self) -> String {
        let run = self.run.map(|run| [run.first, run.last]);
        let kept = json!({
            "version": KEPT_VERSION,
            "run": run,
            "title": self.title,
            "readAt": self.read_at.whole(),
            "checkedAt": self.checked_at.whole(),
        });
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Reads it back. `None`: another version wrote it, or it is broken; nothing of the conversation can be relied on.
    pub fn from_text(text: &str) -> Option<Self> {
        let kept: Value = serde_json::from_str(text).ok()?;
        if kept.get("version")?.as_u64() != Some(KEPT_VERSION) {
            return None;
        }
        let run = kept.get("run")?;
        let run =
            if run.is_null() { None } else { Some(Run { first: run.get(0)?.as_u64()?, last: run.get(1)?.as_u64()? }) };
        let is_run = run.is_none_or(|run| 0 < run.first && run.first <= run.last);
        is_run.then_some(Self {
            run,
            title: kept.get("title").and_then(Value::as_str).map(str::to_owned),
            read_at: Millis(kept.get("readAt")?.as_f64()?),
            checked_at: Millis(kept.get("checkedAt")?.as_f64()?),
        })
    }

    /// How many chunks are kept.
    pub fn count(&self) -> u64 {
        self.run.map_or(0, Run::count)
    }

    /// Takes over what a note says.
    pub fn learn(&mut self, note: &Note) {
        if note.title.is_some() {
            self.title.clone_from(&note.title);
        }
        self.read_at = note.read_at.unwrap_or(self.read_at);
        self.checked_at = note.checked_at.unwrap_or(self.checked_at);
    }
}

/// News about a conversation beside its records; what is `None` stays as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// Its title.
    pub title: Option<String>,
    /// When a person looked at it.
    pub read_at: Option<Millis>,
    /// When the backend confirmed what is kept.
    pub checked_at: Option<Millis>,
}

/// An order to the store. Those given together are carried out together, or none is.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Keep these records, an ascending unbroken run, as [`Run::admit`] says.
    Records(ConversationId, Vec<Record>),
    /// Keep what its turns took, as text, in the place of what was kept of that; empty for nothing. It is kept beside a
    /// conversation, never without one.
    Metrics(ConversationId, String),
    /// Keep this note.
    Note(ConversationId, Note),
    /// Forget the conversation.
    Forget(ConversationId),
}

impl Write {
    /// Whose.
    pub fn conversation(&self) -> &ConversationId {
        let (Self::Records(id, _) | Self::Metrics(id, _) | Self::Note(id, _) | Self::Forget(id)) = self;
        id
    }
}

/// The run of these records, if they are one.
pub fn run_of(records: &[Record]) -> Option<Run> {
    let run = Run { first: records.first()?.seq, last: records.last()?.seq };
    let unbroken = records.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1);
    (unbroken && run.first > 0).then_some(run)
}

/// An answer of the store: the newest records that were asked for, ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What is kept of the conversation, all in all.
    pub kept: Kept,
    /// Those that were asked for.
    pub records: Vec<Record>,
    /// What its turns took, as it was written. It comes with the end of a conversation.
    pub metrics: Option<String>,
}

impl Page {
    /// Its records, if there are any.
    pub(crate) fn take_records(&mut self) -> Option<Vec<Record>> {
        let records = std::mem::take(&mut self.records);
        (!records.is_empty()).then_some(records)
    }
}

/// Which conversations must be forgotten for `budget` chunks to be enough: those that were read longest ago, and never
/// `spared`, even when it is over the budget alone.
pub fn evict(kept: &[(ConversationId, Kept)], budget: u64, spared: Option<&ConversationId>) -> Vec<ConversationId> {
    let mut total: u64 = kept.iter().map(|(_, kept)| kept.count()).sum();
    let mut candidates: Vec<&(ConversationId, Kept)> = kept.iter().filter(|(id, _)| Some(id) != spared).collect();
    order::sort(&mut candidates, |(_, a), (_, b)| a.read_at.0.total_cmp(&b.read_at.0));
    let mut gone = Vec::new();
    for (id, kept) in candidates {
        if total <= budget {
            break;
        }
        total -= kept.count();
        gone.push(id.clone());
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(first: u64, last: u64) -> Run {
        Run { first, last }
    }

    #[test]
    fn runs_that_touch_join_and_the_newest_of_those_that_do_not_stays() {
        let cases = [
            (run(5, 9), None, Admission::Joins(run(5, 9))),
            (run(11, 12), Some(run(5, 10)), Admission::Joins(run(5, 12))),
            (run(1, 4), Some(run(5, 10)), Admission::Joins(run(1, 10))),
            (run(7, 8), Some(run(5, 10)), Admission::Joins(run(5, 10))),
            (run(3, 20), Some(run(5, 10)), Admission::Joins(run(3, 20))),
            (run(12, 20), Some(run(5, 10)), Admission::Replaces),
            (run(1, 3), Some(run(5, 10)), Admission::Refused),
        ];
        for (written, held, expected) in cases {
            assert_eq!(written.admit(held), expected, "{written:?} beside {held:?}");
        }
    }

    #[test]
    fn what_was_read_longest_ago_goes_first_and_never_what_is_looked_at() {
        let kept = |entries: &[(&str, u64, f64)]| -> Vec<(ConversationId, Kept)> {
            let entry = |(id, chunks, read_at): &(&str, u64, f64)| {
                let kept = Kept { run: Some(run(1, *chunks)), read_at: Millis(*read_at), ..Kept::default() };
                (ConversationId::from(*id), kept)
            };
            entries.iter().map(entry).collect()
        };
        let names = |gone: Vec<ConversationId>| gone.iter().map(ToString::to_string).collect::<Vec<_>>();
        let four = kept(&[("a", 30, 100.0), ("b", 30, 50.0), ("c", 30, 200.0), ("d", 30, 10.0)]);
        assert_eq!(names(evict(&four, 60, None)), ["d", "b"]);
        let two = kept(&[("active", 100, 1000.0), ("other", 50, 1.0)]);
        assert_eq!(names(evict(&two, 50, Some(&ConversationId::from("active")))), ["other"]);
        assert_eq!(names(evict(&kept(&[("a", 10, 1.0), ("b", 10, 2.0)]), 100, None)), [""; 0]);
    }

    #[test]
    fn what_is_kept_is_read_back_and_anything_else_is_set_aside() {
        let kept = Kept {
            run: Some(run(3, 9)),
            title: Some("A \"title\"".to_owned()),
            read_at: Millis(5.0),
            checked_at: Millis(6.0),
        };
        assert_eq!(Kept::from_text(&kept.to_text()), Some(kept));
        assert_eq!(Kept::from_text(&Kept::default().to_text()), Some(Kept::default()));
        let broken = [
            "",
            "7",
            r#"{"version":2,"run":null,"title":null,"readAt":1,"checkedAt":1}"#,
            r#"{"version":1,"run":[0,4],"title":null,"readAt":1,"checkedAt":1}"#,
            r#"{"version":1,"run":[9,4],"title":null,"readAt":1,"checkedAt":1}"#,
            r#"{"version":1,"run":[9],"title":null,"readAt":1,"checkedAt":1}"#,
            r#"{"version":1,"run":null,"title":null,"checkedAt":1}"#,
        ];
        for text in broken {
            assert_eq!(Kept::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn only_an_ascending_unbroken_list_is_a_run() {
        let records = |seqs: &[u64]| -> Vec<Record> {
            seqs.iter().map(|seq| Record { seq: *seq, text: String::new() }).collect()
        };
        assert_eq!(run_of(&records(&[4, 5, 6])), Some(run(4, 6)));
        for seqs in [&[][..], &[4, 6], &[5, 4], &[4, 4], &[0, 1]] {
            assert_eq!(run_of(&records(seqs)), None, "{seqs:?}");
        }
    }
}
