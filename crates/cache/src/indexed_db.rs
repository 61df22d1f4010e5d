//! The store in the browser's database. Other windows write at the same time, and the database can fail in the middle: so
//! every write reads what is held inside the transaction that changes it, and one that fails leaves everything as it was.
//!
//! Texts only, under keys of their own: what is kept of each conversation, its records in blocks, and what its turns took.
//! The tail is read with three requests, whatever the length of the conversation. What is found is believed only when it fits together; a
//! conversation that does not is forgotten, for the backend has it.

mod connection;
mod version;

use crate::{Cache, CacheError, block};
use connection::Gate;
use dispatch_core::ConversationId;
use dispatch_core::cache::{Admission, Kept, Note, Page, Record, Run, Write, run_of};
use js_sys::Array;
use rexie::{KeyRange, Store, Transaction, TransactionMode};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use version::{BLOCKS, CONVERSATIONS, METRICS};
use wasm_bindgen::JsValue;

/// The cache in IndexedDB.
#[derive(Debug)]
pub struct IndexedDb(Gate);

impl IndexedDb {
    /// Opens the database of this name, and makes it if there is none. Any number may be open.
    ///
    /// # Errors
    /// There is no database for us, or not now: after two seconds it counts as held up.
    pub async fn open(name: &str) -> Result<Self, CacheError> {
        Ok(Self(Gate::open(name).await?))
    }

    /// Forgets what could not be read, unless another window has written it anew.
    async fn set_aside(&self, unreadable: Vec<Found>) -> Result<(), CacheError> {
        let transaction = self.0.begin(TransactionMode::ReadWrite).await?;
        let done = async {
            let stores = Stores::of(&transaction)?;
            for Found { id, text } in &unreadable {
                if stores.find(id).await?.is_some_and(|found| found.text == *text) {
                    stores.forget(id).await?;
                }
            }
            Ok(())
        };
        let done = done.await;
        finish(transaction, done).await
    }
}

impl Cache for IndexedDb {
    async fn read(
        &self,
        conversation: &ConversationId,
        before: Option<u64>,
        count: u64,
    ) -> Result<Option<Page>, CacheError> {
        let transaction = self.0.begin(TransactionMode::ReadOnly).await?;
        let stores = Stores::of(&transaction)?;
        let Some(found) = stores.find(&conversation.as_str().into()).await? else { return Ok(None) };
        let page = match Kept::from_text(&found.text) {
            Some(kept) => stores.page(&found.id, kept, before, count).await?,
            None => None,
        };
        if page.is_none() {
            // If this fails too, the next one who reads tries again.
            self.set_aside(vec![found]).await.ok();
        }
        Ok(page)
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), CacheError> {
        if writes.is_empty() {
            return Ok(());
        }
        let transaction = self.0.begin(TransactionMode::ReadWrite).await?;
        let done = match Stores::of(&transaction) {
            Ok(stores) => stores.carry_out(&writes).await,
            Err(error) => Err(error),
        };
        finish(transaction, done).await
    }

    async fn index(&self) -> Result<Vec<(ConversationId, Kept)>, CacheError> {
        let transaction = self.0.begin(TransactionMode::ReadOnly).await?;
        let stores = Stores::of(&transaction)?;
        let ids = stores.conversations.get_all_keys(None, None).await?;
        let texts = stores.conversations.get_all(None, None).await?;
        let mut index = Vec::new();
        let mut unreadable = Vec::new();
        for (id, text) in ids.into_iter().zip(texts) {
            let found = Found { text: text.as_string().unwrap_or_default(), id };
            match found.id.as_string().zip(Kept::from_text(&found.text)) {
                Some((id, kept)) => index.push((ConversationId::new(id), kept)),
                None => unreadable.push(found),
            }
        }
        if !unreadable.is_empty() {
            self.set_aside(unreadable).await.ok();
        }
        Ok(index)
    }
}

