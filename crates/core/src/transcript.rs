//! One conversation's transcript: two sources of one list, merged.
//!
//! *Durable* chunks come from history: keyed by seq, append-only, final. *Live* turns come from the socket: keyed by turn
//! id, without seqs, replayed from their start whenever the console subscribes. The same words arrive both ways, in any
//! order, more than once, and with losses in between. What this module promises:
//!
//! - A chunk is shown once. Where history already holds part of a running turn, the live twin of that part is hidden.
//! - A replay rebuilds its turn and never adds to it; until the rebuilt turn has caught up, the old one stays in view.
//! - A row keeps its [`RowId`] from the first word to the sealed chunk, so that nothing flashes and folds stay as they were.
//! - What was only ever known live (how long a tool took, what it printed) stays with the row.
//! - Only history supersedes: `done` alone removes nothing.
//!
//! It deliberately does not talk to anybody: when to ask for history is the sync machine's business (`sync`), what
//! was sent and not yet answered is the outbox's.

mod apply;
mod history;
mod layout;
mod merge;

pub(crate) use apply::Echo;
pub(crate) use history::{Append, Page};
pub use layout::{Card, Row, RowKind, ToolState};

use crate::Millis;
use crate::content::Content;
use crate::order;
use dispatch_contract::{OutputStream, TurnId};
use std::collections::{BTreeSet, VecDeque};

/// Names a row for as long as it is shown, through echo, commit and reorder. Never an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u64);

/// A transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// An unbroken run of seqs, ascending.
    committed: Vec<Committed>,
    /// Turns that history does not hold in full yet, oldest first.
    turns: Vec<LiveTurn>,
    /// Chunks up to this seq belong to no live turn.
    settled: u64,
    /// The log may hold turns after `settled` that were never heard of live: it was just opened, or the socket was.
    unheard: bool,
    /// Chunks after `settled` may belong to turns that were given up for history.
    gave_up: bool,
    /// The newest turns that history holds in full, so that a late event of one is not taken for a new turn.
    finished: VecDeque<TurnId>,
    next_row: u64,
    layout: Vec<Row>,
    /// Where in `layout` each row and card is, by its id.
    spots: layout::SpotsById,
    /// The list of rows may differ from `layout`.
    stale_layout: bool,
    /// Rows whose content changed since the changes were last taken.
    touched: Vec<RowId>,
    rows_changed: bool,
}

/// A chunk that history holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Committed {
    row: RowId,
    seq: u64,
    content: Content,
    live: SeenLive,
    /// It came with the page that is being merged, and was never shown.
    fresh: bool,
    /// This device keeps it as it is.
    saved: bool,
}

/// What is only ever known live.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveFacts {
    /// The turn, where it is known.
    pub turn: Option<TurnId>,
    /// When it began, where that was seen.
    pub started: Option<Millis>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// What a tool printed while it ran.
    pub output: Vec<OutputPiece>,
    /// Whether it was put into a turn that ran already.
    pub steering: bool,
}

/// What is kept of that with a chunk that history holds. Of most there is nothing, and where ten thousand are loaded they
/// would take as much room for that as for what they say.
#[derive(Clone, Debug, Default, PartialEq)]
struct SeenLive(Option<Box<LiveFacts>>);

/// Nothing was seen live.
static UNSEEN: LiveFacts =
    LiveFacts { turn: None, started: None, duration_ms: None, output: Vec::new(), steering: false };

impl SeenLive {
    fn of(live: LiveFacts) -> Self {
        Self((live != UNSEEN).then(|| Box::new(live)))
    }

    fn facts(&self) -> &LiveFacts {
        self.0.as_deref().unwrap_or(&UNSEEN)
    }

    fn facts_mut(&mut self) -> &mut LiveFacts {
        self.0.get_or_insert_default()
    }
}

/// Something a running tool printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputPiece {
    /// Where it came from.
    pub stream: OutputStream,
    /// What it was.
    pub data: String,
}

/// How far a live turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnPhase {
    /// It generates.
    Running,
    /// An error was the last that was heard of it.
    Failed,
    /// The model finished; not everything is stored.
    Done,
    /// Everything is stored; history is about to take over.
    Sealed,
    /// The backend no longer knows it, and history holds nothing of it.
    Lost,
}

