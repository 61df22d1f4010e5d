//! Messages the person sent that no turn has confirmed yet.
//!
//! Sends get lost: the socket may close between a frame and its effect. So a message stays here until its turn's prompt,
//! or history, shows that the backend has it. At most one message of a conversation is on its way at a time; later ones
//! wait for the turn it opens to be sealed, because the backend runs one turn at a time.
//!
//! Some messages are why the socket closes: servers close it over a message that is too large for them. Sent again on every
//! new socket, such a message would keep all conversations from working. So the message that was on its way the longest
//! when a socket closed is suspected, and one that is suspected [`MOST_DROPS`] times, and never arrived, is the person's to
//! decide about.

mod stored;

pub use stored::{ALIVE_EVERY, GONE_AFTER};
pub(crate) use stored::{StoredItem, StoredOutbox};

use crate::Millis;
use crate::transcript::RowId;
use dispatch_contract::{ImageRef, ReasoningEffort};

/// So many sockets may close over a message before it is no longer sent by itself. One or two can be chance.
pub const MOST_DROPS: u32 = 3;
/// Longer words are not kept across a reload, in bytes: a browser keeps five megabytes for everything.
pub const MOST_KEPT: usize = 1_000_000;
/// The smallest limit of a server that is heard of, in bytes: what is smaller is not said to be too large.
const SMALLEST_LIMIT: usize = 1_000_000;

/// A message that no turn has confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// The row that shows it; the confirmed message keeps it.
    pub row: RowId,
    /// The words.
    pub text: String,
    /// How much is to be thought about it, where that was asked for with it.
    pub effort: Option<ReasoningEffort>,
    /// The pictures that go with it.
    pub images: Vec<ImageRef>,
    /// How it stands.
    pub state: SendState,
    /// The highest seq that was held when it was last sent: its chunk can only come after.
    pub cursor: u64,
    /// How many turns with the same words, from before it was sent, stand after the cursor.
    pub(crate) earlier: usize,
    /// When it was last sent, by this page.
    pub sent_at: Option<Millis>,
    /// It failed without its fate being known: history may hold it.
    pub(crate) may_have_arrived: bool,
    /// How many sockets in a row closed while it was on its way, and nothing else was for longer.
    pub(crate) drops: u32,
}

/// How a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendState {
    /// It waits for a connection, or for a turn to be sealed.
    Waiting,
    /// It was handed to the socket.
    Sent,
    /// History holds it already, and its turn's prompt is still to be heard. Its chunk shows it.
    Stored,
    /// The socket it was handed to is gone: the backend may have it or not, which history will tell.
    Doubted,
    /// It was refused.
    Failed {
        /// Why, in words.
        reason: String,
    },
}

/// The unconfirmed messages of one conversation, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    items: Vec<Outgoing>,
    /// Something about the messages is not what it was when the changes were last taken.
    changed: bool,
    /// Nor what it was when they were last stored.
    unstored: bool,
}

impl Outbox {
    /// All of them.
    pub fn items(&self) -> &[Outgoing] {
        &self.items
    }

