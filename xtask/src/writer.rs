//! The second module of the page: what turns words into something to read (`crates/writer`) is loaded when it is first
//! needed, so it is no part of what trunk builds. This builds it beside, in trunk's profile, as a pair of files whose names
//! change with their content: a page that is open keeps finding the ones it was built with. trunk calls this as its
//! `build` hook (see `Trunk.toml`); [`place_in`] tells the page afterwards where the files are.

use crate::{compress, process, tools, workspace};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The package, and what its file is called.
const PACKAGE: &str = "dispatch-writer";
const FILE: &str = "dispatch_writer.wasm";

/// How the names of what is built begin.
const NAME: &str = "writer-";

/// What the module's name is written in place of.
const HOLE: &str = "__WRITER__";

/// The hook: trunk says in the environment how to build, and for what folder.
pub(crate) fn hook() -> Result<()> {
    let stage = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let stage = stage.context("TRUNK_STAGING_DIR is not set: trunk calls this command, nobody else needs to")?;
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    // With the project's commands it is on the path already.
    let wasm_bindgen =
        tools::ensure_wasm_bindgen().context("the page needs a wasm-bindgen of the library's version")?;

    // Only what is asked for here is made of the library: a file besides would keep the linker from optimising this one.
    let mut command = workspace::cargo(&["rustc", "--quiet", "--lib", "--crate-type", "cdylib", "--package", PACKAGE]);
    command.args(["--target", workspace::WASM_TARGET]).args(release.then_some("--release"));
    process::run(&mut command).context("the writer does not build")?;
    let profile = if release { "release" } else { "debug" };
    let module = workspace::target().join(workspace::WASM_TARGET).join(profile).join(FILE);
    let content = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let hash: String = Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();

    let mut command = Command::new(wasm_bindgen.join(workspace::executable("wasm-bindgen")));
    command.args(["--target", "web", "--no-typescript", "--out-name", &format!("{NAME}{hash}"), "--out-dir"]);
    process::run(command.arg(stage).arg(module)).context("wasm-bindgen cannot make the writer's bindings")
}

/// The page with the name of the module that was built into the folder.
pub(crate) fn place_in(page: &str, stage: &Path) -> Result<String> {
    let names =
        compress::files_below(stage)?.into_iter().filter_map(|file| file.file_name()?.to_str().map(str::to_owned));
    let modules: Vec<String> = names.filter(|name| name.starts_with(NAME) && name.ends_with(".js")).collect();
    let [module] = modules.as_slice() else { bail!("one module of the writer was to be built, found {modules:?}") };
    if !page.contains(HOLE) {
        bail!("index.html has no {HOLE} to fill in");
    }
    Ok(page.replace(HOLE, module))
}

/// Whether a file is one of the writer's.
pub(crate) fn is_ours(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME))
}

#[cfg(test)]
mod tests {
    use super::{is_ours, place_in};
    use std::{env, fs, path::Path, process};

    #[test]
    fn the_page_is_told_which_module_was_built() {
        let stage = env::temp_dir().join(format!("dispatch-web-writer-{}", process::id()));
        fs::create_dir_all(&stage).unwrap();
        let page = "<script data-writer=__WRITER__ src=boot.js></script>";
        assert!(place_in(page, &stage).is_err(), "none was built");
        for name in ["writer-12.js", "writer-12_bg.wasm", "boot.js"] {
            fs::write(stage.join(name), "x").unwrap();
        }
        assert_eq!(place_in(page, &stage).unwrap(), "<script data-writer=writer-12.js src=boot.js></script>");
        assert!(place_in("<p>", &stage).is_err(), "the page has no place for it");
        fs::remove_dir_all(stage).unwrap();
    }

    #[test]
    fn knows_its_files() {
        assert!(is_ours(Path::new("dist/writer-12_bg.wasm")));
        assert!(!is_ours(Path::new("dist/boot.js")));
    }
}
