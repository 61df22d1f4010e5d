//! Durable history. Chunks, metrics and settings have to survive a restart, a crash in mid-turn included, and a turn must
//! never be told that something is stored before it is.
//!
//! SQLite wants one writer and blocks: one thread owns the connection, and typed methods send it closures and await the
//! answers. Jobs run in the order they were sent, each in a transaction of its own where it writes.

mod compaction;
mod conversations;
mod history;
mod queue;
mod schema;
mod told;
mod turns;

pub(crate) use compaction::Compaction;
pub(crate) use history::Window;
pub(crate) use told::Told;
pub(crate) use turns::{NewChunk, NewTurn, join};

use crate::clock::Clock;
use crate::config::Database;
use parking_lot::Mutex;
use rusqlite::{Connection, ErrorCode};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Why something could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder of the database could not be made.
    #[error("cannot create the folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("the database failed: {0}")]
    Sqlite(rusqlite::Error),
    /// Somebody else holds the file.
    #[error("the database is in use by another backend")]
    InUse,
    /// The file was written by a later version of the backend.
    #[error("the database has version {found}, and this backend knows versions up to {known}")]
    TooNew {
        /// The file's version.
        found: i64,
        /// The newest this backend knows.
        known: i64,
    },
    /// A stored value cannot be read or written as JSON.
    #[error("a stored value is not what it should be: {0}")]
    Json(#[from] serde_json::Error),
    /// The thread that owns the database could not be started.
    #[error("cannot start the database thread: {0}")]
    Thread(std::io::Error),
    /// The store was closed while the request waited.
    #[error("the store is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy) => Self::InUse,
            Some(_) | None => Self::Sqlite(error),
        }
    }
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The one door to the database.
#[derive(Debug)]
pub(crate) struct Store {
    clock: Clock,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database, brings its schema up to date, and starts the thread that owns it. What is written is dated by
    /// the clock.
    ///
    /// # Errors
    /// The file cannot be opened or is of a later version, or another backend holds it.
    pub(crate) fn open(database: &Database, clock: Clock) -> Result<Self, StoreError> {
        let mut connection = match database {
            Database::Memory => Connection::open_in_memory()?,
            Database::File(path) => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder)
                        .map_err(|source| StoreError::Folder { path: folder.to_path_buf(), source })?;
                }
                Connection::open(path)?
            }
        };
        schema::prepare(&mut connection)?;
        let (jobs, inbox) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                for job in inbox {
                    job(&mut connection);
                }
            })
            .map_err(StoreError::Thread)?;
        Ok(Self { clock, jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    /// Finishes what was asked for, closes the file, and refuses everything after.
    pub(crate) fn close(&self) {
        drop(self.jobs.lock().take());
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the store's thread panicked");
        }
    }

    /// Runs `work` on the thread that owns the connection. It runs to its end even when nobody awaits it any more.
    async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits any more when the asker was dropped; the work is done all the same.
            drop(answer.send(work(connection)));
        });
        if !self.hand_over(job) {
            return Err(StoreError::Closed);
        }
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Gives the thread something to do after all that it has to do already. Answers whether it is still there.
    fn hand_over(&self, job: Job) -> bool {
        self.jobs.lock().as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }
}

/// How long a start waits for a backend that is just ending to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
