//! What the running job of the writer did to lines, row by row, whoever's statement it was: the only place that sees what a
//! row was before. Nothing is recorded until somebody follows, and then only the changes of the running job.
//!
//! SQLite's update hook does not say what a row was, so that the writer's connection has temporary triggers, as it has for
//! ended connections.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::Value;

use super::due_log::DueLog;

/// What a line is shown with, each as an expression over `lines`. A line that is deleted is recorded with it.
#[rustfmt::skip]
pub const LINE_COLUMNS: [&str; 15] = [
    "lines.id",
    "lines.username",
    "lines.password",
    "lines.package_id",
    "(SELECT package_name FROM users_packages WHERE users_packages.id = lines.package_id)",
    "lines.enabled",
    "lines.admin_enabled",
    "lines.exp_date",
    "(SELECT device_limit FROM linecard_tracked_lines WHERE line_id = lines.id)",
    "(SELECT count(*) FROM linecard_devices WHERE line_id = lines.id AND mag_id IS NULL) + EXISTS (SELECT 1 FROM mag_devices WHERE user_id = lines.id)",
    "(SELECT mac FROM mag_devices WHERE user_id = lines.id ORDER BY mag_id LIMIT 1)",
    "(SELECT count(*) FROM lines_live WHERE user_id = lines.id AND hls_end = 0)",
    "lines.admin_notes",
    "lines.created_at",
    "lines.updated",
];

/// The SQL functions that the triggers call.
const FOLLOWS: &str = "linecard_follows_lines";
const MADE: &str = "linecard_line_made";
const CHANGED: &str = "linecard_line_changed";
const REMOVED: &str = "linecard_line_removed";

/// What of a line decides whether it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineState {
    /// Whether it is the hidden line of a device.
    pub is_hidden: bool,
    /// Whether it is neither disabled nor banned.
    pub is_enabled: bool,
    /// The date text of its end; `None` is never.
    pub expires: Option<String>,
}

/// A change of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum LineChange {
    Made(i64),
    Changed {
        id: i64,
        was: LineState,
        is: LineState,
    },
    /// The values of [`LINE_COLUMNS`] before it was deleted; hidden lines are not told of.
    Removed(Vec<Value>),
}

/// The record.
#[derive(Debug, Default)]
pub struct LineLog {
    is_followed: AtomicBool,
    changes: Mutex<Vec<LineChange>>,
}

impl LineLog {
    /// Whether changes are to be recorded from now on.
    pub fn follow(&self, is_followed: bool) {
        self.is_followed.store(is_followed, Ordering::Relaxed);
    }

    /// Returns the changes of the running job since the last call.
    pub fn take(&self) -> Vec<LineChange> {
        std::mem::take(&mut *self.changes())
    }

    /// Discards what another job has left.
    pub(super) fn discard(&self) {
        self.changes().clear();
    }

    fn add(&self, change: LineChange) {
        self.changes().push(change);
    }

    fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Relaxed)
    }

    fn changes(&self) -> MutexGuard<'_, Vec<LineChange>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the writer's connection record changes of lines, and tell when one's end is another. The schema must exist.
