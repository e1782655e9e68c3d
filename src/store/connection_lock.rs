//! Coordinates readers and the writer of a database.
//!
//! On a file, readers and the writer never wait for each other. In memory, SQLite makes them exclude each
//! other and they would have to poll, so they use [`ConnectionLock`]. A small database, one of hundreds in a
//! process, has one connection for readers and writer, [`Shared`]: each further connection costs a quarter of
//! a megabyte for its copy of the schema.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use rusqlite::Connection;

// These locks guard no data that a panic could leave half changed.

/// The lock of connections to the same memory.
#[derive(Debug, Default)]
pub struct ConnectionLock {
    lock: RwLock<()>,
    /// Whether the writer does work that takes milliseconds, such as a reset.
    long: AtomicBool,
}

impl ConnectionLock {
    /// Locks for a reader, unless the writer may hold the lock for long.
    pub fn soon(&self) -> Option<RwLockReadGuard<'_, ()>> {
        (!self.long.load(Ordering::Acquire)).then(|| self.read())
    }

    /// Locks for a reader.
    pub fn read(&self) -> RwLockReadGuard<'_, ()> {
        self.lock.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection for readers and the writer.
#[derive(Debug)]
pub struct Shared(Mutex<SharedState>);

#[derive(Debug)]
struct SharedState {
    db: Connection,
    /// Whether SQLite refuses writes at the moment.
    reading: bool,
}

/// Exclusive use of the connection, by a reader or the writer.
pub struct SharedGuard<'a>(MutexGuard<'a, SharedState>);

impl Shared {
    /// Wraps a connection that was set up for a writer.
    pub fn new(db: Connection) -> Shared {
        Shared(Mutex::new(SharedState { db, reading: false }))
    }

    /// Returns the connection for a read, if it is free.
    pub fn try_read(&self) -> Option<rusqlite::Result<SharedGuard<'_>>> {
        let state = match self.0.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(SharedGuard::for_read(state))
    }

    /// Waits for the connection for a read.
    pub fn read(&self) -> rusqlite::Result<SharedGuard<'_>> {
        SharedGuard::for_read(self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, SharedState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SharedState {
    fn become_reading(&mut self, reading: bool) -> rusqlite::Result<()> {
        if self.reading != reading {
            self.db.pragma_update(None, "query_only", reading)?;
            self.reading = reading;
        }
        Ok(())
    }
}

impl<'a> SharedGuard<'a> {
    fn for_read(mut state: MutexGuard<'a, SharedState>) -> rusqlite::Result<SharedGuard<'a>> {
        state.become_reading(true)?;
        Ok(SharedGuard(state))
    }

    fn for_write(mut state: MutexGuard<'a, SharedState>) -> SharedGuard<'a> {
        // If this fails, the write fails too and reports the reason.
        let _ = state.become_reading(false);
        SharedGuard(state)
    }
}

impl Deref for SharedGuard<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0.db
    }
}

/// The writer's side.
pub enum WriterConnection {
    /// A connection of its own, and the lock if readers have to wait.
    Own(Connection, Option<Arc<ConnectionLock>>),
    Shared(Arc<Shared>),
}

/// The writer's connection, locked for a transaction.
pub enum WriterGuard<'a> {
    Own {
        db: &'a mut Connection,
        _exclusive: Option<ExclusiveGuard<'a>>,
    },
    Shared(SharedGuard<'a>),
}

/// Excludes readers while it exists.
pub struct ExclusiveGuard<'a> {
    lock: &'a ConnectionLock,
    _lock: RwLockWriteGuard<'a, ()>,
}

impl ConnectionLock {
    fn write(&self, long: bool) -> ExclusiveGuard<'_> {
        self.long.store(long, Ordering::Release);
        ExclusiveGuard {
            lock: self,
            _lock: self.lock.write().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl Drop for ExclusiveGuard<'_> {
    fn drop(&mut self) {
        self.lock.long.store(false, Ordering::Release);
    }
}

impl WriterConnection {
    /// Locks the connection for a transaction. `long` means that readers must not wait for it on a thread
    /// that serves other clients.
    pub fn turn(&mut self, long: bool) -> WriterGuard<'_> {
        match self {
            WriterConnection::Own(db, lock) => WriterGuard::Own {
                db,
                _exclusive: lock.as_ref().map(|lock| lock.write(long)),
            },
            WriterConnection::Shared(shared) => WriterGuard::Shared(SharedGuard::for_write(shared.lock())),
        }
    }

    /// Whether readers wait while the writer has locked the connection.
    pub fn is_awaited(&self) -> bool {
        !matches!(self, WriterConnection::Own(_, None))
    }
}

impl Deref for WriterGuard<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            WriterGuard::Own { db, .. } => db,
            WriterGuard::Shared(guard) => guard,
        }
    }
}

impl DerefMut for WriterGuard<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        match self {
            WriterGuard::Own { db, .. } => db,
            WriterGuard::Shared(guard) => &mut guard.0.db,
        }
    }
}
