//! What SQLite has not: MariaDB's decimals, texts, dates and JSON as functions, a collation and aggregates, on the
//! connections that run statements. They never appear in the schema.

pub mod aggregate;
#[cfg(test)]
mod answers;
pub mod args;
pub mod collation;
pub mod date;
pub mod decimal;
pub mod double;
pub mod hash;
pub mod json;
pub mod pattern;
pub mod statement;
pub mod text;
pub mod wide;
pub mod work;

use rusqlite::Connection;

use crate::time::Zone;

/// Registers all of them on a connection.
///
/// # Errors
/// SQLite's.
pub fn register(db: &Connection, zone: Zone) -> rusqlite::Result<()> {
    for part in [
        aggregate::register,
        collation::register,
        decimal::register,
        double::register,
        hash::register,
        json::register,
        pattern::register,
        text::register,
    ] {
        part(db)?;
    }
    date::register(db, zone)
}
