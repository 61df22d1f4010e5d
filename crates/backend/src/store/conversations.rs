//! What is kept about a conversation besides its chunks: settings, title, activity.

use super::{Store, StoreError};
use crate::title;
use dispatch_contract::{ConversationId, ReasoningEffort};
use rusqlite::{Connection, OptionalExtension, params};

/// What a person set for a conversation, and the model it last used.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// The working directory.
    pub(crate) cwd: Option<String>,
    /// The reasoning effort.
    pub(crate) effort: Option<ReasoningEffort>,
    /// The model set for it, else that of its last turn.
    pub(crate) model: Option<String>,
}

/// A conversation as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConversationRow {
    /// Its id.
    pub(crate) id: ConversationId,
    /// When it began.
    pub(crate) created_at: i64,
    /// When something last happened in it.
    pub(crate) last_activity_at: i64,
    /// The person's, else from its first message.
    pub(crate) title: String,
    /// Whether the person closed it.
    pub(crate) closed: bool,
    /// Where its older history is, if it was compacted.
    pub(crate) compacted_from: Option<ConversationId>,
}

impl Store {
    /// What is set for a conversation; nothing is for one that nobody knows.
    pub(crate) async fn settings(&self, conversation: &ConversationId) -> Result<Settings, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let settings = connection
                .prepare_cached(
                    "SELECT cwd, effort, coalesce(model, (
                         SELECT turns.model FROM turns WHERE turns.conversation = id ORDER BY number DESC LIMIT 1
                     )) FROM conversations WHERE id = ?1",
                )?
                .query_row([conversation.as_str()], |row| {
                    let effort: Option<String> = row.get(1)?;
                    let effort = effort.map(|word| ReasoningEffort::from(word.as_str()));
                    Ok(Settings { cwd: row.get(0)?, effort, model: row.get(2)? })
                })
                .optional()?;
            Ok(settings.unwrap_or_default())
        })
        .await
    }

    /// Sets the working directory; also for a conversation without a turn yet.
    pub(crate) async fn set_cwd(&self, conversation: &ConversationId, cwd: &str) -> Result<(), StoreError> {
        let (conversation, cwd) = (conversation.clone(), cwd.to_owned());
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            ensure(connection, &conversation, now)?;
            connection
                .execute("UPDATE conversations SET cwd = ?2 WHERE id = ?1", params![conversation.as_str(), cwd])?;
            Ok(())
        })
        .await
    }

    /// Sets the reasoning effort; also for a conversation without a turn yet.
    pub(crate) async fn set_effort(
        &self,
        conversation: &ConversationId,
        effort: &ReasoningEffort,
    ) -> Result<(), StoreError> {
        let (conversation, effort) = (conversation.clone(), effort.clone());
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            ensure(connection, &conversation, now)?;
            connection.execute(
                "UPDATE conversations SET effort = ?2 WHERE id = ?1",
                params![conversation.as_str(), effort.as_str()],
            )?;
            Ok(())
        })
        .await
    }

    /// The model that was set for a conversation, whatever its turns used.
    pub(crate) async fn chosen_model(&self, conversation: &ConversationId) -> Result<Option<String>, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let model = connection
                .prepare_cached("SELECT model FROM conversations WHERE id = ?1")?
                .query_row([conversation.as_str()], |row| row.get(0))
                .optional()?;
            Ok(model.flatten())
        })
        .await
    }

    /// Sets the model, or leaves it to the turns again; also for a conversation without a turn yet.
    pub(crate) async fn set_model(&self, conversation: &ConversationId, model: Option<&str>) -> Result<(), StoreError> {
        let (conversation, model) = (conversation.clone(), model.map(str::to_owned));
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            ensure(connection, &conversation, now)?;
            connection
                .execute("UPDATE conversations SET model = ?2 WHERE id = ?1", params![conversation.as_str(), model])?;
            Ok(())
        })
        .await
    }

    /// What a conversation is called.
    pub(crate) async fn title(&self, conversation: &ConversationId) -> Result<String, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let title = connection
                .prepare_cached("SELECT title, derived_title FROM conversations WHERE id = ?1")?
                .query_row([conversation.as_str()], |row| Ok(shown_title(row.get(0)?, row.get(1)?)))
                .optional()?;
            Ok(title.unwrap_or_else(|| shown_title(None, None)))
        })
        .await
    }

    /// Gives a conversation a name; also one without a turn yet.
    pub(crate) async fn set_title(&self, conversation: &ConversationId, title: &str) -> Result<(), StoreError> {
        let (conversation, title) = (conversation.clone(), title.to_owned());
        let now = self.clock.epoch_ms();
        self.run(move |connection| {
            ensure(connection, &conversation, now)?;
            connection
                .execute("UPDATE conversations SET title = ?2 WHERE id = ?1", params![conversation.as_str(), title])?;
            Ok(())
        })
        .await
    }

    /// Marks a conversation as closed by the person. The next turn in it opens it again. Answers whether that is news.
    pub(crate) async fn set_closed(&self, conversation: &ConversationId) -> Result<bool, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let changed = connection
                .execute("UPDATE conversations SET closed = 1 WHERE id = ?1 AND closed = 0", [conversation.as_str()])?;
            Ok(changed > 0)
        })
        .await
    }

    /// Whether the person closed a conversation; none when nothing is known about it.
    pub(crate) async fn is_closed(&self, conversation: &ConversationId) -> Result<Option<bool>, StoreError> {
        let conversation = conversation.clone();
        self.run(move |connection| {
            let closed = connection
                .prepare_cached("SELECT closed FROM conversations WHERE id = ?1")?
                .query_row([conversation.as_str()], |row| row.get(0))
                .optional()?;
            Ok(closed)
        })
        .await
    }

    /// The conversations that have history and whose id starts with `prefix`, newest activity first; within a
    /// millisecond, the one whose turn began last.
    pub(crate) async fn conversations(&self, prefix: &str) -> Result<Vec<ConversationRow>, StoreError> {
        let prefix = prefix.to_owned();
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, created_at, last_activity_at, title, derived_title, closed, compacted_from
                 FROM conversations
                 WHERE substr(id, 1, length(?1)) = ?1
                   AND EXISTS (SELECT 1 FROM chunks WHERE chunks.conversation = id)
                 ORDER BY last_activity_at DESC,
                          (SELECT max(number) FROM turns WHERE turns.conversation = id) DESC",
            )?;
            let rows = statement.query_map([prefix], |row| {
                let id: String = row.get(0)?;
                Ok(ConversationRow {
                    id: ConversationId::new(id),
                    created_at: row.get(1)?,
                    last_activity_at: row.get(2)?,
                    title: shown_title(row.get(3)?, row.get(4)?),
                    closed: row.get(5)?,
                    compacted_from: row.get::<_, Option<String>>(6)?.map(ConversationId::new),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}

/// The title that the person gave, else the derived one, which a file of the first version may hold uncut.
fn shown_title(given: Option<String>, derived: Option<String>) -> String {
    given.or_else(|| derived.as_deref().and_then(title::derived_from)).unwrap_or_else(|| title::UNTITLED.to_owned())
}

/// Makes the conversation's row when it is not there yet.
pub(super) fn ensure(connection: &Connection, conversation: &ConversationId, now: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO conversations (id, created_at, last_activity_at) VALUES (?1, ?2, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute(params![conversation.as_str(), now])?;
    Ok(())
}
