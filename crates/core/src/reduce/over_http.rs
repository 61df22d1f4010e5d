//! Where HTTP answers but no socket opens (a proxy that knows no WebSockets), messages go out as HTTP requests whose
//! answers are streams of the same events. The socket goes on trying, and takes over as soon as it opens.
//!
//! What is lost by it is told to the person: only turns that were sent from here are seen live. And what cannot be known
//! is not guessed: a request that was cut off before its turn was heard of may have arrived.

use crate::anomaly::Anomaly;
use crate::call::read;
use crate::changes::Topic;
use crate::connection::HTTP_AFTER;
use crate::conversation::{Conversation, Heard};
use crate::late::late;
use crate::state::State;
use crate::{ConversationId, Effect, HttpFailure, RequestId, Timer};
use dispatch_contract::{AgentEvent, TurnEvent};
use serde::de::DeserializeOwned;

/// What the person is told, once.
const NOTICE: &str = "No WebSocket gets through to the backend, so messages go over HTTP. Turns that were begun elsewhere \
                      are seen when they are over.";

impl State {
    /// No socket has opened for a while. Whether HTTP answers is asked with something that is useful anyway.
    pub(super) fn socket_is_late(&mut self, effects: &mut Vec<Effect>) {
        if self.connection.open_socket().is_none() {
            self.listing.start_over();
            self.ask_list(effects);
            effects.push(Effect::StartTimer(Timer::OverHttp, HTTP_AFTER));
        }
    }

    /// The backend answered over HTTP, whatever it said, while no socket opens.
    pub(super) fn http_answered(&mut self, failure: Option<&HttpFailure>, effects: &mut Vec<Effect>) {
        self.count_failure(failure);
        let is_alive = !matches!(failure, Some(HttpFailure::Unreachable));
        if !self.connection.http_answered(is_alive, self.now) {
            return;
        }
        self.problems.tell(NOTICE);
        let open: Vec<ConversationId> = self.conversations.keys().cloned().collect();
        for id in open {
            self.with(&id, effects, |conversation, context| {
                if !conversation.sync.is_unopened() {
                    conversation.ask_tail_now(context);
                }
            });
        }
    }

    /// Counts a request whose answer is nothing that the contract knows.
    pub(super) fn count_failure(&mut self, failure: Option<&HttpFailure>) {
        if let Some(anomaly) = failure.and_then(Anomaly::of) {
            self.anomalies.count(anomaly);
        }
    }

    /// Reads the answer to a call, and counts one that cannot be read.
    pub(super) fn read<T: DeserializeOwned>(&mut self, answer: Result<String, HttpFailure>) -> Result<T, HttpFailure> {
        let answer = read(answer);
        self.count_failure(answer.as_ref().err());
        answer
    }

    /// An event of a turn that was sent over HTTP.
    pub(super) fn chat_event(&mut self, request: RequestId, event: AgentEvent, effects: &mut Vec<Effect>) {
        // An open socket tells the turn from its start, and of what comes after.
        let is_wanted = self.connection.open_socket().is_none();
        if is_wanted && self.posting.iter().any(|(posted, _)| *posted == request) {
            self.event_received(event, effects);
        }
    }

    /// The answer to a message that was sent over HTTP is over.
    pub(super) fn chat_answered(
        &mut self,
        request: RequestId,
        answer: Result<(), HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(index) = self.posting.iter().position(|(posted, _)| *posted == request) else { return };
        let (_, id) = self.posting.remove(index);
        match answer {
            Err(HttpFailure::Refused { status, message }) => {
                let words = HttpFailure::Refused { status, message }.in_words();
                self.refused(Some(id), words, effects);
            }
            Ok(()) | Err(HttpFailure::Unreachable | HttpFailure::Unreadable) => {
                let was_over = self.with(&id, effects, Conversation::stream_ended);
                if was_over == Some(false) {
                    self.anomalies.count(Anomaly::CutStream);
                }
            }
        }
    }

    pub(super) fn event_received(&mut self, event: AgentEvent, effects: &mut Vec<Effect>) {
        let id = event.conversation_id().clone();
        if self.is_whole() {
            late!(State::hear: fn(state: &mut State, event: &AgentEvent, effects: &mut Vec<Effect>))(
                self, &event, effects,
            );
        }
        // It changes no row, and is shown all the same.
        self.changes.shell |= matches!(event, AgentEvent::Turn { event: TurnEvent::ProviderRetry { .. }, .. });
        let heard = self.with(&id, effects, |conversation, context| conversation.event_received(event, context));
        if let Some(heard) = heard.filter(|heard| *heard != Heard::Nothing) {
            self.announce_heard(&id, heard, effects);
            self.store_tabs(effects);
            self.changes.topics.mark(Topic::Surfaces);
        }
    }
}
