//! Below which rows the figures stand. Rows say little of whose they are: tools name their step, and only what was seen live
//! names its turn. So turns and rows are joined by those where they are there, and by their order where they are not,
//! counted from the end, since the beginning may not be loaded.
//!
//! A step's row stands after the last row of its step; that of a step without a row of its own (text only) after the turn's
//! last row; then comes the row of the turn.

use super::Turn;
use crate::order;
use crate::{StepId, TurnId};
use std::ops::Range;

/// Whether a row may begin a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// It does not.
    None,
    /// Words of the person. They begin a turn, unless they were put into one that ran.
    Words,
    /// A picture. With the words beside it, it is one opening.
    Picture,
}

/// What is known of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group<'a> {
    pub(super) opening: Opening,
    /// Its turn, where that was seen live.
    pub(super) turn: Option<&'a TurnId>,
    /// The step that its tools name.
    pub(super) step: Option<&'a StepId>,
}

/// Figures, and where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Before them stand so many rows of the transcript.
    pub(super) after: usize,
    /// The place of the turn among all turns.
    pub(super) turn: usize,
    /// The place of the step in it; `None` for the turn itself.
    pub(super) step: Option<usize>,
}

/// Whose a segment of rows is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// Nothing tells.
    Unknown,
    /// Its tools name steps that no turn with steps has: a turn of which no step was measured, or one without figures.
    Unmeasured,
    /// A turn without figures.
    Other,
    /// The turn at this place.
    Turn(usize),
}

/// Where the figures of these turns stand among these rows. `is_cut`: rows before the first are not loaded.
pub(super) fn place(groups: &[Group<'_>], turns: &[Turn], is_cut: bool) -> Vec<Placed> {
    let mut placed = Vec::new();
    if turns.is_empty() || groups.is_empty() {
        return placed;
    }
    let segments = segments(groups);
    let owners = owners(groups, &segments, turns);
    let mut at = 0;
    while at < segments.len() {
        let mut rows = segments[at].clone();
        // Neighbours of one turn are one: words were put into it while it ran.
        while owners.get(at + 1) == Some(&owners[at]) && matches!(owners[at], Owner::Turn(_)) {
            at += 1;
            rows.end = segments[at].end;
        }
        if let Owner::Turn(turn) = owners[at] {
            let is_cut = is_cut && rows.start == 0 && groups[0].opening == Opening::None;
            place_turn(&groups[rows.clone()], rows, &turns[turn], turn, is_cut, &mut placed);
        }
        at += 1;
    }
    placed
}

fn segments(groups: &[Group<'_>]) -> Vec<Range<usize>> {
    let mut segments: Vec<Range<usize>> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| groups[before]);
        let is_other_turn = before
            .is_some_and(|before| matches!((before.turn, group.turn), (Some(before), Some(turn)) if before != turn));
        let opens = match (before.map(|before| before.opening), group.opening) {
            (None, _) => true,
            (_, Opening::None) => false,
            (Some(Opening::Picture), _) => false,
            (Some(Opening::Words), Opening::Picture) => false,
            (Some(Opening::None | Opening::Words), _) => true,
        };
        match segments.last_mut() {
            Some(segment) if !opens && !is_other_turn => segment.end = at + 1,
            _ => segments.push(at..at + 1),
        }
    }
    segments
}

