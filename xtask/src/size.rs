//! What a visitor downloads, file by file, and whether that stays within its budgets. A console that is open
//! all day is also opened on slow lines; bytes creep in one dependency at a time, so the check is part of the tests.

use crate::{compress, html, process, split, tools::PageTools, workspace, writer};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// HTML + CSS + JS + WASM of the first load, brotli 11, in bytes. Bought with it so far: the framework and JSON (about
/// 90,000), the state machines and the first page (another 90,000), what survives reloads, and that the place of a reader and the memory of a day are kept. Whatever comes
/// next and is not needed to show tabs, transcript and composer comes later. The promise is 250,000.
const FIRST_LOAD_BUDGET: u64 = 249_500;

/// What is loaded when it is first needed, to show words as more than words: everything that knows Markdown, languages and
/// terminals. It comes after the page can be used, but on slow lines the words stand there plainly for as long as it takes.
const FIRST_NEEDED_BUDGET: u64 = 110_000;

/// What comes right after the start, cut off the module of the first load (see `split`): the browser's database (20,000),
/// the sidebar's views, opened tool cards, the find box, taking messages back. On slow lines these wait for it; nothing else does.
const LATER_BUDGET: u64 = 218_000;

/// Prints the table and compares with the budgets.
pub(crate) fn size(build: bool) -> Result<()> {
    if build {
        build_release(&PageTools::ensure()?)?;
    }
    let dist = workspace::dist();
    let first_load = first_load(&dist).context("there is no release build to look at; run without --no-build")?;
    let (mut first_total, mut needed_total, mut later_total) = (0, 0, 0);
    println!("{:<52} {:>10} {:>10} {:>10}", "file", "raw", "gzip", "brotli");
    for file in compress::files_below(&dist)? {
        if file.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            continue;
        }
        let [raw, gzip, brotli] = sizes(&file)?;
        let mark = if first_load.contains(&file) {
            first_total += brotli;
            "* "
        } else if writer::is_ours(&file) {
            needed_total += brotli;
            "+ "
        } else if split::is_ours(&file) {
            later_total += brotli;
            "~ "
        } else {
            "  "
        };
        let name = format!("{mark}{}", file.strip_prefix(&dist)?.display());
        println!("{name:<52} {raw:>10} {gzip:>10} {brotli:>10}");
    }
    println!("\n* first load, brotli: {first_total} of {FIRST_LOAD_BUDGET} bytes");
    println!("+ when first needed, brotli: {needed_total} of {FIRST_NEEDED_BUDGET} bytes");
    println!("~ right after the start, brotli: {later_total} of {LATER_BUDGET} bytes");
    check("the first load", first_total, FIRST_LOAD_BUDGET)?;
    check("what is loaded when it is first needed", needed_total, FIRST_NEEDED_BUDGET)?;
    check("what comes right after the start", later_total, LATER_BUDGET)
}

fn check(what: &str, bytes: u64, budget: u64) -> Result<()> {
    if bytes > budget {
        bail!("{what} is {} bytes over its budget", bytes - budget);
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
