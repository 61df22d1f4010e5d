//! The embedded backend as a child process: built, started, and asked where it listens, so that nobody guesses ports.

use crate::{process::Service, workspace};
use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How long a start may take: opening the database and binding two ports.
const START: Duration = Duration::from_secs(20);

/// How it is asked to run.
#[derive(Debug)]
pub(crate) struct BackendOptions<'a> {
    /// The address to bind to.
    pub(crate) host: &'a str,
    /// The port for HTTP; 0 for any free one.
    pub(crate) http: u16,
    /// The port for the WebSocket; 0 for any free one.
    pub(crate) ws: u16,
    /// The file of its database.
    pub(crate) database: &'a Path,
    /// How fast the scripted agent plays, if not at its usual pace.
    pub(crate) speed: Option<f64>,
}

/// A running backend.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) service: Service,
    /// Host and port of its HTTP side.
    pub(crate) http: String,
    /// Host and port of its WebSocket side.
    pub(crate) ws: String,
}

/// Builds it with a cargo profile and gives the path of the program.
pub(crate) fn build(profile: &str) -> Result<PathBuf> {
    let arguments = ["build", "--package", "dispatch-backend", "--bins", "--profile", profile];
    crate::process::run(&mut workspace::cargo(&arguments)).context("the backend does not build")?;
    Ok(built(profile))
}

/// The path of the program that was built with a cargo profile.
pub(crate) fn built(profile: &str) -> PathBuf {
    // The folder of the profile `dev` has a name of its own.
    let folder = if profile == "dev" { "debug" } else { profile };
    workspace::target().join(folder).join(workspace::executable("dispatch-backend"))
}

impl Backend {
    /// Starts the program and waits until it says where it listens.
    pub(crate) fn start(program: &Path, options: &BackendOptions<'_>) -> Result<Self> {
        let mut command = std::process::Command::new(program);
        command.current_dir(workspace::root()).stdin(Stdio::null()).stdout(Stdio::piped());
        command.args(["--host", options.host, "--http", &options.http.to_string(), "--ws", &options.ws.to_string()]);
        command.arg("--db").arg(options.database);
        if let Some(speed) = options.speed {
            command.args(["--speed", &speed.to_string()]);
        }
        let mut service = Service::start("the backend", &mut command)?;
        let output = service.take_stdout().context("the backend has no standard output")?;

        let (lines, received) = mpsc::channel();
        // Ends with the backend. It goes on reading after the first line, for a full pipe would block the backend.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                lines.send(line).ok();
            }
        });

        let deadline = Instant::now() + START;
        loop {
            match received.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => {
                    if let Some((http, ws)) = addresses_in(&line) {
                        return Ok(Self { service, http, ws });
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = service.wait()?;
                    bail!("the backend ended before it listened ({status})");
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() > deadline => {
                    bail!("the backend did not say where it listens within {} s", START.as_secs());
                }
                Err(RecvTimeoutError::Timeout) if crate::process::interrupted() => bail!("interrupted"),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Reads the one line `listening http=HOST:PORT ws=HOST:PORT`.
fn addresses_in(line: &str) -> Option<(String, String)> {
    let mut words = line.strip_prefix("listening ")?.split_whitespace();
    let http = words.next()?.strip_prefix("http=")?;
    let ws = words.next()?.strip_prefix("ws=")?;
    Some((http.to_owned(), ws.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::addresses_in;

    #[test]
    fn reads_where_the_backend_listens() {
        let line = "listening http=127.0.0.1:4001 ws=127.0.0.1:4002";
        assert_eq!(addresses_in(line), Some(("127.0.0.1:4001".to_owned(), "127.0.0.1:4002".to_owned())));
        assert_eq!(addresses_in("listening on everything"), None);
        assert_eq!(addresses_in("opening the database"), None);
    }
}