/// A turn as the socket tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LiveTurn {
    id: TurnId,
    phase: TurnPhase,
    entries: Vec<LiveEntry>,
    /// A replay that has not caught up with `entries` yet.
    rebuild: Option<Vec<LiveEntry>>,
    /// Nothing was heard of it since the socket was reopened.
    unconfirmed: bool,
    /// Events may be a replay: times of arrival mean nothing before this moment.
    replay_until: Option<Millis>,
    /// Turns nobody heard of may stand before it in the log: its chunks are looked for from the end.
    seek_from_end: bool,
    /// It answers a message that was sent from here: where it can begin in the log is certain.
    is_own: bool,
    /// When it was first heard of.
    first_seen: Millis,
    /// Output of calls that have not come yet.
    stash: Vec<(dispatch_contract::ToolCallId, Vec<OutputPiece>)>,
    /// The first and last seq of the chunks that history holds of it.
    stored: Option<(u64, u64)>,
}

/// One piece of a live turn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LiveEntry {
    row: RowId,
    content: Content,
    /// The next delta of its kind extends it.
    open: bool,
    live: LiveFacts,
    /// The chunk that history holds of it; the live twin is hidden.
    stored_as: Option<u64>,
    /// What a replay has yet to repeat of the tool's output.
    retold: Vec<OutputPiece>,
}

/// Where the content of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The chunk with this index among the durable ones.
    Durable(usize),
    /// The entry of the live turn with these indices.
    Live(usize, usize),
}

/// A piece of the transcript, wherever it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its row.
    pub row: RowId,
    /// What it is.
    pub content: &'a Content,
    /// What is only known live.
    pub live: &'a LiveFacts,
    /// Its seq, once history holds it.
    pub seq: Option<u64>,
    /// Whether it is the run of words that the next delta extends.
    pub open: bool,
    /// The phase of its turn, unless history holds it.
    pub phase: Option<TurnPhase>,
}

/// Turns that were given up after a reopen, because nothing was heard of them any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenUp {
    /// History holds nothing of them.
    pub(crate) lost: usize,
    /// History holds less of them than was heard.
    pub(crate) cut: usize,
}

/// How much an agent said.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    /// Of its answer and its thinking.
    bytes: usize,
    /// Calls and results.
    tools: usize,
}

impl Said {
    fn by<'a>(contents: impl Iterator<Item = &'a Content>) -> Self {
        contents.fold(Self::default(), |said, content| match content {
            Content::Text(text) | Content::Thinking(text) => Self { bytes: said.bytes + text.len(), ..said },
            Content::ToolCall { .. } | Content::ToolResult { .. } => Self { tools: said.tools + 1, ..said },
            Content::Prompt(_)
            | Content::Error { .. }
            | Content::System(_)
            | Content::Image { .. }
            | Content::Unknown(_) => said,
        })
    }
}

impl Default for Transcript {
    fn default() -> Self {
        Self {
            committed: Vec::new(),
            turns: Vec::new(),
            settled: 0,
            unheard: true,
            gave_up: false,
            finished: VecDeque::new(),
            next_row: 0,
            layout: Vec::new(),
            spots: layout::SpotsById::default(),
            stale_layout: false,
            touched: Vec::new(),
            rows_changed: false,
        }
    }
}

impl Transcript {
    /// The transcript of a conversation that begins now: nothing of it can have been missed.
    pub(crate) fn of_new_conversation() -> Self {
        Self { unheard: false, ..Self::default() }
    }

    /// Whether a turn generates. Told by its structure alone.
    pub fn is_generating(&self) -> bool {
        self.turns.iter().any(|turn| turn.phase == TurnPhase::Running)
    }

    /// Whether a turn is done and not sealed: a message sent now must wait for the seal.
    pub fn is_sealing(&self) -> bool {
        self.turns.iter().any(|turn| turn.phase == TurnPhase::Done)
    }

    /// The turns that are sealed and wait for history.
    pub(crate) fn sealed_turns(&self) -> Vec<TurnId> {
        self.turns.iter().filter(|turn| turn.phase == TurnPhase::Sealed).map(|turn| turn.id.clone()).collect()
    }

    /// The socket was reopened: what was live before may be over.
    pub(crate) fn doubt_live_turns(&mut self) {
        for turn in &mut self.turns {
            turn.unconfirmed = turn.phase != TurnPhase::Lost;
        }
    }

    /// Nothing was heard of the doubted turns in time: history is all there is.
    pub(crate) fn give_up_doubted(&mut self) -> GivenUp {
        let mut given_up = GivenUp::default();
        for index in 0..self.turns.len() {
            // Its chunks may have been taken for another turn's, had it been heard of late.
            if self.turns[index].unconfirmed && self.turns[index].stored.is_none() && !self.turns[index].is_own {
                self.turns[index].seek_from_end = true;
                self.turns[index].stored = self.segment_of(index, 0);
            }
        }
        for turn in self.turns.iter_mut().filter(|turn| turn.unconfirmed && turn.stored.is_none()) {
            turn.phase = TurnPhase::Lost;
            turn.unconfirmed = false;
            given_up.lost += 1;
        }
        given_up.cut = self.turns.iter().filter(|turn| turn.unconfirmed && self.holds_less_of(turn)).count();
        self.yield_to_history(|turn| turn.unconfirmed);
        self.touch_live_rows();
        given_up
    }

