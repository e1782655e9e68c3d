//! INSERT and REPLACE.

use std::borrow::Cow;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::change::{Change, change};
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::plan::{
    BoundValue, Conflict, InsertPlan, NOW, OLD_KEY, OnDuplicate, PlannedRows, Written, last_id, new_value,
    rows as stored,
};
use crate::store::mysql::run::{RunError, TimeLimit};
use crate::store::schema::{Column, Table};

/// The largest key that is generated.
const LAST_KEY: i64 = 0x7FFF_FFFF;

/// Inserts the rows in the order of the plan.
pub fn run(
    db: &Connection,
    plan: &InsertPlan,
    rows: &PlannedRows,
    ignore: bool,
    now: i64,
    limit: TimeLimit,
) -> Result<Written, RunError> {
    let Some(key) = plan.table.key() else {
        return Ok(Written::default());
    };
    let mut insert = Insert {
        db,
        plan,
        key,
        ignore,
        now,
        ids: Ids::default(),
        affected_rows: 0,
        has_replaced_for_generated: false,
    };
    last_id::take();
    for (at, row) in rows.iter().enumerate() {
        limit.check()?;
        match insert.row(row, at + 1) {
            Err(RunError::Sql(_)) if ignore => {}
            done => done?,
        }
    }
    Ok(Written {
        affected_rows: insert.affected_rows,
        insert_id: insert.ids.told(last_id::take().or(rows.last_id)).cast_unsigned(),
    })
}

/// What the `insert_id` is made from.
#[derive(Debug, Default)]
struct Ids {
    /// The first key that was generated for a new row.
    generated: Option<i64>,
    /// The key of the last row, new or changed or left out.
    last: i64,
    /// Whether any row is new or changed.
    is_any: bool,
}

impl Ids {
    /// Returns the statement's id; `noted` is what `LAST_INSERT_ID(x)` was given.
    fn told(&self, noted: Option<i64>) -> i64 {
        let last = if self.is_any { self.last } else { 0 };
        self.generated.or(noted).unwrap_or(last)
    }
}

struct Insert<'a> {
    db: &'a Connection,
    plan: &'a InsertPlan,
    /// The column of the primary key.
    key: &'static Column,
    ignore: bool,
    now: i64,
    ids: Ids,
    affected_rows: u64,
    /// Whether a REPLACE has given a generated key to a row in place of another: from then on the database takes a key
    /// that is there for a duplicate.
    has_replaced_for_generated: bool,
}

/// A new row.
struct NewRow<'a> {
    values: Vec<(&'a Column, Cow<'a, Value>)>,
    key: i64,
    is_generated: bool,
}

/// A unique value of a new row that another row has.
struct Collision<'a> {
    column: &'a Column,
    value: Cow<'a, Value>,
    old: i64,
}

impl NewRow<'_> {
    fn value(&self, column: &Column) -> Option<&Value> {
        let found = self.values.iter().find(|(one, _)| one.name == column.name);
        found.map(|(_, value)| &**value)
    }
}

