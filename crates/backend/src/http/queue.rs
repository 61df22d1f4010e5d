//! Messages that wait: put in, and taken back.

use super::body::{Body, InPath};
use super::failure::Failure;
use crate::server::Parts;
use axum::Json;
use axum::extract::{Path, State};
use dispatch_contract::{ConversationId, MessageId, QueueCancelResponse, QueueRequest, QueueResponse};
use std::sync::Arc;

pub(super) async fn add(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
    Body(request): Body<QueueRequest>,
) -> Result<Json<QueueResponse>, Failure> {
    let started_turn = parts.turns.queue(&conversation_id, request.text, None).await?;
    let queue = parts.queues.waiting(&conversation_id);
    Ok(Json(QueueResponse { conversation_id, started_turn, queue }))
}

pub(super) async fn cancel(
    State(parts): State<Arc<Parts>>,
    Path((conversation, message)): Path<(String, String)>,
) -> Result<Json<QueueCancelResponse>, Failure> {
    let conversation_id = ConversationId::new(conversation);
    let cancelled = parts.turns.cancel_queued(&conversation_id, &MessageId::new(message)).await?;
    let queue = parts.queues.waiting(&conversation_id);
    Ok(Json(QueueCancelResponse { conversation_id, cancelled, queue }))
}
