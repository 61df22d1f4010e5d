//! Reading chunks: the windows a client asks for, and the whole conversation for a prompt.

use super::{Store, StoreError};
use dispatch_contract::{Chunk, ConversationId, Open, Role, StoredChunk};
use rusqlite::{Connection, Row, params};

/// Which chunks of a conversation: `since < seq < before`, of those the newest `limit`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// Chunks above this seq.
    pub(crate) since: u64,
    /// Chunks below this one, when given.
    pub(crate) before: Option<u64>,
    /// At most so many, the newest, when given.
    pub(crate) limit: Option<u64>,
}

impl Store {
    /// The chunks of a window, ascending. A conversation that nobody knows has none.
    pub(crate) async fn history(
        &self,
        conversation: &ConversationId,
        window: Window,
    ) -> Result<Vec<StoredChunk>, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| read(connection, &conversation, window)).await
    }
}

/// Reads a window, newest first in SQL so that `limit` keeps the newest, and turns it round.
pub(super) fn read(
    connection: &Connection,
    conversation: &ConversationId,
    window: Window,
) -> Result<Vec<StoredChunk>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, role, chunk FROM chunks
         WHERE conversation = ?1 AND seq > ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4",
    )?;
    let since = to_sql(window.since);
    let before = window.before.map_or(i64::MAX, to_sql);
    let limit = window.limit.map_or(i64::MAX, to_sql);
    let mut rows = statement.query(params![conversation.as_str(), since, before, limit])?;
    let mut chunks = Vec::new();
    while let Some(row) = rows.next()? {
        chunks.push(stored_chunk(row)?);
    }
    chunks.reverse();
    Ok(chunks)
}

/// SQLite counts to `i64::MAX`, and no seq is above that: a larger bound means the same as that one.
fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn stored_chunk(row: &Row<'_>) -> Result<StoredChunk, StoreError> {
    let seq: i64 = row.get(0)?;
    let role: String = row.get(1)?;
    let chunk: String = row.get(2)?;
    let chunk: Open<Chunk> = serde_json::from_str(&chunk)?;
    Ok(StoredChunk { seq: u64::try_from(seq).unwrap_or_default(), role: Role::from(role.as_str()), chunk })
}
