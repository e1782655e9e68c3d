//! `mysql_query`: MariaDB's answers over SQLite (contract "Admin API", 10).
//!
//! The text that was sent never reaches SQLite. It is read into a tree of its own (`read`), every expression gets a
//! static type (`typed`), and what is printed for SQLite calls functions of our own (`values`) wherever SQLite's
//! answer would differ. Writes are planned as rows and applied by their keys (`plan`).

pub mod admitted;
pub mod cache;
pub mod errors;
pub mod plan;
pub mod prepared;
pub mod read;
pub mod run;
pub mod show;
pub mod shown;
pub mod typed;
pub mod values;

use rusqlite::Connection;

use crate::time::Zone;
use errors::SqlError;
use prepared::Prepared;

/// Reads a statement and prints it for SQLite.
///
/// # Errors
/// Every [`SqlError`] but those of running.
pub fn prepare(text: &str) -> Result<Prepared, SqlError> {
    typed::prepare(&read::read(text)?, text)
}

/// Returns a statement as logs show it: without the values of secret columns.
pub fn without_secrets(text: &str) -> String {
    read::secrets::without_secrets(text)
}

/// Registers what SQLite has not, on a connection that runs statements.
pub fn register(db: &Connection, zone: Zone) -> rusqlite::Result<()> {
    values::register(db, zone)?;
    plan::last_id::register(db)?;
    plan::store::register(db, zone)
}
