//! How long somebody waits who opens the console for the first time on a device: until there is something to see, beside a
//! page with one word on it, and until one can write, beside the same page with the same files, loaded, compiled and put
//! together, of which nothing is run. So the first tells what stands in the way of the first paint, and the second what the
//! console does itself. Both on lines of several speeds, the files as they are deployed, nothing kept from the time before.

use super::{
    pairs::{Side, alternate, figure},
    report::Report,
};
use crate::{process, stage::Stage};
use anyhow::{Result, ensure};
use axum::{Router, response::Html, routing::get};
use serde_json::json;
use std::net::SocketAddr;
use tokio::{net::TcpListener, task::JoinHandle};
use tower_http::services::ServeDir;

/// The page with one word.
const BLANK: &str = include_str!("blank.html");

/// A line between this device and the host.
#[derive(Debug, Clone, Copy)]
struct Network {
    name: &'static str,
    /// Milliseconds until the first byte of an answer comes.
    latency: f64,
    /// Bytes a second in both directions; less than 0 for no limit.
    throughput: f64,
}

/// The same machine, a good mobile line of 10 Mbit/s, and a poor one of 1.6 Mbit/s.
const NETWORKS: [Network; 3] = [
    Network { name: "direct", latency: 0.0, throughput: -1.0 },
    Network { name: "fast", latency: 40.0, throughput: 10_000_000.0 / 8.0 },
    Network { name: "slow", latency: 150.0, throughput: 1_600_000.0 / 8.0 },
];

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    let host = Host::start().await?;
    let browser = stage.page.browser();
    browser.devtools("Network.enable", json!({})).await?;
    browser.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await?;
    for network in NETWORKS {
        let Network { name, latency, throughput } = network;
        let conditions = json!({
            "offline": false,
            "latency": latency,
            "downloadThroughput": throughput,
            "uploadThroughput": throughput,
        });
        browser.devtools("Network.emulateNetworkConditions", conditions).await?;
        let seen = alternate(async |side| {
            host.open(stage, if side == Side::Measured { "console/" } else { "blank" }).await?;
            stage.page.evaluate::<f64>("return bench.seen();").await
        })
        .await?;
        report.pairs(&format!("seen_{name}"), &figure(&seen, |seen| *seen))?;
        let usable = alternate(async |side| {
            host.open(stage, if side == Side::Measured { "console/" } else { "console/?idle" }).await?;
            let usable = stage.page.evaluate::<f64>("return bench.usable();").await?;
            if side == Side::Measured {
                ensure_takes_a_key(stage).await?;
            }
            Ok(usable)
        })
        .await?;
        report.pairs(&format!("usable_{name}"), &figure(&usable, |usable| *usable))?;
    }
    Ok(())
}

/// Makes sure that one can write where the page says so.
async fn ensure_takes_a_key(stage: &Stage) -> Result<()> {
    stage.page.evaluate::<()>("document.querySelector('textarea').focus();").await?;
    let key = json!({ "type": "keyDown", "key": "a", "code": "KeyA", "text": "a" });
    stage.page.browser().devtools("Input.dispatchKeyEvent", key).await?;
    let written: String = stage.page.evaluate("return document.querySelector('textarea').value;").await?;
    ensure!(written == "a", "a key was pressed, and the composer says “{written}”");
    Ok(())
}

/// The build and the blank page at one host, until it is dropped. Nothing in the page is edited: it would not be handed out
/// compressed any more. So no backend is found, which is no matter until one can write.
#[derive(Debug)]
struct Host {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Host {
    async fn start() -> Result<Self> {
        let dist = process::locate("DISPATCH_E2E_DIST", &["dist"])?;
        let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
        let router = Router::new().route("/blank", get(async || Html(BLANK))).nest_service("/console", files);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // It ends only with the bench; there is nobody left to tell.
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { address, server })
    }

    /// Opens one of its pages on a device that keeps nothing of it, from a page that has nothing to take leave of.
    async fn open(&self, stage: &Stage, page: &str) -> Result<()> {
        let client = stage.page.browser().client();
        client.goto(&format!("http://{}/blank", self.address)).await?;
        stage.page.evaluate::<()>("return bench.forget();").await?;
        client.goto("about:blank").await?;
        Ok(client.goto(&format!("http://{}/{page}", self.address)).await?)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.server.abort();
    }
}
