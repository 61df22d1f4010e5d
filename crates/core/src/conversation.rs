//! One conversation: its transcript, what was sent and not confirmed, and its synchronisation with history.

mod hearing;
mod listening;

pub(crate) use hearing::Heard;

use crate::anomaly::{Anomalies, Anomaly};
use crate::cache::{Note, Page as CachePage, Write};
use crate::connection::Connection;
use crate::folding::Folds;
use crate::late::late;
use crate::metrics::Metrics;
use crate::outbox::{Outbox, StoredItem, is_too_long_to_keep};
use crate::pictures::Attached;
use crate::queue::Queue;
use crate::retry::Retry;
use crate::setup::Setup;
use crate::sync::{Sync, window};
use crate::title::{LONGEST, UNTITLED, title};
use crate::transcript::{Append, GivenUp, Page, RowId, Transcript};
use crate::warming::Warming;
use crate::{ConversationId, Effect, HttpFailure, Millis, ReadingPlace, RequestId, Timer};
use dispatch_contract::{ChatRequest, ClientMessage, HistoryResponse, ImageRef};

/// How long after the tail's answer a turn from before a reconnect may stay unheard of, in milliseconds.
pub const CONFIRM_LIMIT: f64 = 300.0;

/// Why nobody can tell whether a message arrived.
const OTHER_HISTORY: &str = "the backend's history is another one now, so it may have arrived";

/// A conversation that is open, as a tab or as the draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    id: ConversationId,
    title: Option<String>,
    /// What was said.
    pub transcript: Transcript,
    /// What the person said and no turn confirmed.
    pub outbox: Outbox,
    /// What is asked of history.
    pub sync: Sync,
    /// What its turns took.
    pub metrics: Metrics,
    /// The person asked for the turn to be stopped.
    pub stopping: bool,
    /// Its subscription was sent, and nothing has shown yet that the backend has read it.
    subscribing: bool,
    /// What the person of this window left in it.
    pub left: Left,
    /// What its turns are run with, beside the model.
    pub setup: Setup,
    /// The pause before the provider is asked again, while there is one.
    pub retry: Option<Retry>,
    /// Which of its rows the person opened or folded.
    pub(crate) folds: Folds,
    /// What is known of its cache, and of what was done to keep it.
    pub(crate) warming: Warming,
    /// What waits for its running turn, as far as this window has to do with it.
    pub(crate) queue: Queue,
    /// A turn ended here while another conversation was looked at.
    pub unread: bool,
    /// The reader stands at the end, or looks elsewhere: what goes from the beginning is not missed.
    pub(crate) is_at_end: bool,
}

/// What a person left in a conversation, and finds again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Words in the composer that were not sent.
    pub words: String,
    /// The model that was chosen for it before it had a tab.
    pub model: Option<String>,
    /// The pictures that go with the next message.
    pub attached: Vec<Attached>,
    /// Where was read when the page was left, unless the end was followed.
    pub place: Option<ReadingPlace>,
}

impl Left {
    /// Whether the words are too much to be kept across a reload.
    pub(crate) fn is_too_long_to_keep(&self) -> bool {
        is_too_long_to_keep(&self.words)
    }
}

/// What a conversation may use while it folds a fact.
pub(crate) struct Context<'a> {
    pub(crate) at: Millis,
    pub(crate) connection: &'a Connection,
    pub(crate) model: Option<&'a str>,
    /// How many pieces are kept loaded.
    pub(crate) limit: u64,
    /// All of the console is there, and not only what the start needs.
    pub(crate) is_whole: bool,
    /// How many chunks were given to this device to keep.
    pub(crate) written: &'a mut u64,
    pub(crate) next_request: &'a mut u64,
    /// Messages on their way over HTTP.
    pub(crate) posting: &'a mut Vec<(RequestId, ConversationId)>,
    pub(crate) anomalies: &'a mut Anomalies,
    pub(crate) effects: &'a mut Vec<Effect>,
}

impl Context<'_> {
    pub(crate) fn mint_request(&mut self) -> RequestId {
        *self.next_request += 1;
        RequestId(*self.next_request)
    }

    fn send(&mut self, message: ClientMessage) {
        if let Some(socket) = self.connection.open_socket() {
            self.effects.push(Effect::SendFrame(socket, message));
        }
    }
}

