//! What can go wrong at the two doors of the store.

/// A failure of the store itself; what a job finds wrong is the job's own error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue of the writer is full, or no reader came free in time. Nothing was done.
    #[error("the store is busy")]
    Busy,
    /// SQLite refused a statement.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A job panicked. What it had written was rolled back.
    #[error("a job panicked: {0}")]
    Panicked(String),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

/// The words of a panic's payload.
pub fn panic_words(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
