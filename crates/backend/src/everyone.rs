//! What is told to every socket, whatever it watches: that a conversation's status changed, that somebody asks for one to
//! be opened. A console keeps its tabs right with it.
//!
//! All hear the same in the same order, and nobody waits for anybody: a message goes into each connection's own bounded
//! queue, and a connection that does not empty its queue is let go by it. A client that reads the list after its socket is
//! open misses nothing, since it is counted in before the opening is confirmed.

use crate::outbound::{Counting, Outbound};
use crate::socket;
use crate::turns::WatcherId;
use dispatch_contract::{ConversationId, ConversationStatus, ServerMessage};
use parking_lot::Mutex;
use std::sync::Arc;

/// All connections there are.
#[derive(Debug, Default)]
pub(crate) struct Everyone {
    present: Mutex<Vec<(WatcherId, Arc<Outbound>)>>,
}

/// A connection's place among everyone. It leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Presence {
    everyone: Arc<Everyone>,
    id: WatcherId,
}

impl Everyone {
    /// Counts a connection in.
    pub(crate) fn enter(self: &Arc<Self>, id: WatcherId, outbound: Arc<Outbound>) -> Presence {
        self.present.lock().push((id, outbound));
        Presence { everyone: Arc::clone(self), id }
    }

    /// Tells that a conversation is something else now.
    pub(crate) fn tell_status(&self, conversation: &ConversationId, status: ConversationStatus) {
        let conversation_id = conversation.clone();
        self.tell(ServerMessage::ConversationStatusChanged { conversation_id, status, workspace_id: None });
    }

    /// Tells a message to all who are there.
    pub(crate) fn tell(&self, message: ServerMessage) {
        let Some(frame) = socket::frame(message) else {
            return;
        };
        // Held while all are told, so that two messages at once reach everybody in the same order.
        for (_, outbound) in self.present.lock().iter() {
            outbound.push(Counting::Live, frame.clone());
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.everyone.present.lock().retain(|(id, _)| *id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::Closed;

    #[tokio::test]
    async fn who_does_not_listen_is_let_go_and_the_rest_hear_everything() {
        let everyone = Arc::new(Everyone::default());
        let connections: Vec<_> = (0..3).map(|_| Arc::new(Outbound::new(1_000))).collect();
        let mut presences: Vec<_> =
            connections.iter().map(|outbound| everyone.enter(WatcherId::mint(), Arc::clone(outbound))).collect();
        let mut heard = 0;
        for _ in 0..100 {
            everyone.tell_status(&"c".into(), ConversationStatus::Active);
            heard += connections[1].take().await.unwrap().len();
        }
        assert_eq!(heard, 100);
        for slow in [&connections[0], &connections[2]] {
            assert_eq!(slow.take().await, Err(Closed::TooSlow));
        }
        presences.remove(1);
        everyone.tell_status(&"c".into(), ConversationStatus::Idle);
        connections[1].finish();
        assert_eq!(connections[1].take().await, Err(Closed::Finished), "who left is told nothing");
        assert_eq!(everyone.present.lock().len(), 2);
        drop(presences);
        assert!(everyone.present.lock().is_empty());
    }
}
