//! The columns whose values are secrets, and which of their rows have changed, so that whoever knows all secrets
//! need not read a million lines again after each write.
//!
//! Nothing is recorded before someone asks for the first time: until then it costs a write one load for each
//! changed row.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A table with secrets.
#[derive(Debug)]
pub struct SecretTable {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

/// The tables with secrets; their keys are SQLite's row ids.
pub const SECRET_TABLES: [SecretTable; 6] = [
    table("lines", &["password", "play_token", "access_token"]),
    table("mag_devices", &["parent_password", "token"]),
    table("enigma2_devices", &["key_auth", "token"]),
    table("users", &["password", "api_key"]),
    table("rtmp_ips", &["password"]),
    table("linecard_webhooks", &["secret"]),
];

/// The largest number of rows that are recorded; beyond it everything is read again.
const MOST: usize = 1_024;

const fn table(name: &'static str, columns: &'static [&'static str]) -> SecretTable {
    SecretTable { name, columns }
}

/// The rows with secrets that have changed since someone asked.
#[derive(Debug, Default)]
pub struct SecretRows {
    /// Whether someone has asked.
    is_on: AtomicBool,
    /// Those of the running transaction.
    running: Mutex<ChangedRows>,
    committed: Mutex<ChangedRows>,
}

/// Rows that have changed.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangedRows {
    /// The number of the table in [`SECRET_TABLES`], and the row.
    Some(BTreeSet<(usize, i64)>),
    /// Any of them.
    All,
}

impl Default for ChangedRows {
    fn default() -> Self {
        ChangedRows::Some(BTreeSet::new())
    }
}

impl ChangedRows {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        matches!(self, ChangedRows::Some(rows) if rows.is_empty())
    }

    fn add(&mut self, more: ChangedRows) {
        match (&mut *self, more) {
            (ChangedRows::Some(rows), ChangedRows::Some(more)) if rows.len() + more.len() <= MOST => rows.extend(more),
            (ChangedRows::Some(_), _) => *self = ChangedRows::All,
            (ChangedRows::All, _) => {}
        }
    }
}

impl SecretRows {
    /// Returns the rows that have changed since the last call; the first two times these are all.
    pub fn take(&self) -> ChangedRows {
        match self.is_on.swap(true, Ordering::SeqCst) {
            true => std::mem::take(&mut *locked(&self.committed)),
            // The transaction that runs now was not recorded from its beginning: all are read twice.
            false => {
                self.note_all();
                ChangedRows::All
            }
        }
    }

    /// Records that any row may have changed.
    pub fn note_all(&self) {
        *locked(&self.committed) = ChangedRows::All;
    }

    /// Records a change of a row, as reported by SQLite's update hook.
    pub(super) fn note(&self, table: &str, row: i64) {
        if !self.is_on.load(Ordering::SeqCst) {
            return;
        }
        if let Some(table) = SECRET_TABLES.iter().position(|one| one.name == table) {
            locked(&self.running).add(ChangedRows::Some([(table, row)].into()));
        }
    }

    /// Makes the rows of the transaction that has ended known. Those of one that was rolled back are read again
    /// and are as they were.
    pub(super) fn publish(&self) {
        if self.is_on.load(Ordering::SeqCst) {
            let rows = std::mem::take(&mut *locked(&self.running));
            locked(&self.committed).add(rows);
        }
    }
}

fn locked(rows: &Mutex<ChangedRows>) -> MutexGuard<'_, ChangedRows> {
    rows.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_known_after_their_transaction_and_too_many_are_all() {
        let rows = SecretRows::default();
        rows.note("lines", 1);
        rows.publish();
        assert_eq!([rows.take(), rows.take()], [ChangedRows::All, ChangedRows::All]);
        rows.note("lines", 2);
        rows.note("streams", 3);
        assert_eq!(rows.take(), ChangedRows::default());
        rows.publish();
        assert_eq!(rows.take(), ChangedRows::Some([(0, 2)].into()));
        for row in 0..2_000 {
            rows.note("users", row);
        }
        rows.publish();
        assert_eq!(rows.take(), ChangedRows::All);
        assert_eq!(rows.take(), ChangedRows::default());
        rows.note_all();
        assert_eq!(rows.take(), ChangedRows::All);
    }
}
