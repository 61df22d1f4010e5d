//! The backend half of the world: it keeps to the contract, and goes on only when a story says so.

use super::extensions::Extensions;
use super::{Request, World, say};
use dispatch_contract::{
    AgentEvent, ChatRequest, Chunk, ClientMessage, ConversationSummary, HistoryResponse, Open, Role, ServerMessage,
    StepId, StepMetrics, StoredChunk, TurnEvent, TurnId, TurnMetrics, Usage,
};
use dispatch_core::ConversationId;
use std::collections::{BTreeMap, VecDeque};

/// When the backend stores what a turn produced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storing {
    /// All of it right before the seal.
    AtSeal,
    /// The prompt at once, the rest when a step ends.
    AtSteps,
}

/// A backend with one running turn per conversation at most.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) log: BTreeMap<ConversationId, Vec<StoredChunk>>,
    /// What sealed turns took.
    pub(crate) metrics: BTreeMap<ConversationId, Vec<TurnMetrics>>,
    running: BTreeMap<ConversationId, Running>,
    scripts: VecDeque<Vec<TurnEvent>>,
    storing: Storing,
    turns: usize,
    subscribed: Vec<ConversationId>,
    /// Every conversation, if it can list them.
    pub(crate) list: Option<Vec<ConversationSummary>>,
    pub(crate) extensions: Extensions,
}

#[derive(Debug)]
struct Running {
    id: TurnId,
    events: Vec<TurnEvent>,
    told: usize,
    stored: usize,
}

impl Backend {
    pub(super) fn new(storing: Storing) -> Self {
        Self {
            log: BTreeMap::new(),
            metrics: BTreeMap::new(),
            running: BTreeMap::new(),
            scripts: VecDeque::new(),
            storing,
            turns: 0,
            subscribed: Vec::new(),
            list: None,
            extensions: Extensions::default(),
        }
    }

    /// These chunks are in the log, after what is there.
    pub(crate) fn has_stored(&mut self, id: &str, chunks: impl IntoIterator<Item = StoredChunk>) {
        let log = self.log.entry(ConversationId::from(id)).or_default();
        for chunk in chunks {
            log.push(StoredChunk { seq: log.len() as u64 + 1, ..chunk });
        }
    }

    /// Its log of a conversation is this one from now on, whatever it was.
    pub(crate) fn is_restored(&mut self, id: &str, chunks: impl IntoIterator<Item = StoredChunk>) {
        self.log.remove(&ConversationId::from(id));
        self.has_stored(id, chunks);
    }

    /// Nobody listens any more.
    pub(super) fn forget_listeners(&mut self) {
        self.subscribed.clear();
        self.extensions.held.clear();
    }

    pub(crate) fn storing(&self) -> Storing {
        self.storing
    }
}

impl World {
    /// The next turn that begins plays this script.
    pub(crate) fn script(&mut self, events: Vec<TurnEvent>) {
        self.backend.scripts.push_back(events);
    }

    /// Somebody else starts a turn in the conversation. Gives back whether the backend took it.
    pub(crate) fn other_sends(&mut self, conversation: &ConversationId, text: &str) -> bool {
        self.start_turn(conversation, text)
    }

    /// The backend takes the next message that has reached it.
    pub(crate) fn backend_reads(&mut self) -> bool {
        let Some(message) = self.to_backend.pop_front() else { return false };
        match message {
            ClientMessage::ChatSubscribe { conversation_id } => self.subscribe(&conversation_id),
            ClientMessage::ChatUnsubscribe { conversation_id } => {
                self.backend.subscribed.retain(|id| *id != conversation_id);
            }
            ClientMessage::ChatSend(ChatRequest { conversation_id, message, .. }) => {
                let id = conversation_id.expect("the console names the conversation");
                if self.backend.running.contains_key(&id) {
                    let refusal = ServerMessage::ChatError {
                        conversation_id: Some(id),
                        message: "a turn is already running".to_owned(),
                    };
                    self.to_console.push_back(serde_json::to_string(&Open::Known(refusal)).unwrap());
                } else {
                    if !self.backend.subscribed.contains(&id) {
                        self.backend.subscribed.push(id.clone());
                    }
                    self.start_turn(&id, &message);
                }
            }
            ClientMessage::Subscribe { surface_id, conversation_id } => {
                self.surface_is_held(surface_id, conversation_id);
            }
            ClientMessage::Unsubscribe { surface_id, conversation_id } => {
                self.surface_is_left(&(surface_id, conversation_id));
            }
            ClientMessage::ChatQueue { conversation_id, text, .. } => self.is_asked_to_queue(conversation_id, &text),
            ClientMessage::ChatQueueCancel { message_id, .. } => self.is_asked_to_cancel(&message_id),
            ClientMessage::Invoke { .. } => {}
        }
        true
    }

