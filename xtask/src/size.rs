//! What a visitor downloads, file by file, and whether the first load stays within its budget. A console that is open
//! all day is also opened on slow lines; bytes creep in one dependency at a time, so the check is part of the tests.

use crate::{compress, html, process, tools::PageTools, workspace};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// HTML + CSS + JS + WASM of the first load, brotli 11, in bytes. The budget follows what has been built; it may grow
/// with features, with a sentence on what was bought, up to the ceiling of 250,000 for everything. What stands here was
/// bought with the framework and JSON (about 90,000), the state machines, and the first page; the aim is to need less.
const FIRST_LOAD_BUDGET: u64 = 225_000;

/// Prints the table and compares with the budget.
pub(crate) fn size(build: bool) -> Result<()> {
    if build {
        build_release(&PageTools::ensure()?)?;
    }
    let dist = workspace::dist();
    let first_load = first_load(&dist).context("there is no release build to look at; run without --no-build")?;
    let mut total = 0;
    println!("{:<52} {:>10} {:>10} {:>10}", "file", "raw", "gzip", "brotli");
    for file in compress::files_below(&dist)? {
        if file.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            continue;
        }
        let [raw, gzip, brotli] = sizes(&file)?;
        let first = first_load.contains(&file);
        total += if first { brotli } else { 0 };
        let name = format!("{}{}", if first { "* " } else { "  " }, file.strip_prefix(&dist)?.display());
        println!("{name:<52} {raw:>10} {gzip:>10} {brotli:>10}");
    }
    println!("\n* first load, brotli: {total} of {FIRST_LOAD_BUDGET} bytes");
    if total > FIRST_LOAD_BUDGET {
        bail!("the first load is {} bytes over its budget", total - FIRST_LOAD_BUDGET);
    }
    Ok(())
}

/// What the first load of the last build weighs, in bytes of brotli.
pub(crate) fn first_load_bytes() -> Result<u64> {
    let files = first_load(&workspace::dist()).context("there is no release build to look at")?;
    let sizes: Vec<[u64; 3]> = files.iter().map(|file| sizes(file)).collect::<Result<_>>()?;
    Ok(sizes.iter().map(|[_, _, brotli]| brotli).sum())
}

/// Builds the page as it is deployed.
pub(crate) fn build_release(tools: &PageTools) -> Result<()> {
    println!("Building the page for release (the first time takes some minutes)");
    process::run(&mut tools.trunk(&["build", "--release"])?).context("the page does not build")
}

/// The size as it is, and as each kind of client downloads it.
fn sizes(file: &Path) -> Result<[u64; 3]> {
    let raw = fs::metadata(file)?.len();
    let packed = |suffix| fs::metadata(compress::beside(file, suffix)).map_or(raw, |data| data.len());
    Ok([raw, packed("gz"), packed("br")])
}

/// The page and what its tags make the browser fetch before the console can be used.
fn first_load(dist: &Path) -> Result<BTreeSet<PathBuf>> {
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let mut files = BTreeSet::from([index]);
    for tag in html::tags(&page) {
        let address = match (tag.name.as_str(), tag.attribute("rel")) {
            ("script", _) => tag.attribute("src"),
            ("link", Some("stylesheet" | "modulepreload" | "preload")) => tag.attribute("href"),
            _ => None,
        };
        if let Some(address) = address {
            let file = dist.join(address.trim_start_matches("./").trim_start_matches('/'));
            if !file.is_file() {
                bail!("index.html asks for {address}, which was not built");
            }
            files.insert(file);
        }
    }
    Ok(files)
}
