//! What views may know and do: signals of what is shown, and verbs for what a person does. The only door from the features
//! to the runtime.
//!
//! There are five kinds of triggers that the state fires: one for everything around the rows, one for the list of all
//! conversations, one for each topic that a view of its own shows, one for the list of rows, one for each row. Views take what
//! they show from the state when theirs fires. A delta fires one row's, whose view takes the new words and no others, so that
//! it costs what it adds and not what was said before.

mod around;
mod metrics;
mod row_signals;

use crate::adapters::device;
pub use crate::adapters::files::{forget as forget_picture, held_by as files_in};
pub use crate::adapters::writer::{Module, Prose, Terminal};
use crate::runtime::Runtime;
use dispatch_core::changes::{Changes, Topic};
use dispatch_core::conversation::Conversation;
use dispatch_core::listing::{ListState, ListedView};
use dispatch_core::models::Models;
use dispatch_core::settings::Settings;
use dispatch_core::shortcut::Command;
use dispatch_core::tool::Details;
use dispatch_core::transcript::RowId;
use dispatch_core::view::{RowKey, RowView, ShellView};
use dispatch_core::{ConversationId, Fact, ReadingPlace, State};
use leptos::prelude::*;
use row_signals::RowSignals;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The console, as views see it. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    runtime: StoredValue<Rc<Runtime>, LocalStorage>,
    rows_by_id: StoredValue<RowSignals, LocalStorage>,
    shell: StoredValue<ShellView>,
    shell_changed: Trigger,
    known: StoredValue<Known>,
    list_changed: Trigger,
    rows_changed: Trigger,
    /// Fires with every message that the person sends.
    sent: Trigger,
    writer_came: Trigger,
    /// The row that somebody wants to be taken to, and when they do.
    wanted: StoredValue<RowId>,
    wants: Trigger,
    commands: StoredValue<Commands, LocalStorage>,
    /// A trigger a topic, each at the place of its number.
    topics: [Trigger; Topic::ALL.len()],
}

/// A row's key as a number, which is what lists are made of.
pub fn row_number(key: RowKey) -> u64 {
    key.id.0 << 1 | u64::from(key.is_group)
}

/// The key that [`row_number`] gave a number to.
pub fn row_key(number: u64) -> RowKey {
    RowKey { id: RowId(number >> 1), is_group: number & 1 == 1 }
}

/// Carries out the commands that concern it.
type CarryOut = Rc<dyn Fn(Command)>;

/// Whoever carries out commands, each with a number of its own.
#[derive(Default)]
struct Commands {
    listeners: RefCell<Vec<(u64, CarryOut)>>,
    count: Cell<u64>,
}

/// Every conversation that was ever shown in a list, so that each has a number of its own, which is what lists are made of.
#[derive(Debug, Default)]
struct Known {
    /// Its place is its number.
    ids: Vec<ConversationId>,
    /// The numbers, sorted by id.
    sorted: Vec<usize>,
}

impl Known {
    fn key(&mut self, id: &ConversationId) -> u64 {
        match self.sorted.binary_search_by(|at| self.ids[*at].cmp(id)) {
            Ok(place) => self.sorted[place] as u64,
            Err(place) => {
                self.sorted.insert(place, self.ids.len());
                self.ids.push(id.clone());
                (self.ids.len() - 1) as u64
            }
        }
    }
}

/// A text in small letters: the browser has the tables for that.
fn small_letters(text: &str) -> String {
    String::from(js_sys::JsString::from(text).to_lower_case())
}

impl Console {
    /// Starts the runtime and gives the console to every view below.
    pub fn provide(runtime: Rc<Runtime>) {
        let console = Self {
            runtime: StoredValue::new_local(Rc::clone(&runtime)),
            rows_by_id: StoredValue::new_local(RowSignals::default()),
            shell: StoredValue::new(ShellView::default()),
            shell_changed: Trigger::new(),
            known: StoredValue::new(Known::default()),
            list_changed: Trigger::new(),
            rows_changed: Trigger::new(),
            sent: Trigger::new(),
            writer_came: Trigger::new(),
            wanted: StoredValue::new(RowId(0)),
            wants: Trigger::new(),
            commands: StoredValue::new_local(Commands::default()),
            topics: Topic::ALL.map(|_| Trigger::new()),
        };
        provide_context(console);
        runtime.writer().when_there(move || console.writer_came.notify());
        runtime.run(move |changes| console.publish(changes));
    }

