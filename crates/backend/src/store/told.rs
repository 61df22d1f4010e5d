//! What running turns have told since their last step was stored. It is kept as it comes, so that a crash takes no more of
//! an answer than its last moments; once the step is stored, it goes.

use super::{NewChunk, Store, StoreError, join};
use dispatch_contract::{Open, Role, TurnId};
use rusqlite::{Connection, params};

/// A chunk as far as it was told, or more of a run of words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// Which of the chunks that are not stored it is a part of.
    pub(crate) place: usize,
    /// The part.
    pub(crate) part: NewChunk,
}

impl Store {
    /// Keeps what more was told of a turn. Nobody waits for it: the turn goes on while it is written, and also when it
    /// cannot be, for its end is stored by other means.
    pub(crate) fn keep_told(&self, turn: &TurnId, told: Vec<Told>) {
        let turn = turn.clone();
        // A store that is closed has stored what there was.
        self.hand_over(Box::new(move |connection| {
            if let Err(error) = insert(connection, &turn, &told) {
                tracing::warn!(%turn, %error, "what a turn told is not kept before its step ends");
            }
        }));
    }
}

fn insert(connection: &mut Connection, turn: &TurnId, told: &[Told]) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for Told { place, part } in told {
        let chunk = serde_json::to_string(&Open::Known(part.chunk.clone()))?;
        transaction
            .prepare_cached("INSERT INTO told (turn_id, place, role, chunk) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![turn.as_str(), *place as i64, part.role.as_str(), chunk])?;
    }
    transaction.commit()?;
    Ok(())
}

/// The chunks that a turn has told and not stored.
pub(super) fn chunks(connection: &Connection, turn: &str) -> Result<Vec<NewChunk>, StoreError> {
    let mut statement = connection.prepare("SELECT place, role, chunk FROM told WHERE turn_id = ?1 ORDER BY number")?;
    let mut rows = statement.query([turn])?;
    let mut chunks: Vec<(i64, NewChunk)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (place, role, chunk): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Open::Known(chunk) = serde_json::from_str(&chunk)? else { continue };
        let run = chunks.last_mut().filter(|(last, _)| *last == place).map(|(_, last)| last);
        let begun = join(run, NewChunk { role: Role::from(role.as_str()), chunk });
        chunks.extend(begun.map(|begun| (place, begun)));
    }
    Ok(chunks.into_iter().map(|(_, chunk)| chunk).collect())
}

/// Forgets what a turn has told: it is stored.
pub(super) fn forget(connection: &Connection, turn: &str) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM told WHERE turn_id = ?1")?.execute([turn])?;
    Ok(())
}
