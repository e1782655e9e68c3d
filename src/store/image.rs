//! Images: copies of a whole database in memory, used for resets, snapshots and new worlds.

use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard};

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::connection::{self, Place};
use super::error::StoreError;
use super::open::{self, OpenError};
use super::schema::{self, Table};
use super::{check, objects};

/// A copy of a whole database in memory. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Image(Arc<Mutex<Connection>>);

impl Image {
    /// Creates an image of a new database that is filled with `fill`.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn made(fill: impl FnOnce(&Connection) -> Result<(), String>) -> Result<Image, OpenError> {
        let unmade = |error: rusqlite::Error| OpenError::Filling(error.to_string());
        let db = Connection::open_in_memory().map_err(unmade)?;
        connection::small_pages(&db).map_err(unmade)?;
        open::create(&db, ":memory:".as_ref(), fill)?;
        Ok(Image::of_connection(db))
    }

    /// Creates an image of an open database.
    pub(super) fn from_db(db: &Connection) -> rusqlite::Result<Image> {
        let mut copy = Connection::open_in_memory()?;
        Backup::new(db, &mut copy)?.step(-1)?;
        let mode: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        if mode != "wal" {
            return Ok(Image::of_connection(copy));
        }
        // The copy of a file says that it has a write-ahead log, and no other memory could begin with it.
        let mut plain = Connection::open_in_memory()?;
        read_into(&mut plain, "main", &copy.serialize("main")?)?;
        Ok(Image::of_connection(plain))
    }

    /// Replaces the content of an open database with the image.
    pub(super) fn put(&self, db: &mut Connection) -> rusqlite::Result<()> {
        let image = self.open();
        let pages = |db: &Connection, pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
        let (own, theirs) = (pages(db, "page_size")?, pages(&image, "page_size")?);
        // SQLite copies page by page, and a database that is not empty keeps its page size.
        if own == theirs || pages(db, "page_count")? == 0 {
            Backup::new(&image, db)?.step(-1)?;
            return Ok(());
        }
        Backup::new(&with_pages(&image, own)?, db)?.step(-1)?;
        Ok(())
    }

    /// Starts a database in memory as a copy of the image. It exists while the returned connection is open; a
    /// store that is opened at the place meanwhile continues from it.
    pub fn begin_at(&self, place: &Place) -> rusqlite::Result<Connection> {
        let mut db = place.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        self.put(&mut db)?;
        Ok(db)
    }

    /// Reads rows of the image.
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> T) -> T {
        read(&self.open())
    }

    /// Returns the bytes of the image's pages.
    ///
    /// # Errors
    /// SQLite's.
    pub fn size(&self) -> Result<usize, StoreError> {
        Ok(connection::size(&self.open())?)
    }

    /// Returns the image as the bytes of a database file.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.open().serialize("main")?.to_vec())
    }

    /// Creates an image from the bytes of a database file that came over the network: they may be crafted, so
    /// every row is checked too.
    ///
    /// # Errors
    /// One line with the reason why they are not a database of Linecard.
    pub fn from_upload(bytes: &[u8]) -> Result<Image, String> {
        let image = load(bytes)?;
        match check::check(&image).lines.into_iter().next() {
            None => Ok(Image::of_connection(image)),
            Some(wrong) => Err(wrong),
        }
    }

    /// Creates an image from the bytes of a database file of this machine.
    ///
    /// # Errors
    /// One line with the reason why they are not a database of Linecard.
    pub fn from_bytes(bytes: &[u8]) -> Result<Image, String> {
        let image = load(bytes)?;
        check_pages(&image)?;
        Ok(Image::of_connection(image))
    }

    /// Creates an image from a database file, given as an SQLite URI.
    ///
    /// # Errors
    /// One line with the reason why it is not a database of Linecard.
    pub fn of_file(uri: &str) -> Result<Image, String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        // Serialising the file directly would lock it again for every page.
        let image = Connection::open_with_flags(uri, flags).and_then(|db| {
            connection::distrust(&db)?;
            Image::from_db(&db)
        });
        let bytes = image.map_err(|error| error.to_string())?.bytes();
        Image::from_bytes(&bytes.map_err(|error| error.to_string())?)
    }

    /// Whether both share the same copy.
    pub(super) fn is(&self, other: &Image) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn of_connection(db: Connection) -> Image {
        Image(Arc::new(Mutex::new(db)))
    }

    pub(super) fn open(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Loads the bytes of a database file of this version.
fn load(bytes: &[u8]) -> Result<Connection, String> {
    let mut image = Connection::open_in_memory().map_err(|error| error.to_string())?;
    let read = connection::distrust(&image).and_then(|()| read_into(&mut image, "main", bytes));
    read.map_err(|error| error.to_string())?;
    recognise(&image)?;
    Ok(image)
}

/// Refuses a database that is not one of this version: nothing that its schema says has run by then.
fn recognise(db: &Connection) -> Result<(), String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let number = |pragma: &str| db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id"), number("user_version"));
    if application.map_err(failed)? != i64::from(connection::APPLICATION_ID) {
        return Err("it is not a whole Linecard database".into());
    }
    let (found, known) = (
        version.map_err(failed)?,
        i64::try_from(open::VERSION).unwrap_or(i64::MAX),
    );
    if found != known {
        return Err(format!("its schema is {found}, this server's is {known}"));
    }
    match objects::first_difference(db, "main") {
        None => Ok(()),
        Some(difference) => Err(difference),
    }
}

