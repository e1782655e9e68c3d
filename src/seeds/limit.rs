//! The limit of rows that a caller over HTTP lets the server generate: they stop when there is no room for them, or
//! when the caller has left.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Result, ffi};

use crate::budget::{Budget, Charge};
use crate::store::connection;

/// How often the rows are in memory at the end: in an image, and in the database that begins as its copy.
const COPIES: usize = 2;

/// The limit of one planting.
pub struct PlantingLimit {
    left: Arc<AtomicBool>,
    charge: RefCell<Charge>,
    /// The size of the database before the first generated row.
    before: Cell<Option<usize>>,
    /// When it has to be over.
    deadline: Option<Instant>,
    stop: Cell<Option<PlantingStop>>,
}

/// Why a planting was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlantingStop {
    /// There is no room for more rows.
    NoRoom,
    /// The caller has left.
    CallerLeft,
    /// It took too long.
    TooLong,
}

/// The caller of a planting, who has left when this is dropped.
pub struct PlantingCaller(Arc<AtomicBool>);

impl Drop for PlantingCaller {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl PlantingLimit {
    /// Creates the limit of a planting, whose rows are charged to a budget as they are generated.
    pub fn new(budget: &Budget) -> (PlantingLimit, PlantingCaller) {
        let left = Arc::new(AtomicBool::new(false));
        let limit = PlantingLimit {
            left: Arc::clone(&left),
            charge: RefCell::new(budget.charge()),
            before: Cell::new(None),
            deadline: None,
            stop: Cell::new(None),
        };
        (limit, PlantingCaller(left))
    }

    /// The same limit of a planting that has to be over within this time.
    pub fn within(self, time: Duration) -> PlantingLimit {
        PlantingLimit {
            deadline: Instant::now().checked_add(time),
            ..self
        }
    }

    /// Returns why the planting was stopped, if it was.
    pub fn stop(&self) -> Option<PlantingStop> {
        self.stop.get()
    }

    /// Returns what was charged for the rows.
    pub fn into_charge(self) -> Charge {
        self.charge.into_inner()
    }

    /// Charges the rows so far.
    ///
    /// # Errors
    /// The planting has to stop, or SQLite's.
    pub fn check(&self, db: &Connection) -> Result<()> {
        if self.left.load(Ordering::Acquire) {
            return self.stopped(PlantingStop::CallerLeft);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return self.stopped(PlantingStop::TooLong);
        }
        let size = connection::size(db)?;
        let before = self.before.get().unwrap_or(size);
        self.before.set(Some(before));
        let bytes = size.saturating_sub(before).saturating_mul(COPIES);
        match self.charge.borrow_mut().grow_to(bytes) {
            true => Ok(()),
            false => self.stopped(PlantingStop::NoRoom),
        }
    }

    fn stopped(&self, why: PlantingStop) -> Result<()> {
        self.stop.set(Some(why));
        let code = ffi::Error::new(ffi::SQLITE_INTERRUPT);
        Err(rusqlite::Error::SqliteFailure(code, None))
    }
}
