//! What nobody needs at once comes later: the page's one module is split in two after it was linked. A second module that
//! was compiled by itself, as the writer is, would bring the framework along again and could share no state with the first;
//! this one shares all of it: memory, table of functions, and every function that the first has anyway.
//!
//! In the sources a function is marked with the macro `later!` (`src/later.rs`), which gives a pointer to it. So whatever can
//! be reached from the start without following such a pointer must be there at the start, and what only the marked functions
//! can reach comes later ([`plan`]). Who points at whom the linker knows ([`linked`]). The split itself is
//! made after wasm-bindgen has done its work ([`cut`]): from there on every function is just a function.
//!
//! A build without what the linker knows (for development, for tests, plain `trunk build`) stays whole, and its marked
//! functions are there from the beginning. The same sources serve both.

mod cut;
mod linked;
mod plan;

use crate::{compress, small, workspace};
use anyhow::{Context, Result, bail};
use linked::Linked;
use plan::{Page, Plan};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The page's module, as the linker wrote it.
const LINKED: &str = "dispatch-web.wasm";

/// How the names of the page's module and of what comes later begin, and how they end.
const FIRST: &str = "dispatch-web-";
const NAME: &str = "later-";
const MODULE: &str = ".wasm";

/// What the name of the second module is written in place of.
const HOLE: &str = "__LATER__";

/// What is written there where nothing comes later. Not nothing: an attribute without quotes needs a value.
const NOTHING: &str = "none";

/// The page with the name of what comes later, for which the module in the folder of a release is split.
pub(crate) fn place_in(page: &str, stage: &Path, release: bool) -> Result<String> {
    if !page.contains(HOLE) {
        bail!("index.html has no {HOLE} to fill in");
    }
    let linked = if release { read_linked()? } else { None };
    let Some(linked) = linked else { return Ok(page.replace(HOLE, NOTHING)) };
    let file = first_in(stage)?;
    let module = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let (first, later) = split(&module, &linked).context("the page's module cannot be split")?;
    fs::write(&file, first).with_context(|| format!("cannot write {}", file.display()))?;
    let hash: String = Sha256::digest(&later).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{NAME}{hash}{MODULE}");
    let file = stage.join(&name);
    fs::write(&file, later).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(page.replace(HOLE, &name))
}

/// What the linker knew of the module that was just built, if it was asked to tell.
fn read_linked() -> Result<Option<Linked>> {
    if !small::is_wanted() {
        return Ok(None);
    }
    let file = workspace::target().join(workspace::WASM_TARGET).join("release").join(LINKED);
    let module = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Linked::read(&module).with_context(|| format!("cannot read what the linker left in {}", file.display()))
}

fn first_in(stage: &Path) -> Result<PathBuf> {
    let is_first = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(FIRST) && name.ends_with(MODULE)
    };
    let files: Vec<PathBuf> = compress::files_below(stage)?.into_iter().filter(is_first).collect();
    let [file] = files.as_slice() else { bail!("one module was to be built, found {files:?}") };
    Ok(file.clone())
}

/// The module without what comes later, and that.
fn split(module: &[u8], linked: &Linked) -> Result<(Vec<u8>, Vec<u8>)> {
    let plan = Plan::new(&Page::parse(module)?, linked)?;
    cut::cut(module, &plan)
}

/// Whether a file is what comes later.
pub(crate) fn is_ours(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME))
}

#[cfg(test)]
mod tests;
