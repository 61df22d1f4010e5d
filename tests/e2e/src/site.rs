//! The release build behind a static file server, as it is deployed: compressed copies are handed out where the browser
//! takes them, and the backend's addresses stand in the page's `dispatch-config` block.

use crate::process;
use anyhow::{Context, Result};
use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};
use std::{fs, net::SocketAddr};
use tokio::{net::TcpListener, task::JoinHandle};
use tower_http::services::ServeDir;

/// A running file server. Dropping it stops it.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Site {
    /// Serves the build on a free port, with these addresses in the page.
    pub async fn start(http: SocketAddr, ws: SocketAddr) -> Result<Self> {
        let dist = process::locate("DISPATCH_E2E_DIST", &["dist"])?;
        let page = fs::read_to_string(dist.join("index.html")).context("there is no built page")?;
        let config = serde_json::json!({ "http": format!("http://{http}"), "ws": format!("ws://{ws}") });
        let page = with_config(&page, &config.to_string())?;
        let answer = move || {
            let page = page.clone();
            async move { ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")], page) }
        };
        let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
        let router =
            Router::new().route("/", get(answer.clone())).route("/index.html", get(answer)).fallback_service(files);

        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // It ends only with the stage; there is nobody left to tell.
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { address, server })
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Replaces the text of the `dispatch-config` block, as the person who deploys would. The page may be minified.
fn with_config(page: &str, config: &str) -> Result<String> {
    let name = page.find("dispatch-config").context("the page has no dispatch-config block")?;
    let start = name + page[name..].find('>').context("the dispatch-config block does not begin")? + 1;
    let end = start + page[start..].find("</script").context("the dispatch-config block does not end")?;
    Ok([&page[..start], config, &page[end..]].concat())
}
