//! Runs statements of `mysql_query` on a store: rows are read on the pool's connections; a write is planned there
//! and applied as one job of the writer (contract "Admin API", 10.6, "Writes", 5).

mod cancel;
#[cfg(test)]
mod tests;
pub mod threads;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Store;
use super::error::StoreError;
use super::mysql::errors::SqlError;
use super::mysql::plan::apply::apply;
use super::mysql::plan::{Plan, PlannedRows, Written};
use super::mysql::prepared::{Prepared, Read};
use super::mysql::run::{Failure, LabelledRow, RunError, TimeLimit, plan_rows, read};
use super::mysql::values::statement::{self, Random};
use super::mysql::{self};
use super::readers::{Budget, Readers};
use cancel::Cancel;

/// How long a statement may keep the writer.
const WRITER_LIMIT: Duration = Duration::from_secs(2);

/// A plan that took less is made again in the writer, where nothing can come between.
const SHORT: Duration = Duration::from_millis(50);

/// How often a plan is made before the statement is refused as busy.
const PLANS: u32 = 3;

/// What statements may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    Nothing,
    Reads,
    Writes,
}

/// A statement of a caller.
#[derive(Clone)]
pub struct SqlCall {
    pub text: String,
    /// Unix microseconds.
    pub now: i64,
    pub random: Arc<dyn Random>,
    pub allowed: Allowed,
}

/// The answer to a statement.
#[derive(Debug)]
pub enum Answered<T> {
    /// What was made of its rows.
    Rows(T),
    Written(Written),
}

/// A write that was done.
#[derive(Clone, Copy, Debug)]
pub struct Applied<'a> {
    pub plan: &'a Plan,
    pub rows: &'a PlannedRows,
    pub written: Written,
}

/// The rows of a statement, read one by one: nobody holds more of them than one.
pub struct Rows<'a> {
    db: &'a Connection,
    read: &'a Read,
    now: i64,
}

