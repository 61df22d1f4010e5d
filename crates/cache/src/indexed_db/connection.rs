//! Getting at the database, which may be missing, forbidden, newer than we are, held up by another window, and gone between
//! two operations. What this promises: an answer in a bounded time, and no connection that is open and that nobody owns;
//! such a one would hold up other windows for as long as this page lives.

use super::version::{BLOCKS, CONVERSATIONS, METRICS, Version};
use crate::CacheError;
use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use rexie::{Rexie, RexieBuilder, Transaction, TransactionMode};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use wasm_bindgen::JsValue;

/// How long the database may take to open, in milliseconds. Only one that is held up takes longer.
const PATIENCE: u32 = 2_000;

/// An open database. It is closed by whoever drops it: rexie's own would stay open, without the handler that lets other
/// windows upgrade or delete the database.
#[derive(Debug)]
pub(super) struct Connection(Option<Rexie>);

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(rexie) = self.0.take() {
            rexie.close();
        }
    }
}

impl Connection {
    /// Opens the database, and makes it if there is none.
    ///
    /// rexie does not tell when another window's upgrade or deletion is in the way, which can be for ever: so a timer
    /// runs beside. A request to open cannot be taken back: a database that opens after all is closed at once.
    pub(super) async fn open(name: &str) -> Result<Self, CacheError> {
        let answer = Rc::new(Answer::default());
        let builder = Version::LATEST.declare(RexieBuilder::new(name));
        let opening = Rc::clone(&answer);
        #[expect(
            clippy::disallowed_methods,
            reason = "the outcome goes to whoever waits, and is closed if nobody does"
        )]
        wasm_bindgen_futures::spawn_local(async move {
            let opened = builder.build().await;
            opening.give(opened.map(|rexie| Self(Some(rexie))).map_err(|error| why_not_opened(&error)));
        });
        let late = Rc::clone(&answer);
        let timer = Timeout::new(PATIENCE, move || late.give(Err(CacheError::Blocked)));
        let opened = answer.wait().await;
        drop(timer);
        opened
    }

    fn begin(&self, mode: TransactionMode) -> rexie::Result<Option<Transaction>> {
        self.0.as_ref().map(|rexie| rexie.transaction(&[CONVERSATIONS, BLOCKS, METRICS], mode)).transpose()
    }
}

/// The first of two answers; the second finds nobody and is dropped.
struct Answer<T> {
    given: RefCell<Option<T>>,
    is_given: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self { given: RefCell::new(None), is_given: Cell::new(false), waker: Cell::new(None) }
    }
}

impl<T> Answer<T> {
    fn give(&self, answer: T) {
        if self.is_given.replace(true) {
            return;
        }
        self.given.replace(Some(answer));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    async fn wait(&self) -> T {
        poll_fn(|context| match self.given.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                self.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

/// The way to the database, over one connection at a time.
#[derive(Debug)]
pub(super) struct Gate {
    name: String,
    connection: RefCell<Option<Connection>>,
}

impl Gate {
    /// Opens the database.
    pub(super) async fn open(name: &str) -> Result<Self, CacheError> {
        let connection = Connection::open(name).await?;
        Ok(Self { name: name.to_owned(), connection: RefCell::new(Some(connection)) })
    }

    /// Begins a transaction over all that there is.
    ///
    /// rexie closes its connection when another window upgrades or deletes the database, and tells nobody; browsers close
    /// connections when the person clears what pages keep. It shows here, so here it is opened again, once.
    pub(super) async fn begin(&self, mode: TransactionMode) -> Result<Transaction, CacheError> {
        match self.begin_now(mode) {
            Err(CacheError::Closed) => {}
            begun => return begun,
        }
        // Two operations may come here at once; the later connection stays, the other lives until its operation is done.
        let reopened = Connection::open(&self.name).await?;
        self.connection.replace(Some(reopened));
        self.begin_now(mode)
    }

    fn begin_now(&self, mode: TransactionMode) -> Result<Transaction, CacheError> {
        let connection = self.connection.borrow();
        let Some(connection) = connection.as_ref() else { return Err(CacheError::Closed) };
        connection.begin(mode)?.ok_or(CacheError::Closed)
    }
}

/// What a failed request or transaction means.
impl From<rexie::Error> for CacheError {
    fn from(error: rexie::Error) -> Self {
        match name_of(&error).as_deref() {
            Some("QuotaExceededError") => Self::Full,
            // A transaction on a connection that is closing, and one that the browser ended together with it.
            Some("InvalidStateError" | "AbortError" | "TransactionInactiveError") => Self::Closed,
            _ => Self::Broken,
        }
    }
}

/// What it means that the database does not open.
fn why_not_opened(error: &rexie::Error) -> CacheError {
    match name_of(error).as_deref() {
        Some("VersionError") => CacheError::Newer,
        Some("QuotaExceededError") => CacheError::Full,
        // Closed again before it was open: the other window's turn.
        Some("AbortError") => CacheError::Closed,
        Some("UnknownError") => CacheError::Broken,
        // Browsers do not agree on how to say no, nor whether to say it at once: there may be nothing to ask either.
        _ => CacheError::Refused,
    }
}

/// The name of the browser's exception, wherever rexie has put it: in an answer, or thrown by a call that we make.
fn name_of(error: &rexie::Error) -> Option<String> {
    use idb::Error as E;
    let rexie::Error::IdbError(error) = error else { return None };
    let exception: &JsValue = if let E::DomException(answered) = error {
        answered.as_ref()
    } else if let E::IndexedDbOpenFailed(thrown)
    | E::TransactionOpenFailed(thrown)
    | E::ObjectStoreNotFound(thrown)
    | E::GetFailed(thrown)
    | E::GetAllFailed(thrown)
    | E::GetAllKeysFailed(thrown)
    | E::UpdateFailed(thrown)
    | E::DeleteFailed(thrown) = error
    {
        thrown
    } else {
        return None;
    };
    Reflect::get(exception, &JsValue::from_str("name")).ok()?.as_string()
}
