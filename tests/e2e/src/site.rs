//! The release build behind a static file server, as it is deployed: in a folder of its host, compressed copies handed out
//! where the browser takes them, and the backend's addresses in the page's `dispatch-config` block. A journey can edit
//! that block, deploy another build, and take the server away.

use crate::{process, wire::Wire};
use anyhow::{Context, Result};
use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tower_http::services::ServeDir;

/// Where the console stands at its host. Most are not at the root, and one that only works there is easily built.
const FOLDER: &str = "/console";

/// The two files that are different in every build and have the same name in all.
#[derive(Debug, Clone)]
struct Entry {
    page: String,
    worker: String,
}

/// A running file server. Dropping it stops it.
#[derive(Debug)]
pub struct Site {
    wire: Wire,
    entry: Arc<RwLock<Entry>>,
    server: JoinHandle<()>,
}

impl Site {
    /// Serves the build on a free port, with these addresses in the page.
    pub async fn start(http: SocketAddr, ws: SocketAddr) -> Result<Self> {
        let dist = process::locate("DISPATCH_E2E_DIST", &["dist"])?;
        let read = |name| fs::read_to_string(dist.join(name)).with_context(|| format!("there is no built {name}"));
        let config = json!({ "http": format!("http://{http}"), "ws": format!("ws://{ws}") });
        let page = with_config(&read("index.html")?, &config)?;
        let entry = Arc::new(RwLock::new(Entry { page, worker: read("sw.js")? }));

        let answer = |kind: &'static str, read: fn(&Entry) -> String| {
            let entry = Arc::clone(&entry);
            get(async move || {
                let text = read(&entry.read().unwrap_or_else(PoisonError::into_inner));
                ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text).into_response()
            })
        };
        let page = || answer("text/html; charset=utf-8", |entry| entry.page.clone());
        let worker = answer("text/javascript", |entry| entry.worker.clone());
        let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
        let console = Router::new()
            .route("/", page())
            .route("/index.html", page())
            .route("/sw.js", worker)
            .fallback_service(files);
        let router = Router::new().nest_service(FOLDER, console);

        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // It ends only with the stage; there is nobody left to tell.
            axum::serve(listener, router).await.ok();
        });
        let wire = Wire::new().await?;
        wire.lead_to(address);
        Ok(Self { wire, entry, server })
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        format!("http://{}{FOLDER}/", self.wire.address())
    }

    /// Nobody reaches the server any more.
    pub fn go_away(&self) {
        self.wire.refuse();
    }

    /// Puts other addresses into the page, as the person does who deploys it. Everything else stays as it was built.
    pub fn configure(&self, config: &Value) -> Result<()> {
        self.change(|entry| {
            entry.page = with_config(&entry.page, config)?;
            Ok(())
        })
    }

    /// Puts another build in the place of the one that is served: the same, but for its id.
    pub fn deploy(&self, build: &str) -> Result<()> {
        self.change(|entry| {
            let id = build_in(&entry.worker).context("the worker names no build")?.to_owned();
            entry.page = entry.page.replace(&id, build);
            entry.worker = entry.worker.replace(&id, build);
            Ok(())
        })
    }

    /// Serves the worker of a debug build beside the page.
    pub fn deploy_debug_worker(&self) -> Result<()> {
        let file = process::root().join("xtask/src/compress/leave.js");
        let worker = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        self.change(|entry| {
            entry.worker = worker;
            Ok(())
        })
    }

    fn change(&self, change: impl FnOnce(&mut Entry) -> Result<()>) -> Result<()> {
        change(&mut self.entry.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The id that the release build has written into its worker.
fn build_in(worker: &str) -> Option<&str> {
    let (_, rest) = worker.split_once("const BUILD = \"")?;
    Some(rest.split_once('"')?.0)
}

/// Replaces the text of the `dispatch-config` block, as the person who deploys would. The page may be minified.
fn with_config(page: &str, config: &Value) -> Result<String> {
    let name = page.find("dispatch-config").context("the page has no dispatch-config block")?;
    let start = name + page[name..].find('>').context("the dispatch-config block does not begin")? + 1;
    let end = start + page[start..].find("</script").context("the dispatch-config block does not end")?;
    Ok([&page[..start], &config.to_string(), &page[end..]].concat())
}
