//! Turns: one at a time per conversation, independent of who watches.
//!
//! A turn is a task of its own. It is asked for, refused or begun ([`Turns::start`]), tells its events to the
//! conversation's [`room`], and ends sealed: by itself, by an error, or because somebody aborted it. No socket, request or
//! watcher owns it.

mod compaction;
mod engine;
mod queueing;
mod recorder;
pub(crate) mod room;
mod warm;

pub(crate) use room::{Watcher, WatcherId};

use crate::clock::Clock;
use crate::pictures::{self, BadPicture};
use crate::provider::{Provider, ProviderSet};
use crate::queue::{self, Queues};
use crate::store::{NewChunk, NewTurn, Store, StoreError};
use crate::tools::ToolBox;
use crate::warming::Warming;
use dispatch_contract::{ChatRequest, Chunk, ConversationId, ReasoningEffort, Role, StoredChunk, TurnId};
use engine::Engine;
use parking_lot::Mutex;
use room::{Rooms, TurnHandle};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Why a message did not begin a turn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The conversation's turn has to end first.
    #[error("a turn is already running in this conversation")]
    TurnRunning,
    /// There is nothing to answer.
    #[error("the message is empty")]
    EmptyMessage,
    /// The conversation's id cannot be one.
    #[error("`conversationId` must be 1 to {ID_LIMIT} characters")]
    BadConversationId,
    /// The working directory cannot be one.
    #[error("`cwd` must not be empty")]
    EmptyCwd,
    /// A picture cannot be taken.
    #[error(transparent)]
    BadPicture(#[from] BadPicture),
    /// No such level.
    #[error("unknown reasoning effort `{0}`; valid are {valid}", valid = valid_efforts())]
    UnknownEffort(String),
    /// No such model.
    #[error("unknown model `{0}`")]
    UnknownModel(String),
    /// There is no prompt that could be kept warm.
    #[error("nothing was said in this conversation yet")]
    NothingSaid,
    /// All there is is the last turn, which stays.
    #[error("there is nothing to compact yet: the last turn is always kept")]
    NothingToCompact,
    /// Somebody else asked for the same.
    #[error("this conversation is being compacted already")]
    Compacting,
    /// The model's provider failed, in its words.
    #[error("{0}")]
    Provider(String),
    /// A client gone wild.
    #[error("{} messages wait in this conversation already", queue::LIMIT)]
    QueueFull,
    /// What waited was taken back before its turn began.
    #[error("nothing waits in this conversation any more")]
    NothingWaits,
    /// The backend is ending.
    #[error("the backend is shutting down")]
    ShuttingDown,
    /// The message could not be stored.
    #[error("the message could not be stored: {0}")]
    Store(#[from] StoreError),
}

/// The levels there are, as a sentence lists them.
pub(crate) fn valid_efforts() -> String {
    ReasoningEffort::KNOWN.iter().map(ReasoningEffort::as_str).collect::<Vec<_>>().join(", ")
}

/// Ids come from clients; this keeps a runaway one out of the database.
pub(crate) const ID_LIMIT: usize = 200;

/// Whether a text can be a conversation's id.
pub(crate) fn is_conversation_id(id: &str) -> bool {
    !id.trim().is_empty() && id.chars().count() <= ID_LIMIT
}

/// How long somebody who aborts a turn waits for it to seal. A provider gets a moment to say what it used.
const SEAL_PATIENCE: Duration = Duration::from_secs(5);

/// What opens a turn.
#[derive(Debug)]
enum Opening {
    /// This.
    Request(ChatRequest),
    /// The first message that waits when the turn begins.
    Waiting,
}

/// All turns of the backend.
#[derive(Debug)]
pub(crate) struct Turns {
    store: Arc<Store>,
    rooms: Arc<Rooms>,
    providers: Arc<ProviderSet>,
    tools: Arc<ToolBox>,
    clock: Clock,
    warming: Arc<Warming>,
    queues: Arc<Queues>,
    /// The conversations that are being compacted.
    compacting: Mutex<HashSet<ConversationId>>,
    tasks: TaskTracker,
    closing: CancellationToken,
}

impl Turns {
    pub(crate) fn new(
        store: Arc<Store>,
        rooms: Arc<Rooms>,
        providers: Arc<ProviderSet>,
        tools: Arc<ToolBox>,
        clock: Clock,
        warming: Arc<Warming>,
        queues: Arc<Queues>,
    ) -> Self {
        let (tasks, closing) = (TaskTracker::new(), CancellationToken::new());
        Self { store, rooms, providers, tools, clock, warming, queues, compacting: Mutex::default(), tasks, closing }
    }

    /// Where events are told.
    pub(crate) fn rooms(&self) -> &Arc<Rooms> {
        &self.rooms
    }

    /// Begins a turn, and makes the sender a watcher before its first event. Answers when the person's message is stored.
    ///
    /// # Errors
    /// The request cannot be a turn, or the conversation's last one still runs; nothing was stored or told.
    pub(crate) async fn start(
        self: &Arc<Self>,
        mut request: ChatRequest,
        sender: Option<(WatcherId, Watcher)>,
    ) -> Result<ConversationId, Refusal> {
        let conversation = match request.conversation_id.take() {
            Some(id) if is_conversation_id(id.as_str()) => id,
            Some(_) => return Err(Refusal::BadConversationId),
            None => ConversationId::new(uuid::Uuid::new_v4().to_string()),
        };
        check(&request)?;
        let handle = self.take_room(&conversation, sender)?;
        self.launch(handle, Opening::Request(request)).await?;
        Ok(conversation)
    }

    /// Takes the conversation's room for a turn to be.
    fn take_room(
        &self,
        conversation: &ConversationId,
        sender: Option<(WatcherId, Watcher)>,
    ) -> Result<TurnHandle, Refusal> {
        let turn_id = TurnId::new(uuid::Uuid::new_v4().to_string());
        let handle = self.rooms.take(conversation, turn_id, sender).ok_or(Refusal::TurnRunning)?;
        // Checked after the room is taken: whoever closes first cancels and then aborts every taken room.
        if self.closing.is_cancelled() {
            return Err(Refusal::ShuttingDown);
        }
        Ok(handle)
    }

    /// Begins the turn, and lets it run to its end. Answers when it has begun. A task of its own from here on: a sender
    /// that goes away must not leave a taken room behind.
    async fn launch(self: &Arc<Self>, handle: TurnHandle, opening: Opening) -> Result<(), Refusal> {
        let (begun, answer) = oneshot::channel();
        let turns = Arc::clone(self);
        self.tasks.spawn(async move {
            let conversation = handle.conversation().clone();
            let may_go_on = match turns.prepare(opening, handle).await {
                Ok(engine) => {
                    turns.warming.turn_changed(&conversation);
                    drop(begun.send(Ok(())));
                    let ended = engine.run().await;
                    turns.warming.turn_changed(&conversation);
                    turns.compact_if_full(&conversation, ended.context_size).await;
                    ended.may_go_on
                }
                Err(refusal) => {
                    // What came to wait for a turn that never was must not wait for ever; what could not begin waits.
                    let may_go_on = !matches!(refusal, Refusal::Store(_) | Refusal::NothingWaits);
                    drop(begun.send(Err(refusal)));
                    may_go_on
                }
            };
            if may_go_on {
                turns.go_on(conversation);
            }
            turns.rooms.sweep();
        });
        answer.await.map_err(|_| Refusal::ShuttingDown)?
    }

    /// Lets what waits have its turn.
    fn go_on(self: &Arc<Self>, conversation: ConversationId) {
        if !self.queues.is_empty(&conversation) {
            let turns = Arc::clone(self);
            self.tasks.spawn(async move { turns.start_waiting(&conversation, None).await });
        }
    }

    /// Settles what the request left open, and stores the message. Dropping the handle on the way gives the room back.
    async fn prepare(&self, opening: Opening, handle: TurnHandle) -> Result<Engine, Refusal> {
        let (request, waiting) = match opening {
            Opening::Request(request) => (request, false),
            Opening::Waiting => (ChatRequest::default(), true),
        };
        let settings = self.store.settings(handle.conversation()).await?;
        let (model, provider) = self.resolve_model(request.model.clone(), settings.model)?;
        let effort = request.reasoning_effort.clone().or(settings.effort).unwrap_or(ReasoningEffort::High);
        let cwd = request.cwd.clone().or(settings.cwd);
        let (request, history, message_chunks) =
            handle.begin(self.store_opening(&handle, request, waiting, &model)).await?;
        Ok(Engine {
            store: Arc::clone(&self.store),
            tools: Arc::clone(&self.tools),
            clock: self.clock.clone(),
            queues: Arc::clone(&self.queues),
            provider,
            handle,
            model,
            effort,
            cwd,
            message: request.message,
            images: request.images,
            history,
            message_chunks,
        })
    }

    /// Stores the person's message, which opens the turn: the request's own, or the first that waits. Answers it, with the
    /// history and how many chunks of that it is.
    async fn store_opening(
        &self,
        handle: &TurnHandle,
        mut request: ChatRequest,
        is_waiting: bool,
        model: &str,
    ) -> Result<(ChatRequest, Vec<StoredChunk>, usize), Refusal> {
        let conversation = handle.conversation();
        let mut waited = None;
        if is_waiting {
            let first = self.queues.waiting(conversation).into_iter().next().ok_or(Refusal::NothingWaits)?;
            request.message = first.text;
            waited = Some(first.id);
        }
        let mut chunks = Vec::new();
        if !request.message.is_empty() {
            chunks.push(NewChunk { role: Role::User, chunk: Chunk::Text { text: request.message.clone() } });
        }
        chunks.extend(request.images.iter().map(|image| {
            let chunk = Chunk::Image { url: image.url.clone(), mime_type: image.mime_type.clone() };
            NewChunk { role: Role::User, chunk }
        }));
        let message_chunks = chunks.len();
        let turn = NewTurn {
            conversation: conversation.clone(),
            turn_id: handle.turn_id().clone(),
            model: model.to_owned(),
            message: request.message.clone(),
            chunks,
            waited: waited.clone(),
        };
        let history = self.store.begin_turn(turn).await?;
        if let Some(waited) = waited {
            self.queues.taken(conversation, &[waited]);
        }
        Ok((request, history, message_chunks))
    }

    /// The request's model; else the conversation's, where it still exists; else the first of the catalogue.
    fn resolve_model(
        &self,
        asked: Option<String>,
        stored: Option<String>,
    ) -> Result<(String, Arc<dyn Provider>), Refusal> {
        if let Some(model) = asked {
            return match self.providers.serving(&model) {
                Some(provider) => Ok((model, provider)),
                None => Err(Refusal::UnknownModel(model)),
            };
        }
        stored
            .and_then(|model| self.providers.serving(&model).map(|provider| (model, provider)))
            .or_else(|| self.providers.default_model())
            .ok_or_else(|| Refusal::UnknownModel(String::new()))
    }

    /// Aborts the conversation's turn, if one runs, and waits until it has sealed. Answers whether one ran.
    pub(crate) async fn abort(&self, conversation: &ConversationId) -> bool {
        let Some(sealed) = self.rooms.abort(conversation) else {
            return false;
        };
        if tokio::time::timeout(SEAL_PATIENCE, sealed.cancelled()).await.is_err() {
            tracing::warn!(%conversation, "an aborted turn takes long to seal");
        }
        true
    }

    /// Closes a conversation: aborts its turn and marks it. Answers whether a turn ran.
    pub(crate) async fn close_conversation(
        self: &Arc<Self>,
        conversation: &ConversationId,
    ) -> Result<bool, StoreError> {
        let (turns, conversation) = (Arc::clone(self), conversation.clone());
        // A task of its own: an asker that goes away must not leave a conversation closed without anyone being told.
        let closing = self.tasks.spawn(async move {
            let aborted = turns.abort(&conversation).await;
            let stored = async {
                turns.queues.clear(&conversation).await?;
                turns.store.set_closed(&conversation).await
            };
            turns.rooms.close(&conversation, stored).await?;
            turns.warming.forget(&conversation);
            turns.rooms.sweep();
            Ok(aborted)
        });
        closing.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Refuses new turns, aborts the running ones and waits until all are sealed.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.rooms.abort_all();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What can be told about a request without looking anything up.
fn check(request: &ChatRequest) -> Result<(), Refusal> {
    if request.message.trim().is_empty() && request.images.is_empty() {
        return Err(Refusal::EmptyMessage);
    }
    if let Some(ReasoningEffort::Unknown(word)) = &request.reasoning_effort {
        return Err(Refusal::UnknownEffort(word.clone()));
    }
    if request.cwd.as_ref().is_some_and(|cwd| cwd.trim().is_empty()) {
        return Err(Refusal::EmptyCwd);
    }
    Ok(pictures::check(&request.images)?)
}
