//! The stored total of plain lines (`linecard_totals`): every page of `get_lines` shows it, and it is read in
//! the same snapshot as the page.
//!
//! The total covers the lines up to the id `counted_to`. Triggers in `schema.sql` update it when one of those
//! is deleted or converted; lines with higher ids are added here, all at once, when their transaction is
//! committed. A trigger for inserts would be simpler, but SQLite then copies every page that an insert
//! touches, which doubles the cost of creating a line.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use rusqlite::Connection;
use rusqlite::hooks::Action;

/// The inserts of the running transaction into the table of lines.
#[derive(Debug, Default)]
pub struct Totals {
    /// The value stored by the last commit.
    counted_to: AtomicI64,
    /// Whether lines were inserted with ids above `counted_to`.
    behind: AtomicBool,
    /// Whether a line was inserted below it, with an explicit id.
    before: AtomicBool,
}

impl Totals {
    /// Counts all lines. Another tool may have added some while the panel was closed.
    pub fn recount(&self, db: &Connection) -> rusqlite::Result<()> {
        db.prepare_cached(
            "UPDATE linecard_totals SET counted_to = (SELECT coalesce(max(id), 0) FROM lines),
             plain_lines = (SELECT count(*) FROM lines WHERE is_mag = 0 AND is_e2 = 0) WHERE id = 1",
        )?
        .execute([])?;
        self.forget();
        self.read(db)
    }

    /// Discards the records of a transaction that was rolled back.
    pub fn forget(&self) {
        self.behind.store(false, Ordering::Relaxed);
        self.before.store(false, Ordering::Relaxed);
    }

    /// Records a change of a row, as reported by SQLite's update hook.
    pub fn note(&self, action: Action, table: &str, row: i64) {
        if action != Action::SQLITE_INSERT || table != "lines" {
            return;
        }
        let known = row <= self.counted_to.load(Ordering::Relaxed);
        let which = if known { &self.before } else { &self.behind };
        which.store(true, Ordering::Relaxed);
    }

    /// Adds the lines that the running transaction has inserted.
    pub fn add(&self, db: &Connection) -> rusqlite::Result<()> {
        if self.before.load(Ordering::Relaxed) {
            return self.recount(db);
        }
        if !self.behind.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        db.prepare_cached(
            "UPDATE linecard_totals SET counted_to = (SELECT max(counted_to, coalesce(max(id), 0)) FROM lines),
             plain_lines = plain_lines + (SELECT count(*) FROM lines NOT INDEXED WHERE id > counted_to AND is_mag = 0 AND is_e2 = 0)
             WHERE id = 1",
        )?
        .execute([])?;
        self.read(db)
    }

    fn read(&self, db: &Connection) -> rusqlite::Result<()> {
        let counted_to = db
            .prepare_cached("SELECT counted_to FROM linecard_totals WHERE id = 1")?
            .query_row([], |row| row.get(0))?;
        self.counted_to.store(counted_to, Ordering::Relaxed);
        Ok(())
    }
}
