//! The SQL door: admits and runs raw SQL of callers (`mysql_query`, contract "Admin API", section 10).
//!
//! The text that was sent never reaches SQLite. It is tokenized, parsed as MySQL, and visited twice: first to
//! refuse forbidden parts, then to rewrite the supported parts in SQLite's dialect; anything else is an error
//! that names it. The result runs on a connection that can only read the panel's own tables and call the
//! functions that this door writes, within a time limit.
//!
//! So far the door admits `SELECT` on at most one table with `WHERE`, `ORDER BY` and `LIMIT`.

mod dialect;
mod expression;
mod functions;
mod refusals;
mod rows;
mod runtime;
mod select;
mod words;

use std::thread;
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode};

use super::schema;
pub use rows::{LabelledRow, Rows};

/// Time limit of a query.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Longest value a query may build, in bytes.
const LONGEST: i32 = 16 << 20;

/// Memory of a sort before it continues in a file, in KiB.
const SORTS_KIB: i32 = 8000;

/// Stack size for a statement, which is visited (and dropped) by recursion. [`words::parse`] limits its
/// levels to a number that needs a fraction of this, but more than the stack of the server's threads.
const STACK: usize = 64 << 20;

/// The reason why a query failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorError {
    /// There is no statement in the text.
    Empty,
    /// The text is not SQL.
    Invalid(String),
    /// The statement is not allowed.
    Refused(String),
    /// The statement failed when it was run.
    Failed(String),
}

/// The panel's time, for `NOW()` and similar functions.
#[derive(Clone, Debug)]
pub struct QueryTime {
    /// Unix seconds.
    pub unix: i64,
    /// `YYYY-MM-DD HH:MM:SS` in the panel's time zone.
    pub local: String,
}

/// An admitted query.
#[derive(Debug)]
pub struct Query {
    sql: String,
    columns: Vec<(String, usize)>,
}

/// Checks a text and rewrites the query for SQLite. It may take long, so a thread that serves clients never calls
/// it.
///
/// # Errors
/// Every [`DoorError`] except those of running, in the contract's order (10.1).
pub fn admit(text: &str, now: &QueryTime) -> Result<Query, DoorError> {
    let admitted = thread::scope(|scope| {
        let there = thread::Builder::new().stack_size(STACK);
        let there = there.spawn_scoped(scope, || checked(text, now)).ok()?;
        there.join().ok()
    });
    admitted.unwrap_or_else(|| Err(DoorError::Failed("it could not be read".into())))
}

fn checked(text: &str, now: &QueryTime) -> Result<Query, DoorError> {
    let statement = words::parse(text)?;
    refusals::check(&statement)?;
    select::write(&statement, text, now)
}

/// Sets up a reader's connection for admitted queries.
pub fn set_up(db: &Connection) -> rusqlite::Result<()> {
    runtime::register(db)?;
    // A sort of long texts would take all memory there is.
    db.execute_batch(&format!("PRAGMA temp_store = FILE; PRAGMA cache_size = -{SORTS_KIB}"))?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.authorizer(Some(|context: AuthContext<'_>| {
        let allowed = match context.action {
            // The snapshot around the query is a transaction.
            AuthAction::Select | AuthAction::Transaction { .. } => true,
            AuthAction::Read { table_name, .. } => schema::table(table_name).is_some_and(schema::Table::is_public),
            AuthAction::Function { function_name } => functions::is_written(function_name),
            _ => false,
        };
        if allowed {
            Authorization::Allow
        } else {
            Authorization::Deny
        }
    }))
}

impl Query {
    /// Returns the rows that the query has on a connection of the door.
    pub fn rows<'a>(&'a self, db: &'a Connection) -> Rows<'a> {
        Rows::new(self, db)
    }
}

impl DoorError {
    /// The error of a query that took too long.
    pub fn late() -> DoorError {
        DoorError::Failed(late())
    }
}

fn late() -> String {
    format!("it took longer than {} seconds", PATIENCE.as_secs())
}

/// Returns the reason of a failure, without any of the rewritten SQL.
fn reason(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => late(),
        Some(ErrorCode::TooBig) => "a value is too long".into(),
        _ => words_of(error),
    }
}

fn words_of(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(words)) => words.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}
