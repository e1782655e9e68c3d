//! Exports the panel's state as a document: planted in an empty panel, it gives the same state, ids included.
//! An id is written only if planting would give another one.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result, Row, params};

use super::names::Names;
use super::plan::{LINE_ID, Plan, PlannedField};
use super::planter::tables_with_ids;
use super::section::{Beside, Child, DefaultValue, NameKey, Section};
use super::sections::{DEVICES_TABLE, GUIDE_TABLE, LINES, ROWS, SECTIONS, TRACKED_TABLE};
use super::values::ValueWriter;
use crate::document::{Node, Value};
use crate::panel::guide;
use crate::panel::settings::SETTINGS;
use crate::seeds::setup::main_server;
use crate::time::Zone;

/// The path of the JSON Schema, relative to the document, for editors.
const SCHEMA: &str = "seed.schema.json";

/// Exports the whole state. All queries of the connection must see the same snapshot.
pub fn export(db: &Connection, zone: Zone) -> Result<Node> {
    let mut exporter = Exporter {
        writer: ValueWriter {
            db,
            zone,
            names: Names::for_writing(),
        },
        last_ids: HashMap::new(),
    };
    let mut members = vec![("$schema", Node::text(SCHEMA)), ("complete", Node::word(true))];
    members.extend(non_empty("settings", Value::Map(Vec::new()), settings(db)?));
    for section in SECTIONS {
        let rows = exporter.section(section)?;
        members.extend(rows.map(|rows| (section.name, rows)));
    }
    let mut rows = Vec::new();
    for section in ROWS {
        let list = exporter.section(section)?;
        rows.extend(list.map(|list| (section.name, list)));
    }
    if !rows.is_empty() {
        members.push(("rows", Node::map(rows)));
    }
    members.extend(non_empty("counters", Value::Map(Vec::new()), exporter.counters()?));
    Ok(Node::map(members))
}

/// Returns a member unless it is empty.
fn non_empty(key: &'static str, empty: Value, node: Node) -> Option<(&'static str, Node)> {
    (node.value != empty).then_some((key, node))
}

fn settings(db: &Connection) -> Result<Node> {
    let mut query = db.prepare("SELECT name, value FROM linecard_settings")?;
    let stored: HashMap<String, String> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    let named = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting.name, Node::text(stored.get(setting.name)?))));
    Ok(Node::map(named))
}

struct Exporter<'a> {
    writer: ValueWriter<'a>,
    /// The last id in each table that planting would have given so far.
    last_ids: HashMap<&'static str, i64>,
}

impl Exporter<'_> {
    /// Returns the rows of a section as a list; `None` if there are none.
    fn section(&mut self, section: &'static Section) -> Result<Option<Node>> {
        let plan = Plan::new(section, None);
        let items = self.rows(&plan, None)?;
        Ok((!items.is_empty()).then(|| Node::from_value(Value::List(items))))
    }

    fn rows(&mut self, plan: &Plan, parent: Option<(&Child, i64)>) -> Result<Vec<Node>> {
        let db = self.writer.db;
        let sql = select(plan, parent.map(|(child, _)| child));
        let mut query = db.prepare_cached(&sql)?;
        let mut rows = match parent {
            Some((_, id)) => query.query(params![id])?,
            None => query.query([])?,
        };
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            items.push(self.row(plan, row)?);
        }
        Ok(items)
    }

    /// Returns a row: its id, its fields, its hidden line, its children.
    fn row(&mut self, plan: &Plan, row: &Row<'_>) -> Result<Node> {
        let mut members = Vec::new();
        let id: Option<i64> = row.get(0)?;
        if let Some(id) = id {
            let differs = self.differs_from_next_id(plan.section.table, id);
            let is_duplicate = plan.section.key.is_unique() && self.has_duplicate_name(plan, id)?;
            if differs || is_duplicate {
                members.push(("id", Node::word(id)));
            }
        }
        let hidden: Option<i64> = row.get(1)?;
        let link = plan.section.hidden.map(|(column, _)| column);
        let mut at = 2;
        for field in &plan.fields {
            let value = row.get_ref(at)?;
            at += 1;
            if Some(field.column.name) != link {
                self.field(field, value, &mut members)?;
            } else if hidden.is_none() {
                // A device without a reference to its line would get a hidden one.
                let line = self
                    .writer
                    .names
                    .reference(self.writer.db, LINES.name, value.as_i64()?)?;
                members.push((field.name, line));
            }
        }
        for (field, beside) in plan.beside.iter().zip(plan.section.beside) {
            if beside.exported.is_some() {
                self.field(field, row.get_ref(at)?, &mut members)?;
            }
            at += 1;
        }
        if let Some(line) = hidden {
            if self.differs_from_next_id(LINES.table, line) {
                members.push((LINE_ID, Node::word(line)));
            }
            for field in &plan.line {
                self.field(field, row.get_ref(at)?, &mut members)?;
                at += 1;
            }
        }
        for (place, child) in &plan.children {
            let Some(id) = id else { continue };
            let items = self.rows(child, Some((place, id)))?;
            let is_default = match child.section.table {
                "streams_servers" => self.is_on_main_server(&items)?,
                _ => items.is_empty(),
            };
            if !is_default {
                members.push((child.section.name, Node::from_value(Value::List(items))));
            }
        }
        Ok(Node::map(members))
    }

    /// Whether a stream is only on the main server, which is the default.
    fn is_on_main_server(&mut self, items: &[Node]) -> Result<bool> {
        let Some(main) = main_server(self.writer.db)? else {
            return Ok(items.is_empty());
        };
        let reference = self.writer.names.reference(self.writer.db, "servers", main)?;
        Ok(items == [Node::map([("server", reference)])])
    }

    fn field(
        &mut self,
        field: &PlannedField,
        value: ValueRef<'_>,
        members: &mut Vec<(&'static str, Node)>,
    ) -> Result<()> {
        // All that is exported is of the generation that is shown.
        if matches!(field.preset, DefaultValue::Generation) {
            return Ok(());
        }
        let node = self.writer.write_value(field, value)?;
        members.extend(node.map(|node| (field.name, node)));
        Ok(())
    }

    /// Whether planting would give another id than this one; the next id follows this one.
    fn differs_from_next_id(&mut self, table: &'static str, id: i64) -> bool {
        let last = self.last_ids.entry(table).or_insert(0);
        let next = last.saturating_add(1);
        *last = id.max(*last);
        // Devices are in two places, of which the second is planted first.
        next != id || table == DEVICES_TABLE
    }

    /// Whether another row has the same name, although names must be unique.
    fn has_duplicate_name(&mut self, plan: &Plan, id: i64) -> Result<bool> {
        let index = self.writer.names.index_of(self.writer.db, plan.section)?;
        Ok(!matches!(plan.section.key, NameKey::None) && index.unique_name(id).is_none())
    }

    /// Returns the last ids of tables whose newest rows were deleted.
    fn counters(&mut self) -> Result<Node> {
        let mut members = Vec::new();
        for section in tables_with_ids() {
            let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1";
            let last_used: i64 = self.writer.db.query_row(sql, [section.table], |row| row.get(0))?;
            let last_exported = self.last_ids.get(section.table).copied().unwrap_or(0);
            if last_used > last_exported {
                members.push((section.table, Node::word(last_used)));
            }
        }
        Ok(Node::map(members))
    }
}