/// Refuses a database that is cut off or damaged. It must be one of this version, because the check runs
/// expressions of the schema.
fn check_pages(db: &Connection) -> Result<(), String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let sound: String = db
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if sound != "ok" {
        return Err("it is not a whole Linecard database".into());
    }
    match check::kept_rows(db).map_err(failed)?.into_iter().next() {
        None => Ok(()),
        Some(wrong) => Err(wrong),
    }
}

/// Creates a copy with another page size: pages of a file are larger than those in memory. It is copied row
/// by row, because SQLite cannot change the page size of a database in memory.
fn with_pages(image: &Connection, size: i64) -> rusqlite::Result<Connection> {
    let mut copy = Connection::open_in_memory()?;
    copy.execute_batch(&format!("PRAGMA page_size = {size}; PRAGMA foreign_keys = OFF"))?;
    open::create(&copy, ":memory:".as_ref(), |_| Ok(())).map_err(|error| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR);
        rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
    })?;
    copy.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    copy.execute_batch("ATTACH ':memory:' AS theirs")?;
    read_into(&mut copy, "theirs", &image.serialize("main")?)?;
    copy.execute_batch("BEGIN")?;
    copy_rows(&copy, "theirs")?;
    copy.execute_batch("COMMIT; DETACH theirs")?;
    Ok(copy)
}

/// Replaces all rows with those of an attached database of the same version.
pub fn copy_rows(db: &Connection, from: &str) -> rusqlite::Result<()> {
    // Rows that others refer to are deleted last and inserted first.
    let tables: Vec<&Table> = schema::tables().collect();
    for Table { name, .. } in tables.iter().rev() {
        db.execute(&format!("DELETE FROM main.{name}"), [])?;
    }
    for table in tables {
        // A file that was migrated has its columns in another order.
        let columns: Vec<String> = table.columns().map(|column| format!("\"{}\"", column.name)).collect();
        let (name, columns) = (table.name, columns.join(", "));
        let copied = format!("INSERT INTO main.{name} ({columns}) SELECT {columns} FROM {from}.{name}");
        db.execute(&copied, [])?;
    }
    // The inserts have left rows in this table that are not in the source.
    db.execute("DELETE FROM main.sqlite_sequence", [])?;
    let sequences = format!("INSERT INTO main.sqlite_sequence SELECT * FROM {from}.sqlite_sequence");
    db.execute(&sequences, []).map(drop)
}

/// Length of the header of a database file.
const HEADER: usize = 100;

/// Loads the bytes of a database file into a database in memory.
fn read_into(db: &mut Connection, schema: &str, bytes: &[u8]) -> rusqlite::Result<()> {
    // The header of a file says that it uses a write-ahead log; in memory there is no such log.
    let (header, rest) = bytes.split_at(bytes.len().min(HEADER));
    let mut header = header.to_vec();
    if let Some(versions) = header.get_mut(18..20) {
        versions.fill(1);
    }
    db.deserialize_read_exact(schema, header.chain(rest), bytes.len(), false)
}
