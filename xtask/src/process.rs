//! Child processes that never outlive us: without care, Ctrl-C stops the parent and leaves a server (or a compiler that
//! a build tool started) running. Each child leads a process group of its own, and the whole group is stopped with it.
//! Not covered: a parent that is killed outright (SIGKILL), which gets no chance to stop anything.

use anyhow::{Context, Result, bail};
use std::{
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

#[cfg_attr(unix, path = "process/unix.rs")]
#[cfg_attr(not(unix), path = "process/windows.rs")]
mod group;

/// How long a child has between the polite request and the end.
const GRACE: Duration = Duration::from_secs(5);

/// How often a child that is waited for is looked at. A person does not notice; the machine neither.
const POLL: Duration = Duration::from_millis(50);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, SIGTERM and SIGHUP do not end this process: they are noted, and whoever waits for a child ends it.
pub(crate) fn listen_for_interrupts() -> Result<()> {
    Ok(ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))?)
}

/// Whether we were asked to stop.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A running child with everything it started. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Service {
    name: String,
    child: Child,
    stopped: bool,
}

impl Service {
    /// Starts the command; `name` is for messages.
    pub(crate) fn start(name: &str, command: &mut Command) -> Result<Self> {
        group::lead(command);
        let child = command.spawn().with_context(|| format!("cannot start {}", line_of(command)))?;
        Ok(Self { name: name.to_owned(), child, stopped: false })
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The child's standard output, once, if it was piped.
    pub(crate) fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| format!("cannot ask whether {} still runs", self.name))
    }

    /// Waits for the end, or for our own interruption (which is an error).
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if interrupted() {
                self.stop();
                bail!("interrupted while {} ran", self.name);
            }
            thread::sleep(POLL);
        }
    }

    /// Asks the whole group to end, waits, and insists after a while. Harmless when it has ended already.
    pub(crate) fn stop(&mut self) {
        if self.stopped {
            return;
        }
        self.stopped = true;
        group::ask(&self.child);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            let leader_ended = !matches!(self.child.try_wait(), Ok(None));
            if leader_ended && !group::alive(&self.child) {
                return;
            }
            thread::sleep(POLL);
        }
        group::end(&mut self.child);
        // The result says only how it ended, and it ended because we ended it.
        self.child.wait().ok();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command to its end with our own output; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line_of(command);
    let status = Service::start(&line, command.stdin(Stdio::null()))?.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command that may ask the person something (a password): it stays in our own process group, since a group in
/// the background may not read from the terminal.
pub(crate) fn run_attached(command: &mut Command) -> Result<()> {
    let line = line_of(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command quietly and gives its standard output, or `None` when it cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as a person would type it; paths shortened to their last part.
fn line_of(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let program = program.file_stem().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    command.get_args().fold(program, |line, argument| format!("{line} {}", argument.to_string_lossy()))
}
