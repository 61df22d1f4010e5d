//! Writing turns: opened with the person's message, grown step by step, sealed once. A turn that a dead backend left
//! running is sealed at the next start with what it had told, and an error that says why there is no more, so that history
//! never holds a half turn unexplained.

use super::history::{self, Window};
use super::{Store, StoreError, conversations, queue, told};
use crate::throughput::TimeWindow;
use crate::title;
use dispatch_contract::{Chunk, ConversationId, MessageId, Open, Role, StoredChunk, TurnId, TurnMetrics, Usage};
use rusqlite::{Connection, TransactionBehavior, params};

/// The code of the error chunk that ends a turn which the backend did not survive.
pub(crate) const RESTART_CODE: &str = "backend-restart";
/// Its words.
pub(crate) const RESTART_MESSAGE: &str = "The backend stopped during this turn";

/// A chunk before it has a seq.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewChunk {
    /// Who it speaks for.
    pub(crate) role: Role,
    /// The piece itself.
    pub(crate) chunk: Chunk,
}

/// Adds words to a run of their kind, if that is what they follow. Gives back what begins something of its own.
pub(crate) fn join(run: Option<&mut NewChunk>, more: NewChunk) -> Option<NewChunk> {
    match (run.map(|run| &mut run.chunk), &more.chunk) {
        (Some(Chunk::Text { text }), Chunk::Text { text: words })
        | (Some(Chunk::Thinking { text }), Chunk::Thinking { text: words }) => text.push_str(words),
        _ => return Some(more),
    }
    None
}

/// A turn about to begin.
#[derive(Clone, Debug)]
pub(crate) struct NewTurn {
    /// Where.
    pub(crate) conversation: ConversationId,
    /// Its id.
    pub(crate) turn_id: TurnId,
    /// Who answers.
    pub(crate) model: String,
    /// The person's words, for a title.
    pub(crate) message: String,
    /// What the person sent.
    pub(crate) chunks: Vec<NewChunk>,
    /// The waiting message that it was until now.
    pub(crate) waited: Option<MessageId>,
}

