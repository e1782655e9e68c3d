//! Creates a database or opens an existing one.
//!
//! A new file is built under a temporary name in the same folder and renamed when it is complete, so that an
//! error in a seed, or a power cut, leaves no partial database. A file of an older version is backed up and
//! then migrated; a file of a newer version, or of another program, is refused.

use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::connection::{self, APPLICATION_ID, Place};
use super::options::StorageOptions;
use super::{objects, schema};
use crate::platform;

/// The steps from each version of `schema.sql` to the next. The first step is empty and stands for the first
/// version of `schema.sql`: no file is older than that.
const STEPS: &[M<'static>] = &[
    M::up(""),
    M::up(include_str!("../../migrations/2.sql")),
    M::up(include_str!("../../migrations/3.sql")),
    M::up(include_str!("../../migrations/4.sql")),
    M::up(include_str!("../../migrations/5.sql")),
    M::up(include_str!("../../migrations/6.sql")),
    M::up(include_str!("../../migrations/7.sql")),
    M::up(include_str!("../../migrations/8.sql")),
    M::up(include_str!("../../migrations/9.sql")),
    M::up(include_str!("../../migrations/10.sql")),
    M::up(include_str!("../../migrations/11.sql")),
    M::up(include_str!("../../migrations/12.sql")),
];

/// The current version of `schema.sql`.
pub const VERSION: usize = STEPS.len();

/// The first bytes of every SQLite file.
const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// The suffix, followed by the process id, of a file that is being built.
const DRAFT: &str = "new-";

/// The reason why a database could not be opened, as a message for the person who started the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot read {path}: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    #[error("cannot read {path}: there is no such file")]
    Missing { path: PathBuf },
    #[error("{path} is not a Linecard database; name another file with --db")]
    Foreign { path: PathBuf },
    #[error("{path} was made by a newer Linecard (schema {found}, this one knows {known}); use that version")]
    Newer { path: PathBuf, found: usize, known: usize },
    #[error("{path} was made by an older Linecard; start the server once to migrate it")]
    Older { path: PathBuf },
    #[error(
        "{path} is an empty file: a crash may have left it of a database, so go back to a backup; for a new one remove it or start with --accept-empty-db"
    )]
    Empty { path: PathBuf },
    #[error("cannot read {path}: {reason}; it is cut off or damaged: go back to a backup")]
    Damaged { path: PathBuf, reason: String },
    #[error(
        "{path} is not a database as Linecard makes it: {reason}; remove that with another tool, or go back to a backup"
    )]
    Altered { path: PathBuf, reason: String },
    #[error("{path} is in use by another Linecard; stop it or name another file with --db")]
    InUse { path: PathBuf },
    #[error("cannot migrate {path}: {reason}; the file is as it was")]
    Migration { path: PathBuf, reason: String },
    #[error("cannot make {path}: {reason}")]
    Making { path: PathBuf, reason: String },
    #[error("{0}")]
    Filling(String),
}

/// Whether the database was created or already existed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseOrigin {
    /// There was no database; a new one was created and filled.
    New,
    /// The database already existed.
    Existing,
}

/// A complete database of the current version at a place.
pub struct Prepared {
    pub origin: DatabaseOrigin,
    /// Keeps it reserved while it is in use.
    pub hold: Hold,
}

/// Keeps a database alive, or locked against a second server.
pub enum Hold {
    /// A connection that keeps a database in memory alive: without any connection it is freed.
    Memory(Connection),
    /// The file, with a lock in addition to SQLite's own. It must be closed after all connections.
    File(File),
}

