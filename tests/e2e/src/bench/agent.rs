//! Turns that are begun beside the page, as by another window: what the person does there is not part of what is measured.

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use http::Request;
use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Sends a message over HTTP and waits until its turn is over.
pub(super) async fn say(backend: SocketAddr, conversation: &str, message: &str) -> Result<()> {
    let body = json!({ "conversationId": conversation, "message": message }).to_string();
    let request = Request::post(format!("http://{backend}/chat")).header("content-type", "application/json");
    let client = Client::builder(TokioExecutor::new()).build_http::<String>();
    let response = client.request(request.body(body)?).await.context("the backend does not answer")?;
    ensure!(response.status().is_success(), "the backend refuses “{message}”: {}", response.status());
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        frame.context("the turn was cut off")?;
    }
    Ok(())
}

/// How many chunks the backend holds of a conversation.
pub(super) async fn length(backend: SocketAddr, conversation: &str) -> Result<u64> {
    let page: Value = serde_json::from_slice(&history(backend, conversation, "?limit=1").await?)?;
    page["chunks"][0]["seq"].as_u64().with_context(|| format!("nothing is known of {conversation}"))
}

/// What the last chunk of a conversation says.
pub(super) async fn last_words(backend: SocketAddr, conversation: &str) -> Result<String> {
    let page: Value = serde_json::from_slice(&history(backend, conversation, "?limit=1").await?)?;
    let words = page["chunks"][0]["chunk"]["text"].as_str();
    words.map(str::to_owned).with_context(|| format!("{conversation} does not end with words"))
}

/// How many bytes all of a conversation is on its way to the console.
pub(super) async fn bytes(backend: SocketAddr, conversation: &str) -> Result<usize> {
    Ok(history(backend, conversation, "").await?.len())
}

async fn history(backend: SocketAddr, conversation: &str, query: &str) -> Result<Bytes> {
    let request = Request::get(format!("http://{backend}/conversations/{conversation}{query}"));
    let client = Client::builder(TokioExecutor::new()).build_http::<String>();
    let response = client.request(request.body(String::new())?).await.context("the backend does not answer")?;
    ensure!(response.status().is_success(), "the backend does not tell of {conversation}: {}", response.status());
    Ok(response.into_body().collect().await?.to_bytes())
}
