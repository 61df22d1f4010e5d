//! The architecture is a direction: `contract ← core ← app`. A single convenient dependency in the wrong place brings a
//! browser into the state machines, and then nothing is testable without one. Checked on what cargo resolves, not on
//! what manifests say, since dependencies of dependencies count.

use crate::{process, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Packages that must not be anywhere below the contract and the core.
const FORBIDDEN: [&str; 6] = ["web-sys", "js-sys", "wasm-bindgen", "leptos", "reactive_graph", "tokio"];

/// A family of packages that must not be there either.
const FORBIDDEN_PREFIX: &str = "gloo-";

/// Which packages of ours each of ours may use. The app is in no list: nothing may use it.
const ALLOWED: [(&str, &[&str]); 9] = [
    ("dispatch-contract", &[]),
    ("dispatch-core", &["dispatch-contract"]),
    ("dispatch-cache", &["dispatch-core"]),
    ("dispatch-markup", &[]),
    ("dispatch-writer", &["dispatch-markup"]),
    // Not the writer, nor what it stands on: the app loads it when it is first needed.
    ("dispatch-web", &["dispatch-contract", "dispatch-core", "dispatch-cache"]),
    ("dispatch-backend", &["dispatch-contract", "dispatch-core"]),
    ("dispatch-e2e", &[]),
    ("xtask", &[]),
];

/// Checks both: what is below the pure packages, and who uses whom.
pub(super) fn check() -> Result<()> {
    for package in ["dispatch-contract", "dispatch-core", "dispatch-markup"] {
        // With development dependencies left out: tests may use what they like.
        check_tree(package, None)?;
        check_tree(package, Some(workspace::WASM_TARGET))?;
    }
    let metadata = process::output(&mut workspace::cargo(&["metadata", "--format-version", "1", "--no-deps"]))
        .context("cargo metadata fails")?;
    let broken = broken_edges(&serde_json::from_str(&metadata)?)?;
    if broken.is_empty() {
        return Ok(());
    }
    bail!("{}", broken.join("; "))
}

fn check_tree(package: &str, target: Option<&str>) -> Result<()> {
    let mut command = workspace::cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--package", package]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    let tree = process::output(&mut command).with_context(|| format!("cargo tree fails for {package}"))?;
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    // A listing without the package itself is a listing of nothing, in which nothing forbidden would be found.
    if names.first() != Some(&package) {
        bail!("cargo tree lists nothing for {package}");
    }
    let found = names.iter().find(|name| FORBIDDEN.contains(name) || name.starts_with(FORBIDDEN_PREFIX));
    match found {
        None => Ok(()),
        Some(name) => bail!(
            "{package} brings in {name} (target {}); see: cargo tree -p {package} -i {name}",
            target.unwrap_or("native")
        ),
    }
}

fn broken_edges(metadata: &Value) -> Result<Vec<String>> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut broken = Vec::new();
    for (package, name) in packages.iter().zip(&ours) {
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| known == name) else {
            broken.push(format!("{name} is new: say in xtask/src/lanes/layers.rs what it may use"));
            continue;
        };
        let uses = package["dependencies"].as_array().into_iter().flatten().filter_map(|used| used["name"].as_str());
        let wrong = uses.filter(|used| ours.contains(used) && !allowed.contains(used));
        broken.extend(wrong.map(|used| format!("{name} may not use {used}")));
    }
    for (name, _) in ALLOWED.iter().filter(|(name, _)| !ours.contains(name)) {
        broken.push(format!("{name} is in the rules but not in the workspace"));
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::{ALLOWED, broken_edges};
    use serde_json::{Value, json};

    fn workspace_where(package: &str, uses: &str) -> Value {
        let packages = ALLOWED.map(|(name, _)| {
            let used = if name == package { vec![json!({ "name": uses }), json!({ "name": "serde" })] } else { vec![] };
            json!({ "name": name, "dependencies": used })
        });
        json!({ "packages": packages })
    }

    #[test]
    fn the_direction_is_kept() {
        assert_eq!(broken_edges(&workspace_where("dispatch-core", "dispatch-contract")).unwrap().len(), 0);
        assert_eq!(broken_edges(&workspace_where("dispatch-contract", "dispatch-core")).unwrap().len(), 1);
        assert_eq!(broken_edges(&workspace_where("dispatch-backend", "dispatch-web")).unwrap().len(), 1);
        assert_eq!(broken_edges(&json!({ "packages": [] })).unwrap().len(), ALLOWED.len());
        assert!(broken_edges(&json!({})).is_err());
    }
}
