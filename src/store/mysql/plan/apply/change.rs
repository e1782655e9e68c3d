//! The change of one row that is there.

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::store::mysql::errors::SqlError;
use crate::store::mysql::plan::rows;
use crate::store::mysql::run::RunError;
use crate::store::schema::{Column, Table};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has the values already, or is not there.
    None,
    /// Another row stands in its way, and the statement ignores that.
    Ignored,
    /// It was written, and its key is this.
    Done(i64),
}

/// Gives a row new values.
pub fn change(
    db: &Connection,
    table: &Table,
    key: i64,
    assignments: &[(&Column, &Value)],
    ignore: bool,
) -> Result<Change, RunError> {
    let columns: Vec<&Column> = assignments.iter().map(|(column, _)| *column).collect();
    let Some(old) = rows::read(db, table, key, &columns)? else {
        return Ok(Change::None);
    };
    let differs = |((_, new), old): &(&(&Column, &Value), &Value)| !is_same(new, old);
    let changed = assignments.iter().zip(&old).filter(differs);
    let changed: Vec<(&Column, &Value)> = changed.map(|(one, _)| *one).collect();
    if changed.is_empty() {
        return Ok(Change::None);
    }
    match obstacle(db, table, key, &changed)? {
        Some(_) if ignore => return Ok(Change::Ignored),
        Some(error) => return Err(error.into()),
        None => {}
    }
    rows::update(db, table, key, &changed)?;
    let new_key = changed.iter().find(|(column, _)| is_key(table, column));
    Ok(Change::Done(match new_key {
        Some((_, Value::Integer(new))) => *new,
        _ => key,
    }))
}

/// Whether two stored values are the same bytes.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Real(left), Value::Real(right)) => left.to_bits() == right.to_bits(),
        _ => left == right,
    }
}

/// Returns why a row cannot get these values: keys in the order of the schema first, then foreign keys.
fn obstacle(
    db: &Connection,
    table: &Table,
    key: i64,
    changed: &[(&Column, &Value)],
) -> Result<Option<SqlError>, RunError> {
    let given = |column: &Column| changed.iter().find(|(one, _)| one.name == column.name);
    for column in table.columns().filter(|column| column.unique) {
        let Some((_, value)) = given(column) else {
            continue;
        };
        if rows::twin(db, table, column, value, Some(key))?.is_some() {
            return Ok(Some(rows::duplicate(table, column, value)));
        }
    }
    for (column, value) in changed {
        if let Some(error) = rows::orphan(db, table, column, value)? {
            return Ok(Some(error));
        }
    }
    match changed.iter().any(|(column, _)| is_key(table, column)) {
        true => rows::named(db, table, key),
        false => Ok(None),
    }
}

fn is_key(table: &Table, column: &Column) -> bool {
    table.key().is_some_and(|key| key.name == column.name)
}
