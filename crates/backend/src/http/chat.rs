//! `POST /chat`: a turn as a stream of lines, for clients behind proxies that let no WebSocket through. `POST /chat/warm`:
//! the prompt of the next one, for the cache.
//!
//! The response is a watcher like any other. A client that goes away ends its response, never the turn.

use super::body::Body;
use super::failure::Failure;
use crate::outbound::{Closed, Outbound};
use crate::server::Parts;
use crate::turns::{Watcher, WatcherId};
use axum::body::{Body as ResponseBody, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use dispatch_contract::{ChatRequest, WarmRequest, WarmResponse};
use futures_util::stream;
use std::sync::Arc;

/// Takes the watcher out of its room when the response is dropped.
#[derive(Debug)]
struct Lines {
    outbound: Arc<Outbound>,
    id: WatcherId,
    parts: Arc<Parts>,
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.parts.turns.rooms().leave_all(self.id);
    }
}

/// The client did not keep up with the turn.
#[derive(Debug, thiserror::Error)]
#[error("too slow to keep up with the turn")]
struct TooSlow;

pub(super) async fn chat(
    State(parts): State<Arc<Parts>>,
    Body(request): Body<ChatRequest>,
) -> Result<Response, Failure> {
    let outbound = Arc::new(Outbound::new(parts.watcher_limit));
    let id = WatcherId::mint();
    let lines = Lines { outbound: Arc::clone(&outbound), id, parts: Arc::clone(&parts) };
    let conversation = parts.turns.start(request, Some((id, Watcher::Lines(outbound)))).await?;
    let body = stream::unfold(lines, |lines| async move {
        let piece = match lines.outbound.take().await {
            Ok(taken) => Ok(Bytes::from(taken.iter().map(|line| line.as_str()).collect::<String>())),
            Err(Closed::Finished) => return None,
            // Broken off, not ended: a client must not take a stream with a gap for a whole one.
            Err(Closed::TooSlow) => Err(TooSlow),
        };
        Some((piece, lines))
    });
    let mut response = ResponseBody::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(conversation) = HeaderValue::from_str(conversation.as_str()) {
        headers.insert(super::CONVERSATION_HEADER, conversation);
    }
    Ok(response)
}

pub(super) async fn warm(
    State(parts): State<Arc<Parts>>,
    Body(request): Body<WarmRequest>,
) -> Result<axum::Json<WarmResponse>, Failure> {
    Ok(axum::Json(parts.turns.warm(request).await?))
}
