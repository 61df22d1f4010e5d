//! What belongs to single rows: their triggers, and which are folded open. Rows come and go by the thousand, so each is there
//! for as long as a view listens.

use super::Console;
use dispatch_core::ConversationId;
use dispatch_core::changes::Changes;
use dispatch_core::transcript::RowId;
use dispatch_core::view::RowKey;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

/// Those there are. Sorted lists: maps would cost every visitor several kilobytes of code apiece.
#[derive(Debug, Default)]
pub(super) struct RowSignals {
    /// Of the conversation that is looked at.
    touched: RefCell<Vec<(RowId, Touched)>>,
    /// By their numbers.
    open: RefCell<Vec<Unfolded>>,
    /// How many triggers and signals there have been.
    count: Cell<u64>,
}

impl RowSignals {
    /// Another conversation is looked at: its rows have triggers of their own.
    pub(super) fn forget_triggers(&self) {
        self.touched.borrow_mut().clear();
    }

    fn next_number(&self) -> u64 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }
}

/// Whether a row stands open, for the view that asked.
#[derive(Debug)]
struct Unfolded {
    number: u64,
    conversation: ConversationId,
    row: RowKey,
    is_open: ArcRwSignal<bool>,
}

/// A row's trigger, and how many listen to it.
#[derive(Debug)]
struct Touched {
    trigger: ArcTrigger,
    /// Its own, since other conversations have rows of the same numbers.
    number: u64,
    listeners: usize,
}

impl Console {
    /// Fires when the content of a row of the focused conversation changed. It is for the view that asks, and goes with it:
    /// rows come and go by the thousand.
    pub fn touched(self, row: RowId) -> ArcTrigger {
        let (trigger, number) = self.rows_by_id.with_value(|rows| {
            let mut touched = rows.touched.borrow_mut();
            let at = touched.partition_point(|(id, _)| *id < row);
            if touched.get(at).is_none_or(|(id, _)| *id != row) {
                let touch = Touched { trigger: ArcTrigger::new(), number: rows.next_number(), listeners: 0 };
                touched.insert(at, (row, touch));
            }
            let touched = &mut touched[at].1;
            touched.listeners += 1;
            (touched.trigger.clone(), touched.number)
        });
        on_cleanup(move || self.listens_no_more(row, number));
        trigger
    }

    fn listens_no_more(self, row: RowId, number: u64) {
        self.rows_by_id.try_with_value(|rows| {
            let mut touched = rows.touched.borrow_mut();
            let found = touched.binary_search_by_key(&row, |(id, _)| *id).ok();
            let Some(at) = found.filter(|at| touched[*at].1.number == number) else { return };
            touched[at].1.listeners -= 1;
            if touched[at].1.listeners == 0 {
                touched.remove(at);
            }
        });
    }

    /// Whether a row stands open. It is for the view that asks, and goes with it.
    pub fn is_open(self, conversation: &ConversationId, row: RowKey) -> ArcRwSignal<bool> {
        let is_open = ArcRwSignal::new(self.is_unfolded(conversation, row).unwrap_or_default());
        let number = self.rows_by_id.with_value(|rows| {
            let (number, conversation) = (rows.next_number(), conversation.clone());
            rows.open.borrow_mut().push(Unfolded { number, conversation, row, is_open: is_open.clone() });
            number
        });
        on_cleanup(move || self.asks_no_more(number));
        is_open
    }

    fn asks_no_more(self, number: u64) {
        self.rows_by_id.try_with_value(|rows| {
            let mut open = rows.open.borrow_mut();
            if let Ok(at) = open.binary_search_by_key(&number, |unfolded| unfolded.number) {
                open.remove(at);
            }
        });
    }

    /// Whether a row stands open now, if it is there.
    pub fn is_unfolded(self, id: &ConversationId, row: RowKey) -> Option<bool> {
        self.runtime.with_value(|runtime| {
            runtime.read(|state| state.conversation(id).map(|found| found.is_unfolded(row, state.folding())))
        })
    }

    /// Tells the views of rows what changed in theirs.
    pub(super) fn tell_rows(self, changes: &Changes, focused: &ConversationId) {
        if changes.folds {
            // Whoever hears of it may make rows, and ask for theirs.
            let told: Vec<(ArcRwSignal<bool>, bool)> = self.rows_by_id.with_value(|rows| {
                let open = rows.open.borrow();
                let now = |Unfolded { conversation, row, is_open, .. }: &Unfolded| {
                    (is_open.clone(), self.is_unfolded(conversation, *row).unwrap_or_default())
                };
                open.iter().map(now).collect()
            });
            told.iter().for_each(|(signal, is_open)| set(signal, *is_open));
        }
        let fire: Vec<ArcTrigger> = self.rows_by_id.with_value(|rows| {
            let touched = rows.touched.borrow();
            let of_row = |row: &RowId| {
                touched.binary_search_by_key(row, |(id, _)| *id).ok().map(|at| touched[at].1.trigger.clone())
            };
            let of_focused = changes.touched.iter().filter(|(id, _)| id == focused);
            of_focused.flat_map(|(_, rows)| rows).filter_map(of_row).collect()
        });
        fire.iter().for_each(ArcTrigger::notify);
    }
}

/// Tells those who look at a signal, if there is anything to tell.
fn set(signal: &ArcRwSignal<bool>, value: bool) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}
