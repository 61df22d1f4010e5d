//! What a tool call is about. Every agent names its tools and their arguments in its own way; a person wants to see at a
//! glance what is done to what. So the name decides what *kind* of tool it is, the kind which arguments are looked for, and
//! where they are missing the most telling ones speak. Nothing here fails on a tool that nobody has heard of.

mod details;

pub use details::{Body, Details, beginning, end_start, size_in_words};

use serde_json::Value;
use std::borrow::Cow;

/// What a tool does, as far as its name and input tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolKind {
    /// Runs a command.
    Run,
    /// Reads a file.
    Read,
    /// Writes a file as a whole.
    Write,
    /// Changes a part of a file.
    Edit,
    /// Lists files.
    List,
    /// Looks for something.
    Search,
    /// Fetches from an address.
    Fetch,
    /// Anything else.
    Unknown,
}

/// Names that are not what their words say, or whose words cannot be told apart. Small letters only.
const NAMES: [(ToolKind, &str); 7] = [
    (ToolKind::Unknown, "todowrite todoread task updateplan"),
    (ToolKind::Run, "executecommand runcommand"),
    (ToolKind::Read, "readfile openfile"),
    (ToolKind::Write, "create createfile writefile"),
    (ToolKind::Edit, "strreplace strreplaceeditor strreplacebasededittool multiedit applypatch editfile"),
    (ToolKind::Search, "websearch codesearch"),
    (ToolKind::Fetch, "webfetch"),
];

/// What the first or the last word of a name says.
const WORDS: [(ToolKind, &str); 7] = [
    (ToolKind::Run, "bash shell sh zsh powershell run exec execute command cmd terminal"),
    (ToolKind::Read, "read view cat"),
    (ToolKind::Write, "write"),
    (ToolKind::Edit, "edit replace patch"),
    (ToolKind::List, "list ls glob dir tree"),
    (ToolKind::Search, "search grep rg find"),
    (ToolKind::Fetch, "fetch curl"),
];

/// The members that say it best when nothing is known of a tool, in the order of preference.
const TELLING: [&str; 14] = [
    "command",
    "cmd",
    "path",
    "file_path",
    "filePath",
    "file",
    "query",
    "pattern",
    "url",
    "prompt",
    "description",
    "text",
    "name",
    "dir",
];

const PATH: &[&str] = &["path", "file_path", "filePath", "file", "filename", "notebook_path", "target_file"];
const FOLDER: &[&str] = &["path", "dir", "directory", "folder", "cwd"];
const WANTED: &[&str] = &["pattern", "query", "regex", "q"];
const COMMAND: &[&str] = &["command", "cmd", "script"];
const CONTENT: &[&str] = &["content", "contents", "file_text", "text", "new_source"];
const OLD: &[&str] = &["old_string", "oldString", "old_str", "oldText", "old_text", "old"];
const NEW: &[&str] = &["new_string", "newString", "new_str", "newText", "new_text", "new"];
const PATCH: &[&str] = &["patch", "diff", "patchText", "input"];
const EDITS: &str = "edits";
const DESCRIPTION: &str = "description";

/// Longer lines are cut; nobody reads more of a summary.
const LONGEST: usize = 160;

/// Lines of longer texts are not counted: a call is looked at again whenever its tool prints something.
const LONGEST_COUNTED: usize = 200_000;

/// What is said of a tool call in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What kind of tool it is.
    pub kind: ToolKind,
    /// What it is done to: the command, path, pattern or address.
    pub summary: String,
    /// How much, in few letters: `12 lines`, `+3 −1`. May be empty.
    pub note: String,
}

/// What a call is about.
pub fn about(name: &str, input: &Value) -> About {
    let kind = kind_of(name, input);
    let (summary, note) = match kind {
        ToolKind::Run => (run(input), None),
        ToolKind::Read => (read(input), None),
        ToolKind::Write => (path(input).map(str::to_owned), member(input, CONTENT).and_then(lines)),
        ToolKind::Edit => edit(input),
        ToolKind::List => (list(input), None),
        ToolKind::Search => (search(input), None),
        ToolKind::Fetch => (member(input, &["url", "uri"]).map(|url| without_scheme(url).to_owned()), None),
        ToolKind::Unknown => (None, None),
    };
    About { kind, summary: one_line(&summary.unwrap_or_else(|| telling(input))), note: note.unwrap_or_default() }
}

/// A tool's name for people: a tool of an MCP server is told with its server.
pub fn shown_name(name: &str) -> String {
    match name.strip_prefix("mcp__").and_then(|rest| rest.split_once("__")) {
        Some((server, tool)) => format!("{server} · {tool}"),
        None => name.to_owned(),
    }
}

