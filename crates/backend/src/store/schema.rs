//! The tables, and how a file of an earlier version becomes one of this version: one step per version, never edited after
//! it was released.

use super::{BUSY_TIMEOUT, StoreError};
use rusqlite::{Connection, TransactionBehavior};

/// One step per version of the file; `user_version` counts the steps that were taken.
pub(super) const STEPS: &[&str] = &[
    "
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        created_at INTEGER NOT NULL,
        last_activity_at INTEGER NOT NULL,
        title TEXT,
        cwd TEXT,
        effort TEXT,
        model TEXT,
        closed INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX conversations_by_activity ON conversations (last_activity_at DESC);

    CREATE TABLE chunks (
        conversation TEXT NOT NULL REFERENCES conversations (id),
        seq INTEGER NOT NULL,
        role TEXT NOT NULL,
        chunk TEXT NOT NULL,
        PRIMARY KEY (conversation, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversations (id),
        turn_id TEXT NOT NULL UNIQUE,
        model TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'sealed')),
        started_at INTEGER NOT NULL,
        sealed_at INTEGER,
        metrics TEXT NOT NULL
    ) STRICT;
    CREATE INDEX turns_by_conversation ON turns (conversation, number);
    CREATE INDEX turns_running ON turns (state) WHERE state = 'running';
",
    // A title that a person gives must not be taken for one that was made from the first message, nor be cut like one.
    "
    ALTER TABLE conversations RENAME COLUMN title TO derived_title;
    ALTER TABLE conversations ADD COLUMN title TEXT;
",
    // What was done in a day is asked for while the console is open.
    "
    CREATE INDEX turns_by_seal ON turns (sealed_at) WHERE state = 'sealed';
",
    // Messages that were accepted while a turn ran must outlive the backend like any other.
    "
    CREATE TABLE queue (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversations (id),
        id TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        queued_at INTEGER NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE conversations ADD COLUMN compact_percent REAL NOT NULL DEFAULT 0;
    ALTER TABLE conversations ADD COLUMN compacted_from TEXT;
",
    // A crash must not take what was told of a step that had not come to its end.
    "
    CREATE TABLE told (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        turn_id TEXT NOT NULL REFERENCES turns (turn_id),
        place INTEGER NOT NULL,
        role TEXT NOT NULL,
        chunk TEXT NOT NULL
    ) STRICT;
    CREATE INDEX told_by_turn ON told (turn_id, number);
",
];

/// Sets the connection up and takes the steps that the file lacks.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Two backends on one file would each seal the other's running turns as lost: the first one keeps the file to itself.
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    // A chunk that a client has seen announced as stored must survive a crash of this process; WAL with NORMAL does that,
    // and gives up only the last commits when the whole machine loses power.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;

    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}
