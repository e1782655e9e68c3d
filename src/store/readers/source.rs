//! The sources of a read's connection: pools over a file or a database in memory, or the writer's connection.

use std::ops::Deref;
use std::sync::{Arc, LazyLock, RwLockReadGuard};
use std::time::Duration;

use r2d2::{Pool, PooledConnection};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use scheduled_thread_pool::ScheduledThreadPool;

use crate::store::connection::Place;
use crate::store::connection_lock::{ConnectionLock, Shared, SharedGuard};
use crate::store::error::StoreError;

/// How long a read waits for a connection before it fails with "busy".
pub const WAIT: Duration = Duration::from_secs(5);

/// A pool of connections.
pub type Connections = Pool<SqliteConnectionManager>;

/// The source of a read's connection.
#[derive(Clone)]
pub enum Source {
    File { fast: Connections, slow: Connections },
    Memory(Connections, Arc<ConnectionLock>),
    Shared(Arc<Shared>),
}

/// A connection for one read.
#[expect(
    clippy::large_enum_variant,
    reason = "a value of the stack, which a box would send to the heap with each read"
)]
pub enum ReaderGuard<'a> {
    Pooled {
        db: PooledConnection<SqliteConnectionManager>,
        _turn: Option<RwLockReadGuard<'a, ()>>,
    },
    Shared(SharedGuard<'a>),
}

impl Source {
    /// Returns a connection that is free at once, or soon enough for a thread that serves other clients.
    pub fn soon(&self) -> Option<Result<ReaderGuard<'_>, StoreError>> {
        match self {
            Source::File { fast, .. } => Some(Ok(ReaderGuard::file(fast.try_get()?))),
            Source::Memory(pool, lock) => {
                let turn = Some(lock.soon()?);
                let db = pool.try_get()?;
                Some(Ok(ReaderGuard::Pooled { db, _turn: turn }))
            }
            Source::Shared(shared) => Some(shared.try_read()?.map(ReaderGuard::Shared).map_err(StoreError::from)),
        }
    }

    /// Waits for a connection.
    pub fn wait(&self) -> Result<ReaderGuard<'_>, StoreError> {
        match self {
            Source::File { fast, .. } => Ok(ReaderGuard::file(fast.get().map_err(|_| StoreError::Busy)?)),
            Source::Memory(pool, lock) => {
                let db = pool.get().map_err(|_| StoreError::Busy)?;
                let turn = Some(lock.read());
                Ok(ReaderGuard::Pooled { db, _turn: turn })
            }
            Source::Shared(shared) => Ok(ReaderGuard::Shared(shared.read()?)),
        }
    }
}

impl ReaderGuard<'_> {
    fn file(db: PooledConnection<SqliteConnectionManager>) -> Self {
        ReaderGuard::Pooled { db, _turn: None }
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

/// The thread that opens connections: one for all pools of the process, because it works only briefly when a
/// pool grows. By default each pool would have three.
static OPENERS: LazyLock<Arc<ScheduledThreadPool>> = LazyLock::new(|| {
    let builder = ScheduledThreadPool::builder()
        .num_threads(1)
        .thread_name_pattern("linecard-opener");
    Arc::new(builder.build())
});

/// Creates a pool of connections that `set_up` prepares for readers; `idle` of them are open from the start.
///
/// # Errors
/// The pool's.
pub fn pool(
    place: &Place,
    idle: u32,
    most: u32,
    set_up: impl Fn(&Connection) -> rusqlite::Result<()> + Send + Sync + 'static,
) -> Result<Connections, r2d2::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager = SqliteConnectionManager::file(place.uri())
        .with_flags(flags)
        .with_init(move |db| set_up(db));
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
