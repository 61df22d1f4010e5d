//! The journeys: the page as it is deployed, in a real browser, against the real backend. Everything is built first, so
//! that the journeys measure the product and not the compiler.

use super::web::scratch;
use crate::{backend, browser::Browser, lanes, process, size, tools::PageTools, workspace};
use anyhow::Result;

/// Builds, checks the size, and runs the journeys; a page that grew too big is still travelled.
pub(super) fn run() -> Result<()> {
    let browser = Browser::ensure()?;
    size::build_release(&PageTools::ensure()?)?;
    let size = size::size(false);
    let program = backend::build("dev")?;

    let mut command = lanes::quiet_cargo(&["test", "--package", "dispatch-e2e"]);
    command
        .env("DISPATCH_E2E_DIST", workspace::dist())
        .env("DISPATCH_E2E_BACKEND", program)
        .env("DISPATCH_E2E_SCRATCH", scratch("e2e")?)
        // A journey that fails tells its story; where in the harness that was noticed is no help.
        .env("RUST_LIB_BACKTRACE", "0");
    browser.name_to(&mut command);
    process::run(&mut command)?;
    size
}
