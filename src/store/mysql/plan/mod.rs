//! The rows of a write (contract "Admin API", 10.6, "Writes"): the typed layer prints one SELECT that yields, for
//! every row touched, its key and its new values; they are read to the end and then written by key (`apply`), so that
//! sub-queries see the tables as they were and SQLite's update hook is told of every row.
//!
//! New values come in the stored form of their column: the typed layer puts [`store::FUNCTION`] around each of them.
//!
//! Parameters of the SQL are named: [`NOW`], and those of [`OnDuplicate`].

pub mod apply;
pub mod last_id;
mod rows;
pub mod store;

use rusqlite::types::Value;

use crate::store::schema::{Column, Table};

/// The parameter of the statement's time: INTEGER, unix microseconds. Bound wherever a text has it.
pub const NOW: &str = ":now";

/// The parameter of the key of the row that is already there, in [`OnDuplicate::sql`].
pub const OLD_KEY: &str = ":old";

/// The parameter of [`OnDuplicate::bound`]'s entry of this number: `:new0`, `:new1`, …
pub fn new_value(at: usize) -> String {
    format!(":new{at}")
}

/// A write.
#[derive(Debug)]
pub struct Plan {
    /// The SELECT of the rows, in the order in which they are written.
    pub rows_sql: String,
    /// `IGNORE`: a row that fails is left out.
    pub ignore: bool,
    pub kind: PlanKind,
}

/// What a write does, with what it needs beside the SELECT of its rows.
#[derive(Debug)]
pub enum PlanKind {
    Insert(InsertPlan),
    /// One entry for each table with an assignment.
    Update(Vec<UpdateTarget>),
    /// One entry for each table whose rows are deleted.
    Delete(Vec<DeleteTarget>),
}

/// `INSERT` and `REPLACE`.
#[derive(Debug)]
pub struct InsertPlan {
    pub table: &'static Table,
    /// The columns that have a value: column number `n` of a row is for entry `n`, in its stored form. The others get
    /// their default. A key that is NULL or 0 is generated.
    pub columns: Vec<&'static Column>,
    /// `INSERT … SELECT`: its `insert_id` follows another rule.
    pub from_select: bool,
    pub conflict: Conflict,
}

/// What happens to a new row with a unique value that is already there.
#[derive(Debug)]
pub enum Conflict {
    /// The statement fails; with `IGNORE` the new row is left out.
    Fail,
    /// `REPLACE`: the old rows are deleted.
    Replace,
    Update(OnDuplicate),
}

/// `ON DUPLICATE KEY UPDATE`.
#[derive(Debug)]
pub struct OnDuplicate {
    /// The columns that are assigned.
    pub columns: Vec<&'static Column>,
    /// A SELECT of one row with their new values, in their stored form, over the row whose key is [`OLD_KEY`].
    /// Assignments see earlier ones, as in an UPDATE of one table.
    pub sql: String,
    /// What is bound to [`new_value`] of a number (of a key that is generated: the key that the new row would have got).
    pub bound: Vec<(usize, BoundValue)>,
}

/// A value that the update list takes from the new row.
#[derive(Debug)]
pub enum BoundValue {
    /// `VALUES(column)`, in its stored form; the default if the statement does not give it.
    Inserted(&'static Column),
    /// A column of [`Plan::rows_sql`] behind those of [`InsertPlan::columns`]: what the update list of an
    /// INSERT … SELECT takes from the SELECT's tables.
    Row(usize),
}

/// The part of an UPDATE that changes one table.
#[derive(Debug)]
pub struct UpdateTarget {
    pub table: &'static Table,
    /// The number of the column of a row that has the key. Where it is NULL (an outer join), nothing is changed. A key
    /// that comes again is not written again.
    pub key: usize,
    /// The columns that are assigned, each once, with the numbers of the columns of a row that have their new values.
    pub assignments: Vec<(&'static Column, usize)>,
}

/// The part of a DELETE that deletes from one table.
#[derive(Debug)]
pub struct DeleteTarget {
    pub table: &'static Table,
    /// As [`UpdateTarget::key`].
    pub key: usize,
}

/// The rows of a plan, read to the end.
#[derive(Debug, Default)]
pub struct PlannedRows {
    pub width: usize,
    /// Row by row.
    pub values: Vec<Value>,
    /// What `LAST_INSERT_ID(x)` was last given while they were read.
    pub last_id: Option<i64>,
}

/// The answer to a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows as MariaDB counts them.
    pub affected_rows: u64,
    pub insert_id: u64,
}

impl PlannedRows {
    /// Returns the rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[Value]> {
        self.values.chunks_exact(self.width.max(1))
    }
}

impl Plan {
    /// Returns the tables that are written to.
    pub fn tables(&self) -> Vec<&'static Table> {
        match &self.kind {
            PlanKind::Insert(insert) => vec![insert.table],
            PlanKind::Update(targets) => targets.iter().map(|target| target.table).collect(),
            PlanKind::Delete(targets) => targets.iter().map(|target| target.table).collect(),
        }
    }

    /// Returns the rows that may be gone after it, by table and key: those that it deletes, and those that it gives
    /// another key. A row that REPLACE deletes is left out where its key is the only one that it can collide by.
    pub fn removed<'a>(&'a self, rows: &'a PlannedRows) -> impl Iterator<Item = (&'static str, i64)> + 'a {
        let is_key = |table: &Table, column: &Column| table.key().is_some_and(|key| key.name == column.name);
        // The tables, with the column of a row that has the key.
        let keys: Vec<(&'static Table, usize)> = match &self.kind {
            PlanKind::Delete(targets) => targets.iter().map(|target| (target.table, target.key)).collect(),
            PlanKind::Update(targets) => targets
                .iter()
                .filter(|target| {
                    target
                        .assignments
                        .iter()
                        .any(|(column, _)| is_key(target.table, column))
                })
                .map(|target| (target.table, target.key))
                .collect(),
            PlanKind::Insert(insert) => {
                let is_moved = match &insert.conflict {
                    Conflict::Update(update) => update.columns.iter().any(|column| is_key(insert.table, column)),
                    Conflict::Fail | Conflict::Replace => false,
                };
                let key = insert.columns.iter().position(|column| is_key(insert.table, column));
                key.filter(|_| is_moved)
                    .map(|key| (insert.table, key))
                    .into_iter()
                    .collect()
            }
        };
        keys.into_iter().flat_map(move |(table, at)| {
            rows.iter().filter_map(move |row| match row.get(at) {
                Some(Value::Integer(key)) => Some((table.name, *key)),
                _ => None,
            })
        })
    }

    /// Returns about how many bytes it takes.
    pub fn size(&self) -> usize {
        /// For what each table and column of it takes.
        const NAMES: usize = 1024;
        let update = match &self.kind {
            PlanKind::Insert(InsertPlan {
                conflict: Conflict::Update(update),
                ..
            }) => update.sql.len(),
            _ => 0,
        };
        self.rows_sql.len() + update + NAMES
    }
}
