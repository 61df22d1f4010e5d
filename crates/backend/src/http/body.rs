//! Reading requests, with the contract's own answer when that fails: axum's rejections are plain text.

use super::failure::Failure;
use crate::turns::is_conversation_id;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts as RequestParts;
use axum::response::IntoResponse;
use dispatch_contract::{ConversationId, MessageId};
use serde::de::DeserializeOwned;

/// A JSON body. Its content type is not looked at: what counts is whether it can be read.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Failure::BadRequest(format!("the body is not understood: {error}")))
    }
}

fn unread(rejection: BytesRejection) -> Failure {
    let words = rejection.to_string();
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::BadRequest(format!("the body could not be read: {words}")),
    }
}

/// The conversation that a path names.
#[derive(Debug)]
pub(super) struct InPath(pub(super) ConversationId);

impl<S: Send + Sync> FromRequestParts<S> for InPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut RequestParts, state: &S) -> Result<Self, Failure> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named.ok().and_then(|Path(id)| conversation(id)).map(Self).ok_or_else(bad_conversation)
    }
}

/// The conversation and the message that a path names.
#[derive(Debug)]
pub(super) struct MessageInPath(pub(super) ConversationId, pub(super) MessageId);

impl<S: Send + Sync> FromRequestParts<S> for MessageInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut RequestParts, state: &S) -> Result<Self, Failure> {
        let named = Path::<(String, String)>::from_request_parts(parts, state).await;
        let both = named.ok().and_then(|Path((id, message))| Some(Self(conversation(id)?, MessageId::new(message))));
        both.ok_or_else(bad_conversation)
    }
}

fn conversation(id: String) -> Option<ConversationId> {
    is_conversation_id(&id).then(|| ConversationId::new(id))
}

fn bad_conversation() -> Failure {
    Failure::BadRequest("this cannot be a conversation's id".to_owned())
}
