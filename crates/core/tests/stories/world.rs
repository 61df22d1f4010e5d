//! A small world for the console to live in: a backend that keeps to the contract, and everything that can go wrong
//! between the two. Nothing happens by itself; a story says what happens next.
//!
//! Every fact is folded, its effects are carried out, and what the console publishes is looked at as its views would: a row
//! that changed without a word of it makes any story fail.

mod backend;
mod caches;
mod carrying;
pub(crate) mod extensions;
mod orders;
pub(crate) mod say;
mod screen;

pub(crate) use backend::{Backend, Storing};
use caches::Caches;

use dispatch_contract::{
    AgentEvent, ChatRequest, ClientMessage, ConversationsResponse, HistoryResponse, MetricsResponse, ModelInfo, Open,
    ServerMessage, StoredChunk, TurnEvent, TurnId,
};
use dispatch_core::cache::Memory;
use dispatch_core::intake::Intake;
use dispatch_core::transcript::RowId;
use dispatch_core::view::RowKey;
use dispatch_core::{
    Call, ConversationId, Event, Fact, HistoryQuery, HttpFailure, Millis, RequestId, SocketId, State, Stored, Timer,
    reduce,
};
use screen::Screen;
use std::collections::{BTreeMap, VecDeque};

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
    /// What this device keeps.
    pub(crate) cache: Memory,
    /// The device answers when a story says so, not at once.
    pub(crate) cache_is_slow: bool,
    /// What it was asked for.
    pub(crate) cache_reads: VecDeque<(RequestId, ConversationId, Option<u64>, u64)>,
    pub(crate) timers: BTreeMap<Timer, f64>,
    pub(crate) stored_tabs: Option<String>,
    pub(crate) stored_window: Option<String>,
    pub(crate) stored_settings: Option<String>,
    pub(crate) stored_outboxes: BTreeMap<String, String>,
    /// What this window is called, for as long as it is only reloaded.
    pub(crate) window_name: Option<String>,
    pub(crate) stored_sidebar: Option<String>,
    pub(crate) stored_folding: Option<String>,
    /// What has to do with prompt caches.
    pub(crate) caches: Caches,
    /// The list of conversations arrives when a story says so, not at once.
    pub(crate) list_is_slow: bool,
    /// The figures of turns arrive when a story says so, not at once.
    pub(crate) metrics_are_slow: bool,
    /// The requests for them that were not answered.
    pub(crate) metrics_asked: VecDeque<(RequestId, ConversationId)>,
    /// The windows of throughput that were asked for, and not answered.
    pub(crate) throughput_asked: VecDeque<(RequestId, String)>,
    /// Messages that were sent over HTTP, and wait for their answer.
    pub(crate) posts: VecDeque<(RequestId, ChatRequest)>,
    /// Calls that wait for their answers.
    pub(crate) calls: VecDeque<(RequestId, Call)>,
    /// Files that were saved: their names, and what is in them.
    pub(crate) saved: Vec<(String, String)>,
    /// What is no part of the start does not come by itself.
    pub(crate) is_cut_short: bool,
    /// The lists on their way.
    pub(crate) list_answers: VecDeque<(RequestId, Result<ConversationsResponse, HttpFailure>)>,
    /// The backend knows its models.
    pub(crate) has_models: bool,
    /// Which these are.
    pub(crate) models: &'static [&'static str],
    /// What is known about some of them.
    pub(crate) model_info: Vec<(String, ModelInfo)>,
    /// What the console ordered since a story last looked, a line each.
    orders: Vec<String>,
    screen: Screen,
    drafts: usize,
}

impl World {
    /// A console that was opened and whose socket is not open yet.
    pub(crate) fn new(storing: Storing) -> Self {
        let mut world = Self {
            state: State::default(),
            backend: Backend::new(storing),
            now: 1_000_000.0,
            opening: None,
            socket: None,
            to_console: VecDeque::new(),
            to_backend: VecDeque::new(),
            requests: VecDeque::new(),
            cache: Memory::default(),
            cache_is_slow: false,
            cache_reads: VecDeque::new(),
            timers: BTreeMap::new(),
            stored_tabs: None,
            stored_window: None,
            stored_settings: None,
            stored_outboxes: BTreeMap::new(),
            window_name: None,
            stored_sidebar: None,
            stored_folding: None,
            caches: Caches::default(),
            list_is_slow: false,
            list_answers: VecDeque::new(),
            metrics_are_slow: false,
            metrics_asked: VecDeque::new(),
            throughput_asked: VecDeque::new(),
            posts: VecDeque::new(),
            calls: VecDeque::new(),
            saved: Vec::new(),
            is_cut_short: false,
            has_models: true,
            models: &["scripted/steady"],
            model_info: Vec::new(),
            orders: Vec::new(),
            screen: Screen::default(),
            drafts: 0,
        };
        world.load_page();
        world
    }

