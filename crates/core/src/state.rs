//! Everything the console knows.

use crate::anomaly::Anomalies;
use crate::call::Purpose;
use crate::changes::{Changes, Topic};
use crate::connection::Connection;
use crate::conversation::Conversation;
use crate::diagnostics::Log;
use crate::folding::Folding;
use crate::late::late;
use crate::listing::Listing;
use crate::map::Map;
use crate::metrics::ContextMeter;
use crate::metrics::Moved;
use crate::models::Models;
use crate::problem::Problems;
use crate::receipt::Receipt;
use crate::reduce::Keeper;
use crate::settings::Settings;
use crate::sidebar::Sidebar;
use crate::surfaces::Surfaces;
use crate::tabs::Tabs;
use crate::throughput::Throughput;
use crate::update::Update;
use crate::view::Later;
use crate::{ConversationId, Millis, RequestId};
use dispatch_contract::CatalogEntry;

/// The whole state. There is one, the runtime owns it, and only [`reduce`](crate::reduce) changes it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(crate) connection: Connection,
    pub(crate) tabs: Tabs,
    /// The name of this window, under which its unconfirmed messages are kept.
    pub(crate) window: String,
    /// The strip as it is stored.
    pub(crate) tabs_stored: String,
    pub(crate) listing: Listing,
    /// One per open tab, and the draft.
    pub(crate) conversations: Map<ConversationId, Conversation>,
    /// Messages on their way over HTTP.
    pub(crate) posting: Vec<(RequestId, ConversationId)>,
    pub(crate) receipt: Receipt,
    pub(crate) models: Models,
    pub(crate) throughput: Throughput,
    pub(crate) problems: Problems,
    pub(crate) announcement: Announcement,
    /// The tab whose closing waits for the person's answer, because a turn runs in it.
    pub(crate) closing: Option<ConversationId>,
    /// The backend can stop a turn, as far as is known.
    pub(crate) can_stop: bool,
    /// The person was told that nothing is kept across reloads.
    pub(crate) storage_refused: bool,
    /// The person was told that words are shown as they were written.
    pub(crate) writer_failed: bool,
    pub(crate) later: Later,
    pub(crate) settings: Settings,
    pub(crate) sidebar: Sidebar,
    pub(crate) folding: Folding,
    pub(crate) keeper: Keeper,
    pub(crate) surfaces: Surfaces,
    pub(crate) update: Update,
    /// What was found where the person says the backend is, in words.
    pub(crate) address_test: String,
    /// What the connection went through.
    pub(crate) log: Log,
    /// Nobody sees the page.
    pub(crate) is_hidden: bool,
    /// What came before all of the console was there.
    pub(crate) held: Held,
    /// Calls on their way, and what they are for.
    pub(crate) calls: Vec<(RequestId, Purpose)>,
    /// Somebody looks at the language servers.
    pub(crate) watches_servers: bool,
    pub(crate) anomalies: Anomalies,
    pub(crate) next_request: u64,
    pub(crate) now: Millis,
    pub(crate) changes: Changes,
}

/// What came before all of the console was there, and is for what comes later.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Held {
    /// The surfaces that there are.
    pub(crate) catalogue: Option<Vec<CatalogEntry>>,
    /// What was stored of prompt caches, by conversation.
    pub(crate) warmings: Vec<(String, String)>,
}

/// Something to be spoken, once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcement {
    /// Grows with every announcement, so that the same words twice are two.
    pub number: u64,
    /// The words.
    pub text: String,
}

impl Default for State {
    fn default() -> Self {
        let draft = ConversationId::new("");
        Self {
            connection: Connection::default(),
            tabs: Tabs::new(draft),
            window: String::new(),
            tabs_stored: String::new(),
            listing: Listing::default(),
            conversations: Map::default(),
            posting: Vec::new(),
            receipt: Receipt::default(),
            models: Models::default(),
            throughput: Throughput::default(),
            problems: Problems::default(),
            announcement: Announcement::default(),
            closing: None,
            can_stop: true,
            storage_refused: false,
            writer_failed: false,
            later: Later::Coming,
            settings: Settings::default(),
            sidebar: Sidebar::default(),
            folding: Folding::default(),
            keeper: Keeper::default(),
            surfaces: Surfaces::default(),
            update: Update::default(),
            address_test: String::new(),
            log: Log::default(),
            is_hidden: false,
            held: Held::default(),
            calls: Vec::new(),
            watches_servers: false,
            anomalies: Anomalies::default(),
            next_request: 0,
            now: Millis::default(),
            changes: Changes::default(),
        }
    }
}

