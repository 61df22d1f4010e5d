//! Who answers: a model behind a stream of events.
//!
//! A provider does one round trip at a time: it gets the whole prompt and streams what the model says. The loop around it
//! (run the tools it asked for, ask again) is the turn's, and the same for every provider.

pub(crate) mod openai;
pub(crate) mod scripted;

use dispatch_contract::{Chunk, ModelInfo, Open, ReasoningEffort, Role, ToolCallId, Usage};
use futures_util::stream::BoxStream;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A source of models.
pub(crate) trait Provider: Send + Sync + fmt::Debug {
    /// The models it serves, by their full names.
    fn models(&self) -> Vec<(String, ModelInfo)>;

    /// One round trip. The stream ends after the model's last word, or after [`ProviderEvent::Failed`]; after
    /// `request.abort` it ends soon, with a last [`ProviderEvent::Usage`] where the provider knows what was used.
    fn stream(&self, request: StepRequest) -> BoxStream<'static, ProviderEvent>;
}

/// What an answer is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// For the person.
    Answer,
    /// For nothing: only the provider's cache should have seen the prompt. As little as possible is said.
    Warm,
    /// For the next turns: a summary in the place of the conversation, which the prompt's last message asks for. No tools
    /// are called.
    Summary,
}

/// What a provider is asked.
#[derive(Clone, Debug)]
pub(crate) struct StepRequest {
    /// What for.
    pub(crate) purpose: Purpose,
    /// The model, by its full name.
    pub(crate) model: String,
    /// How much to think.
    pub(crate) effort: ReasoningEffort,
    /// Everything the model sees.
    pub(crate) prompt: Prompt,
    /// Cancelled when nobody wants the answer any more.
    pub(crate) abort: CancellationToken,
}

/// Everything a model sees, in the order in which a provider caches it.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    /// What it is told about its task and its surroundings.
    pub(crate) system: Arc<str>,
    /// The working directory, which the system text names too; none for the built-in project.
    pub(crate) cwd: Option<String>,
    /// The tools it may call.
    pub(crate) tools: Arc<[ToolDescription]>,
    /// The conversation.
    pub(crate) messages: Vec<PromptPart>,
    /// Where in it the turn begins that is to be answered.
    pub(crate) opening: usize,
}

/// A tool as a model is told about it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToolDescription {
    /// Its name.
    pub(crate) name: String,
    /// What it does.
    pub(crate) description: String,
    /// The JSON schema of its input.
    pub(crate) input_schema: Value,
}

/// One chunk of the conversation as a model sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PromptPart {
    /// Who said it.
    pub(crate) role: Role,
    /// What.
    pub(crate) chunk: Open<Chunk>,
}

/// What a model says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ProviderEvent {
    /// More of its thinking.
    Reasoning(String),
    /// More of its answer.
    Text(String),
    /// More of something that is told when it is whole, such as a call's arguments.
    Token,
    /// It wants a tool run.
    ToolCall {
        /// Joins call and result; unique within the conversation.
        id: ToolCallId,
        /// The tool.
        name: String,
        /// Its arguments.
        input: Value,
    },
    /// It did not come through; the provider waits and then asks again.
    Retrying {
        /// Which retry, from 0.
        attempt: u32,
        /// How long it waits.
        delay: Duration,
        /// Why.
        message: String,
        /// A code for it.
        code: Option<String>,
    },
    /// It asks again, now: what came before counts no more for its speed.
    AskedAgain,
    /// What the round trip has used so far; the newest counts.
    Usage(Usage),
    /// It failed; nothing follows.
    Failed {
        /// Why.
        message: String,
        /// A code for it.
        code: Option<String>,
    },
}

/// All providers of a backend, in the catalogue's order.
#[derive(Debug)]
pub(crate) struct ProviderSet {
    providers: Vec<Arc<dyn Provider>>,
}

impl ProviderSet {
    pub(crate) fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self { providers }
    }

    /// The catalogue.
    pub(crate) fn models(&self) -> Vec<(String, ModelInfo)> {
        self.providers.iter().flat_map(|provider| provider.models()).collect()
    }

    /// The provider that serves a model.
    pub(crate) fn serving(&self, model: &str) -> Option<Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.models().iter().any(|(name, _)| name == model)).map(Arc::clone)
    }

    /// The catalogue's first model, for a conversation that never named one.
    pub(crate) fn default_model(&self) -> Option<(String, Arc<dyn Provider>)> {
        let provider = self.providers.first()?;
        let (name, _) = provider.models().into_iter().next()?;
        Some((name, Arc::clone(provider)))
    }
}
