//! What trunk does not do to the page it has staged. In every build: the addresses of a backend on unusual ports, and where
//! the writer is. In a release: smaller modules, what comes later beside what everybody loads, the id of the build and the service worker's file list, the
//! Content-Security-Policy, and compressed copies beside every file, for static servers that hand those out. trunk calls
//! this as its `post_build` hook (see `Trunk.toml`).

use crate::{html, policy, split, wasm, writer};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Extensions of files that get smaller; pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 10] = ["css", "html", "ico", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest"];

/// The page, and what a release writes its id in place of: there and in the worker.
const PAGE: &str = "index.html";
const BUILD: &str = "__BUILD__";

/// The script that starts the page.
const BOOT: &str = "boot.js";

/// The file of the service worker, and what the list of files is written in place of.
const WORKER: &str = "sw.js";
const WORKER_FILES: &str = "\"__FILES__\"";

/// How the names of modules end; those of their bindings are the same with `.js`.
const MODULE: &str = "_bg.wasm";

/// Set by `serve` when the backend does not listen where the page would look: `{ "http": …, "ws": … }`.
pub(crate) const CONFIG_VARIABLE: &str = "DISPATCH_PAGE_CONFIG";

/// The hook: trunk says in the environment what it has built, and where.
pub(crate) fn hook() -> Result<()> {
    let stage = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let stage = stage.context("TRUNK_STAGING_DIR is not set: trunk calls this command, nobody else needs to")?;
    let index = stage.join(PAGE);
    let mut page = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;

    if let Ok(config) = env::var(CONFIG_VARIABLE) {
        page = with_config(&page, &config)?;
    }
    page = writer::place_in(&page, &stage)?;
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    page = split::place_in(&page, &stage, release)?;
    // One element, and one hash in the policy.
    page = page.replace("</style><style>", "");
    if release && !has_live_reload(&page) {
        page = policy::add_to(&page)?;
    }
    fs::write(&index, page).with_context(|| format!("cannot write {}", index.display()))?;

    if release {
        shrink_modules(&stage)?;
        fill_in_worker(&stage)?;
        shrink_boot(&stage)?;
        files_below(&stage)?.iter().try_for_each(|file| compress(file))
    } else {
        Ok(fs::write(stage.join(WORKER), include_str!("compress/leave.js"))?)
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

/// Modules and their bindings, each with short names for the other.
fn shrink_modules(stage: &Path) -> Result<()> {
    for file in files_below(stage)? {
        let Some(name) = file.to_string_lossy().strip_suffix(MODULE).map(str::to_owned) else { continue };
        let script = PathBuf::from(format!("{name}.js"));
        let bindings = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
        let (bindings, module) =
            wasm::shrink(&bindings, &fs::read(&file)?).with_context(|| format!("cannot shrink {}", file.display()))?;
        fs::write(&file, module).with_context(|| format!("cannot write {}", file.display()))?;
        fs::write(&script, bindings).with_context(|| format!("cannot write {}", script.display()))?;
    }
    Ok(())
}

/// The script that starts the page, without what is there for people who read it.
fn shrink_boot(stage: &Path) -> Result<()> {
    let file = stage.join(BOOT);
    let script = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let script = minifier::js::minify(&script).to_string();
    fs::write(&file, script).with_context(|| format!("cannot write {}", file.display()))
}

/// Gives the build an id that changes with any of its files, tells page and worker, and tells the worker of the files.
fn fill_in_worker(stage: &Path) -> Result<()> {
    let mut hash = Sha256::new();
    let mut kept = Vec::new();
    for file in files_below(stage)? {
        let name = file.strip_prefix(stage)?.to_string_lossy().replace('\\', "/");
        hash.update(&name);
        hash.update(fs::read(&file)?);
        if is_kept(&name) {
            kept.push(format!("./{name}"));
        }
    }
    let build: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let kept = serde_json::to_string(&kept)?;
    for (name, holes) in [(PAGE, &[(BUILD, &build)][..]), (WORKER, &[(BUILD, &build), (WORKER_FILES, &kept)])] {
        let file = stage.join(name);
        let mut text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for (hole, filling) in holes {
            if !text.contains(hole) {
                bail!("{name} has no {hole} to fill in");
            }
            text = text.replace(hole, filling);
        }
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Whether the worker keeps a file under its own name. Not itself, or no newer one would ever be seen; not the page, which
/// it asks for as visitors do, by its folder; and no copies, which nobody asks for.
fn is_kept(name: &str) -> bool {
    name != WORKER && name != PAGE && !name.ends_with(".br") && !name.ends_with(".gz")
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
    use super::{PAGE, WORKER, fill_in_worker, has_live_reload, with_config};
    use std::{env, fs, path::PathBuf, process};

    /// A build in a folder of its own: page, worker, and files of these names.
    fn build(test: &str, files: &[&str]) -> PathBuf {
        let folder = env::temp_dir().join(format!("dispatch-web-{test}-{}", process::id()));
        fs::create_dir_all(folder.join("snippets")).unwrap();
        fs::write(folder.join(PAGE), "<script data-build=__BUILD__ src=boot.js></script>").unwrap();
        fs::write(folder.join(WORKER), "const BUILD = \"__BUILD__\"; const FILES = \"__FILES__\";").unwrap();
        files.iter().for_each(|name| fs::write(folder.join(name), "x").unwrap());
        folder
    }

    #[test]
    fn the_worker_keeps_what_the_page_asks_for_by_name() {
        let folder = build("keeps", &["boot.js", "boot.js.br", "boot.js.gz", "icon.svg", "snippets/a.js"]);
        fill_in_worker(&folder).unwrap();
        let worker = fs::read_to_string(folder.join(WORKER)).unwrap();
        assert!(worker.ends_with(r#"const FILES = ["./boot.js","./icon.svg","./snippets/a.js"];"#), "{worker}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn page_and_worker_carry_the_same_id_and_any_change_makes_it_another() {
        let folder = build("id", &["boot.js", "icon.svg"]);
        let id = || {
            fill_in_worker(&folder).unwrap();
            let worker = fs::read_to_string(folder.join(WORKER)).unwrap();
            let id = worker.split('"').nth(1).unwrap().to_owned();
            assert!(fs::read_to_string(folder.join(PAGE)).unwrap().contains(&format!("data-build={id} ")), "{worker}");
            build("id", &["boot.js", "icon.svg"]);
            id
        };
        let first = id();
        assert_eq!((first.len(), id()), (16, first.clone()));
        fs::rename(folder.join("icon.svg"), folder.join("mark.svg")).unwrap();
        assert_ne!(id(), first);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_page_without_a_place_for_the_id_is_refused() {
        let folder = build("refused", &[]);
        fs::write(folder.join(PAGE), "<p>").unwrap();
        assert!(fill_in_worker(&folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }

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
