//! A small world for the console to live in: a backend that keeps to the contract, and everything that can go wrong
//! between the two. Nothing happens by itself; a story says what happens next.

use dispatch_contract::{
    AbortResponse, AgentEvent, ChatRequest, Chunk, ClientMessage, HistoryResponse, ModelsResponse, Open, Role,
    ServerMessage, StoredChunk, TurnEvent, TurnId,
};
use dispatch_core::content::Content;
use dispatch_core::intake::Intake;
use dispatch_core::outbox::SendState;
use dispatch_core::transcript::{Card, Place, RowKind, Transcript};
use dispatch_core::{
    ConversationId, Effect, Event, Fact, HistoryQuery, HttpFailure, Millis, RequestId, SocketId, State, Timer, reduce,
};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

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
    running: BTreeMap<ConversationId, Running>,
    scripts: VecDeque<Vec<TurnEvent>>,
    storing: Storing,
    turns: usize,
    subscribed: Vec<ConversationId>,
}

#[derive(Debug)]
struct Running {
    id: TurnId,
    events: Vec<TurnEvent>,
    told: usize,
    stored: usize,
}

/// A history request on its way.
#[derive(Debug)]
pub(crate) enum Request {
    Asked(RequestId, ConversationId, HistoryQuery),
    Served(RequestId, ConversationId, HistoryResponse),
}

/// The console and its surroundings.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) backend: Backend,
    pub(crate) now: f64,
    pub(crate) opening: Option<SocketId>,
    pub(crate) socket: Option<SocketId>,
    pub(crate) to_console: VecDeque<String>,
    pub(crate) to_backend: VecDeque<ClientMessage>,
    pub(crate) requests: VecDeque<Request>,
    pub(crate) timers: BTreeMap<Timer, f64>,
    pub(crate) stored_tabs: Option<String>,
    pub(crate) stored_window: Option<String>,
    pub(crate) sent: Vec<ClientMessage>,
    pub(crate) orders: Vec<Effect>,
    drafts: usize,
}

impl World {
    /// A console that was opened and whose socket is not open yet.
    pub(crate) fn new(storing: Storing) -> Self {
        let backend = Backend {
            log: BTreeMap::new(),
            running: BTreeMap::new(),
            scripts: VecDeque::new(),
            storing,
            turns: 0,
            subscribed: Vec::new(),
        };
        let mut world = Self {
            state: State::default(),
            backend,
            now: 1_000_000.0,
            opening: None,
            socket: None,
            to_console: VecDeque::new(),
            to_backend: VecDeque::new(),
            requests: VecDeque::new(),
            timers: BTreeMap::new(),
            stored_tabs: None,
            stored_window: None,
            sent: Vec::new(),
            orders: Vec::new(),
            drafts: 0,
        };
        world.load_page();
        world
    }

    /// The person reloads the page: nothing is left but what was stored.
    pub(crate) fn load_page(&mut self) {
        self.state = State::default();
        self.timers.clear();
        self.requests.clear();
        self.disconnect_backend();
        let (tabs, window) = (self.stored_tabs.clone(), self.stored_window.clone());
        let fresh = self.fresh();
        self.tell(Fact::AppStarted { tabs, window, fresh, online: true });
    }

    pub(crate) fn fresh(&mut self) -> ConversationId {
        self.drafts += 1;
        ConversationId::new(format!("c{}", self.drafts))
    }