    /// A console that is connected and shows one conversation, `c`, with this history.
    pub(crate) fn reading(storing: Storing, history: impl IntoIterator<Item = StoredChunk>) -> Self {
        let mut world = Self::with_tabs(storing, &["c"]);
        world.backend.has_stored("c", history);
        world.settles();
        world.orders.clear();
        world
    }

    /// A console that was opened with these tabs, the last of them active, and whose socket is not open yet.
    pub(crate) fn with_tabs(storing: Storing, tabs: &[&str]) -> Self {
        let mut world = Self::new(storing);
        world.orders.clear();
        let stored: Vec<_> = tabs.iter().map(|id| serde_json::json!({ "id": id, "title": null })).collect();
        world.stored_tabs = Some(serde_json::json!({ "version": 1, "tabs": stored }).to_string());
        world.stored_window = None;
        world.window_name = None;
        world.load_page();
        world
    }

    /// The person reloads the page: nothing is left but what was stored.
    pub(crate) fn load_page(&mut self) {
        self.state = State::default();
        self.screen = Screen::default();
        self.timers.clear();
        self.requests.clear();
        self.cache_reads.clear();
        self.posts.clear();
        self.calls.clear();
        self.metrics_asked.clear();
        self.throughput_asked.clear();
        self.list_answers.clear();
        self.disconnect_backend();
        let stored = Stored {
            tabs: self.stored_tabs.clone(),
            settings: self.stored_settings.clone(),
            sidebar: self.stored_sidebar.clone(),
            folding: self.stored_folding.clone(),
            window: self.stored_window.clone(),
            name: self.window_name.clone(),
            outboxes: self.stored_outboxes.clone().into_iter().collect(),
            warmings: self.caches.stored.clone().into_iter().collect(),
        };
        let fresh = self.fresh();
        let fresh_name = format!("window {fresh}");
        self.window_name = Some(stored.name.clone().unwrap_or_else(|| fresh_name.clone()));
        self.tell(Fact::AppStarted { stored, fresh, fresh_name, online: true });
        if !self.is_cut_short {
            self.tell(Fact::LaterArrived);
            while !self.cache_is_slow && self.cache_answers() {}
        }
    }

    pub(crate) fn fresh(&mut self) -> ConversationId {
        self.drafts += 1;
        ConversationId::new(format!("c{}", self.drafts))
    }

