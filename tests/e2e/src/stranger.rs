//! A server that is no Dispatch backend, or one that says no: whatever it is asked, it answers the same. Pages elsewhere may
//! read it, so that a journey sees what the console makes of the answer and not what the browser makes of the asking.

use anyhow::Result;
use axum::{
    Router,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE,
        },
    },
};
use std::net::SocketAddr;
use tokio::{net::TcpListener, task::JoinHandle};

/// Such a server. Dropping it stops it.
#[derive(Debug)]
pub struct Stranger {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Stranger {
    /// One that answers everything with this page.
    pub async fn with_page(html: &'static str) -> Result<Self> {
        Self::start(StatusCode::OK, "text/html; charset=utf-8", html.to_owned()).await
    }

    /// One that refuses everything as a backend does, in these words.
    pub async fn refusing(words: &str) -> Result<Self> {
        let body = serde_json::json!({ "error": words }).to_string();
        Self::start(StatusCode::CONFLICT, "application/json", body).await
    }

    /// One that fails at everything as a backend does, in these words.
    pub async fn failing(words: &str) -> Result<Self> {
        let body = serde_json::json!({ "error": words }).to_string();
        Self::start(StatusCode::INTERNAL_SERVER_ERROR, "application/json", body).await
    }

    /// One that answers everything with JSON that the contract does not know.
    pub async fn with_junk() -> Result<Self> {
        Self::start(StatusCode::OK, "application/json", r#"{"models":7,"chunks":{},"turns":"#.to_owned()).await
    }

    /// One that takes every request and answers none.
    pub async fn silent() -> Result<Self> {
        Self::serve(Router::new().fallback(std::future::pending::<StatusCode>)).await
    }

    async fn start(status: StatusCode, kind: &'static str, body: String) -> Result<Self> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        for name in [ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_HEADERS] {
            headers.insert(name, HeaderValue::from_static("*"));
        }
        let answer = async move |method: Method| {
            // What a browser asks first must be granted, else it never asks the rest.
            let status = if method == Method::OPTIONS { StatusCode::OK } else { status };
            (status, headers, body)
        };
        Self::serve(Router::new().fallback(answer)).await
    }

    async fn serve(router: Router) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // It ends only with the journey; there is nobody left to tell.
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { address, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.server.abort();
    }
}
