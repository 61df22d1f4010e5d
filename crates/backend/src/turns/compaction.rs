//! Compaction: the older part of a conversation becomes a summary, so that there is room for more.
//!
//! Nothing is thrown away. The whole old history moves to a conversation of its own, closed, under a new id; the
//! conversation keeps its id and begins anew with the summary, followed by its last turns word for word.
//!
//! A model takes its time to write a summary, and nobody should have to wait for it: messages go on being welcome. Only
//! the change itself happens on the conversation's [threshold](super::room::Threshold), in the moment between two turns. If
//! a turn runs by then, nothing is changed.

mod plan;

use super::engine::{system_text, to_prompt};
use super::{Refusal, Turns};
use crate::provider::{Prompt, PromptPart, ProviderEvent, Purpose, StepRequest};
use crate::store::{Compaction, Window};
use dispatch_contract::{
    Chunk, CompactResponse, ConversationId, Open, ReasoningEffort, Role, ServerMessage, StoredChunk,
};
use futures_util::StreamExt;
use plan::Plan;
use std::sync::Arc;

/// What a model is asked for.
const INSTRUCTION: &str = "Summarise the conversation so far for yourself: you will go on with this summary in its place. \
Keep what was asked, what was found out and decided, the files and names that matter, and what is still open. No preamble.";

/// Held by the one compaction of a conversation. Its end, whatever it is, makes room for another.
#[derive(Debug)]
struct OnlyOne<'a> {
    turns: &'a Turns,
    conversation: &'a ConversationId,
}

impl<'a> OnlyOne<'a> {
    fn of(turns: &'a Turns, conversation: &'a ConversationId) -> Option<Self> {
        let is_first = turns.compacting.lock().insert(conversation.clone());
        // Not made for those who come second: the end of theirs would make room as well.
        is_first.then(|| Self { turns, conversation })
    }
}

impl Drop for OnlyOne<'_> {
    fn drop(&mut self) {
        self.turns.compacting.lock().remove(self.conversation);
    }
}

impl Turns {
    /// Compacts a conversation and tells everyone.
    ///
    /// # Errors
    /// A turn runs, there is nothing to summarise, or the provider failed; nothing has changed then.
    pub(crate) async fn compact(self: &Arc<Self>, conversation: &ConversationId) -> Result<CompactResponse, Refusal> {
        let (turns, conversation) = (Arc::clone(self), conversation.clone());
        // A task of its own: an asker that goes away must not leave a conversation compacted without anyone being told.
        let compacting = self.tasks.spawn(async move {
            let _only_one = OnlyOne::of(&turns, &conversation).ok_or(Refusal::Compacting)?;
            turns.summarise_and_replace(&conversation).await
        });
        compacting.await.unwrap_or(Err(Refusal::ShuttingDown))
    }

    /// Compacts a conversation whose context is as full as the person allows it to be.
    pub(super) async fn compact_if_full(self: &Arc<Self>, conversation: &ConversationId, context_size: Option<u64>) {
        match self.is_full(conversation, context_size).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(refusal) => {
                return tracing::warn!(%conversation, %refusal, "it is not known whether a conversation is full");
            }
        }
        if let Err(refusal) = self.compact(conversation).await {
            tracing::info!(%conversation, %refusal, "a full conversation was not compacted");
        }
    }

    async fn is_full(&self, conversation: &ConversationId, context_size: Option<u64>) -> Result<bool, Refusal> {
        let percent = self.store.compact_percent(conversation).await?;
        let (Some(size), true) = (context_size, percent > 0.0) else {
            return Ok(false);
        };
        let (model, _) = self.resolve_model(None, self.store.settings(conversation).await?.model)?;
        let models = self.providers.models();
        let window = models.iter().find(|(name, _)| *name == model).and_then(|(_, info)| info.context_window);
        Ok(window.is_some_and(|window| size as f64 >= window as f64 * percent / 100.0))
    }

    async fn summarise_and_replace(&self, conversation: &ConversationId) -> Result<CompactResponse, Refusal> {
        if self.rooms.is_running(conversation) {
            return Err(Refusal::TurnRunning);
        }
        let history = self.store.history(conversation, Window::default()).await?;
        let plan = Plan::of(&history).ok_or(Refusal::NothingToCompact)?;
        let (older, _) = history.split_at(plan.kept_from);
        let summary = self.summary(conversation, older.to_vec()).await?;

        let _threshold = self.rooms.threshold(conversation).await;
        if self.rooms.is_running(conversation) {
            return Err(Refusal::TurnRunning);
        }
        // Turns may have come and gone meanwhile: they are kept, too.
        let now = self.store.history(conversation, Window::default()).await?;
        let new_id = ConversationId::new(uuid::Uuid::new_v4().to_string());
        let response = CompactResponse {
            conversation_id: conversation.clone(),
            new_conversation_id: new_id.clone(),
            messages_summarized: plan.summarized,
            messages_kept: plan::messages(now.get(plan.kept_from..).unwrap_or_default()),
        };
        let compaction = Compaction {
            conversation: conversation.clone(),
            archive: new_id.clone(),
            summary: Chunk::System { text: summary },
            kept_from: plan.kept_from,
            kept_turns: plan::turns(now.get(plan.kept_from..).unwrap_or_default()),
        };
        self.store.compact(compaction).await?;
        self.rooms.tell_everyone(ServerMessage::ConversationCompacted {
            conversation_id: conversation.clone(),
            new_conversation_id: new_id,
            messages_summarized: response.messages_summarized,
            messages_kept: response.messages_kept,
        });
        Ok(response)
    }

    /// Asks the conversation's model for a summary.
    async fn summary(&self, conversation: &ConversationId, older: Vec<StoredChunk>) -> Result<String, Refusal> {
        let settings = self.store.settings(conversation).await?;
        let (model, provider) = self.resolve_model(None, settings.model)?;
        let mut messages: Vec<_> = older.into_iter().filter_map(to_prompt).collect();
        let opening = messages.len();
        let instruction = Chunk::Text { text: INSTRUCTION.to_owned() };
        messages.push(PromptPart { role: Role::User, chunk: Open::Known(instruction) });
        let mut stream = provider.stream(StepRequest {
            purpose: Purpose::Summary,
            model,
            effort: settings.effort.unwrap_or(ReasoningEffort::High),
            prompt: Prompt {
                system: system_text(settings.cwd.as_deref()),
                cwd: settings.cwd,
                tools: self.tools.descriptions(),
                messages,
                opening,
            },
            abort: self.closing.child_token(),
        });
        let mut summary = String::new();
        while let Some(event) = stream.next().await {
            match event {
                ProviderEvent::Text(delta) => summary.push_str(&delta),
                ProviderEvent::Failed { message, code: _ } => return Err(Refusal::Provider(message)),
                ProviderEvent::Reasoning(_)
                | ProviderEvent::Token
                | ProviderEvent::ToolCall { .. }
                | ProviderEvent::Retrying { .. }
                | ProviderEvent::AskedAgain
                | ProviderEvent::Usage(_) => {}
            }
        }
        if self.closing.is_cancelled() {
            return Err(Refusal::ShuttingDown);
        }
        if summary.trim().is_empty() {
            return Err(Refusal::Provider("the model gave no summary".to_owned()));
        }
        Ok(summary)
    }
}
