//! Where conversations are kept on this device. What may be kept, and what of it joins, the core decides by ranges alone
//! (`dispatch_core::cache`); a store has to make each decision and what follows from it one step, also when several
//! windows write at once.
//!
//! There are two stores behind one port: [`MemoryCache`] for browsers that keep nothing, and [`IndexedDb`]. What they
//! promise is written down once, as the suite in `tests/stores`, and both are held to it. Storage is advisory: every
//! operation may fail, the error says what follows from that, and the app goes on without.
#![warn(missing_docs)]

#[cfg(any(target_arch = "wasm32", test))]
mod block;
mod error;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
mod memory;

pub use error::CacheError;
#[cfg(target_arch = "wasm32")]
pub use indexed_db::IndexedDb;
pub use memory::MemoryCache;

use dispatch_core::ConversationId;
use dispatch_core::cache::{Kept, Page, Write};

/// What a store of the cache must be able to do.
///
/// Run each operation to its end: one that is dropped half-way leaves the store as it was, but the browser complains.
#[expect(async_fn_in_trait, reason = "there is one thread in a page, so nobody needs these futures to be `Send`")]
pub trait Cache {
    /// What is kept of a conversation, with its newest `count` records before the seq `before`, or before the end.
    /// `None`: nothing is kept of it, or nothing that can be read; what cannot be read is forgotten.
    ///
    /// # Errors
    /// The store cannot be reached, or not now.
    async fn read(
        &self,
        conversation: &ConversationId,
        before: Option<u64>,
        count: u64,
    ) -> Result<Option<Page>, CacheError>;

    /// Carries out these orders, one after the other and all in one step: other windows see all of it or nothing.
    ///
    /// # Errors
    /// None of them was carried out.
    async fn write(&self, writes: Vec<Write>) -> Result<(), CacheError>;

    /// What is kept of every conversation, in no particular order. What cannot be read is not in it, and is forgotten.
    ///
    /// # Errors
    /// The store cannot be reached, or not now.
    async fn index(&self) -> Result<Vec<(ConversationId, Kept)>, CacheError>;
}
