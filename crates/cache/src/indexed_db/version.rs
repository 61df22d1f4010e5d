//! What the database looks like, version by version. A page of an older version of the console may have left its database
//! here, and one of a newer version may have been here before us.
//!
//! rexie has no upgrade callback: a version names its stores, missing ones are made, and **those it does not name are
//! deleted**. That is step enough, since all of this is a copy of what the backend has: a version that cannot take over
//! what an older one kept names its stores differently. The browser itself refuses to open what a newer version made.

use rexie::{ObjectStore, RexieBuilder};

/// What is kept of each conversation beside its records: by its id, as text.
pub(super) const CONVERSATIONS: &str = "conversations";

/// The blocks of records: by the conversation's id and the number of the block, as text.
pub(super) const BLOCKS: &str = "blocks";

/// What the turns of each conversation took: by the conversation's id, as text.
pub(super) const METRICS: &str = "metrics";

/// The versions there have been. To add one: a variant, its step, and a test that finds the database of the one before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Version {
    /// Two stores of texts, whose keys are not part of them.
    V1 = 1,
    /// A third one beside them, for what turns took.
    V2 = 2,
}

impl Version {
    /// What this console reads and writes.
    pub(super) const LATEST: Self = Self::V2;

    /// The step from whatever is there to this version.
    pub(super) fn declare(self, builder: RexieBuilder) -> RexieBuilder {
        let builder = match self {
            Self::V1 => {
                builder.add_object_store(ObjectStore::new(CONVERSATIONS)).add_object_store(ObjectStore::new(BLOCKS))
            }
            // What the version before kept goes on as it is.
            Self::V2 => Self::V1.declare(builder).add_object_store(ObjectStore::new(METRICS)),
        };
        builder.version(self as u32)
    }
}
