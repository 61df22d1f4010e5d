//! Does everything and decides nothing: turns what happens into events, lets the core fold them, and carries out what it
//! orders.
//!
//! Frames have one way in. They are read as they arrive, joined with their neighbours, and folded at most once per
//! animation frame. While the page is hidden, where animation frames do not come, each is folded at once, and its rows are
//! drawn when somebody looks again. Any other event lets the waiting frames go first, so that the core sees things in their order.
#![expect(clippy::disallowed_methods, reason = "the one place where tasks are spawned")]

mod keeping;

use crate::adapters::device::{self, addresses, chance};
use crate::adapters::files;
use crate::adapters::http::{self, HttpClient};
use crate::adapters::part::{self, Part};
use crate::adapters::socket::{self, Signal, Socket};
use crate::adapters::storage::{self, Shelf};
use crate::adapters::worker::Worker;
use crate::later::later;
use dispatch_contract::Open;
use dispatch_core::address::Addresses;
use dispatch_core::call::read;
use dispatch_core::changes::Changes;
use dispatch_core::intake::Intake;
use dispatch_core::settings::Settings;
use dispatch_core::{
    Call, ConversationId, Effect, Event, Fact, HttpFailure, RequestId, SocketId, State, Stored, Timer, reduce,
};
use gloo_timers::callback::Timeout;
use keeping::{Keeping, Order};
use leptos::prelude::{request_animation_frame, window_event_listener_untyped};
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long a socket may take to open that is only looked for, in milliseconds.
const LONGEST_TEST: u32 = 10_000;

/// How long frames may be folded within one animation frame, in milliseconds. The rest waits for the next.
const SLICE: f64 = 6.0;

/// Told what changed.
type Listener = Box<dyn Fn(&Changes)>;

