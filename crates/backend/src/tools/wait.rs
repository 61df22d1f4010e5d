//! A tool that is silent for a long time, as compilers and test suites are. A console must not take silence for death.

use super::{Tool, ToolContext, ToolOutcome};
use crate::pace::Pace;
use crate::provider::ToolDescription;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::time::Duration;

const DEFAULT_SECONDS: f64 = 60.0;
const MOST_SECONDS: f64 = 3_600.0;

/// Waits, and says nothing meanwhile.
#[derive(Debug)]
pub(super) struct DemoWait {
    pace: Pace,
}

impl DemoWait {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace }
    }
}

impl Tool for DemoWait {
    fn description(&self) -> ToolDescription {
        ToolDescription {
            name: "demo_wait".to_owned(),
            description: "Waits without a word, to show a tool that is busy and silent.".to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": { "seconds": { "type": "number", "description": "For how long; 60 when left out." } },
            }),
        }
    }

    fn run<'a>(&'a self, input: &'a Value, _context: ToolContext<'a>) -> BoxFuture<'a, ToolOutcome> {
        async move {
            let seconds = input.get("seconds").and_then(Value::as_f64).unwrap_or(DEFAULT_SECONDS);
            let seconds = seconds.clamp(0.0, MOST_SECONDS);
            self.pace.wait(Duration::from_secs_f64(seconds)).await;
            ToolOutcome::ok(format!("Was silent for {seconds} s. Nothing was run."))
        }
        .boxed()
    }
}
