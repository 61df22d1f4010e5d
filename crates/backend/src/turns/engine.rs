//! One turn from the stored message to the seal: ask the model, run the tools it asks for, ask again.
//!
//! Promises: events come in the contract's order; what a step produced is stored at the step's end and the rest before the
//! seal, and until then all but its last moments are kept in case the backend dies; a turn always ends with `done` and
//! `turn-sealed`, aborted or failed, too. An answer that cannot be stored is the one thing that cannot be sealed: it is told
//! as an error, and the next start of the backend seals it as lost.

mod step;

use super::recorder::Recorder;
use super::room::TurnHandle;
use crate::clock::{Clock, whole_ms};
use crate::provider::{Prompt, PromptPart, Provider, Purpose, StepRequest};
use crate::queue::Queues;
use crate::store::{NewChunk, Store, StoreError};
use crate::tools::{ToolBox, Workspace};
use dispatch_contract::{
    Chunk, ImageRef, Open, ReasoningEffort, StepId, StepMetrics, StoredChunk, TurnEvent, TurnMetrics, Usage,
};
use std::sync::Arc;
use std::time::Duration;

/// What the model is told before the conversation.
const SYSTEM_PROMPT: &str = include_str!("engine/system_prompt.md");

/// After so many steps a turn ends: a model that only ever calls tools must not run for ever.
const STEP_LIMIT: usize = 100;

/// A turn whose message is stored, ready to run.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) store: Arc<Store>,
    pub(super) tools: Arc<ToolBox>,
    pub(super) clock: Clock,
    pub(super) queues: Arc<Queues>,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) handle: TurnHandle,
    pub(super) model: String,
    pub(super) effort: ReasoningEffort,
    pub(super) cwd: Option<String>,
    pub(super) message: String,
    pub(super) images: Vec<ImageRef>,
    pub(super) history: Vec<StoredChunk>,
    /// How many chunks at its end are the person's message.
    pub(super) message_chunks: usize,
}

/// So much of what is told, in time, a crash may take.
const KEPT_EVERY: Duration = Duration::from_millis(500);

/// What a turn leaves to those who come after it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ended {
    /// Whether it came to its own end, so that what waits may go on.
    pub(super) may_go_on: bool,
    /// What the conversation occupies now, in tokens.
    pub(super) context_size: Option<u64>,
}

/// How a step, and with it perhaps the turn, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The tools have answered; the model wants to go on.
    Continues,
    /// The model has said everything.
    Stopped,
    /// Somebody stopped it.
    Aborted,
    /// It failed.
    Failed,
    /// It took too many steps.
    StepLimit,
}

impl Outcome {
    fn reason(self) -> &'static str {
        match self {
            Self::Continues | Self::Stopped => "stop",
            Self::Aborted => "aborted",
            Self::Failed => "error",
            Self::StepLimit => "step-limit",
        }
    }
}

/// What a running turn knows and grows.
#[derive(Debug)]
struct Running {
    store: Arc<Store>,
    tools: Arc<ToolBox>,
    handle: TurnHandle,
    queues: Arc<Queues>,
    workspace: Workspace,
    recorder: Recorder,
    /// When something of it was kept last, as a reading of the clock.
    kept_at: Duration,
    metrics: TurnMetrics,
    clock: Clock,
    /// A reading of the clock.
    began: Duration,
}

impl Engine {
    /// Runs the turn to its end.
    pub(super) async fn run(self) -> Ended {
        let metrics = TurnMetrics {
            turn_id: self.handle.turn_id().clone(),
            usage: Usage::default(),
            duration_ms: None,
            steps: Vec::new(),
            context_size: None,
        };
        let messages: Vec<_> = self.history.into_iter().filter_map(to_prompt).collect();
        let mut prompt = Prompt {
            system: system_text(self.cwd.as_deref()),
            cwd: self.cwd.clone(),
            tools: self.tools.descriptions(),
            opening: messages.len().saturating_sub(self.message_chunks),
            messages,
        };
        let mut running = Running {
            store: self.store,
            workspace: Workspace::of(self.cwd.as_deref()),
            tools: self.tools,
            handle: self.handle,
            queues: self.queues,
            recorder: Recorder::default(),
            kept_at: self.clock.reading(),
            metrics,
            began: self.clock.reading(),
            clock: self.clock,
        };
        running.tell(TurnEvent::UserMessage { text: self.message, images: self.images });
        running.tell(TurnEvent::TurnStart {});

        let mut outcome = Outcome::StepLimit;
        for number in 1..=STEP_LIMIT {
            let step_id = StepId::new(format!("{}.{number}", running.handle.turn_id()));
            let request = StepRequest {
                purpose: Purpose::Answer,
                model: self.model.clone(),
                effort: self.effort.clone(),
                prompt: prompt.clone(),
                abort: running.handle.aborted().clone(),
            };
            let ended = running.step(step_id, self.provider.stream(request)).await;
            if ended != Outcome::Continues {
                outcome = ended;
                break;
            }
            match running.store_step().await {
                Ok(chunks) => prompt
                    .messages
                    .extend(chunks.into_iter().map(|new| PromptPart { role: new.role, chunk: Open::Known(new.chunk) })),
                Err(error) => {
                    running.give_up(&error);
                    return Ended::default();
                }
            }
        }
        let context_size = running.metrics.context_size;
        let is_sealed = running.end(outcome).await;
        Ended { may_go_on: is_sealed && outcome == Outcome::Stopped, context_size }
    }
}

