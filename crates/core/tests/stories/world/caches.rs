//! What the world has to do with prompt caches: what is stored of them, and the warms that a person asks for.

use super::World;
use dispatch_contract::{ConversationId, CwdResponse, WarmResponse};
use dispatch_core::{Call, Fact, HttpFailure, Method, RequestId};
use std::collections::{BTreeMap, VecDeque};

/// Prompt caches, as far as they are not the console's.
#[derive(Debug)]
pub(crate) struct Caches {
    /// What is known of each conversation's, for every window.
    pub(crate) stored: BTreeMap<String, String>,
    /// The working directory that the backend keeps for every conversation.
    pub(crate) cwd: Result<Option<String>, HttpFailure>,
    /// The warms that were asked for over HTTP, and wait for their answer.
    pub(crate) warms: VecDeque<RequestId>,
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
    /// A call waits for a story to answer it, unless it is for a warm.
    pub(super) fn is_called(&mut self, request: RequestId, call: Call) {
        let is_warming = self.state.warming_view().is_some_and(|view| view.manual.is_working());
        if call.path == "/chat/warm" {
            self.caches.warms.push_back(request);
        } else if is_warming && call.method == Method::Get && call.path.ends_with("/cwd") {
            let conversation_id = self.focused();
            let answer = self.caches.cwd.clone().map(|cwd| CwdResponse { conversation_id, cwd });
            let answer = answer.map(|answer| serde_json::to_string(&answer).unwrap());
            self.tell(Fact::CallAnswered { request, answer });
        } else {
            self.calls.push_back((request, call));
        }
    }

    /// The oldest warm that was asked for over HTTP is answered.
    pub(crate) fn warm_ends(&mut self, answer: Result<WarmResponse, HttpFailure>) {
        let request = self.caches.warms.pop_front().expect("a warm");
        let answer = answer.map(|answer| serde_json::to_string(&answer).unwrap());
        self.tell(Fact::CallAnswered { request, answer });
    }
}