impl Store {
    /// Opens a turn and stores the person's message. Answers the whole conversation, that message included.
    pub(crate) async fn begin_turn(&self, turn: NewTurn) -> Result<Vec<StoredChunk>, StoreError> {
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            conversations::ensure(&transaction, &turn.conversation, now)?;
            transaction.execute(
                "UPDATE conversations
                 SET derived_title = coalesce(derived_title, ?2), last_activity_at = ?3, closed = 0 WHERE id = ?1",
                params![turn.conversation.as_str(), title::derived_from(&turn.message), now],
            )?;
            append(&transaction, &turn.conversation, &turn.chunks)?;
            queue::take_out(&transaction, turn.waited.as_slice())?;
            transaction.execute(
                "INSERT INTO turns (conversation, turn_id, model, state, started_at, metrics)
                 VALUES (?1, ?2, ?3, 'running', ?4, ?5)",
                params![
                    turn.conversation.as_str(),
                    turn.turn_id.as_str(),
                    turn.model,
                    now,
                    serde_json::to_string(&nothing_measured(&turn.turn_id))?
                ],
            )?;
            let history = history::read(&transaction, &turn.conversation, Window::default())?;
            transaction.commit()?;
            Ok(history)
        })
        .await
    }

    /// Stores what a step produced, and what is known of the turn so far. Messages that waited until now are among it.
    pub(crate) async fn append_step(
        &self,
        conversation: &ConversationId,
        metrics: TurnMetrics,
        chunks: Vec<NewChunk>,
        waited: Vec<MessageId>,
    ) -> Result<(), StoreError> {
        self.write_turn(conversation, metrics, chunks, waited, false).await
    }

    /// Stores the rest of a turn and seals it.
    pub(crate) async fn seal_turn(
        &self,
        conversation: &ConversationId,
        metrics: TurnMetrics,
        chunks: Vec<NewChunk>,
    ) -> Result<(), StoreError> {
        self.write_turn(conversation, metrics, chunks, Vec::new(), true).await
    }

    async fn write_turn(
        &self,
        conversation: &ConversationId,
        metrics: TurnMetrics,
        chunks: Vec<NewChunk>,
        waited: Vec<MessageId>,
        seal: bool,
    ) -> Result<(), StoreError> {
        let conversation = conversation.clone();
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            append(&transaction, &conversation, &chunks)?;
            told::forget(&transaction, metrics.turn_id.as_str())?;
            queue::take_out(&transaction, &waited)?;
            transaction.execute(
                "UPDATE turns SET metrics = ?2, state = iif(?3, 'sealed', state), sealed_at = iif(?3, ?4, sealed_at)
                 WHERE turn_id = ?1",
                params![metrics.turn_id.as_str(), serde_json::to_string(&metrics)?, seal, now],
            )?;
            touch(&transaction, &conversation, now)?;
            transaction.commit()?;
            Ok(())
        })
        .await
    }

    /// The metrics of the sealed turns in order.
    pub(crate) async fn metrics(&self, conversation: &ConversationId) -> Result<Vec<TurnMetrics>, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT metrics FROM turns WHERE conversation = ?1 AND state = 'sealed' ORDER BY number",
            )?;
            let mut rows = statement.query([conversation.as_str()])?;
            let mut turns = Vec::new();
            while let Some(row) = rows.next()? {
                let metrics: String = row.get(0)?;
                turns.push(serde_json::from_str(&metrics)?);
            }
            Ok(turns)
        })
        .await
    }

    /// The turns of all conversations that were sealed in a window, each with its model, in the order of their beginning.
    pub(crate) async fn turns_sealed_in(&self, window: TimeWindow) -> Result<Vec<(String, TurnMetrics)>, StoreError> {
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT model, metrics FROM turns WHERE state = 'sealed' AND sealed_at >= ?1 AND sealed_at < ?2
                 ORDER BY number",
            )?;
            let mut rows = statement.query([window.start, window.end])?;
            let mut turns = Vec::new();
            while let Some(row) = rows.next()? {
                let metrics: String = row.get(1)?;
                turns.push((row.get(0)?, serde_json::from_str(&metrics)?));
            }
            Ok(turns)
        })
        .await
    }

    /// Seals the turns that the last backend left running. Answers how many.
    pub(crate) async fn seal_lost_turns(&self) -> Result<usize, StoreError> {
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let lost = lost_turns(&transaction)?;
            for (number, turn, conversation) in &lost {
                let mut chunks = told::chunks(&transaction, turn)?;
                let chunk = Chunk::Error { message: RESTART_MESSAGE.to_owned(), code: Some(RESTART_CODE.to_owned()) };
                chunks.push(NewChunk { role: Role::Assistant, chunk });
                append(&transaction, conversation, &chunks)?;
                told::forget(&transaction, turn)?;
                transaction.execute(
                    "UPDATE turns SET state = 'sealed', sealed_at = ?2 WHERE number = ?1",
                    params![number, now],
                )?;
                touch(&transaction, conversation, now)?;
            }
            transaction.commit()?;
            Ok(lost.len())
        })
        .await
    }
}

/// Number, id and conversation of the turns that are not sealed.
fn lost_turns(connection: &Connection) -> Result<Vec<(i64, String, ConversationId)>, StoreError> {
    let mut statement = connection
        .prepare("SELECT number, turn_id, conversation FROM turns WHERE state = 'running' ORDER BY number")?;
    let rows = statement.query_map([], |row| {
        let conversation: String = row.get(2)?;
        Ok((row.get(0)?, row.get(1)?, ConversationId::new(conversation)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives chunks the next seqs. Only ever called inside a transaction, which is what keeps the numbers free of gaps.
pub(super) fn append(
    connection: &Connection,
    conversation: &ConversationId,
    chunks: &[NewChunk],
) -> Result<(), StoreError> {
    let last: i64 = connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM chunks WHERE conversation = ?1")?
        .query_row([conversation.as_str()], |row| row.get(0))?;
    let mut statement =
        connection.prepare_cached("INSERT INTO chunks (conversation, seq, role, chunk) VALUES (?1, ?2, ?3, ?4)")?;
    for (seq, new) in (last + 1..).zip(chunks) {
        let chunk = serde_json::to_string(&Open::Known(new.chunk.clone()))?;
        statement.execute(params![conversation.as_str(), seq, new.role.as_str(), chunk])?;
    }
    Ok(())
}

fn touch(connection: &Connection, conversation: &ConversationId, now: i64) -> Result<(), StoreError> {
    connection
        .execute("UPDATE conversations SET last_activity_at = ?2 WHERE id = ?1", params![conversation.as_str(), now])?;
    Ok(())
}

fn nothing_measured(turn_id: &TurnId) -> TurnMetrics {
    TurnMetrics {
        turn_id: turn_id.clone(),
        usage: Usage::default(),
        duration_ms: None,
        steps: Vec::new(),
        context_size: None,
    }
}
