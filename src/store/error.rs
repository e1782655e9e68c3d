//! The errors of the store.

use rusqlite::{ErrorCode, ffi};

/// An error of the store itself; a job has its own error type.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue of the writer is full, no reader connection became free in time, a read took too long, or
    /// another process keeps the file locked. Nothing was done.
    #[error("the store is busy")]
    Busy,
    /// The file was deleted or replaced while it was open: what is written would be lost with it.
    #[error("the database file was deleted or replaced")]
    FileLost,
    /// SQLite refused a statement.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    /// A job panicked. Its writes were rolled back.
    #[error("a job panicked: {0}")]
    Panicked(String),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        let Some(code) = error.sqlite_error() else {
            return StoreError::Sqlite(error);
        };
        match (code.code, code.extended_code) {
            (_, ffi::SQLITE_READONLY_DBMOVED) => StoreError::FileLost,
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Busy,
            _ => StoreError::Sqlite(error),
        }
    }
}

/// Returns the message of a panic.
pub fn panic_words(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
