//! The audit log: who changed what, from which address, in `linecard_audit`. A row is written in the transaction
//! of its change, so that neither is there without the other.
//!
//! It is written where rows of the panel are written: by [`super::draft::Change`], by the deletion of a noun,
//! and by the few operations beside them. What follows from a change (the connections of a deleted line, what
//! pointed to it) has no row of its own. It is append-only: triggers in `schema.sql` refuse to change a row and
//! to delete one that is not old enough.

use std::borrow::Cow;
use std::net::IpAddr;

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use super::access::Caller;
use super::context::Context;
use super::draft::Change;
use super::error::Result;
use super::settings::{self, Defaults, Setting};
use crate::store::secret_rows::SECRET_TABLES;
use crate::time::DAY;

/// What stands for a secret.
const MASK: &str = "•";

/// Columns that are no secrets and have some in them: the URLs of sources, in their paths and queries.
const WITH_SECRETS: [&str; 2] = ["stream_source", "epg_file"];

/// Settings whose values are secrets.
const SECRET_SETTINGS: [&str; 1] = ["api_pass"];

/// After how many rows old ones are looked for, and how many of them are deleted then. More go than come, and
/// no write waits long.
const PRUNED_AFTER: i64 = 256;
const PRUNED_AT_ONCE: i64 = 1024;

/// Where a change came from.
#[derive(Clone, Debug)]
pub struct ChangeSource {
    /// The API by its name, `control` or `command`.
    pub surface: &'static str,
    pub action: Cow<'static, str>,
    pub address: Option<IpAddr>,
    /// The account whose key the caller sent.
    pub key: Option<i64>,
}

/// Who changes something, and where from. A caller alone is one of whom nothing else is known.
#[derive(Clone, Debug)]
pub struct Actor {
    pub caller: Caller,
    pub source: Option<ChangeSource>,
}

impl Default for ChangeSource {
    /// The panel itself.
    fn default() -> Self {
        ChangeSource {
            surface: "panel",
            action: "".into(),
            address: None,
            key: None,
        }
    }
}

impl ChangeSource {
    /// A change through the control plane.
    pub fn control(action: &'static str, address: Option<IpAddr>) -> ChangeSource {
        ChangeSource {
            surface: "control",
            action: action.into(),
            address,
            key: None,
        }
    }

    /// A change by a command or an option of one.
    pub fn command(action: &'static str) -> ChangeSource {
        ChangeSource {
            surface: "command",
            action: action.into(),
            ..ChangeSource::default()
        }
    }
}

impl Actor {
    /// A caller with where its change comes from.
    pub fn new(caller: Caller, source: ChangeSource) -> Actor {
        Actor {
            caller,
            source: Some(source),
        }
    }
}

impl From<Caller> for Actor {
    fn from(caller: Caller) -> Self {
        Actor { caller, source: None }
    }
}

/// What was changed: a row by its table and id, or several rows of a table.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub table: &'a str,
    pub id: Option<i64>,
    /// How many rows.
    pub count: usize,
}

