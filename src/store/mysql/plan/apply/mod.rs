//! Writes the rows of a plan on the writer's connection, by key, and counts them as MariaDB does.
//!
//! Only rows and columns that change are written. Whether a row may be written is looked up before it is: SQLite's
//! own checks compare otherwise, and after they failed the row's part would have to be taken back.

mod change;
mod delete;
mod insert;
#[cfg(test)]
mod tests;
mod update;

use rusqlite::Connection;

use super::{Plan, PlanKind, PlannedRows, Written};
use crate::store::mysql::run::{RunError, TimeLimit};

/// Writes the rows of a plan. When it fails, the transaction has to be rolled back.
///
/// # Errors
/// MariaDB's words, or SQLite's error.
pub fn apply(
    db: &Connection,
    plan: &Plan,
    rows: &PlannedRows,
    now: i64,
    limit: TimeLimit,
) -> Result<Written, RunError> {
    match &plan.kind {
        PlanKind::Insert(insert) => insert::run(db, insert, rows, plan.ignore, now, limit),
        PlanKind::Update(targets) => update::run(db, targets, rows, plan.ignore, limit),
        PlanKind::Delete(targets) => delete::run(db, targets, rows, limit),
    }
}
