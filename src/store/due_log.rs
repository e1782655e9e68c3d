//! Whether the next instant at which something of the panel falls due may have changed: a row that counts such changes was
//! written, or one of the lines on whose ends something depends. It is told after the commit, and before its callers are
//! answered.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use super::table_log::TableLog;

/// The table whose row is written with what falls due.
const TABLE: &str = "linecard_due";

/// The record of changes.
#[derive(Debug)]
pub struct DueLog {
    log: TableLog,
    has_lines: AtomicBool,
    lines: RwLock<HashSet<i64>>,
}

impl Default for DueLog {
    fn default() -> Self {
        DueLog {
            log: TableLog::new(TABLE),
            has_lines: AtomicBool::default(),
            lines: RwLock::default(),
        }
    }
}

impl DueLog {
    /// Returns a number that changes with what falls due.
    pub fn version(&self) -> u64 {
        self.log.version()
    }

    /// Returns the record of the counter's row.
    pub(super) fn log(&self) -> &TableLog {
        &self.log
    }

    /// Waits for the next change; one waiter at most.
    pub async fn changed(&self) {
        self.log.changed().await;
    }

    /// Watches these lines from now on and no others, and says whether all of them were watched already.
    pub fn watch_lines(&self, wanted: HashSet<i64>) -> bool {
        let mut lines = self.lines.write().unwrap_or_else(PoisonError::into_inner);
        let were_watched = wanted.is_subset(&lines);
        self.has_lines.store(!wanted.is_empty(), Ordering::SeqCst);
        *lines = wanted;
        were_watched
    }

    /// Records a change of a row, as reported by SQLite's update hook.
    pub(super) fn note(&self, table: &str, row: i64) {
        let is_watched = table == "lines"
            && self.has_lines.load(Ordering::SeqCst)
            && self.lines.read().unwrap_or_else(PoisonError::into_inner).contains(&row);
        match is_watched {
            true => self.log.note_all(),
            false => self.log.note(table),
        }
    }

    /// Records that any row may have changed.
    pub(super) fn note_all(&self) {
        self.log.note_all();
    }

    /// Discards the record of a transaction that was rolled back.
    pub(super) fn discard(&self) {
        self.log.discard();
    }

    /// Tells of the changes of a transaction that has ended.
    pub(super) fn publish(&self) {
        self.log.publish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_watched_lines_and_the_counter_matter() {
        let log = DueLog::default();
        let version_after = |table: &str, row: i64| {
            log.note(table, row);
            log.publish();
            log.version()
        };
        assert_eq!(version_after("lines", 7), 0);
        assert_eq!(version_after("linecard_due", 1), 1);
        assert!(!log.watch_lines([7].into()));
        assert!(log.watch_lines([7].into()));
        assert_eq!(version_after("lines", 8), 1);
        assert_eq!(version_after("lines", 7), 2);
        assert_eq!(version_after("users", 7), 2);
        assert!(log.watch_lines(HashSet::new()));
        assert_eq!(version_after("lines", 7), 2);
        log.note("linecard_due", 1);
        log.discard();
        log.publish();
        assert_eq!(log.version(), 2);
    }
}
