//! The `dispatch-backend` program: flags, logs, signals, and one line on standard output that says where it listens.

use clap::Parser;
use dispatch_backend::{Config, Database, OpenAi, start};
use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Runs a Dispatch backend for the browser console to talk to: with a scripted agent, and with a real model if told where.
#[derive(Debug, Parser)]
#[command(name = "dispatch-backend", version)]
struct Arguments {
    /// The HTTP port; 0 lets the system choose
    #[arg(long, value_name = "PORT", env = "DISPATCH_HTTP", default_value_t = 24203)]
    http: u16,

    /// The WebSocket port; 0 lets the system choose
    #[arg(long, value_name = "PORT", env = "DISPATCH_WS", default_value_t = 24205)]
    ws: u16,

    /// The address to listen on; anything but this machine's own lets others in, without a password
    #[arg(long, value_name = "ADDRESS", env = "DISPATCH_HOST", default_value = "127.0.0.1")]
    host: IpAddr,

    /// The SQLite file that keeps the conversations, or `:memory:` [default: dispatch.sqlite in the user's data folder]
    #[arg(long, value_name = "PATH", env = "DISPATCH_DB")]
    db: Option<PathBuf>,

    /// How fast the scripted agent plays: 1 is natural, 2 twice as fast, 0 without any waiting
    #[arg(long, value_name = "FACTOR", env = "DISPATCH_SPEED", default_value_t = 1.0, value_parser = speed)]
    speed: f64,

    /// How long the simulated prompt cache keeps a prefix that is not used
    #[arg(long, value_name = "SECONDS", env = "DISPATCH_CACHE_TTL", default_value_t = 300)]
    cache_ttl: u64,

    /// An OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; its models come before the scripted ones
    #[arg(long, value_name = "URL", env = "DISPATCH_OPENAI_URL", requires = "openai_model")]
    openai_url: Option<String>,

    /// The endpoint's key, if it wants one; better in the environment, where other users do not see it
    #[arg(long, value_name = "KEY", env = "DISPATCH_OPENAI_KEY", hide_env_values = true)]
    openai_key: Option<String>,

    /// The models to offer, by the endpoint's names
    #[arg(long, value_name = "NAME,…", env = "DISPATCH_OPENAI_MODEL", value_delimiter = ',')]
    openai_model: Vec<String>,

    /// How many tokens these models hold, for the context meter and for compaction
    #[arg(long, value_name = "TOKENS", env = "DISPATCH_OPENAI_CONTEXT")]
    openai_context: Option<u64>,

    /// These models see pictures; others are told that there is one
    #[arg(long, env = "DISPATCH_OPENAI_VISION")]
    openai_vision: bool,

    /// Sends the reasoning effort to the endpoint; models that know none refuse it
    #[arg(long, env = "DISPATCH_OPENAI_EFFORT")]
    openai_effort: bool,

    /// Joins neighbouring deltas that fall into this time into one frame; 0 sends each by itself
    #[arg(long, value_name = "MILLISECONDS", env = "DISPATCH_JOIN", default_value_t = 16)]
    join: u64,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no data folder for this user: name a file with --db")]
    NoDataFolder,
    #[error(transparent)]
    Start(#[from] dispatch_backend::StartError),
    #[error("cannot run: {0}")]
    Runtime(io::Error),
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy())
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    let ended =
        tokio::runtime::Runtime::new().map_err(Failure::Runtime).and_then(|runtime| runtime.block_on(run(arguments)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let openai = arguments.openai_url.map(|base_url| OpenAi {
        base_url,
        key: arguments.openai_key.filter(|key| !key.is_empty()),
        models: arguments.openai_model.into_iter().filter(|name| !name.trim().is_empty()).collect(),
        context_window: arguments.openai_context,
        sees_pictures: arguments.openai_vision,
        sends_effort: arguments.openai_effort,
        ..OpenAi::default()
    });
    let server = start(Config {
        host: arguments.host,
        http_port: arguments.http,
        ws_port: arguments.ws,
        database: database(arguments.db)?,
        speed: arguments.speed,
        openai,
        cache_ttl: Duration::from_secs(arguments.cache_ttl),
        join_window: Duration::from_millis(arguments.join),
        ..Config::default()
    })
    .await?;
    let announced = announce(server.http_addr(), server.ws_addr()).map_err(Failure::Stdout);
    if announced.is_ok() {
        ended_by_signal().await;
        tracing::info!("ending");
    }
    server.shutdown().await;
    announced
}

/// The one line that a program which started us waits for.
fn announce(http: SocketAddr, ws: SocketAddr) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "listening http={http} ws={ws}")?;
    stdout.flush()
}

fn database(path: Option<PathBuf>) -> Result<Database, Failure> {
    match path {
        Some(path) if path.as_os_str() == ":memory:" => Ok(Database::Memory),
        Some(path) => Ok(Database::File(path)),
        None => {
            let folder = dirs::data_dir().ok_or(Failure::NoDataFolder)?;
            Ok(Database::File(folder.join("dispatch").join("dispatch.sqlite")))
        }
    }
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor >= 0.0 => Ok(factor),
        _ => Err("a number that is 0 or more".to_owned()),
    }
}

/// Waits for Ctrl-C, or for what a service manager sends.
async fn ended_by_signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot listen for SIGTERM");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