    /// The console that was provided above.
    #[track_caller]
    pub fn expect() -> Self {
        expect_context()
    }

    /// Looks at what stands around the rows; looks again when it changed.
    pub fn shell<T>(self, look: impl FnOnce(&ShellView) -> T) -> T {
        self.shell_changed.track();
        self.shell.with_value(look)
    }

    /// Looks at what a view of its own shows; looks again when that changed.
    pub fn topic<T>(self, topic: Topic, look: impl FnOnce(&State) -> T) -> T {
        self.topics[topic as usize].track();
        self.runtime.with_value(|runtime| runtime.read(look))
    }

    /// Looks at what the person chose for every window; looks again when that changed.
    pub fn settings<T>(self, look: impl FnOnce(&Settings) -> T) -> T {
        self.topic(Topic::Settings, |state| look(state.settings()))
    }

    /// Hears of every command, for as long as the view that asks for it is there.
    pub fn on_command(self, carry_out: Box<dyn Fn(Command)>) {
        let number = self.commands.with_value(|commands| {
            commands.count.set(commands.count.get() + 1);
            commands.listeners.borrow_mut().push((commands.count.get(), Rc::from(carry_out)));
            commands.count.get()
        });
        on_cleanup(move || {
            self.commands.try_with_value(|commands| {
                commands.listeners.borrow_mut().retain(|(listener, _)| *listener != number);
            });
        });
    }

    /// Lets whoever it concerns carry out a command.
    pub fn command(self, command: Command) {
        let listeners = self.commands.with_value(|commands| commands.listeners.borrow().clone());
        listeners.iter().for_each(|(_, carry_out)| carry_out(command));
    }

    /// Tells the core what the person did.
    pub fn tell(self, fact: Fact) {
        self.dispatch(fact);
    }

    /// Looks at what stands around the rows, once.
    pub fn shell_now<T>(self, look: impl FnOnce(&ShellView) -> T) -> T {
        self.shell.with_value(look)
    }

    /// The tabs in the strip's order, each by a key that is its own for as long as the page is open.
    pub fn tab_keys(self) -> Vec<u64> {
        self.shell(|shell| shell.tabs.iter().map(|tab| self.key_of(&tab.id)).collect())
    }

    /// All conversations that a search finds, newest first, each with its key.
    pub fn listed(self, query: &str) -> Vec<(u64, ListedView)> {
        self.list_changed.track();
        let lines = self.runtime.with_value(|runtime| {
            runtime.read(|state| state.listing().lines(query, small_letters, |id| state.tabs().contains(id)))
        });
        lines.into_iter().map(|line| (self.key_of(&line.id), line)).collect()
    }

    /// How the list of all conversations stands.
    pub fn list_state(self) -> ListState {
        self.list_changed.track();
        self.runtime.with_value(|runtime| runtime.read(|state| state.listing().state()))
    }

    /// The conversation that has this key.
    pub fn conversation_of(self, key: u64) -> ConversationId {
        let known = self.known.with_value(|known| known.ids.get(usize::try_from(key).ok()?).cloned());
        known.unwrap_or_else(|| ConversationId::new(""))
    }

    fn key_of(self, id: &ConversationId) -> u64 {
        self.known.try_update_value(|known| known.key(id)).unwrap_or_default()
    }

    /// Fires with every message that the person sends.
    pub fn sent(self) -> Trigger {
        self.sent
    }

    /// The rows of a conversation in order, each as [`row_key`] reads it.
    pub fn rows_of(self, conversation: &ConversationId) -> Vec<u64> {
        self.rows_changed.track();
        let keys = self.look(conversation, Conversation::row_keys).unwrap_or_default();
        keys.into_iter().map(row_number).collect()
    }

    /// The row where a chunk of history is read, and the first chunk of that row.
    pub fn row_near(self, conversation: &ConversationId, seq: u64) -> Option<(RowKey, u64)> {
        self.look(conversation, |conversation| conversation.row_near(seq)).flatten()
    }

