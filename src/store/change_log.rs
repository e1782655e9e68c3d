//! What was written since the database was an image, so that going back to it takes those rows back
//! and leaves all others alone: a test changes a handful of rows of a panel that may have a hundred
//! thousand. Whoever reads keeps its prepared statements, too.
//!
//! SQLite tells of each row that changes, with exceptions. Tables without rowids are copied as a
//! whole. Rows that are gone without a word, because their table was emptied at once, another row
//! took their place or got their id, are missing in the end, so the rows of all tables are counted:
//! where some are missing, the image is put in the place of everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};

use super::image::Image;

/// With more rows than this the whole image is sooner there.
const MOST: usize = 4096;

/// The rows that were written since an image.
#[derive(Debug, Default)]
pub struct ChangeLog {
    /// Whether there are notes: most panels have no image to go back to.
    noting: AtomicBool,
    notes: Mutex<Option<Notes>>,
}

#[derive(Debug)]
struct Notes {
    image: Image,
    rows: BTreeMap<String, BTreeSet<i64>>,
    /// How many rows there are in all tables.
    size: usize,
}

impl ChangeLog {
    /// The database is what the image shows: notes begin. Nobody else may write to it.
    pub fn begin(&self, image: Image) {
        *self.notes() = Some(Notes {
            image,
            rows: BTreeMap::new(),
            size: 0,
        });
        self.noting.store(true, Ordering::Relaxed);
    }

    /// Whether notes are taken.
    pub fn is_noting(&self) -> bool {
        self.noting.load(Ordering::Relaxed)
    }

    /// Takes note of a change of a row, as SQLite's update hook tells of it.
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

    /// Goes back to an image by taking back what was noted since. False, with the database as it was,
    /// where that is not possible. Notes end.
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
    /// False, with the database as it was, when a row is missing in the end.
    fn take_back(&self, db: &Connection) -> rusqlite::Result<bool> {
        let _plain = Plain::begin(db)?;
        // One that is not committed is rolled back.
        let transaction = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
        for (table, rows) in &self.rows {
            let mut delete = db.prepare(&format!("DELETE FROM \"{table}\" WHERE rowid = ?1"))?;
            for row in rows {
                delete.execute([row])?;
            }
        }
        // All that may be in their way is gone by now.
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

/// All tables, and whether SQLite tells of changes of their rows.
fn tables(db: &Connection) -> rusqlite::Result<Vec<(String, bool)>> {
    let mut list = db.prepare(
        "SELECT name, wr = 0 AND name <> 'sqlite_sequence' FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema'",
    )?;
    list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// How many rows a table has.
fn size(db: &Connection, table: &str) -> rusqlite::Result<i64> {
    db.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))
}

/// Copies rows that an image has: some of a table with their rowids, or all of them.
fn copy(image: &Connection, db: &Connection, table: &str, rows: Option<&BTreeSet<i64>>) -> rusqlite::Result<()> {
    let mut select = image.prepare(&match rows {
        Some(_) => format!("SELECT rowid AS rowid, * FROM \"{table}\" WHERE rowid = ?1"),
        None => format!("SELECT * FROM \"{table}\""),
    })?;
    let names: Vec<String> = select.column_names().iter().map(|name| format!("\"{name}\"")).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let names = names.join(", ");
    let mut insert = db.prepare(&format!("INSERT INTO \"{table}\" ({names}) VALUES ({marks})"))?;
    let mut insert_found = |mut found: rusqlite::Rows<'_>| -> rusqlite::Result<()> {
        while let Some(row) = found.next()? {
            let values = (0..row.as_ref().column_count()).map(|column| row.get::<_, Value>(column));
            insert.execute(params_from_iter(values.collect::<rusqlite::Result<Vec<_>>>()?))?;
        }
        Ok(())
    };
    match rows {
        None => insert_found(select.query([])?),
        Some(rows) => rows.iter().try_for_each(|row| insert_found(select.query([row])?)),
    }
}

/// While it lives, writing a row writes nothing else: triggers and references are off.
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
