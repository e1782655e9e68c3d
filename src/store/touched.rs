//! What has changed of the rows that decide who may watch what: lines one by one, and whether anything else of it
//! changed. It is told after the commit, and before its callers are answered.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Most lines that are told one by one.
const MOST: usize = 1024;

/// Tables of content that lists show and streams play.
const CONTENT: [&str; 5] = [
    "bouquets",
    "streams",
    "streams_categories",
    "streams_episodes",
    "streams_series",
];
/// Further tables that decide who may watch.
const OTHERS: [&str; 5] = [
    "blocked_ips",
    "blocked_isps",
    "blocked_uas",
    "linecard_settings",
    "streams_servers",
];

/// The changed rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The lines with these ids, and nothing else.
    Lines(HashSet<i64>),
    /// Anything.
    All,
}

impl Default for Touched {
    fn default() -> Self {
        Touched::Lines(HashSet::new())
    }
}

impl Touched {
    fn add(&mut self, more: Touched) {
        match (&mut *self, more) {
            (Touched::Lines(lines), Touched::Lines(more)) if lines.len() + more.len() <= MOST => lines.extend(more),
            (Touched::Lines(_), _) => *self = Touched::All,
            (Touched::All, _) => {}
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Touched::Lines(lines) if lines.is_empty())
    }
}

/// The record of changes. It costs a comparison of names for each changed row until somebody watches.
#[derive(Debug, Default)]
pub struct TouchedLog {
    is_watched: AtomicBool,
    /// Rises with each commit that changed a table of content.
    content: AtomicU64,
    /// Whether the running transaction changed one.
    touches_content: AtomicBool,
    running: Mutex<Touched>,
    committed: Mutex<Touched>,
    told: Notify,
}

impl TouchedLog {
    /// Begins to watch; the first changes that it tells of are all.
    pub fn watch(self: &Arc<Self>) -> TouchedRows {
        self.is_watched.store(true, Ordering::SeqCst);
        TouchedRows(Arc::clone(self))
    }

    /// The version of the content, which rises before the callers of a write that changed it are answered.
    pub fn content(&self) -> u64 {
        self.content.load(Ordering::Acquire)
    }

    /// Records a change of a row, as reported by SQLite's update hook.
    pub(super) fn note(&self, table: &str, row: i64) {
        let is_content = CONTENT.contains(&table);
        if is_content {
            self.touches_content.store(true, Ordering::Relaxed);
        }
        if !self.is_watched.load(Ordering::SeqCst) {
            return;
        }
        let touched = match table {
            "lines" => Touched::Lines([row].into()),
            _ if is_content || OTHERS.contains(&table) => Touched::All,
            _ => return,
        };
        locked(&self.running).add(touched);
    }

    /// Records that any row may have changed.
    pub(super) fn note_all(&self) {
        self.touches_content.store(true, Ordering::Relaxed);
        *locked(&self.running) = Touched::All;
    }

    /// Discards the record of a transaction that was rolled back.
    pub(super) fn discard(&self) {
        *locked(&self.running) = Touched::default();
        self.touches_content.store(false, Ordering::Relaxed);
    }

    /// Tells of the changes of a transaction that was committed.
    pub(super) fn publish(&self) {
        if self.touches_content.swap(false, Ordering::Relaxed) {
            self.content.fetch_add(1, Ordering::Release);
        }
        let touched = std::mem::take(&mut *locked(&self.running));
        if !touched.is_empty() && self.is_watched.load(Ordering::SeqCst) {
            locked(&self.committed).add(touched);
            self.told.notify_one();
        }
    }
}

/// The changes since the last look, for one watcher.
#[derive(Debug)]
pub struct TouchedRows(Arc<TouchedLog>);

impl TouchedRows {
    /// Waits for changes, and returns them.
    pub async fn next(&mut self) -> Touched {
        loop {
            let touched = std::mem::take(&mut *locked(&self.0.committed));
            if !touched.is_empty() {
                return touched;
            }
            self.0.told.notified().await;
        }
    }
}

fn locked(touched: &Mutex<Touched>) -> MutexGuard<'_, Touched> {
    touched.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_told_one_by_one_and_too_many_are_all() {
        let log = Arc::new(TouchedLog::default());
        log.note("lines", 1);
        log.publish();
        let mut rows = log.watch();
        log.note("lines", 2);
        log.note("users", 2);
        log.discard();
        log.note("lines", 3);
        log.publish();
        log.note("lines", 4);
        log.publish();
        assert_eq!(rows.next().await, Touched::Lines([3, 4].into()));
        for line in 0..2_000 {
            log.note("lines", line);
        }
        log.publish();
        assert_eq!(rows.next().await, Touched::All);
        assert_eq!(log.content(), 0);
        log.note("streams_servers", 1);
        log.publish();
        assert_eq!((rows.next().await, log.content()), (Touched::All, 0));
        log.note("bouquets", 1);
        log.publish();
        assert_eq!((rows.next().await, log.content()), (Touched::All, 1));
    }
}
