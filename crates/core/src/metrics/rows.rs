//! The rows of steps and turns among those of the transcript.
//!
//! Where they stand is found anew when the list of rows or a figure changed, and at no other time: words that stream cost
//! nothing here. A row keeps its id while its figures go from live to stored.

use super::explain::{Explanation, explain_step, explain_turn};
use super::lost::{self, Lost};
use super::placement::{Group, Opening, place};
use super::words::{Before, Line, step_line, turn_line};
use super::{CacheUse, Figure, Metrics, Turn};
use crate::TurnId;
use crate::content::Content;
use crate::conversation::Conversation;
use crate::map::Map;
use crate::transcript::{Card, Place, RowId, RowKind, Transcript};
use crate::view::{RowBody, RowKey, RowView};
use std::ops::Range;

/// A row of figures.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shown {
    row: RowId,
    /// Before it stand so many rows of the transcript.
    after: usize,
    /// The place of its turn among all turns.
    turn: usize,
    /// The place of its step; `None` for the turn itself.
    step: Option<usize>,
    /// Its turn is live.
    is_live: bool,
}

/// Where figures stand, and what a row of them takes from the turns before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// In the order of the rows.
    shown: Vec<Shown>,
    /// The places in `shown`.
    places: Map<RowId, usize>,
    /// For each turn, what stands before it.
    before: Vec<Before>,
    lost: Vec<Lost>,
    /// How often places were found anew.
    placements: u64,
}

impl Rows {
    fn get(&self, row: RowId) -> Option<&Shown> {
        self.places.get(&row).and_then(|place| self.shown.get(*place))
    }

    pub(super) fn lost(&self) -> &[Lost] {
        &self.lost
    }

    pub(super) fn before(&self, turn: usize) -> Option<&Before> {
        self.before.get(turn)
    }

    pub(super) fn lost_of(&self, turn: usize, step: usize) -> Option<&Lost> {
        let place = self.lost.binary_search_by(|lost| (lost.turn, lost.step).cmp(&(turn, step)));
        place.ok().map(|place| &self.lost[place])
    }
}

/// What changed when the figures were given their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The list of rows is another one.
    pub(crate) list: bool,
    /// Figures changed.
    pub(crate) figures: bool,
    /// Rows that show something else.
    pub(crate) touched: Vec<RowId>,
}

impl Metrics {
    /// How often rows were given their places. The cost of a stream of words is counted by it.
    pub fn placements(&self) -> u64 {
        self.rows.placements
    }

    /// The row of a step, or of a turn as a whole, if it is shown.
    pub(super) fn row_of(&self, turn: usize, step: Option<usize>) -> Option<RowId> {
        let turn = self.turns.get(turn)?;
        let row = match step {
            Some(step) => turn.steps.get(step)?.row,
            None => turn.row,
        };
        row.filter(|row| self.rows.places.contains_key(row))
    }

    /// Which rows of the transcript are a turn's, among the first `len`.
    pub(super) fn rows_of(&self, turn: usize, len: usize) -> Range<usize> {
        let ends = |of: &dyn Fn(usize) -> bool| {
            let rows = self.rows.shown.iter().filter(|shown| shown.step.is_none() && of(shown.turn));
            rows.map(|shown| shown.after.min(len)).next_back()
        };
        let start = ends(&|shown| shown < turn).unwrap_or_default();
        start..ends(&|shown| shown == turn).unwrap_or(len).max(start)
    }

    fn name(&mut self, turn: usize, step: Option<usize>) -> &mut Option<RowId> {
        let turn = &mut self.turns[turn];
        match step {
            Some(step) => &mut turn.steps[step].row,
            None => &mut turn.row,
        }
    }
}

impl Conversation {
    /// Gives the figures their places, if they or the rows have changed.
    pub(crate) fn place_metrics(&mut self, is_laid_out: bool) -> Moved {
        let changed_from = self.metrics.changed_from.take();
        if !is_laid_out && changed_from.is_none() {
            return Moved::default();
        }
        if changed_from.is_some() {
            self.metrics.rows.before = before_each(&self.metrics.turns);
            self.metrics.rows.lost = lost::find(&self.metrics.turns);
        }
        self.metrics.rows.placements += 1;
        let placed = place(&groups(&self.transcript), &self.metrics.turns, self.transcript.has_earlier());
        let mut shown = Vec::with_capacity(placed.len());
        for place in placed {
            let transcript = &mut self.transcript;
            let row = *self.metrics.name(place.turn, place.step).get_or_insert_with(|| transcript.mint_row());
            let is_live = transcript.is_live_turn(&self.metrics.turns[place.turn].id);
            shown.push(Shown { row, after: place.after, turn: place.turn, step: place.step, is_live });
        }
        let mut moved = Moved { figures: changed_from.is_some(), ..Moved::default() };
        for now in &shown {
            let before = self.metrics.rows.get(now.row);
            let is_other = before.is_some_and(|before| before.is_live != now.is_live || before.turn != now.turn);
            if is_other || changed_from.is_some_and(|from| now.turn >= from) {
                moved.touched.push(now.row);
            }
        }
        let stands = |shown: &Shown| (shown.row, shown.after);
        moved.list = !shown.iter().map(stands).eq(self.metrics.rows.shown.iter().map(stands));
        let places = shown.iter().enumerate().map(|(at, shown)| (shown.row, at)).collect();
        self.metrics.rows.places = Map::from_entries(places);
        self.metrics.rows.shown = shown;
        moved
    }

