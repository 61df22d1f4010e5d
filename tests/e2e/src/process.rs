//! Programs the stage needs, found where the test command says they are, with a usual place for those who run a single
//! journey by hand.

use anyhow::{Context, Result, bail};
use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::wait::SOON;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What an environment variable names, else the usual place if there is something.
pub fn locate(variable: &str, usual: &[&str]) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    let usual = usual.iter().map(|place| root().join(place));
    usual.into_iter().find(|path| path.exists()).with_context(|| {
        format!("{variable} is not set and nothing is in the usual places: run `cargo xtask test e2e` once")
    })
}

/// Starts a program that is killed when it is dropped, and gives the first line of its output from which `read` gets an
/// answer.
pub async fn start<T>(command: &mut Command, read: impl Fn(&str) -> Option<T>) -> Result<(Child, T)> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let output = child.stdout.take().context("the output is piped")?;
    let mut lines = BufReader::new(output).lines();
    let answer = timeout(SOON, async {
        while let Some(line) = lines.next_line().await? {
            if let Some(answer) = read(&line) {
                return Ok(answer);
            }
        }
        bail!("{name} ended before it was ready")
    })
    .await
    .with_context(|| format!("{name} did not get ready"))??;
    // Read on, for a full pipe would block the program.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, answer))
}
