//! An agent that plays: no key, no network, and the same answer to the same conversation, always.
//!
//! The person's words choose a [`scene`]; the scene, asked step by step with everything said so far, answers with a
//! [`script`] of what to think, say and call; and here the script is played as a model would, token by token, with the
//! usage that a provider with a prompt cache would bill. It keeps nothing between steps: where a turn stands is read from
//! the prompt, as a model does it.

mod scene;
mod scenes;
mod script;
mod summary;

use super::{Prompt, Provider, ProviderEvent, Purpose, StepRequest};
use crate::clock::Clock;
use crate::pace::{Metronome, Pace};
use crate::prompt_cache::{Block, PromptCache, PromptCost};
use crate::tokens;
use dispatch_contract::{ModelInfo, Open};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use parking_lot::Mutex;
use scene::Stage;
use script::{Beat, Script};
use std::collections::VecDeque;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Name, context window and tokens per second of each model.
const MODELS: &[(&str, u64, f64)] =
    &[("scripted/steady", 200_000, 85.0), ("scripted/swift", 128_000, 120.0), ("scripted/deep", 1_000_000, 60.0)];

/// The provider.
#[derive(Debug)]
pub(crate) struct Scripted {
    pace: Pace,
    clock: Clock,
    cache: Mutex<PromptCache>,
}

impl Scripted {
    /// Plays at a pace, with a cache that forgets by the clock.
    pub(crate) fn new(pace: Pace, clock: Clock, cache_ttl: Duration) -> Self {
        Self { pace, clock, cache: Mutex::new(PromptCache::new(cache_ttl)) }
    }

    fn bill(&self, request: &StepRequest) -> PromptCost {
        let family = format!("{} {}", request.model, request.effort);
        self.cache.lock().account(&family, &blocks(&request.prompt), self.clock.now())
    }
}

impl Provider for Scripted {
    fn models(&self) -> Vec<(String, ModelInfo)> {
        let info = |context_window| ModelInfo { context_window: Some(context_window), vision: None };
        MODELS.iter().map(|(name, window, _)| ((*name).to_owned(), info(*window))).collect()
    }

    fn stream(&self, request: StepRequest) -> BoxStream<'static, ProviderEvent> {
        let cost = self.bill(&request);
        if request.purpose == Purpose::Warm {
            return stream::iter([ProviderEvent::Usage(cost.usage(1))]).boxed();
        }
        let script = if request.purpose == Purpose::Summary {
            summary::of(&request.prompt)
        } else {
            scene::play(&Stage::read(&request.prompt, &request.model, &request.effort))
        };
        let natural_rate = MODELS.iter().find(|(name, ..)| *name == request.model).map_or(85.0, |(_, _, rate)| *rate);
        let player = Player::new(script, natural_rate, cost, self.pace, request.abort);
        stream::unfold(player, |mut player| async move { player.next().await.map(|event| (event, player)) }).boxed()
    }
}

/// The prompt as a provider would see and cache it: tools, system, conversation.
fn blocks(prompt: &Prompt) -> Vec<Block> {
    let tools: String = prompt
        .tools
        .iter()
        .map(|tool| format!("{}\n{}\n{}\n", tool.name, tool.description, tool.input_schema))
        .collect();
    let mut blocks = vec![Block::new(tools), Block::with_breakpoint(&*prompt.system)];
    blocks.extend(prompt.messages.iter().map(|part| {
        // A chunk that cannot be written as JSON cannot have been read from the history either.
        let chunk = serde_json::to_string(&part.chunk).unwrap_or_default();
        Block::new(format!("{}: {chunk}", part.role))
    }));
    blocks
}

