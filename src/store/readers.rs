//! The readers: a pool of connections that cannot write, and the decision where a read runs.
//!
//! A read starts on the caller's own thread, because most of them take a few microseconds and
//! a hop to another thread costs more than that. But the caller's thread serves other clients
//! too: a read that has used up its allowance of SQLite's instructions is stopped and begins
//! again on a thread of its own, where it may take its time. So a slow query never holds up a
//! fast one, and no caller has to know which is which.

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

/// The readers' connections. Cloning shares them.
#[derive(Clone)]
pub struct Readers {
    source: Source,
    /// Connections for raw SQL, made when it is first used.
    door: Pool<SqliteConnectionManager>,
}

/// Where a read's connection comes from.
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
    /// A connection that is there at once, or soon enough for a thread that serves others.
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

    /// A connection, waited for.
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
            ReaderGuard::Shared(held) => held,
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

    /// Readers over the writer's own connection.
    ///
    /// # Errors
    /// The pool's.
    pub fn over(shared: Arc<Shared>, place: &Place, zone: Zone) -> Result<Readers, r2d2::Error> {
        Ok(Readers {
            source: Source::Shared(shared),
            door: door(place, zone)?,
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
            let db = readers.source.wait()?;
            snapshot(&db, &read)
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
            // Its turn is a reader's, whichever connection that one has.
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

    /// Runs a read on this thread if a connection is free and its allowance is enough.
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

/// Lets reads on a connection spend their allowance.
pub fn metered(db: &Connection) -> rusqlite::Result<()> {
    db.progress_handler(TICK, Some(spend))
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
