//! Whether a conversation is listened to: from when on no turn of it can go unheard, and what is in doubt until then.

use super::{Context, Conversation};
use crate::{Effect, Millis, Timer};
use dispatch_contract::ClientMessage;

impl Conversation {
    /// The socket opened: subscribes, and doubts what was live before.
    pub(crate) fn socket_opened(&mut self, context: &mut Context<'_>) {
        context.send(ClientMessage::ChatSubscribe { conversation_id: self.id.clone() });
        self.subscribing();
        self.sync.confirm_nothing();
        self.transcript.doubt_live_turns();
        if !self.transcript.is_empty() || self.outbox.has_doubted() {
            self.transcript.expect_unheard();
        }
    }

    /// Its subscription was sent.
    pub(crate) fn subscribing(&mut self) {
        self.subscribing = true;
    }

    /// Whether no turn of it goes unheard: the backend has read its subscription.
    pub(super) fn is_listened_to(&self, context: &Context<'_>) -> bool {
        context.connection.is_listened_to() && !self.subscribing
    }

    /// The backend has read the subscription, and every replay was heard: history read from now on misses no seal.
    pub(crate) fn subscribed(&mut self, is_shown: bool, context: &mut Context<'_>) {
        if !std::mem::take(&mut self.subscribing) {
            return;
        }
        self.sync.expect_confirmation();
        if is_shown || !self.sync.is_unopened() {
            self.ask_tail(context);
        }
    }

    /// The socket is gone: what was handed to it is in doubt until the next one tells. It may have closed over the message
    /// that was sent at `suspected`.
    pub(crate) fn socket_lost(&mut self, suspected: Option<Millis>, context: &mut Context<'_>) {
        self.outbox.doubt(suspected);
        self.sync.confirm_nothing();
        context.effects.push(Effect::CancelTimer(Timer::ConfirmLive(self.id.clone())));
    }
}