/// Ensures that there is a complete database of the current version at `place`; a new one is filled with
/// `fill`.
///
/// # Errors
/// [`OpenError`]; the disk is then unchanged.
pub fn prepare(
    place: &Place,
    options: &StorageOptions,
    fill: impl FnOnce(&Connection) -> Result<(), String>,
) -> Result<Prepared, OpenError> {
    match place {
        Place::Memory(_) => {
            let making = |error: rusqlite::Error| OpenError::Making {
                path: ":memory:".into(),
                reason: error.to_string(),
            };
            let db = connect_new(place).map_err(making)?;
            let laid = match has_begun(&db).map_err(making)? {
                true => db.execute_batch("BEGIN"),
                false => connection::small_pages(&db).and_then(|()| lay(&db)),
            };
            laid.map_err(making)?;
            fill(&db).map_err(OpenError::Filling)?;
            db.execute_batch("COMMIT").map_err(making)?;
            Ok(Prepared {
                origin: DatabaseOrigin::New,
                hold: Hold::Memory(db),
            })
        }
        Place::File(path) if !is_new(path, options.accept_empty)? => {
            let hold = Hold::File(lock(path)?);
            check_file(path, STEPS)?;
            warn_of_readers(path);
            Ok(Prepared {
                origin: DatabaseOrigin::Existing,
                hold,
            })
        }
        Place::File(path) => {
            make_file(path, fill)?;
            Ok(Prepared {
                origin: DatabaseOrigin::New,
                hold: Hold::File(lock(path)?),
            })
        }
    }
}

fn connect_new(place: &Place) -> rusqlite::Result<Connection> {
    place.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
}

/// Whether a database in memory was started from an image.
fn has_begun(db: &Connection) -> rusqlite::Result<bool> {
    db.pragma_query_value(
        None,
        "application_id",
        |row| Ok(row.get::<_, i32>(0)? == APPLICATION_ID),
    )
}

/// Locks the file against a second server, which would not see this one's changes in time.
fn lock(path: &Path) -> Result<File, OpenError> {
    let unreadable = |error: std::io::Error| OpenError::Unreadable {
        path: path.into(),
        reason: error.to_string(),
    };
    match platform::lock_database_file(path) {
        Ok(file) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.into() }),
        Err(TryLockError::Error(error)) => Err(unreadable(error)),
    }
}

/// What a path leads to.
enum Found {
    Nothing,
    Empty,
    Something,
}

