//! The rows that are shown: tool calls joined with their results, parallel calls of a step in a group.

use super::{Place, RowId, Transcript, TurnPhase};
use crate::content::Content;
use dispatch_contract::{StepId, ToolCallId};
use std::collections::BTreeMap;

/// A row of the transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its id. A group has the id of its first card.
    pub id: RowId,
    /// What it shows.
    pub kind: RowKind,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKind {
    /// One piece that is no part of a tool card.
    Piece(Place),
    /// A tool call with its result.
    Card(Card),
    /// Calls that one step made side by side: two or more, in the order in which they were made.
    Group(Vec<Card>),
}

/// A tool call and its result; one of them may be missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its row.
    pub id: RowId,
    /// Where the call is.
    pub call: Option<Place>,
    /// Where the result is.
    pub result: Option<Place>,
}

/// How a tool call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolState {
    /// Its turn generates, and no result has come.
    Running,
    /// It answered.
    Ok,
    /// It failed.
    Error,
    /// Its turn is over, and no result ever came.
    NoResult,
}

impl ToolState {
    /// The word for it in `data-state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Error => "error",
            Self::NoResult => "no-result",
        }
    }
}

impl Transcript {
    /// The rows as they are now. The runtime brings them up to date with `refresh_layout` after each batch of events.
    pub fn rows(&self) -> &[Row] {
        &self.layout
    }

    /// The row or card with this id.
    pub fn row(&self, id: RowId) -> Option<&Row> {
        self.layout.iter().rev().find(|row| row.id == id)
    }

    /// The card with this id, alone or in a group.
    pub fn card(&self, id: RowId) -> Option<&Card> {
        self.layout.iter().rev().find_map(|row| match &row.kind {
            RowKind::Card(card) => (card.id == id).then_some(card),
            RowKind::Group(cards) => cards.iter().find(|card| card.id == id),
            RowKind::Piece(_) => None,
        })
    }

    /// How a card's tool call stands.
    pub fn tool_state(&self, card: &Card) -> ToolState {
        let result = card.result.and_then(|place| self.entry(place));
        if let Some(Content::ToolResult { is_error, .. }) = result.map(|entry| entry.content) {
            return if *is_error { ToolState::Error } else { ToolState::Ok };
        }
        let call = card.call.and_then(|place| self.entry(place));
        let runs = match call {
            Some(entry) => match entry.phase {
                Some(phase) => phase == TurnPhase::Running,
                None => entry.live.turn.as_ref().is_some_and(|turn| {
                    self.turns.iter().any(|live| live.id == *turn && live.phase == TurnPhase::Running)
                }),
            },
            None => false,
        };
        if runs { ToolState::Running } else { ToolState::NoResult }
    }

    /// Whether a piece belongs to a turn that history does not hold in full.
    pub fn is_live(&self, place: Place) -> bool {
        match place {
            Place::Live(..) => true,
            Place::Durable(index) => self.committed.get(index).is_some_and(|chunk| {
                self.turns.iter().any(|turn| turn.stored.is_some_and(|(a, b)| (a..=b).contains(&chunk.seq)))
            }),
        }
    }

    /// Whether a piece belongs to a turn that the backend lost.
    pub fn is_lost(&self, place: Place) -> bool {
        match place {
            Place::Live(turn, _) => self.turns.get(turn).is_some_and(|turn| turn.phase == TurnPhase::Lost),
            Place::Durable(_) => false,
        }
    }

    /// Brings the rows up to date.
    pub fn refresh_layout(&mut self) {
        if std::mem::take(&mut self.stale_layout) {
            self.layout = self.build_layout();
        }
    }

    fn build_layout(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::with_capacity(self.committed.len());
        let mut unanswered: BTreeMap<&ToolCallId, Spot> = BTreeMap::new();
        let mut orphans: BTreeMap<&ToolCallId, Spot> = BTreeMap::new();
        let mut steps: BTreeMap<&StepId, usize> = BTreeMap::new();
        for place in self.places() {
            let Some(entry) = self.entry(place) else { continue };
            match entry.content {
                Content::ToolCall { id, step, .. } => {
                    if let Some(spot) = orphans.remove(id) {
                        if let Some(card) = spot.card(&mut rows) {
                            card.call = Some(place);
                        }
                        continue;
                    }
                    let card = Card { id: entry.row, call: Some(place), result: None };
                    let spot = put_card(&mut rows, &mut steps, step.as_ref(), card);
                    unanswered.insert(id, spot);
                }
                Content::ToolResult { id, step, .. } => {
                    if let Some(spot) = unanswered.remove(id) {
                        if let Some(card) = spot.card(&mut rows) {
                            card.result = Some(place);
                        }
                        continue;
                    }
                    let card = Card { id: entry.row, call: None, result: Some(place) };
                    let spot = put_card(&mut rows, &mut steps, step.as_ref(), card);
                    orphans.insert(id, spot);
                }
                Content::Prompt(_)
                | Content::Text(_)
                | Content::Thinking(_)
                | Content::Error { .. }
                | Content::System(_)
                | Content::Image { .. }
                | Content::Unknown { .. } => rows.push(Row { id: entry.row, kind: RowKind::Piece(place) }),
            }
        }
        rows
    }
}

/// Where a card stands while the rows are being built.
#[derive(Clone, Copy)]
struct Spot {
    row: usize,
    card: usize,
}

impl Spot {
    fn card(self, rows: &mut [Row]) -> Option<&mut Card> {
        match &mut rows.get_mut(self.row)?.kind {
            RowKind::Card(card) => Some(card),
            RowKind::Group(cards) => cards.get_mut(self.card),
            RowKind::Piece(_) => None,
        }
    }
}

/// Puts a card into the group of its step, which stands where the step's first card stood, or into a row of its own.
fn put_card<'a>(
    rows: &mut Vec<Row>,
    steps: &mut BTreeMap<&'a StepId, usize>,
    step: Option<&'a StepId>,
    card: Card,
) -> Spot {
    if let Some(row) = step.and_then(|step| steps.get(step).copied()) {
        let kind = &mut rows[row].kind;
        if let RowKind::Card(first) = kind {
            *kind = RowKind::Group(vec![first.clone()]);
        }
        if let RowKind::Group(cards) = kind {
            cards.push(card);
            return Spot { row, card: cards.len() - 1 };
        }
    }
    if let Some(step) = step {
        steps.insert(step, rows.len());
    }
    rows.push(Row { id: card.id, kind: RowKind::Card(card) });
    Spot { row: rows.len() - 1, card: 0 }
}
