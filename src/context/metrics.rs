//! What views may know of figures, and how the reader gets from a figure to what it is about.

use super::Console;
use dispatch_core::ConversationId;
use dispatch_core::changes::Topic;
use dispatch_core::conversation::Conversation;
use dispatch_core::metrics::{Explanation, MetricsView, Waterfall};
use dispatch_core::transcript::RowId;
use leptos::prelude::*;

impl Console {
    /// Takes the reader to a row of the focused conversation, with the focus.
    pub fn go_to(self, row: RowId) {
        self.wanted.set_value(row);
        self.wants.notify();
    }

    /// The row that the reader wants to be taken to; looks again when they want to be.
    pub fn wanted_row(self) -> RowId {
        self.wants.track();
        self.wanted.get_value()
    }

    /// What stands behind the figures of a row.
    pub fn explain(self, conversation: &ConversationId, row: RowId) -> Vec<Explanation> {
        self.look(conversation, |conversation| conversation.explain(row)).unwrap_or_default()
    }

    /// Where the time of a turn went, of which this row shows figures.
    pub fn waterfall(self, conversation: &ConversationId, row: RowId) -> Waterfall {
        let look = |conversation: &Conversation| conversation.waterfall(conversation.turn_of_row(row)?);
        self.look(conversation, look).flatten().unwrap_or_default()
    }

    /// What the turns of the focused conversation took; looks again when that changed, or which rows there are.
    pub fn metrics(self) -> MetricsView {
        self.rows_changed.track();
        let focused = self.shell(|shell| shell.focused.clone());
        self.topic(Topic::Metrics, |state| state.conversation(&focused).map(Conversation::metrics_view))
            .unwrap_or_default()
    }
}