    fn subscribe(&mut self, id: &ConversationId) {
        if self.backend.subscribed.contains(id) {
            return;
        }
        self.backend.subscribed.push(id.clone());
        if let Some(running) = self.backend.running.get(id) {
            for event in &running.events[..running.told] {
                self.to_console.push_back(frame(id, &running.id, event));
            }
        }
    }

    fn start_turn(&mut self, id: &ConversationId, text: &str) -> bool {
        if self.backend.running.contains_key(id) {
            return false;
        }
        self.backend.turns += 1;
        let mut events = vec![say::prompt(text), say::starts()];
        events.extend(self.backend.scripts.pop_front().unwrap_or_default());
        events.extend([say::done(), say::sealed()]);
        let turn = TurnId::new(format!("t{}", self.backend.turns));
        let running = Running { id: turn, events, told: 0, stored: 0 };
        self.backend.running.insert(id.clone(), running);
        if self.backend.storing == Storing::AtSteps {
            self.store(id, 1);
        }
        self.turn_goes_on(id);
        true
    }

    /// The running turn of a conversation tells one more event.
    pub(crate) fn turn_goes_on(&mut self, id: &ConversationId) -> bool {
        let Some(running) = self.backend.running.get_mut(id) else { return false };
        let event = running.events[running.told].clone();
        running.told += 1;
        let told = running.told;
        let turn = running.id.clone();
        let step_ended = matches!(event, TurnEvent::StepComplete { .. });
        let is_seal = matches!(event, TurnEvent::TurnSealed {});
        if is_seal || (step_ended && self.backend.storing == Storing::AtSteps) {
            self.store(id, told);
        }
        if is_seal && let Some(sealed) = self.backend.running.remove(id) {
            self.backend.metrics.entry(id.clone()).or_default().push(metrics_of(sealed));
        }
        if self.socket.is_some() && self.backend.subscribed.contains(id) {
            self.to_console.push_back(frame(id, &turn, &event));
        }
        true
    }

    /// The running turns, so that a story can choose one.
    pub(crate) fn running(&self) -> Vec<ConversationId> {
        self.backend.running.keys().cloned().collect()
    }

    /// The backend dies and comes back: running turns are gone, and so is what was not stored.
    pub(crate) fn backend_restarts(&mut self) {
        self.backend.running.clear();
        self.socket_drops();
    }

    fn store(&mut self, id: &ConversationId, upto: usize) {
        let running = self.backend.running.get_mut(id).unwrap();
        let chunks = chunks_of(&running.events[..upto]);
        let log = self.backend.log.entry(id.clone()).or_default();
        for (role, chunk) in chunks.into_iter().skip(running.stored) {
            running.stored += 1;
            let seq = log.len() as u64 + 1;
            log.push(StoredChunk { seq, role, chunk: Open::Known(chunk) });
        }
    }

    /// The backend answers the oldest history request; the answer is on its way.
    pub(crate) fn history_is_served(&mut self) -> bool {
        let Some(index) = self.requests.iter().position(|request| matches!(request, Request::Asked(..))) else {
            return false;
        };
        let Some(Request::Asked(request, id, query)) = self.requests.remove(index) else { return false };
        let log = self.backend.log.get(&id).cloned().unwrap_or_default();
        let in_range = |chunk: &&StoredChunk| {
            chunk.seq > query.since_seq && query.before_seq.is_none_or(|before| chunk.seq < before)
        };
        let mut chunks: Vec<StoredChunk> = log.iter().filter(in_range).cloned().collect();
        if let Some(limit) = query.limit {
            chunks.drain(..chunks.len().saturating_sub(limit as usize));
        }
        let latest_seq = chunks.last().map_or(query.since_seq, |chunk| chunk.seq);
        self.requests.insert(index, Request::Served(request, id, HistoryResponse { chunks, latest_seq }));
        true
    }
}

