//! `[label]: address` may stand anywhere, and what was shown must not change when it comes late. So definitions act
//! downwards only: this is what the blocks before have defined.

use unicase::UniCase;

/// More than this are not kept: a message that defines more links is not written for readers.
const MOST: usize = 2_000;

/// Longer addresses are not kept, in bytes: each use would repeat them.
const LONGEST: usize = 2_000;

/// The link definitions of the blocks read so far.
#[derive(Clone, Debug)]
pub(super) struct Definitions {
    /// Folded labels and addresses, ordered by label.
    sorted: Vec<(String, String)>,
}

impl Definitions {
    /// Nothing is defined.
    pub(super) const fn new() -> Self {
        Self { sorted: Vec::new() }
    }

    /// Whether nothing was defined.
    pub(super) fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Takes a definition in. The first of a label counts.
    pub(super) fn define(&mut self, label: &str, address: &str) {
        if self.sorted.len() >= MOST || address.len() > LONGEST {
            return;
        }
        let label = fold(label);
        if let Err(place) = self.find(&label) {
            self.sorted.insert(place, (label, address.to_owned()));
        }
    }

    /// The address behind a label.
    pub(super) fn get(&self, label: &str) -> Option<&str> {
        if self.is_empty() {
            return None;
        }
        self.find(&fold(label)).ok().map(|place| self.sorted[place].1.as_str())
    }

    fn find(&self, label: &str) -> Result<usize, usize> {
        self.sorted.binary_search_by(|(known, _)| known.as_str().cmp(label))
    }
}

/// Labels are the same when they differ only in case.
fn fold(label: &str) -> String {
    UniCase::new(label).to_folded_case()
}