    /// Folds a fact and carries out what it orders.
    pub(crate) fn tell(&mut self, fact: Fact) {
        let mut effects = Vec::new();
        reduce(&mut self.state, Event { at: Millis(self.now), fact }, &mut effects);
        let changes = self.state.take_changes();
        self.screen.publish(&self.state, &changes);
        self.orders.extend(effects.iter().filter_map(orders::line));
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn disconnect_backend(&mut self) {
        self.socket = None;
        self.opening = None;
        self.to_console.clear();
        self.to_backend.clear();
        self.backend.forget_listeners();
    }

    // What can happen.

    /// The socket that is being opened opens.
    pub(crate) fn socket_opens(&mut self) {
        if let Some(socket) = self.opening.take() {
            self.socket = Some(socket);
            self.tell(Fact::SocketOpened(socket));
            if self.backend.extensions.lists {
                self.tell_catalog();
            }
        }
    }

    /// The socket closes; what is on its way in either direction is lost.
    pub(crate) fn socket_drops(&mut self) {
        if let Some(socket) = self.socket.or(self.opening) {
            self.disconnect_backend();
            self.tell(Fact::SocketClosed { socket, chance: 0.5 });
        }
    }

    /// The socket that is being opened does not open.
    pub(crate) fn opening_fails(&mut self) {
        if let Some(socket) = self.opening.take() {
            self.tell(Fact::SocketClosed { socket, chance: 0.5 });
        }
    }

    /// The answer to the oldest message that went over HTTP tells an event.
    pub(crate) fn post_tells(&mut self, turn: &str, event: &TurnEvent) {
        let (request, chat) = self.posts.front().expect("a message over HTTP");
        let conversation_id = chat.conversation_id.clone().expect("a conversation");
        let event = AgentEvent::Turn { conversation_id, turn_id: TurnId::from(turn), event: event.clone() };
        let mut intake = Intake::default();
        assert!(intake.push_event(*request, &serde_json::to_string(&event).unwrap()));
        while let Some(fact) = intake.pop() {
            self.tell(fact);
        }
    }

    /// The backend answers the oldest call of this path.
    pub(crate) fn answers(&mut self, path: &str, answer: Result<&str, HttpFailure>) {
        let at = self.calls.iter().position(|(_, call)| call.path == path);
        let at = at.unwrap_or_else(|| panic!("nobody called {path}: {:?}", self.calls));
        let (request, _) = self.calls.remove(at).expect("it is there");
        self.tell(Fact::CallAnswered { request, answer: answer.map(str::to_owned) });
    }

    /// That answer ends.
    pub(crate) fn post_ends(&mut self, answer: Result<(), HttpFailure>) {
        let (request, _) = self.posts.pop_front().expect("a message over HTTP");
        self.tell(Fact::ChatAnswered { request, answer });
    }

    /// The socket closes, and the next one opens and is answered.
    pub(crate) fn reconnects(&mut self) {
        self.socket_drops();
        self.waits(500.0);
        self.socket_opens();
        self.goes_quiet();
    }

    /// The person sends a message. Gives back whether the console took it.
    pub(crate) fn person_sends(&mut self, text: &str) -> bool {
        let accepted = self.state.accepts_prompt(text).is_some();
        let fresh = self.fresh();
        self.tell(Fact::PromptSubmitted { text: text.to_owned(), fresh });
        accepted
    }

    /// The person sends a message, the backend takes it, and its turn begins.
    pub(crate) fn person_asks(&mut self, text: &str) {
        assert!(self.person_sends(text), "the console refuses {text:?}");
        self.goes_quiet();
        self.turn_goes_on_by(1);
    }

    /// The turn of the focused conversation tells so many events more, and they arrive.
    pub(crate) fn turn_goes_on_by(&mut self, events: usize) {
        let id = self.focused();
        for _ in 0..events {
            assert!(self.turn_goes_on(&id), "no turn runs");
        }
        self.goes_quiet();
    }

    /// These events of a turn reach the console, wherever they come from.
    pub(crate) fn hears(&mut self, turn: &str, events: impl IntoIterator<Item = TurnEvent>) {
        let id = self.focused();
        for event in events {
            self.hears_text(&backend::frame(&id, &TurnId::from(turn), &event));
        }
    }

    /// A message of the backend's reaches the console.
    pub(crate) fn hears_message(&mut self, message: ServerMessage) {
        self.hears_text(&serde_json::to_string(&Open::Known(message)).unwrap());
    }

    /// A frame with this text reaches the console.
    pub(crate) fn hears_text(&mut self, text: &str) {
        self.to_console.push_back(text.to_owned());
        assert!(self.frame_arrives(), "no socket is open");
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

    /// The device answers what it was asked first.
    pub(crate) fn cache_answers(&mut self) -> bool {
        let Some((request, conversation, before, count)) = self.cache_reads.pop_front() else { return false };
        let page = self.cache.read(&conversation, before, count);
        self.tell(Fact::CacheRead { request, conversation, page });
        true
    }

    /// The backend answers the oldest request for figures with what it has stored by now.
    pub(crate) fn metrics_arrive(&mut self) -> bool {
        let Some((_, conversation)) = self.metrics_asked.front() else { return false };
        let missing = HttpFailure::Refused { status: 404, message: None };
        let turns = self.backend.metrics.get(conversation).cloned();
        self.metrics_are(turns.map(|turns| MetricsResponse { turns }).ok_or(missing))
    }

    /// The oldest request for figures is answered like this.
    pub(crate) fn metrics_are(&mut self, answer: Result<MetricsResponse, HttpFailure>) -> bool {
        let Some((request, conversation)) = self.metrics_asked.pop_front() else { return false };
        self.tell(Fact::MetricsAnswered { request, conversation, answer });
        true
    }

    /// The list of conversations that was asked for first reaches the console.
    pub(crate) fn list_arrives(&mut self) -> bool {
        let Some((request, answer)) = self.list_answers.pop_front() else { return false };
        self.tell(Fact::ConversationsAnswered { request, answer });
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

    /// The newest answer overtakes the others.
    pub(crate) fn newest_history_arrives(&mut self) {
        let newest = self.requests.pop_back().expect("a request");
        self.requests.push_front(newest);
        assert!(self.history_arrives());
    }

    /// The backend answers the oldest history request with these chunks, whatever is in its log.
    pub(crate) fn history_is(&mut self, chunks: impl IntoIterator<Item = StoredChunk>) {
        let Some(Request::Asked(request, conversation, _)) = self.requests.pop_front() else { panic!("no request") };
        let page = HistoryResponse { chunks: chunks.into_iter().collect(), latest_seq: 0 };
        self.tell(Fact::HistoryAnswered { request, conversation, answer: Ok(page), chance: 0.5 });
    }

    /// The oldest request that was not answered fails.
    pub(crate) fn history_fails(&mut self) -> bool {
        let Some(request) = self.requests.pop_front() else { return false };
        let (Request::Asked(request, conversation, _) | Request::Served(request, conversation, _)) = request;
        let answer = Err(HttpFailure::Unreachable);
        self.tell(Fact::HistoryAnswered { request, conversation, answer, chance: 0.5 });
        true
    }

    /// Whatever is on its way between console and backend arrives. No time passes, and no turn goes on.
    pub(crate) fn goes_quiet(&mut self) {
        while self.cache_answers()
            || self.backend_reads()
            || self.frame_arrives()
            || self.history_is_served()
            || self.history_arrives()
            || (!self.metrics_are_slow && self.metrics_arrive())
        {}
    }

    /// So many milliseconds pass; whatever becomes due in them happens, and nothing else.
    pub(crate) fn waits(&mut self, milliseconds: f64) {
        let until = self.now + milliseconds;
        while self.timers.values().any(|at| *at <= until) {
            self.time_passes();
        }
        self.now = until;
    }

    /// In how many milliseconds a timer runs out.
    pub(crate) fn left(&self, timer: &Timer) -> Option<f64> {
        self.timers.get(timer).map(|at| at - self.now)
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
            busy |= self.cache_answers();
            busy |= self.metrics_arrive();
            if busy {
                continue;
            }
            self.timers.remove(&Timer::Silence);
            self.timers.remove(&Timer::Alive);
            self.timers.remove(&Timer::OverHttp);
            self.timers.remove(&Timer::Receipt);
            self.timers.remove(&Timer::Orphans);
            if self.timers.is_empty() && self.opening.is_none() {
                return;
            }
            self.time_passes();
        }
        panic!("the world does not settle: {:?}", self.timers);
    }

    // What can be seen.

    /// Whether a turn generates in the focused conversation.
    pub(crate) fn is_generating(&self) -> bool {
        self.state.focused().unwrap().transcript.is_generating()
    }

    /// What the console ordered since a story last looked.
    pub(crate) fn orders(&mut self) -> String {
        std::mem::take(&mut self.orders).join("\n")
    }

    /// The frames that the console sent since a story last looked.
    pub(crate) fn frames_sent(&mut self) -> Vec<String> {
        let orders = std::mem::take(&mut self.orders);
        orders.iter().filter_map(|order| order.strip_prefix("send ").map(str::to_owned)).collect()
    }

    /// The history requests that were not served yet.
    pub(crate) fn asked_history(&self) -> Vec<String> {
        let asked = self.requests.iter().filter_map(|request| match request {
            Request::Asked(_, id, query) => Some(format!("{id}?{}", orders::request(query))),
            Request::Served(..) => None,
        });
        asked.collect()
    }

    /// How often the backend's log holds these words of the person.
    pub(crate) fn times_in_log(&self, text: &str) -> usize {
        let prompt = say::stored_prompt(text);
        self.backend.log.values().flatten().filter(|c| c.role == prompt.role && c.chunk == prompt.chunk).count()
    }

    /// The person retries the row that shows these words.
    pub(crate) fn person_retries(&mut self, text: &str) {
        let row = self.row_of(text);
        self.tell(Fact::RetryRequested(row));
    }

    /// The last row that shows these words.
    pub(crate) fn row_of(&self, text: &str) -> RowId {
        let conversation = self.state.focused().unwrap();
        let keys: Vec<RowKey> = conversation.row_keys();
        keys.iter().rev().find(|key| conversation.words(key.id) == Some(text)).expect("a row with these words").id
    }

    /// The focused conversation's id.
    pub(crate) fn focused(&self) -> ConversationId {
        self.state.tabs().focused().clone()
    }

    /// What a console that is opened now, for the first time, shows of a conversation.
    pub(crate) fn truth(&self, id: &ConversationId) -> String {
        let mut world = Self::new(self.backend.storing());
        world.backend.log = self.backend.log.clone();
        world.backend.metrics = self.backend.metrics.clone();
        world.stored_tabs = Some(format!("{{\"version\":1,\"tabs\":[{{\"id\":\"{id}\",\"title\":null}}]}}"));
        world.stored_window = None;
        world.load_page();
        world.settles();
        world.shown_of(id)
    }
}
