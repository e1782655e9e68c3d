//! Runs what the typed layer printed, on a connection that was set up for it, and says in MariaDB's words why it
//! failed (contract "Admin API", 10.6, "Limits" and "Errors").

use std::time::Instant;

use indexmap::IndexMap;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, Row, Statement, ffi};

use super::errors::SqlError;
use super::plan::{NOW, Plan, PlannedRows, last_id};
use super::prepared::Read;
use super::shown::{Shown, shown};
use super::typed::types::Type;
use super::values::{args, collation, statement};
use crate::store::schema;

/// Longest value, in bytes.
const LONGEST: i32 = 16 << 20;

/// Memory for pages and of a sort before it continues in a file, in KiB.
const CACHE_KIB: i32 = 8000;

/// Memory of the rows of a write, in bytes.
const MOST_PLANNED: usize = 256 << 20;

/// What a value takes beside its text.
const VALUE: usize = size_of::<Value>();

/// Why a statement did not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Whoever took its rows wants no more of them.
    #[error("the rows are not wanted")]
    Stopped,
}

/// When a write ends at the latest.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimit(pub Instant);

impl TimeLimit {
    /// Checks that there is time left.
    ///
    /// # Errors
    /// MariaDB's words for a statement that took too long.
    pub fn check(self) -> Result<(), RunError> {
        match Instant::now() > self.0 {
            true => Err(SqlError::interrupted().into()),
            false => Ok(()),
        }
    }
}

/// Why a statement did not run, for its caller.
#[derive(Debug)]
pub enum Failure {
    Sql(SqlError),
    /// The database could not be used; the caller may try again.
    Database(rusqlite::Error),
}

/// Sets a pool's connection up for statements. (It cannot write: `connection::reader`.)
pub fn set_up(db: &Connection) -> rusqlite::Result<()> {
    // A sort of long texts would take all memory there is.
    db.execute_batch(&format!("PRAGMA temp_store = FILE; PRAGMA cache_size = -{CACHE_KIB}"))?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    collation::register_ending(db)?;
    db.authorizer(Some(|context: AuthContext<'_>| match is_allowed(context.action) {
        true => Authorization::Allow,
        false => Authorization::Deny,
    }))
}

/// The typed layer prints nothing else; this is a second look.
fn is_allowed(action: AuthAction<'_>) -> bool {
    match action {
        // The snapshot around the statement is a transaction.
        AuthAction::Select | AuthAction::Recursive | AuthAction::Transaction { .. } => true,
        AuthAction::Read {
            table_name,
            column_name,
        } => match schema::table(table_name) {
            Some(table) => table.is_public(),
            // Of a query in FROM that no column is read of, SQLite asks by its alias.
            None => column_name.is_empty() && !is_internal(table_name),
        },
        AuthAction::Function { function_name } => is_printed(function_name),
        _ => false,
    }
}

/// Whether this is a table that SQLite brings along.
fn is_internal(table: &str) -> bool {
    let table = table.to_ascii_lowercase();
    ["sqlite_", "pragma_"].iter().any(|prefix| table.starts_with(prefix))
}

/// Whether the typed layer prints this function: one of `values` and `plan`, or one of these of SQLite.
fn is_printed(name: &str) -> bool {
    const BUILT_IN: [&str; 14] = [
        "abs",
        "coalesce",
        "count",
        "dense_rank",
        "glob",
        "max",
        "min",
        "quote",
        "rank",
        "row_number",
        "rtrim",
        "sign",
        "substr",
        "sum",
    ];
    name.starts_with("m_") || BUILT_IN.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Runs a statement with rows and hands each row over.
///
/// # Errors
/// Those of SQLite and of the statement's functions, or the first one of `each`.
pub fn read(
    db: &Connection,
    read: &Read,
    now: i64,
    mut each: impl FnMut(&LabelledRow<'_>) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let columns = columns(read);
    let mut statement = prepared(db, &read.sql, now)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let lengths = columns
            .iter()
            .map(|&(_, at, _)| row.get_ref(at).map_or(0, args::length));
        // It is printed next.
        statement::check_time_for(lengths.fold(0, usize::saturating_add))?;
        each(&LabelledRow { columns: &columns, row })?;
    }
    in_time()
}

/// Checks that no comparison was left out.
fn in_time() -> Result<(), RunError> {
    statement::noted().map_or(Ok(()), |error| Err(error.into()))
}

/// Reads the rows of a write to the end.
///
/// # Errors
/// Those of SQLite and of the statement's functions; too many rows.
pub fn plan_rows(db: &Connection, plan: &Plan, now: i64) -> Result<PlannedRows, RunError> {
    last_id::take();
    let mut statement = prepared(db, &plan.rows_sql, now)?;
    let mut planned = PlannedRows {
        width: statement.column_count(),
        ..PlannedRows::default()
    };
    let mut size = 0usize;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        for at in 0..planned.width {
            let value: Value = row.get(at)?;
            size = size.saturating_add(VALUE + length(&value));
            planned.values.push(value);
        }
        if size > MOST_PLANNED {
            return Err(SqlError::too_many_rows().into());
        }
    }
    in_time()?;
    planned.last_id = last_id::take();
    Ok(planned)
}

fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    }
}

fn prepared<'a>(db: &'a Connection, sql: &str, now: i64) -> Result<CachedStatement<'a>, RunError> {
    let mut statement = db.prepare_cached(sql)?;
    bind_now(&mut statement, now)?;
    Ok(statement)
}

fn bind_now(statement: &mut Statement<'_>, now: i64) -> rusqlite::Result<()> {
    match statement.parameter_index(NOW)? {
        Some(at) => statement.raw_bind_parameter(at, now),
        None => Ok(()),
    }
}

/// The label, the number and the type of a column.
type Labelled<'a> = (&'a str, usize, Type);

/// The columns that are shown: of equal labels the last one, in the place of the first.
fn columns(read: &Read) -> Vec<Labelled<'_>> {
    let mut shown: IndexMap<&str, (usize, Type)> = IndexMap::new();
    for (at, (label, ty)) in read.columns.iter().enumerate() {
        shown.insert(label, (at, *ty));
    }
    shown.into_iter().map(|(label, (at, ty))| (label, at, ty)).collect()
}

/// One row, by its labels in the order of the select list.
pub struct LabelledRow<'a> {
    columns: &'a [Labelled<'a>],
    row: &'a Row<'a>,
}

impl LabelledRow<'_> {
    /// Returns the values with their labels.
    pub fn values(&self) -> impl Iterator<Item = (&str, Shown<'_>)> {
        self.columns.iter().map(|&(label, at, ty)| {
            let value = self.row.get_ref(at).unwrap_or(ValueRef::Null);
            (label, shown(value, ty))
        })
    }
}

impl Failure {
    /// Says why a statement failed; `noted` is what one of its functions noted (`statement::end`).
    pub fn new(error: RunError, noted: Option<SqlError>) -> Failure {
        let error = match (noted, error) {
            (Some(error), _) | (None, RunError::Sql(error)) => return Failure::Sql(error),
            (None, RunError::Stopped) => return Failure::Sql(SqlError::interrupted()),
            (None, RunError::Sqlite(error)) => error,
        };
        if let Some(limit) = beyond(&words(&error)) {
            return Failure::Sql(limit);
        }
        let Some(code) = error.sqlite_error() else {
            return internal(&error);
        };
        Failure::Sql(match (code.code, code.extended_code) {
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) | (_, ffi::SQLITE_READONLY_DBMOVED) => {
                return Failure::Database(error);
            }
            (ErrorCode::OperationInterrupted, _) => SqlError::interrupted(),
            (ErrorCode::TooBig, _) => SqlError::too_long_value(),
            (ErrorCode::DiskFull, _) => SqlError::disk_full(),
            (_, ffi::SQLITE_CONSTRAINT_CHECK) => SqlError::check(&words(&error)),
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => SqlError::no_parent_row(""),
            _ => return internal(&error),
        })
    }
}

/// SQLite's limits of a statement that the typed layer does not count: it tells them by words alone.
fn beyond(words: &str) -> Option<SqlError> {
    let is = |begin: &str| words.starts_with(begin);
    match () {
        () if is("too many columns in") || is("too many terms in") => Some(SqlError::too_many_columns()),
        () if is("Expression tree is too large") || is("Recursion limit") => Some(SqlError::too_deep()),
        // SQLite's functions take 1,000 at most.
        () if is("too many arguments on function") => Some(SqlError::too_deep()),
        () => None,
    }
}

/// An error that no statement should bring about.
fn internal(error: &rusqlite::Error) -> Failure {
    tracing::error!(%error, "a statement of mysql_query failed in SQLite");
    Failure::Sql(SqlError::internal())
}

fn words(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(words)) => words.clone(),
        other => other.to_string(),
    }
}
