//! A rehearsed shell: plays what a command would have printed, line by line, on both streams. Nothing is ever run, and the
//! answer says so; what it is for is to show live output, timing and failure.

mod plays;

use super::{Tool, ToolContext, ToolOutcome, text_argument};
use crate::pace::Pace;
use crate::provider::ToolDescription;
use dispatch_contract::OutputStream;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use plays::Play;
use serde_json::{Value, json};
use std::time::Duration;

/// Plays commands.
#[derive(Debug)]
pub(super) struct DemoShell {
    pace: Pace,
}

impl DemoShell {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace }
    }
}

impl Tool for DemoShell {
    fn description(&self) -> ToolDescription {
        ToolDescription {
            name: "demo_shell".to_owned(),
            description: "Plays the output that a command could have, with its timing. Nothing is run.".to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": { "command": { "type": "string", "description": "The command to rehearse." } },
                "required": ["command"],
            }),
        }
    }

    fn run<'a>(&'a self, input: &'a Value, context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome> {
        async move {
            let Some(command) = text_argument(input, "command") else {
                return ToolOutcome::failed("`command` is missing");
            };
            let Play { lines, exit_code } = plays::of(command);
            let mut content = String::new();
            for line in lines {
                self.pace.wait(Duration::from_millis(line.after_ms)).await;
                let text = format!("{}\n", line.text);
                content.push_str(&text);
                let stream = if line.is_error { OutputStream::Stderr } else { OutputStream::Stdout };
                (context.output)(stream, text);
            }
            content.push_str(&format!("[rehearsed, nothing was run; exit code {exit_code}]"));
            if exit_code == 0 { ToolOutcome::ok(content) } else { ToolOutcome::failed(content) }
        }
        .boxed()
    }
}
