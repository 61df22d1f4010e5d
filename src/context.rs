//! What views may know and do: signals of what is shown, and verbs for what a person does. The only door from the features
//! to the runtime.
//!
//! Words that stream are not in any signal. A row has a trigger that fires when its content changed, and its view takes the
//! new words from the state itself, so that a delta costs what it adds and not what was said before.

use crate::adapters::device;
use crate::runtime::Runtime;
use dispatch_core::changes::Changes;
use dispatch_core::conversation::Conversation;
use dispatch_core::problem::Problem;
use dispatch_core::transcript::RowId;
use dispatch_core::view::{ConnectionView, RowKey, RowView, StageView, TabView, ToolDetails};
use dispatch_core::{ConversationId, Fact, State};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The console, as views see it. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    runtime: StoredValue<Rc<Runtime>, LocalStorage>,
    rows_by_id: StoredValue<RowSignals, LocalStorage>,
    tabs: RwSignal<Vec<TabView>>,
    focus: RwSignal<Focus>,
    stage: RwSignal<StageView>,
    rows: RwSignal<Rows>,
    connection: RwSignal<ConnectionView>,
    was_connected: RwSignal<bool>,
    problems: RwSignal<Vec<Problem>>,
    announcement: RwSignal<(u64, String)>,
    closing: RwSignal<Option<String>>,
    sent: RwSignal<u64>,
}

/// The conversation that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// Its id.
    pub id: ConversationId,
    /// Whether it has a tab; a draft has none.
    pub has_tab: bool,
}

/// The rows of the focused conversation.
#[derive(Clone, Debug, PartialEq)]
struct Rows {
    conversation: ConversationId,
    keys: Vec<RowKey>,
}

/// What belongs to single rows: their triggers, and which are folded open.
#[derive(Debug, Default)]
struct RowSignals {
    touched: RefCell<BTreeMap<(ConversationId, RowId), ArcTrigger>>,
    open: RefCell<BTreeMap<(ConversationId, RowKey), ArcRwSignal<bool>>>,
}

impl Console {
    /// Starts the runtime and gives the console to every view below.
    pub fn provide(runtime: Rc<Runtime>) {
        let nobody = ConversationId::new("");
        let console = Self {
            runtime: StoredValue::new_local(Rc::clone(&runtime)),
            rows_by_id: StoredValue::new_local(RowSignals::default()),
            tabs: RwSignal::new(Vec::new()),
            focus: RwSignal::new(Focus { id: nobody.clone(), has_tab: false }),
            stage: RwSignal::new(StageView::default()),
            rows: RwSignal::new(Rows { conversation: nobody, keys: Vec::new() }),
            connection: RwSignal::new(ConnectionView::default()),
            was_connected: RwSignal::new(false),
            problems: RwSignal::new(Vec::new()),
            announcement: RwSignal::new((0, String::new())),
            closing: RwSignal::new(None),
            sent: RwSignal::new(0),
        };
        provide_context(console);
        runtime.run(move |changes| console.publish(changes));
    }

    /// The console that was provided above.
    #[track_caller]
    pub fn expect() -> Self {
        expect_context()
    }

    /// The tab strip.
    pub fn tabs(self) -> Signal<Vec<TabView>> {
        self.tabs.into()
    }

    /// The conversation that is looked at.
    pub fn focus(self) -> Signal<Focus> {
        self.focus.into()
    }

    /// What stands around its rows.
    pub fn stage(self) -> Signal<StageView> {
        self.stage.into()
    }

    /// The connection.
    pub fn connection(self) -> Signal<ConnectionView> {
        self.connection.into()
    }

    /// Whether the backend was ever reached since the page was opened.
    pub fn was_connected(self) -> Signal<bool> {
        self.was_connected.into()
    }

    /// What the person must be told.
    pub fn problems(self) -> Signal<Vec<Problem>> {
        self.problems.into()
    }

    /// What was announced last, with its number.
    pub fn announcement(self) -> Signal<(u64, String)> {
        self.announcement.into()
    }

    /// The title of the tab whose closing waits for an answer.
    pub fn closing(self) -> Signal<Option<String>> {
        self.closing.into()
    }

    /// Grows with every message that the person sends.
    pub fn sent(self) -> Signal<u64> {
        self.sent.into()
    }

    /// The rows of a conversation, while it is the one that is looked at.
    pub fn rows_of(self, conversation: ConversationId) -> Signal<Vec<RowKey>> {
        Signal::derive(move || {
            self.rows.with(|rows| if rows.conversation == conversation { rows.keys.clone() } else { Vec::new() })
        })
    }

    /// What a row shows; recomputed when it was touched.
    pub fn row(self, conversation: &ConversationId, key: RowKey) -> Memo<Option<RowView>> {
        let touched = self.touched(conversation, key.id);
        let conversation = conversation.clone();
        Memo::new(move |_| {
            touched.track();
            self.look(&conversation, |conversation| conversation.row_view(key)).flatten()
        })
    }

    /// Fires when a row's content changed.
    pub fn touched(self, conversation: &ConversationId, row: RowId) -> ArcTrigger {
        self.rows_by_id.with_value(|rows| {
            rows.touched.borrow_mut().entry((conversation.clone(), row)).or_insert_with(ArcTrigger::new).clone()
        })
    }