    /// The rows of the transcript, with those of the figures among them.
    pub(crate) fn keys_with_metrics(&self) -> Vec<RowKey> {
        let (said, figures) = (self.transcript.rows(), &self.metrics.rows.shown);
        let mut keys = Vec::with_capacity(said.len() + figures.len());
        let mut figures = figures.iter().peekable();
        for at in 0..=said.len() {
            while let Some(figure) = figures.next_if(|figure| figure.after <= at) {
                keys.push(RowKey { id: figure.row, is_group: false });
            }
            if let Some(row) = said.get(at) {
                keys.push(RowKey { id: row.id, is_group: matches!(row.kind, RowKind::Group(_)) });
            }
        }
        keys
    }

    /// Whether a row shows figures.
    pub fn is_metrics_row(&self, row: RowId) -> bool {
        self.metrics.rows.get(row).is_some()
    }

    /// What a row of figures shows.
    pub(crate) fn metrics_row_view(&self, row: RowId) -> Option<RowView> {
        let shown = self.metrics.rows.get(row)?;
        let turn = self.metrics.turns.get(shown.turn)?;
        let line = self.line_of(shown)?;
        let body = if shown.step.is_some() { RowBody::Step(line) } else { RowBody::Turn(line) };
        Some(RowView { seq: None, turn: Some(turn.id.as_str().to_owned()), is_live: shown.is_live, body })
    }

    fn line_of(&self, shown: &Shown) -> Option<Line> {
        let (rows, turn) = (&self.metrics.rows, self.metrics.turns.get(shown.turn)?);
        match shown.step {
            Some(at) => Some(step_line(turn.steps.get(at)?, at + 1, rows.lost_of(shown.turn, at))),
            None => Some(turn_line(turn, rows.before(shown.turn)?)),
        }
    }

    /// What stands behind the figures of a row, in the order in which it shows them.
    pub fn explain(&self, row: RowId) -> Vec<Explanation> {
        self.explained(row).unwrap_or_default()
    }

    fn explained(&self, row: RowId) -> Option<Vec<Explanation>> {
        let (rows, shown) = (&self.metrics.rows, self.metrics.rows.get(row)?);
        let (turn, line) = (self.metrics.turns.get(shown.turn)?, self.line_of(shown)?);
        Some(match shown.step {
            Some(at) => explain_step(turn.steps.get(at)?, turn.source, &line, rows.lost_of(shown.turn, at)),
            None => explain_turn(turn, &line, rows.before(shown.turn)?),
        })
    }

    /// What stands behind one figure of a row, a line each. Empty: there is nothing to tell.
    pub fn explain_figure(&self, row: RowId, figure: Figure) -> Vec<String> {
        let explained = self.explain(row).into_iter().find(|explained| explained.figure == figure);
        explained.map(|explained| explained.lines()).unwrap_or_default()
    }

    /// The turn that a row of figures belongs to.
    pub fn turn_of_row(&self, row: RowId) -> Option<&TurnId> {
        let shown = self.metrics.rows.get(row)?;
        self.metrics.turns.get(shown.turn).map(|turn| &turn.id)
    }
}

/// For each turn, its number and what its line takes from those before it.
fn before_each(turns: &[Turn]) -> Vec<Before> {
    let mut so_far = CacheUse::default();
    let (mut previous, mut number) = (None, 0);
    let mut all = Vec::with_capacity(turns.len());
    for turn in turns {
        let usage = turn.usage();
        usage.iter().for_each(|usage| so_far.count(usage));
        number += usize::from(turn.is_shown());
        all.push(Before { number, previous: previous.clone(), so_far });
        previous = if turn.is_shown() { usage } else { previous };
    }
    all
}

/// What the rows of a transcript say of whose they are.
fn groups(transcript: &Transcript) -> Vec<Group<'_>> {
    let group = |place: Option<Place>| {
        let mut group = Group { opening: Opening::None, turn: None, step: None };
        let Some(entry) = place.and_then(|place| transcript.entry(place)) else { return group };
        group.turn = entry.live.turn.as_ref();
        group.step = entry.content.step();
        group.opening = match entry.content {
            Content::Prompt(_) => Opening::Words,
            Content::Image { .. } => Opening::Picture,
            Content::Text(_)
            | Content::Thinking(_)
            | Content::ToolCall { .. }
            | Content::ToolResult { .. }
            | Content::Error { .. }
            | Content::System(_)
            | Content::Unknown(_) => Opening::None,
        };
        group
    };
    let of_card = |card: &Card| group(card.call.or(card.result));
    let rows = transcript.rows().iter().map(|row| match &row.kind {
        RowKind::Piece(place) => group(Some(*place)),
        RowKind::Card(card) => of_card(card),
        RowKind::Group(cards) => cards.first().map_or_else(|| group(None), of_card),
    });
    rows.collect()
}
