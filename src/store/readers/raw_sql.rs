//! Raw SQL of callers: parsed and run on a separate thread, within a time limit, and only a few at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::budget::{Budget, metered};
use super::source::{Connections, Source, pool};
use super::{Readers, TURN, copy_of, on_thread, semaphore, turn};
use crate::store::connection::{self, Place};
use crate::store::error::StoreError;
use crate::store::sql_door::{self, DoorError, QueryTime, Rows};
use crate::time::Zone;

/// Queries that run at once: while one caller's query is slow, another caller can still run one.
const RUNNING: u32 = 2;

/// Queries that wait; more fail with "busy".
const WAITING: u32 = 32;

/// How much later than its deadline a query is given up whose parsing takes long.
const LATE: Duration = Duration::from_millis(500);

/// The connections for raw SQL, and its turns.
#[derive(Clone)]
pub struct Door {
    /// Opened on first use.
    pool: Connections,
    running: Arc<Semaphore>,
    /// Queries that run or wait.
    queue: Arc<Semaphore>,
}

impl Door {
    /// Creates the door to a database.
    ///
    /// # Errors
    /// The pool's.
    pub fn new(place: &Place, zone: Zone, closed: &Arc<AtomicBool>) -> Result<Door, r2d2::Error> {
        let set_up = move |db: &Connection| {
            connection::reader(db, zone)?;
            sql_door::set_up(db)
        };
        Ok(Door {
            pool: pool(place, 0, RUNNING, closed, set_up)?,
            running: semaphore(RUNNING),
            queue: semaphore(RUNNING + WAITING),
        })
    }
}

impl Readers {
    /// Runs raw SQL if the door admits it, and passes its rows to `print`, which may run twice.
    ///
    /// # Errors
    /// The error of the query, of `print`, or [`StoreError::Busy`].
    pub async fn run_sql<T, E, F>(&self, text: String, now: QueryTime, print: F) -> Result<T, E>
    where
        F: Fn(&Rows<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<DoorError> + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.door.queue).try_acquire_owned() else {
            return Err(StoreError::Busy.into());
        };
        let turn = turn(&self.door.running).await?;
        let readers = self.clone();
        let end = Instant::now() + sql_door::PATIENCE;
        let there = on_thread(move || {
            let _held = (place, turn);
            let query = sql_door::admit(&text, &now)?;
            readers.run_admitted(end, |db| print(&query.rows(db)))
        });
        // Parsing does not look at the deadline; the turn ends with the thread's work.
        match timeout(sql_door::PATIENCE + LATE, there).await {
            Ok(done) => done,
            Err(_) => Err(DoorError::late().into()),
        }
    }

    /// Runs an admitted query until `end`.
    fn run_admitted<T, E>(&self, end: Instant, read: impl Fn(&Connection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + From<DoorError>,
    {
        let db = self.door.pool.get().map_err(|_| StoreError::Busy)?;
        let read = |db: &Connection, _: u64| read(db);
        let late = || Err(DoorError::late().into());
        if let Source::File { .. } = self.source {
            return self.within(Budget::Until(end), &db, &read).unwrap_or_else(late);
        }
        let copy = {
            // It locks as a reader, with either source of connections.
            let turn = self.source.wait()?;
            if let Some(done) = self.within(Budget::Until(Instant::now() + TURN), &db, &read) {
                return done;
            }
            copy_of(&turn).map_err(StoreError::from)?
        };
        connection::reader(&copy, self.zone)
            .and_then(|()| sql_door::set_up(&copy))
            .and_then(|()| metered(&copy, &self.closed))
            .map_err(StoreError::from)?;
        self.within(Budget::Until(end), &copy, &read).unwrap_or_else(late)
    }
}