    /// Whether a row is folded open; closed until the person opens it, or as `at_first` says.
    pub fn is_open(self, conversation: &ConversationId, row: RowKey, at_first: bool) -> ArcRwSignal<bool> {
        self.rows_by_id.with_value(|rows| {
            let mut open = rows.open.borrow_mut();
            open.entry((conversation.clone(), row)).or_insert_with(|| ArcRwSignal::new(at_first)).clone()
        })
    }

    /// Looks at the words of a row.
    pub fn with_words(self, conversation: &ConversationId, row: RowId, look: impl FnOnce(&str)) {
        self.look(conversation, |conversation| conversation.words(row).map(look));
    }

    /// What a tool card shows when it is opened.
    pub fn tool_details(self, conversation: &ConversationId, row: RowId) -> ToolDetails {
        self.look(conversation, |conversation| conversation.tool_details(row)).flatten().unwrap_or_default()
    }

    /// Where the backend is looked for, for a person to read.
    pub fn backend_address(self) -> String {
        self.runtime.with_value(|runtime| runtime.addresses().http.clone())
    }

    /// Sends what was typed. Tells whether it was taken; if not, it belongs back into the composer.
    pub fn submit(self, typed: &str) -> bool {
        let accepted = self.runtime.with_value(|runtime| runtime.read(|state| state.accepts_prompt(typed).is_some()));
        if accepted {
            self.dispatch(Fact::PromptSubmitted { text: typed.to_owned(), fresh: device::fresh_conversation() });
            self.sent.update(|sent| *sent += 1);
        }
        accepted
    }

    /// Sends a message again that was not taken.
    pub fn retry(self, row: RowId) {
        self.dispatch(Fact::RetryRequested(row));
    }

    /// Stops the turn of the focused conversation.
    pub fn stop(self) {
        self.dispatch(Fact::StopRequested);
    }

    /// Looks at a tab.
    pub fn select_tab(self, id: ConversationId) {
        self.dispatch(Fact::TabSelected(id));
    }

    /// Begins a new conversation.
    pub fn new_conversation(self) {
        self.dispatch(Fact::DraftSelected);
    }

    /// Closes a tab, or asks whether it may.
    pub fn close_tab(self, id: ConversationId) {
        self.dispatch(Fact::TabCloseRequested(id));
    }

    /// Answers whether a tab with a running turn may be closed.
    pub fn decide_close(self, close: bool) {
        self.dispatch(Fact::CloseDecided { close });
    }

    /// Shows older messages.
    pub fn show_earlier(self) {
        self.dispatch(Fact::EarlierRequested);
    }

    /// Connects now.
    pub fn reconnect(self) {
        self.dispatch(Fact::ReconnectRequested);
    }

    /// Puts a problem away.
    pub fn dismiss(self, problem: u64) {
        self.dispatch(Fact::ProblemDismissed(problem));
    }

    fn dispatch(self, fact: Fact) {
        let runtime = self.runtime.get_value();
        runtime.dispatch(fact);
    }

    fn look<T>(self, id: &ConversationId, look: impl FnOnce(&Conversation) -> T) -> Option<T> {
        self.runtime.with_value(|runtime| runtime.read(|state| state.conversation(id).map(look)))
    }

    /// Tells the signals what changed, and no more than that.
    fn publish(self, changes: &Changes) {
        let runtime = self.runtime.get_value();
        runtime.read(|state| {
            let focused = state.tabs().focused();
            if changes.shell || !changes.rows.is_empty() {
                self.publish_shell(state);
            }
            if changes.rows.contains(focused) {
                let keys = state.focused().map(Conversation::row_keys).unwrap_or_default();
                set_if_new(self.rows, Rows { conversation: focused.clone(), keys });
            }
        });
        self.rows_by_id.with_value(|rows| {
            let touched = rows.touched.borrow();
            if changes.rows.is_empty() {
                for key in &changes.touched {
                    touched.get(key).into_iter().for_each(ArcTrigger::notify);
                }
            } else {
                // A changed list may change any row's place in a turn; the rows compare what they show.
                touched.values().for_each(ArcTrigger::notify);
            }
        });
    }

    fn publish_shell(self, state: &State) {
        let id = state.tabs().focused().clone();
        let is_new_focus = self.focus.with_untracked(|focus| focus.id != id);
        if is_new_focus {
            self.rows_by_id.with_value(|rows| rows.touched.borrow_mut().clear());
        }
        set_if_new(self.tabs, state.tab_views());
        set_if_new(self.focus, Focus { has_tab: state.tabs().active().is_some(), id });
        set_if_new(self.stage, state.stage_view());
        set_if_new(self.connection, state.connection_view());
        set_if_new(self.was_connected, state.connection().was_open());
        set_if_new(self.problems, state.problems().shown().to_vec());
        let announced = state.announcement();
        set_if_new(self.announcement, (announced.number, announced.text.clone()));
        let closing = state.closing().and_then(|id| state.conversation(id)).map(Conversation::title);
        set_if_new(self.closing, closing);
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
