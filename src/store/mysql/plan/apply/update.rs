//! UPDATE.

use std::collections::HashSet;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::change::{Change, change};
use crate::store::mysql::plan::{PlannedRows, UpdateTarget, Written};
use crate::store::mysql::run::{RunError, TimeLimit};

/// Changes the rows of each table, in the order of the plan.
pub fn run(
    db: &Connection,
    targets: &[UpdateTarget],
    rows: &PlannedRows,
    ignore: bool,
    limit: TimeLimit,
) -> Result<Written, RunError> {
    let mut affected_rows = 0;
    for target in targets {
        let mut written = HashSet::new();
        for row in rows.iter() {
            limit.check()?;
            let Some(&Value::Integer(key)) = row.get(target.key) else {
                continue;
            };
            // A join may bring a row more than once.
            if !written.insert(key) {
                continue;
            }
            let assignments = target.assignments.iter();
            let assignments: Vec<_> = assignments
                .filter_map(|(column, at)| Some((*column, row.get(*at)?)))
                .collect();
            if let Change::Done(_) = change(db, target.table, key, &assignments, ignore)? {
                affected_rows += 1;
            }
        }
    }
    Ok(Written {
        affected_rows,
        insert_id: 0,
    })
}
