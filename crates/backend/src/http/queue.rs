//! Messages that wait: put in, and taken back.

use super::body::{Body, InPath, MessageInPath};
use super::failure::Failure;
use crate::server::Parts;
use axum::Json;
use axum::extract::State;
use dispatch_contract::{QueueCancelResponse, QueueRequest, QueueResponse};
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
    MessageInPath(conversation_id, message): MessageInPath,
) -> Result<Json<QueueCancelResponse>, Failure> {
    let cancelled = parts.turns.cancel_queued(&conversation_id, &message).await?;
    let queue = parts.queues.waiting(&conversation_id);
    Ok(Json(QueueCancelResponse { conversation_id, cancelled, queue }))
}
