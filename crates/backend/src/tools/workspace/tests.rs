//! That the tools see what lies in the working directory, and nothing else.

use super::*;

fn project() -> (tempfile::TempDir, Workspace) {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("project");
    fs::create_dir_all(root.join("src/deep")).unwrap();
    fs::create_dir_all(root.join("target")).unwrap();
    fs::write(outer.path().join("secret.txt"), "the secret lantern").unwrap();
    fs::write(root.join("README.md"), "a Lantern\nand a line\n").unwrap();
    fs::write(root.join("src/deep/light.rs"), "fn lantern() {}\n").unwrap();
    fs::write(root.join("target/made.txt"), "lantern made by a tool").unwrap();
    fs::write(root.join(".hidden"), "lantern").unwrap();
    fs::write(root.join("image.bin"), [0, 1, 2, 255]).unwrap();
    let workspace = Workspace::of(root.to_str());
    (outer, workspace)
}

fn hits(workspace: &Workspace, pattern: &str, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    workspace.search(pattern, path, &mut |hit| found.push(format!("{}:{}", hit.path, hit.line))).unwrap();
    found
}

#[test]
fn folders_and_files_are_shown() {
    let (_outer, workspace) = project();
    assert_eq!(workspace.list(".").unwrap(), [".hidden", "README.md", "image.bin", "src/", "target/"]);
    assert_eq!(workspace.list("src/deep/").unwrap(), ["light.rs"]);
    assert_eq!(workspace.read("./src/deep/light.rs").unwrap(), "fn lantern() {}\n");
    assert_eq!(hits(&workspace, "LANTERN", "."), ["README.md:1", "src/deep/light.rs:1"]);
    assert_eq!(hits(&workspace, "lantern", "src"), ["src/deep/light.rs:1"]);
    assert!(matches!(workspace.read("image.bin"), Err(FileRefusal::NotText(_))));
    assert!(matches!(workspace.read("src"), Err(FileRefusal::NotAFile(_))));
    assert!(matches!(workspace.list("README.md"), Err(FileRefusal::NotAFolder(_))));
    assert!(matches!(workspace.read("nothing.txt"), Err(FileRefusal::Missing(_))));
    assert!(matches!(workspace.read("README.md/below"), Err(FileRefusal::Missing(_))));
}

#[test]
fn no_path_leads_out() {
    let (outer, workspace) = project();
    let absolute = outer.path().join("secret.txt").to_string_lossy().into_owned();
    for path in ["..", "../secret.txt", "src/../../secret.txt", "./..", " ../secret.txt", "/etc/passwd", "/", &absolute]
    {
        for workspace in [&workspace, &Workspace::Sample] {
            assert!(matches!(workspace.read(path), Err(FileRefusal::Outside(_))), "{path}");
            assert!(matches!(workspace.list(path), Err(FileRefusal::Outside(_))), "{path}");
            assert!(matches!(workspace.search("x", path, &mut |_| {}), Err(FileRefusal::Outside(_))), "{path}");
        }
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_out() {
    use std::os::unix::fs::symlink;
    let (outer, workspace) = project();
    let root = outer.path().join("project");
    symlink(outer.path().join("secret.txt"), root.join("link.txt")).unwrap();
    symlink(outer.path(), root.join("way-out")).unwrap();
    symlink("README.md", root.join("alias.md")).unwrap();
    for path in ["link.txt", "way-out/secret.txt"] {
        assert!(matches!(workspace.read(path), Err(FileRefusal::Outside(_))), "{path}");
    }
    assert!(matches!(workspace.list("way-out"), Err(FileRefusal::Outside(_))));
    assert!(matches!(workspace.search("secret", "way-out", &mut |_| {}), Err(FileRefusal::Outside(_))));
    assert_eq!(hits(&workspace, "secret", "."), Vec::<String>::new(), "searching follows no link");
    assert_eq!(workspace.read("alias.md").unwrap(), "a Lantern\nand a line\n", "a link inside is fine");

    // The root itself may be reached through a link: what counts is where it leads.
    let through = outer.path().join("shortcut");
    symlink(&root, &through).unwrap();
    assert_eq!(Workspace::of(through.to_str()).list("src").unwrap(), ["deep/"]);
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let (outer, workspace) = project();
    let root = outer.path().join("project");
    let _listener = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    assert!(matches!(workspace.read("socket"), Err(FileRefusal::NotAFile(_))));
    std::os::unix::fs::symlink("/dev/zero", root.join("endless")).unwrap();
    assert!(matches!(workspace.read("endless"), Err(FileRefusal::Outside(_))));
    assert!(matches!(Workspace::of(Some("/dev")).read("zero"), Err(FileRefusal::NotAFile(_))));
}

#[test]
fn a_working_directory_that_is_not_there_is_said() {
    let workspace = Workspace::of(Some("/no/such/folder"));
    assert!(matches!(workspace.list("."), Err(FileRefusal::Missing(_))));
}

#[test]
fn much_is_cut() {
    let (outer, workspace) = project();
    let root = outer.path().join("project");
    fs::write(root.join("large.txt"), "needle\n".repeat(100_000)).unwrap();
    let limit = usize::try_from(FILE_LIMIT).unwrap();
    assert_eq!(workspace.read("large.txt").unwrap().len(), limit);
    let mut found = 0;
    let complete = workspace.search("needle", ".", &mut |_| found += 1).unwrap();
    assert_eq!((found, complete), (HIT_LIMIT, false));
}

#[test]
fn the_sample_is_a_project() {
    let sample = Workspace::of(None);
    assert_eq!(sample.list(".").unwrap(), ["Cargo.toml", "README.md", "docs/", "src/"]);
    assert_eq!(sample.list("src").unwrap(), ["blink.rs", "main.rs", "tide.rs"]);
    assert!(sample.read("src/tide.rs").unwrap().contains("until_high_water"));
    assert_eq!(hits(&sample, "TODO", "src").len(), 2);
    assert_eq!(hits(&sample, "wind the clock", "docs/keeper.md"), ["docs/keeper.md:3"]);
    assert!(matches!(sample.list("no"), Err(FileRefusal::Missing(_))));
    assert!(matches!(sample.search("x", "no", &mut |_| {}), Err(FileRefusal::Missing(_))));
}