impl Insert<'_> {
    /// Inserts one row, or does what the statement says where it cannot be.
    fn row(&mut self, planned: &[Value], number: usize) -> Result<(), RunError> {
        let new = self.new_row(planned, number)?;
        self.ids.last = new.key;
        match &self.plan.conflict {
            Conflict::Fail => {
                if let Some(found) = self.conflict(&new)? {
                    return Err(stored::duplicate(self.plan.table, found.column, &found.value).into());
                }
            }
            Conflict::Replace => {
                while let Some(found) = self.conflict(&new)? {
                    if self.has_replaced_for_generated && found.column.name == self.key.name {
                        return Err(stored::duplicate(self.plan.table, found.column, &found.value).into());
                    }
                    self.has_replaced_for_generated |= new.is_generated;
                    stored::delete(self.db, self.plan.table, found.old)?;
                    self.affected_rows += 1;
                }
            }
            Conflict::Update(update) => {
                if let Some(Collision { old, .. }) = self.conflict(&new)? {
                    return self.update(update, &new, planned, old);
                }
            }
        }
        self.insert(&new)
    }

    /// Completes a planned row: its key, and what has no default.
    fn new_row<'r>(&self, planned: &'r [Value], number: usize) -> Result<NewRow<'r>, RunError> {
        let table = self.plan.table;
        let given = self.plan.columns.iter().zip(planned);
        let mut values: Vec<(&Column, Cow<'_, Value>)> =
            given.map(|(column, value)| (*column, Cow::Borrowed(value))).collect();
        let explicit = match values.iter().find(|(column, _)| column.name == self.key.name) {
            Some((_, value)) => match **value {
                Value::Integer(key) if key != 0 => Some(key),
                _ => None,
            },
            None => None,
        };
        let key = match explicit {
            Some(key) => key,
            None => self.generated(number)?,
        };
        values.retain(|(column, _)| column.name != self.key.name);
        values.push((self.key, Cow::Owned(Value::Integer(key))));
        let needed = table
            .columns()
            .filter(|column| !column.nullable && column.default.is_none());
        for column in needed {
            if values.iter().all(|(one, _)| one.name != column.name) {
                values.push((column, Cow::Owned(stored::default(column))));
            }
        }
        Ok(NewRow {
            values,
            key,
            is_generated: explicit.is_none(),
        })
    }

    fn generated(&self, number: usize) -> Result<i64, RunError> {
        let key = stored::next_key(self.db, self.plan.table)?;
        match key > LAST_KEY {
            true => Err(SqlError::key_out_of_range(self.key.name, number).into()),
            false => Ok(key),
        }
    }

    /// Returns the first unique column of a new row whose value another row has, with that row's key.
    fn conflict<'r>(&self, new: &'r NewRow<'r>) -> Result<Option<Collision<'r>>, RunError> {
        for (column, value) in unique(self.plan.table, new) {
            // No row has a key that is still to come.
            if new.is_generated && column.name == self.key.name {
                continue;
            }
            if let Some(old) = stored::twin(self.db, self.plan.table, column, &value, None)? {
                return Ok(Some(Collision { column, value, old }));
            }
        }
        Ok(None)
    }

    fn insert(&mut self, new: &NewRow<'_>) -> Result<(), RunError> {
        for (column, value) in &new.values {
            if let Some(error) = stored::orphan(self.db, self.plan.table, column, value)? {
                return Err(error.into());
            }
        }
        let row: Vec<(&Column, &Value)> = new.values.iter().map(|(column, value)| (*column, &**value)).collect();
        stored::insert(self.db, self.plan.table, &row)?;
        self.affected_rows += 1;
        self.ids.is_any = true;
        if new.is_generated {
            self.ids.generated.get_or_insert(new.key);
        }
        Ok(())
    }

    /// Runs the update list on the row that is there.
    fn update(&mut self, update: &OnDuplicate, new: &NewRow<'_>, planned: &[Value], old: i64) -> Result<(), RunError> {
        let values = self.updated(update, new, planned, old)?;
        let assignments: Vec<(&Column, &Value)> = update.columns.iter().copied().zip(&values).collect();
        let done = change(self.db, self.plan.table, old, &assignments, self.ignore)?;
        self.ids.last = match done {
            _ if self.plan.from_select => 0,
            Change::Done(key) => key,
            Change::None | Change::Ignored => old,
        };
        if let Change::Done(_) = done {
            self.affected_rows += 2;
            self.ids.is_any = true;
        }
        Ok(())
    }

    /// Returns the values of the update list.
    fn updated(
        &self,
        update: &OnDuplicate,
        new: &NewRow<'_>,
        planned: &[Value],
        old: i64,
    ) -> Result<Vec<Value>, RunError> {
        let mut statement = self.db.prepare_cached(&update.sql)?;
        let mut bind = |name: &str, value: &Value| match statement.parameter_index(name)? {
            Some(at) => statement.raw_bind_parameter(at, value),
            None => Ok(()),
        };
        bind(NOW, &Value::Integer(self.now))?;
        bind(OLD_KEY, &Value::Integer(old))?;
        for (number, bound) in &update.bound {
            let value = match bound {
                BoundValue::Inserted(column) => match new.value(column) {
                    Some(value) => Cow::Borrowed(value),
                    None => Cow::Owned(stored::default(column)),
                },
                BoundValue::Row(at) => Cow::Borrowed(planned.get(*at).unwrap_or(&Value::Null)),
            };
            bind(&new_value(*number), &value)?;
        }
        let mut rows = statement.raw_query();
        let Some(row) = rows.next()? else {
            return Ok(Vec::new());
        };
        let values = (0..update.columns.len()).map(|at| row.get::<_, Value>(at));
        Ok(values.collect::<Result<_, _>>()?)
    }
}

/// The unique columns of a new row in the order of the schema, with their values.
fn unique<'r>(table: &'static Table, new: &'r NewRow<'r>) -> impl Iterator<Item = (&'r Column, Cow<'r, Value>)> {
    let columns = table.columns().filter(|column| column.unique);
    columns.map(|column| match new.value(column) {
        Some(value) => (column, Cow::Borrowed(value)),
        None => (column, Cow::Owned(stored::default(column))),
    })
}
