//! What a person sets for a conversation; also before its first turn.

use super::body::{Body, InPath};
use super::failure::Failure;
use crate::language_servers;
use crate::server::Parts;
use crate::turns::{Refusal, valid_efforts};
use axum::Json;
use axum::extract::State;
use dispatch_contract::{
    CwdResponse, LanguageServersResponse, McpServersResponse, ModelResponse, ReasoningEffort, ReasoningEffortResponse,
    SetCwdRequest, SetModelRequest, SetReasoningEffortRequest, SetTitleRequest, TitleResponse,
};
use std::path::PathBuf;
use std::sync::Arc;

/// A title stands in every list of every console: a name, not a text.
const TITLE_LIMIT: usize = 200;

pub(super) async fn cwd(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<CwdResponse>, Failure> {
    let cwd = parts.store.settings(&conversation_id).await?.cwd;
    Ok(Json(CwdResponse { conversation_id, cwd }))
}

/// Any folder is taken, also one that is not there (yet): the tools say so when they look.
pub(super) async fn set_cwd(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
    Body(request): Body<SetCwdRequest>,
) -> Result<Json<CwdResponse>, Failure> {
    if request.cwd.trim().is_empty() {
        return Err(Failure::BadRequest("`cwd` must not be empty".to_owned()));
    }
    parts.store.set_cwd(&conversation_id, &request.cwd).await?;
    Ok(Json(CwdResponse { conversation_id, cwd: Some(request.cwd) }))
}

pub(super) async fn effort(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<ReasoningEffortResponse>, Failure> {
    let reasoning_effort = parts.store.settings(&conversation_id).await?.effort;
    Ok(Json(ReasoningEffortResponse { conversation_id, reasoning_effort }))
}

pub(super) async fn set_effort(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
    Body(request): Body<SetReasoningEffortRequest>,
) -> Result<Json<ReasoningEffortResponse>, Failure> {
    if let ReasoningEffort::Unknown(word) = &request.reasoning_effort {
        let valid = valid_efforts();
        return Err(Failure::BadRequest(format!("unknown reasoning effort `{word}`; valid are {valid}")));
    }
    parts.store.set_effort(&conversation_id, &request.reasoning_effort).await?;
    Ok(Json(ReasoningEffortResponse { conversation_id, reasoning_effort: Some(request.reasoning_effort) }))
}

pub(super) async fn title(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<TitleResponse>, Failure> {
    let title = parts.store.title(&conversation_id).await?;
    Ok(Json(TitleResponse { conversation_id, title }))
}

pub(super) async fn set_title(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
    Body(request): Body<SetTitleRequest>,
) -> Result<Json<TitleResponse>, Failure> {
    let title = request.title.trim();
    if title.is_empty() {
        return Err(Failure::BadRequest("`title` must not be empty".to_owned()));
    }
    if title.chars().count() > TITLE_LIMIT {
        return Err(Failure::BadRequest(format!("`title` must be at most {TITLE_LIMIT} characters")));
    }
    parts.store.set_title(&conversation_id, title).await?;
    Ok(Json(TitleResponse { conversation_id, title: title.to_owned() }))
}

pub(super) async fn language_servers(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<LanguageServersResponse>, Failure> {
    let cwd = parts.store.settings(&conversation_id).await?.cwd;
    let servers = match cwd.clone() {
        Some(cwd) => tokio::task::spawn_blocking(move || {
            language_servers::fitting(&PathBuf::from(cwd), &language_servers::search_path())
        })
        .await
        .unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Json(LanguageServersResponse { conversation_id, cwd, servers }))
}

pub(super) async fn model(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<ModelResponse>, Failure> {
    let model = parts.store.chosen_model(&conversation_id).await?;
    Ok(Json(ModelResponse { conversation_id, model }))
}

/// Only a model of the catalogue can be set; one that leaves it later stays set, and the default answers in its place.
pub(super) async fn set_model(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
    Body(SetModelRequest { model }): Body<SetModelRequest>,
) -> Result<Json<ModelResponse>, Failure> {
    if let Some(model) = model.as_ref().filter(|model| parts.providers.serving(model).is_none()) {
        return Err(Refusal::UnknownModel(model.clone()).into());
    }
    parts.store.set_model(&conversation_id, model.as_deref()).await?;
    Ok(Json(ModelResponse { conversation_id, model }))
}

/// This backend talks to no MCP server, and says so.
pub(super) async fn mcp_servers(
    State(parts): State<Arc<Parts>>,
    InPath(conversation_id): InPath,
) -> Result<Json<McpServersResponse>, Failure> {
    let cwd = parts.store.settings(&conversation_id).await?.cwd;
    Ok(Json(McpServersResponse { conversation_id, cwd, servers: Vec::new() }))
}