/// A frame that tells of an event.
pub(super) fn frame(id: &ConversationId, turn: &TurnId, event: &TurnEvent) -> String {
    let event = AgentEvent::Turn { conversation_id: id.clone(), turn_id: turn.clone(), event: event.clone() };
    serde_json::to_string(&Open::Known(ServerMessage::ChatDelta { event })).unwrap()
}

/// What a backend stores of what a turn took.
fn metrics_of(turn: Running) -> TurnMetrics {
    let mut told = TurnMetrics {
        turn_id: turn.id,
        usage: Usage::default(),
        duration_ms: None,
        steps: Vec::new(),
        context_size: None,
    };
    let mut counted: Vec<(StepId, Usage)> = Vec::new();
    for event in turn.events {
        if let TurnEvent::Usage { step_id, usage } = event {
            match step_id {
                Some(step) => counted.push((step, usage)),
                None if told.steps.is_empty() => told.usage = usage,
                None => {}
            }
        } else if let TurnEvent::StepComplete { step_id, ttft_ms, decode_ms, gen_total_ms } = event {
            let counted = counted.iter().rev().find(|(step, _)| *step == step_id);
            if let Some((_, usage)) = counted.cloned() {
                told.steps.push(StepMetrics { step_id, usage, ttft_ms, decode_ms, gen_total_ms });
            }
        } else if let TurnEvent::Done { duration_ms, context_size, .. } = event {
            told.duration_ms = duration_ms;
            told.context_size = context_size;
        }
    }
    if !told.steps.is_empty() {
        told.usage = Usage::default();
        for step in &told.steps {
            told.usage.input_tokens += step.usage.input_tokens;
            told.usage.output_tokens += step.usage.output_tokens;
        }
    }
    told
}

/// What a backend stores of these events.
fn chunks_of(events: &[TurnEvent]) -> Vec<(Role, Chunk)> {
    let mut chunks: Vec<(Role, Chunk)> = Vec::new();
    let mut extends = false;
    for event in events {
        let mut was_delta = false;
        match event.clone() {
            TurnEvent::UserMessage { text, .. } => chunks.push((Role::User, Chunk::Text { text })),
            TurnEvent::TextDelta { delta } => {
                was_delta = true;
                match chunks.last_mut() {
                    Some((Role::Assistant, Chunk::Text { text })) if extends => text.push_str(&delta),
                    _ => chunks.push((Role::Assistant, Chunk::Text { text: delta })),
                }
            }
            TurnEvent::ReasoningDelta { delta } => {
                was_delta = true;
                match chunks.last_mut() {
                    Some((_, Chunk::Thinking { text })) if extends => text.push_str(&delta),
                    _ => chunks.push((Role::Assistant, Chunk::Thinking { text: delta })),
                }
            }
            TurnEvent::ToolCall { step_id, tool_call_id, tool_name, input } => {
                let call = Chunk::ToolCall { tool_call_id, tool_name, input, step_id: Some(step_id) };
                chunks.push((Role::Assistant, call));
            }
            TurnEvent::ToolResult { step_id, tool_call_id, tool_name, content, is_error, .. } => {
                let result = Chunk::ToolResult { tool_call_id, tool_name, content, is_error, step_id: Some(step_id) };
                chunks.push((Role::Tool, result));
            }
            TurnEvent::Error { message, code } => chunks.push((Role::Assistant, Chunk::Error { message, code })),
            // None of these closes a run of words.
            TurnEvent::TurnStart {}
            | TurnEvent::ToolOutput { .. }
            | TurnEvent::Usage { .. }
            | TurnEvent::StepComplete { .. }
            | TurnEvent::Done { .. }
            | TurnEvent::TurnSealed {}
            | TurnEvent::Steering { .. }
            | TurnEvent::ProviderRetry { .. } => was_delta = extends,
        }
        extends = was_delta;
    }
    chunks
}
