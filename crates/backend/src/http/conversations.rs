//! Conversations: their list, where they stand, their history and numbers, showing them, and stopping what runs in them.

use super::body::InPath;
use super::failure::Failure;
use super::query::{Pairs, number, value};
use crate::server::Parts;
use crate::store::Window;
use axum::Json;
use axum::extract::{Query, State};
use dispatch_contract::{
    AbortResponse, ConversationId, ConversationStatus, ConversationSummary, ConversationsResponse, HistoryResponse,
    MetricsResponse, ServerMessage, StatusResponse,
};
use serde::Serialize;
use std::sync::Arc;

/// The contract's list names a workspace for every conversation, and this backend has only one.
const WORKSPACE: &str = "default";

pub(super) async fn list(
    State(parts): State<Arc<Parts>>,
    Query(pairs): Pairs,
) -> Result<Json<ConversationsResponse>, Failure> {
    let wanted = statuses(value(&pairs, "status").unwrap_or_default())?;
    let rows = parts.store.conversations(value(&pairs, "q").unwrap_or_default()).await?;
    let conversations = rows.into_iter().map(|row| {
        let status = status_of(&parts, &row.id, row.closed);
        ConversationSummary {
            id: row.id,
            created_at: row.created_at,
            last_activity_at: row.last_activity_at,
            title: row.title,
            status,
            workspace_id: Some(WORKSPACE.to_owned()),
            compacted_from: row.compacted_from,
        }
    });
    let conversations =
        conversations.filter(|conversation| wanted.is_empty() || wanted.contains(&conversation.status)).collect();
    Ok(Json(ConversationsResponse { conversations }))
}

/// Nobody has closed or begun anything in a conversation that nobody knows: it is idle.
pub(super) async fn status(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<StatusResponse>, Failure> {
    let closed = parts.store.is_closed(&conversation_id).await?.unwrap_or_default();
    let is_active = parts.turns.rooms().is_running(&conversation_id);
    let status = status_of(&parts, &conversation_id, closed);
    Ok(Json(StatusResponse { conversation_id, is_active, status }))
}

pub(super) async fn history(
    State(parts): State<Arc<Parts>>,
    InPath(conversation): InPath,
    Query(pairs): Pairs,
) -> Result<Json<HistoryResponse>, Failure> {
    let window = Window {
        since: number(&pairs, "sinceSeq", 0)?.unwrap_or_default(),
        before: number(&pairs, "beforeSeq", 1)?,
        limit: number(&pairs, "limit", 1)?,
    };
    let chunks = parts.store.history(&conversation, window).await?;
    let latest_seq = chunks.last().map_or(window.since, |chunk| chunk.seq);
    Ok(Json(HistoryResponse { chunks, latest_seq }))
}

pub(super) async fn metrics(
    State(parts): State<Arc<Parts>>,
    InPath(conversation): InPath,
) -> Result<Json<MetricsResponse>, Failure> {
    let turns = parts.store.metrics(&conversation).await?;
    if turns.is_empty() {
        return Err(Failure::NotFound("no turn of this conversation is sealed yet".to_owned()));
    }
    Ok(Json(MetricsResponse { turns }))
}

/// The answer to `POST /conversations/:id/open`, which is this backend's own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenResponse {
    /// The conversation.
    conversation_id: ConversationId,
}

/// Asks every client to open a conversation. An unknown id is refused: every console would get a tab with nothing in it.
pub(super) async fn open(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<OpenResponse>, Failure> {
    if parts.store.is_closed(&conversation_id).await?.is_none() {
        return Err(Failure::NotFound(format!("there is no conversation `{conversation_id}`")));
    }
    let message = ServerMessage::ConversationOpen { conversation_id: conversation_id.clone(), workspace_id: None };
    parts.everyone.tell(message);
    Ok(Json(OpenResponse { conversation_id }))
}

pub(super) async fn close(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<AbortResponse>, Failure> {
    let aborted_turn = parts.turns.close_conversation(&conversation_id).await?;
    Ok(Json(AbortResponse { conversation_id, aborted_turn }))
}

pub(super) async fn stop(State(parts): State<Arc<Parts>>, InPath(conversation_id): InPath) -> Json<AbortResponse> {
    let aborted_turn = parts.turns.abort(&conversation_id).await;
    Json(AbortResponse { conversation_id, aborted_turn })
}

/// A turn opens its conversation when it begins: one that still runs in a closed conversation is on its way out. What waits
/// while a turn runs is that turn's business.
fn status_of(parts: &Parts, conversation: &ConversationId, closed: bool) -> ConversationStatus {
    if closed {
        ConversationStatus::Closed
    } else if parts.turns.rooms().is_running(conversation) {
        ConversationStatus::Active
    } else if parts.queues.is_empty(conversation) {
        ConversationStatus::Idle
    } else {
        ConversationStatus::Queued
    }
}

/// The statuses that a comma list names; none of them means that any will do.
fn statuses(list: &str) -> Result<Vec<ConversationStatus>, Failure> {
    let words = list.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| match ConversationStatus::from(word) {
            ConversationStatus::Unknown(word) => {
                let valid = ConversationStatus::KNOWN.iter().map(ConversationStatus::as_str).collect::<Vec<_>>();
                let valid = valid.join(", ");
                Err(Failure::BadRequest(format!("unknown status `{word}`; valid are {valid}")))
            }
            status @ (ConversationStatus::Active
            | ConversationStatus::Queued
            | ConversationStatus::Idle
            | ConversationStatus::Closed) => Ok(status),
        })
        .collect()
}
