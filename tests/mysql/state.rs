//! All rows of the contract's tables as the API prints them, and the rows in which two such states differ.

use std::collections::BTreeMap;

use linecard::store::schema::{self, ColumnType};
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use super::golden::Change;
use crate::support::Panel;

/// The rows of each table by their keys.
pub type State = BTreeMap<&'static str, BTreeMap<i64, Map<String, Value>>>;

/// The state of a panel, read past the SQL of its callers.
pub fn of(panel: &Panel) -> State {
    panel.read(|db| {
        let mut state = State::new();
        for table in schema::tables().filter(|table| table.is_public()) {
            let columns: Vec<_> = table.columns().collect();
            let mut query = db.prepare_cached(&format!("SELECT * FROM {}", table.name))?;
            let mut rows = query.query([])?;
            let mut found = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let value = |at: usize| Ok::<_, rusqlite::Error>(printed(row.get_ref(at)?, columns[at].kind));
                let mut values = Map::new();
                for (at, column) in columns.iter().enumerate() {
                    values.insert(column.name.to_owned(), value(at)?);
                }
                found.insert(row.get(0)?, values);
            }
            state.insert(table.name, found);
        }
        Ok(state)
    })
}

fn printed(value: ValueRef<'_>, kind: ColumnType) -> Value {
    match (value, kind) {
        (ValueRef::Integer(hundredths), ColumnType::Money) => json!(hundredths as f64 / 100.0),
        (ValueRef::Integer(number), _) => json!(number),
        (ValueRef::Real(number), _) => json!(number),
        (ValueRef::Text(text), _) => json!(String::from_utf8_lossy(text)),
        (ValueRef::Null | ValueRef::Blob(_), _) => Value::Null,
    }
}

/// The rows that are other ones in the second state, in the order and the form of the golden files.
pub fn changes(before: &State, after: &State, order: &[&'static str]) -> Vec<Change> {
    let mut changes = Vec::new();
    for table in order {
        let (old, new) = (&before[table], &after[table]);
        let mut keys: Vec<&i64> = old.keys().chain(new.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        changes.extend(
            keys.into_iter()
                .filter_map(|key| change(table, old.get(key), new.get(key))),
        );
    }
    changes
}

fn change(table: &str, old: Option<&Map<String, Value>>, new: Option<&Map<String, Value>>) -> Option<Change> {
    let (what, row) = match (old, new) {
        (Some(old), Some(new)) if old == new => return None,
        (Some(old), Some(new)) => ("changed", kept(new, |at, name| at == 0 || old[name] != new[name])),
        (Some(old), None) => ("removed", kept(old, |at, _| at == 0)),
        (None, Some(new)) => ("added", new.clone()),
        (None, None) => return None,
    };
    Some(Change {
        what: what.to_owned(),
        table: table.to_owned(),
        row: Value::Object(row),
    })
}

fn kept(row: &Map<String, Value>, keep: impl Fn(usize, &str) -> bool) -> Map<String, Value> {
    let pairs = row.iter().enumerate().filter(|(at, (name, _))| keep(*at, name));
    pairs.map(|(_, (name, value))| (name.clone(), value.clone())).collect()
}

/// The tables in the order of `schema.sql`.
pub fn tables() -> Vec<&'static str> {
    let public = schema::tables().filter(|table| table.is_public());
    public.map(|table| table.name).collect()
}
