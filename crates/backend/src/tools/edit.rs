//! A rehearsed edit: everything a console needs to show a diff, and no file is written.

use super::{Tool, ToolContext, ToolOutcome, text_argument};
use crate::pace::Pace;
use crate::provider::ToolDescription;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::time::Duration;

/// Pretends to replace a text in a file.
#[derive(Debug)]
pub(super) struct Edit {
    pace: Pace,
}

impl Edit {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace }
    }
}

impl Tool for Edit {
    fn description(&self) -> ToolDescription {
        ToolDescription {
            name: "edit".to_owned(),
            description: "Rehearses replacing a text in a file: the console shows the diff, the file stays as it is."
                .to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The file." },
                    "oldString": { "type": "string", "description": "What stands there." },
                    "newString": { "type": "string", "description": "What should stand there." },
                },
                "required": ["path", "oldString", "newString"],
            }),
        }
    }

    fn run<'a>(&'a self, input: &'a Value, _context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome> {
        async move {
            self.pace.wait(Duration::from_millis(350)).await;
            match (text_argument(input, "path"), text_argument(input, "oldString"), text_argument(input, "newString")) {
                (Some(path), Some(_), Some(_)) => {
                    ToolOutcome::ok(format!("Rehearsed one replacement in {path}. No file was changed."))
                }
                _ => ToolOutcome::failed("`path`, `oldString` and `newString` are needed"),
            }
        }
        .boxed()
    }
}
