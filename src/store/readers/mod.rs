//! The readers: connections that cannot write, and the decision on which thread a read runs.
//!
//! A read starts on the caller's own thread, because most reads take a few microseconds and a switch to
//! another thread costs more than that. But the caller's thread serves other clients too: a read that has
//! used up its budget of SQLite instructions is stopped and started again on a separate thread. So a slow
//! query never delays a fast one, and callers need not know which is which.
//!
//! Slow reads have connections of their own, and only a few run at once, so that a fast read always finds one.
//! In memory readers and the writer exclude each other: there a slow read runs for a short turn, and then
//! starts again over a copy of the database.

mod budget;
mod source;
mod statements;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::Backup;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::Versions;
use super::connection::{self, Place};
use super::connection_lock::{ConnectionLock, Shared};
use super::error::StoreError;
use super::file_watch::FileWatch;
use crate::time::Zone;
use budget::unlimited;
pub use budget::{Budget, metered};
use source::{Source, WAIT, pool};
use statements::Statements;

/// Ticks that a read may take on the caller's thread: about a millisecond of work.
const ALLOWANCE: u32 = 50;

/// How long a slow read may keep the writer of a database in memory waiting.
const TURN: Duration = Duration::from_millis(50);

/// Slow reads that run at once, or one for each processor if that is more: on a file, and in memory, where each
/// may have a copy of the database.
const SLOW: u32 = 4;
const SLOW_IN_MEMORY: u32 = 2;

/// The readers' connections. Cloning shares them.
#[derive(Clone)]
pub struct Readers {
    source: Source,
    zone: Zone,
    versions: Arc<Versions>,
    /// Longest duration of a read.
    limit: Duration,
    /// Whether the store is closed: running reads then stop.
    closed: Arc<AtomicBool>,
    /// Slow reads that may run at once.
    slow: Arc<Semaphore>,
    statements: Statements,
}

/// The outcome of a read on the caller's thread.
enum Here<T> {
    Done(T),
    /// Its budget is used up.
    Slow,
    /// No connection was free.
    Occupied,
}

impl Readers {
    /// Opens connections for this number of threads. One is open from the start: a second one takes 0.1 MiB and
    /// opens when two reads meet.
    ///
    /// # Errors
    /// The pool's.
    pub fn open(
        place: &Place,
        zone: Zone,
        threads: u32,
        lock: Option<Arc<ConnectionLock>>,
        watch: Option<Arc<FileWatch>>,
        versions: Arc<Versions>,
    ) -> Result<Readers, r2d2::Error> {
        let closed = Arc::new(AtomicBool::new(false));
        let connections = |idle, most| {
            let (watch, closed) = (watch.clone(), Arc::clone(&closed));
            pool(place, idle, most, move |db| {
                // A connection that is made later must not lead to another file.
                watch.as_deref().map_or(Ok(()), FileWatch::check)?;
                connection::reader(db, zone)?;
                metered(db, &closed)
            })
        };
        // A few more than threads: those of worlds and of the control plane read as well.
        let fast = connections(1, threads + 4)?;
        let (source, slow) = match lock {
            Some(lock) => (Source::Memory(fast, lock), threads.max(SLOW_IN_MEMORY)),
            None => {
                let most = threads.max(SLOW);
                let slow = connections(0, most)?;
                (Source::File { fast, slow }, most)
            }
        };
        Ok(Readers {
            source,
            zone,
            versions,
            limit: Duration::MAX,
            slow: semaphore(slow),
            statements: Statements::new(place, zone, &closed)?,
            closed,
        })
    }

    /// Creates readers that share the writer's connection.
    ///
    /// # Errors
    /// The pool's or SQLite's.
    pub fn over(shared: Arc<Shared>, place: &Place, zone: Zone, versions: Arc<Versions>) -> Result<Readers, String> {
        let closed = Arc::new(AtomicBool::new(false));
        let set_up = shared.read().and_then(|db| metered(&db, &closed));
        set_up.map_err(|error| error.to_string())?;
        Ok(Readers {
            source: Source::Shared(shared),
            zone,
            versions,
            limit: Duration::MAX,
            slow: semaphore(SLOW_IN_MEMORY),
            statements: Statements::new(place, zone, &closed).map_err(|error| error.to_string())?,
            closed,
        })
    }

