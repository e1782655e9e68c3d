//! The readers: a pool of connections that cannot write, and the decision where a read runs.
//!
//! A read starts on the caller's own thread, because most of them take a few microseconds and
//! a hop to another thread costs more than that. But the caller's thread serves other clients
//! too: a read that has used up its allowance of SQLite's instructions is stopped and begins
//! again on a thread of its own, where it may take its time. So a slow query never holds up a
//! fast one, and no caller has to know which is which.

use std::cell::Cell;
use std::sync::{Arc, LazyLock, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use r2d2::{Pool, PooledConnection};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use scheduled_thread_pool::ScheduledThreadPool;

use super::connection::{self, Place};
use super::error::StoreError;
use super::sql_door::{self, DoorError};
use crate::time::Zone;

/// SQLite's instructions between two looks at the allowance.
const TICK: i32 = 1000;

/// Ticks that a read may take on the caller's thread: about a millisecond of work.
const ALLOWANCE: u32 = 50;

/// Connections for raw SQL: slow queries of one caller leave room for another's.
const DOORS: u32 = 2;

/// How long a read waits for a connection before it is told "busy".
const WAIT: Duration = Duration::from_secs(5);

thread_local! {
    /// What the read that runs on this thread may still take.
    static BUDGET: Cell<Budget> = const { Cell::new(Budget::Unlimited) };
}

/// How long a read may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Budget {
    Unlimited,
    /// So many ticks of SQLite's instructions.
    Ticks(u32),
    Until(Instant),
    Spent,
}

/// The pool. Cloning shares it.
#[derive(Clone)]
pub struct Readers {
    pool: Pool<SqliteConnectionManager>,
    /// Connections for raw SQL, made when it is first used.
    door: Pool<SqliteConnectionManager>,
    /// In memory, SQLite lets readers and the writer exclude each other instead of side by side;
    /// this lock makes them take turns without polling. A file needs none.
    turns: Option<Arc<RwLock<()>>>,
}

impl Readers {
    /// Opens the pool. `idle` connections are ready at once, up to `most` are made on demand.
    pub fn open(
        place: &Place,
        zone: Zone,
        idle: u32,
        most: u32,
        turns: Option<Arc<RwLock<()>>>,
    ) -> Result<Readers, r2d2::Error> {
        let plain = pool(place, idle, most, move |db| connection::reader(db, zone))?;
        let door = pool(place, 0, DOORS, move |db| {
            connection::reader(db, zone)?;
            sql_door::set_up(db)
        })?;
        Ok(Readers {
            pool: plain,
            door,
            turns,
        })
    }

    /// Runs a read, here or on a thread of its own, over one snapshot of the database.
    ///
    /// # Errors
    /// The read's own, or [`StoreError::Busy`] when no connection came free in time.
    pub async fn run<T, E, F>(&self, read: F) -> Result<T, E>
    where
        F: Fn(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if let Some(done) = self.run_here(&read) {
            return done;
        }
        let readers = self.clone();
        let there = tokio::task::spawn_blocking(move || {
            let db = readers.pool.get().map_err(|_| StoreError::Busy)?;
            readers.snapshot(&db, &read)
        });
        there
            .await
            .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string()).into()))
    }

    /// Runs raw SQL that the door admitted, on a thread of its own and not for ever.
    ///
    /// # Errors
    /// What is wrong with the query, or [`StoreError::Busy`].
    pub async fn run_admitted(
        &self,
        query: sql_door::Query,
    ) -> Result<Result<Vec<sql_door::Row>, DoorError>, StoreError> {
        let readers = self.clone();
        let there = tokio::task::spawn_blocking(move || {
            let db = readers.door.get().map_err(|_| StoreError::Busy)?;
            BUDGET.set(Budget::Until(Instant::now() + sql_door::PATIENCE));
            let rows = readers.snapshot(&db, |db| Ok::<_, StoreError>(query.run(db)));
            BUDGET.set(Budget::Unlimited);
            rows
        });
        there
            .await
            .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string())))
    }

    /// Runs a read on this thread if a connection is free and its allowance is enough.
    fn run_here<T, E: From<StoreError>>(&self, read: &impl Fn(&Connection) -> Result<T, E>) -> Option<Result<T, E>> {
        let db = self.pool.try_get()?;
        BUDGET.set(Budget::Ticks(ALLOWANCE));
        let result = self.snapshot(&db, read);
        let stopped = BUDGET.replace(Budget::Unlimited) == Budget::Spent;
        (!stopped).then_some(result)
    }

    fn snapshot<T, E: From<StoreError>>(
        &self,
        db: &PooledConnection<SqliteConnectionManager>,
        read: impl Fn(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.turn();
        let _snapshot = Snapshot::begin(db).map_err(StoreError::from)?;
        read(db)
    }

    fn turn(&self) -> Option<RwLockReadGuard<'_, ()>> {
        let turns = self.turns.as_ref()?;
        // The lock guards no data, so a panic elsewhere leaves nothing broken behind it.
        Some(turns.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

/// The thread that opens connections: one for all pools of the process, as it works for a moment
/// when a pool grows. By default each pool would keep three.
static OPENERS: LazyLock<Arc<ScheduledThreadPool>> = LazyLock::new(|| {
    let builder = ScheduledThreadPool::builder()
        .num_threads(1)
        .thread_name_pattern("linecard-opener");
    Arc::new(builder.build())
});

/// A pool of connections that `set_up` makes readers of.
fn pool(
    place: &Place,
    idle: u32,
    most: u32,
    set_up: impl Fn(&Connection) -> rusqlite::Result<()> + Send + Sync + 'static,
) -> Result<Pool<SqliteConnectionManager>, r2d2::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager = SqliteConnectionManager::file(place.uri())
        .with_flags(flags)
        .with_init(move |db| {
            set_up(db)?;
            db.progress_handler(TICK, Some(spend))
        });
    Pool::builder()
        .thread_pool(Arc::clone(&OPENERS))
        .max_size(most)
        .min_idle(Some(idle))
        .connection_timeout(WAIT)
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .build(manager)
}

/// SQLite's progress handler: takes one tick from the budget, and stops the read without one.
fn spend() -> bool {
    let left = match BUDGET.get() {
        Budget::Ticks(ticks) if ticks <= 1 => Budget::Spent,
        Budget::Ticks(ticks) => Budget::Ticks(ticks - 1),
        Budget::Until(end) if Instant::now() >= end => Budget::Spent,
        other => other,
    };
    BUDGET.set(left);
    left == Budget::Spent
}

/// A read transaction; it ends with the value, also when the read panics.
struct Snapshot<'a>(&'a Connection);

impl<'a> Snapshot<'a> {
    fn begin(db: &'a Connection) -> rusqlite::Result<Self> {
        db.prepare_cached("BEGIN")?.execute([])?;
        Ok(Snapshot(db))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let _ = self
            .0
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.execute([]));
    }
}