impl<'a> Target<'a> {
    /// One row.
    pub fn row(table: &'a str, id: i64) -> Target<'a> {
        Target {
            table,
            id: Some(id),
            count: 1,
        }
    }

    /// Several rows.
    pub fn rows(table: &'a str, count: usize) -> Target<'a> {
        Target { table, id: None, count }
    }
}

/// Columns with their values, as a JSON object in which secrets are masked.
#[derive(Debug, Default)]
pub struct Columns(String);

impl Columns {
    /// Adds a column.
    pub fn add(&mut self, column: &str, value: ValueRef<'_>) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        push_text(&mut self.0, column);
        self.0.push(':');
        match value {
            ValueRef::Null => self.0.push_str("null"),
            ValueRef::Text([]) => self.0.push_str("\"\""),
            _ if is_secret(column) => push_text(&mut self.0, MASK),
            ValueRef::Integer(number) => self.0.push_str(&number.to_string()),
            ValueRef::Real(number) => self.0.push_str(&number.to_string()),
            ValueRef::Text(text) => push_text(&mut self.0, &String::from_utf8_lossy(text)),
            ValueRef::Blob(_) => push_text(&mut self.0, MASK),
        }
    }

    /// The same with a column.
    pub fn with(mut self, column: &str, value: impl Into<Value>) -> Columns {
        self.add(column, ValueRef::from(&value.into()));
        self
    }

    fn json(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

/// Whether the value of a column must not be in the log.
fn is_secret(column: &str) -> bool {
    WITH_SECRETS.contains(&column) || SECRET_TABLES.iter().any(|table| table.columns.contains(&column))
}

/// Adds a text as JSON.
pub(super) fn push_text(json: &mut String, text: &str) {
    match text
        .bytes()
        .all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\')
    {
        true => {
            json.push('"');
            json.push_str(text);
            json.push('"');
        }
        false => json.push_str(&serde_json::Value::from(text).to_string()),
    }
}

/// Writes down that a row was made, with the columns that it was given and that are not empty.
pub(super) fn created(context: &Context<'_>, table: &str, id: i64, change: &Change) -> Result<()> {
    if !is_kept(context) {
        return Ok(());
    }
    let mut after = Columns::default();
    for (column, value) in change.iter() {
        let value = ValueRef::from(value);
        if !matches!(value, ValueRef::Null | ValueRef::Text([] | b"[]")) {
            after.add(column, value);
        }
    }
    write(context, Target::row(table, id), None, Some(after))
}

/// The values that a row has before a change, in the order of its columns; nothing where no log is kept.
pub(super) fn before(context: &Context<'_>, table: &str, key: &str, id: i64, change: &Change) -> Result<Vec<Value>> {
    if !is_kept(context) {
        return Ok(Vec::new());
    }
    let columns: Vec<String> = change.columns().map(|column| format!("\"{column}\"")).collect();
    let sql = format!("SELECT {} FROM {table} WHERE {key} = ?1", columns.join(", "));
    let mut query = context.db.prepare_cached(&sql)?;
    let mut rows = query.query([id])?;
    match rows.next()? {
        Some(row) => Ok((0..columns.len())
            .map(|at| row.get(at))
            .collect::<rusqlite::Result<_>>()?),
        None => Ok(Vec::new()),
    }
}

/// Writes down that a row was changed, with the columns that have another value than before.
pub(super) fn edited(context: &Context<'_>, table: &str, id: i64, before: &[Value], change: &Change) -> Result<()> {
    if !is_kept(context) {
        return Ok(());
    }
    let (mut old, mut new) = (Columns::default(), Columns::default());
    for (was, (column, is)) in before.iter().zip(change.iter()) {
        if was != is {
            old.add(column, was.into());
            new.add(column, is.into());
        }
    }
    write(context, Target::row(table, id), Some(old), Some(new))
}

/// Writes down that a row is about to be deleted, with all that it has.
pub(super) fn deleting(context: &Context<'_>, table: &str, key: &str, id: i64) -> Result<()> {
    if !is_kept(context) {
        return Ok(());
    }
    let mut query = context
        .db
        .prepare_cached(&format!("SELECT * FROM {table} WHERE {key} = ?1"))?;
    let names: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = query.query([id])?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let mut before = Columns::default();
    for (at, name) in names.iter().enumerate() {
        before.add(name, row.get_ref(at)?);
    }
    write(context, Target::row(table, id), Some(before), None)
}

/// Writes down a change that is no plain creation, edit or deletion.
pub(super) fn changed(
    context: &Context<'_>,
    target: Target<'_>,
    before: Option<Columns>,
    after: Option<Columns>,
) -> Result<()> {
    match is_kept(context) && target.count > 0 {
        true => write(context, target, before, after),
        false => Ok(()),
    }
}

/// Whether the panel keeps a log.
fn is_kept(context: &Context<'_>) -> bool {
    context.panel.last_access().settings.audit_days > 0
}

fn write(context: &Context<'_>, target: Target<'_>, before: Option<Columns>, after: Option<Columns>) -> Result<()> {
    let user = Some(context.caller.id()).filter(|id| *id > 0);
    let entry = Entry {
        at: context.now,
        user,
        source: context.source,
        target,
        before,
        after,
    };
    let id = entry.insert(context.db)?;
    match id % PRUNED_AFTER {
        0 => prune(context),
        _ => Ok(()),
    }
}

/// Deletes rows that are older than the panel keeps them. The oldest have the lowest ids.
fn prune(context: &Context<'_>) -> Result<()> {
    let days = context.panel.last_access().settings.audit_days;
    let since = context.now.saturating_sub(i64::from(days) * DAY);
    context
        .db
        .prepare_cached("UPDATE linecard_audit_kept SET since = ?1 WHERE id = 1")?
        .execute([since])?;
    let sql = "DELETE FROM linecard_audit WHERE at < ?1
               AND id IN (SELECT id FROM linecard_audit ORDER BY id LIMIT ?2)";
    context.db.prepare_cached(sql)?.execute([since, PRUNED_AT_ONCE])?;
    Ok(())
}

/// A row of the log.
struct Entry<'a> {
    at: i64,
    user: Option<i64>,
    source: Option<&'a ChangeSource>,
    target: Target<'a>,
    before: Option<Columns>,
    after: Option<Columns>,
}

impl Entry<'_> {
    fn insert(self, db: &Connection) -> rusqlite::Result<i64> {
        let (surface, action) = self
            .source
            .map_or(("panel", ""), |source| (source.surface, source.action.as_ref()));
        let address = self.source.and_then(|source| source.address);
        let sql = "INSERT INTO linecard_audit (at, user_id, key_id, address, surface, action, thing, thing_id, count, before, after)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        db.prepare_cached(sql)?.insert((
            self.at,
            self.user,
            self.source.and_then(|source| source.key),
            address.map(|address| address.to_canonical().to_string()),
            surface,
            action,
            self.target.table,
            self.target.id,
            i64::try_from(self.target.count).unwrap_or(i64::MAX),
            self.before.map(Columns::json),
            self.after.map(Columns::json),
        ))
    }
}

