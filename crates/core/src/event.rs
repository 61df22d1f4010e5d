//! Facts: everything the console ever learns comes in as one of these.

use crate::address::GivenAddresses;
use crate::cache::{Kept, Page};
use crate::settings::Look;
use crate::shortcut::Command;
use crate::surfaces::Use;
use crate::throughput::Leaf;
use crate::transcript::RowId;
use crate::view::RowKey;
use crate::{ConversationId, Millis, RequestId, SocketId, Timer};
use dispatch_contract::{
    AbortResponse, ActionId, AgentEvent, ConversationsResponse, HistoryResponse, MessageId, MetricsResponse,
    ModelsResponse, Open, ServerMessage, SurfaceId, ThroughputResponse, TitleResponse,
};

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When the runtime learnt of it.
    pub at: Millis,
    /// What happened.
    pub fact: Fact,
}

/// Why an HTTP request brought no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// No answer at all: no network, no server, or cut off in the middle.
    Unreachable,
    /// The server refused.
    Refused {
        /// The status, 4xx or 5xx.
        status: u16,
        /// The server's words, where it had any.
        message: Option<String>,
    },
    /// An answer that is not what the contract says.
    Unreadable,
}

impl HttpFailure {
    /// Whether the endpoint does not exist at this backend.
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::Refused { status: 404 | 405 | 501, .. })
    }

    /// In words, for the person.
    pub fn in_words(&self) -> String {
        match self {
            Self::Unreachable => "the server cannot be reached".to_owned(),
            Self::Refused { message: Some(message), .. } => message.clone(),
            Self::Refused { status, message: None } => format!("the server answered HTTP {status}"),
            Self::Unreadable => "the server's answer could not be read".to_owned(),
        }
    }
}

/// Why this device does not keep conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheFailure {
    /// The browser does not allow it, or its database cannot be used: nothing is kept, and nothing will be.
    Refused,
    /// There is no room for more.
    Full,
    /// This once it did not work.
    Broken,
}

/// What a conversation is taken along as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// To be read.
    Markdown,
    /// To be worked with: every chunk as the contract has it.
    Json,
}

/// Where somebody was reading: by a chunk, since what stands before it may be another length the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingPlace {
    /// The first chunk in view.
    pub seq: u64,
    /// How far its row stood below the top, in CSS pixels.
    pub below_top: i64,
}

/// What is found again when the page is loaded, as far as it was stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The tabs.
    pub tabs: Option<String>,
    /// What the person chose.
    pub settings: Option<String>,
    /// What the person chose to see beside the transcript.
    pub sidebar: Option<String>,
    /// What stands open by itself.
    pub folding: Option<String>,
    /// What belongs to this browser window.
    pub window: Option<String>,
    /// This window's name, if it was only reloaded.
    pub name: Option<String>,
    /// The unconfirmed messages of every window, by its name.
    pub outboxes: Vec<(String, String)>,
    /// What is known of conversations' caches, by their ids.
    pub warmings: Vec<(String, String)>,
}

