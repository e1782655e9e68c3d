//! Lines as the REST APIs sell and show them (contract "REST APIs", A3): with their package, their devices and their state.

use std::sync::LazyLock;

use rusqlite::types::{FromSql, FromSqlError, Value, ValueRef};
use rusqlite::{OptionalExtension, Row, params_from_iter};

use super::context::Context;
use super::error::Result;
use super::lines::VIEW;
use crate::store::line_log::LINE_COLUMNS;
use crate::store::list::ListQuery;
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

/// Whether a line may be watched, as its seller and the panel say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    pub is_enabled: bool,
    pub is_banned: bool,
}

/// Reads the switches of a line.
///
/// # Errors
/// SQLite's, also where there is no such line.
pub fn switches(context: &Context<'_>, id: i64) -> Result<Switches> {
    let sql = "SELECT enabled <> 0, admin_enabled = 0 FROM lines WHERE id = ?1";
    let read = |row: &Row<'_>| {
        Ok(Switches {
            is_enabled: row.get(0)?,
            is_banned: row.get(1)?,
        })
    };
    Ok(context.db.prepare_cached(sql)?.query_row([id], read)?)
}

/// Which lines are listed (A3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineFilter {
    /// One of [`STATES`].
    pub state: Option<String>,
    /// In any letter case.
    pub username: Option<String>,
    pub package: Option<i64>,
    /// The one that is bound to it.
    pub mac: Option<String>,
}

/// The state of a line at `?1`, as [`SoldLine::of_values`] finds it.
const STATE: &str = "CASE WHEN admin_enabled = 0 THEN 'banned' WHEN enabled = 0 THEN 'suspended'
     WHEN coalesce(has_come(exp_date, ?1), 0) THEN 'expired' ELSE 'active' END";

impl LineFilter {
    /// Returns its condition, and the values of that from `?1` on, which is the time.
    fn condition(&self, now: i64) -> (String, Vec<Value>) {
        let text = |text: &Option<String>| text.clone().map(Value::Text);
        let filters = [
            (format!("{STATE} = "), text(&self.state), ""),
            (
                "rtrim(username) = rtrim(".into(),
                text(&self.username),
                ") COLLATE NOCASE",
            ),
            ("package_id = ".into(), self.package.map(Value::Integer), ""),
            (
                "lines.id IN (SELECT user_id FROM mag_devices WHERE mag_devices.mac = ".into(),
                text(&self.mac),
                ")",
            ),
        ];
        let (mut condition, mut values) = (format!("{PLAIN} AND ?1 IS ?1"), vec![Value::Integer(now)]);
        for (before, value, behind) in filters {
            if let Some(value) = value {
                values.push(value);
                condition.push_str(&format!(" AND {before}?{}{behind}", values.len()));
            }
        }
        (condition, values)
    }
}

/// Lists lines by their ids, after so many of them, and counts all of the filter.
///
/// # Errors
/// SQLite's.
pub fn page(context: &Context<'_>, filter: &LineFilter, skipped: i64, most: i64) -> Result<(Vec<SoldLine>, i64)> {
    let (condition, mut values) = filter.condition(context.now);
    let total = count(context, filter, &condition, &values)?;
    values.extend([Value::Integer(most), Value::Integer(skipped)]);
    let (limit, offset) = (values.len().saturating_sub(1), values.len());
    let sql = format!(
        "SELECT {} FROM lines WHERE {condition} ORDER BY lines.id LIMIT ?{limit} OFFSET ?{offset}",
        SoldLine::columns()
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let rows = query.query_map(params_from_iter(&values), |row| {
        SoldLine::of_row(row, context.zone(), context.now)
    })?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, total))
}

/// Counts the lines of a condition; how many there are in all is known already.
fn count(context: &Context<'_>, filter: &LineFilter, condition: &str, values: &[Value]) -> Result<i64> {
    if *filter == LineFilter::default() {
        let all = ListQuery {
            filters: vec![("plain", None)],
            ..ListQuery::all(&VIEW)
        };
        return context.total(&all);
    }
    let sql = format!("SELECT count(*) FROM lines WHERE {condition}");
    let mut query = context.db.prepare_cached(&sql)?;
    Ok(query.query_row(params_from_iter(values), |row| row.get(0))?)
}
