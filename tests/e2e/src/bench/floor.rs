//! The page that does the least that can be done with a stream, served beside the console, so that its cost on this machine
//! and in this minute is known.

use crate::{
    stage::Stage,
    wait::{SOON, until},
};
use anyhow::Result;
use axum::{Router, response::Html, routing::get};
use fantoccini::Locator;
use std::net::SocketAddr;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

const PAGE: &str = include_str!("floor.html");

/// Serves it until it is dropped.
#[derive(Debug)]
pub(super) struct Floor {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Floor {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // It ends only with the bench; there is nobody left to tell.
            axum::serve(listener, Router::new().route("/", get(async || Html(PAGE)))).await.ok();
        });
        Ok(Self { address, server })
    }

    /// Opens it, listening to a conversation.
    pub(super) async fn open(&self, stage: &Stage, conversation: &str) -> Result<()> {
        let ws = format!("ws://{}", stage.ws.address());
        let url = Url::parse_with_params(
            &format!("http://{}/", self.address),
            [("ws", ws.as_str()), ("conversation", conversation)],
        )?;
        let client = stage.page.browser().client();
        client.goto(url.as_str()).await?;
        until("the floor listens", SOON, async || {
            Ok(client.find(Locator::Css("html[data-app=ready]")).await.is_ok().then_some(()))
        })
        .await
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.server.abort();
    }
}