impl Conversation {
    /// One whose history is not known yet.
    pub(crate) fn stored(id: ConversationId, title: Option<String>) -> Self {
        Self {
            id,
            title,
            transcript: Transcript::default(),
            outbox: Outbox::default(),
            sync: Sync::default(),
            metrics: Metrics::default(),
            stopping: false,
            subscribing: false,
            left: Left::default(),
            setup: Setup::default(),
            retry: None,
            folds: Folds::default(),
            warming: Warming::default(),
            queue: Queue::default(),
            unread: false,
            is_at_end: true,
        }
    }

    /// One that begins with the next message.
    pub(crate) fn new(id: ConversationId) -> Self {
        let mut conversation = Self::stored(id, None);
        conversation.transcript = Transcript::of_new_conversation();
        conversation.sync.is_new();
        conversation
    }

    /// Its id.
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// Its title, in at most forty characters.
    pub fn title(&self) -> String {
        self.title.clone().unwrap_or_else(|| UNTITLED.to_owned())
    }

    pub(crate) fn stored_title(&self) -> Option<String> {
        self.title.clone()
    }

    /// Somebody who knows better gives it a title.
    pub(crate) fn rename(&mut self, title: String) {
        self.title = Some(title);
    }

    /// Whether something of the person's is in it that no backend has.
    pub(crate) fn has_unsent(&self) -> bool {
        !self.left.words.trim().is_empty() || !self.outbox.items().is_empty()
    }

    /// The backend has put another history in the place of this one.
    pub(crate) fn compacted(&mut self, context: &mut Context<'_>) {
        context.effects.push(Effect::WriteCache(vec![Write::Forget(self.id.clone())]));
        self.transcript.forget_history();
        self.forget_metrics(true);
        self.sync.forget_older();
        self.warming.prompt_changed();
        if !self.sync.is_unopened() {
            self.ask_tail(context);
        }
    }

    /// Takes the first message for a title, unless there is one.
    fn name_after_first_prompt(&mut self) {
        if self.title.is_none() {
            let outgoing = self.outbox.items().first().map(|item| item.text.as_str());
            let first = self.transcript.first_prompt().or(outgoing);
            self.title = first.map(|text| title(text, LONGEST)).filter(|title| title != UNTITLED);
        }
    }

    /// Whether its socket must not be silent for long.
    pub(crate) fn is_busy(&self) -> bool {
        self.transcript.is_generating() || self.outbox.has_unconfirmed()
    }

    pub(crate) fn submit(&mut self, text: String, context: &mut Context<'_>) {
        let row = self.transcript.mint_row();
        let effort = self.setup.effort_once.take();
        let images = std::mem::take(&mut self.left.attached).into_iter().map(|attached| attached.image).collect();
        self.outbox.push(row, text, effort, images);
        self.name_after_first_prompt();
        self.flush(context);
    }

    pub(crate) fn retry(&mut self, row: RowId, context: &mut Context<'_>) {
        if let Some(text) = self.transcript.lost_prompt(row).map(str::to_owned) {
            self.transcript.forget_lost(row);
            self.outbox.push(row, text, None, Vec::new());
        } else if !self.outbox.retry(row) {
            return;
        }
        self.flush(context);
    }

    /// Takes a message out of the transcript that failed or waits, or one that the backend lost: its words and its pictures.
    pub(crate) fn take_back(&mut self, row: RowId) -> Option<(String, Vec<ImageRef>)> {
        if let Some(text) = self.transcript.lost_prompt(row).map(str::to_owned) {
            self.transcript.forget_lost(row);
            return Some((text, Vec::new()));
        }
        self.outbox.take_back(row).map(|item| (item.text, item.images))
    }

    /// Sends the next message, if one waits and nothing stands in its way.
    ///
    /// Right after the socket opened, a turn may be running that was not heard of yet; its prompt could be taken for the
    /// echo of what is sent now, and the backend would refuse the message anyway. So sending waits until that is known.
    pub(crate) fn flush(&mut self, context: &mut Context<'_>) {
        let over_http = context.connection.is_over_http();
        let may_send = (context.connection.open_socket().is_some() || over_http)
            && !self.transcript.is_unheard()
            && !self.transcript.is_generating()
            && !self.transcript.is_sealing();
        if !may_send {
            return;
        }
        let cursor = self.transcript.highest_seq();
        let Some(item) = self.outbox.next_to_send(cursor, context.at) else { return };
        let request = ChatRequest {
            conversation_id: Some(self.id.clone()),
            message: item.text.clone(),
            model: context.model.map(str::to_owned),
            reasoning_effort: item.effort.clone(),
            images: item.images.clone(),
            ..ChatRequest::default()
        };
        let effort = self.setup.effort_with(request.reasoning_effort.as_ref()).map(str::to_owned);
        let before = self.setup.last_used.take().and_then(|(_, effort)| effort);
        if before.is_some() && effort.is_some() && before != effort {
            // What a provider has cached belongs to one effort.
            self.warming.prompt_changed();
        }
        self.metrics.sends_with(context.model, effort.as_deref());
        self.setup.last_used = Some((request.model.clone(), effort));
        if over_http {
            let id = context.mint_request();
            context.posting.push((id, self.id.clone()));
            context.effects.push(Effect::PostChat(id, request));
        } else {
            context.send(ClientMessage::ChatSend(request));
        }
    }

