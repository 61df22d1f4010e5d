//! Which servers a project gets.

use super::*;

fn project(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    folder
}

fn found(files: &[&str]) -> Vec<(String, String)> {
    let folder = project(files);
    let servers = fitting(folder.path(), &[]);
    let below = |server: &LanguageServer| {
        Path::new(&server.root).strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned()
    };
    servers.iter().map(|server| (server.id.clone(), below(server))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, root)| ((*id).to_owned(), (*root).to_owned())).collect()
}

#[test]
fn markers_choose_servers_and_roots() {
    assert_eq!(found(&["notes.txt"]), []);
    assert_eq!(found(&["Cargo.toml"]), pairs(&[("rust-analyzer", "")]));
    assert_eq!(
        found(&["package.json", "tsconfig.json", "setup.py", "go.mod"]),
        pairs(&[("typescript-language-server", ""), ("pyright", ""), ("gopls", "")])
    );
    assert_eq!(
        found(&["Cargo.toml", "web/package.json", "crates/Cargo.toml"]),
        pairs(&[("rust-analyzer", ""), ("typescript-language-server", "web")]),
        "what lies under a root belongs to it"
    );
    assert_eq!(
        found(&["a/go.mod", "b/go.mod", "node_modules/go.mod", ".x/go.mod"]),
        pairs(&[("gopls", "a"), ("gopls", "b")])
    );
}

#[cfg(unix)]
#[test]
fn a_server_is_not_started_when_its_program_is_there_and_in_error_when_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project(&["Cargo.toml", "bin/rust-analyzer"]);
    let programs = [folder.path().join("bin")];
    let server = &fitting(folder.path(), &programs)[0];
    assert_eq!(server.state, LanguageServerState::Error, "a file that cannot be run is no program");
    assert_eq!(server.error.as_deref(), Some("`rust-analyzer` is not on the PATH"));
    fs::set_permissions(programs[0].join("rust-analyzer"), fs::Permissions::from_mode(0o755)).unwrap();
    let server = &fitting(folder.path(), &programs)[0];
    assert_eq!((&server.state, &server.error), (&LanguageServerState::NotStarted, &None));
}
