//! How a store fails. There are many ways, and few things that anybody can do: a kind for each of those.

use thiserror::Error;

/// Why a store did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CacheError {
    /// This browser has no such store for this page, or does not let it use one (private windows, policies).
    #[error("this browser keeps nothing for this page")]
    Refused,
    /// What is kept was written by a newer version of the console, and is left alone.
    #[error("a newer version of the console has taken over what is kept")]
    Newer,
    /// Another window holds the store up. It may be free later.
    #[error("another window holds the store up")]
    Blocked,
    /// There is no room for what was to be written.
    #[error("there is no room")]
    Full,
    /// The connection to the store was lost, also when it was opened once more. The next operation opens another.
    #[error("the connection to the store was lost")]
    Closed,
    /// The store failed in a way that nobody foresaw.
    #[error("the store is broken")]
    Broken,
}

impl CacheError {
    /// Whether asking again is in vain for as long as this page lives.
    pub fn is_for_good(self) -> bool {
        match self {
            Self::Refused | Self::Newer => true,
            Self::Blocked | Self::Full | Self::Closed | Self::Broken => false,
        }
    }

    /// Whether forgetting something may help.
    pub fn is_full(self) -> bool {
        self == Self::Full
    }

    /// Whether the same operation may well succeed in a while, with nothing done about it.
    pub fn is_passing(self) -> bool {
        match self {
            Self::Blocked | Self::Closed => true,
            Self::Refused | Self::Newer | Self::Full | Self::Broken => false,
        }
    }
}