    /// What a row shows now.
    pub fn row(self, conversation: &ConversationId, key: RowKey) -> Option<RowView> {
        self.look(conversation, |conversation| conversation.row_view(key)).flatten()
    }

    /// Opens a row, or folds it.
    pub fn fold(self, conversation: &ConversationId, row: RowKey, open: bool) {
        self.dispatch(Fact::RowFolded { conversation: conversation.clone(), row, open });
    }

    /// Opens everything that is like a row, or folds it, for good.
    pub fn fold_like(self, conversation: &ConversationId, row: RowKey, open: bool) {
        self.dispatch(Fact::LikeFolded { conversation: conversation.clone(), row, open });
    }

    /// Looks at the models that are offered; looks again when that may have changed.
    pub fn models<T>(self, look: impl FnOnce(&Models) -> T) -> T {
        self.shell_changed.track();
        self.runtime.with_value(|runtime| runtime.read(|state| look(state.models())))
    }

    /// Sends the messages of the focused conversation with another model.
    pub fn choose_model(self, model: String) {
        self.dispatch(Fact::ModelChosen(model));
    }

    /// The rows where the turns of a conversation begin, as [`row_key`] reads them, each with the first words of its prompt.
    pub fn turns(self, conversation: &ConversationId) -> Vec<(u64, String)> {
        let turns = self.look(conversation, Conversation::turns).unwrap_or_default();
        turns.into_iter().map(|(key, words)| (row_number(key), words)).collect()
    }

    /// The turn after the row that is seen first, or the one that it is in, or before it.
    pub fn turn_beside(self, conversation: &ConversationId, seen: Option<u64>, forward: bool) -> Option<u64> {
        let seen = row_key(seen?);
        self.look(conversation, |conversation| conversation.turn_beside(seen, forward)).flatten().map(row_number)
    }

    /// The rows in which words stand, as [`row_key`] reads them.
    pub fn find(self, conversation: &ConversationId, words: &str) -> Vec<u64> {
        let found = self.look(conversation, |conversation| conversation.find(words, &small_letters));
        found.unwrap_or_default().into_iter().map(row_number).collect()
    }

    /// Opens a row, and the cards in it, where the words stand that were found.
    pub fn unfold_found(self, conversation: &ConversationId, row: RowKey, words: &str) {
        let cards = self.look(conversation, |open| open.find_cards(row, words, &small_letters)).unwrap_or_default();
        cards.into_iter().chain([row]).for_each(|row| self.fold(conversation, row, true));
    }

    /// Takes a row along as Markdown, or the turn that it begins.
    pub fn copy(self, conversation: &ConversationId, key: RowKey, turn: bool) {
        if let Some(text) = self.look(conversation, |conversation| conversation.to_markdown(key, turn)) {
            self.dispatch(Fact::CopyRequested(text));
        }
    }

    /// Looks at the words of a row, and at whether more may come.
    pub fn with_words(self, conversation: &ConversationId, row: RowId, look: impl FnOnce(&str, bool)) {
        self.look(conversation, |conversation| {
            if let Some(words) = conversation.words(row) {
                look(words, conversation.is_open(row));
            }
        });
    }

    /// What turns words into something to read, when it is there; whoever looks before is told when it came.
    pub fn writer(self) -> Option<Module> {
        let writer = self.runtime.with_value(|runtime| runtime.writer().arrived().map(Module::of));
        if writer.is_none() {
            self.writer_came.track();
        }
        writer
    }

    /// There are words that the writer could make something of. Without it they stay as they were written.
    pub fn ask_for_writer(self) {
        self.runtime.with_value(Runtime::load_writer);
    }

    /// Tries again to load the code that comes after the start.
    pub fn load_later(self) {
        self.runtime.with_value(Runtime::load_later);
    }

    /// Looks at what a tool card shows when it is opened.
    pub fn with_details(self, conversation: &ConversationId, row: RowId, look: &mut dyn FnMut(Details<'_>)) {
        self.look(conversation, |conversation| conversation.tool_details(row).map(look));
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
            self.sent.notify();
        }
        accepted
    }

    /// The words that were left unsent in a conversation.
    pub fn unsent(self, id: &ConversationId) -> String {
        self.look(id, |conversation| conversation.left.words.clone()).unwrap_or_default()
    }