/// What kind of tool this is.
fn kind_of(name: &str, input: &Value) -> ToolKind {
    let kind = kind_by_name(name);
    let is_unknown = kind == ToolKind::Unknown;
    // One tool for everything that can be done to a file; its first argument says what.
    match member(input, &["command"]).filter(|_| kind == ToolKind::Edit) {
        Some("view") => ToolKind::Read,
        Some("create") => ToolKind::Write,
        _ if is_unknown && pairs(input).next().is_some() => ToolKind::Edit,
        _ if is_unknown && command(input).is_some() => ToolKind::Run,
        _ => kind,
    }
}

fn kind_by_name(name: &str) -> ToolKind {
    let bare = name.rsplit("__").next().unwrap_or(name);
    let bare = bare.rsplit(['.', ':', '/']).next().unwrap_or(bare);
    let (mut words, mut whole, mut after_small) = (vec![String::new()], String::new(), false);
    for letter in bare.chars() {
        if !letter.is_ascii_alphanumeric() || (after_small && letter.is_ascii_uppercase()) {
            words.push(String::new());
        }
        after_small = letter.is_ascii_lowercase();
        if letter.is_ascii_alphanumeric() {
            let small = letter.to_ascii_lowercase();
            whole.push(small);
            if let Some(word) = words.last_mut() {
                word.push(small);
            }
        }
    }
    let find = |table: &[(ToolKind, &str)], word: &str| {
        table.iter().find(|(_, known)| known.split(' ').any(|known| known == word)).map(|(kind, _)| *kind)
    };
    let of_word = |word: Option<&String>| word.and_then(|word| find(&WORDS, word));
    find(&NAMES, &whole)
        .or_else(|| of_word(words.first()))
        .or_else(|| of_word(words.last()))
        .unwrap_or(ToolKind::Unknown)
}

/// The first of these members that is a text.
fn member<'a>(input: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| input.get(*name)?.as_str())
}

fn path(input: &Value) -> Option<&str> {
    member(input, PATH)
}

/// The command, however it is given: some agents give a list of words, the last of which is for a shell.
fn command(input: &Value) -> Option<Cow<'_, str>> {
    if let Some(text) = member(input, COMMAND) {
        return Some(Cow::Borrowed(text));
    }
    let words: Vec<&str> =
        COMMAND.iter().find_map(|name| input.get(*name)?.as_array())?.iter().filter_map(Value::as_str).collect();
    match words.as_slice() {
        [] => None,
        [_, flag, script] if flag.starts_with('-') && flag.ends_with('c') => Some(Cow::Borrowed(script)),
        words => Some(Cow::Owned(words.join(" "))),
    }
}

fn run(input: &Value) -> Option<String> {
    let command = command(input)?;
    let mut lines = command.trim().lines();
    let first = lines.next()?;
    let mut told = first.strip_prefix("$ ").unwrap_or(first).to_owned();
    if lines.next().is_some() {
        told.push_str(" …");
    }
    if let Some(description) = member(input, &[DESCRIPTION]) {
        told.push_str(" · ");
        told.push_str(description);
    }
    Some(told)
}

/// The path, and which lines of the file.
fn read(input: &Value) -> Option<String> {
    let path = path(input)?;
    let number = |names: &[&str]| names.iter().find_map(|name| input.get(*name)?.as_u64());
    let range = input.get("view_range").and_then(Value::as_array);
    let of_range = |at: usize| range.and_then(|range| range.get(at)?.as_u64());
    let first = of_range(0).or_else(|| number(&["offset", "start_line", "startLine", "line_start"]));
    let count = number(&["limit", "count"]);
    // A first line of 0 is meant by those who count from there.
    let last = of_range(1)
        .or_else(|| number(&["end_line", "endLine", "line_end"]))
        .or_else(|| count.map(|count| first.unwrap_or(1).max(1) + count.max(1) - 1));
    Some(match (first.map(|first| first.max(1)), last) {
        (None, None) => path.to_owned(),
        (first, None) => format!("{path}:{}–", first.unwrap_or(1)),
        (first, Some(last)) => format!("{path}:{}–{last}", first.unwrap_or(1)),
    })
}

fn edit(input: &Value) -> (Option<String>, Option<String>) {
    if let Some(patch) = patch(input) {
        return (path(input).or_else(|| patched_file(patch)).map(str::to_owned), counts([count_patch(patch)]));
    }
    (path(input).map(str::to_owned), counts(pairs(input).map(|(old, new)| count_changed(old, new))))
}

