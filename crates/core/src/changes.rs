//! What a reduction changed, so that views are told exactly that and nothing is compared afterwards.

use crate::ConversationId;
use crate::transcript::RowId;

/// Something that a view of its own shows, and that changes apart from everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// What the turns of the conversation that is looked at are run with.
    Setup,
    /// What the person chose for every window.
    Settings,
    /// What the connection went through, and what should not have happened.
    Diagnostics,
    /// The surfaces, cache warming, and the messages that wait. They change with what stands around the rows, too.
    Surfaces,
    /// What the turns of conversations took.
    Metrics,
    /// How fast the models were.
    Throughput,
}

impl Topic {
    /// All of them, each at the place of its number.
    pub const ALL: [Self; 6] =
        [Self::Setup, Self::Settings, Self::Diagnostics, Self::Surfaces, Self::Metrics, Self::Throughput];
}

/// Some topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Topics(u32);

impl Topics {
    /// Adds one.
    pub(crate) fn mark(&mut self, topic: Topic) {
        self.0 |= 1 << topic as u32;
    }

    /// Whether one is among them.
    pub fn has(self, topic: Topic) -> bool {
        self.0 & (1 << topic as u32) != 0
    }
}

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
    /// What views of their own show.
    pub topics: Topics,
    /// Rows whose content changed, with their conversation. Never without a row.
    pub touched: Vec<(ConversationId, Vec<RowId>)>,
}

impl Changes {
    /// Whether views of a topic must look again; `has_other_shell` if what stands around the rows looks otherwise now.
    /// Whether a turn runs, and whether anybody would hear of an operation, decides about surfaces, too.
    pub fn concern(&self, topic: Topic, has_other_shell: bool) -> bool {
        self.topics.has(topic) || (has_other_shell && topic == Topic::Surfaces)
    }

    /// Whether there is anything to publish.
    pub fn is_empty(&self) -> bool {
        let is_still = !self.shell && !self.list && !self.folds && self.topics == Topics::default();
        is_still && self.rows.is_empty() && self.touched.is_empty()
    }
}
