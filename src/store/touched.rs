//! What has changed of the rows that decide who may watch what: lines one by one, and whether anything else of it
//! changed. It is told after the commit, and before its callers are answered.
//!
//! What a stream does is written to its row of `streams_servers` once a second, and decides nothing. SQLite's update hook
//! does not say which columns changed, so that the writer's connection has temporary triggers for that table, as it has
//! for ended connections.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
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
const OTHERS: [&str; 4] = ["blocked_ips", "blocked_isps", "blocked_uas", "linecard_settings"];

/// The SQL function that the triggers call.
const FUNCTION: &str = "linecard_stream_server_changed";

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

    /// Records that a stream runs on another server, or was started or stopped there.
    fn note_server(&self) {
        if self.is_watched.load(Ordering::SeqCst) {
            locked(&self.running).add(Touched::All);
        }
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

/// Makes the writer's connection record where streams run. The schema must exist.
pub(super) fn watch_servers(db: &Connection, log: Arc<TouchedLog>) -> rusqlite::Result<()> {
    db.create_scalar_function(FUNCTION, 0, FunctionFlags::SQLITE_UTF8, move |_| {
        log.note_server();
        Ok(None::<i64>)
    })?;
    db.execute_batch(&format!(
        "CREATE TEMP TRIGGER linecard_server_added AFTER INSERT ON main.streams_servers BEGIN
             SELECT {FUNCTION}();
         END;
         CREATE TEMP TRIGGER linecard_server_removed AFTER DELETE ON main.streams_servers BEGIN
             SELECT {FUNCTION}();
         END;
         CREATE TEMP TRIGGER linecard_server_changed
         AFTER UPDATE OF stream_id, server_id, pid, on_demand ON main.streams_servers
         WHEN OLD.stream_id <> NEW.stream_id OR OLD.server_id <> NEW.server_id OR OLD.pid IS NOT NEW.pid
           OR OLD.on_demand <> NEW.on_demand BEGIN
             SELECT {FUNCTION}();
         END;"
    ))
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
        log.note_server();
        log.publish();
        assert_eq!((rows.next().await, log.content()), (Touched::All, 0));
        log.note("bouquets", 1);
        log.publish();
        assert_eq!((rows.next().await, log.content()), (Touched::All, 1));
    }

    #[tokio::test]
    async fn what_a_stream_does_touches_nobody_and_where_it_runs_touches_all() {
        use crate::store::{Place, StorageOptions, Store, StoreError};
        use crate::time::Zone;

        let begin = |db: &Connection| {
            let sql = "INSERT INTO streams (id, type) VALUES (1, 1), (2, 1)";
            db.execute_batch(sql).map_err(|error| error.to_string())
        };
        let store = Store::open(Place::private_memory(), Zone::UTC, &StorageOptions::default(), begin);
        let store = store.unwrap().0;
        let run = async |sql: &'static str| {
            store
                .write::<_, StoreError, _>(move |db| Ok(db.execute_batch(sql)?))
                .await
                .unwrap()
        };
        let mut rows = store.touched_rows();
        for (sql, touches) in [
            (
                "INSERT INTO streams_servers (server_stream_id, stream_id, server_id, pid) VALUES (1, 1, 1, 7)",
                true,
            ),
            (
                "UPDATE streams_servers SET stream_status = 2, current_source = 'x', bitrate = 1, video_codec = 'h264',
                 audio_codec = 'aac', progress_info = '{}'",
                false,
            ),
            ("UPDATE streams_servers SET pid = 7, on_demand = 0", false),
            ("UPDATE streams_servers SET pid = NULL", true),
            ("UPDATE streams_servers SET on_demand = 1", true),
            ("UPDATE streams_servers SET server_id = 2", true),
            ("UPDATE streams_servers SET stream_id = 2", true),
            (
                "REPLACE INTO streams_servers (server_stream_id, stream_id, server_id) VALUES (1, 1, 1)",
                true,
            ),
            ("DELETE FROM streams_servers", true),
        ] {
            run(sql).await;
            let told = tokio::time::timeout(std::time::Duration::ZERO, rows.next()).await;
            assert_eq!(told.ok(), touches.then_some(Touched::All), "{sql}");
        }
    }
}
