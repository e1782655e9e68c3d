//! Runs the SQL text of a seed on a new database and reports the position of an error in the file.
//!
//! A seed fills tables; it cannot change the schema, attach files or read the system's clock: `panel_now()` is the
//! panel's time in unix seconds.

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Batch, Connection, Error};

use super::connection::is_clock_or_random;
use super::schema;

/// The function that returns the panel's time, in unix seconds.
const NOW: &str = "panel_now";

/// Runs every statement of `sql`, which is called `name` in errors, at a time of the panel.
///
/// # Errors
/// One line with the position and the reason.
pub fn run(db: &Connection, name: &str, sql: &str, now: i64) -> Result<(), String> {
    guard(db, now).map_err(|error| error.to_string())?;
    let ran = run_all(db, name, sql);
    unguard(db).map_err(|error| error.to_string())?;
    ran
}

/// Limits a connection to what a seed may do, at a time of the panel.
fn guard(db: &Connection, now: i64) -> rusqlite::Result<()> {
    db.create_scalar_function(NOW, 0, FunctionFlags::SQLITE_UTF8, move |_| Ok(now))?;
    db.authorizer(Some(allow))
}

fn unguard(db: &Connection) -> rusqlite::Result<()> {
    let unguarded: Option<fn(AuthContext<'_>) -> Authorization> = None;
    db.authorizer(unguarded)?;
    db.remove_function(NOW, 0)
}

fn run_all(db: &Connection, name: &str, sql: &str) -> Result<(), String> {
    let place = |at: usize| {
        let before = sql.get(..at).unwrap_or(sql);
        format!("{name} line {}", before.lines().count().max(1))
    };
    let mut statements = Batch::new(db, sql);
    let mut end = 0;
    loop {
        let mut statement = match statements.next() {
            Ok(Some(statement)) => statement,
            Ok(None) => return Ok(()),
            Err(error) => return Err(compile_error(&error, sql, place)),
        };
        // The text of a statement begins where the previous one ended; the error points to its first word.
        let text = statement.expanded_sql().unwrap_or_default();
        let begin = sql
            .get(end..)
            .and_then(|rest| rest.find(text.trim_start()))
            .map_or(end, |at| end + at);
        end = begin + text.trim_start().len();
        let mut rows = statement.raw_query();
        while let Some(_row) = rows.next().map_err(|error| format!("{}: {error}", place(begin + 1)))? {}
    }
}

/// Returns the position and message for a statement that does not compile.
fn compile_error(error: &Error, sql: &str, place: impl Fn(usize) -> String) -> String {
    match error {
        Error::SqlInputError {
            msg, sql: rest, offset, ..
        } => {
            let at = sql.len().saturating_sub(rest.len()) + usize::try_from(*offset).unwrap_or(0);
            format!("{}: {msg}", place(at + 1))
        }
        other => format!("{}: {other}", place(sql.len())),
    }
}

/// Authorizes statements of a seed: they may read and write rows of the panel's tables.
fn allow(context: AuthContext<'_>) -> Authorization {
    use AuthAction::{Delete, Function, Insert, Read, Recursive, Select, Update};
    let open = |table: &str| table == "sqlite_sequence" || schema::table(table).is_some();
    let allowed = match context.action {
        Select | Recursive => true,
        Function { function_name } => !is_clock_or_random(function_name),
        Read { table_name, .. } | Insert { table_name } | Delete { table_name } | Update { table_name, .. } => {
            open(table_name) || context.database_name != Some("main")
        }
        _ => false,
    };
    if allowed {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeded(sql: &str) -> Result<(), String> {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        run(&db, "try.sql", sql, 1_773_585_000)
    }

    #[test]
    fn the_panels_time_is_known() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        let sql = "INSERT INTO lines (username, created_at) VALUES ('a', panel_now() - 60)";
        assert_eq!(run(&db, "try.sql", sql, 1_773_585_000), Ok(()));
        let created: i64 = db
            .query_row("SELECT created_at FROM lines", [], |row| row.get(0))
            .unwrap();
        assert_eq!(created, 1_773_584_940);
        assert!(db.prepare("SELECT panel_now()").is_err());
    }

    #[test]
    fn an_error_names_its_line() {
        let good = "-- a comment; with a semicolon\nINSERT INTO lines (username) VALUES ('a;b');\n\n";
        assert_eq!(seeded(good), Ok(()));
        let table = [
            (
                "INSERT INTO line (username) VALUES ('x');",
                "try.sql line 4: no such table: line",
            ),
            (
                "INSERT INTO lines (name) VALUES ('x');",
                "try.sql line 4: table lines has no column named name",
            ),
            (
                "INSERT INTO lines (username)\nVALUES (,'x');",
                "try.sql line 5: near \",\": syntax error",
            ),
            (
                "INSERT INTO lines (enabled) VALUES (999);",
                "try.sql line 4: CHECK constraint failed: enabled BETWEEN -128 AND 127",
            ),
            ("DROP TABLE lines;", "try.sql line 4: not authorized"),
            (
                "INSERT INTO lines (created_at) VALUES (unixepoch());",
                "try.sql line 4: not authorized to use function: unixepoch",
            ),
            (
                "INSERT INTO mag_events (mag_device_id) VALUES (7);",
                "try.sql line 4: FOREIGN KEY constraint failed",
            ),
        ];
        for (bad, expected) in table {
            assert_eq!(seeded(&format!("{good}{bad}")), Err(expected.to_owned()), "{bad}");
        }
    }
}
