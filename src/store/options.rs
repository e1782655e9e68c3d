//! What an operator sets about the storage.

use std::time::Duration;

/// Options of a store.
#[derive(Clone, Debug)]
pub struct StorageOptions {
    /// Whether an empty file is taken for a new database.
    pub accept_empty: bool,
    /// How long a write waits for another process that writes to the same file.
    pub lock_wait: Duration,
    /// The size of the write-ahead log, in bytes, from which on it is folded into the file and cut.
    pub log_limit: u64,
    /// How long one read may go on.
    pub read_limit: Duration,
}

impl Default for StorageOptions {
    fn default() -> Self {
        StorageOptions {
            accept_empty: false,
            lock_wait: Duration::from_secs(5),
            log_limit: 64 << 20,
            read_limit: Duration::from_secs(60),
        }
    }
}
