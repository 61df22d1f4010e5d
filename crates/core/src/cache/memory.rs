//! The cache without a disk: for a browser that keeps nothing, and for whatever wants the store's behaviour at hand.

use super::{Admission, Kept, Page, Record, Write, run_of};
use crate::ConversationId;
use crate::map::Map;

/// A store that lasts as long as it is held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory(Map<ConversationId, (Kept, Map<u64, String>)>);

impl Memory {
    /// Carries out orders.
    pub fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Forget(id) => {
                    self.0.remove(&id);
                }
                Write::Note(id, note) => self.0.get_or_insert_with(&id, Default::default).0.learn(&note),
                Write::Records(id, records) => {
                    let Some(run) = run_of(&records) else { continue };
                    let (kept, held) = self.0.get_or_insert_with(&id, Default::default);
                    match run.admit(kept.run) {
                        Admission::Refused => continue,
                        Admission::Joins(joined) => kept.run = Some(joined),
                        Admission::Replaces => {
                            *held = Map::default();
                            kept.run = Some(run);
                        }
                    }
                    records.into_iter().for_each(|record| held.insert(record.seq, record.text));
                }
            }
        }
    }

    /// What is kept of a conversation, with its newest `count` records before `before`, or before the end.
    pub fn read(&self, conversation: &ConversationId, before: Option<u64>, count: u64) -> Option<Page> {
        let (kept, held) = self.0.get(conversation)?;
        let older = held.before(&before.unwrap_or(u64::MAX));
        let newest = &older[older.len().saturating_sub(usize::try_from(count).unwrap_or(usize::MAX))..];
        let records = newest.iter().map(|(seq, text)| Record { seq: *seq, text: text.clone() }).collect();
        Some(Page { kept: kept.clone(), records })
    }

    /// What is kept of every conversation.
    pub fn index(&self) -> Vec<(ConversationId, Kept)> {
        self.0.iter().map(|(id, (kept, _))| (id.clone(), kept.clone())).collect()
    }
}
