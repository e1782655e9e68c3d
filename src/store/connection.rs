//! Sets up an SQLite connection for its role: pragmas with their reasons, the panel's SQL functions, and the
//! rule that SQL must not read a clock or draw random numbers.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};

use super::functions;
use super::options::StorageOptions;
use crate::time::Zone;

/// Marks a file as Linecard's in its header, so that another program's database is refused.
pub const APPLICATION_ID: i32 = 0x4C4E_4344; // "LNCD"

/// Prepared statements cached per connection. There are a few hundred different statements (get, page and
/// count of each noun); with the default of 16 most of them would be prepared again each time.
const STATEMENTS: usize = 256;

/// Memory for pages, in KiB. A reader's pages are in the operating system's cache as well, so a
/// small one costs little and keeps a many-reader server small.
const READER_CACHE_KIB: i32 = 1024;
const WRITER_CACHE_KIB: i32 = 4096;
/// The same for a database in memory, which hardly needs a cache.
const SHARED_CACHE_KIB: i32 = 16;

/// Size of a page in memory. Most tables are smaller than a page of a file, which has 4096 bytes.
const SMALL_PAGE: u32 = 1024;

/// Longest wait for a lock of another process (a backup, a shell), where no option sets it. Linecard's own
/// connections never wait for each other's locks.
const BUSY: Duration = Duration::from_secs(5);

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, with its write-ahead log beside it.
    File(PathBuf),
    /// Memory that the connections of one store share under this name, invisible to other stores.
    Memory(String),
}

/// Prints it as in the option `--db`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Memory(_) => f.write_str(":memory:"),
        }
    }
}

impl Place {
    /// Creates a place in memory with a name that is unique in this process.
    pub fn private_memory() -> Place {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Place::Memory(format!("linecard-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Opens a connection. Creates a database in memory, but never a file.
    pub fn connect(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        match self {
            Place::File(path) => Connection::open_with_flags(path, flags),
            Place::Memory(_) => Connection::open_with_flags(self.uri(), flags | OpenFlags::SQLITE_OPEN_URI),
        }
    }

    /// Returns the name under which a connection pool opens it.
    pub fn uri(&self) -> PathBuf {
        match self {
            Place::File(path) => path.clone(),
            // SQLite's own memory file system: a leading slash makes a name that connections share.
            Place::Memory(name) => PathBuf::from(format!("file:/{name}?vfs=memdb")),
        }
    }
}

/// Sets a connection up for the writer.
pub fn writer(db: &Connection, zone: Zone, options: &StorageOptions) -> rusqlite::Result<()> {
    common(db, zone, WRITER_CACHE_KIB)?;
    db.busy_timeout(options.lock_wait)?;
    // Write-ahead log: readers never wait for the writer. FULL: an acknowledged write survives a power cut;
    // group commit makes that affordable.
    let _mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    db.execute_batch("PRAGMA synchronous = FULL")?;
    let limit = i64::try_from(options.log_limit).unwrap_or(i64::MAX);
    let _limit: i64 = db.query_row(&format!("PRAGMA journal_size_limit = {limit}"), [], |row| row.get(0))?;
    forbid_clock_and_random(db)
}

/// Sets up a connection in memory that the writer and readers use in turns.
pub fn shared(db: &Connection, zone: Zone) -> rusqlite::Result<()> {
    common(db, zone, SHARED_CACHE_KIB)?;
    forbid_clock_and_random(db)
}

/// Sets small pages for a new database in memory.
pub fn small_pages(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "page_size", SMALL_PAGE)
}

/// Returns the size of a database in bytes, with what is not committed yet.
pub fn size(db: &Connection) -> rusqlite::Result<usize> {
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let bytes = number("page_count")?.saturating_mul(number("page_size")?);
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// Sets up a connection for readers: it cannot write, whatever SQL it runs.
pub fn reader(db: &Connection, zone: Zone) -> rusqlite::Result<()> {
    common(db, zone, READER_CACHE_KIB)?;
    read_only(db)?;
    forbid_clock_and_random(db)
}

/// Makes a connection refuse every write.
pub fn read_only(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("PRAGMA query_only = ON")
}

/// Sets up a connection of another process while a server may be running.
pub fn visitor(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    distrust(db)?;
    db.execute_batch("PRAGMA synchronous = FULL")
}

/// Gives a file as little as possible to do to its reader: nothing that its schema says may call a function with
/// effects, and no statement may change the schema as a table or a shadow table.
pub fn distrust(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map(drop)
}

fn common(db: &Connection, zone: Zone, cache_kib: i32) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    distrust(db)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Foreign keys are off by default. Temporary data of sorting is kept in memory.
    db.execute_batch(&format!(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{cache_kib}"
    ))?;
    functions::register(db, zone)
}

/// SQL that reads the time or draws a random number does not compile, including column defaults: both are
/// passed as parameters, so that a test can set them.
fn forbid_clock_and_random(db: &Connection) -> rusqlite::Result<()> {
    db.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Function { function_name } if is_clock_or_random(function_name) => Authorization::Deny,
        _ => Authorization::Allow,
    }))
}

/// SQLite's functions that read the clock or draw random numbers.
pub fn is_clock_or_random(function: &str) -> bool {
    const NAMES: [&str; 12] = [
        "random",
        "randomblob",
        "date",
        "time",
        "datetime",
        "julianday",
        "unixepoch",
        "strftime",
        "timediff",
        "current_date",
        "current_time",
        "current_timestamp",
    ];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(function))
}
