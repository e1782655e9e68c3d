//! Watches the file of an open database. A process that has a file open goes on writing to it after it was
//! deleted or replaced, and what it writes is gone with its end. So each transaction looks before it begins, and
//! once more after its commit, whether the name still leads to the same file, which takes a microsecond or two.
//!
//! The write-ahead log is looked at in the same way. It is also kept small: SQLite goes back to its beginning
//! only in a moment without readers, which a busy panel may not have for hours.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection, ffi};

use super::open::beside_exactly;
use super::options::StorageOptions;
use crate::platform::{self, FileId};

/// How long cutting the log waits for reads of this moment; the next transaction waits with it.
const PATIENCE: Duration = Duration::from_millis(100);

/// The file of a database and its write-ahead log.
#[derive(Debug)]
pub struct FileWatch {
    path: PathBuf,
    file: FileId,
    log_path: PathBuf,
    /// Known from the first commit on; SQLite keeps the file for as long as the database is open.
    log: OnceLock<FileId>,
    /// Whether the loss has been logged.
    lost: AtomicBool,
    limit: u64,
    lock_wait: Duration,
    /// The length of the log from which on it is cut.
    cut_at: AtomicU64,
}

impl FileWatch {
    /// The watch of a file that is open from now on.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(path: &Path, options: &StorageOptions) -> std::io::Result<FileWatch> {
        Ok(FileWatch {
            path: path.into(),
            file: platform::file_id(path)?,
            log_path: beside_exactly(path, "-wal"),
            log: OnceLock::new(),
            lost: AtomicBool::new(false),
            limit: options.log_limit,
            lock_wait: options.lock_wait,
            cut_at: AtomicU64::new(options.log_limit),
        })
    }

    /// Looks whether the names still lead to the files that are open. They may come back.
    ///
    /// # Errors
    /// `SQLITE_READONLY_DBMOVED`, SQLite's own word for it.
    pub fn check(&self) -> rusqlite::Result<()> {
        let log = self.log.get();
        let intact = leads_to(&self.path, self.file) && log.is_none_or(|log| leads_to(&self.log_path, *log));
        let path = self.path.display();
        match (intact, self.lost.swap(!intact, Ordering::Relaxed)) {
            (false, false) => tracing::error!(
                "{path}, or the log beside it, was deleted or replaced: writes are refused until it is back or the server is started again"
            ),
            (true, true) => tracing::info!("{path} is back: writes are accepted again"),
            _ => {}
        }
        match intact {
            true => Ok(()),
            false => Err(rusqlite::Error::SqliteFailure(
                ffi::Error::new(ffi::SQLITE_READONLY_DBMOVED),
                None,
            )),
        }
    }

    /// As [`FileWatch::check`], after a commit, which has made the log where there was none.
    ///
    /// # Errors
    /// As `check`.
    pub fn check_committed(&self) -> rusqlite::Result<()> {
        if self.log.get().is_none()
            && let Ok(log) = platform::file_id(&self.log_path)
        {
            let _ = self.log.set(log);
        }
        self.check()
    }

    /// Folds a log that is too long into the file and cuts it.
    pub fn cut_log(&self, db: &Connection) {
        let length = fs::metadata(&self.log_path).map_or(0, |about| about.len());
        if length <= self.limit {
            self.cut_at.store(self.limit, Ordering::Relaxed);
        }
        if length <= self.cut_at.load(Ordering::Relaxed) {
            return;
        }
        let is_cut = self.checkpoint(db).unwrap_or_else(|error| {
            tracing::warn!(%error, "the write-ahead log was not folded into the database");
            false
        });
        if !is_cut {
            tracing::warn!(
                bytes = length,
                "the write-ahead log cannot be cut: a long read, perhaps of another process, still needs it"
            );
            self.cut_at.store(length.saturating_add(self.limit), Ordering::Relaxed);
        }
    }

    /// Whether nobody kept the log from being cut.
    fn checkpoint(&self, db: &Connection) -> rusqlite::Result<bool> {
        db.busy_timeout(PATIENCE)?;
        let busy = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        db.busy_timeout(self.lock_wait)?;
        busy.map(|busy| busy == 0)
    }
}

fn leads_to(path: &Path, file: FileId) -> bool {
    platform::file_id(path).is_ok_and(|found| found == file)
}
