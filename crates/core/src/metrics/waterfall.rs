//! Where the time of a turn went: one lane a step, from asking the model to the end of its tools, one after the other.
//!
//! It is laid out from what is stored, so that it looks the same after a reload: the times of the steps, the durations that
//! tools keep with their rows, the wall time. What the parts do not add up to is drawn as well: as *idle* when every part is
//! known (neither the model nor a tool was at work), as *unexplained* when one is not.

use super::Turn;
use super::words::format_count;
use crate::conversation::Conversation;
use crate::time::{format_duration, round_half_up};
use crate::transcript::{Card, RowId, RowKind};
use crate::{StepId, TurnId};

/// The length of the whole, in the units in which segments are drawn.
const WHOLE: u64 = 10_000;

/// What a part of a turn's time was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Waiting for the first token.
    Wait,
    /// The model wrote.
    Decode,
    /// Tools ran: as long as the longest of those that ran side by side.
    Tools,
    /// Nothing was at work.
    Idle,
    /// Something was at work that did not tell for how long.
    Unexplained,
}

impl SegmentKind {
    /// All of them, in the order in which a step goes through them.
    pub const ALL: [Self; 5] = [Self::Wait, Self::Decode, Self::Tools, Self::Idle, Self::Unexplained];

    /// The word for it, also in `data-kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Decode => "decode",
            Self::Tools => "tools",
            Self::Idle => "idle",
            Self::Unexplained => "unexplained",
        }
    }
}

/// A part of a turn's time.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// What it was spent on.
    pub kind: SegmentKind,
    /// How long it is, in milliseconds.
    pub milliseconds: f64,
    /// Where it begins, in ten-thousandths of the whole.
    pub start: u64,
    /// How long it is, in ten-thousandths of the whole. All segments together are the whole.
    pub length: u64,
    /// The row that it is about: that of the step, or the first of its tools.
    pub row: Option<RowId>,
    /// In words: `decode 1.2s, 24%`.
    pub words: String,
}

/// What happened in one step, or in none.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Its name: `step 1`, or `rest`.
    pub name: String,
    /// Its parts, from left to right.
    pub segments: Vec<Segment>,
}

/// A turn's time, laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waterfall {
    /// How long all of it is, in milliseconds.
    pub milliseconds: f64,
    /// The lanes, from top to bottom.
    pub lanes: Vec<Lane>,
    /// What is not known, or does not fit, in words.
    pub notes: Vec<String>,
}

impl Lane {
    /// How long all of it is, in words.
    pub fn time(&self) -> String {
        format_duration(self.segments.iter().map(|segment| segment.milliseconds).sum()).unwrap_or_default()
    }

    /// How long one kind of its parts is, in words, and the row that it is about. `None`: there is no such part.
    pub fn part(&self, kind: SegmentKind) -> Option<(String, Option<RowId>)> {
        let segment = self.segments.iter().find(|segment| segment.kind == kind)?;
        Some((format_duration(segment.milliseconds).unwrap_or_default(), segment.row))
    }
}

impl Waterfall {
    /// What all of it was spent on: for each kind that there is, how long, and how much of the whole.
    pub fn sums(&self) -> Vec<(SegmentKind, String, String)> {
        let mut sums = Vec::new();
        for kind in SegmentKind::ALL {
            let segments = self.lanes.iter().flat_map(|lane| &lane.segments).filter(|segment| segment.kind == kind);
            let (milliseconds, length) =
                segments.fold((0.0, 0), |sum, segment| (sum.0 + segment.milliseconds, sum.1 + segment.length));
            sums.extend(format_duration(milliseconds).map(|time| (kind, time, percent(length))));
        }
        sums
    }

    /// How long all of it is, in words.
    pub fn time(&self) -> String {
        format_duration(self.milliseconds).unwrap_or_default()
    }

    /// The same as a table: a row a segment, with its lane, what it was spent on, how long, and how much of the whole.
    pub fn table(&self) -> Vec<[String; 4]> {
        let mut rows = Vec::new();
        for lane in &self.lanes {
            for segment in &lane.segments {
                let time = format_duration(segment.milliseconds).unwrap_or_default();
                rows.push([lane.name.clone(), segment.kind.as_str().to_owned(), time, percent(segment.length)]);
            }
        }
        rows
    }
}

fn percent(length: u64) -> String {
    format!("{}%", (length + 50) / 100)
}

/// What the tools of a step took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ToolTime {
    /// The longest of them, in milliseconds.
    pub(super) longest: Option<f64>,
    /// How many did not tell.
    pub(super) unknown: usize,
    /// The row of the first.
    pub(super) row: Option<RowId>,
}