impl State {
    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The tab strip.
    pub fn tabs(&self) -> &Tabs {
        &self.tabs
    }

    /// An open conversation.
    pub fn conversation(&self, id: &ConversationId) -> Option<&Conversation> {
        self.conversations.get(id)
    }

    /// The conversation that is looked at.
    pub fn focused(&self) -> Option<&Conversation> {
        self.conversations.get(self.tabs.focused())
    }

    /// The name of this window.
    pub fn window(&self) -> &str {
        &self.window
    }

    /// What the person is told after a drop.
    pub fn receipt(&self) -> Option<&str> {
        self.receipt.text()
    }

    /// The list of all conversations.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// The model catalogue.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// How fast the models were.
    pub fn throughput(&self) -> &Throughput {
        &self.throughput
    }

    /// How full the context is of the model that the focused conversation uses.
    pub fn context_meter(&self) -> ContextMeter {
        let window = self.model().and_then(|model| self.models.context_window(model));
        ContextMeter { used: self.focused().and_then(|focused| focused.metrics.context_size()), window }
    }

    /// The model that a message is sent with now from the focused conversation.
    pub fn model(&self) -> Option<&str> {
        self.model_of(self.tabs.focused())
    }

    /// The model that a message of a conversation is sent with now.
    pub(crate) fn model_of(&self, id: &ConversationId) -> Option<&str> {
        let of_draft = self.conversations.get(id).and_then(|draft| draft.left.model.as_deref());
        let is_new = self.tabs.draft() == id;
        let used_last = self.tabs.used_last.as_deref().filter(|name| is_new && self.models.offers(name));
        self.models.choose(self.tabs.model(id).or(of_draft).or(used_last))
    }

    /// What the person must be told.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// What was announced last.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// The tab whose closing waits for the person's answer.
    pub fn closing(&self) -> Option<&ConversationId> {
        self.closing.as_ref()
    }

    /// Whether the backend can stop a turn, as far as is known.
    pub fn can_stop(&self) -> bool {
        self.can_stop
    }

    /// What was found where the person says the backend is, in words.
    pub fn address_test(&self) -> &str {
        &self.address_test
    }

    /// What the connection went through.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What the person chose.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the person chose to see beside the transcript.
    pub fn sidebar(&self) -> &Sidebar {
        &self.sidebar
    }

    /// What stands open by itself.
    pub fn folding(&self) -> &Folding {
        &self.folding
    }

    /// What should not have happened.
    pub fn anomalies(&self) -> &Anomalies {
        &self.anomalies
    }

    /// The message that these typed words would be, if it can be sent from the focused conversation now.
    pub fn accepts_prompt(&self, typed: &str) -> Option<String> {
        let text = typed.trim();
        let generates = self.focused().is_some_and(|conversation| conversation.transcript.is_generating());
        (!text.is_empty() && !generates).then(|| text.to_owned())
    }

    /// What changed around the rows since this was last asked; what else did is left for [`State::take_changes`].
    pub fn take_shell_changes(&mut self) -> Changes {
        Changes { shell: std::mem::take(&mut self.changes.shell), ..Changes::default() }
    }

    /// What changed since this was last asked; brings the lists of rows up to date.
    pub fn take_changes(&mut self) -> Changes {
        for (id, conversation) in self.conversations.iter_mut() {
            let is_laid_out = conversation.transcript.refresh_layout();
            let mut figures = Moved::default();
            if self.later == Later::Here {
                figures = late!(Conversation::place_metrics: fn(conversation: &mut Conversation, is_laid_out: bool) -> Moved)(
                    conversation,
                    is_laid_out,
                );
            }
            let (rows, touched) = conversation.transcript.take_changes();
            let outbox_changed = conversation.outbox.take_changed();
            if outbox_changed || rows || figures.list {
                self.changes.rows.push(id.clone());
            }
            if figures.figures {
                self.changes.topics.mark(Topic::Metrics);
            }
            let mut told = figures.touched;
            if outbox_changed {
                told.extend(conversation.outbox.shown().map(|item| item.row));
            }
            for row in touched {
                let card = conversation.transcript.shown_by(row);
                told.push(card);
                told.extend(conversation.transcript.group_of(card));
            }
            if !told.is_empty() {
                self.changes.touched.push((id.clone(), told));
            }
        }
        std::mem::take(&mut self.changes)
    }
}