/// Writes down that a setting is about to be set: its value before and after.
///
/// # Errors
/// SQLite's.
pub fn setting(
    db: &Connection,
    at: i64,
    source: &ChangeSource,
    setting: &Setting,
    [before, value]: [&str; 2],
) -> rusqlite::Result<()> {
    if before == value || !keeps(db)? {
        return Ok(());
    }
    let shown = |value: &str| match SECRET_SETTINGS.contains(&setting.name) && !value.is_empty() {
        true => MASK.to_owned(),
        false => value.to_owned(),
    };
    let entry = Entry {
        at,
        user: None,
        source: Some(source),
        target: Target::rows("linecard_settings", 1),
        before: Some(Columns::default().with(setting.name, shown(before))),
        after: Some(Columns::default().with(setting.name, shown(value))),
    };
    entry.insert(db).map(drop)
}

/// Writes down that the control plane changed rows of many tables.
///
/// # Errors
/// SQLite's.
pub fn many(db: &Connection, at: i64, source: &ChangeSource, what: &str) -> rusqlite::Result<()> {
    if !keeps(db)? {
        return Ok(());
    }
    let entry = Entry {
        at,
        user: None,
        source: Some(source),
        target: Target::rows(what, 1),
        before: None,
        after: None,
    };
    entry.insert(db).map(drop)
}

/// Whether a panel's database keeps a log.
fn keeps(db: &Connection) -> rusqlite::Result<bool> {
    Ok(settings::get(db, &settings::AUDIT_DAYS.setting, Defaults::Serve)? != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_column_is_masked_and_others_are_shown() {
        let secret = SECRET_TABLES
            .iter()
            .flat_map(|table| table.columns)
            .chain(&WITH_SECRETS);
        for column in secret {
            let shown = Columns::default().with(column, "value".to_owned()).json();
            assert_eq!(shown, format!(r#"{{"{column}":"•"}}"#));
        }
        let shown = Columns::default().with("username", "value".to_owned()).json();
        assert_eq!(shown, r#"{"username":"value"}"#);
    }
}
