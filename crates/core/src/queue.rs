//! Messages that wait for the running turn. The backend keeps them; what it keeps is told by the `message-queue` surface.
//!
//! Two things are shown before the backend has said so, and must come right whatever it says. A message that is taken back
//! is hidden at once, and stays hidden while snapshots still hold it, since those may be older. And words that were handed
//! over to be queued stay in the composer until it is known that they are queued: a backend that does not queue refuses,
//! and nothing is lost.

use crate::surfaces::Standing;
use dispatch_contract::{MessageId, QueuedMessage};

/// How long a message may be on its way into the queue, in milliseconds.
pub const QUEUE_LIMIT: f64 = 5_000.0;

/// What is said when nothing can be handed over.
const NOT_CONNECTED: &str = "Not connected: the message was not queued.";
/// What is said when the message cannot be taken back.
const NOT_TAKEN_BACK: &str = "Not connected: the message stays in the queue.";
/// What is said when nothing came for [`QUEUE_LIMIT`].
const NO_ANSWER: &str = "The backend did not say that it queued the message. It may have.";
/// What is said when the socket closed before that.
const CUT_OFF: &str = "The connection was lost before the backend said that it queued the message. It may have.";

/// The queue of a conversation, as far as this window has to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Messages that were taken back, and that the newest snapshot still holds.
    hidden: Vec<MessageId>,
    /// Words on their way into the queue.
    handed: Option<Handed>,
    taken: Taken,
    note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Handed {
    words: String,
    /// What was in the queue before: a message of the same words there is another one.
    before: Vec<MessageId>,
}

/// Words that the backend took: they have left the composer, unless others stand there by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Grows with every message, so that the same words twice are two.
    pub number: u64,
    /// The words.
    pub words: String,
}

/// The messages that wait in the conversation that is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueView {
    /// In the order in which they will be sent, without those that were taken back.
    pub messages: Vec<QueuedMessage>,
    /// How they stand to the truth.
    pub standing: Standing,
    /// Words are on their way into the queue; they stand in the composer until they are there.
    pub is_handing_over: bool,
    /// What was taken last.
    pub taken: Taken,
    /// What is said beside the composer: why nothing was queued, or taken back.
    pub note: Option<String>,
}

impl Queue {
    /// What is shown of a snapshot.
    pub(crate) fn view(&self, snapshot: &[QueuedMessage], standing: Standing) -> QueueView {
        QueueView {
            messages: snapshot.iter().filter(|message| !self.hidden.contains(&message.id)).cloned().collect(),
            standing,
            is_handing_over: self.handed.is_some(),
            taken: self.taken.clone(),
            note: self.note.clone(),
        }
    }