    /// Whether history holds less of a turn than was heard of it: fewer words, or fewer calls and results of tools.
    fn holds_less_of(&self, turn: &LiveTurn) -> bool {
        let Some((first, last)) = turn.stored else { return true };
        let stored = &self.committed[self.first_after(first - 1)..self.first_after(last)];
        let heard = Said::by(turn.entries.iter().map(|entry| &entry.content));
        let stored = Said::by(stored.iter().map(|chunk| &chunk.content));
        stored.bytes < heard.bytes || stored.tools < heard.tools
    }

    /// A turn that was lost turns up in history after all.
    pub(crate) fn find_lost(&mut self) {
        self.yield_to_history(|turn| turn.phase == TurnPhase::Lost && turn.stored.is_some());
    }

    /// Takes away turns of which history holds something, sealed or not. Should one speak up later (a slow line), it is
    /// told from its start and finds its chunks again.
    fn yield_to_history(&mut self, yields: impl Fn(&LiveTurn) -> bool) {
        let gone: Vec<LiveTurn> = self.turns.extract_if(.., |turn| yields(turn)).collect();
        for turn in gone {
            self.touched.extend(turn.entries.iter().map(|entry| entry.row));
            self.touch_segment(turn.stored);
            if let Some((start, _)) = turn.stored {
                self.settled = self.settled.max(start - 1);
            }
            self.forget_guess(&turn);
            self.gave_up = true;
            self.stale_layout = true;
            self.rows_changed = true;
        }
    }

    /// Whether a turn is live, or is remembered to have been.
    pub(crate) fn knows_turn(&self, id: &TurnId) -> bool {
        self.turns.iter().any(|turn| turn.id == *id) || self.finished.contains(id)
    }

    /// Whether an event of a turn that comes now may be a replay's: when it came says nothing of when it happened.
    pub(crate) fn may_be_replay(&self, id: &TurnId, at: Millis) -> bool {
        match self.turns.iter().find(|turn| turn.id == *id) {
            Some(turn) => turn.replay_until.is_some_and(|until| at <= until),
            None => self.unheard,
        }
    }

    /// A replay would have come by now: chunks that match no live turn belong to turns that are over.
    pub(crate) fn settle(&mut self) {
        if std::mem::take(&mut self.unheard) {
            let start = self.turns.first().and_then(|turn| turn.stored).map(|(start, _)| start);
            self.settled = self.settled.max(start.map_or(self.highest_seq(), |start| start - 1));
            for turn in &mut self.turns {
                turn.seek_from_end = false;
            }
        }
    }

    /// Whether a turn may be under way that was not heard of yet.
    pub(crate) fn is_unheard(&self) -> bool {
        self.unheard
    }

