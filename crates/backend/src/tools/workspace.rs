//! The files a conversation may see: those under its working directory, or a small built-in project when it has none.
//!
//! What must not happen: a path that leads out. `..` and absolute paths are refused by their text; links are resolved
//! before anything is opened, and what then lies outside the root is refused as well. Searching never follows a link.

use super::sample;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// More of a file is not read: it would only fill the prompt.
const FILE_LIMIT: u64 = 256 * 1024;
/// More entries of one folder are not listed.
const LIST_LIMIT: usize = 500;
/// More files are not searched.
const SEARCH_FILE_LIMIT: usize = 5_000;
/// More hits are not reported.
const HIT_LIMIT: usize = 60;
/// Folders that hold what tools made or fetched, not what people wrote.
const SKIPPED_FOLDERS: &[&str] = &["target", "node_modules", "dist", "build", "vendor", "__pycache__", "venv"];

/// Where a conversation's tools look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Workspace {
    /// A folder of this machine.
    Folder(PathBuf),
    /// The built-in project.
    Sample,
}

/// Why a path was not looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileRefusal {
    #[error("`{0}` leads out of the working directory")]
    Outside(String),
    #[error("there is no `{0}` in the working directory")]
    Missing(String),
    #[error("`{0}` is not a folder")]
    NotAFolder(String),
    #[error("`{0}` is not a file")]
    NotAFile(String),
    #[error("`{0}` is not text")]
    NotText(String),
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, io::Error),
}

/// One line that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The file, relative to the root.
    pub(crate) path: String,
    /// The line's number, from 1.
    pub(crate) line: usize,
    /// The line.
    pub(crate) text: String,
}

impl Workspace {
    /// The workspace of a conversation with this working directory.
    pub(crate) fn of(cwd: Option<&str>) -> Self {
        cwd.map_or(Self::Sample, |cwd| Self::Folder(PathBuf::from(cwd)))
    }

    /// The names in a folder, folders with a slash, sorted.
    pub(crate) fn list(&self, path: &str) -> Result<Vec<String>, FileRefusal> {
        match self {
            Self::Sample => sample::list(&plain(path)?).ok_or_else(|| FileRefusal::Missing(path.to_owned())),
            Self::Folder(root) => {
                let folder = resolve(root, path)?;
                if !folder.is_dir() {
                    return Err(FileRefusal::NotAFolder(path.to_owned()));
                }
                let unreadable = |error| FileRefusal::Unreadable(path.to_owned(), error);
                let mut names: Vec<String> = fs::read_dir(folder)
                    .map_err(unreadable)?
                    .flatten()
                    .map(|entry| {
                        let name = entry.file_name().to_string_lossy().into_owned();
                        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                        if is_folder { name + "/" } else { name }
                    })
                    .collect();
                names.sort();
                names.truncate(LIST_LIMIT);
                Ok(names)
            }
        }
    }

    /// A file's text, from its beginning.
    pub(crate) fn read(&self, path: &str) -> Result<String, FileRefusal> {
        match self {
            Self::Sample => {
                let path = plain(path)?;
                sample::read(&path).map(str::to_owned).ok_or(FileRefusal::Missing(path))
            }
            Self::Folder(root) => read_text(&resolve(root, path)?, path),
        }
    }

    /// The lines that contain a text, letters of either case, each reported as it is found. Answers whether that is all.
    pub(crate) fn search(&self, pattern: &str, path: &str, report: &mut dyn FnMut(Hit)) -> Result<bool, FileRefusal> {
        let pattern = pattern.to_lowercase();
        let mut hits = 0;
        let mut search_text = |path: &str, text: &str| {
            for (index, line) in text.lines().enumerate() {
                if hits < HIT_LIMIT && line.to_lowercase().contains(&pattern) {
                    hits += 1;
                    let text = line.trim().chars().take(200).collect();
                    report(Hit { path: path.to_owned(), line: index + 1, text });
                }
            }
            hits < HIT_LIMIT
        };
        match self {
            Self::Sample => {
                let path = plain(path)?;
                if sample::list(&path).is_none() && sample::read(&path).is_none() {
                    return Err(FileRefusal::Missing(path));
                }
                Ok(sample::under(&path).all(|(path, text)| search_text(path, text)))
            }
            Self::Folder(root) => {
                let start = resolve(root, path)?;
                let root = canonical(root, path)?;
                let mut files = 0;
                Ok(walk(&start, &mut |file| {
                    files += 1;
                    let relative = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().into_owned();
                    let go_on = read_text(file, &relative).map_or(true, |text| search_text(&relative, &text));
                    go_on && files < SEARCH_FILE_LIMIT
                }))
            }
        }
    }
}

/// A path as the tools take it: relative, without steps upward. `.` and the empty path are the root.
fn plain(path: &str) -> Result<String, FileRefusal> {
    let mut parts = Vec::new();
    for component in Path::new(path.trim()).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err(FileRefusal::Outside(path.to_owned()));
            }
        }
    }
    Ok(parts.join("/"))
}

fn canonical(path: &Path, shown: &str) -> Result<PathBuf, FileRefusal> {
    path.canonicalize().map_err(|error| {
        let is_missing = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        if is_missing {
            FileRefusal::Missing(shown.to_owned())
        } else {
            FileRefusal::Unreadable(shown.to_owned(), error)
        }
    })
}

/// Where a path really leads, which must be inside the root.
fn resolve(root: &Path, path: &str) -> Result<PathBuf, FileRefusal> {
    let relative = plain(path)?;
    let root = canonical(root, path)?;
    let resolved = canonical(&root.join(relative), path)?;
    if resolved.starts_with(&root) { Ok(resolved) } else { Err(FileRefusal::Outside(path.to_owned())) }
}

/// Reads a resolved path. Only ever a regular file: a pipe would block, a device never end.
fn read_text(file: &Path, shown: &str) -> Result<String, FileRefusal> {
    let unreadable = |error| FileRefusal::Unreadable(shown.to_owned(), error);
    let metadata = file.symlink_metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(FileRefusal::NotAFile(shown.to_owned()));
    }
    let mut bytes = Vec::new();
    fs::File::open(file).map_err(unreadable)?.take(FILE_LIMIT).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.contains(&0) {
        return Err(FileRefusal::NotText(shown.to_owned()));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Visits the files under a path in a fixed order until the visitor has had enough. Answers whether it saw them all.
fn walk(path: &Path, visit: &mut dyn FnMut(&Path) -> bool) -> bool {
    let Ok(metadata) = path.symlink_metadata() else {
        return true;
    };
    if metadata.is_file() {
        return visit(path);
    }
    if !metadata.is_dir() {
        return true;
    }
    let Ok(entries) = fs::read_dir(path) else {
        return true;
    };
    let mut children: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|child| !is_skipped(child)).collect();
    children.sort();
    children.iter().all(|child| walk(child, visit))
}

fn is_skipped(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') || SKIPPED_FOLDERS.contains(&name.as_str())
}

#[cfg(test)]
mod tests;
