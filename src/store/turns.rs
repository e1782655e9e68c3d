//! Who uses the database when.
//!
//! On a file readers and the writer never wait for each other. In memory SQLite lets them exclude
//! each other, and would have them poll; so they take [`Turns`]. A database that is to be small, one
//! of hundreds in a process, has one connection for everybody, which is [`Shared`]: another one costs
//! a quarter of a megabyte, for its own picture of the schema.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use rusqlite::Connection;

// These locks guard no data that a panic could leave half changed.

/// Turns of connections to the same memory.
#[derive(Debug, Default)]
pub struct Turns {
    lock: RwLock<()>,
    /// The writer is at something that takes milliseconds, such as a reset.
    long: AtomicBool,
}

impl Turns {
    /// A reader's turn, if the writer lets it have one soon.
    pub fn soon(&self) -> Option<RwLockReadGuard<'_, ()>> {
        (!self.long.load(Ordering::Acquire)).then(|| self.read())
    }

    /// A reader's turn.
    pub fn read(&self) -> RwLockReadGuard<'_, ()> {
        self.lock.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection for readers and the writer.
#[derive(Debug)]
pub struct Shared(Mutex<Roles>);

#[derive(Debug)]
struct Roles {
    db: Connection,
    /// Whether SQLite refuses writes at the moment.
    reading: bool,
}

/// The connection in the hands of one of them.
pub struct Held<'a>(MutexGuard<'a, Roles>);

impl Shared {
    /// A connection that was set up for a writer.
    pub fn new(db: Connection) -> Shared {
        Shared(Mutex::new(Roles { db, reading: false }))
    }

    /// The connection for a read, if nobody uses it.
    pub fn try_read(&self) -> Option<rusqlite::Result<Held<'_>>> {
        let roles = match self.0.try_lock() {
            Ok(roles) => roles,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(Held::for_read(roles))
    }

    /// The connection for a read.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(&self) -> rusqlite::Result<Held<'_>> {
        Held::for_read(self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Roles> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Roles {
    fn become_reading(&mut self, reading: bool) -> rusqlite::Result<()> {
        if self.reading != reading {
            self.db.pragma_update(None, "query_only", reading)?;
            self.reading = reading;
        }
        Ok(())
    }
}

impl<'a> Held<'a> {
    fn for_read(mut roles: MutexGuard<'a, Roles>) -> rusqlite::Result<Held<'a>> {
        roles.become_reading(true)?;
        Ok(Held(roles))
    }

    fn for_write(mut roles: MutexGuard<'a, Roles>) -> Held<'a> {
        // Where this fails, so does the write, and says why.
        let _ = roles.become_reading(false);
        Held(roles)
    }
}

impl Deref for Held<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0.db
    }
}

/// The writer's side.
pub enum Desk {
    /// A connection of its own, and the turns where readers are to wait.
    Own(Connection, Option<Arc<Turns>>),
    Shared(Arc<Shared>),
}

/// The writer's turn.
pub enum Turn<'a> {
    Own {
        db: &'a mut Connection,
        _exclusive: Option<Exclusive<'a>>,
    },
    Shared(Held<'a>),
}

/// Keeps readers out.
pub struct Exclusive<'a> {
    turns: &'a Turns,
    _lock: RwLockWriteGuard<'a, ()>,
}

impl Turns {
    fn write(&self, long: bool) -> Exclusive<'_> {
        self.long.store(long, Ordering::Release);
        Exclusive {
            turns: self,
            _lock: self.lock.write().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl Drop for Exclusive<'_> {
    fn drop(&mut self) {
        self.turns.long.store(false, Ordering::Release);
    }
}

impl Desk {
    /// The connection for a transaction. `long` says that readers had better not wait for its end on
    /// a thread that serves others.
    pub fn turn(&mut self, long: bool) -> Turn<'_> {
        match self {
            Desk::Own(db, turns) => Turn::Own {
                db,
                _exclusive: turns.as_ref().map(|turns| turns.write(long)),
            },
            Desk::Shared(shared) => Turn::Shared(Held::for_write(shared.lock())),
        }
    }

    /// Whether others wait while the writer has its turn.
    pub fn is_awaited(&self) -> bool {
        !matches!(self, Desk::Own(_, None))
    }
}

impl Deref for Turn<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Turn::Own { db, .. } => db,
            Turn::Shared(held) => held,
        }
    }
}

impl DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        match self {
            Turn::Own { db, .. } => db,
            Turn::Shared(held) => &mut held.0.db,
        }
    }
}
