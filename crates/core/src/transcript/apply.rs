//! Events of a turn, folded into its entries.

use super::{LiveEntry, LiveFacts, LiveTurn, OutputPiece, RowId, Transcript, TurnPhase};
use crate::Millis;
use crate::anomaly::Anomaly;
use crate::content::Content;
use dispatch_contract::{ToolCallId, TurnEvent, TurnId};

/// How long after a turn was first heard of its events may still be a replay's, in milliseconds.
const REPLAY_WINDOW: f64 = 300.0;

/// How many finished turns are remembered, to recognise their late events.
pub(super) const FINISHED_KEPT: usize = 64;

/// What an event meant for the rest of the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    /// The turn was sealed just now: its history can be fetched.
    pub(crate) sealed: bool,
    /// Something that should not have happened.
    pub(crate) anomaly: Option<Anomaly>,
}

/// The person's own message, recognised in a turn's prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Echo {
    /// The row that showed it while it was unconfirmed.
    pub(crate) row: RowId,
    /// The highest seq that was held when it was sent.
    pub(crate) cursor: u64,
}

impl Transcript {
    /// Folds an event of a turn. `echo` is the person's own message that this turn's prompt confirms.
    pub(crate) fn apply(&mut self, id: &TurnId, event: TurnEvent, at: Millis, echo: Option<Echo>) -> Applied {
        let mut applied = Applied::default();
        let Some(index) = self.find_or_open_turn(id, &event, at, echo.as_ref()) else {
            let expected = matches!(event, TurnEvent::Usage { .. } | TurnEvent::StepComplete { .. });
            applied.anomaly = (!expected && self.finished.contains(id)).then_some(Anomaly::LateEvent);
            return applied;
        };
        let phase_before = self.turns[index].phase;
        let is_told_in_full = matches!(event, TurnEvent::Done { .. } | TurnEvent::TurnSealed {});
        self.turns[index].unconfirmed = false;
        match event {
            TurnEvent::UserMessage { text, images } => {
                self.open_with_prompt(index, text, images, at, echo.map(|echo| echo.row))
            }
            TurnEvent::TurnStart {} => {}
            TurnEvent::TextDelta { delta } => self.extend(index, Run::Text, &delta, at),
            TurnEvent::ReasoningDelta { delta } => self.extend(index, Run::Thinking, &delta, at),
            TurnEvent::ToolCall { step_id, tool_call_id, tool_name, input } => {
                let content = Content::ToolCall { id: tool_call_id, name: tool_name, input, step: Some(step_id) };
                applied.anomaly = self.push_tool(index, content, None, at);
            }
            TurnEvent::ToolOutput { tool_call_id, data, stream } => {
                self.add_output(index, tool_call_id, OutputPiece { stream, data });
            }
            TurnEvent::ToolResult { step_id, tool_call_id, tool_name, content, is_error, duration_ms } => {
                let content =
                    Content::ToolResult { id: tool_call_id, name: tool_name, content, is_error, step: Some(step_id) };
                applied.anomaly = self.push_tool(index, content, duration_ms, at);
            }
            TurnEvent::Steering { text } => {
                self.push(index, Content::Prompt(text), false, at, None);
                if let Some(entry) = self.target(index).last_mut() {
                    entry.live.steering = true;
                }
            }
            TurnEvent::Error { message, code } => {
                self.push(index, Content::Error { message, code }, false, at, None);
                self.set_phase(index, TurnPhase::Failed);
            }
            TurnEvent::Done { .. } => {
                self.close_run(index, at);
                self.set_phase(index, TurnPhase::Done);
            }
            TurnEvent::TurnSealed {} => {
                self.close_run(index, at);
                let turn = &mut self.turns[index];
                applied.sealed = turn.phase != TurnPhase::Sealed;
                turn.phase = TurnPhase::Sealed;
                if !std::mem::take(&mut turn.stash).is_empty() {
                    applied.anomaly = Some(Anomaly::OrphanOutput);
                }
            }
            TurnEvent::Usage { .. } | TurnEvent::StepComplete { .. } | TurnEvent::ProviderRetry { .. } => {}
        }
        self.catch_up(index, is_told_in_full);
        let phase = self.turns[index].phase;
        if phase != phase_before {
            self.touched.extend(self.turns[index].entries.iter().map(|entry| entry.row));
            // A call that history holds already runs for as long as its turn does.
            self.touch_segment(self.turns[index].stored);
            self.mark_rows();
        }
        applied
    }

