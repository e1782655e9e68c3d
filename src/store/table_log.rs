//! Whether a table has changed. It is told after the commit, and before its callers are answered.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

/// The record of changes of a table.
#[derive(Debug)]
pub struct TableLog {
    table: &'static str,
    version: AtomicU64,
    /// Whether the running transaction changed it.
    is_touched: AtomicBool,
    told: Notify,
}

impl TableLog {
    /// The record of a table that has not changed yet.
    pub fn new(table: &'static str) -> TableLog {
        TableLog {
            table,
            version: AtomicU64::default(),
            is_touched: AtomicBool::default(),
            told: Notify::default(),
        }
    }

    /// Returns a number that changes with the table.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Waits for the next change; one waiter at most.
    pub async fn changed(&self) {
        self.told.notified().await;
    }

    /// Records a change of a row, as reported by SQLite's update hook.
    pub(super) fn note(&self, table: &str) {
        if table == self.table {
            self.note_all();
        }
    }

    /// Records that any row may have changed.
    pub(super) fn note_all(&self) {
        self.is_touched.store(true, Ordering::Relaxed);
    }

    /// Discards the record of a transaction that was rolled back.
    pub(super) fn discard(&self) {
        self.is_touched.store(false, Ordering::Relaxed);
    }

    /// Tells of the changes of a transaction that has ended.
    pub(super) fn publish(&self) {
        if self.is_touched.swap(false, Ordering::Relaxed) {
            self.version.fetch_add(1, Ordering::Release);
            self.told.notify_one();
        }
    }
}