pub(super) fn watch(db: &Connection, log: &Arc<LineLog>, due: &Arc<DueLog>) -> rusqlite::Result<()> {
    let utf8 = FunctionFlags::SQLITE_UTF8;
    let (follows, made, changed, removed) = (Arc::clone(log), Arc::clone(log), Arc::clone(log), Arc::clone(log));
    db.create_scalar_function(FOLLOWS, 0, utf8, move |_| Ok(follows.is_followed()))?;
    let made_due = Arc::clone(due);
    db.create_scalar_function(MADE, 1, utf8, move |row| {
        made_due.note_all();
        made.add(LineChange::Made(row.get(0)?));
        Ok(None::<i64>)
    })?;
    let changed_due = Arc::clone(due);
    db.create_scalar_function(CHANGED, 7, utf8, move |row| {
        let (was, is) = (state(row, 1)?, state(row, 4)?);
        if was.expires != is.expires {
            changed_due.note_all();
        }
        let id = row.get(0)?;
        changed.add(LineChange::Changed { id, was, is });
        Ok(None::<i64>)
    })?;
    db.create_scalar_function(REMOVED, -1, utf8, move |row| {
        let values = (0..row.len()).map(|at| row.get(at));
        removed.add(LineChange::Removed(values.collect::<rusqlite::Result<_>>()?));
        Ok(None::<i64>)
    })?;
    let columns = LINE_COLUMNS.map(|column| column.replace("lines.", "OLD.")).join(", ");
    let state = |row: &str| {
        format!(
            "{row}.is_mag <> 0 OR {row}.is_e2 <> 0, {row}.enabled <> 0 AND {row}.admin_enabled <> 0, {row}.exp_date"
        )
    };
    let (old, new) = (state("OLD"), state("NEW"));
    db.execute_batch(&format!(
        "CREATE TEMP TRIGGER linecard_line_made AFTER INSERT ON main.lines WHEN {FOLLOWS}() BEGIN
             SELECT {MADE}(NEW.id);
         END;
         CREATE TEMP TRIGGER linecard_line_changed
         AFTER UPDATE OF enabled, admin_enabled, exp_date, is_mag, is_e2 ON main.lines WHEN {FOLLOWS}() BEGIN
             SELECT {CHANGED}(NEW.id, {old}, {new});
         END;
         CREATE TEMP TRIGGER linecard_line_removed BEFORE DELETE ON main.lines
         WHEN {FOLLOWS}() AND OLD.is_mag = 0 AND OLD.is_e2 = 0 BEGIN
             SELECT {REMOVED}({columns});
         END;"
    ))
}

/// Reads a state whose values begin at a place.
fn state(row: &Context<'_>, at: usize) -> rusqlite::Result<LineState> {
    Ok(LineState {
        is_hidden: row.get(at)?,
        is_enabled: row.get(at.saturating_add(1))?,
        expires: row.get(at.saturating_add(2))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Place, StorageOptions, Store, StoreError};
    use crate::time::Zone;

    #[tokio::test]
    async fn each_change_of_a_job_is_recorded_while_somebody_follows() {
        let store = Store::open(Place::private_memory(), Zone::UTC, &StorageOptions::default(), |_| {
            Ok(())
        });
        let store = Arc::new(store.unwrap().0);
        let run = async |sql: &'static str| {
            let log = Arc::clone(store.lines());
            let job = move |db: &Connection| Ok::<_, StoreError>(db.execute_batch(sql).map(|()| log.take())?);
            store.write(job).await.unwrap()
        };
        assert_eq!(run("INSERT INTO lines (id, username) VALUES (1, 'a')").await, []);
        store.lines().follow(true);
        let due = store.due().version();
        assert_eq!(run("UPDATE lines SET last_activity = 5, admin_notes = 'x'").await, []);
        let state = |is_enabled, expires: Option<&str>| LineState {
            is_hidden: false,
            is_enabled,
            expires: expires.map(str::to_owned),
        };
        let changed = run("UPDATE lines SET enabled = 0").await;
        let (was, is) = (state(true, None), state(false, None));
        assert_eq!(changed, [LineChange::Changed { id: 1, was, is }]);
        assert_eq!(store.due().version(), due);
        let changed = run("UPDATE lines SET exp_date = '2026-04-01'").await;
        let (was, is) = (state(false, None), state(false, Some("2026-04-01")));
        assert_eq!(changed, [LineChange::Changed { id: 1, was, is }]);
        assert_ne!(store.due().version(), due);
        assert_eq!(
            run("INSERT INTO lines (id, username) VALUES (2, 'b')").await,
            [LineChange::Made(2)]
        );
        let removed = run("DELETE FROM lines").await;
        let names: Vec<&Value> = removed
            .iter()
            .map(|one| match one {
                LineChange::Removed(values) => &values[1],
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(names, [&Value::Text("a".into()), &Value::Text("b".into())]);
    }
}