    /// The index of the turn, opened if this event may open one.
    fn find_or_open_turn(&mut self, id: &TurnId, event: &TurnEvent, at: Millis, echo: Option<&Echo>) -> Option<usize> {
        let generates = match event {
            TurnEvent::UserMessage { .. }
            | TurnEvent::TurnStart {}
            | TurnEvent::TextDelta { .. }
            | TurnEvent::ReasoningDelta { .. }
            | TurnEvent::ToolCall { .. }
            | TurnEvent::ToolOutput { .. }
            | TurnEvent::ToolResult { .. }
            | TurnEvent::Steering { .. }
            | TurnEvent::ProviderRetry { .. } => true,
            TurnEvent::Usage { .. }
            | TurnEvent::StepComplete { .. }
            | TurnEvent::Error { .. }
            | TurnEvent::Done { .. }
            | TurnEvent::TurnSealed {} => false,
        };
        if let Some(index) = self.turns.iter().position(|turn| turn.id == *id) {
            let turn = &mut self.turns[index];
            if generates && matches!(turn.phase, TurnPhase::Failed | TurnPhase::Lost) {
                turn.phase = TurnPhase::Running;
                self.touched.extend(turn.entries.iter().map(|entry| entry.row));
                self.touch_segment(self.turns[index].stored);
            }
            return Some(index);
        }
        let opens = generates || matches!(event, TurnEvent::Error { .. } | TurnEvent::TurnSealed {});
        if self.finished.contains(id) || !opens {
            return None;
        }
        if let Some(echo) = echo
            && self.turns.is_empty()
        {
            // What was held when the message was sent is older than the turn it opened.
            self.settled = self.settled.max(echo.cursor);
        }
        self.turns.push(LiveTurn {
            id: id.clone(),
            phase: TurnPhase::Running,
            entries: Vec::new(),
            rebuild: None,
            unconfirmed: false,
            replay_until: self.unheard.then(|| at.plus(REPLAY_WINDOW)),
            seek_from_end: (self.unheard || self.gave_up) && echo.is_none(),
            is_own: echo.is_some(),
            first_seen: at,
            stash: Vec::new(),
            stored: None,
        });
        Some(self.turns.len() - 1)
    }

    fn open_with_prompt(
        &mut self,
        index: usize,
        text: String,
        images: Vec<dispatch_contract::ImageRef>,
        at: Millis,
        echo: Option<RowId>,
    ) {
        let turn = &mut self.turns[index];
        if !turn.entries.is_empty() || turn.rebuild.is_some() {
            // A turn's prompt is its first event: hearing it again means that the turn is told from its start.
            turn.rebuild = Some(Vec::new());
            turn.replay_until = Some(at.plus(REPLAY_WINDOW));
            turn.stash.clear();
        }
        if !text.is_empty() {
            self.push(index, Content::Prompt(text), false, at, echo);
        }
        for image in images {
            self.push(index, Content::Image { url: image.url, mime_type: image.mime_type }, false, at, None);
        }
    }

    /// The entries that events go to: the replay's while there is one.
    fn target(&mut self, index: usize) -> &mut Vec<LiveEntry> {
        let turn = &mut self.turns[index];
        turn.rebuild.as_mut().unwrap_or(&mut turn.entries)
    }

    fn push(&mut self, index: usize, content: Content, open: bool, at: Millis, row: Option<RowId>) {
        self.close_run(index, at);
        let row = row.unwrap_or_else(|| self.mint_row());
        let turn = &self.turns[index];
        let started = turn.replay_until.is_none_or(|until| at > until).then_some(at);
        let live =
            LiveFacts { turn: Some(turn.id.clone()), started, duration_ms: None, output: Vec::new(), steering: false };
        self.target(index).push(LiveEntry { row, content, open, live, stored_as: None, retold: Vec::new() });
        self.touch(row);
        self.mark_rows();
        self.align();
    }

    fn close_run(&mut self, index: usize, at: Millis) {
        let Some(entry) = self.target(index).last_mut() else { return };
        if entry.open {
            entry.open = false;
            if matches!(entry.content, Content::Thinking(_)) {
                entry.live.duration_ms = entry.live.started.map(|started| at.since(started));
            }
            let row = entry.row;
            self.touch(row);
        }
    }

    fn extend(&mut self, index: usize, run: Run, delta: &str, at: Millis) {
        if delta.is_empty() {
            return;
        }
        if let Some(entry) = self.target(index).last_mut()
            && entry.open
        {
            let row = entry.row;
            match (&mut entry.content, run) {
                (Content::Text(text), Run::Text) | (Content::Thinking(text), Run::Thinking) => {
                    text.push_str(delta);
                    self.touch(row);
                    return;
                }
                _ => {}
            }
        }
        let content = match run {
            Run::Text => Content::Text(delta.to_owned()),
            Run::Thinking => Content::Thinking(delta.to_owned()),
        };
        self.push(index, content, true, at, None);
    }