impl Rows<'_> {
    /// Runs the statement and hands each row over.
    ///
    /// # Errors
    /// The statement's, or the first one of `each`.
    pub fn each<E>(&self, mut each: impl FnMut(&LabelledRow<'_>) -> Result<(), E>) -> Result<(), E>
    where
        E: From<StoreError> + From<SqlError>,
    {
        let mut own = None;
        let done = read(self.db, self.read, self.now, |row| {
            each(row).map_err(|error| {
                own = Some(error);
                RunError::Stopped
            })
        });
        match (own, done) {
            (Some(error), _) => Err(error),
            (None, done) => done.map_err(failed::<E>),
        }
    }
}

/// What the pool's part of a statement leads to.
enum Step<T> {
    Rows(T),
    Planned(Planned),
}

/// The rows of a write, and when they were read.
struct Planned {
    prepared: Arc<Prepared>,
    rows: Arc<PlannedRows>,
    /// Commits before they were read.
    commits: u64,
    took: Duration,
}

impl Store {
    /// Runs a statement. Rows are passed to `print`, which may run twice. `record` runs in the transaction of a
    /// write, after it.
    ///
    /// # Errors
    /// [`SqlError`], those of `print` and `record`, or the store's own.
    pub async fn run_sql<T, E, P, R>(&self, call: SqlCall, print: P, record: R) -> Result<Answered<T>, E>
    where
        P: Fn(&Rows<'_>) -> Result<T, E> + Send + Sync + 'static,
        R: Fn(&Connection, &Applied<'_>) -> Result<(), E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<SqlError> + Send + 'static,
    {
        if call.allowed == Allowed::Nothing {
            return Err(SqlError::Refused("mysql_query is off".into()).into());
        }
        let (call, print, record) = (Arc::new(call), Arc::new(print), Arc::new(record));
        for _ in 0..PLANS {
            match self.on_pool(&call, &print).await? {
                Step::Rows(rows) => return Ok(Answered::Rows(rows)),
                Step::Planned(planned) => {
                    if let Some(written) = self.apply(&call, planned, &record).await? {
                        return Ok(Answered::Written(written));
                    }
                }
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Returns how far a statement has run past its deadline at most since this was last asked.
    pub fn take_sql_overrun(&self) -> Duration {
        self.readers.statements().overrun.take()
    }

    /// Runs the part of a statement that reads.
    async fn on_pool<T, E, P>(&self, call: &Arc<SqlCall>, print: &Arc<P>) -> Result<Step<T>, E>
    where
        P: Fn(&Rows<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<SqlError> + Send + 'static,
    {
        let place = self.readers.statements().place()?;
        let (readers, call, print) = (self.readers.clone(), Arc::clone(call), Arc::clone(print));
        let (cancel, client) = Cancel::new();
        let threads = self.readers.statements().threads.clone();
        let done = threads.run(move || {
            let _place = place;
            // From here on: it may have waited for the thread.
            let end = readers.end_of_statement();
            let prepared = prepared::<E>(&readers, &call)?;
            let begun = Instant::now();
            let _overrun = Ending(&readers, end.max(begun));
            readers.run_statement(end, |db, commits| {
                cancel.run(db, || {
                    within(&call, || {
                        // It may run twice, but not for longer.
                        statement::limit(end);
                        match &*prepared {
                            Prepared::Read(read) => {
                                let now = call.now;
                                print(&Rows { db, read, now }).map(Step::Rows)
                            }
                            Prepared::Write(plan) => {
                                let rows = plan_rows(db, plan, call.now).map_err(failed::<E>)?;
                                Ok(Step::Planned(Planned {
                                    prepared: Arc::clone(&prepared),
                                    rows: Arc::new(rows),
                                    commits,
                                    took: begun.elapsed(),
                                }))
                            }
                        }
                    })
                })
            })
        });
        let done = done.await;
        drop(client);
        done?
    }

    /// Writes planned rows; `None` if the database has changed and planning takes too long for the writer.
    async fn apply<E, R>(&self, call: &Arc<SqlCall>, planned: Planned, record: &Arc<R>) -> Result<Option<Written>, E>
    where
        R: Fn(&Connection, &Applied<'_>) -> Result<(), E> + Send + Sync + 'static,
        E: From<StoreError> + From<SqlError> + Send + 'static,
    {
        let (call, record, versions) = (Arc::clone(call), Arc::clone(record), Arc::clone(&self.versions));
        self.write(move |db| {
            let Prepared::Write(plan) = &*planned.prepared else {
                return Ok(None);
            };
            let end = Instant::now() + WRITER_LIMIT;
            let again;
            let rows = match versions.is_unchanged_since(planned.commits) {
                true => &*planned.rows,
                false if planned.took >= SHORT => return Ok(None),
                false => {
                    let plan_again = || {
                        within(&call, || {
                            statement::limit(end);
                            plan_rows(db, plan, call.now).map_err(failed::<E>)
                        })
                    };
                    let made = Budget::Until(end).run(plan_again);
                    again = made.unwrap_or_else(|| Err(SqlError::interrupted().into()))?;
                    &again
                }
            };
            let written = within(&call, || {
                statement::limit(end);
                apply(db, plan, rows, call.now, TimeLimit(end)).map_err(failed::<E>)
            })?;
            record(db, &Applied { plan, rows, written })?;
            Ok(Some(written))
        })
        .await
    }
}

/// Notes at its end how far a statement has run past its deadline. (What it takes to read one is bounded by its length,
/// and fits into the time that there is.)
struct Ending<'a>(&'a Readers, Instant);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.statements().overrun.note(self.1);
    }
}

/// Returns what the text says, from the cache if it is there.
fn prepared<E: From<SqlError>>(readers: &Readers, call: &SqlCall) -> Result<Arc<Prepared>, E> {
    let cache = &readers.statements().cache;
    let prepared = match cache.get(&call.text) {
        Some(prepared) => prepared,
        None => {
            let prepared = Arc::new(mysql::prepare(&call.text)?);
            cache.put(&call.text, &prepared);
            prepared
        }
    };
    match (&*prepared, call.allowed) {
        (Prepared::Write(_), Allowed::Reads) => Err(SqlError::Refused("mysql_query may only read".into()).into()),
        _ => Ok(prepared),
    }
}

/// Runs work as part of a statement.
fn within<T, E>(call: &SqlCall, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    statement::begin(Arc::clone(&call.random));
    let done = work();
    statement::end();
    done
}

/// Says why a part of a statement failed, with what its functions noted.
fn failed<E: From<StoreError> + From<SqlError>>(error: RunError) -> E {
    match Failure::new(error, statement::end()) {
        Failure::Sql(error) => error.into(),
        Failure::Database(error) => StoreError::from(error).into(),
    }
}
