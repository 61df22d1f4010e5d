//! The built-in project that a conversation without a working directory looks at.

/// Path and text of each file.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../../sample/Cargo.toml")),
    ("README.md", include_str!("../../sample/README.md")),
    ("docs/keeper.md", include_str!("../../sample/docs/keeper.md")),
    ("src/blink.rs", include_str!("../../sample/src/blink.rs")),
    ("src/main.rs", include_str!("../../sample/src/main.rs")),
    ("src/tide.rs", include_str!("../../sample/src/tide.rs")),
];

/// A file's text.
pub(super) fn read(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| *file == path).map(|(_, text)| *text)
}

/// The names in a folder, folders with a slash; none when there is no such folder. The root is the empty path.
pub(super) fn list(path: &str) -> Option<Vec<String>> {
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    let mut names: Vec<String> = FILES
        .iter()
        .filter_map(|(file, _)| file.strip_prefix(&prefix))
        .map(|rest| match rest.split_once('/') {
            Some((folder, _)) => format!("{folder}/"),
            None => rest.to_owned(),
        })
        .collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then_some(names)
}

/// The files under a path, or the one file that it names.
pub(super) fn under(path: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().copied().filter(move |(file, _)| {
        path.is_empty() || file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
