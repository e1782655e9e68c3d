//! `linecard audit`: shows who changed what, from a panel's database.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use serde_json::{Value as Json, json};

use super::database;
use super::output::{print, refuse};
use crate::config::DB;
use crate::panel::clock::Clock;
use crate::span;
use crate::time::Zone;

/// A log may be longer than memory is large, so it is printed in pieces of this many bytes.
const PRINTED_AT_ONCE: usize = 64 << 10;

/// How rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// Options of `linecard audit`.
#[derive(Args, Debug)]
pub struct Audit {
    /// The panel's database; a server may be using it.
    #[arg(long, env = "LINECARD_DB", default_value = DB, value_name = "PATH")]
    db: PathBuf,

    /// Only what this account changed: its name or id.
    #[arg(long, value_name = "NAME|ID")]
    user: Option<String>,

    /// Only what this action changed: create_line, user/create.
    #[arg(long, value_name = "NAME")]
    action: Option<String>,

    /// Only changes of this table, or of one of its rows: lines, lines/4521.
    #[arg(long, value_name = "TABLE[/ID]")]
    thing: Option<String>,

    /// Only what was changed in this time: 1h, 7d.
    #[arg(long, value_parser = span::parse, value_name = "SPAN")]
    since: Option<Duration>,

    /// The form of a row.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Audit {
    /// Shows the rows, the oldest first. Exit code 2 when the database cannot be used.
    pub fn run(&self) -> ExitCode {
        match self.show() {
            Ok(()) => ExitCode::SUCCESS,
            Err(reason) => refuse(reason),
        }
    }

    fn show(&self) -> Result<(), String> {
        let db = database::visit(&self.db)?;
        self.print_rows(&db)
            .map_err(|error| format!("{}: {error}", self.db.display()))
    }

    fn print_rows(&self, db: &Connection) -> rusqlite::Result<()> {
        let (table, id) = match self
            .thing
            .as_deref()
            .map(|thing| thing.split_once('/').unwrap_or((thing, "")))
        {
            Some((table, id)) => (Some(table), Some(id).filter(|id| !id.is_empty())),
            None => (None, None),
        };
        let since = self.since.map(|span| {
            let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
            Clock::running().now().saturating_sub(seconds)
        });
        let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
        let conditions = [
            (
                "(users.username = ?1 COLLATE NOCASE OR CAST(audit.user_id AS TEXT) = ?1)",
                text(self.user.as_deref()),
            ),
            ("audit.action = ?2", text(self.action.as_deref())),
            ("audit.thing = ?3", text(table)),
            ("CAST(audit.thing_id AS TEXT) = ?4", text(id)),
            ("audit.at >= ?5", since.map_or(Value::Null, Value::Integer)),
        ];
        let wanted: Vec<&str> = conditions
            .iter()
            .filter(|(_, value)| *value != Value::Null)
            .map(|(condition, _)| *condition)
            .chain(["true"])
            .collect();
        // A condition that is not asked for leaves its parameter unused, which needs a value all the same.
        let values = conditions.clone().map(|(_, value)| value);
        let sql = format!(
            "SELECT audit.id, at, user_id, users.username, key_id, address, surface, action, thing, thing_id, count, before, after
             FROM linecard_audit AS audit LEFT JOIN users ON users.id = audit.user_id
             WHERE {} AND ?1 IS ?1 AND ?2 IS ?2 AND ?3 IS ?3 AND ?4 IS ?4 AND ?5 IS ?5 ORDER BY audit.id",
            wanted.join(" AND ")
        );
        let mut query = db.prepare(&sql)?;
        let mut rows = query.query(values)?;
        let mut text = String::new();
        while let Some(row) = rows.next()? {
            text += &match self.format {
                Format::Text => as_text(row)?,
                Format::Json => as_json(row)?.to_string(),
            };
            text.push('\n');
            if text.len() > PRINTED_AT_ONCE {
                print(&std::mem::take(&mut text));
            }
        }
        print(&text);
        Ok(())
    }
}

fn as_text(row: &Row<'_>) -> rusqlite::Result<String> {
    let text = |name: &str| row.get::<_, Option<String>>(name);
    let at = Zone::UTC.stamp(row.get("at")?).unwrap_or_default();
    let who = match (text("username")?, row.get::<_, Option<i64>>("user_id")?) {
        (Some(name), _) => name,
        (None, Some(id)) => format!("user {id}"),
        (None, None) => "-".to_owned(),
    };
    let address = text("address")?.unwrap_or_else(|| "-".to_owned());
    let (surface, action): (String, String) = (row.get("surface")?, row.get("action")?);
    let mut thing: String = row.get("thing")?;
    if let Some(id) = row.get::<_, Option<i64>>("thing_id")? {
        thing += &format!("/{id}");
    }
    let count: i64 = row.get("count")?;
    let rows = if count == 1 {
        String::new()
    } else {
        format!(" rows={count}")
    };
    let values = |name: &str| -> rusqlite::Result<String> {
        Ok(text(name)?
            .map(|values| format!(" {name}={values}"))
            .unwrap_or_default())
    };
    let (before, after) = (values("before")?, values("after")?);
    Ok(format!(
        "{at}Z {who} {address} {surface} {action} {thing}{rows}{before}{after}"
    ))
}

fn as_json(row: &Row<'_>) -> rusqlite::Result<Json> {
    let values = |name: &str| -> rusqlite::Result<Json> {
        let text: Option<String> = row.get(name)?;
        Ok(text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    };
    Ok(json!({
        "id": row.get::<_, i64>("id")?,
        "at": row.get::<_, i64>("at")?,
        "user_id": row.get::<_, Option<i64>>("user_id")?,
        "user": row.get::<_, Option<String>>("username")?,
        "key_id": row.get::<_, Option<i64>>("key_id")?,
        "address": row.get::<_, Option<String>>("address")?,
        "surface": row.get::<_, String>("surface")?,
        "action": row.get::<_, String>("action")?,
        "thing": row.get::<_, String>("thing")?,
        "thing_id": row.get::<_, Option<i64>>("thing_id")?,
        "count": row.get::<_, i64>("count")?,
        "before": values("before")?,
        "after": values("after")?,
    }))
}
