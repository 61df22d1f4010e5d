//! What trunk does not do to the page it has staged. In every build: the addresses of a backend on unusual ports. In a
//! release: a smaller WASM file, the service worker's file list, the Content-Security-Policy, and compressed copies beside
//! every file, for static servers that hand those out. trunk calls this as its `post_build` hook (see `Trunk.toml`).

use crate::{html, policy, wasm};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Extensions of files that get smaller; pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 10] = ["css", "html", "ico", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest"];

/// The file of the service worker, and the two texts in it that a release fills in.
const WORKER: &str = "sw.js";
const WORKER_FILES: &str = "\"__FILES__\"";
const WORKER_BUILD: &str = "__BUILD__";

/// Set by `serve` when the backend does not listen where the page would look: `{ "http": …, "ws": … }`.
pub(crate) const CONFIG_VARIABLE: &str = "DISPATCH_PAGE_CONFIG";

/// The hook: trunk says in the environment what it has built, and where.
pub(crate) fn hook() -> Result<()> {
    let stage = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let stage = stage.context("TRUNK_STAGING_DIR is not set: trunk calls this command, nobody else needs to")?;
    let index = stage.join("index.html");
    let mut page = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;

    if let Ok(config) = env::var(CONFIG_VARIABLE) {
        page = with_config(&page, &config)?;
    }
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    if release && !has_live_reload(&page) {
        page = policy::add_to(&page)?;
    }
    fs::write(&index, page).with_context(|| format!("cannot write {}", index.display()))?;

    if release {
        shrink_modules(&stage)?;
        fill_in_worker(&stage)?;
        files_below(&stage)?.iter().try_for_each(|file| compress(file))
    } else {
        // A worker that answers from its cache would hide every change from the person who works on the page.
        let worker = stage.join(WORKER);
        if worker.is_file() { Ok(fs::remove_file(worker)?) } else { Ok(()) }
    }
}

/// `trunk serve --release` puts its reload script into the page, which the policy would block.
fn has_live_reload(page: &str) -> bool {
    html::tags(page).iter().any(|tag| tag.name == "script" && tag.text.contains(".well-known/trunk/ws"))
}

/// The page with other addresses in its `dispatch-config` block.
fn with_config(page: &str, config: &str) -> Result<String> {
    let tags = html::tags(page);
    let block = tags.iter().find(|tag| tag.attribute("id") == Some("dispatch-config"));
    let block = block.context("index.html has no <script id=\"dispatch-config\" type=\"application/json\">")?;
    let end = block.span.end + block.text.len();
    Ok([&page[..block.span.end], config, &page[end..]].concat())
}

fn shrink_modules(stage: &Path) -> Result<()> {
    for file in files_below(stage)?.iter().filter(|file| file.extension().is_some_and(|extension| extension == "wasm"))
    {
        let module = wasm::without_custom_sections(&fs::read(file)?)
            .with_context(|| format!("cannot shrink {}", file.display()))?;
        fs::write(file, module).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Gives the service worker the list of the files of this build, and a name that changes with any of them.
fn fill_in_worker(stage: &Path) -> Result<()> {
    let worker = stage.join(WORKER);
    if !worker.is_file() {
        return Ok(());
    }
    let mut hash = Sha256::new();
    let mut names = Vec::new();
    for file in files_below(stage)?.iter().filter(|file| **file != worker) {
        hash.update(fs::read(file)?);
        let name = file.strip_prefix(stage)?.to_string_lossy().replace('\\', "/");
        names.push(format!("./{name}"));
    }
    let build: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let text = fs::read_to_string(&worker)?;
    let text = text.replace(WORKER_FILES, &serde_json::to_string(&names)?).replace(WORKER_BUILD, &build);
    fs::write(&worker, text).with_context(|| format!("cannot write {}", worker.display()))
}

/// Writes `.br` and `.gz` beside a file that gets smaller by them.
fn compress(file: &Path) -> Result<()> {
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if !COMPRESSIBLE.contains(&extension.as_str()) {
        return Ok(());
    }
    let plain = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    for (suffix, packed) in [("br", brotli(&plain)?), ("gz", gzip(&plain)?)] {
        if packed.len() < plain.len() {
            let beside = beside(file, suffix);
            fs::write(&beside, packed).with_context(|| format!("cannot write {}", beside.display()))?;
        }
    }
    Ok(())
}

/// The name of a compressed copy.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    // Quality and window of the size budget. Slow on purpose: written once, downloaded by every visitor.
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

/// All files below a folder, sorted, so that a build gives the same answer everywhere.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{has_live_reload, with_config};

    #[test]
    fn puts_addresses_into_the_page() {
        let page = r#"<head><script id="dispatch-config" type="application/json">{}</script></head>"#;
        let expected = r#"<head><script id="dispatch-config" type="application/json">{"http":"a"}</script></head>"#;
        assert_eq!(with_config(page, r#"{"http":"a"}"#).unwrap(), expected);
        assert!(with_config("<head></head>", "{}").is_err());
    }

    #[test]
    fn knows_a_page_with_live_reload() {
        assert!(has_live_reload("<body><script>const url = base + '.well-known/trunk/ws';</script></body>"));
        assert!(!has_live_reload("<body><script src=boot.js></script></body>"));
    }
}
