//! What the world has to do with prompt caches: what is stored of them, and the warms that a person asks for.

use super::World;
use dispatch_contract::{ConversationId, CwdResponse, WarmRequest, WarmResponse};
use dispatch_core::{Fact, HttpFailure};
use std::collections::{BTreeMap, VecDeque};

/// Prompt caches, as far as they are not the console's.
#[derive(Debug)]
pub(crate) struct Caches {
    /// What is known of each conversation's, for every window.
    pub(crate) stored: BTreeMap<String, String>,
    /// The working directory that the backend keeps for every conversation.
    pub(crate) cwd: Result<Option<String>, HttpFailure>,
    /// The warms that were asked for over HTTP, and wait for their answer.
    pub(crate) warms: VecDeque<WarmRequest>,
}

impl Default for Caches {
    fn default() -> Self {
        Self { stored: BTreeMap::new(), cwd: Ok(None), warms: VecDeque::new() }
    }
}

impl Caches {
    pub(super) fn store(&mut self, conversation: &ConversationId, stored: Option<String>) {
        let id = conversation.as_str().to_owned();
        match stored {
            Some(stored) => drop(self.stored.insert(id, stored)),
            None => drop(self.stored.remove(&id)),
        }
    }
}

impl World {
    pub(super) fn cwd_is_asked(&mut self, conversation: ConversationId) {
        let conversation_id = conversation.clone();
        let answer = self.caches.cwd.clone().map(|cwd| CwdResponse { conversation_id, cwd });
        self.tell(Fact::CwdAnswered { conversation, answer });
    }

    /// The oldest warm that was asked for over HTTP is answered.
    pub(crate) fn warm_ends(&mut self, answer: Result<WarmResponse, HttpFailure>) {
        let conversation = self.caches.warms.pop_front().expect("a warm").conversation_id;
        self.tell(Fact::WarmAnswered { conversation, answer });
    }
}
