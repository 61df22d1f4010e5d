//! What this device keeps of conversations: in the browser's database or, where there is none to be had, in memory for as
//! long as the page is open. Orders are carried out one after the other, in the order in which they were given.

use dispatch_cache::{Cache, CacheError, IndexedDb, MemoryCache};
use dispatch_core::ConversationId;
use dispatch_core::cache::{Kept, Page, Write};
use dispatch_core::event::CacheFailure;
use std::cell::OnceCell;
use std::future::Future;

/// The database.
const NAME: &str = "dispatch";

/// The device's cache.
#[derive(Debug, Default)]
pub struct DeviceCache {
    database: OnceCell<IndexedDb>,
    /// Used when the database is not to be had.
    memory: MemoryCache,
}

impl DeviceCache {
    /// Opens the database. Called once, before anything else.
    ///
    /// # Errors
    /// The browser does not give one. Everything works all the same, and nothing survives the page.
    pub async fn open(&self) -> Result<(), CacheFailure> {
        let database = IndexedDb::open(NAME).await.map_err(|error| in_short(error, true))?;
        // Opened once: the cell is empty.
        self.database.set(database).ok();
        Ok(())
    }

    /// See [`Cache::read`].
    ///
    /// # Errors
    /// It could not be read.
    pub async fn read(
        &self,
        conversation: &ConversationId,
        before: Option<u64>,
        count: u64,
    ) -> Result<Option<Page>, CacheFailure> {
        match self.database.get() {
            Some(database) => in_words(database.read(conversation, before, count)).await,
            None => in_words(self.memory.read(conversation, before, count)).await,
        }
    }

    /// See [`Cache::write`].
    ///
    /// # Errors
    /// Nothing of it was kept.
    pub async fn write(&self, writes: Vec<Write>) -> Result<(), CacheFailure> {
        match self.database.get() {
            Some(database) => in_words(database.write(writes)).await,
            None => in_words(self.memory.write(writes)).await,
        }
    }

    /// See [`Cache::index`].
    ///
    /// # Errors
    /// It could not be read.
    pub async fn index(&self) -> Result<Vec<(ConversationId, Kept)>, CacheFailure> {
        match self.database.get() {
            Some(database) => in_words(database.index()).await,
            None => in_words(self.memory.index()).await,
        }
    }
}

async fn in_words<T>(work: impl Future<Output = Result<T, CacheError>>) -> Result<T, CacheFailure> {
    work.await.map_err(|error| in_short(error, false))
}

/// What an error means to the console. A database that is held up when it is opened stays out of this page's life.
fn in_short(error: CacheError, opening: bool) -> CacheFailure {
    if error.is_full() {
        CacheFailure::Full
    } else if opening || error.is_for_good() {
        CacheFailure::Refused
    } else {
        CacheFailure::Broken
    }
}
