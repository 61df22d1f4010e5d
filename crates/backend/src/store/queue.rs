//! Messages that wait. They are taken out where turns are written, with what they become.

use super::{Store, StoreError, conversations};
use dispatch_contract::{ConversationId, MessageId, QueuedMessage};
use rusqlite::{Connection, TransactionBehavior, params};

impl Store {
    /// All that waits, in the order in which it came.
    pub(crate) async fn queued(&self) -> Result<Vec<(ConversationId, QueuedMessage)>, StoreError> {
        self.run(|connection| {
            let mut statement =
                connection.prepare("SELECT conversation, id, text, queued_at FROM queue ORDER BY number")?;
            let rows = statement.query_map([], |row| {
                let (conversation, id): (String, String) = (row.get(0)?, row.get(1)?);
                let message = QueuedMessage { id: MessageId::new(id), text: row.get(2)?, queued_at: row.get(3)? };
                Ok((ConversationId::new(conversation), message))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Stores a message that waits.
    pub(crate) async fn enqueue(
        &self,
        conversation: &ConversationId,
        message: &QueuedMessage,
    ) -> Result<(), StoreError> {
        let (conversation, message) = (conversation.clone(), message.clone());
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            conversations::ensure(&transaction, &conversation, message.queued_at)?;
            transaction.execute(
                "INSERT INTO queue (conversation, id, text, queued_at) VALUES (?1, ?2, ?3, ?4)",
                params![conversation.as_str(), message.id.as_str(), message.text, message.queued_at],
            )?;
            transaction.commit()?;
            Ok(())
        })
        .await
    }

    /// Forgets messages that waited.
    pub(crate) async fn dequeue(&self, ids: &[MessageId]) -> Result<(), StoreError> {
        let ids = ids.to_vec();
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            take_out(&transaction, &ids)?;
            transaction.commit()?;
            Ok(())
        })
        .await
    }
}

/// Deletes messages, inside whatever transaction makes something else of them.
pub(super) fn take_out(connection: &Connection, ids: &[MessageId]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM queue WHERE id = ?1")?;
    for id in ids {
        statement.execute([id.as_str()])?;
    }
    Ok(())
}