    /// Whether leaving the page would lose words of the person's, beside those in the composer.
    pub fn would_lose_words(self) -> bool {
        self.runtime.with_value(|runtime| runtime.read(State::would_lose_words))
    }

    /// Keeps the words that were left unsent in a conversation.
    pub fn leave_words(self, conversation: ConversationId, words: String) {
        if self.unsent(&conversation) != words {
            self.dispatch(Fact::WordsLeft { conversation, words });
        }
    }

    /// Where the reader of a conversation was, unless its end was followed.
    pub fn reading_place(self, id: &ConversationId) -> Option<ReadingPlace> {
        self.look(id, |conversation| conversation.left.place).flatten()
    }

    /// Keeps where the reader of a conversation was, unless its end was followed.
    pub fn leave_place(self, conversation: ConversationId, place: Option<ReadingPlace>) {
        if self.reading_place(&conversation) != place {
            self.dispatch(Fact::PlaceLeft { conversation, place });
        }
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

    /// Looks at the tab after the one that is looked at, or at the one before it.
    pub fn step_tab(self, forward: bool) {
        self.dispatch(Fact::TabStepped { forward });
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

    /// The list of all conversations is looked at.
    pub fn ask_list(self) {
        self.dispatch(Fact::ListRequested);
    }

    /// Looks at a conversation, whether it has a tab or not.
    pub fn choose(self, id: ConversationId) {
        self.dispatch(Fact::ConversationChosen(id));
    }

    /// Gives a conversation another title.
    pub fn rename(self, conversation: ConversationId, title: String) {
        self.dispatch(Fact::TitleSubmitted { conversation, title });
    }

    /// Shows the sidebar beside the transcript, or puts it away.
    pub fn show_sidebar(self, shown: bool) {
        self.dispatch(Fact::SidebarToggled { shown });
    }

    /// Folds a view of the sidebar, or unfolds it.
    pub fn fold_view(self, view: &str, open: bool) {
        self.dispatch(Fact::ViewToggled { view: view.to_owned(), open });
    }

    /// Keeps so many pieces of a conversation loaded.
    pub fn set_chat_limit(self, limit: u64) {
        self.dispatch(Fact::ChatLimitSet(limit));
    }

    /// The reader came to the end of a conversation, or left it.
    pub fn reader_moved(self, conversation: ConversationId, at_end: bool) {
        self.dispatch(Fact::ReaderMoved { conversation, at_end });
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

    /// Reloads into the newer version.
    pub fn reload_updated(self) {
        self.dispatch(Fact::UpdateAccepted);
    }

    /// Puts the notice of the newer version away.
    pub fn put_off_update(self) {
        self.dispatch(Fact::UpdatePutOff);
    }

    fn dispatch(self, fact: Fact) {
        let runtime = self.runtime.get_value();
        runtime.dispatch(fact);
    }

    fn look<T>(self, id: &ConversationId, look: impl FnOnce(&Conversation) -> T) -> Option<T> {
        self.runtime.with_value(|runtime| runtime.read(|state| state.conversation(id).map(look)))
    }

    /// Fires the triggers of what changed, and no others.
    fn publish(self, changes: &Changes) {
        let runtime = self.runtime.get_value();
        let (shell, focused) = runtime.read(|state| (state.shell_view(), state.tabs().focused().clone()));
        let before = self.shell.with_value(|shell| shell.focused.clone());
        if before != focused {
            self.rows_by_id.with_value(RowSignals::forget_triggers);
        }
        // The list says which conversations have a tab.
        let has_other_tabs = self
            .shell
            .with_value(|before| before.tabs.iter().map(|tab| &tab.id).ne(shell.tabs.iter().map(|tab| &tab.id)));
        let has_other_shell = self.shell.with_value(|before| *before != shell);
        if has_other_shell {
            self.shell.set_value(shell);
            self.shell_changed.notify();
        }
        if changes.list || has_other_tabs {
            self.list_changed.notify();
        }
        let is_told = |topic: &&Topic| changes.concern(**topic, has_other_shell);
        Topic::ALL.iter().filter(is_told).for_each(|topic| self.topics[*topic as usize].notify());
        if changes.rows.contains(&focused) {
            self.rows_changed.notify();
        }
        self.tell_rows(changes, &focused);
    }
}