    /// Sets the longest duration of a read.
    pub fn limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Stops running and later long reads.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Runs a read, on this or a separate thread, over one snapshot of the database. It is passed the number of
    /// commits before the snapshot.
    ///
    /// # Errors
    /// The read's own, or [`StoreError::Busy`] if no connection became free in time or the read took too long.
    pub async fn run<T, E, F>(&self, read: F) -> Result<T, E>
    where
        F: Fn(&Connection, u64) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let read = match self.run_here(&read) {
            Here::Done(done) => return done,
            Here::Slow => read,
            Here::Occupied => {
                let readers = self.clone();
                let there = on_thread(move || {
                    let db = readers.source.wait()?;
                    Ok((readers.within(Budget::Ticks(ALLOWANCE), &db, &read), read))
                });
                match there.await? {
                    (Some(done), _) => return done,
                    (None, read) => read,
                }
            }
        };
        let turn = turn(&self.slow).await?;
        let readers = self.clone();
        on_thread(move || {
            let _turn = turn;
            readers.run_slow(&read)
        })
        .await
    }

    /// Runs a read on this thread if a connection is free.
    fn run_here<T, E: From<StoreError>>(&self, read: &impl Fn(&Connection, u64) -> Result<T, E>) -> Here<Result<T, E>> {
        match self.source.soon() {
            None => Here::Occupied,
            Some(Err(error)) => Here::Done(Err(error.into())),
            Some(Ok(db)) => match self.within(Budget::Ticks(ALLOWANCE), &db, read) {
                Some(done) => Here::Done(done),
                None => Here::Slow,
            },
        }
    }

    /// Runs a read that needs more than the budget of a caller's thread.
    fn run_slow<T, E: From<StoreError>>(&self, read: &impl Fn(&Connection, u64) -> Result<T, E>) -> Result<T, E> {
        if let Source::File { slow, .. } = &self.source {
            let db = slow.get().map_err(|_| StoreError::Busy)?;
            return self.run_limited(|budget| self.within(budget, &db, read));
        }
        let (copy, commits) = {
            let db = self.source.wait()?;
            if let Some(done) = self.within(Budget::Until(Instant::now() + TURN.min(self.limit)), &db, read) {
                return done;
            }
            // The copy may be newer than this number says, but not older.
            let commits = self.commits();
            (copy_of(&db).map_err(StoreError::from)?, commits)
        };
        connection::reader(&copy, self.zone)
            .and_then(|()| metered(&copy, &self.closed))
            .map_err(StoreError::from)?;
        self.run_limited(|budget| budget.run(|| read(&copy, commits)))
    }

    /// Runs a read that is stopped when it takes too long.
    fn run_limited<T, E: From<StoreError>>(&self, read: impl FnOnce(Budget) -> Option<Result<T, E>>) -> Result<T, E> {
        let end = Instant::now().checked_add(self.limit);
        read(end.map_or(Budget::Ticks(u32::MAX), Budget::Until)).unwrap_or_else(|| {
            if !self.closed.load(Ordering::Relaxed) {
                tracing::warn!(limit = ?self.limit, "a read was stopped: it took too long");
            }
            Err(StoreError::Busy.into())
        })
    }

    /// Runs a read within a budget over one snapshot; `None` if it was stopped.
    fn within<T, E: From<StoreError>>(
        &self,
        budget: Budget,
        db: &Connection,
        read: &impl Fn(&Connection, u64) -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        budget.run(|| {
            let commits = self.commits();
            let _snapshot = Snapshot::begin(db).map_err(StoreError::from)?;
            read(db, commits)
        })
    }

    fn commits(&self) -> u64 {
        self.versions.commits.load(Ordering::Acquire)
    }
}

/// Runs work on a thread where it may block.
async fn on_thread<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string()).into()))
}

fn semaphore(permits: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(permits).unwrap_or(1)))
}

/// Waits for a turn.
async fn turn(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    if let Ok(turn) = Arc::clone(turns).try_acquire_owned() {
        return Ok(turn);
    }
    match timeout(WAIT, Arc::clone(turns).acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(StoreError::Busy),
    }
}

/// Copies a database in memory.
fn copy_of(db: &Connection) -> rusqlite::Result<Connection> {
    let mut copy = Connection::open_in_memory()?;
    Backup::new(db, &mut copy)?.step(-1)?;
    Ok(copy)
}

/// A read transaction; it ends when it is dropped, also when the read panics.
struct Snapshot<'a>(&'a Connection);

impl<'a> Snapshot<'a> {
    /// Begins a transaction. One that the budget stops may have begun all the same.
    fn begin(db: &'a Connection) -> rusqlite::Result<Self> {
        unlimited(|| db.prepare_cached("BEGIN")?.execute([]))?;
        Ok(Snapshot(db))
    }
}

impl Drop for Snapshot<'_> {
    /// Ends the transaction, also that of a read that was stopped: the next read has the same connection.
    fn drop(&mut self) {
        let _ = unlimited(|| {
            let commit = self.0.prepare_cached("COMMIT");
            commit.and_then(|mut commit| commit.execute([]))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQLite asks for the budget after so many instructions of a statement, however often it was run: in the end
    /// while a transaction begins or ends.
    #[test]
    fn a_stopped_read_leaves_no_transaction() {
        let db = Connection::open_in_memory().unwrap();
        metered(&db, &Arc::default()).unwrap();
        let long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT count(*) FROM n";
        for n in 0..1_500 {
            let read = Budget::Ticks(1).run(|| {
                let _snapshot = Snapshot::begin(&db)?;
                db.prepare_cached(long)?.query_row([], |row| row.get::<_, i64>(0))
            });
            assert!(read.is_none() && db.is_autocommit(), "{n}");
        }
    }
}
