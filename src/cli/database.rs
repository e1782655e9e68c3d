//! The database that a command works on, which `--db` names.

use std::path::Path;

use rusqlite::Connection;

use crate::store::OpenError;
use crate::store::open;

/// Opens the database of a panel, which a server may be using.
///
/// # Errors
/// One line with the reason; where there is no such file, it names the option.
pub fn visit(path: &Path) -> Result<Connection, String> {
    open::visit(path).map_err(|error| describe(&error))
}

/// Formats the reason why a database cannot be used.
pub fn describe(error: &OpenError) -> String {
    match error {
        OpenError::Missing { .. } => format!("{error}; name the panel's database with --db"),
        _ => error.to_string(),
    }
}
