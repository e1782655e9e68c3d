//! Connections that have ended: rows that left `lines_live`, or were marked as ended there, told after the
//! commit to whoever serves their bytes. No noun has code for it.
//!
//! SQLite's update hook knows the id of a deleted row and nothing else of it, and it is silent about a
//! `DELETE` without `WHERE` and about rows that a `REPLACE` pushes out. So the writer's connection has
//! temporary triggers, which no other connection and no file sees: with one on a table SQLite deletes its
//! rows one by one, and with `recursive_triggers` it also tells of rows that are replaced.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Messages that a subscriber may be behind, one a transaction.
const BEHIND: usize = 64;

/// Connections of one transaction that are told one by one.
const MOST: usize = 1024;

/// The SQL function that the triggers call.
const FUNCTION: &str = "linecard_connection_ended";

/// A connection that has ended, as its row was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedConnection {
    pub activity_id: i64,
    /// The line that watched (`user_id`).
    pub line_id: i64,
    /// Empty for a row that nobody gave one.
    pub uuid: String,
}

/// What has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// These connections, by one transaction.
    These(Arc<[EndedConnection]>),
    /// All of them: the database is another state now. A row that it has is of another connection.
    All,
    /// Any of them may have: too many ended at once, or the subscriber fell behind. Those that go on are
    /// still in `lines_live`, under their ids and with their `uuid`.
    Unknown,
}

/// A subscription to what ends from now on.
#[derive(Debug)]
pub struct EndedConnections(broadcast::Receiver<Ended>);

impl EndedConnections {
    /// What has ended next; `None` when the store is closed.
    pub async fn next(&mut self) -> Option<Ended> {
        match self.0.recv().await {
            Ok(ended) => Some(ended),
            Err(RecvError::Lagged(_)) => Some(Ended::Unknown),
            Err(RecvError::Closed) => None,
        }
    }
}

/// What the running transaction has ended, and who is to be told.
#[derive(Debug)]
pub struct EndedLog {
    ended: Mutex<Vec<EndedConnection>>,
    subscribers: broadcast::Sender<Ended>,
}

impl Default for EndedLog {
    fn default() -> Self {
        EndedLog {
            ended: Mutex::default(),
            subscribers: broadcast::Sender::new(BEHIND),
        }
    }
}

impl EndedLog {
    /// A subscription that begins now.
    pub fn subscribe(&self) -> EndedConnections {
        EndedConnections(self.subscribers.subscribe())
    }

    /// Notes that a row has ended, if the transaction is committed. Rows are noted without subscribers,
    /// too: somebody who subscribes meanwhile still finds them in `lines_live`.
    fn note(&self, ended: EndedConnection) {
        let mut all = self.ended();
        // One more than are told stands for all that follow.
        if all.len() <= MOST {
            all.push(ended);
        }
    }

    /// Forgets what a transaction has done that was rolled back.
    pub fn discard(&self) {
        self.ended().clear();
    }

    /// Tells what the transaction has ended that is now committed.
    pub fn publish(&self) {
        let ended = std::mem::take(&mut *self.ended());
        match ended.len() {
            0 => {}
            1..=MOST => self.tell(Ended::These(ended.into())),
            _ => self.tell(Ended::Unknown),
        }
    }

    /// Tells that the database is another state now.
    pub fn publish_all(&self) {
        self.discard();
        self.tell(Ended::All);
    }

    fn tell(&self, ended: Ended) {
        // Without subscribers it is an error, and nobody's.
        let _ = self.subscribers.send(ended);
    }

    fn ended(&self) -> MutexGuard<'_, Vec<EndedConnection>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the writer's connection note what ends. The schema must be there.
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
