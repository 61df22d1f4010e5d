//! Orders for the runtime: plain data, each answered (where it has an answer) by a later event.

use crate::ConversationId;
use crate::address::GivenAddresses;
use crate::cache::Write;
use crate::call::Call;
use crate::throughput::Period;
use dispatch_contract::{ChatRequest, ClientMessage};

/// One attempt to hold a socket open. Events of an older one are of no interest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// One request over HTTP. An answer with another id than the one waited for comes too late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// Which part of a conversation's history is asked for: `since_seq < seq < before_seq`, the newest `limit` of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Exclusive lower bound; 0 for none.
    pub since_seq: u64,
    /// Exclusive upper bound.
    pub before_seq: Option<u64>,
    /// At most so many, the newest.
    pub limit: Option<u64>,
}

/// What is waited for. Starting a timer that already runs replaces it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The pause before the next attempt to connect.
    Reconnect,
    /// The longest a handshake may take.
    Handshake,
    /// The longest a busy socket may be silent before it is probed.
    Silence,
    /// The longest a probe may go unanswered.
    Probe,
    /// The longest it may take the backend to show that it has read the subscriptions.
    Subscribed,
    /// The pause before a failed sync is tried again.
    SyncRetry(ConversationId),
    /// How long after the tail's answer a live turn from before the reconnect may stay unheard of.
    ConfirmLive(ConversationId),
    /// How long no socket may open before it is looked whether HTTP answers.
    OverHttp,
    /// How long a receipt is shown.
    Receipt,
    /// The pause before this window gives the next sign of life beside its unconfirmed messages.
    Alive,
    /// The moment when other windows whose messages were found may prove to be gone.
    Orphans,
    /// The pause before the model catalogue is asked for again.
    ModelsRetry,
    /// How long a control that was used may go unanswered; the number says which use.
    Control(u64),
    /// How long a message may be on its way into a conversation's queue.
    Queueing(ConversationId),
    /// How long a window waits that said it is going to turn a conversation's warming off.
    WarmLimit(ConversationId),
}

/// What the runtime must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open the socket.
    OpenSocket(SocketId),
    /// Close it and forget it.
    CloseSocket(SocketId),
    /// Send a message over the open socket.
    SendFrame(SocketId, ClientMessage),
    /// Ask for a part of a conversation's history; answered by `HistoryAnswered`.
    LoadHistory {
        /// The request.
        request: RequestId,
        /// Whose history.
        conversation: ConversationId,
        /// Which part.
        query: HistoryQuery,
    },
    /// Ask what the turns of a conversation took; answered by `MetricsAnswered`.
    LoadMetrics {
        /// The request.
        request: RequestId,
        /// Whose.
        conversation: ConversationId,
    },
    /// Ask how fast the models were; answered by `ThroughputAnswered`.
    LoadThroughput {
        /// The request.
        request: RequestId,
        /// In a window of this length.
        period: Period,
        /// The window's date, as the contract writes it.
        date: String,
    },
    /// Read what this device keeps of a conversation: the newest `count` chunks before `before`, or before the end;
    /// answered by `CacheRead`.
    ReadCache {
        /// The request.
        request: RequestId,
        /// Whose.
        conversation: ConversationId,
        /// Exclusive upper bound.
        before: Option<u64>,
        /// At most so many.
        count: u64,
    },
    /// Keep things on this device, all of them or none. Answered only when it fails, by `CacheFailed`.
    WriteCache(Vec<Write>),
    /// Read what this device keeps of all conversations; answered by `CacheIndexRead`.
    ReadCacheIndex,
    /// Ask the browser not to throw away what this device keeps when it wants room.
    AskToPersist,
    /// Send a message over HTTP; answered by a `ChatEventReceived` for each event of its turn, and `ChatAnswered` at the end.
    PostChat(RequestId, ChatRequest),
    /// Ask for all conversations; answered by `ConversationsAnswered`.
    LoadConversations(RequestId),
    /// Give a conversation another title; answered by `TitleAnswered`.
    SetTitle(ConversationId, String),
    /// Ask for the model catalogue; answered by `ModelsAnswered`.
    LoadModels(RequestId),
    /// Call the backend over HTTP; answered by `CallAnswered`.
    Call(RequestId, Call),
    /// Ask the backend to stop a conversation's turn; answered by `StopAnswered`.
    StopTurn(ConversationId),
    /// Tell the backend that the person closed a conversation; answered by `CloseAnswered`.
    CloseConversation(ConversationId),
    /// Start a timer of so many milliseconds; answered by `TimerFired`.
    StartTimer(Timer, f64),
    /// Stop a timer.
    CancelTimer(Timer),
    /// Keep the list of tabs across reloads.
    StoreTabs(String),
    /// Keep what the person chose, for every window.
    StoreSettings(String),
    /// Keep a window's unconfirmed messages, under its name; nothing of them if there are none.
    StoreOutbox {
        /// The window.
        window: String,
        /// What is kept.
        stored: Option<String>,
    },
    /// Look what every window keeps of its unconfirmed messages; answered by `OutboxesLoaded`.
    LoadOutboxes,
    /// Keep what the person chose to see beside the transcript.
    StoreSidebar(String),
    /// Keep what stands open by itself, for every window.
    StoreFolding(String),
    /// Keep what is known of a conversation's cache, for every window; nothing of it if there is nothing.
    StoreWarming {
        /// Whose.
        conversation: ConversationId,
        /// What is kept.
        stored: Option<String>,
    },
    /// Keep what belongs to this browser window across reloads.
    StoreWindow(String),
    /// Put these words into the clipboard; answered by `CopyAnswered`.
    Copy(String),
    /// Ask the browser whether it may tell of things while nobody looks; answered by `NotifyingAnswered`.
    AskToNotify,
    /// Let the system tell of something.
    Notify {
        /// What it is about.
        title: String,
        /// What happened.
        text: String,
        /// Where: looked at when the person follows it.
        conversation: ConversationId,
    },
    /// Look whether a backend is at these addresses, or where it would be looked for; answered by `AddressesTested`.
    TestAddresses(GivenAddresses),
    /// Reload the page.
    Reload,
    /// Save a text as a file.
    Save {
        /// The name of the file.
        name: String,
        /// Its media type.
        kind: &'static str,
        /// What is in it.
        text: String,
    },
    /// Reload the page as its newer version.
    ReloadUpdated,
}