    /// The messages that only the outbox shows.
    pub fn shown(&self) -> impl Iterator<Item = &Outgoing> + '_ {
        self.items.iter().filter(|item| item.state != SendState::Stored)
    }

    /// Whether any message is on its way.
    pub fn has_unconfirmed(&self) -> bool {
        self.items.iter().any(Outgoing::is_unconfirmed)
    }

    pub(crate) fn has_doubted(&self) -> bool {
        self.items.iter().any(|item| item.state == SendState::Doubted)
    }

    pub(crate) fn push(&mut self, row: RowId, text: String, effort: Option<ReasoningEffort>, images: Vec<ImageRef>) {
        self.changed();
        self.items.push(Outgoing {
            row,
            text,
            effort,
            images,
            state: SendState::Waiting,
            cursor: 0,
            earlier: 0,
            sent_at: None,
            may_have_arrived: false,
            drops: 0,
        });
    }

    /// Takes the next message that may go out now, marked as sent. The caller hands it to the socket.
    pub(crate) fn next_to_send(&mut self, cursor: u64, at: Millis) -> Option<&Outgoing> {
        if self.has_unconfirmed() {
            return None;
        }
        let index = self.items.iter().position(|item| item.state == SendState::Waiting)?;
        self.changed();
        let item = self.items.get_mut(index)?;
        item.state = SendState::Sent;
        item.cursor = cursor;
        item.earlier = 0;
        item.sent_at = Some(at);
        Some(item)
    }

    /// A turn's prompt confirms the first message on its way with the same words.
    pub(crate) fn confirm(&mut self, text: &str) -> Option<Outgoing> {
        let index = self.items.iter().position(|item| item.is_unconfirmed() && item.text == text)?;
        self.changed();
        Some(self.items.remove(index))
    }

    /// The backend refused what is on its way. Tells whether anything was.
    pub(crate) fn refuse(&mut self, reason: &str) -> bool {
        let mut refused = false;
        for item in &mut self.items {
            if matches!(item.state, SendState::Sent | SendState::Doubted) {
                item.state = SendState::Failed { reason: reason.to_owned() };
                refused = true;
            }
        }
        if refused {
            self.changed();
        }
        refused
    }

    /// When the message was sent that is on its way.
    pub(crate) fn on_its_way_since(&self) -> Option<Millis> {
        self.items.iter().find(|item| item.state == SendState::Sent)?.sent_at
    }

    /// The socket closed: what was handed to it may or may not have arrived. What was sent at `suspected` may be why.
    pub(crate) fn doubt(&mut self, suspected: Option<Millis>) {
        self.forget_stored();
        self.change(&SendState::Sent, |item| {
            item.drops += u32::from(suspected.is_some() && item.sent_at == suspected);
            SendState::Doubted
        });
    }

    /// History and the running turn were looked at, and the doubted messages are in neither: they go out again, unless
    /// they are why sockets close. Tells whether one of them is.
    pub(crate) fn resend_doubted(&mut self) -> bool {
        let mut closes_sockets = false;
        self.change(&SendState::Doubted, |item| {
            if item.drops < MOST_DROPS {
                return SendState::Waiting;
            }
            closes_sockets = true;
            SendState::Failed { reason: lost_each_time(item.bytes()) }
        });
        closes_sockets
    }

    fn change(&mut self, from: &SendState, mut to: impl FnMut(&mut Outgoing) -> SendState) {
        let mut found = false;
        for item in self.items.iter_mut().filter(|item| item.state == *from) {
            item.state = to(item);
            found = true;
        }
        if found {
            self.changed();
        }
    }

    fn changed(&mut self) {
        self.changed = true;
        self.unstored = true;
    }

    /// What is doubted can no longer be told from what history holds: it is for the person to decide.
    pub(crate) fn give_up_doubted(&mut self, reason: &str) {
        let mut found = false;
        for item in self.items.iter_mut().filter(|item| item.state == SendState::Doubted) {
            item.state = SendState::Failed { reason: reason.to_owned() };
            item.may_have_arrived = true;
            found = true;
        }
        if found {
            self.changed();
        }
    }

    /// The lowest seq that must be held for it to be known whether the doubted messages arrived.
    pub(crate) fn lowest_needed(&self) -> Option<u64> {
        self.items.iter().filter(|item| item.state == SendState::Doubted).map(|item| item.cursor + 1).min()
    }

    /// Whether anything changed since this was last asked, for what is stored.
    pub(crate) fn take_unstored(&mut self) -> bool {
        std::mem::take(&mut self.unstored)
    }

    /// The person asks for a failed message to be sent again. One over which sockets closed has this one try.
    pub(crate) fn retry(&mut self, row: RowId) -> bool {
        let Some(failed) = self.items.iter_mut().find(|item| item.row == row && item.has_failed()) else {
            return false;
        };
        failed.state = SendState::Waiting;
        failed.may_have_arrived = false;
        self.changed();
        true
    }

    /// The person takes a message back that is nowhere but here: one that failed, or waits.
    pub(crate) fn take_back(&mut self, row: RowId) -> Option<Outgoing> {
        let is_here = |item: &Outgoing| item.has_failed() || item.state == SendState::Waiting;
        let index = self.items.iter().position(|item| item.row == row && is_here(item))?;
        self.changed();
        Some(self.items.remove(index))
    }

    /// A turn that was there before a message was sent reaches to this seq in history: the message comes later.
    pub(crate) fn raise_cursors(&mut self, first_seen: Millis, end: u64) {
        for item in &mut self.items {
            if item.cursor < end && item.sent_at.is_some_and(|sent| first_seen.0 <= sent.0) {
                item.cursor = end;
                self.unstored = true;
            }
        }
    }

    /// Looks for every message on its way in history. A doubted one that is there is confirmed; one that was just sent
    /// waits for its turn's prompt, which the socket is about to tell.
    pub(crate) fn settle(&mut self, mut is_stored: impl FnMut(&Outgoing) -> bool) {
        let mut changed = false;
        self.items.retain_mut(|item| {
            let is_doubted = item.state == SendState::Doubted || item.may_have_arrived;
            let found = (is_doubted || item.state == SendState::Sent) && is_stored(item);
            changed |= found;
            if found && !is_doubted {
                item.state = SendState::Stored;
            }
            !(found && is_doubted)
        });
        if changed {
            self.changed();
        }
    }

    /// No prompt is to be waited for any more.
    pub(crate) fn forget_stored(&mut self) {
        let before = self.items.len();
        self.items.retain(|item| item.state != SendState::Stored);
        self.unstored |= self.items.len() < before;
    }

    /// Whether anything changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The number of messages on their way.
    pub(crate) fn unconfirmed_len(&self) -> usize {
        self.items.iter().filter(|item| item.is_unconfirmed()).count()
    }
}

