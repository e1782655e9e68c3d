//! From an entry to rows: its own, that of a device's hidden line, and those of what belongs to it.

use std::fmt::Write;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension};

use super::{Given, Planter, join, member};
use crate::document::Member;
use crate::panel::resellers;
use crate::seeds::documents::plan::{Plan, Slot};
use crate::seeds::documents::section::Preset;
use crate::seeds::documents::sections::{DRAWN, LINES};
use crate::seeds::setup::main_server;

/// Columns with their values.
type Row = Vec<(&'static str, Sql)>;

impl Planter<'_> {
    /// Writes an entry with what belongs to it.
    pub(super) fn write(&mut self, plan: &Plan, entry: &Given<'_>) {
        self.check_keys(plan, entry);
        let mut row = self.row(&plan.slots, entry, !entry.exists);
        if let (Some((column, flag)), false) = (plan.section.hidden, entry.exists && !self.says_line(plan, entry)) {
            self.write_line(plan, entry, column, flag, &mut row);
        }
        let section = plan.section;
        match (section.id, entry.id, entry.exists) {
            (Some(id_column), Some(id), true) => self.update(section.table, id_column, id, &row, entry),
            (Some(id_column), Some(id), false) => {
                row.insert(0, (id_column, Sql::Integer(id)));
                self.insert(section.table, &row, entry);
            }
            _ => self.insert(section.table, &row, entry),
        }
        for (parent, child) in &plan.children {
            if let Some(id) = entry.id {
                self.write_children(child, parent, id, entry);
            }
        }
    }

    /// Takes down the keys that there are not.
    fn check_keys(&mut self, plan: &Plan, entry: &Given<'_>) {
        let known = plan.keys();
        let unknown = |member: &&Member| !known.contains(&member.key.as_str());
        for member in entry.members.iter().filter(unknown) {
            self.unknown_key(member, &entry.path, &known);
        }
    }

    /// Whether an entry about a device has something of its hidden line.
    fn says_line(&self, plan: &Plan, entry: &Given<'_>) -> bool {
        plan.line.iter().any(|slot| slot.of(entry.members).is_some())
    }

    /// Makes or changes the hidden line of a device.
    fn write_line(&mut self, plan: &Plan, entry: &Given<'_>, column: &'static str, flag: &'static str, row: &mut Row) {
        if let Some(id) = entry.line_id {
            let mut line = self.row(&plan.line, entry, true);
            line.insert(0, ("id", Sql::Integer(id)));
            line.push((flag, Sql::Integer(1)));
            self.insert(LINES.table, &line, entry);
            row.retain(|(name, _)| *name != column);
            row.push((column, Sql::Integer(id)));
            return;
        }
        if !self.says_line(plan, entry) {
            return;
        }
        let (Some(id_column), Some(id)) = (plan.section.id, entry.id) else {
            return;
        };
        let sql = format!("SELECT {column} FROM {} WHERE {id_column} = ?1", plan.section.table);
        let held: Option<i64> = self
            .reader
            .db
            .query_row(&sql, [id], |row| row.get(0))
            .optional()
            .unwrap_or_default();
        let Some(line_id) = held.filter(|_| entry.exists) else {
            let hint = "leave the key `line` out to make a hidden one, or edit the line itself";
            return self
                .errors
                .push(entry.line, &entry.path, "it names a line and has fields of one", hint);
        };
        let line = self.row(&plan.line, entry, false);
        self.update(LINES.table, "id", line_id, &line, entry);
    }

    /// The columns that an entry gives; of a new row those too that have a default of their own.
    fn row(&mut self, slots: &[Slot], entry: &Given<'_>, new: bool) -> Row {
        let mut row = Row::with_capacity(slots.len());
        for member in entry.members {
            let Some(slot) = slots.iter().find(|slot| slot.is_called(&member.key)) else {
                continue;
            };
            match self.reader.read(slot, &member.node) {
                Ok(value) => row.push((slot.column.name, value)),
                Err((fault, line, below)) => {
                    let path = format!("{}{below}", join(&entry.path, &member.key));
                    self.errors.push(line, path, fault.detail, fault.hint);
                }
            }
        }
        if new {
            for slot in slots {
                if matches!(slot.preset, Preset::Column) || slot.of(entry.members).is_some() {
                    continue;
                }
                match self.preset(slot) {
                    Some(value) => row.push((slot.column.name, value)),
                    None => {
                        let detail = format!("the key {:?} is missing", slot.name);
                        self.errors.push(entry.line, &entry.path, detail, "add it");
                    }
                }
            }
        }
        row
    }

    /// What a new row has in a field that was left out.
    fn preset(&self, slot: &Slot) -> Option<Sql> {
        match slot.preset {
            Preset::Required => None,
            Preset::Column => slot.omitted(),
            Preset::Now => Some(Sql::Integer(self.reader.now)),
            Preset::Drawn(length) => Some(Sql::Text(self.reader.rng.text(DRAWN, length))),
            Preset::Number(number) => Some(Sql::Integer(number)),
            Preset::Text(text) => Some(Sql::Text(text.to_owned())),
            Preset::Resellers => Some(Sql::Integer(resellers::built_in_group(self.reader.db).unwrap_or(0))),
        }
    }

    /// The things that belong to a row: those that are given take the place of those that were there.
    fn write_children(&mut self, plan: &Plan, parent: &'static str, id: i64, entry: &Given<'_>) {
        let section = plan.section;
        let Some(given) = member(entry.members, section.name) else {
            if section.table == "streams_servers" && !entry.exists {
                self.on_main_server(id, entry);
            }
            return;
        };
        if entry.exists {
            let sql = format!("DELETE FROM {} WHERE {parent} = ?1", section.table);
            if let Err(error) = self.reader.db.execute(&sql, [id]) {
                return self.errors.push(entry.line, &entry.path, error.to_string(), "");
            }
        }
        let path = join(&entry.path, section.name);
        let children = self.entries(plan, &given.node, &path);
        for child in children {
            self.check_keys(plan, &child);
            let mut row = self.row(&plan.slots, &child, true);
            row.push((parent, Sql::Integer(id)));
            row.extend(section.id.zip(child.id).map(|(column, id)| (column, Sql::Integer(id))));
            self.insert(section.table, &row, &child);
        }
    }

    /// A stream for which no servers are said is on the main one.
    fn on_main_server(&mut self, stream: i64, entry: &Given<'_>) {
        let db = self.reader.db;
        let main = *self
            .main_server
            .get_or_insert_with(|| main_server(db).unwrap_or_default());
        let (Some(server), Ok(id)) = (main, self.next_id("streams_servers", "server_stream_id")) else {
            return;
        };
        let row = [("server_stream_id", id), ("stream_id", stream), ("server_id", server)];
        self.insert(
            "streams_servers",
            &row.map(|(column, id)| (column, Sql::Integer(id))),
            entry,
        );
    }

    fn insert(&mut self, table: &str, row: &[(&'static str, Sql)], entry: &Given<'_>) {
        let mut sql = format!("INSERT INTO {table} (");
        for (at, (column, _)) in row.iter().enumerate() {
            let _ = write!(sql, "{}\"{column}\"", if at == 0 { "" } else { ", " });
        }
        sql.push_str(") VALUES (?");
        sql.push_str(&", ?".repeat(row.len().saturating_sub(1)));
        sql.push(')');
        self.run(&sql, row.iter().map(|(_, value)| value), entry);
    }

    fn update(&mut self, table: &str, id_column: &str, id: i64, row: &[(&'static str, Sql)], entry: &Given<'_>) {
        if row.is_empty() {
            return;
        }
        let columns: Vec<String> = row.iter().map(|(column, _)| format!("\"{column}\" = ?")).collect();
        let sql = format!("UPDATE {table} SET {} WHERE {id_column} = ?", columns.join(", "));
        let id = Sql::Integer(id);
        self.run(&sql, row.iter().map(|(_, value)| value).chain([&id]), entry);
    }

    fn run<'v>(&mut self, sql: &str, values: impl Iterator<Item = &'v Sql>, entry: &Given<'_>) {
        // A row of an entry that is wrong already would only fail in other words.
        if !self.errors.is_empty() {
            return;
        }
        let db: &Connection = self.reader.db;
        let ran = db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(rusqlite::params_from_iter(values)));
        if let Err(error) = ran {
            self.errors.push(entry.line, &entry.path, error.to_string(), "");
        }
    }
}
