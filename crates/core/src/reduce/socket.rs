//! The socket: what is said when it opens, what is lost when it closes, and what comes in over it.

use super::PROBE_SURFACE;
use crate::anomaly::Anomaly;
use crate::late::late;
use crate::state::State;
use crate::{ConversationId, Effect};
use dispatch_contract::{CatalogEntry, ClientMessage, Open, ServerMessage, SurfaceId, SurfaceSpec};

impl State {
    pub(super) fn socket_opened(&mut self, effects: &mut Vec<Effect>) {
        if self.connection.was_open() {
            self.announce("Connected again".to_owned());
            self.begin_receipt();
        }
        self.note("The socket opened");
        self.connection.opened(self.now, effects);
        // It may be another backend, or a newer one.
        self.can_stop = true;
        self.ask_models(effects);
        self.listing.start_over();
        self.ask_list(effects);
        if self.is_whole() {
            late!(State::socket_opened_late: fn(state: &mut State, effects: &mut Vec<Effect>))(self, effects);
        }
        let active = self.tabs.active();
        let others = self.tabs.order().filter(|id| Some(*id) != active);
        let open: Vec<ConversationId> = active.into_iter().chain(others).cloned().collect();
        for id in &open {
            self.with(id, effects, |conversation, context| conversation.socket_opened(context));
        }
        self.probe(effects);
        self.connection.subscribing(true, effects);
        for id in &open {
            let is_focused = self.tabs.active() == Some(id);
            self.with(id, effects, |conversation, context| {
                if is_focused || conversation.sync.is_loaded() {
                    conversation.ask_tail_now(context);
                }
                conversation.flush(context);
            });
        }
    }

    /// Asks the backend for a sign of life.
    pub(super) fn probe(&mut self, effects: &mut Vec<Effect>) {
        if let Some(socket) = self.connection.open_socket() {
            self.connection.probed();
            let surface_id = SurfaceId::from(PROBE_SURFACE);
            let probe = ClientMessage::Subscribe { surface_id, conversation_id: None };
            effects.push(Effect::SendFrame(socket, probe));
        }
    }

    /// Every subscription sent on this socket is in force.
    pub(super) fn subscribed(&mut self, effects: &mut Vec<Effect>) {
        self.connection.subscribed(effects);
        for id in self.tabs.order().cloned().collect::<Vec<_>>() {
            let is_focused = self.tabs.active() == Some(&id);
            self.with(&id, effects, |conversation, context| conversation.subscribed(is_focused, context));
        }
    }

    pub(super) fn socket_lost(
        &mut self,
        effects: &mut Vec<Effect>,
        lose: impl FnOnce(&mut crate::connection::Connection, &mut Vec<Effect>),
    ) {
        let was_open = self.connection.open_socket().is_some();
        self.receipt.put_away();
        if self.is_whole() {
            late!(State::surfaces_lost: fn(state: &mut State))(self);
        }
        let on_their_way = self.conversations.values().filter_map(|open| open.outbox.on_its_way_since());
        // Messages that were sent after it may never have been looked at.
        let suspected = on_their_way.filter(|_| was_open).min_by(|one, other| one.0.total_cmp(&other.0));
        lose(&mut self.connection, effects);
        let open: Vec<ConversationId> = self.conversations.keys().cloned().collect();
        for id in &open {
            self.with(id, effects, |conversation, context| conversation.socket_lost(suspected, context));
        }
        if was_open {
            self.note("The socket closed");
            self.announce("Connection lost".to_owned());
        }
    }

    pub(super) fn message_received(&mut self, message: Open<ServerMessage>, effects: &mut Vec<Effect>) {
        let message = match message {
            Open::Known(message) => message,
            Open::Unknown(_) => return self.anomalies.count(Anomaly::UnknownFrame),
        };
        match message {
            ServerMessage::ChatDelta { event } => {
                self.receipt.heard(event.conversation_id());
                self.event_received(event, effects);
            }
            ServerMessage::ChatError { conversation_id, message } => self.refused(conversation_id, message, effects),
            ServerMessage::Error { surface_id: Some(surface), .. } if surface.as_str() == PROBE_SURFACE => {
                if self.connection.probe_answered() {
                    self.subscribed(effects);
                }
            }
            ServerMessage::Catalog { catalog } if !self.is_whole() => self.held.catalogue = Some(catalog),
            ServerMessage::Catalog { catalog } => {
                late!(State::surfaces_listed: fn(state: &mut State, listed: Vec<CatalogEntry>, effects: &mut Vec<Effect>))(
                    self, catalog, effects,
                );
            }
            // They were asked for by what was there before another page: there is nothing yet that could show them.
            ServerMessage::Surface { .. } | ServerMessage::Update { .. } if !self.is_whole() => {}
            ServerMessage::Surface { spec, conversation_id } => {
                receive()(self, &spec.id.clone(), conversation_id.as_ref(), &spec, effects);
            }
            ServerMessage::Update { update } => {
                receive()(self, &update.surface_id, update.conversation_id.as_ref(), &update.spec, effects);
            }
            ServerMessage::Error { message, .. } if !self.is_whole() => self.problems.tell(message),
            ServerMessage::Error { surface_id, message } => {
                late!(State::surface_refused: fn(state: &mut State, surface: Option<SurfaceId>, message: String))(
                    self, surface_id, message,
                );
            }
            ServerMessage::ConversationOpen { conversation_id, .. } => self.asked_to_open(&conversation_id, effects),
            ServerMessage::ConversationStatusChanged { conversation_id, status, .. } => {
                self.status_changed(&conversation_id, &status, effects);
            }
            ServerMessage::ConversationCompacted { conversation_id, .. } => self.compacted(&conversation_id, effects),
        }
    }

    /// The transport refused a message. Without a conversation's id it can only be told whose when one is on its way.
    pub(super) fn refused(&mut self, id: Option<ConversationId>, message: String, effects: &mut Vec<Effect>) {
        let meant = id.or_else(|| {
            let unconfirmed: usize = self.conversations.values().map(|open| open.outbox.unconfirmed_len()).sum();
            let sender = self.conversations.values().find(|open| open.outbox.has_unconfirmed());
            sender.filter(|_| unconfirmed == 1).map(|sender| sender.id().clone())
        });
        let refused = meant.as_ref().and_then(|id| {
            self.with(id, effects, |conversation, context| {
                let refused = conversation.outbox.refuse(&message);
                // What waits behind the refused message would wait for a seal that never comes.
                conversation.flush(context);
                refused
            })
        });
        if refused == Some(true) {
            self.announce("Message not sent".to_owned());
            return;
        }
        let is_of_queue = self.is_whole()
            && late!(State::queue_refused: fn(state: &mut State, id: Option<&ConversationId>, message: &str) -> bool)(
                self,
                meant.as_ref(),
                &message,
            );
        if !is_of_queue {
            self.problems.tell(message);
            self.changes.shell = true;
        }
    }
}

/// What takes in the state of a surface.
type Receive = fn(&mut State, &SurfaceId, Option<&ConversationId>, &SurfaceSpec, &mut Vec<Effect>);

fn receive() -> Receive {
    late!(State::surface_received: fn(
        state: &mut State,
        surface: &SurfaceId,
        conversation: Option<&ConversationId>,
        spec: &SurfaceSpec,
        effects: &mut Vec<Effect>
    ))
}
