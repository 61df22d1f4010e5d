//! One step: a round trip to the model, and the tools it asked for.
//!
//! Times are measured here, on the backend's clock, where the events arrive: what a provider says about its own speed is
//! not asked.

mod stopwatch;

use super::{Outcome, Running};
use crate::clock::whole_ms;
use crate::provider::ProviderEvent;
use crate::tools::{ToolContext, ToolOutcome};
use dispatch_contract::{OutputStream, StepId, StepMetrics, ToolCallId, TurnEvent, Usage};
use futures_util::stream::{BoxStream, FuturesUnordered};
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use stopwatch::Stopwatch;
use tokio::sync::mpsc;

/// After an abort a provider gets so long to say what it used.
const USAGE_PATIENCE: Duration = Duration::from_millis(250);

/// A tool that the model wants run.
#[derive(Clone, Debug)]
struct Call {
    id: ToolCallId,
    name: String,
    input: Value,
}

impl Running {
    /// Plays one step. What it told is left in the recorder.
    pub(super) async fn step(&mut self, step_id: StepId, mut stream: BoxStream<'static, ProviderEvent>) -> Outcome {
        let mut calls = Vec::new();
        let mut usage = None;
        let mut failure = None;
        let mut stopwatch = Stopwatch::start(self.clock.reading());
        let abort = self.handle.aborted().clone();
        loop {
            let event = tokio::select! {
                biased;
                () = abort.cancelled() => break,
                event = stream.next() => event,
            };
            let Some(event) = event else {
                break;
            };
            match event {
                ProviderEvent::Reasoning(delta) => {
                    stopwatch.token(self.clock.reading());
                    self.tell(TurnEvent::ReasoningDelta { delta });
                }
                ProviderEvent::Text(delta) => {
                    stopwatch.token(self.clock.reading());
                    self.tell(TurnEvent::TextDelta { delta });
                }
                ProviderEvent::Token => stopwatch.token(self.clock.reading()),
                ProviderEvent::ToolCall { id, name, input } => {
                    stopwatch.token(self.clock.reading());
                    self.tell(TurnEvent::ToolCall {
                        step_id: step_id.clone(),
                        tool_call_id: id.clone(),
                        tool_name: name.clone(),
                        input: input.clone(),
                    });
                    calls.push(Call { id, name, input });
                }
                ProviderEvent::Retrying { attempt, delay, message, code } => {
                    self.tell(TurnEvent::ProviderRetry { attempt, delay_ms: whole_ms(delay), message, code });
                }
                // A model is not slow because its provider was busy: the step is measured from here on.
                ProviderEvent::AskedAgain => stopwatch = Stopwatch::start(self.clock.reading()),
                ProviderEvent::Usage(newest) => usage = Some(newest),
                ProviderEvent::Failed { message, code } => {
                    failure = Some(TurnEvent::Error { message, code });
                    break;
                }
            }
        }
        let aborted = abort.is_cancelled();
        if aborted && let Some(last) = last_usage(stream).await {
            usage = Some(last);
        }
        let now = self.clock.reading();
        match usage {
            Some(usage) => self.complete(stopwatch.stop(now, step_id.clone(), usage)),
            // A provider that does not count: the step ends all the same, and no number is made up for it.
            None if !aborted && failure.is_none() => {
                self.tell_end(&stopwatch.stop(now, step_id.clone(), Usage::default()));
            }
            None => {}
        }
        if let Some(failure) = failure {
            self.tell(failure);
            return Outcome::Failed;
        }
        if aborted {
            return Outcome::Aborted;
        }
        if calls.is_empty() {
            return Outcome::Stopped;
        }
        self.run_tools(&step_id, calls).await;
        if abort.is_cancelled() { Outcome::Aborted } else { Outcome::Continues }
    }

    fn complete(&mut self, metrics: StepMetrics) {
        self.tell(TurnEvent::Usage { step_id: Some(metrics.step_id.clone()), usage: metrics.usage.clone() });
        self.tell_end(&metrics);
        self.count(metrics);
    }

    fn tell_end(&mut self, metrics: &StepMetrics) {
        self.tell(TurnEvent::StepComplete {
            step_id: metrics.step_id.clone(),
            ttft_ms: metrics.ttft_ms,
            decode_ms: metrics.decode_ms,
            gen_total_ms: metrics.gen_total_ms,
        });
    }

    /// Runs a batch side by side, and tells output and results as they come. An abort leaves the rest without a result.
    async fn run_tools(&mut self, step_id: &StepId, calls: Vec<Call>) {
        let (output, mut outputs) = mpsc::unbounded_channel();
        let tools = std::sync::Arc::clone(&self.tools);
        let workspace = self.workspace.clone();
        let clock = self.clock.clone();
        let mut running: FuturesUnordered<_> = calls
            .into_iter()
            .map(|call| {
                let (tools, workspace, clock, output) = (&tools, &workspace, &clock, output.clone());
                async move {
                    let began = clock.reading();
                    let id = call.id.clone();
                    let tell = move |stream: OutputStream, data: String| {
                        // The receiver lives as long as this batch; after an abort nobody listens, which is the point.
                        drop(output.send((id.clone(), stream, data)));
                    };
                    let context = ToolContext { workspace, output: &tell };
                    // A tool that panics is a failed tool, not a dead turn.
                    let ran = AssertUnwindSafe(tools.run(&call.name, &call.input, context)).catch_unwind().await;
                    let outcome = ran.unwrap_or_else(|_| ToolOutcome::failed("The tool crashed"));
                    (call, outcome, clock.reading().saturating_sub(began))
                }
            })
            .collect();
        let abort = self.handle.aborted().clone();
        loop {
            tokio::select! {
                biased;
                () = abort.cancelled() => return,
                // Output first: what a tool wrote is told before its result.
                Some((tool_call_id, stream, data)) = outputs.recv() => {
                    self.tell(TurnEvent::ToolOutput { tool_call_id, data, stream });
                }
                finished = running.next() => {
                    let Some((call, outcome, took)) = finished else {
                        return;
                    };
                    // What it wrote in its last moment is in the channel, not told yet.
                    while let Ok((tool_call_id, stream, data)) = outputs.try_recv() {
                        self.tell(TurnEvent::ToolOutput { tool_call_id, data, stream });
                    }
                    self.tell(TurnEvent::ToolResult {
                        step_id: step_id.clone(),
                        tool_call_id: call.id,
                        tool_name: call.name,
                        content: outcome.content,
                        is_error: outcome.is_error,
                        duration_ms: Some(whole_ms(took)),
                    });
                }
            }
        }
    }
}

/// What an aborted provider says it used, if it says so soon.
async fn last_usage(mut stream: BoxStream<'static, ProviderEvent>) -> Option<Usage> {
    let drained = async {
        let mut usage = None;
        while let Some(event) = stream.next().await {
            if let ProviderEvent::Usage(newest) = event {
                usage = Some(newest);
            }
        }
        usage
    };
    tokio::time::timeout(USAGE_PATIENCE, drained).await.ok().flatten()
}
