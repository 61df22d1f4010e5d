//! The project's own commands, so that one `cargo` and nothing installed by hand is enough to run and check everything.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its caller")]

mod backend;
mod bench;
mod browser;
mod compress;
mod html;
mod lanes;
mod policy;
mod process;
mod serve;
mod size;
mod small;
mod split;
mod tidy;
mod tools;
mod wasm;
mod workspace;
mod writer;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What can be asked of `cargo xtask`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Runs, checks and measures the console", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Start the backend and the page, with live reload; Ctrl-C stops both
    Serve(serve::ServeArguments),
    /// Run the checks; all lanes unless some are named
    Test {
        /// The lanes to run, in the order of the list
        #[arg(value_enum)]
        lanes: Vec<lanes::Lane>,
    },
    /// Build the page for release and list what a visitor downloads; fails over budget
    Size {
        /// Look at the last build instead of building
        #[arg(long)]
        no_build: bool,
    },
    /// Measure what the console costs, in a real browser; fails when a count or a number of bytes is over its target
    Bench(bench::BenchArguments),
    /// Check the rules of the house that no compiler checks
    Tidy,
    /// Repair what can be repaired by a program: formatting and simple lints
    Fixup,
    /// Finish the page that trunk has staged (trunk calls this after each build)
    #[command(hide = true)]
    Compress,
    /// Build the page's second module into what trunk has staged (trunk calls this during each build)
    #[command(hide = true)]
    Writer,
}

fn main() -> ExitCode {
    let outcome = if small::stands_in() { small::run() } else { run(Arguments::parse().task) };
    match outcome {
        Ok(code) => code,
        Err(error) if process::interrupted() => {
            eprintln!("xtask: stopped ({error:#})");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    process::listen_for_interrupts().context("cannot listen for Ctrl-C")?;
    match task {
        Task::Serve(arguments) => serve::serve(&arguments)?,
        Task::Test { lanes } => return lanes::run(&lanes),
        Task::Size { no_build } => size::size(!no_build)?,
        Task::Bench(arguments) => return bench::run(&arguments),
        Task::Tidy => tidy::run()?,
        Task::Fixup => fixup()?,
        Task::Compress => compress::hook()?,
        Task::Writer => writer::hook()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Formatting last, since a repaired lint may need it.
fn fixup() -> Result<()> {
    tools::ensure_component("clippy")?;
    tools::ensure_component("rustfmt")?;
    tools::ensure_wasm_target()?;
    let repair = ["--fix", "--allow-dirty", "--allow-staged", "--all-targets"];
    process::run(workspace::cargo(&["clippy", "--workspace", "--exclude", "dispatch-web"]).args(repair))?;
    let wasm =
        ["clippy", "--package", "dispatch-web", "--package", "dispatch-writer", "--target", workspace::WASM_TARGET];
    process::run(workspace::cargo(&wasm).args(repair))?;
    process::run(&mut workspace::cargo(&["fmt", "--all"]))
}