fn owners(groups: &[Group<'_>], segments: &[Range<usize>], turns: &[Turn]) -> Vec<Owner> {
    let mut owners = vec![Owner::Unknown; segments.len()];
    // Nothing earlier belongs to a later step. Ids may be used again in another turn, and order tells which is meant.
    let mut bound = (turns.len() - 1, usize::MAX);
    for (rows, owner) in segments.iter().zip(&mut owners).rev() {
        *owner = owner_of(&groups[rows.clone()], turns, &mut bound);
    }
    join_by_order(&mut owners, turns);
    join_what_goes_on(groups, segments, &mut owners, turns);
    owners
}

/// Whose these rows are, as far as they say. No later step than `bound`, which moves on.
fn owner_of(groups: &[Group<'_>], turns: &[Turn], bound: &mut (usize, usize)) -> Owner {
    let mut owner = Owner::Unknown;
    let mut named: Option<&StepId> = None;
    for group in groups.iter().rev() {
        if let Some(id) = group.turn {
            let found = turns[..=bound.0].iter().rposition(|turn| turn.id == *id);
            // Two turns may begin with the same words, and what was seen of one be taken for the other: a step that it does
            // not have says so.
            let is_mistaken =
                |turn: usize| named.is_some_and(|step| turns[turn].steps.iter().all(|known| known.id != *step));
            if found.is_some_and(is_mistaken) {
                continue;
            }
            if let Some(turn) = found.filter(|turn| *turn < bound.0) {
                *bound = (turn, usize::MAX);
            }
            match found {
                Some(turn) => owner = Owner::Turn(turn),
                None if owner == Owner::Unknown => owner = Owner::Other,
                None => {}
            }
        }
        let Some(step) = group.step.filter(|_| owner != Owner::Other) else { continue };
        match find_step(turns, step, *bound) {
            Some(found) => {
                *bound = found;
                owner = Owner::Turn(found.0);
                named = Some(step);
            }
            None if owner == Owner::Unknown => owner = Owner::Unmeasured,
            None => {}
        }
    }
    owner
}

/// The last step with this id that does not come after `bound`: by the places of its turn and its own.
fn find_step(turns: &[Turn], id: &StepId, bound: (usize, usize)) -> Option<(usize, usize)> {
    for (at, turn) in turns[..=bound.0].iter().enumerate().rev() {
        let upto = if at == bound.0 { turn.steps.len().min(bound.1.saturating_add(1)) } else { turn.steps.len() };
        if let Some(step) = turn.steps[..upto].iter().rposition(|step| step.id == *id) {
            return Some((at, step));
        }
    }
    None
}

/// Gives segments that do not say whose they are to the turns between those that do, from the end.
fn join_by_order(owners: &mut [Owner], turns: &[Turn]) {
    let mut known = None;
    let before: Vec<Option<usize>> = owners
        .iter()
        .map(|owner| {
            let before = known;
            known = if let Owner::Turn(turn) = owner { Some(*turn) } else { known };
            before
        })
        .collect();
    let (mut free, mut next) = (turns.len(), None);
    for (owner, before) in owners.iter_mut().zip(before).rev() {
        match owner {
            Owner::Turn(turn) => {
                free = *turn;
                next = Some(*turn);
            }
            Owner::Other => {}
            Owner::Unknown | Owner::Unmeasured => {
                if let Some(turn) = before.filter(|_| before == next) {
                    // It stands in the middle of a turn.
                    *owner = Owner::Turn(turn);
                    continue;
                }
                let candidate = free.checked_sub(1).filter(|turn| before.is_none_or(|before| before < *turn));
                let fits = |turn: &usize| *owner == Owner::Unknown || turns[*turn].steps.is_empty();
                if let Some(turn) = candidate.filter(fits) {
                    *owner = Owner::Turn(turn);
                    free = turn;
                }
            }
        }
    }
}

/// A segment that nobody claims goes on with the turn before it, if that breaks off at a tool and has more steps: words were
/// put into the turn there, and what these steps said comes after them.
fn join_what_goes_on(groups: &[Group<'_>], segments: &[Range<usize>], owners: &mut [Owner], turns: &[Turn]) {
    for at in 1..segments.len() {
        let (Owner::Turn(turn), Owner::Unknown) = (owners[at - 1], owners[at]) else { continue };
        let steps = &turns[turn].steps;
        let last = groups[segments[at].start - 1].step;
        let breaks_off = last.and_then(|id| steps.iter().rposition(|step| step.id == *id));
        if breaks_off.is_some_and(|step| step + 1 < steps.len()) {
            owners[at] = Owner::Turn(turn);
        }
    }
}

/// Places what is shown of one turn. `is_cut`: the turn begins before these rows.
fn place_turn(
    groups: &[Group<'_>],
    rows: Range<usize>,
    turn: &Turn,
    turn_at: usize,
    is_cut: bool,
    placed: &mut Vec<Placed>,
) {
    let mut ends: Vec<Option<usize>> = vec![None; turn.steps.len()];
    for (at, group) in groups.iter().enumerate() {
        let step = group.step.and_then(|id| turn.steps.iter().rposition(|step| step.id == *id));
        if let Some(step) = step {
            ends[step] = Some(rows.start + at + 1);
        }
    }
    // Rows of earlier steps are not loaded, and their figures would stand below rows of others.
    let first_loaded = ends.iter().position(Option::is_some).unwrap_or(ends.len().saturating_sub(1));
    let mut steps: Vec<Placed> = Vec::new();
    for (at, (step, end)) in turn.steps.iter().zip(ends).enumerate() {
        let is_loaded = !is_cut || at >= first_loaded;
        if step.is_over && step.has_figures() && is_loaded {
            steps.push(Placed { after: end.unwrap_or(rows.end), turn: turn_at, step: Some(at) });
        }
    }
    order::sort(&mut steps, |a, b| a.after.cmp(&b.after));
    placed.append(&mut steps);
    if turn.has_figures() {
        placed.push(Placed { after: rows.end, turn: turn_at, step: None });
    }
}
