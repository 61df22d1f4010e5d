//! The page that does the least that can be done with a stream, served beside the console, so that its cost on this machine
//! and in this minute is known.

use super::streams::watch;
use crate::{
    stage::Stage,
    wait::{SOON, until},
};
use anyhow::Result;
use axum::{Router, response::Html, routing::get};
use fantoccini::Locator;
use serde::Deserialize;
use std::net::SocketAddr;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// Takes in what a turn says, and tells afterwards what became of it.
const REHEARSE: &str = r#"
    bench.said = 0;
    bench.hear((data) => (bench.said += JSON.parse(data).event?.delta?.length ?? 0));
"#;
/// Code is coloured over several frames: the nodes are those that nothing has changed for a while.
const REHEARSED: &str = r#"
    return (async () => {
        bench.hear(() => {});
        const prose = [...document.querySelectorAll("[role=log] [data-row=text] .prose")].at(-1);
        let html = "";
        for (let still = 0; still < 10; ) {
            await bench.painted();
            still = prose.innerHTML === html ? still + 1 : 0;
            html = prose.innerHTML;
        }
        const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
        return { html, css: rules.map((rule) => rule.cssText).join("\n"), length: bench.said };
    })();
"#;

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

/// What becomes of an answer in the console.
#[derive(Debug, Deserialize)]
pub(super) struct Foreseen {
    /// The nodes of its prose.
    html: String,
    /// The console's style sheets.
    css: String,
    /// How long it is as it comes, in UTF-16 units.
    length: u64,
}

impl Foreseen {
    /// Plays a message in the console, in a conversation that is looked at.
    pub(super) async fn rehearse(stage: &Stage, conversation: &str, message: &str) -> Result<Self> {
        stage.page.evaluate::<()>(REHEARSE).await?;
        watch(stage, &[(conversation, message)], async || Ok(())).await?;
        stage.page.evaluate(REHEARSED).await
    }

    /// Tells the floor page, which is open.
    pub(super) async fn tell(&self, stage: &Stage) -> Result<()> {
        let Self { html, css, length } = self;
        let arguments = [serde_json::to_string(html)?, serde_json::to_string(css)?];
        stage.page.evaluate(&format!("foresee({}, {length});", arguments.join(", "))).await
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.server.abort();
    }
}
