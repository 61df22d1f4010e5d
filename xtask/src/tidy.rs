//! The rules of the house that no compiler keeps: where things may be used, how files begin, how tests may not be
//! written, and that the map (ARCHITECTURE.md) names everything. A rule that is only written down is broken in a month.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::{fmt, fs, path::Path};

mod rules;

/// Folders that hold no source of ours.
const SKIPPED: [&str; 3] = ["target", "dist", "node_modules"];

/// A broken rule and where.
#[derive(Debug)]
struct Finding {
    path: String,
    /// From 1; 0 for the file as a whole.
    line: usize,
    rule: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

/// A Rust file of ours.
#[derive(Debug)]
struct Source {
    /// From the root of the workspace, with forward slashes.
    path: String,
    text: String,
}

/// Checks everything and prints what it finds.
pub(crate) fn run() -> Result<()> {
    let findings = check(&workspace::root())?;
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} rules of the house are broken", findings.len())
}

fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut sources = Vec::new();
    read_sources(root, root, &mut sources)?;
    if sources.is_empty() {
        bail!("no sources below {}", root.display());
    }
    let mut findings: Vec<Finding> = sources.iter().flat_map(rules::check_source).collect();
    let map = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default();
    findings.extend(rules::check_map(&map, &sources));
    Ok(findings)
}

fn read_sources(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                read_sources(root, &path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            sources.push(Source { path: path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"), text });
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        let findings = super::check(&crate::workspace::root()).unwrap();
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }
}
