//! Compacting a conversation, and when it does so by itself.

use super::body::{Body, InPath};
use super::failure::Failure;
use crate::server::Parts;
use axum::Json;
use axum::extract::State;
use dispatch_contract::{CompactPercent, CompactResponse};
use std::sync::Arc;

pub(super) async fn compact(
    State(parts): State<Arc<Parts>>,
    InPath(conversation): InPath,
) -> Result<Json<CompactResponse>, Failure> {
    Ok(Json(parts.turns.compact(&conversation).await?))
}

pub(super) async fn percent(
    State(parts): State<Arc<Parts>>,
    InPath(conversation): InPath,
) -> Result<Json<CompactPercent>, Failure> {
    Ok(Json(CompactPercent { threshold: parts.store.compact_percent(&conversation).await? }))
}

pub(super) async fn set_percent(
    State(parts): State<Arc<Parts>>,
    InPath(conversation): InPath,
    Body(CompactPercent { threshold }): Body<CompactPercent>,
) -> Result<Json<CompactPercent>, Failure> {
    if !(0.0..=100.0).contains(&threshold) {
        let reason = "`threshold` must be a percentage from 0 to 100; 0 means only when asked";
        return Err(Failure::BadRequest(reason.to_owned()));
    }
    parts.store.set_compact_percent(&conversation, threshold).await?;
    Ok(Json(CompactPercent { threshold }))
}