/// What can happen. `chance` values are uniform in `[0, 1)`; ids named `fresh` are newly minted UUIDs.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The page was loaded.
    AppStarted {
        /// What was stored before.
        stored: Stored,
        /// The id of the first draft.
        fresh: ConversationId,
        /// A name for this window, should it have none.
        fresh_name: String,
        /// Whether the browser believes it has a network.
        online: bool,
    },
    /// The socket opened.
    SocketOpened(SocketId),
    /// The socket closed, or could not be opened.
    SocketClosed {
        /// Which.
        socket: SocketId,
        /// For the backoff's jitter.
        chance: f64,
    },
    /// A frame arrived.
    FrameReceived(SocketId, Open<ServerMessage>),
    /// A frame arrived that could not be read.
    FrameUnreadable(SocketId),
    /// A timer ran out.
    TimerFired {
        /// Which.
        timer: Timer,
        /// For the jitter of what follows.
        chance: f64,
    },
    /// The browser gained or lost its network.
    NetworkChanged {
        /// Whether it has one now.
        online: bool,
    },
    /// The page became visible.
    PageShown,
    /// Nobody sees the page any more.
    PageHidden,
    /// The person asked to connect now.
    ReconnectRequested,
    /// An answer to `LoadHistory`.
    HistoryAnswered {
        /// The request.
        request: RequestId,
        /// Whose history.
        conversation: ConversationId,
        /// The page, or why there is none.
        answer: Result<HistoryResponse, HttpFailure>,
        /// For the jitter of the next try.
        chance: f64,
    },
    /// An answer to `ReadCache`.
    CacheRead {
        /// The request.
        request: RequestId,
        /// Whose.
        conversation: ConversationId,
        /// What is kept; nothing too when it could not be read.
        page: Option<Page>,
    },
    /// An answer to `ReadCacheIndex`.
    CacheIndexRead(Vec<(ConversationId, Kept)>),
    /// This device does not keep what it was given.
    CacheFailed(CacheFailure),
    /// An event of the turn that answers a message sent over HTTP.
    ChatEventReceived(RequestId, AgentEvent),
    /// The answer to a message sent over HTTP is over, or there is none.
    ChatAnswered {
        /// The request.
        request: RequestId,
        /// Whether it ended by itself.
        answer: Result<(), HttpFailure>,
    },
    /// An answer to `LoadModels`.
    ModelsAnswered {
        /// The request.
        request: RequestId,
        /// The catalogue, or why there is none.
        answer: Result<ModelsResponse, HttpFailure>,
    },
    /// An answer to `Call`.
    CallAnswered {
        /// The request.
        request: RequestId,
        /// The body of a successful answer, or why there is none.
        answer: Result<String, HttpFailure>,
    },
    /// The person chose how much is thought in the focused conversation.
    EffortChosen(String),
    /// The person chose how much is thought about the next message of the focused conversation, or that it is as always.
    EffortOnceChosen(Option<String>),
    /// The person typed the folder in which the focused conversation shall work.
    CwdSubmitted(String),
    /// The person chose how the page looks.
    LookChosen(Look, String),
    /// The person wants the system to tell of turns that end, or no more.
    NotifyingChosen(bool),
    /// The browser may tell, or may not: an answer to `AskToNotify`.
    NotifyingAnswered(bool),
    /// The person said where the backend is.
    AddressesSubmitted(GivenAddresses),
    /// The person wants to know whether a backend is there.
    AddressTestRequested(GivenAddresses),
    /// An answer to `TestAddresses`.
    AddressesTested {
        /// What `GET /models` answered there.
        http: Result<String, HttpFailure>,
        /// Whether a socket opened.
        ws: bool,
    },
    /// The person wants nothing to be kept on this device of what is kept now.
    CacheCleared,
    /// The person chose other keys for a command, as they are written, or none.
    KeysChosen(Command, String),
    /// The person wants the keys that there were at first.
    KeysReset,
    /// The person wants to take the focused conversation along.
    ExportRequested(ExportFormat),
    /// The person looks at the language servers, or no more.
    ServersWatched(bool),
    /// The person wants the language servers to be asked for again.
    ServersRequested,
    /// An answer to `LoadMetrics`.
    MetricsAnswered {
        /// The request.
        request: RequestId,
        /// Whose figures.
        conversation: ConversationId,
        /// Those of all sealed turns, or why there are none.
        answer: Result<MetricsResponse, HttpFailure>,
    },
    /// The person looks at how fast the models were, and leafs through it.
    ThroughputLeafed {
        /// To where.
        leaf: Leaf,
        /// How many milliseconds the reader's clock is ahead of UTC: it says which day is today.
        east: f64,
    },
    /// An answer to `LoadThroughput`.
    ThroughputAnswered {
        /// The request.
        request: RequestId,
        /// What was measured, or why that cannot be had.
        answer: Result<ThroughputResponse, HttpFailure>,
    },
    /// An answer to `StopTurn`.
    StopAnswered {
        /// Whose turn.
        conversation: ConversationId,
        /// What became of it.
        answer: Result<AbortResponse, HttpFailure>,
    },
    /// An answer to `CloseConversation`.
    CloseAnswered {
        /// Which.
        conversation: ConversationId,
        /// What became of it.
        answer: Result<AbortResponse, HttpFailure>,
    },
    /// The person sent a message from the active conversation's composer.
    PromptSubmitted {
        /// The words as typed.
        text: String,
        /// The id of the next draft, should this one become a conversation.
        fresh: ConversationId,
    },
    /// The person gave a picture to a conversation's next message, or dropped something that is none.
    PictureGiven {
        /// Whose: reading it takes a while, in which the person may look elsewhere.
        conversation: ConversationId,
        /// The name of the file; may be empty.
        name: String,
        /// Its media type.
        kind: String,
        /// What is in it as a data URL, or why it was not read.
        picture: Result<String, String>,
    },
    /// The person took a picture away again, by its place.
    PictureRemoved(usize),
    /// The person pasted more text into the composer than a message may have.
    TooMuchPasted,
    /// The person left words unsent in a conversation's composer.
    WordsLeft {
        /// Which conversation.
        conversation: ConversationId,
        /// The words; empty for none.
        words: String,
    },
    /// The person asked to send a failed message again, or one that the backend lost.
    RetryRequested(RowId),
    /// The person took a message back that failed or waits, or one that the backend lost.
    TakenBack {
        /// The row that shows it.
        row: RowId,
        /// Its words and pictures go into the composer, rather than away.
        edits: bool,
    },
    /// The person asked to stop the active conversation's turn.
    StopRequested,
    /// The person chose a tab.
    TabSelected(ConversationId),
    /// The person stepped to the tab beside the one that is looked at.
    TabStepped {
        /// To the one after it, rather than before.
        forward: bool,
    },
    /// The reader of a conversation was here when the page was left.
    PlaceLeft {
        /// Which conversation.
        conversation: ConversationId,
        /// Where, unless the end was followed.
        place: Option<ReadingPlace>,
    },
    /// The person asked for a new conversation.
    DraftSelected,
    /// The person asked to close a tab.
    TabCloseRequested(ConversationId),
    /// The person answered the question whether a running turn may be stopped by closing.
    CloseDecided {
        /// Stop it and close the tab, rather than keep it open.
        close: bool,
    },
    /// An answer to `LoadConversations`.
    ConversationsAnswered {
        /// The request.
        request: RequestId,
        /// The list, or why there is none.
        answer: Result<ConversationsResponse, HttpFailure>,
    },
    /// An answer to `SetTitle`.
    TitleAnswered {
        /// Whose title.
        conversation: ConversationId,
        /// The title as it is now, or why it is not.
        answer: Result<TitleResponse, HttpFailure>,
    },
    /// An answer to `LoadOutboxes`: what each window keeps, by its name.
    OutboxesLoaded(Vec<(String, String)>),
    /// The person chose a conversation that may have no tab.
    ConversationChosen(ConversationId),
    /// The person looks at the list of conversations.
    ListRequested,
    /// The person chose the model for the focused conversation.
    ModelChosen(String),
    /// The person wants these words in the clipboard.
    CopyRequested(String),
    /// The browser took them, or did not.
    CopyAnswered {
        /// Whether they are there.
        copied: bool,
    },
    /// The person showed the sidebar beside the transcript, or put it away.
    SidebarToggled {
        /// Whether it is shown now.
        shown: bool,
    },
    /// The person folded a view of the sidebar, or unfolded it.
    ViewToggled {
        /// Its name.
        view: String,
        /// Whether it is unfolded now.
        open: bool,
    },
    /// The person put the views of the sidebar into this order.
    ViewsArranged(Vec<String>),
    /// The person does not want to see a view of the sidebar, or wants to again.
    ViewClosed {
        /// Its name.
        view: String,
        /// Whether it is out of sight now.
        closed: bool,
    },
    /// The person opened a row, or folded it.
    RowFolded {
        /// Whose.
        conversation: ConversationId,
        /// Which.
        row: RowKey,
        /// Whether it is open now.
        open: bool,
    },
    /// The person opened everything that is like a row (cards of the same tool, thinking), or folded it, for good.
    LikeFolded {
        /// Whose row.
        conversation: ConversationId,
        /// Which.
        row: RowKey,
        /// Whether all of them are open now.
        open: bool,
    },
    /// Another window of the console stored what stands open by itself.
    FoldingStored(String),
    /// The person gave a conversation another title.
    TitleSubmitted {
        /// Which.
        conversation: ConversationId,
        /// The title as typed.
        title: String,
    },
    /// Another window of the console stored the tabs.
    TabsStored(String),
    /// Another window of the console stored what the person chose.
    SettingsStored(String),
    /// The browser refuses to keep anything across reloads.
    StorageRefused,
    /// What turns words into something to read could not be loaded.
    WriterFailed,
    /// The code that comes after the start is there.
    LaterArrived,
    /// The code that comes after the start could not be loaded.
    LaterFailed,
    /// The person asked for older messages.
    EarlierRequested,
    /// The reader came to the end of a conversation, or left it.
    ReaderMoved {
        /// Which conversation.
        conversation: ConversationId,
        /// Whether the end is in view.
        at_end: bool,
    },
    /// The person chose how many pieces of a conversation are kept loaded.
    ChatLimitSet(u64),
    /// The person used a control of a surface.
    ControlUsed {
        /// The surface.
        surface: SurfaceId,
        /// The control's action.
        action: ActionId,
        /// What was done with it.
        used: Use,
    },
    /// The person wants these words queued behind the running turn of the focused conversation.
    QueueRequested(String),
    /// The person takes a message back that waits in the focused conversation.
    QueueCancelRequested(MessageId),
    /// The person set how long the focused conversation's warming waits, as it was typed.
    WarmIntervalSet {
        /// The minutes.
        minutes: String,
        /// The seconds over them.
        seconds: String,
    },
    /// The person chose after how many unused warms the focused conversation's warming is turned off, if ever.
    WarmLimitSet(Option<u64>),
    /// The person asked to warm the focused conversation's cache now.
    WarmRequested,
    /// Another window of the console stored what it knows of a conversation's cache.
    WarmingStored {
        /// The conversation.
        conversation: ConversationId,
        /// What was stored.
        stored: String,
    },
    /// The person read a problem and put it away.
    ProblemDismissed(u64),
    /// A newer version of the console is on this device and waits.
    UpdateReady,
    /// The person put the notice of it away.
    UpdatePutOff,
    /// The person asked to reload into it.
    UpdateAccepted,
}
