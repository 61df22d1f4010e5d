//! The cache without a disk: for a browser that keeps nothing, and for whatever wants the store's behaviour at hand.

use super::{Admission, Kept, Page, Record, Write, run_of};
use crate::ConversationId;
use crate::map::Map;

/// A store that lasts as long as it is held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory(Map<ConversationId, Held>);

/// What is held of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
struct Held {
    kept: Kept,
    records: Map<u64, String>,
    metrics: Option<String>,
}

impl Memory {
    /// Carries out orders.
    pub fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Forget(id) => {
                    self.0.remove(&id);
                }
                Write::Note(id, note) => self.0.get_or_insert_with(&id, Held::default).kept.learn(&note),
                Write::Metrics(id, text) => {
                    if let Some(held) = self.0.get_mut(&id) {
                        held.metrics = Some(text).filter(|text| !text.is_empty());
                    }
                }
                Write::Records(id, records) => {
                    let Some(run) = run_of(&records) else { continue };
                    let held = self.0.get_or_insert_with(&id, Held::default);
                    match run.admit(held.kept.run) {
                        Admission::Refused => continue,
                        Admission::Joins(joined) => held.kept.run = Some(joined),
                        Admission::Replaces => {
                            held.records = Map::default();
                            held.kept.run = Some(run);
                        }
                    }
                    records.into_iter().for_each(|record| held.records.insert(record.seq, record.text));
                }
            }
        }
    }

    /// What is kept of a conversation, with its newest `count` records before `before`, or before the end.
    pub fn read(&self, conversation: &ConversationId, before: Option<u64>, count: u64) -> Option<Page> {
        let held = self.0.get(conversation)?;
        let older = held.records.before(&before.unwrap_or(u64::MAX));
        let newest = &older[older.len().saturating_sub(usize::try_from(count).unwrap_or(usize::MAX))..];
        let records = newest.iter().map(|(seq, text)| Record { seq: *seq, text: text.clone() }).collect();
        let metrics = held.metrics.clone().filter(|_| before.is_none());
        Some(Page { kept: held.kept.clone(), records, metrics })
    }

    /// What is kept of every conversation.
    pub fn index(&self) -> Vec<(ConversationId, Kept)> {
        self.0.iter().map(|(id, held)| (id.clone(), held.kept.clone())).collect()
    }
}
