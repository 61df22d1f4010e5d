//! Surfaces over the socket: what is asked for, what comes, and what a person asks of a control.

use crate::anomaly::Anomaly;
use crate::changes::Topic;
use crate::state::State;
use crate::surfaces::{Moved, QUEUE, SETTLE_LIMIT, SurfaceView, Use, WARMING};
use crate::{ConversationId, Effect, Timer};
use dispatch_contract::{ActionId, CatalogEntry, ClientMessage, SurfaceId, SurfaceSpec};

impl State {
    /// Every surface that has no view of its own, in the catalogue's order.
    pub fn surface_views(&self) -> Vec<SurfaceView> {
        self.surfaces.views(self.connection.open_socket().is_some())
    }

    /// The conversation's surfaces are those of the conversation that is looked at.
    pub(super) fn follow_focus(&mut self, effects: &mut Vec<Effect>) {
        if self.surfaces.scope() != self.tabs.active() {
            let moved = self.surfaces.focus(self.tabs.active());
            self.move_surfaces(moved, effects);
        }
    }

    pub(super) fn surfaces_listed(&mut self, catalogue: Vec<CatalogEntry>, effects: &mut Vec<Effect>) {
        let moved = self.surfaces.listed(catalogue);
        self.move_surfaces(moved, effects);
    }

    fn move_surfaces(&mut self, moved: Moved, effects: &mut Vec<Effect>) {
        self.changes.topics.mark(Topic::Surfaces);
        for left in &moved.left {
            self.send(left.unsubscribe(), effects);
        }
        for entered in &moved.entered {
            self.send(entered.subscribe(), effects);
        }
    }

    /// The socket opened: everything that is held is asked for.
    pub(super) fn ask_surfaces(&mut self, effects: &mut Vec<Effect>) {
        // What another fact has moved in between is not followed yet, and would be asked for twice.
        self.surfaces.focus(self.tabs.active());
        self.changes.topics.mark(Topic::Surfaces);
        for held in self.surfaces.held() {
            self.send(held.subscribe(), effects);
        }
    }

    pub(super) fn surfaces_lost(&mut self) {
        self.surfaces.socket_lost();
        self.conversations.values_mut().for_each(|conversation| {
            conversation.warming.misses();
            conversation.queue.socket_lost();
        });
        self.changes.topics.mark(Topic::Surfaces);
    }

    pub(super) fn surface_received(
        &mut self,
        surface: &SurfaceId,
        conversation: Option<&ConversationId>,
        spec: &SurfaceSpec,
        effects: &mut Vec<Effect>,
    ) {
        let was_current = self.surfaces.scope().is_some_and(|scope| self.surfaces.is_current(surface.as_str(), scope));
        if self.surfaces.received(surface, conversation, spec, self.now, &mut self.anomalies) {
            self.changes.topics.mark(Topic::Surfaces);
            match surface.as_str() {
                WARMING => self.warming_told(was_current, effects),
                QUEUE => self.queue_told(effects),
                _ => {}
            }
        }
    }

    /// The backend refuses something about a surface, or about none that it can name.
    pub(super) fn surface_refused(&mut self, surface: Option<SurfaceId>, message: String) {
        self.changes.topics.mark(Topic::Surfaces);
        match surface {
            Some(surface) if !self.surfaces.refused(&surface, &message) => self.anomalies.count(Anomaly::LateSurface),
            Some(_) => {}
            None if self.queue_refused(None, &message) => {}
            None => {
                self.problems.tell(message);
                self.changes.shell = true;
            }
        }
    }

    /// A person uses a control. It is sent now or never.
    pub(super) fn use_control(&mut self, surface: &SurfaceId, action: &ActionId, used: Use, effects: &mut Vec<Effect>) {
        self.changes.topics.mark(Topic::Surfaces);
        let is_connected = self.connection.open_socket().is_some();
        match self.surfaces.used(surface, action, used, is_connected) {
            Some(Ok(invoked)) => {
                self.send(invoked.frame, effects);
                effects.push(Effect::StartTimer(Timer::Control(invoked.number), SETTLE_LIMIT));
            }
            Some(Err(words)) => self.announce(words),
            None => {}
        }
    }

    /// The time for an answer is over.
    pub(super) fn control_unanswered(&mut self, number: u64) {
        if let Some(words) = self.surfaces.gave_up(number) {
            self.changes.topics.mark(Topic::Surfaces);
            self.announce(words.to_owned());
        }
    }

    /// Sends a message if a socket is open.
    pub(super) fn send(&self, message: ClientMessage, effects: &mut Vec<Effect>) {
        if let Some(socket) = self.connection.open_socket() {
            effects.push(Effect::SendFrame(socket, message));
        }
    }
}
