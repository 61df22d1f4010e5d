//! HTTP: everything that is asked once, and the streamed turn for those who have no socket.

mod body;
mod chat;
mod conversations;
mod failure;
mod settings;

use crate::server::Parts;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, Method, header};
use axum::routing::{get, post};
use dispatch_contract::ModelsResponse;
use failure::Failure;
use std::sync::Arc;
use tower_http::cors::{Any, CorsLayer};

/// A larger body is refused: pictures are the largest thing that is ever sent.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Tells which conversation a streamed turn belongs to, where the backend minted it.
const CONVERSATION_HEADER: HeaderName = HeaderName::from_static("x-conversation-id");

/// All endpoints. A browser may call them from any origin, and may read refusals too: the outermost layer is CORS.
pub(crate) fn router(parts: Arc<Parts>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([CONVERSATION_HEADER]);
    Router::new()
        .route("/chat", post(chat::chat))
        .route("/models", get(models))
        .route("/conversations", get(conversations::list))
        .route("/conversations/{id}", get(conversations::history))
        .route("/conversations/{id}/metrics", get(conversations::metrics))
        .route("/conversations/{id}/status", get(conversations::status))
        .route("/conversations/{id}/open", post(conversations::open))
        .route("/conversations/{id}/close", post(conversations::close))
        .route("/conversations/{id}/stop", post(conversations::stop))
        .route("/conversations/{id}/cwd", get(settings::cwd).put(settings::set_cwd))
        .route("/conversations/{id}/reasoning-effort", get(settings::effort).put(settings::set_effort))
        .route("/conversations/{id}/title", get(settings::title).put(settings::set_title))
        .route("/conversations/{id}/lsp", get(settings::language_servers))
        .fallback(async |method: Method, uri: axum::http::Uri| Failure::UnknownPath(format!("{method} {}", uri.path())))
        .method_not_allowed_fallback(async |method: Method| Failure::WrongMethod(method))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
        .layer(cors)
        .with_state(parts)
}

async fn models(State(parts): State<Arc<Parts>>) -> axum::Json<ModelsResponse> {
    let models = parts.providers.models();
    axum::Json(ModelsResponse { models: models.iter().map(|(name, _)| name.clone()).collect(), model_info: models })
}
