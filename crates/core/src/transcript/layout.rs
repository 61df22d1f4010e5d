//! The rows that are shown: tool calls joined with their results, parallel calls of a step in a group.

use super::{LiveTurn, Place, RowId, Transcript, TurnPhase};
use crate::content::Content;
use crate::map::Map;
use dispatch_contract::{StepId, TurnId};

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

    /// The row with this id.
    pub fn row(&self, id: RowId) -> Option<&Row> {
        self.layout.get(self.spot(id)?.row).filter(|row| row.id == id)
    }

    /// The card with this id, alone or in a group.
    pub fn card(&self, id: RowId) -> Option<&Card> {
        let spot = self.spot(id)?;
        match &self.layout.get(spot.row)?.kind {
            RowKind::Card(card) => Some(card),
            RowKind::Group(cards) => cards.get(spot.card),
            RowKind::Piece(_) => None,
        }
    }

    /// The row or card that shows what this row holds: a result is shown by its call's card.
    pub(crate) fn shown_by(&self, id: RowId) -> RowId {
        self.card(id).map_or(id, |card| card.id)
    }

    /// The group that a card stands in.
    pub(crate) fn group_of(&self, id: RowId) -> Option<RowId> {
        let row = self.layout.get(self.spot(id)?.row)?;
        matches!(row.kind, RowKind::Group(_)).then_some(row.id)
    }

    fn spot(&self, id: RowId) -> Option<Spot> {
        self.spots.get(id)
    }

    /// How a card's tool call stands.
    pub fn tool_state(&self, card: &Card) -> ToolState {
        let result = card.result.and_then(|place| self.entry(place));
        if let Some(Content::ToolResult { is_error, .. }) = result.map(|entry| entry.content) {
            return if *is_error { ToolState::Error } else { ToolState::Ok };
        }
        let runs =
            card.call.is_some_and(|place| self.turn_of(place).is_some_and(|turn| turn.phase == TurnPhase::Running));
        if runs { ToolState::Running } else { ToolState::NoResult }
    }

    /// The step that a card's tool call belongs to, where it is known.
    pub(crate) fn step_of(&self, card: &Card) -> Option<&StepId> {
        self.entry(card.call.or(card.result)?)?.content.step()
    }

    /// Whether a piece belongs to a turn that history does not hold in full.
    pub fn is_live(&self, place: Place) -> bool {
        self.turn_of(place).is_some()
    }

    /// Whether history does not hold a turn in full.
    pub(crate) fn is_live_turn(&self, id: &TurnId) -> bool {
        self.turns.iter().any(|turn| turn.id == *id)
    }

    /// The live turn that a piece belongs to: told by it, or stored where the turn stands in the log.
    fn turn_of(&self, place: Place) -> Option<&LiveTurn> {
        match place {
            Place::Live(turn, _) => self.turns.get(turn),
            Place::Durable(index) => {
                let seq = self.committed.get(index)?.seq;
                self.turns.iter().find(|turn| turn.stored.is_some_and(|(first, last)| (first..=last).contains(&seq)))
            }
        }
    }

    /// Whether a piece belongs to a turn that the backend lost.
    pub fn is_lost(&self, place: Place) -> bool {
        match place {
            Place::Live(turn, _) => self.turns.get(turn).is_some_and(|turn| turn.phase == TurnPhase::Lost),
            Place::Durable(_) => false,
        }
    }

    /// Brings the rows up to date. Tells whether they were laid out anew.
    pub fn refresh_layout(&mut self) -> bool {
        let is_stale = std::mem::take(&mut self.stale_layout);
        if is_stale {
            let before = std::mem::take(&mut self.layout);
            self.layout = self.build_layout();
            self.touch_what_is_made_up_anew(&before);
            self.find_spots();
        }
        is_stale
    }

    /// A row whose parts are others than before (a call that got its result, a group that grew) shows something else.
    fn touch_what_is_made_up_anew(&mut self, before: &[Row]) {
        let in_place = before.iter().zip(&self.layout).take_while(|(before, now)| before.id == now.id).count();
        for (index, row) in self.layout.iter().enumerate() {
            if index < in_place && before[index].kind == row.kind {
                continue;
            }
            self.touched.push(row.id);
            if let RowKind::Group(cards) = &row.kind {
                self.touched.extend(cards.iter().map(|card| card.id));
            }
        }
    }

    fn find_spots(&mut self) {
        let mut found = Vec::with_capacity(self.layout.len());
        for (index, row) in self.layout.iter().enumerate() {
            let cards = match &row.kind {
                RowKind::Piece(_) => {
                    found.push((row.id, Spot { row: index, card: 0 }));
                    continue;
                }
                RowKind::Card(card) => std::slice::from_ref(card),
                RowKind::Group(cards) => cards,
            };
            for (nth, card) in cards.iter().enumerate() {
                let spot = Spot { row: index, card: nth };
                let result = card.result.and_then(|place| self.entry(place));
                found.extend(result.map(|result| (result.row, spot)));
                found.push((card.id, spot));
            }
        }
        self.spots.set(&found);
    }

    fn build_layout(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::with_capacity(self.committed.len());
        let (mut unanswered, mut orphans, mut steps) = (Spots::default(), Spots::default(), Spots::default());
        for place in self.places() {
            let Some(entry) = self.entry(place) else { continue };
            match entry.content {
                Content::ToolCall { id, step, .. } => {
                    if let Some(spot) = orphans.remove(&id.as_str()) {
                        if let Some(card) = spot.card(&mut rows) {
                            card.call = Some(place);
                        }
                        continue;
                    }
                    let card = Card { id: entry.row, call: Some(place), result: None };
                    let spot = put_card(&mut rows, &mut steps, step.as_ref(), card);
                    unanswered.insert(id.as_str(), spot);
                }
                Content::ToolResult { id, step, .. } => {
                    if let Some(spot) = unanswered.remove(&id.as_str()) {
                        if let Some(card) = spot.card(&mut rows) {
                            card.result = Some(place);
                        }
                        continue;
                    }
                    let card = Card { id: entry.row, call: None, result: Some(place) };
                    let spot = put_card(&mut rows, &mut steps, step.as_ref(), card);
                    orphans.insert(id.as_str(), spot);
                }
                Content::Prompt(_) => {
                    // Ids may be used again: a result never waits for a call of a later turn, nor does a step go on there.
                    orphans = Spots::default();
                    steps = Spots::default();
                    rows.push(Row { id: entry.row, kind: RowKind::Piece(place) });
                }
                Content::Text(_)
                | Content::Thinking(_)
                | Content::Error { .. }
                | Content::System(_)
                | Content::Image { .. }
                | Content::Unknown(_) => rows.push(Row { id: entry.row, kind: RowKind::Piece(place) }),
            }
        }
        rows
    }
}

