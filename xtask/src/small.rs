//! A standard library that is compiled for the page: small, and without the words for panics, which nobody reads there. It
//! makes what every visitor downloads a tenth smaller, and no stable compiler does it unasked.
//!
//! trunk calls `cargo`, and takes no arguments for it. So this program stands in for `cargo` on the path of the project's
//! own commands: a release build for the browser gets what it takes, everything else goes through as it came. Plain
//! `trunk build --release` works as well, and makes a larger page.

use crate::{tools, workspace};
use anyhow::{Context, Result};
use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// Where the real `cargo` is.
const REAL: &str = "DISPATCH_CARGO";

/// Whether this program was called as `cargo`.
pub(crate) fn stands_in() -> bool {
    let called = env::args_os().next().map(PathBuf::from);
    called.is_some_and(|called| called.file_stem() == Some(OsStr::new("cargo"))) && is_wanted()
}

/// Does what `cargo` was asked for.
pub(crate) fn run() -> Result<ExitCode> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let real = env::var_os(REAL).with_context(|| format!("{REAL} is not set"))?;
    let mut command = Command::new(real);
    command.args(&arguments);
    if is_release_for_the_page(&arguments) {
        make_small(&mut command);
    }
    let status = command.status().context("cargo cannot be started")?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Makes a `cargo build` for the browser small.
pub(crate) fn make_small(command: &mut Command) {
    // The options are not stable yet. The compiler is: whoever moves to another one sees here what has to be looked at.
    command.env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    // What `split` reads: who points at whom, by name. Nothing of it stays in what is downloaded.
    command.env("CARGO_PROFILE_RELEASE_STRIP", "none");
    let flags = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
                 -Clink-arg=--emit-relocs";
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
}

fn is_release_for_the_page(arguments: &[OsString]) -> bool {
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let is_for_page = has(workspace::WASM_TARGET) || has(&format!("--target={}", workspace::WASM_TARGET));
    let is_build = arguments.first().is_some_and(|first| first == "build" || first == "rustc");
    is_build && is_for_page && (has("--release") || has("--profile=release"))
}

/// Whether the build under way was started by the project's own commands.
pub(crate) fn is_wanted() -> bool {
    env::var_os(REAL).is_some()
}

/// Lets this program stand in for `cargo` wherever the command looks for it.
pub(crate) fn stand_in(command: &mut Command, path: &OsStr) -> Result<()> {
    if let Err(error) = tools::ensure_component("rust-src") {
        println!("The page becomes a tenth larger than it has to be: {error:#}");
        command.env("PATH", path);
        return Ok(());
    }
    let real = tools::on_path("cargo").context("cargo is not on the path")?;
    let folder = workspace::target().join("stand-in");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    place(&env::current_exe()?, &folder.join(workspace::executable("cargo")))?;
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(path)))?;
    command.env("PATH", path).env(REAL, real);
    Ok(())
}

/// Copies the program, unless the copy is of this very build. Another one may be running at the moment.
fn place(program: &Path, copy: &Path) -> Result<()> {
    let is_same = |copied: &[u8]| fs::read(program).is_ok_and(|program| program == copied);
    if fs::read(copy).is_ok_and(|copied| is_same(&copied)) {
        return Ok(());
    }
    let new = copy.with_extension(format!("{}", std::process::id()));
    fs::copy(program, &new).with_context(|| format!("cannot write {}", new.display()))?;
    fs::rename(&new, copy).with_context(|| format!("cannot write {}", copy.display()))
}

#[cfg(test)]
mod tests {
    use super::is_release_for_the_page;
    use std::ffi::OsString;

    #[test]
    fn only_release_builds_for_the_browser_are_meant() {
        let is_meant = |line: &str| {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            is_release_for_the_page(&arguments)
        };
        assert!(is_meant(
            "build --target=wasm32-unknown-unknown --manifest-path Cargo.toml --bin dispatch-web --release"
        ));
        assert!(is_meant("rustc --lib --target wasm32-unknown-unknown --release"));
        assert!(!is_meant("build --target=wasm32-unknown-unknown"));
        assert!(!is_meant("build --release"));
        assert!(!is_meant("run --package xtask -- compress --release wasm32-unknown-unknown"));
    }
}