/// Plays one script.
#[derive(Debug)]
struct Player {
    waiting: VecDeque<(Duration, ProviderEvent)>,
    metronome: Metronome,
    abort: CancellationToken,
    cost: PromptCost,
    output_characters: u64,
    billed: Billing,
    failure: Option<ProviderEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Billing {
    Open,
    Billed,
    Ended,
}

impl Player {
    fn new(script: Script, natural_rate: f64, cost: PromptCost, pace: Pace, abort: CancellationToken) -> Self {
        let rate = script.tokens_per_second.unwrap_or(natural_rate);
        let mut failure = None;
        let mut waiting = VecDeque::new();
        let mut due = script.first_token;
        for beat in script.beats {
            match beat {
                Beat::Think(text) => spread(&text, rate, &mut due, &mut waiting, ProviderEvent::Reasoning),
                Beat::Say(text) => spread(&text, rate, &mut due, &mut waiting, ProviderEvent::Text),
                Beat::SayPieces(pieces) => {
                    for piece in pieces {
                        let time = Duration::from_secs_f64(1.0 / rate);
                        waiting.push_back((std::mem::take(&mut due) + time, ProviderEvent::Text(piece)));
                    }
                }
                Beat::Call { id, name, input } => {
                    let time = due + Duration::from_millis(120);
                    due = Duration::ZERO;
                    waiting.push_back((time, ProviderEvent::ToolCall { id, name, input }));
                }
                Beat::Retry { attempt, delay, message, code } => {
                    let event =
                        ProviderEvent::Retrying { attempt, delay: pace.scaled(delay), message, code: Some(code) };
                    waiting.push_back((Duration::ZERO, event));
                    waiting.push_back((delay, ProviderEvent::AskedAgain));
                }
                Beat::Fail { message, code } => {
                    failure = Some(ProviderEvent::Failed { message, code: Some(code) });
                    break;
                }
            }
        }
        Self {
            waiting,
            metronome: Metronome::start(pace),
            abort,
            cost,
            output_characters: 0,
            billed: Billing::Open,
            failure,
        }
    }

    async fn next(&mut self) -> Option<ProviderEvent> {
        if self.billed == Billing::Open
            && let Some((wait, event)) = self.waiting.pop_front()
        {
            let aborted = tokio::select! {
                biased;
                () = self.abort.cancelled() => true,
                () = self.metronome.wait(wait) => false,
            };
            if !aborted {
                self.output_characters = self.output_characters.saturating_add(written(&event));
                return Some(event);
            }
            self.failure = None;
        }
        match self.billed {
            Billing::Open => {
                self.billed = Billing::Billed;
                Some(ProviderEvent::Usage(self.cost.usage(tokens::of_characters(self.output_characters))))
            }
            Billing::Billed => {
                self.billed = Billing::Ended;
                self.failure.take()
            }
            Billing::Ended => None,
        }
    }
}

/// Cuts a text into the pieces that a model would stream, each with its time.
fn spread(
    text: &str,
    rate: f64,
    due: &mut Duration,
    waiting: &mut VecDeque<(Duration, ProviderEvent)>,
    event: fn(String) -> ProviderEvent,
) {
    for piece in script::pieces(text) {
        let time = Duration::from_secs_f64(piece.chars().count() as f64 / 4.0 / rate);
        waiting.push_back((std::mem::take(due) + time, event(piece.to_owned())));
    }
}

/// How many characters an event counts as output. Tokens are made of the sum: pieces are not tokens.
fn written(event: &ProviderEvent) -> u64 {
    let characters = match event {
        ProviderEvent::Reasoning(text) | ProviderEvent::Text(text) => text.chars().count(),
        ProviderEvent::ToolCall { name, input, .. } => name.chars().count() + input.to_string().chars().count(),
        ProviderEvent::Token
        | ProviderEvent::Retrying { .. }
        | ProviderEvent::AskedAgain
        | ProviderEvent::Usage(_)
        | ProviderEvent::Failed { .. } => 0,
    };
    u64::try_from(characters).unwrap_or(u64::MAX)
}

/// The text of a chunk that is text.
fn text_of(chunk: &Open<dispatch_contract::Chunk>) -> Option<&str> {
    match chunk.known() {
        Some(dispatch_contract::Chunk::Text { text }) => Some(text),
        _ => None,
    }
}