    /// The answer to a message over HTTP is over. Tells whether its turn is, too; if not, history is all that can tell, or
    /// the socket, if one is open by now.
    pub(crate) fn stream_ended(&mut self, context: &mut Context<'_>) -> bool {
        self.outbox.doubt(None);
        let is_over = !self.transcript.is_generating() && !self.outbox.has_doubted();
        if is_over {
            return true;
        }
        if context.connection.open_socket().is_none() {
            self.transcript.doubt_live_turns();
        } else if self.is_listened_to(context) {
            self.sync.expect_confirmation();
        }
        self.ask_tail_now(context);
        false
    }

    /// Asks for the tail without waiting for the next try after a failure.
    pub(crate) fn ask_tail_now(&mut self, context: &mut Context<'_>) {
        if self.sync.stop_waiting() {
            context.effects.push(Effect::CancelTimer(Timer::SyncRetry(self.id.clone())));
        }
        self.ask_tail(context);
    }

    /// Asks for the tail now, or once more after the request under way.
    pub(crate) fn ask_tail(&mut self, context: &mut Context<'_>) {
        if !self.sync.want_tail() {
            return;
        }
        let request = context.mint_request();
        let sealed = self.transcript.sealed_turns();
        let query = self.sync.ask_tail(request, self.transcript.highest_seq(), context.limit, sealed);
        context.effects.push(Effect::LoadHistory { request, conversation: self.id.clone(), query });
    }

    /// Shown for the first time: what this device keeps comes first, then the backend is asked.
    pub(crate) fn open(&mut self, context: &mut Context<'_>) {
        if !self.sync.is_unopened() {
            return;
        }
        let request = context.mint_request();
        self.sync.read_cache(request);
        let (count, _) = window(context.limit);
        let conversation = self.id.clone();
        context.effects.push(Effect::ReadCache { request, conversation, before: None, count });
    }

    /// So many older messages are wished for, or as many as one step has.
    pub(crate) fn ask_older(&mut self, count: Option<u64>, context: &mut Context<'_>) {
        let Some(lowest) = self.transcript.lowest_seq().filter(|seq| *seq > 1) else { return };
        let (_, step) = window(context.limit);
        let count = count.unwrap_or(step).min(lowest - 1);
        let request = context.mint_request();
        if self.sync.read_older(request, count) {
            let conversation = self.id.clone();
            context.effects.push(Effect::ReadCache { request, conversation, before: Some(lowest), count });
        }
    }

