//! `cargo xtask bench`: what the console costs, next to what it may cost. Bytes, nodes and transactions creep in one change
//! at a time and nobody sees it in a review, so counts over their target fail; times depend on the machine, so they are
//! printed as ratios beside theirs, and every run is written down in `bench/history.jsonl` for whoever wonders since when.
//!
//! The measuring itself is done by a program of `tests/e2e`, which drives the release build in a real browser and says what
//! it found, a JSON object a line. Here is judged.

mod history;
mod measured;
mod table;
mod targets;

use crate::{
    backend,
    browser::Browser,
    process::{self, Service},
    size,
    tools::PageTools,
    workspace,
};
use anyhow::{Context, Result, bail};
use clap::Args;
use measured::{Line, Measured};
use std::{
    io::{BufRead, BufReader},
    process::{ExitCode, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};
use targets::TARGETS;

/// The bench that needs no browser.
const SIZE: &str = "size";

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// Run only this; may be given more than once
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,

    /// Say what there is instead of running it
    #[arg(long)]
    list: bool,

    /// Measure the last builds instead of building
    #[arg(long)]
    no_build: bool,
}

/// Builds, measures, prints the table and writes it down.
pub(crate) fn run(arguments: &BenchArguments) -> Result<ExitCode> {
    if arguments.list {
        print!("{}", table::listed());
        return Ok(ExitCode::SUCCESS);
    }
    let names = targets::names();
    if let Some(unknown) = arguments.only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no bench {unknown}; there are {}", names.join(", "));
    }
    let chosen = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
    if !arguments.no_build {
        size::build_release(&PageTools::ensure()?)?;
    }
    let mut measured = Measured::default();
    if chosen(SIZE) {
        let bytes = size::first_load_bytes()?;
        measured.add(Line::Value { measure: "size.first_load".to_owned(), value: bytes as f64 });
    }
    let browsing: Vec<&str> = names.into_iter().filter(|name| *name != SIZE && chosen(name)).collect();
    if !browsing.is_empty() {
        drive(&browsing, arguments.no_build, &mut measured)?;
    }
    print!(
        "\n{}\nRatios and differences are the middle of five turns; beside them the middle of each side.\n",
        table::of(&measured)
    );
    history::append(&measured)?;
    let over = TARGETS.iter().filter(|target| target.fails(&measured)).count();
    for (bench, why) in &measured.failed {
        println!("\n{bench} could not be measured: {why}");
    }
    if over > 0 {
        println!("\n{over} over target");
    }
    Ok(if over == 0 && measured.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the program that measures, and takes in what it says as it says it.
fn drive(benches: &[&str], no_build: bool, measured: &mut Measured) -> Result<()> {
    let browser = Browser::ensure()?;
    let program = if no_build { backend::built("server") } else { backend::build("server")? };
    let driver = ["build", "--package", "dispatch-e2e", "--bin", "dispatch-bench"];
    process::run(&mut workspace::cargo(&driver)).context("the benches do not build")?;

    let mut command =
        std::process::Command::new(workspace::target().join("debug").join(workspace::executable("dispatch-bench")));
    command
        .args(benches)
        .current_dir(workspace::root())
        .env("DISPATCH_E2E_DIST", workspace::dist())
        .env("DISPATCH_E2E_BACKEND", program)
        .env("DISPATCH_E2E_SCRATCH", crate::lanes::scratch("bench")?)
        // A bench that fails tells its story; where in the harness that was noticed is no help.
        .env("RUST_LIB_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    browser.name_to(&mut command);
    let mut service = Service::start("the benches", &mut command)?;
    let output = service.take_stdout().context("the benches have no standard output")?;
    let (lines, received) = mpsc::channel();
    // Ends with the benches. A thread of its own, since nobody who waits for a line hears of an interruption.
    thread::spawn(move || BufReader::new(output).lines().try_for_each(|line| lines.send(line)));
    loop {
        match received.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                let line = Line::read(&line?)?;
                match &line {
                    Line::Begins(bench) => println!("measuring {bench}"),
                    Line::Note(note) => println!("  {note}"),
                    Line::Browser(_) | Line::Value { .. } | Line::Pairs { .. } | Line::Failed { .. } => {}
                }
                measured.add(line);
            }
            Err(RecvTimeoutError::Timeout) if process::interrupted() => {
                service.stop();
                bail!("interrupted");
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = service.wait()?;
    if !status.success() {
        bail!("the benches ended early ({status})");
    }
    Ok(())
}
