//! What the agent can do. Files are looked at for real, read-only, and never outside the conversation's working directory;
//! everything else is a rehearsal that says so: nothing is run and nothing is written.

mod edit;
mod files;
mod sample;
mod shell;
mod wait;
mod workspace;

pub(crate) use workspace::Workspace;

use crate::pace::Pace;
use crate::provider::ToolDescription;
use dispatch_contract::OutputStream;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// One thing the agent can do.
pub(crate) trait Tool: Send + Sync + fmt::Debug {
    /// What a model is told about it.
    fn description(&self) -> ToolDescription;

    /// Does it. Dropping the future stops it.
    fn run<'a>(&'a self, input: &'a Value, context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome>;
}

/// What a tool works with.
#[derive(Clone, Copy)]
pub(crate) struct ToolContext<'a> {
    /// The files it may see.
    pub(crate) workspace: &'a Workspace,
    /// Takes live output.
    pub(crate) output: &'a (dyn Fn(OutputStream, String) + Send + Sync),
}

/// What a tool answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolOutcome {
    /// Its answer.
    pub(crate) content: String,
    /// Whether it failed.
    pub(crate) is_error: bool,
}

impl ToolOutcome {
    /// It worked.
    pub(crate) fn ok(content: impl Into<String>) -> Self {
        Self { content: content.into(), is_error: false }
    }

    /// It did not.
    pub(crate) fn failed(content: impl Into<String>) -> Self {
        Self { content: content.into(), is_error: true }
    }
}

/// All tools of a backend.
#[derive(Debug)]
pub(crate) struct ToolBox {
    tools: Vec<(ToolDescription, Box<dyn Tool>)>,
    descriptions: Arc<[ToolDescription]>,
}

impl ToolBox {
    /// The tools there are; rehearsed ones play at this pace.
    pub(crate) fn new(pace: Pace) -> Self {
        let tools: Vec<Box<dyn Tool>> = vec![
            Box::new(files::List),
            Box::new(files::Read),
            Box::new(files::Search),
            Box::new(edit::Edit::new(pace)),
            Box::new(shell::DemoShell::new(pace)),
            Box::new(wait::DemoWait::new(pace)),
        ];
        let tools: Vec<_> = tools.into_iter().map(|tool| (tool.description(), tool)).collect();
        let descriptions = tools.iter().map(|(description, _)| description.clone()).collect();
        Self { tools, descriptions }
    }

    /// What a model is told about them.
    pub(crate) fn descriptions(&self) -> Arc<[ToolDescription]> {
        Arc::clone(&self.descriptions)
    }

    /// Runs a tool by its name.
    pub(crate) async fn run(&self, name: &str, input: &Value, context: ToolContext<'_>) -> ToolOutcome {
        match self.tools.iter().find(|(description, _)| description.name == name) {
            Some((_, tool)) => tool.run(input, context).await,
            None => ToolOutcome::failed(format!("There is no tool named `{name}`")),
        }
    }
}

/// A string argument, when it was given.
fn text_argument<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}
