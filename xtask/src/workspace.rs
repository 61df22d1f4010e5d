//! Where things are: the root of the workspace, what builds leave in it, and `cargo` itself.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The target of everything that runs in a browser.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The root of the workspace. Asked at run time first, so that a moved checkout with a kept `target/` still works.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.ends_with("xtask"))
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where `trunk build` leaves the page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// A `cargo` command in the root of the workspace, with its first arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root()).args(arguments);
    command
}

/// The name of a program's file on this system.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// Whether a program runs these checks, not a person.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