impl Running {
    /// Tells everyone, and takes note for the history.
    fn tell(&mut self, event: TurnEvent) {
        self.recorder.record(&event);
        // A tool may take minutes, in which nothing is told.
        let may_be_quiet = matches!(event, TurnEvent::ToolCall { .. } | TurnEvent::ToolResult { .. });
        let now = self.clock.reading();
        if may_be_quiet || now.saturating_sub(self.kept_at) >= KEPT_EVERY {
            self.kept_at = now;
            let news = self.recorder.news();
            if !news.is_empty() {
                self.store.keep_told(self.handle.turn_id(), news);
            }
        }
        self.handle.tell(event);
    }

    /// Puts what waits into the turn, and stores the step with it. Answers what the model has not seen yet.
    async fn store_step(&mut self) -> Result<Vec<NewChunk>, StoreError> {
        let _threshold = self.handle.threshold().await;
        let conversation = self.handle.conversation().clone();
        let waiting = self.queues.waiting(&conversation);
        let waited: Vec<_> = waiting.iter().map(|message| message.id.clone()).collect();
        for message in waiting {
            self.tell(TurnEvent::Steering { text: message.text });
        }
        let chunks = self.recorder.take();
        self.store.append_step(&conversation, self.metrics.clone(), chunks.clone(), waited.clone()).await?;
        if !waited.is_empty() {
            self.queues.taken(&conversation, &waited);
        }
        Ok(chunks)
    }

    /// Adds a finished step to the turn's numbers.
    fn count(&mut self, step: StepMetrics) {
        add(&mut self.metrics.usage, &step.usage);
        self.metrics.context_size = Some(step.usage.input_tokens.saturating_add(step.usage.output_tokens));
        self.metrics.steps.push(step);
    }

    /// `done`, everything stored, `turn-sealed`. Answers whether it came to that.
    async fn end(mut self, outcome: Outcome) -> bool {
        if outcome == Outcome::StepLimit {
            self.tell(TurnEvent::Error {
                message: format!("The turn was ended after {STEP_LIMIT} steps"),
                code: Some("step-limit".to_owned()),
            });
        }
        let duration_ms = Some(whole_ms(self.clock.reading().saturating_sub(self.began)));
        self.metrics.duration_ms = duration_ms;
        let measured = !self.metrics.steps.is_empty();
        self.tell(TurnEvent::Done {
            reason: outcome.reason().to_owned(),
            duration_ms,
            usage: measured.then(|| self.metrics.usage.clone()),
            context_size: self.metrics.context_size,
        });
        let chunks = self.recorder.take();
        let threshold = self.handle.threshold().await;
        match self.store.seal_turn(self.handle.conversation(), self.metrics.clone(), chunks).await {
            Ok(()) => {
                // Looked at on the threshold: what is put in from now on finds that no turn runs.
                if !self.queues.is_empty(self.handle.conversation()) {
                    self.handle.leaves_messages();
                }
                self.handle.seal();
                drop(threshold);
                true
            }
            Err(error) => {
                self.give_up(&error);
                false
            }
        }
    }

    /// Ends a turn that cannot be stored: nobody is told that it is sealed.
    fn give_up(mut self, error: &StoreError) {
        tracing::error!(conversation = %self.handle.conversation(), %error, "a turn could not be stored");
        self.tell(TurnEvent::Error {
            message: format!("The turn could not be stored: {error}"),
            code: Some("storage".to_owned()),
        });
    }
}

/// The system text of a conversation. The working directory is part of it, and so of the prefix that a cache keeps.
pub(super) fn system_text(cwd: Option<&str>) -> Arc<str> {
    let surroundings = match cwd {
        Some(cwd) => format!("Working directory: {cwd}"),
        None => "No working directory is set: the tools look at a small built-in project.".to_owned(),
    };
    format!("{SYSTEM_PROMPT}\n{surroundings}\n").into()
}

/// What a model sees of the history: failures are the person's business. Notes are summaries of what was there before.
pub(super) fn to_prompt(stored: StoredChunk) -> Option<PromptPart> {
    match stored.chunk {
        Open::Known(Chunk::Error { .. }) => None,
        chunk @ (Open::Known(
            Chunk::Text { .. }
            | Chunk::Thinking { .. }
            | Chunk::ToolCall { .. }
            | Chunk::ToolResult { .. }
            | Chunk::Image { .. }
            | Chunk::System { .. },
        )
        | Open::Unknown(_)) => Some(PromptPart { role: stored.role, chunk }),
    }
}

/// Adds up tokens; a cache figure is known as soon as one part knows it.
fn add(sum: &mut Usage, part: &Usage) {
    fn add_known(sum: &mut Option<u64>, part: Option<u64>) {
        if let Some(part) = part {
            *sum = Some(sum.unwrap_or_default().saturating_add(part));
        }
    }
    sum.input_tokens = sum.input_tokens.saturating_add(part.input_tokens);
    sum.output_tokens = sum.output_tokens.saturating_add(part.output_tokens);
    add_known(&mut sum.cache_read_tokens, part.cache_read_tokens);
    add_known(&mut sum.cache_write_tokens, part.cache_write_tokens);
}
