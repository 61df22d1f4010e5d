//! The store for browsers that keep nothing: the core's own memory of a cache, behind the port.

use crate::{Cache, CacheError};
use dispatch_core::ConversationId;
use dispatch_core::cache::{Kept, Memory, Page, Write};
use std::cell::RefCell;

/// A store that lasts as long as the page. It never fails.
#[derive(Debug, Default)]
pub struct MemoryCache(RefCell<Memory>);

impl Cache for MemoryCache {
    async fn read(
        &self,
        conversation: &ConversationId,
        before: Option<u64>,
        count: u64,
    ) -> Result<Option<Page>, CacheError> {
        Ok(self.0.borrow().read(conversation, before, count))
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), CacheError> {
        self.0.borrow_mut().write(writes);
        Ok(())
    }

    async fn index(&self) -> Result<Vec<(ConversationId, Kept)>, CacheError> {
        Ok(self.0.borrow().index())
    }
}
