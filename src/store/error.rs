//! The errors of the store.

/// An error of the store itself; a job has its own error type.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue of the writer is full, or no reader connection became free in time. Nothing was done.
    #[error("the store is busy")]
    Busy,
    /// SQLite refused a statement.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A job panicked. Its writes were rolled back.
    #[error("a job panicked: {0}")]
    Panicked(String),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

/// Returns the message of a panic.
pub fn panic_words(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