fn look(path: &Path) -> Result<Found, OpenError> {
    let unreadable = |reason: String| OpenError::Unreadable {
        path: path.into(),
        reason,
    };
    match fs::metadata(path) {
        Ok(about) if about.is_file() && about.len() == 0 => Ok(Found::Empty),
        Ok(about) if about.is_file() => Ok(Found::Something),
        Ok(_) => Err(unreadable("it is not a file".into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

/// Whether a new database is to be made: there is none, or an empty file that may be one.
fn is_new(path: &Path, accept_empty: bool) -> Result<bool, OpenError> {
    match look(path)? {
        Found::Nothing => Ok(true),
        Found::Empty if accept_empty => Ok(true),
        Found::Empty => Err(OpenError::Empty { path: path.into() }),
        Found::Something => Ok(false),
    }
}

/// Says so where other users of the machine can read the file, which has every key and password in it: earlier
/// versions made it as the system does by default. Whether they are meant to is for the operator to say.
fn warn_of_readers(path: &Path) {
    if platform::is_open_to_others(path).unwrap_or(false) {
        tracing::warn!(
            "other users of this machine can read {path}, which has keys and passwords in it: chmod 600 {path}",
            path = path.display()
        );
    }
}

fn make_file(path: &Path, fill: impl FnOnce(&Connection) -> Result<(), String>) -> Result<(), OpenError> {
    let making = |reason: String| OpenError::Making {
        path: path.into(),
        reason,
    };
    let draft = draft_beside(path);
    let built = (|| {
        let _ = fs::remove_file(&draft);
        // What SQLite makes beside a file has the file's own mode.
        platform::create_private_file(&draft).map_err(|error| making(error.to_string()))?;
        let db = Connection::open(&draft).map_err(|error| making(error.to_string()))?;
        // No other process uses the unfinished file, so it needs no journal; it is synced once before it is
        // renamed.
        db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            .map_err(|error| making(error.to_string()))?;
        create(&db, path, fill)?;
        db.close().map_err(|(_, error)| making(error.to_string()))?;
        sync(&draft).map_err(|error| making(error.to_string()))?;
        if let Found::Something = look(path)? {
            return Err(OpenError::InUse { path: path.into() });
        }
        fs::rename(&draft, path).map_err(|error| making(error.to_string()))?;
        sync_folder(path).map_err(|error| making(error.to_string()))
    })();
    if built.is_err() {
        let _ = fs::remove_file(&draft);
    }
    built
}

/// Syncs a file to the disk. Some systems require write access for that.
pub(super) fn sync(path: &Path) -> std::io::Result<()> {
    File::options().write(true).open(path)?.sync_all()
}

/// Syncs the folder, so that the rename is durable.
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    platform::sync_folder(folder)
}

/// Runs `schema.sql` on an empty database and fills it, all in one transaction.
///
/// # Errors
/// [`OpenError::Making`], or the error of `fill`.
pub fn create(
    db: &Connection,
    path: &Path,
    fill: impl FnOnce(&Connection) -> Result<(), String>,
) -> Result<(), OpenError> {
    let making = |error: rusqlite::Error| OpenError::Making {
        path: path.into(),
        reason: error.to_string(),
    };
    lay(db).map_err(making)?;
    fill(db).map_err(OpenError::Filling)?;
    db.execute_batch("COMMIT").map_err(making)
}

/// Begins a transaction and creates the schema in an empty database.
fn lay(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; BEGIN"
    ))?;
    db.execute_batch(schema::SQL)
}

/// Opens a file that a server may be using, to change a few rows. Does not migrate an older file; only a
/// server does.
///
/// # Errors
/// [`OpenError`].
pub fn visit(path: &Path) -> Result<Connection, OpenError> {
    let (db, version) = recognise_file(path)?;
    if version < STEPS.len() {
        return Err(OpenError::Older { path: path.into() });
    }
    check_objects(&db, path)?;
    connection::visitor(&db).map_err(|error| OpenError::Unreadable {
        path: path.into(),
        reason: error.to_string(),
    })?;
    Ok(db)
}

/// Opens a file that is there, is Linecard's and not newer than this version, and answers its own.
///
/// # Errors
/// [`OpenError`].
pub fn recognise_file(path: &Path) -> Result<(Connection, usize), OpenError> {
    match look(path)? {
        Found::Something => recognise(path, STEPS.len()),
        Found::Empty => Err(OpenError::Empty { path: path.into() }),
        Found::Nothing => Err(OpenError::Missing { path: path.into() }),
    }
}

/// Checks an existing file and brings it to the current version, after a backup copy.
fn check_file(path: &Path, steps: &[M<'_>]) -> Result<(), OpenError> {
    let (mut db, version) = recognise(path, steps.len())?;
    if version < steps.len() {
        migrate(&mut db, path, version, steps)?;
    }
    match steps.len() == VERSION {
        true => check_objects(&db, path),
        // The schema of a later version, in a test.
        false => Ok(()),
    }
}

/// Refuses a file whose schema differs from this version's.
fn check_objects(db: &Connection, path: &Path) -> Result<(), OpenError> {
    match objects::first_difference(db, "main") {
        None => Ok(()),
        Some(reason) => Err(OpenError::Altered {
            path: path.into(),
            reason,
        }),
    }
}

/// Opens a file of Linecard that is not newer than `known`, and returns its version.
fn recognise(path: &Path, known: usize) -> Result<(Connection, usize), OpenError> {
    let unreadable = |error: rusqlite::Error| OpenError::Unreadable {
        path: path.into(),
        reason: error.to_string(),
    };
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(unreadable)?;
    connection::distrust(&db).map_err(unreadable)?;
    let number = |pragma: &str| db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let application = match number("application_id") {
        Err(error) if is_damage(&error) && has_sqlite_header(path) => {
            return Err(OpenError::Damaged {
                path: path.into(),
                reason: error.to_string(),
            });
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => 0,
        other => other.map_err(unreadable)?,
    };
    // SQLite takes a file that ends within its head for an empty database.
    if application == 0 && is_cut_off(path) {
        return Err(OpenError::Damaged {
            path: path.into(),
            reason: "its end is missing".into(),
        });
    }
    if application != i64::from(APPLICATION_ID) {
        return Err(OpenError::Foreign { path: path.into() });
    }
    if ends_within_page(path, number("page_size").map_err(unreadable)?) {
        return Err(OpenError::Damaged {
            path: path.into(),
            reason: "it ends within a page".into(),
        });
    }
    let version = usize::try_from(number("user_version").map_err(unreadable)?).unwrap_or(0);
    if version > known {
        return Err(OpenError::Newer {
            path: path.into(),
            found: version,
            known,
        });
    }
    Ok((db, version))
}

/// Whether a file is no database any more.
fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

/// Whether the end of a file is missing, which SQLite takes for zeros. What a crash left unfinished is in the log.
fn ends_within_page(path: &Path, page: i64) -> bool {
    let whole = u64::try_from(page).ok().and_then(|page| length(path).checked_rem(page));
    whole != Some(0) && has_empty_log(path)
}

/// Whether a file begins as every SQLite file does and has fewer bytes than its head says. What a crash left unfinished
/// is in the log.
pub fn is_cut_off(path: &Path) -> bool {
    let is_short = expected_length(path).is_none_or(|expected| length(path) < expected);
    has_sqlite_header(path) && is_short && has_empty_log(path)
}

/// Whether there is nothing in the write-ahead log of a file, or no log.
fn has_empty_log(path: &Path) -> bool {
    length(&beside_exactly(path, "-wal")) == 0
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |about| about.len())
}

/// Returns the length of an SQLite file by its head: the size of a page and their number. `None` if the head is cut off.
fn expected_length(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    let (mut page, mut pages) = ([0; 2], [0; 4]);
    file.read_exact(&mut [0; HEADER.len()]).ok()?;
    file.read_exact(&mut page).ok()?;
    file.read_exact(&mut [0; 10]).ok()?;
    file.read_exact(&mut pages).ok()?;
    // The largest size does not fit in two bytes.
    let page = match u16::from_be_bytes(page) {
        1 => 1 << 16,
        size => u64::from(size),
    };
    page.checked_mul(u64::from(u32::from_be_bytes(pages)))
}

/// Whether a file begins as every SQLite file does.
fn has_sqlite_header(path: &Path) -> bool {
    let mut start = [0; HEADER.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *HEADER
}

fn migrate(db: &mut Connection, path: &Path, from: usize, steps: &[M<'_>]) -> Result<(), OpenError> {
    let failed = |reason: String| OpenError::Migration {
        path: path.into(),
        reason,
    };
    let copy = beside(path, &format!("v{from}.bak"));
    let _ = fs::remove_file(&copy);
    platform::create_private_file(&copy).map_err(|error| failed(error.to_string()))?;
    db.execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .map_err(|error| failed(error.to_string()))?;
    sync(&copy).map_err(|error| failed(error.to_string()))?;
    Migrations::from_slice(steps)
        .to_latest(db)
        .map_err(|error| failed(error.to_string()))?;
    tracing::info!(from, to = steps.len(), copy = %copy.display(), "the database was migrated; the file as it was is kept");
    Ok(())
}

/// Returns the path at which a file is built before it is renamed.
pub(super) fn draft_beside(path: &Path) -> PathBuf {
    beside(path, &format!("{DRAFT}{}", std::process::id()))
}

/// Removes unfinished files that interrupted starts left beside the database.
pub fn remove_drafts(path: &Path) {
    let prefix = beside(path, DRAFT);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_draft = prefix.file_name().is_some_and(|prefix| {
            entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(prefix.as_encoded_bytes())
        });
        if is_draft && let Err(error) = fs::remove_file(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %error, "a left-over file was not removed");
        }
    }
}

/// Returns `PATH.suffix`, in the same folder.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    beside_exactly(path, &format!(".{suffix}"))
}

/// Appends `end` to the path, as in the names of SQLite's log files.
pub fn beside_exactly(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("panel.db");
        let prepared = prepare(&Place::File(path.clone()), &StorageOptions::default(), |_| Ok(())).unwrap();
        assert_eq!(prepared.origin, DatabaseOrigin::New);
        path
    }

    fn bytes(path: &Path) -> Vec<u8> {
        fs::read(path).unwrap()
    }

    #[test]
    fn an_older_file_is_copied_and_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let path = made(&folder);
        Connection::open(&path)
            .unwrap()
            .execute("INSERT INTO lines (username) VALUES ('alice')", [])
            .unwrap();
        let steps = steps_with("ALTER TABLE lines ADD COLUMN nickname TEXT NOT NULL DEFAULT 'none'");
        check_file(&path, &steps).unwrap();
        let backup = format!("v{VERSION}.bak");

        let row = |path: &Path, sql: &str| {
            Connection::open(path)
                .unwrap()
                .query_row(sql, [], |row| row.get::<_, String>(0))
        };
        assert_eq!(
            row(&path, "SELECT username || ' ' || nickname FROM lines").unwrap(),
            "alice none"
        );
        assert_eq!(
            row(&beside(&path, &backup), "SELECT username FROM lines").unwrap(),
            "alice"
        );
        assert!(row(&beside(&path, &backup), "SELECT nickname FROM lines").is_err());
        check_file(&path, &steps).unwrap();
        let error = check_file(&path, STEPS).unwrap_err().to_string();
        let newer = format!(
            "was made by a newer Linecard (schema {}, this one knows {VERSION})",
            VERSION + 1
        );
        assert!(error.contains(&newer), "{error}");
    }

    /// The steps of a later version that has one more.
    fn steps_with(next: &str) -> Vec<M<'_>> {
        std::iter::repeat_n(M::up(""), VERSION).chain([M::up(next)]).collect()
    }

    /// Every object of a database, as SQLite keeps its text.
    fn objects(db: &Connection) -> Vec<(String, String)> {
        let mut query = db
            .prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
            .unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn the_steps_lead_from_the_first_schema_to_the_current_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("panel.db");
        let first = Connection::open(&path).unwrap();
        let head = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;");
        let rows =
            "INSERT INTO lines (username) VALUES ('alice'); INSERT INTO access_codes (code) VALUES ('access01');";
        first
            .execute_batch(&format!(
                "{head}{}{rows}",
                include_str!("../../tests/data/schema/1.sql")
            ))
            .unwrap();
        drop(first);
        let prepared = prepare(&Place::File(path.clone()), &StorageOptions::default(), |_| {
            panic!("it is not new")
        })
        .unwrap();
        assert_eq!(prepared.origin, DatabaseOrigin::Existing);

        let migrated = Connection::open(&path).unwrap();
        let fresh = Connection::open_in_memory().unwrap();
        fresh.execute_batch(schema::SQL).unwrap();
        assert_eq!(objects(&migrated), objects(&fresh));
        let version = migrated.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
        assert_eq!(usize::try_from(version.unwrap()), Ok(STEPS.len()));
        let sql = "SELECT username || ' ' || code FROM lines, access_codes";
        let row = migrated.query_row(sql, [], |row| row.get::<_, String>(0));
        assert_eq!(row.unwrap(), "alice access01");
    }

    #[test]
    fn secrets_and_what_refers_to_them_survive_the_table_that_is_made_anew() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(&format!(
            "PRAGMA foreign_keys = ON; PRAGMA user_version = 1;{}",
            include_str!("../../tests/data/schema/1.sql")
        ))
        .unwrap();
        Migrations::from_slice(STEPS).to_version(&mut db, 10).unwrap();
        db.execute_batch(
            "INSERT INTO linecard_secrets (id, kind, name, hash, ttl, revoked) VALUES
                 (3, 'nxt', 'a', 'x', 5, NULL), (7, 'billing', 'b', 'y', NULL, 9), (9, 'nxt', 'c', 'z', NULL, NULL);
             DELETE FROM linecard_secrets WHERE id = 9;
             INSERT INTO linecard_replays (secret_id, key, request, status, body, at) VALUES (3, 'k', 'r', 201, '{}', 4);",
        )
        .unwrap();
        Migrations::from_slice(STEPS).to_latest(&mut db).unwrap();
        let rows = "SELECT group_concat(id || kind || name || hash || coalesce(ttl, '') || coalesce(revoked, '')) ||
                    (SELECT secret_id || key || status FROM linecard_replays) FROM linecard_secrets";
        let rows: String = db.query_row(rows, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, "3nxtax5,7billingby93k201");
        // No id is given twice, and an account's keys go with it.
        db.execute_batch(
            "INSERT INTO users (id, username) VALUES (5, 'anna');
             INSERT INTO linecard_secrets (kind, name, hash, user_id) VALUES ('named', 'd', 'w', 5)",
        )
        .unwrap();
        assert_eq!(db.last_insert_rowid(), 10);
        db.execute("DELETE FROM users WHERE id = 5", []).unwrap();
        let left: i64 = db
            .query_row("SELECT count(*) FROM linecard_secrets", [], |row| row.get(0))
            .unwrap();
        assert_eq!(left, 2);
    }

    #[test]
    fn codes_that_differ_only_in_case_are_told_apart_and_no_row_is_lost() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(&format!(
            "PRAGMA foreign_keys = ON; PRAGMA user_version = 1;{}",
            include_str!("../../tests/data/schema/1.sql")
        ))
        .unwrap();
        Migrations::from_slice(STEPS).to_version(&mut db, 11).unwrap();
        db.execute_batch(
            "INSERT INTO activecodes (id, code, batch) VALUES
                 (2, 'Gift', 'a'), (3, 'GIFT', 'b'), (4, 'gift  ', 'c'), (5, 'gift-3', 'd'), (6, 'GIFT-4-4', 'e'),
                 (7, 'gift-4', 'f'), (8, 'other', 'g'), (9, '', 'h'), (10, ' ', 'i')",
        )
        .unwrap();
        Migrations::from_slice(STEPS).to_latest(&mut db).unwrap();
        let rows = "SELECT group_concat(id || ':' || code || ':' || batch, ' ' ORDER BY id) FROM activecodes";
        let rows: String = db.query_row(rows, [], |row| row.get(0)).unwrap();
        assert_eq!(
            rows,
            "2:Gift:a 3:GIFT-3-3:b 4:gift-4-4-4:c 5:gift-3:d 6:GIFT-4-4:e 7:gift-4:f 8:other:g 9::h 10:-10:i"
        );
        let twin = db.execute("INSERT INTO activecodes (code) VALUES ('OTHER ')", []);
        assert!(twin.unwrap_err().to_string().contains("activecodes_code"));
    }

    #[test]
    fn a_failed_migration_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = made(&folder);
        let before = bytes(&path);
        let steps = steps_with("ALTER TABLE lines ADD COLUMN nickname TEXT; SELECT no_such_thing");
        let error = check_file(&path, &steps).unwrap_err();
        assert!(matches!(error, OpenError::Migration { .. }), "{error}");
        assert!(bytes(&path) == before);
    }

    #[test]
    fn a_failed_filling_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("panel.db");
        let error = prepare(&Place::File(path), &StorageOptions::default(), |_| {
            Err("seed line 3: no".into())
        })
        .err()
        .unwrap();
        assert_eq!(error.to_string(), "seed line 3: no");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn foreign_files_are_refused_and_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.txt");
        fs::write(
            &text,
            "not a database, but long enough to be mistaken for the header of one by size",
        )
        .unwrap();
        let other = folder.path().join("other.db");
        Connection::open(&other)
            .unwrap()
            .execute_batch("CREATE TABLE t (a)")
            .unwrap();
        for path in [&text, &other] {
            let before = bytes(path);
            let error = prepare(&Place::File(path.clone()), &StorageOptions::default(), |_| Ok(()))
                .err()
                .unwrap();
            assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
            assert!(bytes(path) == before);
        }
        let error = prepare(&Place::File(folder.path().into()), &StorageOptions::default(), |_| {
            Ok(())
        })
        .err()
        .unwrap();
        assert!(matches!(error, OpenError::Unreadable { .. }), "{error}");
    }
}