    /// Folds a fact and carries out what it orders.
    pub(crate) fn tell(&mut self, fact: Fact) {
        let mut effects = Vec::new();
        reduce(&mut self.state, Event { at: Millis(self.now), fact }, &mut effects);
        let _: dispatch_core::changes::Changes = self.state.take_changes();
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::OpenSocket(socket) => self.opening = Some(socket),
            Effect::CloseSocket(socket) => {
                if self.opening == Some(socket) {
                    self.opening = None;
                }
                if self.socket == Some(socket) {
                    self.disconnect_backend();
                }
            }
            Effect::SendFrame(socket, message) => {
                self.sent.push(message.clone());
                if self.socket == Some(socket) {
                    self.to_backend.push_back(message);
                }
            }
            Effect::LoadHistory { request, conversation, query } => {
                self.requests.push_back(Request::Asked(request, conversation, query));
            }
            Effect::LoadModels(request) => {
                let models = vec!["scripted/steady".to_owned()];
                let answer = Ok(ModelsResponse { models, model_info: BTreeMap::new() });
                self.tell(Fact::ModelsAnswered { request, answer });
            }
            Effect::StopTurn(conversation) => {
                let answer = AbortResponse { conversation_id: conversation.clone(), aborted_turn: true };
                self.tell(Fact::StopAnswered { conversation, answer: Ok(answer) });
            }
            Effect::StartTimer(timer, after) => {
                self.timers.insert(timer, self.now + after);
            }
            Effect::CancelTimer(timer) => {
                self.timers.remove(&timer);
            }
            Effect::StoreTabs(stored) => self.stored_tabs = Some(stored),
            Effect::StoreWindow(stored) => self.stored_window = Some(stored),
            order @ Effect::CloseConversation(_) => self.orders.push(order),
        }
    }

    fn disconnect_backend(&mut self) {
        self.socket = None;
        self.opening = None;
        self.to_console.clear();
        self.to_backend.clear();
        self.backend.subscribed.clear();
    }

    // What can happen.

    /// The next turn that begins plays this script.
    pub(crate) fn script(&mut self, events: Vec<TurnEvent>) {
        self.backend.scripts.push_back(events);
    }

    /// The socket that is being opened opens.
    pub(crate) fn socket_opens(&mut self) {
        if let Some(socket) = self.opening.take() {
            self.socket = Some(socket);
            self.tell(Fact::SocketOpened(socket));
        }
    }

    /// The socket closes; what is on its way in either direction is lost.
    pub(crate) fn socket_drops(&mut self) {
        if let Some(socket) = self.socket.or(self.opening) {
            self.disconnect_backend();
            self.tell(Fact::SocketClosed { socket, chance: 0.5 });
        }
    }

    /// The person sends a message. Gives back whether the console took it.
    pub(crate) fn person_sends(&mut self, text: &str) -> bool {
        let accepted = self.state.accepts_prompt(text).is_some();
        let fresh = self.fresh();
        self.tell(Fact::PromptSubmitted { text: text.to_owned(), fresh });
        accepted
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
            ClientMessage::Subscribe { surface_id, .. } => {
                let answer = ServerMessage::Error { surface_id: Some(surface_id), message: "no such".to_owned() };
                self.to_console.push_back(serde_json::to_string(&Open::Known(answer)).unwrap());
            }
            ClientMessage::Unsubscribe { .. }
            | ClientMessage::Invoke { .. }
            | ClientMessage::ChatQueue { .. }
            | ClientMessage::ChatQueueCancel { .. } => {}
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
        let mut events =
            vec![TurnEvent::UserMessage { text: text.to_owned(), images: Vec::new() }, TurnEvent::TurnStart {}];
        events.extend(self.backend.scripts.pop_front().unwrap_or_default());
        events.push(done());
        events.push(TurnEvent::TurnSealed {});
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
        if is_seal {
            self.backend.running.remove(id);
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

    /// The next frame reaches the console.
    pub(crate) fn frame_arrives(&mut self) -> bool {
        let (Some(socket), Some(text)) = (self.socket, self.to_console.pop_front()) else { return false };
        let mut intake = Intake::default();
        intake.push(socket, &text);
        while let Some(fact) = intake.pop() {
            self.tell(fact);
        }
        true
    }

    /// Every frame that is on its way reaches the console at once, joined.
    pub(crate) fn frames_arrive(&mut self) {
        let mut intake = Intake::default();
        if let Some(socket) = self.socket {
            self.to_console.drain(..).for_each(|text| intake.push(socket, &text));
        }
        while let Some(fact) = intake.pop() {
            self.tell(fact);
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

    /// The oldest answer reaches the console.
    pub(crate) fn history_arrives(&mut self) -> bool {
        let Some(index) = self.requests.iter().position(|request| matches!(request, Request::Served(..))) else {
            return false;
        };
        let Some(Request::Served(request, conversation, page)) = self.requests.remove(index) else { return false };
        self.tell(Fact::HistoryAnswered { request, conversation, answer: Ok(page), chance: 0.5 });
        true
    }

    /// The oldest request that was not answered fails.
    pub(crate) fn history_fails(&mut self) -> bool {
        let Some(request) = self.requests.pop_front() else { return false };
        let (Request::Asked(request, conversation, _) | Request::Served(request, conversation, _)) = request;
        let answer = Err(HttpFailure::Unreachable);
        self.tell(Fact::HistoryAnswered { request, conversation, answer, chance: 0.5 });
        true
    }

    /// Time passes until the next timer runs out.
    pub(crate) fn time_passes(&mut self) -> bool {
        let next = self.timers.iter().min_by(|a, b| a.1.total_cmp(b.1)).map(|(timer, at)| (timer.clone(), *at));
        let Some((timer, at)) = next else { return false };
        self.timers.remove(&timer);
        self.now = self.now.max(at);
        self.tell(Fact::TimerFired { timer, chance: 0.5 });
        true
    }

    /// Lets everything that is under way happen, until nothing is.
    pub(crate) fn settles(&mut self) {
        for _ in 0..10_000 {
            self.socket_opens();
            let mut busy = self.backend_reads();
            for id in self.running() {
                busy |= self.turn_goes_on(&id);
            }
            busy |= self.frame_arrives();
            busy |= self.history_is_served();
            busy |= self.history_arrives();
            if busy {
                continue;
            }
            self.timers.remove(&Timer::Silence);
            if self.timers.is_empty() && self.opening.is_none() {
                return;
            }
            self.time_passes();
        }
        panic!("the world does not settle: {:?}", self.timers);
    }

    // What can be seen.

    /// The focused conversation's id.
    pub(crate) fn focused(&self) -> ConversationId {
        self.state.tabs().focused().clone()
    }

    /// What the person sees of the focused conversation: a line a row.
    pub(crate) fn shown(&self) -> String {
        self.shown_of(&self.focused())
    }

    /// What the person would see of a conversation.
    pub(crate) fn shown_of(&self, id: &ConversationId) -> String {
        let Some(conversation) = self.state.conversation(id) else { return String::new() };
        let transcript = &conversation.transcript;
        let mut lines = render(transcript);
        for item in conversation.outbox.shown() {
            let state = match &item.state {
                SendState::Waiting => "waiting".to_owned(),
                SendState::Sent => "sent".to_owned(),
                SendState::Stored => "stored".to_owned(),
                SendState::Doubted => "doubted".to_owned(),
                SendState::Failed { reason } => format!("failed: {reason}"),
            };
            writeln!(lines, "out {} ({state})", item.text).unwrap();
        }
        lines
    }

    /// What a console that is opened now, for the first time, shows of a conversation.
    pub(crate) fn truth(&self, id: &ConversationId) -> String {
        let mut world = Self::new(self.backend.storing);
        world.backend.log = self.backend.log.clone();
        world.stored_tabs = Some(format!("{{\"version\":1,\"tabs\":[{{\"id\":\"{id}\",\"title\":null}}]}}"));
        world.stored_window = None;
        world.load_page();
        world.settles();
        world.shown_of(id)
    }
}

fn render(transcript: &Transcript) -> String {
    let mut lines = String::new();
    for row in transcript.rows() {
        match &row.kind {
            RowKind::Piece(place) => lines.push_str(&piece(transcript, *place)),
            RowKind::Card(card) => lines.push_str(&self::card(transcript, card, "")),
            RowKind::Group(cards) => {
                lines.push_str("group\n");
                cards.iter().for_each(|card| lines.push_str(&self::card(transcript, card, "  ")));
            }
        }
    }
    lines
}

fn piece(transcript: &Transcript, place: Place) -> String {
    let entry = transcript.entry(place).unwrap();
    let live = if transcript.is_lost(place) { " (lost)" } else { "" };
    match entry.content {
        Content::Prompt(text) => format!("user {text}{live}\n"),
        Content::Text(text) => format!("text {text}{live}\n"),
        Content::Thinking(text) => format!("thinking {text}{live}\n"),
        Content::Error { message, code } => format!("error {message} {code:?}{live}\n"),
        Content::System(text) => format!("system {text}\n"),
        Content::Image { url, .. } => format!("image {url}\n"),
        Content::Unknown { kind } => format!("unknown {kind}\n"),
        Content::ToolCall { .. } | Content::ToolResult { .. } => panic!("a tool entry is always a card"),
    }
}

fn card(transcript: &Transcript, card: &Card, indent: &str) -> String {
    let call = card.call.and_then(|place| transcript.entry(place)).map(|entry| match entry.content {
        Content::ToolCall { id, name, .. } => format!("{name} {id}"),
        other => panic!("not a call: {other:?}"),
    });
    let result = card.result.and_then(|place| transcript.entry(place)).map(|entry| match entry.content {
        Content::ToolResult { content, .. } => content.clone(),
        other => panic!("not a result: {other:?}"),
    });
    let state = transcript.tool_state(card).as_str();
    format!("{indent}tool {} = {} [{state}]\n", call.unwrap_or_default(), result.unwrap_or_default())
}

fn frame(id: &ConversationId, turn: &TurnId, event: &TurnEvent) -> String {
    let event = AgentEvent::Turn { conversation_id: id.clone(), turn_id: turn.clone(), event: event.clone() };
    serde_json::to_string(&Open::Known(ServerMessage::ChatDelta { event })).unwrap()
}

fn done() -> TurnEvent {
    TurnEvent::Done { reason: "stop".to_owned(), duration_ms: None, usage: None, context_size: None }
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
            // Neither of these closes a run of words.
            _ => was_delta = extends,
        }
        extends = was_delta;
    }
    chunks
}

/// Short ways to write events.
pub(crate) mod say {
    use dispatch_contract::{OutputStream, StepId, ToolCallId, TurnEvent, Usage};

    pub(crate) fn text(delta: &str) -> TurnEvent {
        TurnEvent::TextDelta { delta: delta.to_owned() }
    }

    pub(crate) fn thinking(delta: &str) -> TurnEvent {
        TurnEvent::ReasoningDelta { delta: delta.to_owned() }
    }

    pub(crate) fn call(id: &str, step: &str) -> TurnEvent {
        TurnEvent::ToolCall {
            step_id: StepId::from(step),
            tool_call_id: ToolCallId::from(id),
            tool_name: "run".to_owned(),
            input: serde_json::json!({ "command": id }),
        }
    }

    pub(crate) fn output(id: &str, data: &str) -> TurnEvent {
        let stream = OutputStream::Stdout;
        TurnEvent::ToolOutput { tool_call_id: ToolCallId::from(id), data: data.to_owned(), stream }
    }

    pub(crate) fn result(id: &str, step: &str) -> TurnEvent {
        TurnEvent::ToolResult {
            step_id: StepId::from(step),
            tool_call_id: ToolCallId::from(id),
            tool_name: "run".to_owned(),
            content: format!("result of {id}"),
            is_error: false,
            duration_ms: Some(12.0),
        }
    }

    pub(crate) fn error(message: &str) -> TurnEvent {
        TurnEvent::Error { message: message.to_owned(), code: None }
    }

    pub(crate) fn usage() -> TurnEvent {
        TurnEvent::Usage { step_id: None, usage: Usage::default() }
    }

    pub(crate) fn step_ends(step: &str) -> TurnEvent {
        TurnEvent::StepComplete { step_id: StepId::from(step), ttft_ms: None, decode_ms: None, gen_total_ms: None }
    }
}
