//! Statements of `mysql_query` on connections of their own, which SQLite lets read the panel's tables only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::{Budget, metered_finely};
use super::source::{Connections, Source, pool};
use super::{Readers, TURN, copy_of, semaphore};
use crate::store::connection::{self, Place};
use crate::store::error::StoreError;
use crate::store::mysql::cache::Cache;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::values::statement::LIMIT;
use crate::store::mysql::{self, run};
use crate::store::raw_sql::threads::{self, Threads};
use crate::time::Zone;

/// How long after its deadline a statement may still run.
const ALLOWED_OVERRUN: Duration = Duration::from_millis(200);

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
    pub overrun: Overrun,
}

/// How far statements have run past their deadline at most.
#[derive(Clone, Default)]
pub struct Overrun(Arc<AtomicU64>);

impl Overrun {
    /// Notes that a statement has ended which had to by then.
    pub fn note(&self, end: Instant) {
        let late = end.elapsed();
        if late > ALLOWED_OVERRUN {
            tracing::warn!(?late, "a statement of mysql_query outlived its deadline");
        }
        self.0
            .fetch_max(u64::try_from(late.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns it, and begins anew.
    pub fn take(&self) -> Duration {
        Duration::from_nanos(self.0.swap(0, Ordering::Relaxed))
    }
}

impl Statements {
    /// Creates the connections to a database.
    ///
    /// # Errors
    /// The pool's.
    pub fn new(place: &Place, zone: Zone, closed: &Arc<AtomicBool>) -> Result<Statements, r2d2::Error> {
        let most = threads::most();
        let closed = Arc::clone(closed);
        Ok(Statements {
            pool: pool(place, 0, most, move |db| set_up(db, zone, &closed))?,
            cache: Cache::default(),
            threads: Threads::default(),
            queue: semaphore(most + WAITING),
            overrun: Overrun::default(),
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

fn set_up(db: &Connection, zone: Zone, closed: &Arc<AtomicBool>) -> rusqlite::Result<()> {
    connection::reader(db, zone)?;
    mysql::register(db, zone)?;
    run::set_up(db)?;
    metered_finely(db, closed)
}

impl Readers {
    /// Returns what belongs to the statements of `mysql_query`.
    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Returns when a statement that begins now has to end.
    pub fn end_of_statement(&self) -> Instant {
        Instant::now() + LIMIT.min(self.limit)
    }

    /// Runs the reading part of a statement, on this thread, over one snapshot of the database; it may run twice. It is
    /// passed the number of commits before the snapshot.
    ///
    /// # Errors
    /// The read's own, that of one that took too long, or [`StoreError::Busy`].
    pub fn run_statement<T, E>(&self, end: Instant, read: impl Fn(&Connection, u64) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + From<SqlError>,
    {
        let late = || Err(SqlError::interrupted().into());
        let db = self.statements.pool.get().map_err(|_| StoreError::Busy)?;
        if let Source::File { .. } = self.source {
            return self.within(Budget::Until(end), &db, &read).unwrap_or_else(late);
        }
        let (copy, commits) = {
            // It locks as a reader, with either source of connections.
            let turn = self.source.wait()?;
            if let Some(done) = self.within(Budget::Until(end.min(Instant::now() + TURN)), &db, &read) {
                return done;
            }
            if Instant::now() >= end {
                return late();
            }
            // The copy may be newer than this number says, but not older.
            let commits = self.commits();
            (copy_of(&turn).map_err(StoreError::from)?, commits)
        };
        set_up(&copy, self.zone, &self.closed).map_err(StoreError::from)?;
        Budget::Until(end).run(|| read(&copy, commits)).unwrap_or_else(late)
    }
}