/// Builds the query of a plan's rows: the id, the id of the hidden line, the fields, the hidden line's fields.
fn select(plan: &Plan, parent: Option<&Child>) -> String {
    let table = plan.section.table;
    let column = |field: &PlannedField| format!(", {table}.\"{}\"", field.column.name);
    let beside = |beside: &Beside| format!(", {}", beside.exported.unwrap_or("NULL"));
    let own: String = plan
        .fields
        .iter()
        .map(column)
        .chain(plan.section.beside.iter().map(beside))
        .collect();
    let id = plan
        .section
        .id
        .map_or_else(|| "NULL".to_owned(), |id| format!("{table}.{id}"));
    let order = plan.section.id.map_or_else(|| "1, 2, 3, 4".to_owned(), |_| id.clone());
    let condition = match parent {
        Some(Child { parent, .. }) if table == GUIDE_TABLE => {
            format!(" WHERE {table}.{parent} = ?1 AND {}", guide::IS_SHOWN)
        }
        Some(Child { parent, only, .. }) => format!(" WHERE {table}.{parent} = ?1 AND {}", only.unwrap_or("1")),
        None if table == TRACKED_TABLE => format!(" WHERE {}", of_hidden_line()),
        None if table == DEVICES_TABLE => format!(" WHERE mag_id IS NOT NULL OR {}", of_hidden_line()),
        None if table == LINES.table => format!(" WHERE {}", not_hidden()),
        None => plan
            .section
            .condition()
            .map_or_else(String::new, |only| format!(" WHERE {only}")),
    };
    let Some((link, _)) = plan.section.hidden else {
        return format!("SELECT {id}, NULL{own} FROM {table}{condition} ORDER BY {order}");
    };
    let line: String = plan
        .line
        .iter()
        .map(|field| format!(", hidden.\"{}\"", field.column.name))
        .collect();
    let join = format!(
        "LEFT JOIN lines hidden ON hidden.id = {table}.{link} AND {}",
        is_hidden("hidden.id")
    );
    format!("SELECT {id}, hidden.id{own}{line} FROM {table} {join}{condition} ORDER BY {order}")
}

/// The condition for lines that are not hidden lines of a device.
fn not_hidden() -> String {
    format!("(is_mag = 0 AND is_e2 = 0) OR NOT {}", is_hidden("lines.id"))
}

/// The condition for rows of a line that the section of lines leaves out.
fn of_hidden_line() -> String {
    format!("line_id NOT IN (SELECT id FROM lines WHERE {})", not_hidden())
}

/// The condition for a line that is flagged as hidden and belongs to exactly one device.
fn is_hidden(id: &str) -> String {
    let devices = |table: &str| format!("(SELECT count(*) FROM {table} WHERE user_id = {id})");
    let flags = |flag: &str, other: &str| {
        format!("EXISTS (SELECT 1 FROM lines its WHERE its.id = {id} AND its.{flag} = 1 AND its.{other} = 0)")
    };
    let (mags, enigmas) = (devices("mag_devices"), devices("enigma2_devices"));
    format!(
        "(({mags} = 1 AND {enigmas} = 0 AND {}) OR ({mags} = 0 AND {enigmas} = 1 AND {}))",
        flags("is_mag", "is_e2"),
        flags("is_e2", "is_mag")
    )
}
