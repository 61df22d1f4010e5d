//! The scene that a newcomer sees first: one whole turn, told about the person's own words and, where there is one, their
//! own project.

use crate::provider::scripted::scene::{Stage, ToolReply};
use crate::provider::scripted::script::{Beat, Script};
use serde_json::json;

/// Files that say what a project is, the best first.
const TELLING_FILES: &[&str] =
    &["README.md", "README", "readme.md", "Cargo.toml", "package.json", "pyproject.toml", "go.mod", "Makefile"];

/// What is searched for when the message has no word that could be.
const USUAL_SEARCH: &str = "TODO";

pub(super) fn tour(stage: &Stage) -> Script {
    match stage.step {
        1 => look_around(stage),
        2 => match told_file(stage) {
            Some(file) => look_closer(stage, &file),
            None => nothing_to_open(stage),
        },
        _ => answer(stage),
    }
}

fn look_around(stage: &Stage) -> Script {
    let wanted = search_word(&stage.text);
    let mut thoughts = vec![
        format!("The message is: {}", quoted(&stage.text)),
        "It calls no scene by name, so this is the tour: show what a turn looks like, with something of theirs in it."
            .to_owned(),
        format!(
            "Three things do not depend on each other: what lies in the folder, where {wanted:?} stands in it, and \
             whether it would compile. They can run side by side."
        ),
        "The first two I can really do. The third I can only play, and must say so.".to_owned(),
        "After that: open the one file that says what the project is, and then stop talking about it and answer."
            .to_owned(),
    ];
    thoughts.truncate(stage.thoroughness());
    stage.script(vec![
        Beat::Think(thoughts.join("\n\n")),
        Beat::Say(format!(
            "Let me look around first. I ask for three tools **in one step**, so they run at the same time: the names in \
             the working directory, the lines with `{wanted}`, and a rehearsed `cargo check` whose output you can watch \
             as it comes.\n"
        )),
        stage.call(1, "list", json!({ "path": "." })),
        stage.call(2, "search", json!({ "pattern": wanted })),
        stage.call(3, "demo_shell", json!({ "command": "cargo check" })),
    ])
}

fn look_closer(stage: &Stage, file: &str) -> Script {
    let names = reply(stage, "list").map_or(0, |list| list.content.lines().count());
    let entries = if names == 1 { "1 entry".to_owned() } else { format!("{names} entries") };
    stage.script(vec![
        Beat::Think(format!("{entries}. `{file}` is the one that says what this is.")),
        Beat::Say(format!(
            "{entries} here. `{file}` should tell what the project is, so I open it, while a rehearsed test run writes \
             to both of its streams.\n"
        )),
        stage.call(1, "read", json!({ "path": file, "limit": 40 })),
        stage.call(2, "demo_shell", json!({ "command": "cargo test" })),
    ])
}

fn nothing_to_open(stage: &Stage) -> Script {
    let found = match reply(stage, "list") {
        Some(list) if list.is_error => format!("The folder could not be listed:\n\n> {}\n\n", list.content),
        Some(_) | None => "There is no file here that I could open.\n\n".to_owned(),
    };
    stage.script(vec![Beat::Say(format!("{found}{}", closing(stage)))])
}

fn answer(stage: &Stage) -> Script {
    let hits = reply(stage, "search").map_or(0, |search| {
        if search.content.starts_with("Nothing contains") { 0 } else { search.content.lines().count() }
    });
    let wanted = search_word(&stage.text);
    let found = match hits {
        0 => format!("nothing there contains `{wanted}`"),
        1 => format!("one line contains `{wanted}`"),
        _ => format!("{hits} lines contain `{wanted}`"),
    };
    let file = told_file(stage).unwrap_or_default();
    let excerpt: Vec<&str> = reply(stage, "read")
        .filter(|read| !read.is_error)
        .map(|read| read.content.lines().take(6).collect())
        .unwrap_or_default();
    let language = match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("toml") => "toml",
        Some("json") => "json",
        Some("md") => "markdown",
        Some(_) | None => "text",
    };
    // A fence longer than any in the excerpt keeps the excerpt from ending it.
    let fence = "````";
    stage.script(vec![
        Beat::Think("Enough seen. Say what was found, then what they have just watched.".to_owned()),
        Beat::Say(format!(
            "You wrote {message}. I cannot answer that, I only play; but this much I really looked up: {found}, and \
             `{file}` begins like this:\n\n{fence}{language}\n{excerpt}\n{fence}\n\n{closing}",
            message = quoted(&stage.text),
            excerpt = excerpt.join("\n"),
            closing = closing(stage),
        )),
    ])
}

/// What the person has just seen, and where to go on.
fn closing(stage: &Stage) -> String {
    if stage.turn > 1 {
        return "Write `help` for the scenes: `parallel`, `edit` and `markdown` are good ones to see next.\n"
            .to_owned();
    }
    let folder = match &stage.cwd {
        Some(_) => "looked at real files of the working directory, read-only.",
        None => {
            "looked into a small project that is built in. Set a working directory in the sidebar, and they look there; \
             read-only, and never outside it."
        }
    };
    format!(
        "## What you have just watched\n\n\
         1. **Thinking**, folded above each answer. The reasoning effort decides how much of it there is.\n\
         2. **Tools**: `list`, `search` and `read` {folder} The two commands were rehearsed; nothing was run.\n\
         3. **Steps**: each round trip to the model is one, and says what it cost. The later ones read most of their \
         prompt from the cache, which is what *cached* means in the numbers below.\n\n\
         Reload the page, or stop the backend and start it again: all of this is still there. Then try:\n\n\
         - `parallel` to watch four tools finish in their own order\n\
         - `slow`, and scroll, select and type while it streams\n\
         - `help` for every scene\n"
    )
}

fn reply<'a>(stage: &'a Stage, tool: &str) -> Option<&'a ToolReply> {
    stage.results.iter().find(|reply| reply.tool == tool)
}

/// The file to open: one that says what the project is, else the first file there is.
fn told_file(stage: &Stage) -> Option<String> {
    let list = reply(stage, "list").filter(|list| !list.is_error)?;
    let files: Vec<&str> = list.content.lines().filter(|name| !name.ends_with('/') && *name != "(empty)").collect();
    TELLING_FILES
        .iter()
        .find(|name| files.contains(name))
        .copied()
        .or_else(|| files.first().copied())
        .map(str::to_owned)
}

/// The word of the message that is worth looking for: its longest one.
fn search_word(text: &str) -> String {
    let mut best = "";
    for word in text.split(|character: char| !character.is_alphanumeric() && character != '_') {
        if word.chars().count() > best.chars().count() {
            best = word;
        }
    }
    let is_usual = best.chars().count() < 4 || best.eq_ignore_ascii_case("tour");
    if is_usual { USUAL_SEARCH.to_owned() } else { best.to_owned() }
}

/// The person's words on one line, not all of a long message; as inline code, so that nothing in them becomes Markdown.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.is_empty() {
        return "nothing, only a picture".to_owned();
    }
    let mut short: String = line.chars().take(120).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("`{short}`")
}