/// Where the cards of calls and steps stand, by the text of their ids.
type Spots<'a> = Map<&'a str, Spot>;

/// Where each row and card stands, by its id. Row ids are minted one after the other, so a plain list finds each at once; it
/// begins with the lowest that is shown, since those that were unloaded are never looked for again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SpotsById {
    first: u64,
    list: Vec<Option<Spot>>,
}

impl SpotsById {
    fn get(&self, id: RowId) -> Option<Spot> {
        self.list.get(usize::try_from(id.0.checked_sub(self.first)?).ok()?).copied().flatten()
    }

    /// How many ids there is room for, shown or not.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The last spot of an id counts.
    fn set(&mut self, found: &[(RowId, Spot)]) {
        let ids = || found.iter().map(|(id, _)| id.0);
        self.first = ids().min().unwrap_or_default();
        let len = ids().max().map_or(0, |last| last - self.first + 1);
        self.list.clear();
        self.list.resize(len as usize, None);
        for (id, spot) in found {
            self.list[(id.0 - self.first) as usize] = Some(*spot);
        }
    }
}

/// Where a row stands, and which card of it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
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
fn put_card<'a>(rows: &mut Vec<Row>, steps: &mut Spots<'a>, step: Option<&'a StepId>, card: Card) -> Spot {
    if let Some(row) = step.and_then(|step| steps.get(&step.as_str())).map(|spot| spot.row) {
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
        steps.insert(step.as_str(), Spot { row: rows.len(), card: 0 });
    }
    rows.push(Row { id: card.id, kind: RowKind::Card(card) });
    Spot { row: rows.len() - 1, card: 0 }
}
