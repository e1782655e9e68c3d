//! Writes the rows of an entry: its own, that of a device's hidden line, and those of its children.

use std::fmt::Write;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension};

use super::invoices::{column, set};
use super::{DocumentEntry, Planter, join_path, member};
use crate::document::{DocumentError, Member, suggestion};
use crate::panel::{guide, resellers, rest_secrets};
use crate::seeds::documents::plan::{Plan, PlannedField};
use crate::seeds::documents::section::{Child, DefaultValue, Shape};
use crate::seeds::documents::sections::{DEVICES_TABLE, GUIDE_TABLE, LINES, RANDOM_ALPHABET};
use crate::seeds::setup::main_server;
use crate::store::functions;

/// The column of a programme's generation.
const GENERATION: &str = "generation";

/// Columns with their values.
pub(super) type Row = Vec<(&'static str, Sql)>;

impl Planter<'_> {
    /// Writes an entry with its children.
    pub(super) fn write(&mut self, plan: &Plan, entry: &DocumentEntry<'_>) {
        self.check_keys(plan, entry);
        let counts = match entry.exists {
            true => &mut self.planted.changed,
            false => &mut self.planted.added,
        };
        *counts.entry(plan.section.name).or_default() += 1;
        let mut row = self.row(&plan.fields, entry, !entry.exists);
        if let (Some((column, flag)), false) =
            (plan.section.hidden, entry.exists && !self.sets_line_fields(plan, entry))
        {
            self.write_line(plan, entry, column, flag, &mut row);
        }
        let section = plan.section;
        if let (Some((column, [usual, ..])), false) = (section.fixed, entry.exists) {
            row.push((column, Sql::Text((*usual).to_owned())));
        }
        match section.name {
            "api_keys" => self.complete_key(&mut row, entry),
            "subscriptions" => self.complete_subscription(plan, &mut row, entry),
            "invoices" => self.complete_invoice(&mut row, entry),
            _ => {}
        }
        match (section.id, entry.id, entry.exists) {
            (Some(id_column), Some(id), true) => self.update(section.table, id_column, id, &row, entry),
            (Some(id_column), Some(id), false) => {
                row.insert(0, (id_column, Sql::Integer(id)));
                self.insert(section.table, &row, entry);
            }
            _ => self.insert(section.table, &row, entry),
        }
        let Some(id) = entry.id else {
            return;
        };
        match section.name {
            "lines" => {
                if let Some((_, limit)) = self.beside_row(plan, entry).first() {
                    self.limit_devices(id, limit, entry);
                }
            }
            "mags" => self.bind(id, &row, entry),
            _ => {}
        }
        for (place, child) in &plan.children {
            self.write_children(child, place, id, entry);
        }
    }

    /// Makes a key that names an account a named one, and checks its scopes.
    fn complete_key(&mut self, row: &mut Row, entry: &DocumentEntry<'_>) {
        let is_named = matches!(column(row, "user_id"), Some(Sql::Integer(_)));
        let kind = if is_named {
            &rest_secrets::NAMED
        } else {
            &rest_secrets::BILLING
        };
        if is_named {
            set(row, "kind", Sql::Text(kind.name.to_owned()));
            if Self::has_key(entry, "tier") && !self.complete {
                self.fail(entry, "tier", "a named key has no rate limit", "leave it out");
            }
        }
        if is_named && !Self::has_key(entry, "scopes") && !self.is_named_key(entry) {
            let scopes = serde_json::Value::from(kind.default_scopes).to_string();
            set(row, "scopes", Sql::Text(scopes));
        }
        let scopes = match column(row, "scopes") {
            Some(Sql::Text(scopes)) if (is_named || !entry.exists) && !self.complete => functions::texts(scopes),
            _ => return,
        };
        if let Some(unknown) = scopes.iter().find(|scope| !kind.scopes.contains(&scope.as_str())) {
            let hint = suggestion(unknown, kind.scopes);
            self.fail(entry, "scopes", &format!("there is no scope {unknown:?}"), &hint);
        }
    }

    /// Whether the key of an entry is there and a named one.
    fn is_named_key(&self, entry: &DocumentEntry<'_>) -> bool {
        let sql = "SELECT 1 FROM linecard_secrets WHERE id = ?1 AND kind = 'named'";
        let found = self
            .reader
            .db
            .prepare_cached(sql)
            .and_then(|mut query| query.exists([entry.id]));
        found.unwrap_or(false)
    }

    /// Returns the values of an entry that are stored elsewhere, by their keys. Null is what a key left out means.
    pub(super) fn beside_row(&mut self, plan: &Plan, entry: &DocumentEntry<'_>) -> Row {
        let mut row = Row::new();
        for field in &plan.beside {
            match field.find_in(entry.members) {
                Some(member) if member.node.is_null() => row.push((field.name, Sql::Null)),
                Some(member) => row.extend(self.value(field, member, entry).map(|value| (field.name, value))),
                None => {}
            }
        }
        row
    }

    /// Converts the value of a member; `None` if it is wrong, and the error has been recorded.
    fn value(&mut self, field: &PlannedField, member: &Member, entry: &DocumentEntry<'_>) -> Option<Sql> {
        match self.reader.parse_value(field, &member.node) {
            Ok(value) => Some(value),
            Err((error, line, below)) => {
                self.errors.add(DocumentError {
                    line,
                    path: format!("{}{below}", join_path(&entry.path, &member.key)),
                    detail: error.detail,
                    hint: error.hint,
                    is_reference: error.is_reference,
                });
                None
            }
        }
    }

    /// Records the unknown keys of an entry as errors.
    fn check_keys(&mut self, plan: &Plan, entry: &DocumentEntry<'_>) {
        let known = plan.keys();
        let unknown = |member: &&Member| !known.contains(&member.key.as_str());
        for member in entry.members.iter().filter(unknown) {
            self.unknown_key(member, &entry.path, &known);
        }
    }

    /// Whether the entry of a device sets fields of its hidden line.
    fn sets_line_fields(&self, plan: &Plan, entry: &DocumentEntry<'_>) -> bool {
        plan.line.iter().any(|field| field.find_in(entry.members).is_some())
    }

    /// Creates or changes the hidden line of a device.
    fn write_line(
        &mut self,
        plan: &Plan,
        entry: &DocumentEntry<'_>,
        column: &'static str,
        flag: &'static str,
        row: &mut Row,
    ) {
        if let Some(id) = entry.line_id {
            let mut line = self.row(&plan.line, entry, true);
            line.insert(0, ("id", Sql::Integer(id)));
            line.push((flag, Sql::Integer(1)));
            self.insert(LINES.table, &line, entry);
            row.retain(|(name, _)| *name != column);
            row.push((column, Sql::Integer(id)));
            return;
        }
        if !self.sets_line_fields(plan, entry) {
            return;
        }
        let (Some(id_column), Some(id)) = (plan.section.id, entry.id) else {
            return;
        };
        let sql = format!("SELECT {column} FROM {} WHERE {id_column} = ?1", plan.section.table);
        let line_id: Option<i64> = self
            .reader
            .db
            .query_row(&sql, [id], |row| row.get(0))
            .optional()
            .unwrap_or_default();
        let Some(line_id) = line_id.filter(|_| entry.exists) else {
            let hint = "leave the key `line` out to make a hidden one, or edit the line itself";
            return self
                .errors
                .push(entry.line, &entry.path, "it names a line and has fields of one", hint);
        };
        let line = self.row(&plan.line, entry, false);
        self.update(LINES.table, "id", line_id, &line, entry);
    }

    /// Returns the columns that an entry sets; for a new row also those with a default of the section.
    fn row(&mut self, slots: &[PlannedField], entry: &DocumentEntry<'_>, new: bool) -> Row {
        let mut row = Row::with_capacity(slots.len());
        for member in entry.members {
            let Some(field) = slots.iter().find(|field| field.has_key(&member.key)) else {
                continue;
            };
            let value = self.value(field, member, entry);
            row.extend(value.map(|value| (field.column.name, value)));
        }
        if new {
            for field in slots {
                if matches!(
                    field.preset,
                    DefaultValue::Column | DefaultValue::Generation | DefaultValue::Derived
                ) || field.find_in(entry.members).is_some()
                {
                    continue;
                }
                let default = match field.preset {
                    DefaultValue::Of(column) => row
                        .iter()
                        .find(|(name, _)| *name == column)
                        .map(|(_, value)| value.clone()),
                    _ => self.default_value(field),
                };
                match default {
                    Some(value) => row.push((field.column.name, value)),
                    None => {
                        let detail = format!("the key {:?} is missing", field.name);
                        self.errors.push(entry.line, &entry.path, detail, "add it");
                    }
                }
            }
        }
        row
    }

    /// Returns the value of a field that a new row leaves out.
    fn default_value(&self, field: &PlannedField) -> Option<Sql> {
        match field.preset {
            DefaultValue::Required | DefaultValue::Of(_) => None,
            // A generation is that of the guide which the row is in: `write_children` knows that.
            DefaultValue::Column | DefaultValue::Generation | DefaultValue::Derived => field.omitted_value(),
            DefaultValue::Now if matches!(field.shape, Shape::Millis) => {
                Some(Sql::Integer(self.reader.now.saturating_mul(1_000)))
            }
            DefaultValue::Now => Some(Sql::Integer(self.reader.now)),
            DefaultValue::Random(length) => Some(Sql::Text(self.reader.rng.text(RANDOM_ALPHABET, length))),
            DefaultValue::Number(number) => Some(Sql::Integer(number)),
            DefaultValue::Text(text) => Some(Sql::Text(text.to_owned())),
            DefaultValue::Resellers => Some(Sql::Integer(resellers::built_in_group(self.reader.db).unwrap_or(0))),
        }
    }

    /// Writes the children of a row; they replace the existing ones.
    fn write_children(&mut self, plan: &Plan, place: &Child, id: i64, entry: &DocumentEntry<'_>) {
        let (section, parent) = (plan.section, place.parent);
        let Some(list) = member(entry.members, section.name) else {
            if section.table == "streams_servers" && !entry.exists {
                self.put_on_main_server(id, entry);
            }
            return;
        };
        if entry.exists {
            let only = place.only.unwrap_or("1");
            let sql = format!("DELETE FROM {} WHERE {parent} = ?1 AND {only}", section.table);
            if let Err(error) = self.reader.db.execute(&sql, [id]) {
                return self.errors.push(entry.line, &entry.path, error.to_string(), "");
            }
        }
        let path = join_path(&entry.path, section.name);
        let children = self.entries(plan, &list.node, &path);
        let generation = match section.table {
            GUIDE_TABLE => guide::shown_generation(self.reader.db, id).ok(),
            _ => None,
        };
        for child in children {
            self.check_keys(plan, &child);
            let mut row = self.row(&plan.fields, &child, true);
            if section.table == DEVICES_TABLE {
                self.check_device(id, &row, &child);
            }
            row.push((parent, Sql::Integer(id)));
            if let Some(generation) = generation.filter(|_| row.iter().all(|(name, _)| *name != GENERATION)) {
                row.push((GENERATION, Sql::Integer(generation)));
            }
            row.extend(section.id.zip(child.id).map(|(column, id)| (column, Sql::Integer(id))));
            self.insert(section.table, &row, &child);
        }
    }

    /// Assigns a stream without servers to the main one.
    fn put_on_main_server(&mut self, stream: i64, entry: &DocumentEntry<'_>) {
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

    pub(super) fn insert(&mut self, table: &str, row: &[(&'static str, Sql)], entry: &DocumentEntry<'_>) {
        let mut sql = format!("INSERT INTO {table} (");
        for (at, (column, _)) in row.iter().enumerate() {
            let _ = write!(sql, "{}\"{column}\"", if at == 0 { "" } else { ", " });
        }
        sql.push_str(") VALUES (?");
        sql.push_str(&", ?".repeat(row.len().saturating_sub(1)));
        sql.push(')');
        self.run(&sql, row.iter().map(|(_, value)| value), entry);
    }

    fn update(
        &mut self,
        table: &str,
        id_column: &str,
        id: i64,
        row: &[(&'static str, Sql)],
        entry: &DocumentEntry<'_>,
    ) {
        if row.is_empty() {
            return;
        }
        let columns: Vec<String> = row.iter().map(|(column, _)| format!("\"{column}\" = ?")).collect();
        let sql = format!("UPDATE {table} SET {} WHERE {id_column} = ?", columns.join(", "));
        let id = Sql::Integer(id);
        self.run(&sql, row.iter().map(|(_, value)| value).chain([&id]), entry);
    }

    fn run<'v>(&mut self, sql: &str, values: impl Iterator<Item = &'v Sql>, entry: &DocumentEntry<'_>) {
        // After an error the transaction is rolled back: further writes would only add errors that follow from
        // it.
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