impl Outgoing {
    /// Whether it was refused and waits for the person.
    pub fn has_failed(&self) -> bool {
        matches!(self.state, SendState::Failed { .. })
    }

    /// Whether it is too much to be kept across a reload.
    pub(crate) fn is_too_long_to_keep(&self) -> bool {
        is_too_long_to_keep(&self.text)
    }

    /// How large it is on the wire, about, in bytes.
    fn bytes(&self) -> usize {
        self.text.len() + self.images.iter().map(|image| image.url.len()).sum::<usize>()
    }

    /// Whether it is on its way: the backend may have it, and nothing has shown that its turn began.
    fn is_unconfirmed(&self) -> bool {
        matches!(self.state, SendState::Sent | SendState::Stored | SendState::Doubted)
    }
}

/// Whether words are too much to be kept across a reload.
pub fn is_too_long_to_keep(words: &str) -> bool {
    words.len() > MOST_KEPT
}

/// Why a message of so many bytes is no longer sent by itself.
fn lost_each_time(bytes: usize) -> String {
    let mut words = "the connection was lost each time it was sent".to_owned();
    if bytes > SMALLEST_LIMIT {
        let megabytes = ((bytes + 500_000) / 1_000_000).to_string();
        words.extend(["; it may be too large for the server (", &megabytes, " MB)"]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Outbox {
        let mut outbox = Outbox::default();
        outbox.push(RowId(1), text.to_owned(), None, Vec::new());
        assert!(outbox.next_to_send(4, Millis(1000.0)).is_some());
        outbox
    }

    #[test]
    fn one_message_is_on_its_way_at_a_time() {
        let mut outbox = sent("one");
        outbox.push(RowId(2), "two".to_owned(), None, Vec::new());
        assert_eq!(outbox.next_to_send(4, Millis(1000.0)), None);
        assert_eq!(outbox.confirm("two"), None, "what was not sent is not confirmed");
        assert!(outbox.confirm("one").is_some());
        assert_eq!(outbox.next_to_send(4, Millis(1000.0)).map(|item| item.row), Some(RowId(2)));
    }

    #[test]
    fn what_was_just_sent_and_is_in_history_waits_for_its_prompt_unseen() {
        let mut outbox = sent("one");
        outbox.settle(|_| true);
        assert_eq!((outbox.shown().count(), outbox.unconfirmed_len()), (0, 1));
        assert!(outbox.confirm("one").is_some());
    }

    #[test]
    fn what_is_doubted_and_in_history_is_confirmed() {
        let mut outbox = sent("one");
        outbox.doubt(None);
        outbox.settle(|_| true);
        assert_eq!(outbox.items(), []);
    }

    #[test]
    fn no_prompt_of_a_stored_message_is_waited_for_after_the_socket_closed() {
        let mut outbox = sent("one");
        outbox.settle(|_| true);
        outbox.doubt(None);
        assert_eq!(outbox.items(), []);
    }

    #[test]
    fn only_a_failed_message_is_retried() {
        let mut outbox = sent("one");
        assert!(!outbox.retry(RowId(1)));
        assert!(outbox.refuse("no") && !outbox.refuse("no"));
        assert!(!outbox.retry(RowId(2)) && outbox.retry(RowId(1)));
        assert_eq!(outbox.items()[0].state, SendState::Waiting);
    }

    #[test]
    fn a_turn_that_was_there_before_raises_the_cursor_of_what_was_sent_after_it() {
        let mut outbox = sent("one");
        outbox.raise_cursors(Millis(1001.0), 9);
        assert_eq!(outbox.items()[0].cursor, 4);
        outbox.raise_cursors(Millis(1000.0), 9);
        assert_eq!(outbox.items()[0].cursor, 9);
    }

    #[test]
    fn a_message_over_which_sockets_close_is_the_persons_to_decide_about() {
        let mut outbox = sent("one");
        for drops in 1..=MOST_DROPS {
            outbox.doubt(outbox.on_its_way_since());
            assert_eq!(outbox.resend_doubted(), drops == MOST_DROPS);
            outbox.next_to_send(4, Millis(1000.0));
        }
        let reason = "the connection was lost each time it was sent".to_owned();
        assert_eq!(outbox.items()[0].state, SendState::Failed { reason });
        assert!(outbox.retry(RowId(1)) && outbox.next_to_send(4, Millis(9.0)).is_some());
        outbox.doubt(Some(Millis(9.0)));
        assert!(outbox.resend_doubted(), "it had one try");
        assert_eq!(outbox.take_back(RowId(1)).map(|item| item.text), Some("one".to_owned()));
        assert_eq!(outbox.items(), []);
    }

    #[test]
    fn a_socket_that_closes_over_another_message_counts_for_nothing() {
        let mut outbox = sent("one");
        for suspected in [None, Some(Millis(999.0)), None, None] {
            outbox.doubt(suspected);
            assert!(!outbox.resend_doubted());
            outbox.next_to_send(4, Millis(1000.0));
        }
        assert_eq!(outbox.items()[0].drops, 0);
    }

    #[test]
    fn only_what_some_server_may_not_take_is_said_to_be_large() {
        assert_eq!(lost_each_time(SMALLEST_LIMIT), "the connection was lost each time it was sent");
        let large = "the connection was lost each time it was sent; it may be too large for the server (18 MB)";
        assert_eq!(lost_each_time(18_400_000), large);
    }

    #[test]
    fn every_change_is_told_once() {
        let mut outbox = sent("one");
        assert!(outbox.take_changed() && !outbox.take_changed());
        outbox.doubt(None);
        assert!(outbox.take_changed());
        outbox.resend_doubted();
        assert!(outbox.take_changed());
        outbox.doubt(None);
        assert!(!outbox.take_changed(), "nothing was on its way");
    }
}