    /// Words are to be queued. Gives back whether they are to be sent, or why not; nothing while others are on their way.
    pub(crate) fn hand(
        &mut self,
        words: &str,
        snapshot: &[QueuedMessage],
        is_connected: bool,
    ) -> Option<Result<(), &'static str>> {
        if self.handed.is_some() {
            return None;
        }
        self.note = None;
        if !is_connected {
            return Some(Err(self.say(NOT_CONNECTED)));
        }
        let before = snapshot.iter().map(|message| message.id.clone()).collect();
        self.handed = Some(Handed { words: words.to_owned(), before });
        Some(Ok(()))
    }

    /// The backend tells what waits. Gives back whether the words on their way are among it.
    pub(crate) fn told(&mut self, snapshot: &[QueuedMessage]) -> bool {
        self.hidden.retain(|hidden| snapshot.iter().any(|message| message.id == *hidden));
        let is_there = self.handed.as_ref().is_some_and(|handed| {
            snapshot.iter().any(|message| message.text == handed.words && !handed.before.contains(&message.id))
        });
        is_there && self.take()
    }

    /// A turn tells these words of the person's: they are not on their way any more. Gives back whether they were.
    pub(crate) fn heard(&mut self, words: &str) -> bool {
        self.handed.as_ref().is_some_and(|handed| handed.words == words) && self.take()
    }

    /// The words on their way are a message like any other: the turn was over when they came.
    pub(crate) fn sent(&mut self, words: &str) {
        self.taken = Taken { number: self.taken.number + 1, words: words.to_owned() };
    }

    fn take(&mut self) -> bool {
        let Some(handed) = self.handed.take() else { return false };
        self.note = None;
        self.sent(&handed.words);
        true
    }

    /// The words that were taken last.
    pub(crate) fn taken_words(&self) -> &str {
        &self.taken.words
    }

    /// Whether words are on their way.
    pub(crate) fn is_handing_over(&self) -> bool {
        self.handed.is_some()
    }

    /// The backend refuses something of this conversation. If it was about the queue, what was shown early is taken back.
    pub(crate) fn refused(&mut self, words: &str) -> bool {
        let concerns = self.handed.take().is_some() || !self.hidden.is_empty();
        if concerns {
            self.hidden.clear();
            self.note = Some(words.to_owned());
        }
        concerns
    }

    /// The time for words to come into the queue is over. Gives back what is said if they did not.
    pub(crate) fn gave_up(&mut self) -> Option<&'static str> {
        self.handed.take().map(|_| self.say(NO_ANSWER))
    }

    /// The socket is gone: what was asked of the backend may have arrived or not, and the next snapshot tells.
    pub(crate) fn socket_lost(&mut self) {
        self.hidden.clear();
        if self.handed.take().is_some() {
            self.say(CUT_OFF);
        }
    }

    /// A message is taken back. Gives back whether the backend is to be told, or why not; nothing if there is none.
    pub(crate) fn cancel(
        &mut self,
        id: &MessageId,
        snapshot: &[QueuedMessage],
        is_connected: bool,
    ) -> Option<Result<(), &'static str>> {
        let is_shown = snapshot.iter().any(|message| message.id == *id) && !self.hidden.contains(id);
        if !is_shown {
            return None;
        }
        self.note = None;
        if !is_connected {
            return Some(Err(self.say(NOT_TAKEN_BACK)));
        }
        self.hidden.push(id.clone());
        Some(Ok(()))
    }

    fn say(&mut self, words: &'static str) -> &'static str {
        self.note = Some(words.to_owned());
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(messages: &[(&str, &str)]) -> Vec<QueuedMessage> {
        let message = |(id, text): &(&str, &str)| QueuedMessage {
            id: MessageId::from(*id),
            text: (*text).to_owned(),
            queued_at: 5,
        };
        messages.iter().map(message).collect()
    }

    fn shown(queue: &Queue, snapshot: &[QueuedMessage]) -> Vec<String> {
        queue.view(snapshot, Standing::Current).messages.iter().map(|message| message.id.to_string()).collect()
    }

    #[test]
    fn what_was_taken_back_stays_hidden_while_snapshots_hold_it() {
        let mut queue = Queue::default();
        let snapshot = waits(&[("1", "a"), ("2", "b")]);
        assert_eq!(queue.cancel(&"1".into(), &snapshot, true), Some(Ok(())));
        assert_eq!(queue.cancel(&"1".into(), &snapshot, true), None, "once");
        assert_eq!(queue.cancel(&"2".into(), &snapshot, true), Some(Ok(())));
        assert_eq!(queue.cancel(&"9".into(), &snapshot, true), None, "never there");
        assert_eq!(shown(&queue, &snapshot), Vec::<String>::new());
        let next = waits(&[("2", "b"), ("3", "c")]);
        assert!(!queue.told(&next));
        assert_eq!((queue.hidden.clone(), shown(&queue, &next)), (vec![MessageId::from("2")], vec!["3".to_owned()]));
        queue.socket_lost();
        assert_eq!(shown(&queue, &next), ["2", "3"], "nobody knows whether it arrived");
        assert_eq!(queue.cancel(&"2".into(), &next, false), Some(Err(NOT_TAKEN_BACK)));
        assert_eq!(shown(&queue, &next), ["2", "3"]);
    }

    #[test]
    fn words_are_taken_when_they_are_in_the_queue_or_in_a_turn() {
        let mut queue = Queue::default();
        let before = waits(&[("1", "go")]);
        assert_eq!(queue.hand("go", &before, true), Some(Ok(())));
        assert_eq!(queue.hand("go", &before, true), None, "they stand in the composer still");
        assert!(!queue.told(&before), "the same words, but another message");
        assert!(!queue.told(&waits(&[("2", "else")])));
        assert!(queue.told(&waits(&[("1", "go"), ("3", "go")])));
        assert!(!queue.told(&waits(&[("3", "go")])), "once");
        assert_eq!(queue.hand("on", &before, true), Some(Ok(())));
        assert!(!queue.heard("other") && queue.heard("on") && !queue.heard("on"));
        assert_eq!(queue.view(&[], Standing::Current).taken, Taken { number: 2, words: "on".to_owned() });
    }

    #[test]
    fn words_that_are_not_queued_are_said_to_be_so() {
        let mut queue = Queue::default();
        let note = |queue: &Queue| queue.view(&[], Standing::Current).note.unwrap_or_default();
        assert_eq!(queue.hand("go", &[], false), Some(Err(NOT_CONNECTED)));
        assert_eq!(note(&queue), NOT_CONNECTED);
        assert_eq!(queue.hand("go", &[], true), Some(Ok(())));
        assert_eq!(note(&queue), "");
        assert!(queue.refused("no queue here"));
        assert_eq!(
            (note(&queue).as_str(), queue.view(&[], Standing::Current).is_handing_over),
            ("no queue here", false)
        );
        assert!(!queue.refused("about something else"));
        queue.hand("go", &[], true);
        assert!(queue.gave_up().is_some());
        assert_eq!((queue.gave_up(), note(&queue).as_str()), (None, NO_ANSWER));
        queue.hand("go", &[], true);
        queue.socket_lost();
        assert_eq!(note(&queue), CUT_OFF);
        assert_eq!(queue.view(&[], Standing::Current).taken, Taken::default());
    }
}
