//! The real backend as a process of its own, so that a journey can kill it as a crash would, and start it again on the
//! same database.

use crate::process;
use anyhow::{Context, Result};
use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tokio::process::{Child, Command};

/// A backend that runs or not; its database stays.
#[derive(Debug)]
pub struct Backend {
    folder: PathBuf,
    speed: f64,
    join: Option<u32>,
    running: Option<Child>,
}

/// Where a running backend listens.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// Its HTTP side.
    pub http: SocketAddr,
    /// Its WebSocket side.
    pub ws: SocketAddr,
}

impl Backend {
    /// A backend that is not running yet, with its database and log in a folder of its own.
    pub fn new(folder: &Path, speed: f64) -> Self {
        Self { folder: folder.to_path_buf(), speed, join: None, running: None }
    }

    /// How it plays from its next start on: how fast, and within how many milliseconds neighbouring deltas are one frame,
    /// if not as usual.
    pub fn set_pace(&mut self, speed: f64, join: Option<u32>) {
        self.speed = speed;
        self.join = join;
    }

    /// Starts it on free ports.
    pub async fn start(&mut self) -> Result<Addresses> {
        let program = process::locate("DISPATCH_E2E_BACKEND", &["target/debug/dispatch-backend"])?;
        let log = self.folder.join("backend.log");
        let log = File::options().create(true).append(true).open(&log).context("cannot open the backend's log")?;
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--http", "0", "--ws", "0", "--speed", &self.speed.to_string()]);
        if let Some(join) = self.join {
            command.args(["--join", &join.to_string()]);
        }
        command.arg("--db").arg(self.folder.join("dispatch.sqlite")).current_dir(process::root()).stderr(log);
        let (child, addresses) = process::start(&mut command, addresses_in).await?;
        self.running = Some(child);
        Ok(addresses)
    }

    /// Takes its database away. Only while it is not running.
    pub fn forget(&self) -> Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_database =
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dispatch.sqlite"));
            if is_database {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Ends it without warning, in the middle of whatever it does.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.running.take() {
            child.kill().await.context("cannot kill the backend")?;
        }
        Ok(())
    }
}

/// Reads the one line `listening http=HOST:PORT ws=HOST:PORT`.
fn addresses_in(line: &str) -> Option<Addresses> {
    let (http, ws) = line.strip_prefix("listening http=")?.split_once(" ws=")?;
    Some(Addresses { http: http.parse().ok()?, ws: ws.trim().parse().ok()? })
}
