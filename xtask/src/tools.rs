//! The build tools that no manifest can ask for: the wasm target, trunk, and the wasm-bindgen program in exactly the
//! version of the library. What is missing is built from source into a folder of our own, so that nothing of the
//! person's is replaced and nothing prebuilt is fetched from anywhere.

use crate::{process, small, workspace};
use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The version of trunk that `Trunk.toml` and the hooks were written for.
const TRUNK_VERSION: &str = "0.21.14";

/// The tools a build of the page needs, ready to be put on the path of a command.
#[derive(Debug)]
pub(crate) struct PageTools {
    /// The trunk program itself.
    pub(crate) trunk: PathBuf,
    /// The folder with `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub(crate) wasm_bindgen: PathBuf,
}

impl PageTools {
    /// Finds or installs them all.
    pub(crate) fn ensure() -> Result<Self> {
        ensure_wasm_target()?;
        let trunk = Tool { crate_name: "trunk", program: "trunk", version: TRUNK_VERSION, minutes: 6, locked: true };
        Ok(Self { trunk: trunk.ensure()?.join(workspace::executable("trunk")), wasm_bindgen: ensure_wasm_bindgen()? })
    }

    /// A trunk command in the root of the workspace that finds our `wasm-bindgen` before any other.
    pub(crate) fn trunk(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(&self.trunk);
        command.current_dir(workspace::root()).args(arguments);
        small::stand_in(&mut command, &path_with(&self.wasm_bindgen)?)?;
        // trunk reads a boolean from this variable and refuses the usual `NO_COLOR=1`.
        command.env_remove("NO_COLOR").env("TRUNK_SKIP_VERSION_CHECK", "true");
        if workspace::in_ci() {
            command.args(["--color", "never"]);
        }
        Ok(command)
    }
}

/// Finds or installs the wasm-bindgen programs in the version of the library and gives their folder.
pub(crate) fn ensure_wasm_bindgen() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    // Not `--locked`: the lock file of the release names a version of a crate that can no longer be had.
    let tool =
        Tool { crate_name: "wasm-bindgen-cli", program: "wasm-bindgen", version: &version, minutes: 3, locked: false };
    tool.ensure()
}

/// Makes sure that code for the browser can be compiled at all.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    if sysroot()?.join("lib/rustlib").join(workspace::WASM_TARGET).is_dir() {
        return Ok(());
    }
    println!("Installing the target {}: the page runs as WebAssembly (once)", workspace::WASM_TARGET);
    rustup(&["target", "add", workspace::WASM_TARGET])
}

fn sysroot() -> Result<PathBuf> {
    let sysroot = process::output(Command::new("rustc").current_dir(workspace::root()).args(["--print", "sysroot"]));
    Ok(PathBuf::from(sysroot.context("rustc is missing: install Rust with rustup")?.trim()))
}

/// Makes sure that a component of the toolchain (`clippy`, `rustfmt`, `rust-src`) is there.
pub(crate) fn ensure_component(component: &str) -> Result<()> {
    let is_there = match component {
        "rust-src" => sysroot()?.join("lib/rustlib/src/rust/library/Cargo.lock").is_file(),
        "rustfmt" => process::output(&mut workspace::cargo(&["fmt", "--version"])).is_some(),
        subcommand => process::output(&mut workspace::cargo(&[subcommand, "--version"])).is_some(),
    };
    if is_there {
        return Ok(());
    }
    println!("Installing the toolchain component {component} (once)");
    rustup(&["component", "add", component])
}

fn rustup(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("rustup");
    process::run(command.current_dir(workspace::root()).args(arguments)).with_context(|| {
        format!("without rustup, get it from where your Rust comes from; with it, try: rustup {}", arguments.join(" "))
    })
}

/// A program that `cargo install` can build.
struct Tool<'a> {
    crate_name: &'a str,
    program: &'a str,
    version: &'a str,
    minutes: u32,
    locked: bool,
}

impl Tool<'_> {
    /// The folder that holds the program: one of the path's, if the version is right, else our own.
    fn ensure(&self) -> Result<PathBuf> {
        if let Some(folder) = on_path(self.program).and_then(|program| program.parent().map(Path::to_path_buf))
            && self.is_right(&folder)
        {
            return Ok(folder);
        }
        let home = tools_folder()?.join(format!("{}-{}", self.program, self.version));
        let folder = home.join("bin");
        if self.is_right(&folder) {
            return Ok(folder);
        }
        println!(
            "Installing {} {} into {} (once; about {} minutes of compiling)",
            self.program,
            self.version,
            home.display(),
            self.minutes
        );
        self.install(&home)?;
        if !self.is_right(&folder) {
            bail!("{} {} was installed into {} but does not run", self.program, self.version, home.display());
        }
        Ok(folder)
    }

    fn install(&self, home: &Path) -> Result<()> {
        fs::create_dir_all(home).with_context(|| format!("cannot create {}", home.display()))?;
        let package = format!("{}@{}", self.crate_name, self.version);
        let mut command = workspace::cargo(&["install", &package, "--root"]);
        // Away from the workspace, whose cargo settings are not for the tools.
        command.arg(home).current_dir(home).env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
        if self.locked {
            command.arg("--locked");
        }
        process::run(&mut command).with_context(|| format!("cannot install {package} (is the network there?)"))
    }

    /// Whether the folder holds the program in the right version. `--version` prints "name version …".
    fn is_right(&self, folder: &Path) -> bool {
        let program = folder.join(workspace::executable(self.program));
        process::output(Command::new(program).arg("--version"))
            .is_some_and(|text| text.split_whitespace().nth(1) == Some(self.version))
    }
}

/// Where our own tools live: the person's cache, unless told otherwise. One folder for all checkouts.
fn tools_folder() -> Result<PathBuf> {
    if let Some(folder) = variable("DISPATCH_TOOLS") {
        return Ok(folder);
    }
    let cache = if let Some(cache) = variable("XDG_CACHE_HOME") {
        cache
    } else if cfg!(windows) {
        variable("LOCALAPPDATA").context("neither DISPATCH_TOOLS nor LOCALAPPDATA is set")?
    } else {
        let home = variable("HOME").context("neither DISPATCH_TOOLS nor HOME is set")?;
        home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" })
    };
    Ok(cache.join("dispatch-web").join("tools"))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The first program of that name on the path.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let name = workspace::executable(program);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|candidate| candidate.is_file())
}

/// The path with one more folder, which is searched first.
pub(crate) fn path_with(folder: &Path) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths([folder.to_path_buf()].into_iter().chain(env::split_paths(&old)))?)
}

/// The version of a package in `Cargo.lock`. The library and the program must be of the same version.
fn locked_version(package: &str) -> Result<String> {
    let path = workspace::root().join("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    version_in(&text, package).with_context(|| format!("Cargo.lock names no {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn finds_the_exact_package_in_a_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "bindgen"), None);
    }
}
