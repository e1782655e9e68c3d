//! What is wrong with a database file: its pages and indexes, its references, its schema, and the rows that the
//! store itself keeps.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::Connection;

use super::open::{self, OpenError};
use super::{connection, objects};

/// Lines of SQLite's own check that are shown; one damaged page can make thousands.
const MOST: u32 = 100;

/// What a check has found.
#[derive(Debug)]
pub struct Findings {
    /// One line each.
    pub lines: Vec<String>,
    /// Whether the file has the schema of this version, so that its rows can be looked at as a panel's.
    pub is_current: bool,
}

/// Opens a file to check it, or tells in one line what is wrong with it as a file.
///
/// # Errors
/// [`OpenError`] where there is nothing to check: no such file, a newer file, one that cannot be read.
pub fn open_file(path: &Path) -> Result<Result<Connection, String>, OpenError> {
    match open::recognise_file(path) {
        Ok((db, _)) => match connection::visitor(&db).and_then(|()| connection::read_only(&db)) {
            Ok(()) => Ok(Ok(db)),
            Err(error) => Ok(Err(format!("{} cannot be read: {error}", path.display()))),
        },
        Err(error @ (OpenError::Damaged { .. } | OpenError::Empty { .. } | OpenError::Foreign { .. })) => {
            Ok(Err(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// Checks an open file. Of an older version only what does not depend on the version is checked.
pub fn check(db: &Connection) -> Findings {
    let version = db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    let is_current = version.is_ok_and(|version| usize::try_from(version) == Ok(open::VERSION));
    let mut lines = Vec::new();
    if is_current {
        let differences = objects::differences(db, "main").unwrap_or_else(|reason| vec![reason]);
        lines.extend(differences.into_iter().map(|line| format!("its schema: {line}")));
    }
    // A view in the place of a table could answer for ever.
    if !lines.is_empty() {
        return Findings {
            lines,
            is_current: false,
        };
    }
    let sound = collect(&mut lines, "integrity", pages(db)) && collect(&mut lines, "references", references(db));
    if is_current && sound {
        collect(&mut lines, "kept rows", kept_rows(db));
    }
    Findings {
        lines,
        is_current: is_current && sound,
    }
}

/// Adds what was found; false where the file could not be read that far.
fn collect(lines: &mut Vec<String>, what: &str, found: rusqlite::Result<Vec<String>>) -> bool {
    match found {
        Ok(found) => {
            lines.extend(found);
            true
        }
        Err(error) => {
            lines.push(format!("{what}: {error}"));
            false
        }
    }
}

/// Pages, indexes, and what the columns' checks allow.
fn pages(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = db.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let found: Vec<String> = query
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let wrong = found.into_iter().filter(|line| line != "ok");
    Ok(wrong.map(|line| format!("integrity: {line}")).collect())
}

/// Rows that belong to a row that is not there.
fn references(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = db.prepare("PRAGMA foreign_key_check")?;
    let found = query.query_map([], |row| {
        let (table, row_id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let row_id = row_id.map_or_else(String::new, |id| format!(" {id}"));
        Ok(format!(
            "references: {table}{row_id} belongs to a row of {parent} that is not there"
        ))
    })?;
    // The same row breaks a rule once for each of its columns.
    let mut seen = HashSet::new();
    found
        .filter(|line| line.as_ref().map_or(true, |line| seen.insert(line.clone())))
        .collect()
}

/// Each query finds what must not be in the tables that the store keeps.
const KEPT: [(&str, &str); 3] = [
    (
        "linecard_access has not exactly one row",
        "SELECT 1 WHERE (SELECT count(*) FROM linecard_access) <> 1",
    ),
    (
        "linecard_totals has not exactly one row",
        "SELECT 1 WHERE (SELECT count(*) FROM linecard_totals) <> 1",
    ),
    (
        "linecard_totals.plain_lines is not the number of lines; the next start counts them anew",
        "SELECT 1 FROM linecard_totals WHERE plain_lines <>
            (SELECT count(*) FROM lines WHERE is_mag = 0 AND is_e2 = 0 AND id <= counted_to)",
    ),
];

/// What is wrong with the rows that the store keeps: without them no write succeeds.
pub fn kept_rows(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut lines = Vec::new();
    for (wrong, sql) in KEPT {
        if db.prepare(sql)?.exists([])? {
            lines.push(wrong.to_owned());
        }
    }
    Ok(lines)
}
