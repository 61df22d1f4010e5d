//! After a dropped connection: what was caught up with, and whether anything is missing.
//!
//! A reconnect that says nothing leaves the person to wonder. So what comes in after it is counted until every open
//! conversation is known to be complete, and then told in one line, together with what could not be proven.

use crate::ConversationId;

/// The receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Receipt {
    /// There is none.
    #[default]
    Nothing,
    /// The socket is open again, and these conversations are not known to be complete yet.
    Gathering { waits_for: Vec<ConversationId>, counted: Counted },
    /// It is shown.
    Shown(String),
}

/// What came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Events heard and chunks loaded.
    pub(crate) events: u64,
    /// Turns that the backend no longer knows.
    pub(crate) lost: u64,
    /// Turns of which the backend kept less than was heard.
    pub(crate) cut: u64,
    /// Histories that are not the ones that were known.
    pub(crate) stale: u64,
}

impl Receipt {
    /// The socket is open again.
    pub(crate) fn begin(&mut self, waits_for: Vec<ConversationId>) {
        *self = Self::Gathering { waits_for, counted: Counted::default() };
    }

    /// The socket is gone again, or it was shown long enough.
    pub(crate) fn put_away(&mut self) {
        *self = Self::Nothing;
    }

    /// An event of a conversation came in.
    pub(crate) fn heard(&mut self, id: &ConversationId) {
        if let Self::Gathering { waits_for, counted } = self
            && waits_for.contains(id)
        {
            counted.events += 1;
        }
    }

    /// More was found out.
    pub(crate) fn count(&mut self, more: Counted) {
        if let Self::Gathering { counted, .. } = self {
            counted.events += more.events;
            counted.lost += more.lost;
            counted.cut += more.cut;
            counted.stale += more.stale;
        }
    }

    /// A conversation is complete, or gone. If it was the last, gives back what to tell.
    pub(crate) fn complete(&mut self, id: &ConversationId) -> Option<String> {
        let Self::Gathering { waits_for, counted } = self else { return None };
        waits_for.retain(|waited| waited != id);
        if !waits_for.is_empty() {
            return None;
        }
        let text = in_words(*counted);
        *self = Self::Shown(text.clone());
        Some(text)
    }

    /// What is shown.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Shown(text) = self { Some(text) } else { None }
    }
}

fn in_words(counted: Counted) -> String {
    let events = match counted.events {
        0 => "Caught up".to_owned(),
        1 => "Caught up: 1 event".to_owned(),
        events => format!("Caught up: {events} events"),
    };
    let missing = match (counted.lost, counted.cut, counted.stale) {
        (0, 0, 0) => ", nothing missing".to_owned(),
        (0, 0, _) => ", from a history that is another one than before".to_owned(),
        (0, 1, _) => ", but the backend kept only a part of one turn".to_owned(),
        (0, cut, _) => format!(", but the backend kept only a part of {cut} turns"),
        (1, _, _) => ", but one turn was lost by the backend".to_owned(),
        (lost, _, _) => format!(", but {lost} turns were lost by the backend"),
    };
    events + &missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_says_what_came_in_and_what_is_missing() {
        let cases = [
            (0, 0, 0, 0, "Caught up, nothing missing"),
            (1, 0, 0, 0, "Caught up: 1 event, nothing missing"),
            (214, 0, 0, 0, "Caught up: 214 events, nothing missing"),
            (3, 1, 0, 0, "Caught up: 3 events, but one turn was lost by the backend"),
            (3, 2, 1, 1, "Caught up: 3 events, but 2 turns were lost by the backend"),
            (3, 0, 1, 0, "Caught up: 3 events, but the backend kept only a part of one turn"),
            (3, 0, 2, 0, "Caught up: 3 events, but the backend kept only a part of 2 turns"),
            (3, 0, 0, 1, "Caught up: 3 events, from a history that is another one than before"),
        ];
        for (events, lost, cut, stale, words) in cases {
            assert_eq!(in_words(Counted { events, lost, cut, stale }), words);
        }
    }

    #[test]
    fn it_is_told_once_when_every_conversation_is_complete() {
        let id = |name: &str| ConversationId::from(name);
        let mut receipt = Receipt::default();
        assert_eq!(receipt.complete(&id("a")), None, "nothing was dropped");
        receipt.begin(vec![id("a"), id("b")]);
        receipt.heard(&id("a"));
        receipt.heard(&id("elsewhere"));
        assert_eq!(receipt.complete(&id("a")), None);
        assert_eq!(receipt.complete(&id("b")).as_deref(), Some("Caught up: 1 event, nothing missing"));
        assert_eq!(receipt.complete(&id("b")), None);
        assert!(receipt.text().is_some());
    }
}
