//! The browser tests: the test programs of the app, the cache and the writer, compiled for the browser and run in a headless one by
//! the runner of wasm-bindgen. Adapters are tested against a real backend, whose addresses the tests read when they are
//! compiled.

use crate::{
    backend::{self, Backend, BackendOptions},
    browser::Browser,
    lanes, process, tools, workspace,
};
use anyhow::{Context, Result};
use std::{fs, path::PathBuf};

/// Seconds a test program may take. Long for a slow machine: a hanging test is found by its own deadline before.
const TIMEOUT: &str = "300";

/// Runs them all.
pub(super) fn run() -> Result<()> {
    tools::ensure_wasm_target()?;
    let wasm_bindgen = tools::ensure_wasm_bindgen()?;
    let browser = Browser::ensure()?;
    let program = backend::build("dev")?;
    let database = scratch("web")?.join("dispatch.sqlite");
    let options = BackendOptions { host: "127.0.0.1", http: 0, ws: 0, database: &database, speed: Some(20.0) };
    let mut backend = Backend::start(&program, &options)?;

    let mut command = lanes::quiet_cargo(&[
        "test",
        "--no-fail-fast",
        "--package",
        "dispatch-web",
        "--package",
        "dispatch-cache",
        "--package",
        "dispatch-writer",
        "--target",
        workspace::WASM_TARGET,
    ]);
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("PATH", tools::path_with(&wasm_bindgen)?)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser.write_capabilities()?)
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT)
        .env("DISPATCH_TEST_HTTP", format!("http://{}", backend.http))
        .env("DISPATCH_TEST_WS", format!("ws://{}", backend.ws));
    browser.name_to(&mut command);
    let result = process::run(&mut command);
    backend.service.stop();
    result
}

/// A fresh folder for what a lane leaves behind.
pub(crate) fn scratch(lane: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("test-data").join(lane);
    if folder.is_dir() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}
