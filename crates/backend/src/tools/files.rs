//! The read-only file tools. They are real: what they show is what lies under the working directory.

use super::workspace::{FileRefusal, Hit, Workspace};
use super::{Tool, ToolContext, ToolOutcome, text_argument};
use crate::provider::ToolDescription;
use dispatch_contract::OutputStream;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Lines of a file that are shown unless another number is asked for.
const READ_LINES: usize = 400;

/// Lists a folder.
#[derive(Debug)]
pub(super) struct List;

/// Reads a file.
#[derive(Debug)]
pub(super) struct Read;

/// Finds lines.
#[derive(Debug)]
pub(super) struct Search;

impl Tool for List {
    fn description(&self) -> ToolDescription {
        ToolDescription {
            name: "list".to_owned(),
            description: "Lists the names in a folder of the working directory; folders end with a slash.".to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": { "path": { "type": "string", "description": "The folder; `.` when left out." } },
            }),
        }
    }

    fn run<'a>(&'a self, input: &'a Value, context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome> {
        let path = text_argument(input, "path").unwrap_or(".").to_owned();
        let workspace = context.workspace.clone();
        blocking(move || {
            let names = workspace.list(&path)?;
            Ok(if names.is_empty() { "(empty)".to_owned() } else { names.join("\n") })
        })
        .boxed()
    }
}

impl Tool for Read {
    fn description(&self) -> ToolDescription {
        ToolDescription {
            name: "read".to_owned(),
            description: "Reads a text file of the working directory, by default its first 400 lines.".to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The file." },
                    "offset": { "type": "integer", "description": "How many lines to skip." },
                    "limit": { "type": "integer", "description": "How many lines to show." },
                },
                "required": ["path"],
            }),
        }
    }

    fn run<'a>(&'a self, input: &'a Value, context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome> {
        let Some(path) = text_argument(input, "path").map(str::to_owned) else {
            return std::future::ready(ToolOutcome::failed("`path` is missing")).boxed();
        };
        let offset = line_count(input, "offset").unwrap_or(0);
        let limit = line_count(input, "limit").unwrap_or(READ_LINES);
        let workspace = context.workspace.clone();
        blocking(move || {
            let text = workspace.read(&path)?;
            let mut lines = text.lines().skip(offset);
            let mut shown: Vec<&str> = lines.by_ref().take(limit).collect();
            let left = format!("… {} more lines", lines.count());
            if left != "… 0 more lines" {
                shown.push(&left);
            }
            Ok(shown.join("\n"))
        })
        .boxed()
    }
}

impl Tool for Search {
    fn description(&self) -> ToolDescription {
        ToolDescription {
            name: "search".to_owned(),
            description:
                "Finds the lines that contain a text, letters of either case, in the files under a path of the \
                          working directory. Hidden files and build folders are left out."
                    .to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "pattern": { "type": "string", "description": "The text, not a regular expression." },
                    "path": { "type": "string", "description": "Where to look; `.` when left out." },
                },
                "required": ["pattern"],
            }),
        }
    }

    fn run<'a>(&'a self, input: &'a Value, context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome> {
        let Some(pattern) = text_argument(input, "pattern").filter(|text| !text.is_empty()).map(str::to_owned) else {
            return std::future::ready(ToolOutcome::failed("`pattern` is missing")).boxed();
        };
        let path = text_argument(input, "path").unwrap_or(".").to_owned();
        search(context.workspace.clone(), pattern, path, context).boxed()
    }
}

/// Tells each hit when it is found, and all of them at the end.
async fn search(workspace: Workspace, pattern: String, path: String, context: ToolContext<'_>) -> ToolOutcome {
    let (found, mut hits) = mpsc::unbounded_channel();
    let wanted = pattern.clone();
    let work = tokio::task::spawn_blocking(move || workspace.search(&wanted, &path, &mut |hit| drop(found.send(hit))));
    let mut lines = Vec::new();
    while let Some(Hit { path, line, text }) = hits.recv().await {
        let line = format!("{path}:{line}: {text}");
        (context.output)(OutputStream::Stdout, format!("{line}\n"));
        lines.push(line);
    }
    match work.await {
        Ok(Ok(complete)) => {
            if lines.is_empty() {
                return ToolOutcome::ok(format!("Nothing contains `{pattern}`"));
            }
            if !complete {
                lines.push("… and more: there are too many hits or files to show them all".to_owned());
            }
            ToolOutcome::ok(lines.join("\n"))
        }
        Ok(Err(refusal)) => ToolOutcome::failed(sentence(&refusal)),
        Err(_) => ToolOutcome::failed("The search crashed"),
    }
}

async fn blocking<F>(work: F) -> ToolOutcome
where
    F: FnOnce() -> Result<String, FileRefusal> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(content)) => ToolOutcome::ok(content),
        Ok(Err(refusal)) => ToolOutcome::failed(sentence(&refusal)),
        Err(_) => ToolOutcome::failed("The tool crashed"),
    }
}

fn line_count(input: &Value, name: &str) -> Option<usize> {
    input.get(name).and_then(Value::as_u64).and_then(|lines| usize::try_from(lines).ok())
}

/// A refusal as a tool answers it.
fn sentence(refusal: &FileRefusal) -> String {
    format!("Refused: {refusal}")
}