/// Waits until the transaction is over: only then is anything written. Whatever failed, nothing is.
async fn finish(transaction: Transaction, done: rexie::Result<()>) -> Result<(), CacheError> {
    let Err(error) = done else {
        // When every request has succeeded and we did not take it back, what can fail is the commit, for want of room:
        // browsers check that last. rexie knows the browser's reason and does not tell it.
        return if transaction.done().await?.is_committed() { Ok(()) } else { Err(CacheError::Full) };
    };
    // A request that was answered with an error ends its transaction by itself; one that could not even be made does not.
    // The former must be left alone: rexie waits for the end up to the first event, the error, and takes the handler of the
    // second, the abort, away with it, of which the browser complains.
    if !matches!(error, rexie::Error::IdbError(idb::Error::DomException(_))) {
        transaction.abort().await.ok();
    }
    Err(error.into())
}

/// Waits for all of these requests, which are made at once, and keeps the first error. To drop the others then would take
/// their handlers from under the browser.
async fn all<T>(requests: impl Iterator<Item = impl Future<Output = rexie::Result<T>>>) -> rexie::Result<()> {
    let mut waiting: Vec<Pin<Box<_>>> = requests.map(Box::pin).collect();
    let mut outcome = Ok(());
    poll_fn(|context| {
        waiting.retain_mut(|request| match request.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(answer) => {
                if let (Err(error), Ok(())) = (answer, &outcome) {
                    outcome = Err(error);
                }
                false
            }
        });
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outcome
}

/// What stands under a conversation's id, not yet believed.
struct Found {
    id: JsValue,
    text: String,
}

/// The stores, within a transaction.
struct Stores {
    conversations: Store,
    blocks: Store,
    metrics: Store,
}

impl Stores {
    fn of(transaction: &Transaction) -> rexie::Result<Self> {
        let store = |name| transaction.store(name);
        Ok(Self { conversations: store(CONVERSATIONS)?, blocks: store(BLOCKS)?, metrics: store(METRICS)? })
    }

    async fn find(&self, id: &JsValue) -> rexie::Result<Option<Found>> {
        let found = self.conversations.get(id.clone()).await?;
        // What is no text is no text that can be read.
        Ok(found.map(|value| Found { id: id.clone(), text: value.as_string().unwrap_or_default() }))
    }

    async fn page(&self, id: &JsValue, kept: Kept, before: Option<u64>, count: u64) -> rexie::Result<Option<Page>> {
        let mut records = Vec::new();
        if let Some(run) = kept.run
            && let Some(wanted) = block::newest(run, before, count)
        {
            let (first, last) = (block::index_of(wanted.first), block::index_of(wanted.last));
            let texts = self.blocks.get_all(Some(blocks_of(id, first as f64, last as f64)?), None).await?;
            if texts.len() as u64 != last - first + 1 {
                return Ok(None);
            }
            records.reserve_exact((wanted.last - wanted.first + 1) as usize);
            for (index, text) in (first..).zip(texts) {
                let Some(held) = block_in(&text, index, run) else { return Ok(None) };
                records
                    .extend(held.into_iter().filter(|record| wanted.first <= record.seq && record.seq <= wanted.last));
            }
        }
        let metrics = if before.is_none() { self.metrics.get(id.clone()).await? } else { None };
        Ok(Some(Page { kept, records, metrics: metrics.and_then(|text| text.as_string()) }))
    }

    async fn carry_out(&self, writes: &[Write]) -> rexie::Result<()> {
        for write in writes {
            let id = write.conversation().as_str().into();
            match write {
                Write::Forget(_) => self.forget(&id).await?,
                Write::Metrics(_, text) => self.keep_metrics(&id, text).await?,
                Write::Note(_, note) => self.learn(&id, note).await?,
                Write::Records(_, records) => self.keep(&id, records).await?,
            }
        }
        Ok(())
    }

    async fn forget(&self, id: &JsValue) -> rexie::Result<()> {
        self.conversations.delete(id.clone()).await?;
        self.metrics.delete(id.clone()).await?;
        self.forget_records(id).await
    }

    async fn forget_records(&self, id: &JsValue) -> rexie::Result<()> {
        self.blocks.delete(blocks_of(id, 0.0, f64::INFINITY)?.into()).await
    }

    /// What is kept now. That of which nothing can be read is as good as new.
    async fn kept(&self, id: &JsValue) -> rexie::Result<Kept> {
        Ok(self.find(id).await?.and_then(|found| Kept::from_text(&found.text)).unwrap_or_default())
    }

    async fn learn(&self, id: &JsValue, note: &Note) -> rexie::Result<()> {
        let mut kept = self.kept(id).await?;
        kept.learn(note);
        self.conversations.put(&kept.to_text().into(), Some(id)).await?;
        Ok(())
    }

    async fn keep_metrics(&self, id: &JsValue, text: &str) -> rexie::Result<()> {
        if text.is_empty() {
            self.metrics.delete(id.clone()).await?;
        } else if self.find(id).await?.is_some() {
            self.metrics.put(&text.into(), Some(id)).await?;
        }
        Ok(())
    }

    async fn keep(&self, id: &JsValue, records: &[Record]) -> rexie::Result<()> {
        let Some(run) = run_of(records) else { return Ok(()) };
        let mut kept = self.kept(id).await?;
        let joined = match run.admit(kept.run) {
            Admission::Refused => return Ok(()),
            Admission::Replaces => None,
            Admission::Joins(joined) => self.edges(id, run, joined, kept.run).await?,
        };
        let (joined, edges) = match joined {
            Some(joined) => joined,
            None => {
                // Also where nothing should be: blocks may have been left by a conversation that could not be read.
                self.forget_records(id).await?;
                (run, Vec::new())
            }
        };
        let (first, last) = (block::index_of(run.first), block::index_of(run.last));
        let blocks = (first..=last).map(|index| {
            let place = |seq| block::index_of(seq) == index;
            let held = || edges.iter().filter(|record| place(record.seq));
            let part = block::part_in(index, run);
            let new = &records[(part.first - run.first) as usize..=(part.last - run.first) as usize];
            let before = held().filter(|record| record.seq < run.first);
            let after = held().filter(|record| record.seq > run.last);
            (key_of(id, index as f64), block::write(before.chain(new).chain(after)).into())
        });
        kept.run = Some(joined);
        let puts = blocks.map(|(key, text)| (&self.blocks, key, text));
        let puts = puts.chain([(&self.conversations, id.clone(), kept.to_text().into())]);
        all(puts
            .map(|(store, key, text): (&Store, JsValue, JsValue)| async move { store.put(&text, Some(&key)).await }))
        .await
    }

    /// What is held in the first and in the last block of `run` beside it, and what all of it is then. `None`: nothing is
    /// held, or something that cannot be read.
    async fn edges(
        &self,
        id: &JsValue,
        run: Run,
        joined: Run,
        held: Option<Run>,
    ) -> rexie::Result<Option<(Run, Vec<Record>)>> {
        let Some(held) = held else { return Ok(None) };
        let mut edges = Vec::new();
        let (first, last) = (block::index_of(run.first), block::index_of(run.last));
        for index in [Some(first), (first < last).then_some(last)].into_iter().flatten() {
            if block::part_in(index, joined) == block::part_in(index, run) {
                continue;
            }
            let text = self.blocks.get(key_of(id, index as f64)).await?;
            let Some(records) = text.and_then(|text| block_in(&text, index, held)) else { return Ok(None) };
            edges.extend(records);
        }
        Ok(Some((joined, edges)))
    }
}

/// The records in the block of this number of a conversation that holds this run.
fn block_in(text: &JsValue, index: u64, held: Run) -> Option<Vec<Record>> {
    block::read(&text.as_string()?, block::part_in(index, held))
}

fn key_of(id: &JsValue, index: f64) -> JsValue {
    Array::of2(id, &index.into()).into()
}

fn blocks_of(id: &JsValue, first: f64, last: f64) -> rexie::Result<KeyRange> {
    Ok(KeyRange::bound(&key_of(id, first), &key_of(id, last), None, None)?)
}