    /// Whether nothing was ever said, as far as is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.committed.is_empty() && self.turns.is_empty()
    }

    /// The socket was opened anew: turns may have come and gone meanwhile.
    pub(crate) fn expect_unheard(&mut self) {
        self.unheard = true;
    }

    /// The person's words that opened a lost turn, by the row that shows them.
    pub fn lost_prompt(&self, row: RowId) -> Option<&str> {
        self.turns.iter().filter(|turn| turn.phase == TurnPhase::Lost).find_map(|turn| {
            turn.entries.iter().find(|entry| entry.row == row).and_then(|entry| entry.content.prompt())
        })
    }

    /// Forgets the lost turn that shows this row: its message is being sent again.
    pub(crate) fn forget_lost(&mut self, row: RowId) {
        self.turns.retain(|turn| turn.phase != TurnPhase::Lost || turn.entries.iter().all(|entry| entry.row != row));
        self.mark_rows();
    }

    /// The highest seq that is held; 0 for none.
    pub fn highest_seq(&self) -> u64 {
        self.committed.last().map_or(0, |chunk| chunk.seq)
    }

    /// The lowest seq that is held.
    pub fn lowest_seq(&self) -> Option<u64> {
        self.committed.first().map(|chunk| chunk.seq)
    }

    /// Whether older messages exist that are not loaded.
    pub fn has_earlier(&self) -> bool {
        self.lowest_seq().is_some_and(|seq| seq > 1)
    }

    /// How many durable chunks are loaded.
    pub fn committed_len(&self) -> usize {
        self.committed.len()
    }

    /// For how many row ids there is room. What a long conversation leaves behind in memory is counted by it.
    pub fn ids_held(&self) -> usize {
        self.spots.len()
    }

    /// The first words of the person that are held.
    pub fn first_prompt(&self) -> Option<&str> {
        let durable = self.committed.iter().map(|chunk| &chunk.content);
        let live = self.turns.iter().flat_map(|turn| turn.entries.iter().map(|entry| &entry.content));
        durable.chain(live).find_map(Content::prompt)
    }

    /// A row id that nothing else has.
    pub(crate) fn mint_row(&mut self) -> RowId {
        self.next_row += 1;
        RowId(self.next_row)
    }

    /// The piece at a place.
    pub fn entry(&self, place: Place) -> Option<Entry<'_>> {
        match place {
            Place::Durable(index) => self.committed.get(index).map(|chunk| Entry {
                row: chunk.row,
                content: &chunk.content,
                live: chunk.live.facts(),
                seq: Some(chunk.seq),
                open: false,
                phase: None,
            }),
            Place::Live(turn, index) => {
                let turn = self.turns.get(turn)?;
                let entry = turn.entries.get(index)?;
                Some(Entry {
                    row: entry.row,
                    content: &entry.content,
                    live: &entry.live,
                    seq: None,
                    open: entry.open && turn.phase != TurnPhase::Lost,
                    phase: Some(turn.phase),
                })
            }
        }
    }

    /// The places of everything that is shown, in order.
    fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let durable = (0..self.committed.len()).map(Place::Durable);
        let live = self.turns.iter().enumerate().flat_map(|(turn_index, turn)| {
            turn.entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| entry.stored_as.is_none())
                .map(move |(index, _)| Place::Live(turn_index, index))
        });
        durable.chain(live)
    }

    fn mark_rows(&mut self) {
        self.stale_layout = true;
        self.rows_changed = true;
    }

    /// Chunks of a live turn show that they are: when it comes or goes, they change.
    fn touch_segment(&mut self, segment: Option<(u64, u64)>) {
        if let Some((first, last)) = segment {
            let chunks = self.committed.iter().rev().skip_while(|chunk| chunk.seq > last);
            self.touched.extend(chunks.take_while(|chunk| chunk.seq >= first).map(|chunk| chunk.row));
        }
    }

    fn touch_live_rows(&mut self) {
        for turn in &self.turns {
            self.touched.extend(turn.entries.iter().map(|entry| entry.row));
        }
        self.mark_rows();
    }

    /// A row has something new to show. A stream of words touches the same one again and again, and is told of once.
    pub(super) fn touch(&mut self, row: RowId) {
        if self.touched.last() == Some(&row) {
            return;
        }
        // On a page that is hidden for hours nobody takes what is noted: no row has to be noted twice.
        if self.touched.len() == self.touched.capacity() {
            order::sort(&mut self.touched, RowId::cmp);
            self.touched.dedup();
            self.touched.reserve(self.touched.len() + 1);
        }
        self.touched.push(row);
    }

    /// What changed since this was last asked: whether the list of rows may have, and which rows did.
    pub(crate) fn take_changes(&mut self) -> (bool, Vec<RowId>) {
        (std::mem::take(&mut self.rows_changed), std::mem::take(&mut self.touched))
    }
}

impl Transcript {
    /// What must always hold: seqs are an unbroken run, and nothing is shown twice.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.committed.windows(2).any(|pair| pair[1].seq != pair[0].seq + 1) {
            return Err("durable chunks are not an unbroken run of seqs".to_owned());
        }
        let mut rows = BTreeSet::new();
        for place in self.places() {
            let Some(entry) = self.entry(place) else { continue };
            if !rows.insert(entry.row) {
                return Err(format!("row {} is shown twice", entry.row.0));
            }
        }
        let mut turns = BTreeSet::new();
        if self.turns.iter().any(|turn| !turns.insert(turn.id.as_str())) {
            return Err("a turn is live twice".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_again_and_again_while_nobody_looks_is_noted_once_or_twice() {
        let mut transcript = Transcript::default();
        for nth in 0..20_000 {
            transcript.touch(RowId(nth % 5));
        }
        assert!(transcript.touched.len() <= 20, "{} notes", transcript.touched.len());
        let (_, touched) = transcript.take_changes();
        assert_eq!(touched.iter().copied().collect::<BTreeSet<_>>(), (0..5).map(RowId).collect());
    }

    #[test]
    fn a_chunk_takes_little_more_than_what_it_says() {
        assert!(size_of::<Committed>() <= size_of::<Content>() + 32, "{} bytes", size_of::<Committed>());
    }
}
