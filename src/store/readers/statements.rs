//! Statements of `mysql_query` on connections of their own, which SQLite lets read the panel's tables only.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::{Budget, metered};
use super::source::{Connections, Source, pool};
use super::{Readers, TURN, copy_of, semaphore};
use crate::store::connection::{self, Place};
use crate::store::error::StoreError;
use crate::store::mysql::cache::Cache;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::{self, run};
use crate::store::raw_sql::threads::{self, Threads};
use crate::time::Zone;

/// Time limit of a statement.
pub const LIMIT: Duration = Duration::from_secs(5);

/// Statements that wait; more fail with "busy".
const WAITING: u32 = 32;

/// The connections for statements, and what was prepared.
#[derive(Clone)]
pub struct Statements {
    /// Opened on first use.
    pool: Connections,
    pub cache: Cache,
    pub threads: Threads,
    /// Statements that run or wait.
    queue: Arc<Semaphore>,
}

impl Statements {
    /// Creates the connections to a database.
    ///
    /// # Errors
    /// The pool's.
    pub fn new(place: &Place, zone: Zone, closed: &Arc<AtomicBool>) -> Result<Statements, r2d2::Error> {
        let most = threads::most();
        Ok(Statements {
            pool: pool(place, 0, most, closed, move |db| set_up(db, zone))?,
            cache: Cache::default(),
            threads: Threads::default(),
            queue: semaphore(most + WAITING),
        })
    }

    /// Takes a place among those that run or wait.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when there is none.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        Arc::clone(&self.queue)
            .try_acquire_owned()
            .map_err(|_| StoreError::Busy)
    }
}

fn set_up(db: &Connection, zone: Zone) -> rusqlite::Result<()> {
    connection::reader(db, zone)?;
    mysql::register(db, zone)?;
    run::set_up(db)
}

impl Readers {
    /// Returns what belongs to the statements of `mysql_query`.
    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Runs the reading part of a statement, on this thread, over one snapshot of the database; it may run twice. It is
    /// passed the number of commits before the snapshot.
    ///
    /// # Errors
    /// The read's own, that of one that took too long, or [`StoreError::Busy`].
    pub fn run_statement<T, E>(&self, read: impl Fn(&Connection, u64) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + From<SqlError>,
    {
        let end = Instant::now() + LIMIT;
        let late = || Err(SqlError::interrupted().into());
        let db = self.statements.pool.get().map_err(|_| StoreError::Busy)?;
        if let Source::File { .. } = self.source {
            return self.within(Budget::Until(end), &db, &read).unwrap_or_else(late);
        }
        let (copy, commits) = {
            // It locks as a reader, with either source of connections.
            let turn = self.source.wait()?;
            if let Some(done) = self.within(Budget::Until(Instant::now() + TURN), &db, &read) {
                return done;
            }
            // The copy may be newer than this number says, but not older.
            let commits = self.commits();
            (copy_of(&turn).map_err(StoreError::from)?, commits)
        };
        set_up(&copy, self.zone)
            .and_then(|()| metered(&copy, &self.closed))
            .map_err(StoreError::from)?;
        Budget::Until(end).run(|| read(&copy, commits)).unwrap_or_else(late)
    }
}
