//! The guide: what is on which channel and when (contract "Player side", 18.8).
//!
//! The rows of `epg_data` have a generation for each source. An import writes the next generation beside the one that
//! is shown and then switches in one job, so that a reader sees the guide before or after, never a half of it.

pub mod daily;
mod fetch;
mod file;
pub mod import;
pub mod page;
mod registry;
mod rows;
mod times;
mod xmltv;

pub use registry::{GuideRead, Guides};
pub use rows::StagedGuide;

pub(super) use rows::show;

use rusqlite::{Connection, OptionalExtension, Result};

/// The condition for rows of `epg_data` of the generation that is shown.
pub const IS_SHOWN: &str =
    "generation = coalesce((SELECT shown.generation FROM epg_imports shown WHERE shown.epg_id = epg_data.epg_id), 0)";

/// Returns the generation of a source's programmes that is shown: 0 before the first import.
///
/// # Errors
/// SQLite's.
pub fn shown_generation(db: &Connection, epg: i64) -> Result<i64> {
    let mut query = db.prepare_cached("SELECT generation FROM epg_imports WHERE epg_id = ?1")?;
    let generation = query.query_row([epg], |row| row.get(0)).optional()?;
    Ok(generation.unwrap_or(0))
}