    /// This device has answered what it keeps.
    pub(crate) fn cache_read(&mut self, request: RequestId, mut page: Option<CachePage>, context: &mut Context<'_>) {
        let pieces = page.as_mut().and_then(CachePage::take_records).map(Page::from_cache);
        if matches!(pieces, Some(None)) {
            context.anomalies.count(Anomaly::CorruptStorage);
            context.effects.push(Effect::WriteCache(vec![Write::Forget(self.id.clone())]));
        }
        let pieces = pieces.flatten();
        let mut anomalies = Vec::new();
        if self.sync.cache_read(request) {
            if let Some(CachePage { kept, metrics, .. }) = page {
                self.title = self.title.take().or(kept.title);
                if context.is_whole {
                    let read = late!(Conversation::metrics_read: fn(conversation: &mut Conversation, kept: Option<&str>, context: &mut Context<'_>));
                    read(self, metrics.as_deref(), context);
                }
                if let Some(pieces) = pieces {
                    self.transcript.load(pieces, &mut anomalies);
                    self.sync.shows_cache(kept.checked_at);
                }
            }
            self.name_after_first_prompt();
            self.ask_tail(context);
        } else if let Some(wanted) = self.sync.older_read(request) {
            let before = self.transcript.committed_len();
            if let Some(pieces) = pieces {
                // What does not join is another history than the one that is shown; the backend has the right one.
                self.transcript.prepend(pieces, &mut anomalies);
            }
            let came = (self.transcript.committed_len() - before) as u64;
            let lowest = self.transcript.lowest_seq().unwrap_or(1);
            if came < wanted && lowest > 1 {
                let request = context.mint_request();
                let query = self.sync.ask_older(request, lowest, wanted - came);
                context.effects.push(Effect::LoadHistory { request, conversation: self.id.clone(), query });
            } else {
                self.older_came(context);
            }
        }
        anomalies.into_iter().for_each(|anomaly| context.anomalies.count(anomaly));
    }

    /// Keeps on this device what it does not keep yet, and unloads what is too much.
    fn keep(&mut self, context: &mut Context<'_>) {
        let runs = self.transcript.take_unsaved();
        *context.written += runs.iter().map(Vec::len).sum::<usize>() as u64;
        let mut writes: Vec<Write> = runs.into_iter().map(|run| Write::Records(self.id.clone(), run)).collect();
        let note = Note { title: self.title.clone(), checked_at: Some(context.at), read_at: None };
        writes.push(Write::Note(self.id.clone(), note));
        context.effects.push(Effect::WriteCache(writes));
        self.unload(context.limit);
    }

    /// Unloads what is more than `limit`, unless the reader may be looking at it.
    pub(crate) fn unload(&mut self, limit: u64) {
        let may_go = self.is_at_end && !self.sync.is_asking_older() && !self.outbox.has_doubted();
        if may_go {
            self.transcript.unload(limit);
        }
    }

    /// Takes an answer. Gives back why older messages, which the person asked for, cannot be shown.
    pub(crate) fn history_answered(
        &mut self,
        request: RequestId,
        answer: Result<HistoryResponse, HttpFailure>,
        chance: f64,
        context: &mut Context<'_>,
    ) -> Option<HttpFailure> {
        let mut anomalies = Vec::new();
        let mut failed_older = None;
        if let Some(answered) = self.sync.tail_answered(request) {
            match answer {
                Ok(page) => self.tail_loaded(page, &answered.covers, answered.confirms, &mut anomalies, context),
                Err(_) => {
                    let pause = self.sync.failed(chance);
                    context.effects.push(Effect::StartTimer(Timer::SyncRetry(self.id.clone()), pause));
                }
            }
        } else if self.sync.older_answered(request) {
            match answer {
                Ok(page) => {
                    let page = Page::from_wire(page.chunks, &mut anomalies);
                    if self.transcript.prepend(page, &mut anomalies) == Append::Stale {
                        anomalies.push(Anomaly::StaleHistory);
                        failed_older = Some(HttpFailure::Unreadable);
                    }
                    self.older_came(context);
                    self.keep(context);
                }
                Err(failure) => {
                    failed_older = Some(failure);
                    if self.outbox.has_doubted() {
                        self.sync.expect_confirmation();
                        let pause = self.sync.failed(chance);
                        context.effects.push(Effect::StartTimer(Timer::SyncRetry(self.id.clone()), pause));
                    }
                }
            }
        } else {
            anomalies.push(Anomaly::LateAnswer);
        }
        anomalies.into_iter().for_each(|anomaly| context.anomalies.count(anomaly));
        failed_older
    }

    fn tail_loaded(
        &mut self,
        page: HistoryResponse,
        covers: &[crate::TurnId],
        confirms: bool,
        anomalies: &mut Vec<Anomaly>,
        context: &mut Context<'_>,
    ) {
        self.sync.succeeded(confirms);
        let page = Page::from_wire(page.chunks, anomalies);
        if self.transcript.committed_len() == 0 {
            self.transcript.load(page, anomalies);
        } else if self.transcript.append(page, anomalies) == Append::Stale {
            anomalies.push(Anomaly::StaleHistory);
            context.effects.push(Effect::WriteCache(vec![Write::Forget(self.id.clone())]));
            self.transcript.forget_history();
            self.forget_metrics(false);
            self.sync.forget_older();
            // Its seqs say nothing about this history.
            self.outbox.give_up_doubted(OTHER_HISTORY);
            if self.is_listened_to(context) {
                self.sync.expect_confirmation();
            }
            self.ask_tail(context);
            return;
        }
        for (first_seen, end) in self.transcript.segment_ends() {
            self.outbox.raise_cursors(first_seen, end);
        }
        self.transcript.supersede(covers);
        self.transcript.find_lost();
        self.settle_outbox();
        self.name_after_first_prompt();
        self.keep(context);
        // A backend knows none of a conversation in which nothing was stored.
        if context.is_whole && self.transcript.committed_len() > 0 {
            self.ask_metrics(context);
        }
        if context.connection.is_over_http() {
            self.nobody_tells(context);
        }
        if confirms && context.connection.open_socket().is_some() {
            context.effects.push(Effect::StartTimer(Timer::ConfirmLive(self.id.clone()), CONFIRM_LIMIT));
        }
        if self.sync.wants_again() {
            self.ask_tail(context);
        }
        self.flush(context);
    }

    /// The time to be heard of is over for what was live before the socket was opened.
    pub(crate) fn confirm_limit_passed(&mut self, context: &mut Context<'_>) -> Heard {
        if self.sync.is_asking() {
            // The history that would decide is being asked for again: its answer starts the clock anew.
            self.sync.expect_confirmation();
            self.sync.want_tail();
            return Heard::Nothing;
        }
        let was_generating = self.transcript.is_generating();
        self.transcript.settle();
        let given_up = self.transcript.give_up_doubted();
        count_given_up(given_up, context);
        if self.outbox.has_doubted() && !self.sees_what_is_doubted(context) {
            return Heard::Nothing;
        }
        let closes_sockets = self.outbox.resend_doubted();
        self.flush(context);
        if closes_sockets {
            return Heard::NotSent;
        }
        if was_generating && !self.transcript.is_generating() {
            self.stopping = false;
            return if given_up == GivenUp::default() { Heard::TurnEnded } else { Heard::TurnFailed };
        }
        Heard::Nothing
    }

    /// Whether everything is loaded that was said since the doubted messages were sent. If not, it is asked for.
    fn sees_what_is_doubted(&mut self, context: &mut Context<'_>) -> bool {
        let (Some(lowest), Some(needed)) = (self.transcript.lowest_seq(), self.outbox.lowest_needed()) else {
            return true;
        };
        if needed > self.transcript.highest_seq() + 1 {
            self.outbox.give_up_doubted(OTHER_HISTORY);
            return true;
        }
        if lowest <= needed {
            return true;
        }
        self.ask_older(Some(lowest - needed), context);
        false
    }

    /// Over HTTP nobody tells of running turns: what history holds is all that is known.
    fn nobody_tells(&mut self, context: &mut Context<'_>) {
        self.transcript.settle();
        count_given_up(self.transcript.give_up_doubted(), context);
        self.outbox.give_up_doubted("the connection was cut off, so it may have arrived");
    }

    fn settle_outbox(&mut self) {
        let transcript = &mut self.transcript;
        self.outbox.settle(|item| transcript.claim_prompt(&item.text, item.cursor, item.earlier, item.row));
    }

    /// Older messages are loaded: they may say what became of a doubted one.
    fn older_came(&mut self, context: &mut Context<'_>) {
        self.settle_outbox();
        if self.outbox.has_doubted() && self.is_listened_to(context) {
            context.effects.push(Effect::StartTimer(Timer::ConfirmLive(self.id.clone()), CONFIRM_LIMIT));
        }
    }

    /// Takes back an unconfirmed message of this window, or one of a window that is gone.
    pub(crate) fn take_unconfirmed(&mut self, item: StoredItem, is_own: bool) {
        let row = self.transcript.mint_row();
        if is_own {
            self.outbox.resume(row, item);
        } else {
            self.outbox.adopt(row, item);
        }
    }

    /// Whether nothing is in doubt any more since the socket was opened.
    pub(crate) fn is_confirmed(&self) -> bool {
        !self.sync.is_asking() && !self.outbox.has_doubted()
    }

    /// What is stored of its unconfirmed messages.
    pub(crate) fn stored_outbox(&self) -> impl Iterator<Item = StoredItem> + '_ {
        // One value that is too long for the browser's storage keeps all the others out of it.
        self.outbox.items().iter().filter(|item| !item.is_too_long_to_keep()).map(|item| {
            let earlier = item.sent_at.map_or(0, |at| self.transcript.earlier_turns(&item.text, item.cursor, at));
            StoredItem::of(&self.id, item, earlier)
        })
    }
}

fn count_given_up(given_up: GivenUp, context: &mut Context<'_>) {
    for (turns, anomaly) in [(given_up.lost, Anomaly::LostTurn), (given_up.cut, Anomaly::CutTurn)] {
        (0..turns).for_each(|_| context.anomalies.count(anomaly));
    }
}
