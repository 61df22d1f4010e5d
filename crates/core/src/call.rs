//! Calls of the backend over HTTP whose answers are small. The core writes these requests and reads their answers itself:
//! another endpoint is a line here and nothing in the runtime, and visitors do not download one asynchronous function for
//! each of them.

use crate::event::ExportFormat;
use crate::throughput::Period;
use crate::{ConversationId, Effect, HistoryQuery, HttpFailure, RequestId, State};
use dispatch_contract::SetTitleRequest;

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Looked at.
    Get,
    /// Set.
    Put,
    /// Acted on.
    Post,
    /// Taken away.
    Delete,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is done.
    pub method: Method,
    /// To what: a path with its query, which begins with a slash.
    pub path: String,
    /// A body in JSON.
    pub body: Option<String>,
    /// Whether a model has to answer first.
    pub is_slow: bool,
}

impl Call {
    /// `GET /models`.
    pub fn models() -> Self {
        Self::get("/models".to_owned())
    }

    /// `GET /conversations`.
    pub fn conversations() -> Self {
        Self::get("/conversations".to_owned())
    }

    /// `GET /conversations/:id`.
    pub fn history(id: &ConversationId, query: HistoryQuery) -> Self {
        let mut rest = format!("?sinceSeq={}", query.since_seq);
        for (name, value) in [("&beforeSeq=", query.before_seq), ("&limit=", query.limit)] {
            if let Some(value) = value {
                rest.push_str(name);
                rest.push_str(&value.to_string());
            }
        }
        Self::get(path_of(id, &rest))
    }

    /// `GET /conversations/:id/metrics`.
    pub fn metrics(id: &ConversationId) -> Self {
        Self::get(path_of(id, "/metrics"))
    }

    /// `GET /metrics/throughput`.
    pub fn throughput(period: Period, date: &str) -> Self {
        let period = period.to_wire();
        Self::get(["/metrics/throughput?period=", period.as_str(), "&date=", date].concat())
    }

    /// `PUT /conversations/:id/title`.
    pub fn set_title(id: &ConversationId, title: String) -> Self {
        let body = serde_json::to_string(&SetTitleRequest { title }).unwrap_or_default();
        Self::put(path_of(id, "/title"), body)
    }

    /// `POST /conversations/:id/stop`.
    pub fn stop(id: &ConversationId) -> Self {
        Self { method: Method::Post, ..Self::get(path_of(id, "/stop")) }
    }

    /// `POST /conversations/:id/close`.
    pub fn close(id: &ConversationId) -> Self {
        Self { method: Method::Post, ..Self::get(path_of(id, "/close")) }
    }

    /// Looks at something.
    pub(crate) fn get(path: String) -> Self {
        Self { method: Method::Get, path, body: None, is_slow: false }
    }

    /// Sets something.
    pub(crate) fn put(path: String, body: String) -> Self {
        Self { method: Method::Put, path, body: Some(body), is_slow: false }
    }

    /// Acts on something.
    pub(crate) fn post(path: String, body: String) -> Self {
        Self { method: Method::Post, path, body: Some(body), is_slow: false }
    }
}

/// What a call is for, and so who its answer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The stored reasoning effort of a conversation.
    Effort(ConversationId),
    /// Another one.
    SetEffort(ConversationId),
    /// The working directory of a conversation.
    Cwd(ConversationId),
    /// Another one.
    SetCwd(ConversationId),
    /// The language servers of a conversation.
    LanguageServers(ConversationId),
    /// The working directory of a conversation, to warm its cache.
    WarmCwd(ConversationId),
    /// A warm of a conversation's cache.
    Warm(ConversationId),
    /// All of a conversation, to be taken along.
    Export(ConversationId, ExportFormat),
}

/// The path of something of a conversation. Ids are UUIDs of our own, but a stored one may be anything.
pub(crate) fn path_of(conversation: &ConversationId, rest: &str) -> String {
    let mut path = "/conversations/".to_owned();
    push_encoded(conversation.as_str(), &mut path);
    path.push_str(rest);
    path
}

/// Adds a text as it stands in a path or a query.
fn push_encoded(text: &str, path: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            path.extend(['%', char::from(DIGITS[high]), char::from(DIGITS[low])]);
        }
    }
}

impl State {
    /// Makes a call. Its answer comes as `CallAnswered`.
    pub(crate) fn call(&mut self, purpose: Purpose, call: Call, effects: &mut Vec<Effect>) {
        self.next_request += 1;
        let request = RequestId(self.next_request);
        self.calls.push((request, purpose));
        effects.push(Effect::Call(request, call));
    }

    /// Whether this is the answer to a call.
    pub(crate) fn is_called(&self, request: RequestId) -> bool {
        self.calls.iter().any(|(asked, _)| *asked == request)
    }

    /// What a call was for that is answered now.
    pub(crate) fn called_for(&mut self, request: RequestId) -> Option<Purpose> {
        let at = self.calls.iter().position(|(asked, _)| *asked == request)?;
        Some(self.calls.swap_remove(at).1)
    }
}

/// Reads an answer.
///
/// # Errors
/// There is none, or it is not what the contract says.
pub fn read<T: serde::de::DeserializeOwned>(answer: Result<String, HttpFailure>) -> Result<T, HttpFailure> {
    serde_json::from_str(&answer?).map_err(|_| HttpFailure::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_part_of_a_path_whatever_it_is() {
        let path = |id: &str| path_of(&ConversationId::new(id), "/cwd");
        assert_eq!(path("0f-a_b.c~"), "/conversations/0f-a_b.c~/cwd");
        assert_eq!(path("../a?b#ü"), "/conversations/..%2Fa%3Fb%23%C3%BC/cwd");
    }

    #[test]
    fn a_part_of_the_history_is_asked_for_as_the_contract_has_it() {
        let id = ConversationId::new("c");
        let path = |before_seq, limit| Call::history(&id, HistoryQuery { since_seq: 4, before_seq, limit }).path;
        assert_eq!(path(None, None), "/conversations/c?sinceSeq=4");
        assert_eq!(path(Some(9), Some(3)), "/conversations/c?sinceSeq=4&beforeSeq=9&limit=3");
    }
}
