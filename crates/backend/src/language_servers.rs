//! Which language servers fit a project, told from the files in it. None is started: the backend says which could be, and
//! why one could not.

use dispatch_contract::{LanguageServer, LanguageServerState};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A server, and how a project that wants it looks.
#[derive(Debug)]
struct Known {
    id: &'static str,
    name: &'static str,
    /// Files that mark the root of such a project.
    markers: &'static [&'static str],
    extensions: &'static [&'static str],
    /// Programs that can be it, the usual one first.
    programs: &'static [&'static str],
}

const KNOWN: &[Known] = &[
    Known {
        id: "rust-analyzer",
        name: "rust-analyzer",
        markers: &["Cargo.toml"],
        extensions: &[".rs"],
        programs: &["rust-analyzer"],
    },
    Known {
        id: "typescript-language-server",
        name: "TypeScript language server",
        markers: &["tsconfig.json", "jsconfig.json", "package.json"],
        extensions: &[".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs"],
        programs: &["typescript-language-server"],
    },
    Known {
        id: "pyright",
        name: "Pyright",
        markers: &["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "pyrightconfig.json"],
        extensions: &[".py", ".pyi"],
        programs: &["pyright-langserver", "basedpyright-langserver"],
    },
    Known { id: "gopls", name: "gopls", markers: &["go.mod", "go.work"], extensions: &[".go"], programs: &["gopls"] },
    Known {
        id: "clangd",
        name: "clangd",
        markers: &["CMakeLists.txt", "compile_commands.json", "meson.build"],
        extensions: &[".c", ".cc", ".cpp", ".h", ".hpp"],
        programs: &["clangd"],
    },
    Known {
        id: "jdtls",
        name: "Eclipse JDT language server",
        markers: &["pom.xml", "build.gradle", "build.gradle.kts"],
        extensions: &[".java"],
        programs: &["jdtls"],
    },
    Known {
        id: "ruby-lsp",
        name: "Ruby LSP",
        markers: &["Gemfile"],
        extensions: &[".rb"],
        programs: &["ruby-lsp", "solargraph"],
    },
    Known { id: "zls", name: "ZLS", markers: &["build.zig"], extensions: &[".zig"], programs: &["zls"] },
];

/// Folders that hold what tools made or fetched: the projects in them are not the person's.
const SKIPPED_FOLDERS: &[&str] = &["target", "node_modules", "dist", "build", "vendor"];

/// The servers that fit the project under `cwd`: those whose marker lies in it, or, failing that, in folders directly
/// under it, each of them a root of its own.
pub(crate) fn fitting(cwd: &Path, search_path: &[PathBuf]) -> Vec<LanguageServer> {
    let folders = folders_under(cwd);
    KNOWN
        .iter()
        .flat_map(|known| {
            let is_root = |folder: &Path| known.markers.iter().any(|marker| folder.join(marker).is_file());
            let roots: Vec<&Path> = if is_root(cwd) {
                vec![cwd]
            } else {
                folders.iter().map(PathBuf::as_path).filter(|folder| is_root(folder)).collect()
            };
            roots.into_iter().map(|root| report(known, root, search_path)).collect::<Vec<_>>()
        })
        .collect()
}

/// The folders in which programs are looked for.
pub(crate) fn search_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn report(known: &Known, root: &Path, search_path: &[PathBuf]) -> LanguageServer {
    let is_there =
        known.programs.iter().any(|program| search_path.iter().any(|folder| is_program(&folder.join(program))));
    let error = format!("`{}` is not on the PATH", known.programs.join("` or `"));
    LanguageServer {
        id: known.id.to_owned(),
        name: known.name.to_owned(),
        root: root.to_string_lossy().into_owned(),
        extensions: known.extensions.iter().map(|extension| (*extension).to_owned()).collect(),
        state: if is_there { LanguageServerState::NotStarted } else { LanguageServerState::Error },
        error: (!is_there).then_some(error),
        config_source: None,
    }
}

fn folders_under(cwd: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(cwd) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name.as_str())
        })
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file() || path.with_extension("exe").is_file() || path.with_extension("cmd").is_file()
}

#[cfg(test)]
mod tests;
