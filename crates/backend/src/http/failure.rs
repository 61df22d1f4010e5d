//! Every failure over HTTP: a status, and `{ "error": … }` for people.

use crate::store::StoreError;
use crate::turns::Refusal;
use axum::Json;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use dispatch_contract::ErrorBody;

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{0}")]
    BadRequest(String),
    #[error("{0}")]
    NotFound(String),
    #[error("there is no {0}")]
    UnknownPath(String),
    #[error("{0} is not possible here")]
    WrongMethod(Method),
    #[error("the body is larger than {limit} bytes", limit = super::BODY_LIMIT)]
    TooLarge,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) | Self::UnknownPath(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Store(_) | Self::Refused(Refusal::Store(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(Refusal::TurnRunning | Refusal::NothingWaits | Refusal::QueueFull | Refusal::Compacting) => {
                StatusCode::CONFLICT
            }
            Self::Refused(Refusal::Provider(_)) => StatusCode::BAD_GATEWAY,
            Self::Refused(Refusal::ShuttingDown) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused(
                Refusal::EmptyMessage
                | Refusal::BadConversationId
                | Refusal::EmptyCwd
                | Refusal::BadPicture(_)
                | Refusal::UnknownEffort(_)
                | Refusal::UnknownModel(_)
                | Refusal::NothingSaid
                | Refusal::NothingToCompact,
            ) => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = %self, "a request failed");
        }
        (status, Json(ErrorBody { error: self.to_string() })).into_response()
    }
}
