//! Rows of the panel's tables by their keys: reading, writing, and what a unique value or a foreign key forbids.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::store::mysql::errors::SqlError;
use crate::store::mysql::run::RunError;
use crate::store::schema::{self, Column, ColumnType, Table};

/// Returns the values of some columns of a row.
pub fn read(db: &Connection, table: &Table, key: i64, columns: &[&Column]) -> Result<Option<Vec<Value>>, RunError> {
    let names = list(columns.iter().copied());
    let sql = format!(
        "SELECT {names} FROM {} WHERE {} = ?",
        quoted(table.name),
        key_name(table)
    );
    let row = db.prepare_cached(&sql)?.query_row([key], |row| {
        (0..columns.len())
            .map(|at| row.get::<_, Value>(at))
            .collect::<Result<Vec<_>, _>>()
    });
    Ok(row.optional()?)
}

/// Inserts a row and returns its key.
pub fn insert(db: &Connection, table: &Table, row: &[(&Column, &Value)]) -> Result<i64, RunError> {
    let names = list(row.iter().map(|(column, _)| *column));
    let marks = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {} ({names}) VALUES ({marks})", quoted(table.name));
    db.prepare_cached(&sql)?
        .execute(params_from_iter(row.iter().map(|(_, value)| *value)))?;
    Ok(db.last_insert_rowid())
}

/// Writes some columns of a row.
pub fn update(db: &Connection, table: &Table, key: i64, row: &[(&Column, &Value)]) -> Result<(), RunError> {
    let sets: Vec<String> = row
        .iter()
        .map(|(column, _)| format!("{} = ?", quoted(column.name)))
        .collect();
    let sql = format!(
        "UPDATE {} SET {} WHERE {} = ?",
        quoted(table.name),
        sets.join(", "),
        key_name(table)
    );
    let key = Value::Integer(key);
    let values = row.iter().map(|(_, value)| *value).chain([&key]);
    db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

/// Deletes a row.
pub fn delete(db: &Connection, table: &Table, key: i64) -> Result<(), RunError> {
    let sql = format!("DELETE FROM {} WHERE {} = ?", quoted(table.name), key_name(table));
    db.prepare_cached(&sql)?.execute([key])?;
    Ok(())
}

/// Returns the key that the next row gets. One that was deleted does not come again.
pub fn next_key(db: &Connection, table: &Table) -> Result<i64, RunError> {
    let sql = format!(
        "SELECT max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = ?), 0),
                    ifnull((SELECT max({}) FROM {}), 0))",
        key_name(table),
        quoted(table.name)
    );
    let last: i64 = db.prepare_cached(&sql)?.query_row([table.name], |row| row.get(0))?;
    Ok(last.saturating_add(1))
}

/// Returns the key of another row than `own` with this value of a unique column, as `utf8mb3_general_ci` compares.
pub fn twin(
    db: &Connection,
    table: &Table,
    column: &Column,
    value: &Value,
    own: Option<i64>,
) -> Result<Option<i64>, RunError> {
    let (key, name, from) = (key_name(table), quoted(column.name), quoted(table.name));
    let sql = match value {
        Value::Null => return Ok(None),
        // The index of printable ASCII, and the rows that are none (see `schema.sql`).
        Value::Text(text) if is_printable(text) => format!(
            "SELECT {key} FROM {from} WHERE rtrim({name}) = rtrim(?1) COLLATE NOCASE AND {key} IS NOT ?2
             UNION ALL
             SELECT {key} FROM {from}
             WHERE {name} GLOB '*[^ -~]*' AND {name} = ?1 COLLATE general_ci AND {key} IS NOT ?2
             LIMIT 1"
        ),
        Value::Text(_) => {
            format!("SELECT {key} FROM {from} WHERE {name} = ?1 COLLATE general_ci AND {key} IS NOT ?2 LIMIT 1")
        }
        _ => format!("SELECT {key} FROM {from} WHERE {name} = ?1 AND {key} IS NOT ?2 LIMIT 1"),
    };
    let found = db.prepare_cached(&sql)?.query_row((value, own), |row| row.get(0));
    Ok(found.optional()?)
}

fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The error of a value that another row has.
pub fn duplicate(table: &Table, column: &Column, value: &Value) -> SqlError {
    let value = match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    let is_key = table.key().is_some_and(|key| key.name == column.name);
    SqlError::duplicate(&value, if is_key { "PRIMARY" } else { column.name })
}

/// Returns the error of a foreign key whose row in the other table is missing.
pub fn orphan(db: &Connection, table: &Table, column: &Column, value: &Value) -> Result<Option<SqlError>, RunError> {
    let Some(target) = column.references else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT 1 FROM {} WHERE {} = ?",
        quoted(target.table),
        quoted(target.column)
    );
    let is_there = *value == Value::Null || db.prepare_cached(&sql)?.exists([value])?;
    Ok((!is_there).then(|| SqlError::no_parent_row(&constraint(table, column))))
}

/// Returns the error of a key that rows of other tables name.
pub fn named(db: &Connection, table: &Table, key: i64) -> Result<Option<SqlError>, RunError> {
    for child in schema::tables() {
        for column in child.columns() {
            if column.references.is_none_or(|target| target.table != table.name) {
                continue;
            }
            let sql = format!("SELECT 1 FROM {} WHERE {} = ?", quoted(child.name), quoted(column.name));
            if db.prepare_cached(&sql)?.exists([key])? {
                return Ok(Some(SqlError::has_child_rows(&constraint(child, column))));
            }
        }
    }
    Ok(None)
}

/// MariaDB's words for a foreign key.
fn constraint(table: &Table, column: &Column) -> String {
    let Some(target) = column.references else {
        return String::new();
    };
    let keys = table.columns().filter(|column| column.references.is_some());
    let number = keys.take_while(|key| key.name != column.name).count() + 1;
    format!(
        "`xui`.`{0}`, CONSTRAINT `{0}_ibfk_{number}` FOREIGN KEY (`{1}`) REFERENCES `{2}` (`{3}`) ON DELETE CASCADE",
        table.name, column.name, target.table, target.column
    )
}

/// Returns what a column has in a new row that does not give it.
pub fn default(column: &Column) -> Value {
    let Some(sql) = column.default else {
        return match column.nullable {
            true => Value::Null,
            false => zero(column.kind),
        };
    };
    if let Some(text) = sql.strip_prefix('\'').and_then(|sql| sql.strip_suffix('\'')) {
        return Value::Text(text.into());
    }
    match column.kind {
        ColumnType::Real => sql.parse().map_or(Value::Null, Value::Real),
        _ => sql.parse().map_or(Value::Null, Value::Integer),
    }
}

/// Returns what NULL becomes in a column that has none.
pub fn zero(kind: ColumnType) -> Value {
    match kind {
        ColumnType::Real => Value::Real(0.0),
        ColumnType::Text | ColumnType::Json | ColumnType::Iso => Value::Text(String::new()),
        ColumnType::Int | ColumnType::Flag | ColumnType::Unix | ColumnType::Money => Value::Integer(0),
    }
}

fn list<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    let names: Vec<String> = columns.map(|column| quoted(column.name)).collect();
    names.join(", ")
}

fn key_name(table: &Table) -> String {
    quoted(table.key().map_or("rowid", |key| key.name))
}

/// A name of the schema for SQL; none of them has a quote in it.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
