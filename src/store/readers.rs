//! The readers: a pool of connections that cannot write, and the decision on which thread a read runs.
//!
//! A read starts on the caller's own thread, because most reads take a few microseconds and a switch to
//! another thread costs more than that. But the caller's thread serves other clients too: a read that has
//! used up its budget of SQLite instructions is stopped and started again on a separate thread without a
//! limit. So a slow query never delays a fast one, and callers need not know which is which.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use r2d2::{Pool, PooledConnection};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use scheduled_thread_pool::ScheduledThreadPool;

use super::connection::{self, Place};
use super::connection_lock::{ConnectionLock, Shared, SharedGuard};
use super::error::StoreError;
use super::sql_door::{self, DoorError};
use crate::time::Zone;

/// SQLite instructions between two checks of the budget.
const TICK: i32 = 1000;

/// Ticks that a read may take on the caller's thread: about a millisecond of work.
const ALLOWANCE: u32 = 50;

/// Connections for raw SQL: while one caller's query is slow, another caller can still run one.
const DOORS: u32 = 2;

/// How long a read waits for a connection before it fails with "busy".
const WAIT: Duration = Duration::from_secs(5);

thread_local! {
    /// The remaining budget of the read on this thread.
    static BUDGET: Cell<Budget> = const { Cell::new(Budget::Unlimited) };
}

/// How long a read may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Budget {
    Unlimited,
    /// For this number of ticks.
    Ticks(u32),
    Until(Instant),
    Spent,
}

/// The readers' connections. Cloning shares them.
#[derive(Clone)]
pub struct Readers {
    source: Source,
    /// Connections for raw SQL, opened on first use.
    door: Pool<SqliteConnectionManager>,
}

/// The source of a read's connection.
#[derive(Clone)]
enum Source {
    Pool(Pool<SqliteConnectionManager>, Option<Arc<ConnectionLock>>),
    Shared(Arc<Shared>),
}

/// A connection for one read.
#[expect(
    clippy::large_enum_variant,
    reason = "a value of the stack, which a box would send to the heap with each read"
)]
enum ReaderGuard<'a> {
    Pooled {
        db: PooledConnection<SqliteConnectionManager>,
        _turn: Option<RwLockReadGuard<'a, ()>>,
    },
    Shared(SharedGuard<'a>),
}

impl Source {
    /// Returns a connection that is free at once, or soon enough for a thread that serves other clients.
    fn soon(&self) -> Option<Result<ReaderGuard<'_>, StoreError>> {
        match self {
            Source::Pool(pool, lock) => {
                let turn = match lock {
                    Some(lock) => Some(lock.soon()?),
                    None => None,
                };
                let db = pool.try_get()?;
                Some(Ok(ReaderGuard::Pooled { db, _turn: turn }))
            }
            Source::Shared(shared) => Some(shared.try_read()?.map(ReaderGuard::Shared).map_err(StoreError::from)),
        }
    }

    /// Waits for a connection.
    fn wait(&self) -> Result<ReaderGuard<'_>, StoreError> {
        match self {
            Source::Pool(pool, lock) => {
                let db = pool.get().map_err(|_| StoreError::Busy)?;
                let turn = lock.as_ref().map(|lock| lock.read());
                Ok(ReaderGuard::Pooled { db, _turn: turn })
            }
            Source::Shared(shared) => Ok(ReaderGuard::Shared(shared.read()?)),
        }
    }
}

impl Deref for ReaderGuard<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            ReaderGuard::Pooled { db, .. } => db,
            ReaderGuard::Shared(guard) => guard,
        }
    }
}

impl Readers {
    /// Opens a pool. `idle` connections are ready at once, up to `most` are made on demand.
    ///
    /// # Errors
    /// The pool's.
    pub fn open(
        place: &Place,
        zone: Zone,
        idle: u32,
        most: u32,
        lock: Option<Arc<ConnectionLock>>,
    ) -> Result<Readers, r2d2::Error> {
        let plain = pool(place, idle, most, move |db| connection::reader(db, zone))?;
        Ok(Readers {
            source: Source::Pool(plain, lock),
            door: door(place, zone)?,
        })
    }

    /// Creates readers that share the writer's connection.
    ///
    /// # Errors
    /// The pool's.
    pub fn over(shared: Arc<Shared>, place: &Place, zone: Zone) -> Result<Readers, r2d2::Error> {
        Ok(Readers {
            source: Source::Shared(shared),
            door: door(place, zone)?,
        })
    }

    /// Runs a read, on this or a separate thread, over one snapshot of the database.
    ///
    /// # Errors
    /// The read's own, or [`StoreError::Busy`] if no connection became free in time.
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
            let db = readers.source.wait()?;
            snapshot(&db, &read)
        });
        there
            .await
            .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string()).into()))
    }

    /// Runs admitted raw SQL on a separate thread, within a time limit.
    ///
    /// # Errors
    /// The error of the query, or [`StoreError::Busy`].
    pub async fn run_admitted(
        &self,
        query: sql_door::Query,
    ) -> Result<Result<Vec<sql_door::Row>, DoorError>, StoreError> {
        let readers = self.clone();
        let there = tokio::task::spawn_blocking(move || {
            let db = readers.door.get().map_err(|_| StoreError::Busy)?;
            // It locks as a reader, with either source of connections.
            let _turn = match &readers.source {
                Source::Pool(_, None) => None,
                source => Some(source.wait()?),
            };
            BUDGET.set(Budget::Until(Instant::now() + sql_door::PATIENCE));
            let rows = snapshot(&db, |db| Ok::<_, StoreError>(query.run(db)));
            BUDGET.set(Budget::Unlimited);
            rows
        });
        there
            .await
            .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string())))
    }

    /// Runs a read on this thread; `None` if no connection is free or the budget is used up.
    fn run_here<T, E: From<StoreError>>(&self, read: &impl Fn(&Connection) -> Result<T, E>) -> Option<Result<T, E>> {
        let db = match self.source.soon()? {
            Ok(db) => db,
            Err(error) => return Some(Err(error.into())),
        };
        BUDGET.set(Budget::Ticks(ALLOWANCE));
        let result = snapshot(&db, read);
        let stopped = BUDGET.replace(Budget::Unlimited) == Budget::Spent;
        (!stopped).then_some(result)
    }
}

fn snapshot<T, E: From<StoreError>>(db: &Connection, read: impl Fn(&Connection) -> Result<T, E>) -> Result<T, E> {
    let _snapshot = Snapshot::begin(db).map_err(StoreError::from)?;
    read(db)
}

fn door(place: &Place, zone: Zone) -> Result<Pool<SqliteConnectionManager>, r2d2::Error> {
    pool(place, 0, DOORS, move |db| {
        connection::reader(db, zone)?;
        sql_door::set_up(db)
    })
}

/// Makes reads on a connection use up their budget.
pub fn metered(db: &Connection) -> rusqlite::Result<()> {
    db.progress_handler(TICK, Some(spend))
}

/// The thread that opens connections: one for all pools of the process, because it works only briefly when a
/// pool grows. By default each pool would have three.
static OPENERS: LazyLock<Arc<ScheduledThreadPool>> = LazyLock::new(|| {
    let builder = ScheduledThreadPool::builder()
        .num_threads(1)
        .thread_name_pattern("linecard-opener");
    Arc::new(builder.build())
});

/// Creates a pool of connections that `set_up` prepares for readers.
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
            metered(db)
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

/// The progress handler for SQLite: takes one tick from the budget, and stops the read if none is left.
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

/// A read transaction; it ends when it is dropped, also when the read panics.
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