/// Lays out a turn. `tools` tells what the tools of a step took, `row` which row is a step's.
pub(super) fn lay_out(
    turn: &Turn,
    tools: &dyn Fn(&StepId) -> ToolTime,
    row: &dyn Fn(usize) -> Option<RowId>,
) -> Waterfall {
    let mut waterfall = Waterfall::default();
    let mut spent = 0.0;
    for (at, step) in turn.steps.iter().enumerate().filter(|(_, step)| step.is_over) {
        let name = format!("step {}", at + 1);
        let tools = tools(&step.id);
        // With no first token, all of it was waiting.
        let wait = step.ttft_ms.or_else(|| Some(step.gen_total_ms? - step.decode_ms.unwrap_or_default()));
        if step.total_ms().is_none() {
            waterfall.notes.push(format!("{name}: the model's time is not known"));
        }
        if tools.unknown > 0 {
            waterfall
                .notes
                .push(format!("{name}: the time of {} is not known", format_count(tools.unknown as u64, "tool")));
        }
        let parts = [
            (SegmentKind::Wait, wait, row(at)),
            (SegmentKind::Decode, step.decode_ms, row(at)),
            (SegmentKind::Tools, tools.longest, tools.row.or(row(at))),
        ];
        let mut lane = Lane { name, segments: Vec::new() };
        for (kind, milliseconds, row) in parts {
            if let Some(milliseconds) = milliseconds.filter(|ms| *ms > 0.0) {
                spent += milliseconds;
                lane.segments.push(segment(kind, milliseconds, row));
            }
        }
        waterfall.lanes.push(lane);
    }
    let is_explained = waterfall.notes.is_empty() && !waterfall.lanes.is_empty();
    waterfall.milliseconds = spent;
    match turn.duration_ms {
        Some(wall) if wall > spent => {
            let kind = if is_explained { SegmentKind::Idle } else { SegmentKind::Unexplained };
            waterfall.lanes.push(Lane { name: "rest".to_owned(), segments: vec![segment(kind, wall - spent, None)] });
            waterfall.milliseconds = wall;
        }
        Some(wall) => {
            if let Some(over) = format_duration(round_half_up(spent - wall) as f64) {
                waterfall.notes.push(format!("The parts are {over} longer than the turn: some were at the same time"));
            }
        }
        None => waterfall.notes.push("How long the turn took is not known".to_owned()),
    }
    measure(&mut waterfall);
    waterfall
}

fn segment(kind: SegmentKind, milliseconds: f64, row: Option<RowId>) -> Segment {
    Segment { kind, milliseconds, start: 0, length: 0, row, words: String::new() }
}

/// Gives the segments their places. Each ends where the sum up to it ends, rounded, so that nothing is lost on the way.
fn measure(waterfall: &mut Waterfall) {
    let whole = waterfall.milliseconds;
    let (mut spent, mut start) = (0.0, 0);
    for segment in waterfall.lanes.iter_mut().flat_map(|lane| &mut lane.segments) {
        spent += segment.milliseconds;
        let end = round_half_up((spent / whole).min(1.0) * WHOLE as f64).max(start);
        (segment.start, segment.length) = (start, end - start);
        start = end;
        let time = format_duration(segment.milliseconds).unwrap_or_default();
        segment.words = format!("{} {time}, {}", segment.kind.as_str(), percent(segment.length));
    }
}

