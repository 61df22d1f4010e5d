//! What a reduction changed, so that views are told exactly that and nothing is compared afterwards.

use crate::ConversationId;
use crate::transcript::RowId;

/// What changed since the runtime last took it. Something may be named twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// The small things around the transcript: tabs, connection, composer, problems, announcements.
    pub shell: bool,
    /// The list of all conversations.
    pub list: bool,
    /// Conversations whose list of rows may have changed.
    pub rows: Vec<ConversationId>,
    /// Which rows stand open.
    pub folds: bool,
    /// Conversations whose figures changed, of whatever turn.
    pub metrics: Vec<ConversationId>,
    /// How fast the models were.
    pub throughput: bool,
    /// Rows whose content changed.
    pub touched: Vec<(ConversationId, RowId)>,
}

impl Changes {
    /// Whether there is anything to publish.
    pub fn is_empty(&self) -> bool {
        let is_nothing_told = !self.shell && !self.list && !self.folds && !self.throughput;
        is_nothing_told && self.rows.is_empty() && self.metrics.is_empty() && self.touched.is_empty()
    }
}
