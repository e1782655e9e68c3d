//! Lines as the REST APIs sell and show them (contract "REST APIs", A3): with their package, their devices and their state.

use std::sync::LazyLock;

use rusqlite::types::{FromSql, FromSqlError, Value, ValueRef};
use rusqlite::{OptionalExtension, Row};

use super::context::Context;
use super::error::Result;
use crate::store::line_log::LINE_COLUMNS;
use crate::time::Zone;

/// The states of lines.
pub const STATES: &[&str] = &["active", "suspended", "expired", "banned"];

/// Lines that are no device's hidden one.
pub const PLAIN: &str = "is_mag = 0 AND is_e2 = 0";

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldLine {
    pub id: i64,
    pub username: String,
    pub password: String,
    /// Its package with the name; `None` where there is none any more.
    pub package: Option<(i64, String)>,
    /// One of [`STATES`].
    pub state: &'static str,
    /// Unix seconds; `None` is never.
    pub expires: Option<i64>,
    /// `None` where devices are not counted.
    pub device_limit: Option<i64>,
    pub devices_used: i64,
    /// The one that is bound to it.
    pub mac: Option<String>,
    pub active_connections: i64,
    pub notes: String,
    /// Unix seconds; 0 is unknown.
    pub created: i64,
    /// Unix seconds; 0 is unknown.
    pub updated: i64,
}

impl SoldLine {
    /// The columns of a query for lines.
    pub fn columns() -> String {
        LINE_COLUMNS.join(", ")
    }

    /// Reads a row of [`SoldLine::columns`].
    ///
    /// # Errors
    /// SQLite's.
    pub fn of_row(row: &Row<'_>, zone: Zone, now: i64) -> rusqlite::Result<SoldLine> {
        let values = (0..LINE_COLUMNS.len()).map(|at| row.get(at));
        SoldLine::of_values(&values.collect::<rusqlite::Result<Vec<Value>>>()?, zone, now)
    }

    /// The same of the values of a row.
    ///
    /// # Errors
    /// One of them is missing, or of another type.
    pub fn of_values(values: &[Value], zone: Zone, now: i64) -> rusqlite::Result<SoldLine> {
        let package: Option<i64> = value(values, 3)?;
        let name: Option<String> = value(values, 4)?;
        let end: Option<String> = value(values, 7)?;
        let has_come = end.as_deref().is_some_and(|end| zone.has_come(end, now));
        let (is_enabled, is_admitted): (bool, bool) = (value(values, 5)?, value(values, 6)?);
        Ok(SoldLine {
            id: value(values, 0)?,
            username: value(values, 1)?,
            password: value(values, 2)?,
            package: package.zip(name),
            state: match (is_admitted, is_enabled, has_come) {
                (false, ..) => "banned",
                (true, false, _) => "suspended",
                (true, true, true) => "expired",
                (true, true, false) => "active",
            },
            expires: end.and_then(|end| zone.read_iso(&end)),
            device_limit: value(values, 8)?,
            devices_used: value(values, 9)?,
            mac: value(values, 10)?,
            active_connections: value(values, 11)?,
            notes: value(values, 12)?,
            created: value(values, 13)?,
            updated: value(values, 14)?,
        })
    }
}

fn value<T: FromSql>(values: &[Value], at: usize) -> rusqlite::Result<T> {
    let value = values.get(at).map_or(ValueRef::Null, ValueRef::from);
    let wrong = |error: FromSqlError| rusqlite::Error::FromSqlConversionFailure(at, value.data_type(), error.into());
    T::column_result(value).map_err(wrong)
}

/// Finds a line that is no device's hidden one.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, id: i64) -> Result<Option<SoldLine>> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| format!("SELECT {} FROM lines WHERE id = ?1 AND {PLAIN}", SoldLine::columns()));
    let mut query = context.db.prepare_cached(&SQL)?;
    let found = query.query_row([id], |row| SoldLine::of_row(row, context.zone(), context.now));
    Ok(found.optional()?)
}
