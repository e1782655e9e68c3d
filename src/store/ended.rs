//! Connections that have ended: rows that were deleted from `lines_live`, or marked as ended there. They are
//! reported after the commit to the code that serves their streams. Nouns need no code for it.
//!
//! SQLite's update hook only reports the id of a deleted row, and does not report a `DELETE` without `WHERE`
//! or rows deleted by a `REPLACE`. So the writer's connection has temporary triggers, which are invisible to
//! other connections and not stored in the file: with a trigger on a table SQLite deletes its rows one by
//! one, and with `recursive_triggers` the trigger also runs for replaced rows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Messages that a subscriber may be behind; each transaction sends one.
const BEHIND: usize = 64;

/// Most connections of one transaction that are reported one by one.
const MOST: usize = 1024;

/// The SQL function that the triggers call.
const FUNCTION: &str = "linecard_connection_ended";

/// A connection that has ended, with data of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedConnection {
    pub activity_id: i64,
    /// The line that watched (`user_id`).
    pub line_id: i64,
    /// Empty for a row without a value.
    pub uuid: String,
}

/// The connections that have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// These connections, by one transaction.
    These {
        rows: Arc<[EndedConnection]>,
        /// The state whose rows they were, as `EndedLog::state` had it: another state gives the same ids again.
        state: u64,
    },
    /// All of them: the database was replaced by another state. Its rows are other connections.
    All,
    /// Unknown: too many ended at once, or the subscriber fell behind. Connections that are still open are in
    /// `lines_live`, with the same id and `uuid`.
    Unknown,
}

/// A subscription to connections that end from now on.
#[derive(Debug)]
pub struct EndedConnections(broadcast::Receiver<Ended>);

impl EndedConnections {
    /// Waits for the next message; `None` when the store is closed.
    pub async fn next(&mut self) -> Option<Ended> {
        match self.0.recv().await {
            Ok(ended) => Some(ended),
            Err(RecvError::Lagged(_)) => Some(Ended::Unknown),
            Err(RecvError::Closed) => None,
        }
    }
}

/// The connections that the current transaction has ended, and the subscribers.
#[derive(Debug)]
pub struct EndedLog {
    ended: Mutex<Vec<EndedConnection>>,
    subscribers: broadcast::Sender<Ended>,
    state: AtomicU64,
}

impl Default for EndedLog {
    fn default() -> Self {
        EndedLog {
            ended: Mutex::default(),
            subscribers: broadcast::Sender::new(BEHIND),
            state: AtomicU64::default(),
        }
    }
}

impl EndedLog {
    /// Creates a subscription that starts now.
    pub fn subscribe(&self) -> EndedConnections {
        EndedConnections(self.subscribers.subscribe())
    }

    /// Records that a row has ended, to be reported after the commit. Rows are recorded even without
    /// subscribers: one that subscribes before the commit still finds them in `lines_live`.
    fn note(&self, ended: EndedConnection) {
        let mut all = self.ended();
        // One entry above the limit is enough to detect that there are too many.
        if all.len() <= MOST {
            all.push(ended);
        }
    }

    /// Discards the entries of a transaction that was rolled back.
    pub fn discard(&self) {
        self.ended().clear();
    }

    /// Reports the connections that the committed transaction has ended.
    pub fn publish(&self) {
        let ended = std::mem::take(&mut *self.ended());
        match ended.len() {
            0 => {}
            1..=MOST => self.tell(Ended::These {
                rows: ended.into(),
                state: self.state(),
            }),
            _ => self.tell(Ended::Unknown),
        }
    }

    /// Reports that the database was replaced by another state.
    pub fn publish_all(&self) {
        self.discard();
        self.state.fetch_add(1, Ordering::Relaxed);
        self.tell(Ended::All);
    }

    /// Returns the number of the present state: how often the database was replaced by another one. Only jobs of the
    /// writer know that it stays.
    pub fn state(&self) -> u64 {
        self.state.load(Ordering::Relaxed)
    }

    fn tell(&self, ended: Ended) {
        // An error only means that there are no subscribers.
        let _ = self.subscribers.send(ended);
    }

    fn ended(&self) -> MutexGuard<'_, Vec<EndedConnection>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the writer's connection record connections that end. The schema must exist.
pub fn watch<T: AsRef<EndedLog> + Send + Sync + 'static>(db: &Connection, log: Arc<T>) -> rusqlite::Result<()> {
    db.create_scalar_function(FUNCTION, 3, FunctionFlags::SQLITE_UTF8, move |row| {
        (*log).as_ref().note(EndedConnection {
            activity_id: row.get(0)?,
            line_id: row.get(1)?,
            uuid: row.get(2)?,
        });
        Ok(None::<i64>)
    })?;
    db.execute_batch(&format!(
        "PRAGMA recursive_triggers = ON;
         CREATE TEMP TRIGGER linecard_live_deleted AFTER DELETE ON main.lines_live WHEN OLD.hls_end = 0 BEGIN
             SELECT {FUNCTION}(OLD.activity_id, OLD.user_id, OLD.uuid);
         END;
         CREATE TEMP TRIGGER linecard_live_ended AFTER UPDATE OF hls_end ON main.lines_live
         WHEN OLD.hls_end = 0 AND NEW.hls_end <> 0 BEGIN
             SELECT {FUNCTION}(OLD.activity_id, OLD.user_id, OLD.uuid);
         END;"
    ))
}
