//! Records which rows were written since an image, so that a restore only has to revert those rows: a test
//! changes a few rows of a panel that may have a hundred thousand. Readers also keep their prepared
//! statements.
//!
//! SQLite's update hook reports each changed row, with exceptions. Tables without rowids are copied as a
//! whole. Rows can disappear without a report, because their table was emptied at once, or because another
//! row replaced them or got their id. They are missing after the revert, so the rows of all tables are
//! counted: if some are missing, the whole image is copied instead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};

use super::image::Image;

/// With more rows than this, copying the whole image is faster.
const MOST: usize = 4096;

/// The rows that were written since an image.
#[derive(Debug, Default)]
pub struct ChangeLog {
    /// Whether changes are recorded: most panels have no image to restore.
    noting: AtomicBool,
    notes: Mutex<Option<Notes>>,
}

#[derive(Debug)]
struct Notes {
    image: Image,
    rows: BTreeMap<String, BTreeSet<i64>>,
    /// Number of rows in all tables.
    size: usize,
}

impl ChangeLog {
    /// Starts recording. The database must be equal to the image, and no other process may write to it.
    pub fn begin(&self, image: Image) {
        *self.notes() = Some(Notes {
            image,
            rows: BTreeMap::new(),
            size: 0,
        });
        self.noting.store(true, Ordering::Relaxed);
    }

    /// Whether changes are recorded.
    pub fn is_noting(&self) -> bool {
        self.noting.load(Ordering::Relaxed)
    }

    /// Records a change of a row, as reported by SQLite's update hook.
    pub fn note(&self, table: &str, row: i64) {
        if !self.is_noting() {
            return;
        }
        let mut current = self.notes();
        let Some(notes) = current.as_mut() else {
            return;
        };
        let new = match notes.rows.get_mut(table) {
            Some(rows) => rows.insert(row),
            None => notes.rows.insert(table.to_owned(), BTreeSet::from([row])).is_none(),
        };
        notes.size += usize::from(new);
        if notes.size > MOST {
            *current = None;
            self.noting.store(false, Ordering::Relaxed);
        }
    }

    /// Restores an image by reverting the recorded rows, and stops recording. Returns false, with the
    /// database unchanged, if that is not possible.
    pub fn take_back(&self, image: &Image, db: &Connection) -> bool {
        self.noting.store(false, Ordering::Relaxed);
        let Some(notes) = self.notes().take() else {
            return false;
        };
        if !notes.image.is(image) {
            return false;
        }
        notes.take_back(db).unwrap_or_else(|error| {
            tracing::warn!(%error, "the rows could not be taken back one by one");
            false
        })
    }

    fn notes(&self) -> MutexGuard<'_, Option<Notes>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    /// Returns false, with the database unchanged, if a row is missing after the revert.
    fn take_back(&self, db: &Connection) -> rusqlite::Result<bool> {
        let _plain = Plain::begin(db)?;
        // Dropped without a commit, it is rolled back.
        let transaction = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
        for (table, rows) in &self.rows {
            let mut delete = db.prepare(&format!("DELETE FROM \"{table}\" WHERE rowid = ?1"))?;
            for row in rows {
                delete.execute([row])?;
            }
        }
        // All rows that could conflict are deleted by now.
        let image = self.image.open();
        for (table, rows) in &self.rows {
            copy(&image, db, table, Some(rows))?;
        }
        for (table, is_noted) in tables(db)? {
            if !is_noted {
                db.execute(&format!("DELETE FROM \"{table}\""), [])?;
                copy(&image, db, &table, None)?;
            } else if size(&image, &table)? != size(db, &table)? {
                return Ok(false);
            }
        }
        transaction.commit().map(|()| true)
    }
}

/// Returns all tables, and whether SQLite reports changes of their rows.
fn tables(db: &Connection) -> rusqlite::Result<Vec<(String, bool)>> {
    let mut list = db.prepare(
        "SELECT name, wr = 0 AND name <> 'sqlite_sequence' FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema'",
    )?;
    list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Counts the rows of a table.
fn size(db: &Connection, table: &str) -> rusqlite::Result<i64> {
    db.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))
}

/// Copies rows of a table from an image: those with these rowids, or all.
fn copy(image: &Connection, db: &Connection, table: &str, rows: Option<&BTreeSet<i64>>) -> rusqlite::Result<()> {
    let mut select = image.prepare(&match rows {
        Some(_) => format!("SELECT rowid AS rowid, * FROM \"{table}\" WHERE rowid = ?1"),
        None => format!("SELECT * FROM \"{table}\""),
    })?;
    let names: Vec<String> = select.column_names().iter().map(|name| format!("\"{name}\"")).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let names = names.join(", ");
    let mut insert = db.prepare(&format!("INSERT INTO \"{table}\" ({names}) VALUES ({marks})"))?;
    let mut insert_rows = |mut rows: rusqlite::Rows<'_>| -> rusqlite::Result<()> {
        while let Some(row) = rows.next()? {
            let values = (0..row.as_ref().column_count()).map(|column| row.get::<_, Value>(column));
            insert.execute(params_from_iter(values.collect::<rusqlite::Result<Vec<_>>>()?))?;
        }
        Ok(())
    };
    match rows {
        None => insert_rows(select.query([])?),
        Some(rows) => rows.iter().try_for_each(|row| insert_rows(select.query([row])?)),
    }
}

/// While it exists, a write has no side effects: triggers and foreign keys are off.
struct Plain<'a>(&'a Connection);

impl<'a> Plain<'a> {
    const OFF: [DbConfig; 2] = [
        DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
        DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
    ];

    fn begin(db: &'a Connection) -> rusqlite::Result<Plain<'a>> {
        let plain = Plain(db);
        plain.set(false)?;
        Ok(plain)
    }

    fn set(&self, on: bool) -> rusqlite::Result<()> {
        let mut all = Self::OFF.into_iter();
        all.try_for_each(|what| self.0.set_db_config(what, on).map(|_| ()))
    }
}

impl Drop for Plain<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.set(true) {
            tracing::error!(%error, "triggers and references stay off");
        }
    }
}