    fn push_tool(&mut self, index: usize, content: Content, duration_ms: Option<f64>, at: Millis) -> Option<Anomaly> {
        let is_twin = |entry: &LiveEntry| match (&entry.content, &content) {
            (Content::ToolCall { id: held, .. }, Content::ToolCall { id, .. })
            | (Content::ToolResult { id: held, .. }, Content::ToolResult { id, .. }) => held == id,
            _ => false,
        };
        if self.target(index).iter().any(is_twin) {
            return Some(Anomaly::DuplicateEvent);
        }
        let is_call = matches!(content, Content::ToolCall { .. });
        let (Content::ToolCall { id, .. } | Content::ToolResult { id, .. }) = &content else { return None };
        let call_id = id.clone();
        self.push(index, content, false, at, None);
        if is_call {
            let stash = &mut self.turns[index].stash;
            let at = stash.iter().position(|(id, _)| *id == call_id);
            let stashed = at.map(|at| stash.swap_remove(at).1).unwrap_or_default();
            if let Some(entry) = self.target(index).last_mut() {
                entry.live.output = stashed;
            }
            return None;
        }
        let entries = self.target(index);
        let is_call = |entry: &&LiveEntry| matches!(&entry.content, Content::ToolCall { id, .. } if *id == call_id);
        let started = entries.iter().find(is_call).and_then(|call| call.live.started);
        if let Some(entry) = entries.last_mut() {
            entry.live.duration_ms = duration_ms.or_else(|| started.map(|started| at.since(started)));
        }
        None
    }

    fn add_output(&mut self, index: usize, call_id: ToolCallId, piece: OutputPiece) {
        let is_call = |entry: &&mut LiveEntry| matches!(&entry.content, Content::ToolCall { id, .. } if *id == call_id);
        let Some(entry) = self.target(index).iter_mut().rev().find(is_call) else {
            let stash = &mut self.turns[index].stash;
            match stash.iter_mut().find(|(id, _)| *id == call_id) {
                Some((_, output)) => append_output(output, piece),
                None => stash.push((call_id, vec![piece])),
            }
            return;
        };
        let Some(piece) = entry.print(piece) else { return };
        let (row, stored_as) = (entry.row, entry.stored_as);
        if let Some(chunk) = stored_as.and_then(|seq| self.committed_mut(seq)) {
            append_output(&mut chunk.live.facts_mut().output, piece);
            chunk.saved = false;
        }
        self.touch(row);
    }

    /// Puts a replay in the place of what it repeats, as soon as it says at least as much. One that is over and says less
    /// is forgotten.
    fn catch_up(&mut self, index: usize, is_told_in_full: bool) {
        let turn = &mut self.turns[index];
        let Some(rebuild) = &turn.rebuild else { return };
        let has_caught_up = says_at_least(rebuild, &turn.entries);
        if !has_caught_up && !is_told_in_full {
            return;
        }
        let Some(mut rebuilt) = turn.rebuild.take() else { return };
        if !has_caught_up {
            return;
        }
        for (new, old) in rebuilt.iter_mut().zip(&turn.entries) {
            if std::mem::discriminant(&new.content) == std::mem::discriminant(&old.content) {
                new.row = old.row;
                new.live.started = old.live.started;
                new.live.duration_ms = new.live.duration_ms.or(old.live.duration_ms);
                new.stored_as = old.stored_as;
                let retold = std::mem::replace(&mut new.live.output, old.live.output.clone());
                new.retold.clone_from(&old.live.output);
                for piece in retold {
                    new.print(piece);
                }
            }
        }
        turn.entries = rebuilt;
        self.align();
        self.touch_live_rows();
    }

    fn set_phase(&mut self, index: usize, phase: TurnPhase) {
        if self.turns[index].phase != TurnPhase::Sealed {
            self.turns[index].phase = phase;
        }
    }
}

impl LiveEntry {
    /// Adds to what a tool printed. Gives back what of it was new: a replay repeats what is there already, in pieces of
    /// its own.
    fn print(&mut self, mut piece: OutputPiece) -> Option<OutputPiece> {
        while let Some(repeated) = self.retold.first_mut() {
            if repeated.stream == piece.stream && repeated.data.starts_with(&piece.data) {
                repeated.data.drain(..piece.data.len());
                if repeated.data.is_empty() {
                    self.retold.remove(0);
                }
                return None;
            }
            if repeated.stream == piece.stream && piece.data.starts_with(&repeated.data) {
                piece.data.drain(..repeated.data.len());
                self.retold.remove(0);
            } else {
                // It goes on after what is there, rather than repeating it.
                self.retold.clear();
            }
        }
        append_output(&mut self.live.output, piece.clone());
        Some(piece)
    }
}

/// The two kinds of words that come in deltas.
#[derive(Clone, Copy)]
enum Run {
    Text,
    Thinking,
}

fn append_output(output: &mut Vec<OutputPiece>, piece: OutputPiece) {
    match output.last_mut() {
        Some(last) if last.stream == piece.stream => last.data.push_str(&piece.data),
        _ => output.push(piece),
    }
}

fn says_at_least(new: &[LiveEntry], old: &[LiveEntry]) -> bool {
    if new.len() != old.len() {
        return new.len() > old.len();
    }
    match (new.last(), old.last()) {
        (Some(new), Some(old)) => match (&new.content, &old.content) {
            (Content::Text(new), Content::Text(old)) | (Content::Thinking(new), Content::Thinking(old)) => {
                new.len() >= old.len()
            }
            _ => true,
        },
        _ => true,
    }
}