impl Conversation {
    /// Where the time of a turn went. `None`: nothing is known of it.
    pub fn waterfall(&self, turn: &TurnId) -> Option<Waterfall> {
        let at = self.metrics.turns.iter().rposition(|known| known.id == *turn)?;
        let rows = self.transcript.rows();
        let rows = &rows[self.metrics.rows_of(at, rows.len())];
        let tools = |step: &StepId| {
            let mut time = ToolTime::default();
            for row in rows {
                let cards: &[Card] = match &row.kind {
                    RowKind::Piece(_) => continue,
                    RowKind::Card(card) => std::slice::from_ref(card),
                    RowKind::Group(cards) => cards,
                };
                for card in cards.iter().filter(|card| self.transcript.step_of(card) == Some(step)) {
                    time.row = time.row.or(Some(row.id));
                    let took = card.result.and_then(|place| self.transcript.entry(place)?.live.duration_ms);
                    match took {
                        Some(took) => time.longest = Some(time.longest.map_or(took, |longest| longest.max(took))),
                        None => time.unknown += 1,
                    }
                }
            }
            time
        };
        Some(lay_out(&self.metrics.turns[at], &tools, &|step| self.metrics.row_of(at, Some(step))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{step, turn};
    use proptest::prelude::*;

    fn told(waterfall: &Waterfall) -> Vec<String> {
        let lane = |lane: &Lane| {
            let words = lane.segments.iter().map(|segment| segment.words.as_str()).collect::<Vec<_>>().join(" | ");
            format!("{}: {words}", lane.name)
        };
        waterfall.lanes.iter().map(lane).chain(waterfall.notes.iter().cloned()).collect()
    }

    fn tool(longest: Option<f64>) -> ToolTime {
        ToolTime { longest, unknown: usize::from(longest.is_none()), row: None }
    }

    #[test]
    fn the_parts_of_a_turn_and_what_is_left_of_its_wall_time_are_laid_out() {
        let mut turn = turn("t", 100, 50);
        turn.steps = vec![step("a", 100, 50, [500.0, 1500.0]), step("b", 200, 20, [250.0, 250.0])];
        turn.duration_ms = Some(5000.0);
        let tools = |id: &StepId| if id.as_str() == "a" { tool(Some(2000.0)) } else { ToolTime::default() };
        let waterfall = lay_out(&turn, &tools, &|at| Some(RowId(at as u64)));
        let expected = [
            "step 1: wait 500ms, 10% | decode 1.5s, 30% | tools 2.0s, 40%",
            "step 2: wait 250ms, 5% | decode 250ms, 5%",
            "rest: idle 500ms, 10%",
        ];
        assert_eq!(told(&waterfall), expected);
        assert_eq!(waterfall.lanes[1].segments[0].row, Some(RowId(1)));
        assert_eq!(waterfall.table()[2], ["step 1", "tools", "2.0s", "40%"]);
        let sums: Vec<String> =
            waterfall.sums().iter().map(|(kind, time, share)| format!("{} {time} {share}", kind.as_str())).collect();
        assert_eq!(sums, ["wait 750ms 15%", "decode 1.8s 35%", "tools 2.0s 40%", "idle 500ms 10%"]);
        assert_eq!((waterfall.time(), waterfall.lanes[1].time()), ("5.0s".to_owned(), "500ms".to_owned()));
        assert_eq!(waterfall.lanes[1].part(SegmentKind::Decode), Some(("250ms".to_owned(), Some(RowId(1)))));
        assert_eq!(waterfall.lanes[1].part(SegmentKind::Tools), None);
    }

    #[test]
    fn what_did_not_tell_how_long_it_took_leaves_something_unexplained() {
        let mut turn = turn("t", 100, 50);
        turn.steps = vec![step("a", 100, 50, [500.0, 500.0])];
        turn.duration_ms = Some(4000.0);
        let waterfall = lay_out(&turn, &|_| tool(None), &|_| None);
        let expected = [
            "step 1: wait 500ms, 13% | decode 500ms, 13%",
            "rest: unexplained 3.0s, 75%",
            "step 1: the time of 1 tool is not known",
        ];
        assert_eq!(told(&waterfall), expected);
        turn.steps[0].ttft_ms = None;
        turn.steps[0].decode_ms = None;
        turn.steps[0].gen_total_ms = None;
        let waterfall = lay_out(&turn, &|_| ToolTime::default(), &|_| None);
        assert_eq!(
            told(&waterfall),
            ["step 1: ", "rest: unexplained 4.0s, 100%", "step 1: the model's time is not known"]
        );
    }

    #[test]
    fn a_turn_without_a_wall_time_is_as_long_as_its_parts() {
        let mut turn = turn("t", 100, 50);
        turn.steps = vec![step("a", 100, 50, [500.0, 500.0])];
        turn.duration_ms = None;
        let waterfall = lay_out(&turn, &|_| ToolTime::default(), &|_| None);
        assert_eq!(waterfall.milliseconds, 1000.0);
        assert_eq!(waterfall.notes, ["How long the turn took is not known"]);
        turn.duration_ms = Some(0.0);
        let waterfall = lay_out(&turn, &|_| ToolTime::default(), &|_| None);
        assert_eq!(waterfall.notes, ["The parts are 1.0s longer than the turn: some were at the same time"]);
        turn.steps.clear();
        assert_eq!(lay_out(&turn, &|_| ToolTime::default(), &|_| None), Waterfall::default());
    }

    proptest! {
        #[test]
        fn all_segments_together_are_the_whole(
            times in prop::collection::vec((0.0..9_000.0_f64, 0.0..9_000.0_f64, prop::option::of(0.0..9_000.0_f64)), 1..9),
            wall in prop::option::of(0.0..90_000.0_f64),
        ) {
            let mut turn = turn("t", 100, 50);
            turn.duration_ms = wall;
            turn.steps = times.iter().enumerate().map(|(at, (ttft, decode, _))| step(&at.to_string(), 1, 1, [*ttft, *decode])).collect();
            let tools = |id: &StepId| {
                let at: usize = id.as_str().parse().unwrap();
                times[at].2.map(|took| tool(Some(took))).unwrap_or_default()
            };
            let waterfall = lay_out(&turn, &tools, &|_| None);
            let segments: Vec<&Segment> = waterfall.lanes.iter().flat_map(|lane| &lane.segments).collect();
            let mut at = 0;
            for segment in &segments {
                prop_assert_eq!(segment.start, at);
                at += segment.length;
            }
            let sum: f64 = segments.iter().map(|segment| segment.milliseconds).sum();
            prop_assert!((sum - waterfall.milliseconds).abs() < 0.001);
            prop_assert!(segments.is_empty() || at == WHOLE);
            prop_assert!(waterfall.milliseconds + 0.001 >= wall.unwrap_or_default());
        }
    }
}
