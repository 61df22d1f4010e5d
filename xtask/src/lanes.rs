//! `cargo xtask test`: what runs at home is what runs in CI, lane by lane. A failed lane does not hide the ones after it;
//! the table at the end tells the whole story, and one failure makes the whole fail.

use crate::{process, tidy, tools, workspace};
use anyhow::{Result, anyhow};
use clap::ValueEnum;
use std::{io::IsTerminal, process::ExitCode, time::Instant};

mod end_to_end;
mod layers;
mod web;

pub(crate) use web::scratch;

/// One group of checks. The order is that of a run: what fails fastest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lane {
    /// The code is formatted
    Fmt,
    /// No lint complains, natively and for the browser
    Clippy,
    /// Packages depend on each other and on others only as the architecture allows
    Layers,
    /// The rules of the house that no compiler checks
    Tidy,
    /// The tests that need no browser
    Native,
    /// Components and adapters in a headless browser
    Web,
    /// The release build: its size, then journeys through it in a real browser against a real backend
    E2e,
}

impl Lane {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Layers => "layers",
            Self::Tidy => "tidy",
            Self::Native => "native",
            Self::Web => "web",
            Self::E2e => "e2e",
        }
    }

    fn run(self) -> Result<()> {
        match self {
            Self::Fmt => {
                tools::ensure_component("rustfmt")?;
                process::run(&mut quiet_cargo(&["fmt", "--all", "--check"]))
            }
            Self::Clippy => clippy(),
            Self::Layers => layers::check(),
            Self::Tidy => tidy::run(),
            Self::Native => native(),
            Self::Web => web::run(),
            Self::E2e => end_to_end::run(),
        }
    }
}

/// Runs the lanes (all, if none are named) and tells how each went.
pub(crate) fn run(chosen: &[Lane]) -> Result<ExitCode> {
    let all = Lane::value_variants().iter().copied();
    let lanes: Vec<Lane> = all.filter(|lane| chosen.is_empty() || chosen.contains(lane)).collect();
    let mut results = Vec::new();
    for lane in lanes {
        println!("\n=== {} ===", lane.name());
        let start = Instant::now();
        let result = lane.run();
        if process::interrupted() {
            return Err(result.err().unwrap_or_else(|| anyhow!("interrupted")));
        }
        if let Err(error) = &result {
            println!("{}: {error:#}", lane.name());
        }
        results.push((lane, start.elapsed(), result));
    }

    println!("\n{:<8} {:>8}  result", "lane", "seconds");
    for (lane, elapsed, result) in &results {
        let outcome = match result {
            Ok(()) => "ok".to_owned(),
            Err(error) => format!("FAILED: {error:#}"),
        };
        println!("{:<8} {:>8.1}  {outcome}", lane.name(), elapsed.as_secs_f64());
    }
    let failed = results.iter().filter(|(_, _, result)| result.is_err()).count();
    println!("\n{} passed, {failed} failed", results.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A cargo command for a lane: without colours where nobody looks at a terminal.
fn quiet_cargo(arguments: &[&str]) -> std::process::Command {
    let mut command = workspace::cargo(arguments);
    if workspace::in_ci() || !std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "never");
    }
    command
}

fn clippy() -> Result<()> {
    tools::ensure_component("clippy")?;
    tools::ensure_wasm_target()?;
    let deny = ["--", "-D", "warnings"];
    let native = ["clippy", "--workspace", "--exclude", "dispatch-web", "--all-targets"];
    process::run(quiet_cargo(&native).args(deny))?;
    let mut app = quiet_cargo(&["clippy", "--target", workspace::WASM_TARGET, "--all-targets"]);
    app.args(["-p", "dispatch-web", "-p", "dispatch-cache", "-p", "dispatch-writer"]);
    process::run(app.args(deny))?;
    // What the app stands on must compile for the browser by itself; its tests run natively only.
    let below =
        ["clippy", "--target", workspace::WASM_TARGET, "-p", "dispatch-contract", "-p", "dispatch-core", "--lib"];
    process::run(quiet_cargo(&below).args(deny))
}

fn native() -> Result<()> {
    let packages =
        ["dispatch-contract", "dispatch-core", "dispatch-cache", "dispatch-markup", "dispatch-backend", "xtask"];
    process::run(quiet_cargo(&["test", "--no-fail-fast"]).args(packages.iter().flat_map(|package| ["-p", package])))
}
