//! A running backend: two listeners over one set of parts, and an orderly end.

use crate::config::Config;
use crate::everyone::Everyone;
use crate::http;
use crate::pace::Pace;
use crate::provider::openai::{Endpoint, OpenAiError};
use crate::provider::scripted::Scripted;
use crate::provider::{Provider, ProviderSet};
use crate::queue::Queues;
use crate::socket;
use crate::store::{Store, StoreError};
use crate::surfaces::{Changes, Surfaces};
use crate::tools::ToolBox;
use crate::turns::Turns;
use crate::turns::room::Rooms;
use crate::warming::Warming;
use axum::Router;
use axum::serve::ListenerExt;
use jiff::tz::TimeZone;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long an end waits for turns to seal, and then for connections to close.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(3);

/// Why a backend did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model's endpoint cannot be used.
    #[error(transparent)]
    OpenAi(#[from] OpenAiError),
    /// A port is taken, or the address is not this machine's.
    #[error("cannot listen on {address} for {protocol}: {source}")]
    Listen {
        /// Where it tried.
        address: SocketAddr,
        /// What for.
        protocol: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// What every connection works with.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) store: Arc<Store>,
    pub(crate) turns: Arc<Turns>,
    pub(crate) providers: Arc<ProviderSet>,
    pub(crate) surfaces: Arc<Surfaces>,
    pub(crate) queues: Arc<Queues>,
    pub(crate) everyone: Arc<Everyone>,
    pub(crate) time_zone: TimeZone,
    /// The sockets that are open.
    pub(crate) sockets: TaskTracker,
    /// Cancelled when connections should end.
    pub(crate) closing: CancellationToken,
    pub(crate) watcher_limit: usize,
}

/// A backend that listens. Dropped without [`Server::shutdown`] it goes on until its runtime ends.
#[derive(Debug)]
pub struct Server {
    parts: Arc<Parts>,
    listeners: TaskTracker,
    http_addr: SocketAddr,
    ws_addr: SocketAddr,
}

/// Starts a backend: opens the database, seals what the last one left running, listens.
///
/// # Errors
/// The database cannot be used, or a port cannot be had.
pub async fn start(config: Config) -> Result<Server, StartError> {
    let (http_listener, http_addr) = listen(SocketAddr::new(config.host, config.http_port), "HTTP").await?;
    let (ws_listener, ws_addr) = listen(SocketAddr::new(config.host, config.ws_port), "WebSocket").await?;

    let store = Arc::new(Store::open(&config.database, config.clock.clone())?);
    let lost = store.seal_lost_turns().await?;
    if lost > 0 {
        tracing::warn!(lost, "sealed turns that the last backend left running");
    }
    let pace = Pace::new(config.speed);
    let mut providers: Vec<Arc<dyn Provider>> = Vec::new();
    if let Some(settings) = config.openai {
        providers.push(Arc::new(Endpoint::new(settings)?));
    }
    providers.push(Arc::new(Scripted::new(pace, config.clock.clone(), config.cache_ttl)));
    let providers = Arc::new(ProviderSet::new(providers));
    let everyone = Arc::new(Everyone::default());
    let rooms = Arc::new(Rooms::new(config.join_window, Arc::clone(&everyone)));
    let (changes, changed) = Changes::channel();
    let warming = Arc::new(Warming::new(Arc::clone(&rooms), config.clock.clone(), changes.clone()));
    let queues = Arc::new(Queues::open(Arc::clone(&store), config.clock.clone(), changes).await?);
    let surfaces = Arc::new(Surfaces::standard(Arc::clone(&warming), Arc::clone(&queues)));
    let turns = Arc::new(Turns::new(
        Arc::clone(&store),
        rooms,
        Arc::clone(&providers),
        Arc::new(ToolBox::new(pace)),
        config.clock,
        Arc::clone(&warming),
        Arc::clone(&queues),
    ));
    let parts = Arc::new(Parts {
        store,
        turns,
        providers,
        surfaces,
        queues,
        everyone,
        time_zone: config.time_zone,
        sockets: TaskTracker::new(),
        closing: CancellationToken::new(),
        watcher_limit: config.watcher_limit,
    });

    let listeners = TaskTracker::new();
    listeners.spawn(serve(http_listener, http::router(Arc::clone(&parts)), parts.closing.clone()));
    listeners.spawn(serve(ws_listener, socket::router(Arc::clone(&parts)), parts.closing.clone()));
    listeners.spawn(Arc::clone(&parts.surfaces).follow(changed, parts.closing.clone()));
    listeners.spawn(warming.drive(Arc::clone(&parts.turns), parts.closing.clone()));
    listeners.close();
    tracing::info!(%http_addr, %ws_addr, "listening");
    Ok(Server { parts, listeners, http_addr, ws_addr })
}

impl Server {
    /// Where HTTP is spoken.
    pub fn http_addr(&self) -> SocketAddr {
        self.http_addr
    }

    /// Where the WebSocket is.
    pub fn ws_addr(&self) -> SocketAddr {
        self.ws_addr
    }

    /// Ends in order: no new turns, running ones sealed as aborted, connections closed, the database closed. Each part has
    /// a deadline, so that a connection that does not listen cannot hold the end up.
    pub async fn shutdown(self) {
        if tokio::time::timeout(SHUTDOWN_PATIENCE, self.parts.turns.close()).await.is_err() {
            tracing::warn!("not every turn sealed in time; the next start will");
        }
        self.parts.closing.cancel();
        self.parts.sockets.close();
        let connections = async {
            self.parts.sockets.wait().await;
            self.listeners.wait().await;
        };
        if tokio::time::timeout(SHUTDOWN_PATIENCE, connections).await.is_err() {
            tracing::warn!("not every connection closed in time");
        }
        let store = Arc::clone(&self.parts.store);
        if tokio::task::spawn_blocking(move || store.close()).await.is_err() {
            tracing::error!("the database could not be closed");
        }
    }
}

async fn listen(address: SocketAddr, protocol: &'static str) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, protocol, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn serve(listener: TcpListener, router: Router, closing: CancellationToken) {
    // Events are small and each is wanted at once: waiting to fill a packet would undo the streaming.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let served = axum::serve(listener, router).with_graceful_shutdown(closing.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "a listener ended");
    }
}