/// The state, and the devices that its orders go to.
pub struct Runtime {
    state: RefCell<State>,
    intake: RefCell<Intake>,
    socket: RefCell<Option<(SocketId, Socket)>>,
    timers: RefCell<Vec<(Timer, Timeout)>>,
    frame_asked: Cell<bool>,
    /// Kept, since it is looked at with each of thousands of frames.
    is_visible: Cell<bool>,
    http: HttpClient,
    keeping: Keeping,
    worker: Rc<Worker>,
    writer: Rc<Part>,
    later: Rc<Part>,
    addresses: Addresses,
    listener: RefCell<Option<Listener>>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Runtime").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

/// A runtime for this page. Nothing happens until [`Runtime::run`].
pub fn start() -> Rc<Runtime> {
    let settings = storage::load(Shelf::Shared, storage::SETTINGS).and_then(|stored| Settings::from_stored(&stored));
    let addresses = addresses(&settings.unwrap_or_default().addresses);
    Rc::new(Runtime {
        state: RefCell::new(State::default()),
        intake: RefCell::new(Intake::default()),
        socket: RefCell::new(None),
        timers: RefCell::new(Vec::new()),
        frame_asked: Cell::new(false),
        is_visible: Cell::new(device::is_visible()),
        http: HttpClient::new(addresses.http.clone()),
        keeping: Keeping::default(),
        worker: Rc::new(Worker::default()),
        writer: Part::new(part::WRITER),
        later: Part::new(part::LATER),
        addresses,
        listener: RefCell::new(None),
    })
}

impl Runtime {
    /// Begins. `listener` is told what changed, after each batch of events that anybody looks at.
    pub fn run(self: &Rc<Self>, listener: impl Fn(&Changes) + 'static) {
        *self.listener.borrow_mut() = Some(Box::new(listener));
        self.listen("online", |runtime| {
            runtime.dispatch(Fact::NetworkChanged { online: true });
            if runtime.writer.has_failed() {
                runtime.load_writer();
            }
            if runtime.later.has_failed() {
                runtime.load_later();
            }
        });
        self.listen("offline", |runtime| runtime.dispatch(Fact::NetworkChanged { online: false }));
        self.listen("visibilitychange", |runtime| {
            runtime.is_visible.set(device::is_visible());
            if runtime.is_visible.get() {
                runtime.dispatch(Fact::PageShown);
                runtime.worker.check();
            } else {
                runtime.dispatch(Fact::PageHidden);
            }
        });
        // The name is there only while no page is: see `storage::NAME`.
        self.listen("pagehide", |runtime| {
            let name = runtime.read(|state| state.window().to_owned());
            runtime.store(Shelf::Window, storage::NAME, &name);
        });
        self.listen("pageshow", |_| storage::forget(Shelf::Window, storage::NAME));
        let runtime = Rc::clone(self);
        storage::on_change(move |key, value| match key {
            storage::TABS => runtime.dispatch(Fact::TabsStored(value)),
            storage::SETTINGS => runtime.dispatch(Fact::SettingsStored(value)),
            storage::FOLDING => runtime.dispatch(Fact::FoldingStored(value)),
            key => {
                if let Some(id) = key.strip_prefix(storage::WARMING) {
                    runtime.dispatch(Fact::WarmingStored { conversation: ConversationId::from(id), stored: value });
                }
            }
        });
        let runtime = Rc::clone(self);
        self.worker.start(move || runtime.dispatch(Fact::UpdateReady));
        let stored = Stored {
            tabs: storage::load(Shelf::Shared, storage::TABS),
            settings: storage::load(Shelf::Shared, storage::SETTINGS),
            sidebar: storage::load(Shelf::Shared, storage::SIDEBAR),
            folding: storage::load(Shelf::Shared, storage::FOLDING),
            window: storage::load(Shelf::Window, storage::WINDOW),
            name: storage::load(Shelf::Window, storage::NAME),
            outboxes: storage::load_all(storage::OUTBOX),
            warmings: storage::load_all(storage::WARMING),
        };
        storage::forget(Shelf::Window, storage::NAME);
        self.dispatch(Fact::AppStarted {
            stored,
            fresh: device::fresh_conversation(),
            fresh_name: device::fresh_conversation().to_string(),
            online: device::is_online(),
        });
        if self.later.is_apart() {
            let runtime = Rc::clone(self);
            self.later.when_there(move || runtime.later_arrived());
            self.load_later();
            self.wait_for_keeper();
        } else {
            self.later_arrived();
        }
    }