fn counts(each: impl IntoIterator<Item = Option<(usize, usize)>>) -> Option<String> {
    let (mut added, mut removed, mut any) = (0, 0, false);
    for counted in each {
        let (plus, minus) = counted?;
        (added, removed, any) = (added + plus, removed + minus, true);
    }
    any.then(|| format!("+{added} −{removed}"))
}

/// What is to be replaced by what: one pair, or a list of them.
fn pairs(input: &Value) -> impl Iterator<Item = (&str, &str)> {
    let listed = input.get(EDITS).and_then(Value::as_array).map(Vec::as_slice);
    let edits = listed.unwrap_or(std::slice::from_ref(input));
    edits.iter().filter_map(|edit| Some((member(edit, OLD)?, member(edit, NEW)?)))
}

/// A patch, as an argument or as all there is.
fn patch(input: &Value) -> Option<&str> {
    let text = input.as_str().or_else(|| member(input, PATCH))?;
    is_patch(text).then_some(text)
}

fn is_patch(text: &str) -> bool {
    ["*** Begin Patch", "diff --git ", "--- ", "@@ "].iter().any(|start| text.trim_start().starts_with(start))
}

/// The first file that a patch says it changes.
fn patched_file(patch: &str) -> Option<&str> {
    patch.lines().find_map(|line| {
        let named = line.strip_prefix("*** ").and_then(|line| Some(line.split_once(" File: ")?.1));
        named.or_else(|| line.strip_prefix("+++ ").map(|file| file.strip_prefix("b/").unwrap_or(file)))
    })
}

fn count_patch(patch: &str) -> Option<(usize, usize)> {
    let count =
        |mark: char, head: &str| patch.lines().filter(|line| line.starts_with(mark) && !line.starts_with(head)).count();
    (patch.len() <= LONGEST_COUNTED).then(|| (count('+', "+++ "), count('-', "--- ")))
}

/// How many lines of `new` and of `old` stand between what both begin with and what both end with. A real comparison may
/// find more that stayed; it is made where the change is shown.
fn count_changed(old: &str, new: &str) -> Option<(usize, usize)> {
    if old.len() + new.len() > LONGEST_COUNTED {
        return None;
    }
    let (in_old, in_new) = (old.lines().count(), new.lines().count());
    let shorter = in_old.min(in_new);
    let before = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
    let after = old.lines().rev().zip(new.lines().rev()).take_while(|(old, new)| old == new).count();
    let same = before + after.min(shorter - before);
    Some((in_new - same, in_old - same))
}

fn lines(text: &str) -> Option<String> {
    let count = if text.len() <= LONGEST_COUNTED { text.lines().count() } else { return None };
    Some(if count == 1 { "1 line".to_owned() } else { format!("{count} lines") })
}

fn list(input: &Value) -> Option<String> {
    let folder = member(input, FOLDER);
    match (member(input, WANTED), folder) {
        (Some(pattern), Some(folder)) => Some(format!("{pattern} in {folder}")),
        (pattern, folder) => pattern.or(folder).map(str::to_owned),
    }
}

fn search(input: &Value) -> Option<String> {
    let wanted = member(input, WANTED)?;
    Some(match path(input).or_else(|| member(input, &["dir", "directory", "folder", "glob", "include"])) {
        Some(place) => format!("{wanted} in {place}"),
        None => wanted.to_owned(),
    })
}

/// Host and path of an address.
fn without_scheme(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.find(['?', '#']).map_or(rest, |end| &rest[..end]);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/')
}

/// The command, path, query or whatever else an input is about; else its JSON on one line.
fn telling(input: &Value) -> String {
    let told = input.as_object().and_then(|members| {
        let telling: Vec<&str> = TELLING.iter().filter_map(|key| members.get(*key)?.as_str()).take(2).collect();
        match telling.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            [first, second, ..] => Some(format!("{first} · {second}")),
        }
    });
    match (told, input) {
        (Some(told), _) => told,
        (None, Value::Null) => String::new(),
        (None, Value::String(text)) => text.clone(),
        (None, Value::Object(members)) if members.is_empty() => String::new(),
        (None, other) => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// Why a call failed, in one line. Commands print what they did before they tell what went wrong.
pub(crate) fn failure(kind: ToolKind, content: &str) -> String {
    let text = content.trim_start();
    let tells = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["error", "fail", "panic", "not found"].iter().any(|word| line.contains(word))
    };
    let telling = if kind == ToolKind::Run { beginning(text).lines().find(tells) } else { None };
    one_line(telling.or_else(|| text.lines().next()).unwrap_or_default())
}

fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == LONGEST {
            line.push('…');
            break;
        }
        line.push(if character.is_control() { ' ' } else { character });
    }
    line
}

#[cfg(test)]
mod tests;
