//! Moving a history away and beginning anew, in one go: nobody ever reads half of it.

use super::history::{self, Window};
use super::turns::append;
use super::{NewChunk, Store, StoreError};
use dispatch_contract::{Chunk, ConversationId, Open, Role};
use rusqlite::{OptionalExtension, TransactionBehavior, params};

/// A history to be compacted.
#[derive(Clone, Debug)]
pub(crate) struct Compaction {
    /// Where; it keeps its id and its settings.
    pub(crate) conversation: ConversationId,
    /// The new id of the whole old history.
    pub(crate) archive: ConversationId,
    /// What stands for the older part.
    pub(crate) summary: Chunk,
    /// The index of the first chunk that stays.
    pub(crate) kept_from: usize,
    /// How many turns stay with it.
    pub(crate) kept_turns: u64,
}

impl Store {
    /// Compacts a conversation. The old one is closed, so that no client takes it for one that is talked in; the numbers
    /// of the turns go with it, except those of the last ones, whose words stay.
    pub(crate) async fn compact(&self, compaction: Compaction) -> Result<(), StoreError> {
        self.run(move |connection| {
            let Compaction { conversation, archive, summary, kept_from, kept_turns } = compaction;
            let (id, archive) = (conversation.as_str(), archive.as_str());
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let kept = history::read(&transaction, &conversation, Window::default())?;
            let kept = kept.into_iter().skip(kept_from).filter_map(|stored| match stored.chunk {
                Open::Known(chunk) => Some(NewChunk { role: stored.role, chunk }),
                // Only this backend writes here, and nothing that it does not know.
                Open::Unknown(_) => None,
            });
            let chunks: Vec<_> = std::iter::once(NewChunk { role: Role::System, chunk: summary }).chain(kept).collect();
            transaction.execute(
                "INSERT INTO conversations
                     (id, created_at, last_activity_at, derived_title, title, cwd, effort, model, closed, compacted_from)
                 SELECT ?2, created_at, last_activity_at, derived_title, title, cwd, effort, model, 1, compacted_from
                 FROM conversations WHERE id = ?1",
                [id, archive],
            )?;
            transaction.execute("UPDATE chunks SET conversation = ?2 WHERE conversation = ?1", [id, archive])?;
            transaction.execute(
                "UPDATE turns SET conversation = ?2 WHERE conversation = ?1 AND number NOT IN
                     (SELECT number FROM turns WHERE conversation = ?1 ORDER BY number DESC LIMIT ?3)",
                params![id, archive, i64::try_from(kept_turns).unwrap_or(i64::MAX)],
            )?;
            append(&transaction, &conversation, &chunks)?;
            transaction.execute("UPDATE conversations SET compacted_from = ?2 WHERE id = ?1", [id, archive])?;
            transaction.commit()?;
            Ok(())
        })
        .await
    }

    /// At how full a context a conversation compacts itself, in percent; 0 means never.
    pub(crate) async fn compact_percent(&self, conversation: &ConversationId) -> Result<f64, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let percent = connection
                .prepare_cached("SELECT compact_percent FROM conversations WHERE id = ?1")?
                .query_row([conversation.as_str()], |row| row.get(0))
                .optional()?;
            Ok(percent.unwrap_or_default())
        })
        .await
    }

    /// Sets it; also for a conversation without a turn yet.
    pub(crate) async fn set_compact_percent(
        &self,
        conversation: &ConversationId,
        percent: f64,
    ) -> Result<(), StoreError> {
        let conversation = conversation.clone();
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            super::conversations::ensure(connection, &conversation, now)?;
            connection.execute(
                "UPDATE conversations SET compact_percent = ?2 WHERE id = ?1",
                params![conversation.as_str(), percent],
            )?;
            Ok(())
        })
        .await
    }
}
