//! DELETE.

use std::collections::HashSet;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::store::mysql::plan::{DeleteTarget, PlannedRows, Written, rows as stored};
use crate::store::mysql::run::{RunError, TimeLimit};

/// Deletes the rows of each table. A row counts that went with the row that it belonged to, if the statement names it.
pub fn run(
    db: &Connection,
    targets: &[DeleteTarget],
    rows: &PlannedRows,
    limit: TimeLimit,
) -> Result<Written, RunError> {
    let mut deleted: HashSet<(&str, i64)> = HashSet::new();
    for target in targets {
        for row in rows.iter() {
            limit.check()?;
            let Some(&Value::Integer(key)) = row.get(target.key) else {
                continue;
            };
            if deleted.insert((target.table.name, key)) {
                stored::delete(db, target.table, key)?;
            }
        }
    }
    Ok(Written {
        affected_rows: u64::try_from(deleted.len()).unwrap_or(u64::MAX),
        insert_id: 0,
    })
}