    /// Looks at the state.
    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.borrow())
    }

    /// Where the backend is.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What turns words into something to read.
    pub fn writer(&self) -> &Part {
        &self.writer
    }

    /// Sees to it that the writer comes, if it can be had.
    pub fn load_writer(self: &Rc<Self>) {
        let runtime = Rc::clone(self);
        self.writer.load(move || runtime.dispatch(Fact::WriterFailed));
    }

    /// Sees to it that the code comes that is no part of the start, if it can be had.
    pub fn load_later(self: &Rc<Self>) {
        let runtime = Rc::clone(self);
        self.later.load(move || {
            runtime.dispatch(Fact::LaterFailed);
            runtime.keep();
        });
    }

    fn later_arrived(self: &Rc<Self>) {
        self.dispatch(Fact::LaterArrived);
        self.begin_keeping();
    }

    /// Reads a picture that goes with the next message.
    pub fn read_picture(
        self: &Rc<Self>,
        conversation: ConversationId,
        file: web_sys::File,
        name: String,
        kind: String,
    ) {
        self.spawn(Box::pin(async move {
            let read = files::read(&file).await;
            let picture = read.ok_or_else(|| [&name, " could not be read."].concat());
            Fact::PictureGiven { conversation, name, kind, picture }
        }));
    }

    /// Fetches a picture from the backend. `came` is told an address under which the page can show it, or that there is none.
    pub fn fetch_picture(self: &Rc<Self>, path: &str, came: impl FnOnce(Option<String>) + 'static) {
        let address = [&self.addresses.http, path].concat();
        let came: Box<dyn FnOnce(Option<String>)> = Box::new(came);
        spawn_local(async move { came(http::picture(&address).await) });
    }

    /// Takes a fact in, after every frame that came before it.
    pub fn dispatch(self: &Rc<Self>, fact: Fact) {
        let mut effects = Vec::new();
        while let Some(frame) = self.next_frame() {
            self.fold(frame, &mut effects);
        }
        self.fold(fact, &mut effects);
        self.finish(effects);
    }

    fn listen(self: &Rc<Self>, event: &'static str, act: impl Fn(&Rc<Self>) + 'static) {
        let runtime = Rc::clone(self);
        // The console lives as long as its page: nothing ever removes this.
        let handle = window_event_listener_untyped(event, move |_| act(&runtime));
        std::mem::forget(handle);
    }

    fn next_frame(&self) -> Option<Fact> {
        self.intake.borrow_mut().pop()
    }

    fn fold(&self, fact: Fact, effects: &mut Vec<Effect>) {
        reduce(&mut self.state.borrow_mut(), Event { at: device::now(), fact }, effects);
    }

    fn finish(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(effect);
        }
        let is_visible = self.is_visible.get();
        let changes = {
            let mut state = self.state.borrow_mut();
            // The title of a page that lies under another one is seen, and tells that a turn has ended.
            if is_visible { state.take_changes() } else { state.take_shell_changes() }
        };
        if !changes.is_empty()
            && let Some(listener) = &*self.listener.borrow()
        {
            listener(&changes);
        }
    }

    /// Folds the waiting frames, for as long as one animation frame can spare.
    fn drain(self: &Rc<Self>) {
        let mut effects = Vec::new();
        let begun = device::ticks();
        while let Some(frame) = self.next_frame() {
            self.fold(frame, &mut effects);
            if self.is_visible.get() && device::ticks() - begun > SLICE {
                break;
            }
        }
        self.finish(effects);
        if !self.intake.borrow().is_empty() {
            self.ask_for_frame();
        }
    }

    fn ask_for_frame(self: &Rc<Self>) {
        if !self.is_visible.get() {
            self.drain();
        } else if !self.frame_asked.replace(true) {
            let runtime = Rc::clone(self);
            request_animation_frame(move || {
                runtime.frame_asked.set(false);
                runtime.drain();
            });
        }
    }

    /// A line of a turn that goes over HTTP. One that cannot be read is as good as one that did not come: what it would
    /// have said comes from history.
    fn stream_told(self: &Rc<Self>, request: RequestId, line: &str) {
        if !line.is_empty() && self.intake.borrow_mut().push_event(request, line) {
            self.ask_for_frame();
        }
    }

    fn signal(self: &Rc<Self>, socket: SocketId, signal: Signal) {
        match signal {
            Signal::Opened => self.dispatch(Fact::SocketOpened(socket)),
            Signal::Received(text) => {
                self.intake.borrow_mut().push(socket, &text);
                self.ask_for_frame();
            }
            Signal::ReceivedBinary => self.dispatch(Fact::FrameUnreadable(socket)),
            Signal::Closed => self.dispatch(Fact::SocketClosed { socket, chance: chance() }),
        }
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::OpenSocket(id) => self.open_socket(id),
            Effect::CloseSocket(id) => {
                self.socket.borrow_mut().take_if(|(open, _)| *open == id);
            }
            Effect::SendFrame(id, message) => {
                let text = serde_json::to_string(&Open::Known(message)).unwrap_or_default();
                if let Some((open, socket)) = &*self.socket.borrow()
                    && *open == id
                {
                    // A send that fails is a socket that closes, which is an event of its own; what arrived is learnt
                    // from what comes back.
                    socket.send(&text).ok();
                }
            }
            Effect::LoadHistory { request, conversation, query } => {
                let call = Call::history(&conversation, query);
                self.ask(call, move |answer| Fact::HistoryAnswered {
                    request,
                    conversation,
                    answer: read(answer),
                    chance: chance(),
                });
            }
            Effect::ReadCache { request, conversation, before, count } => {
                self.order_cache(Order::Read { request, conversation, before, count });
            }
            Effect::WriteCache(writes) => self.order_cache(Order::Write(writes)),
            Effect::AskToPersist => device::ask_to_persist(),
            Effect::ReadCacheIndex => self.order_cache(Order::Index),
            Effect::LoadModels(request) => {
                self.ask(Call::models(), move |answer| Fact::ModelsAnswered { request, answer: read(answer) });
            }
            Effect::LoadMetrics { request, conversation } => {
                let of = (request, conversation);
                self.ask(Call::metrics(&of.1), move |answer| later!(metrics_of: fn(OfMetrics) -> Fact)((of, answer)));
            }
            Effect::LoadThroughput { request, period, date } => {
                self.ask(Call::throughput(period, &date), move |answer| {
                    later!(throughput_of: fn(OfThroughput) -> Fact)((request, answer))
                });
            }
            Effect::PostChat(request, chat) => {
                let runtime = Rc::clone(self);
                self.spawn(Box::pin(async move {
                    let told = Rc::clone(&runtime);
                    let tell = move |line: &str| told.stream_told(request, line);
                    Fact::ChatAnswered { request, answer: runtime.http.chat(&chat, tell).await }
                }));
            }
            Effect::LoadConversations(request) => {
                self.ask(Call::conversations(), move |answer| Fact::ConversationsAnswered {
                    request,
                    answer: read(answer),
                });
            }
            Effect::SetTitle(conversation, title) => {
                let call = Call::set_title(&conversation, title);
                self.ask(call, move |answer| Fact::TitleAnswered { conversation, answer: read(answer) });
            }
            Effect::Call(request, call) => {
                self.ask(call, move |answer| Fact::CallAnswered { request, answer });
            }
            Effect::StopTurn(conversation) => {
                let call = Call::stop(&conversation);
                self.ask(call, move |answer| Fact::StopAnswered { conversation, answer: read(answer) });
            }
            Effect::CloseConversation(conversation) => {
                let call = Call::close(&conversation);
                self.ask(call, move |answer| Fact::CloseAnswered { conversation, answer: read(answer) });
            }
            Effect::StartTimer(timer, after) => self.start_timer(timer, after),
            Effect::CancelTimer(timer) => drop(self.take_timer(&timer)),
            Effect::StoreTabs(stored) => self.store(Shelf::Shared, storage::TABS, &stored),
            Effect::StoreSettings(stored) => self.store(Shelf::Shared, storage::SETTINGS, &stored),
            Effect::StoreOutbox { window, stored } => self.store_or_forget([storage::OUTBOX, &window], stored),
            Effect::StoreWarming { conversation, stored } => {
                self.store_or_forget([storage::WARMING, conversation.as_str()], stored);
            }
            Effect::LoadOutboxes => {
                let outboxes = storage::load_all(storage::OUTBOX);
                self.spawn(Box::pin(async { Fact::OutboxesLoaded(outboxes) }));
            }
            Effect::StoreSidebar(stored) => self.store(Shelf::Shared, storage::SIDEBAR, &stored),
            Effect::StoreFolding(stored) => self.store(Shelf::Shared, storage::FOLDING, &stored),
            Effect::StoreWindow(stored) => self.store(Shelf::Window, storage::WINDOW, &stored),
            Effect::Copy(text) => {
                self.spawn(Box::pin(async move { Fact::CopyAnswered { copied: device::copy(&text).await } }));
            }
            Effect::Save { name, kind, text } => files::save(&name, kind, &text),
            Effect::AskToNotify => {
                self.spawn(Box::pin(async { Fact::NotifyingAnswered(device::may_notify().await) }));
            }
            Effect::Notify { title, text, conversation } => {
                let runtime = Rc::clone(self);
                device::notify(&title, &text, move || {
                    runtime.dispatch(Fact::ConversationChosen(conversation.clone()));
                });
            }
            Effect::TestAddresses(given) => {
                let addresses = addresses(&given);
                self.spawn(Box::pin(async move {
                    let http = HttpClient::new(addresses.http).call(Call::models()).await;
                    Fact::AddressesTested { http, ws: socket::opens(&addresses.ws, LONGEST_TEST).await }
                }));
            }
            Effect::Reload => device::reload(),
            Effect::ReloadUpdated => self.worker.reload(),
        }
    }

    fn open_socket(self: &Rc<Self>, id: SocketId) {
        let runtime = Rc::clone(self);
        match Socket::open(&self.addresses.ws, move |signal| runtime.signal(id, signal)) {
            Ok(socket) => *self.socket.borrow_mut() = Some((id, socket)),
            Err(_) => self.spawn(Box::pin(async move { Fact::SocketClosed { socket: id, chance: chance() } })),
        }
    }

    fn start_timer(self: &Rc<Self>, timer: Timer, after: f64) {
        let runtime = Rc::clone(self);
        let fired = timer.clone();
        let timeout = Timeout::new(after.max(0.0) as u32, move || {
            // Taken out first, so that starting the same timer again does not drop the one that is running right now.
            let this = runtime.take_timer(&fired);
            runtime.dispatch(Fact::TimerFired { timer: fired, chance: chance() });
            drop(this);
        });
        drop(self.take_timer(&timer));
        self.timers.borrow_mut().push((timer, timeout));
    }

    fn take_timer(&self, timer: &Timer) -> Option<Timeout> {
        let mut timers = self.timers.borrow_mut();
        let at = timers.iter().position(|(running, _)| running == timer)?;
        Some(timers.swap_remove(at).1)
    }

    /// Stores a value for every window, or forgets the one that is there.
    fn store_or_forget(self: &Rc<Self>, key: [&str; 2], value: Option<String>) {
        let key = key.concat();
        match value {
            Some(value) => self.store(Shelf::Shared, &key, &value),
            None => storage::forget(Shelf::Shared, &key),
        }
    }

    fn store(self: &Rc<Self>, shelf: Shelf, key: &str, value: &str) {
        if storage::store(shelf, key, value).is_err() {
            self.spawn(Box::pin(async { Fact::StorageRefused }));
        }
    }

    /// Calls the backend; `told` makes a fact of the answer.
    fn ask(self: &Rc<Self>, call: Call, told: impl FnOnce(Result<String, HttpFailure>) -> Fact + 'static) {
        self.ask_boxed(call, Box::new(told));
    }

    fn ask_boxed(self: &Rc<Self>, call: Call, told: Box<dyn FnOnce(Result<String, HttpFailure>) -> Fact>) {
        let runtime = Rc::clone(self);
        self.spawn(Box::pin(async move { told(runtime.http.call(call).await) }));
    }

    /// Runs a task whose outcome is a fact. Boxed, so that there is one kind of task to make code for.
    fn spawn(self: &Rc<Self>, task: Pin<Box<dyn Future<Output = Fact>>>) {
        let runtime = Rc::clone(self);
        spawn_local(async move {
            let fact = task.await;
            runtime.dispatch(fact);
        });
    }
}

/// An answer with figures, for what comes later to read.
type OfMetrics = ((RequestId, ConversationId), Result<String, HttpFailure>);

fn metrics_of(((request, conversation), answer): OfMetrics) -> Fact {
    Fact::MetricsAnswered { request, conversation, answer: read(answer) }
}

/// The same for how fast the models were.
type OfThroughput = (RequestId, Result<String, HttpFailure>);

fn throughput_of((request, answer): OfThroughput) -> Fact {
    Fact::ThroughputAnswered { request, answer: read(answer) }
}
