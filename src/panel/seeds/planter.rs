//! Plants a document: first every entry gets its id, so that any of them can be named from
//! anywhere, then the rows are written. What is wrong is collected; whoever calls throws the
//! transaction away when there is something.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension};

use super::names::{Found, Names, kind_word};
use super::nouns::{DRAWN, Key, LINES, Preset, ROWS, SECTIONS, Section};
use super::plan::{LINE_ID, Plan, Slot};
use super::scale::Scale;
use super::values::Reader;
use super::{Ground, gaps};
use crate::document::{Errors, Member, Node, Value, Wrong, meant};
use crate::panel::settings::{self, SETTINGS};
use crate::panel::{noun, resellers};

/// Keys of a document beside its sections.
pub const KEYS: [&str; 6] = ["$schema", "complete", "generate", "settings", "rows", "counters"];

/// Plants a document.
///
/// # Errors
/// What is wrong with it, in the order of its lines.
pub fn plant(ground: &Ground<'_>, document: &Node) -> Result<(), Vec<Wrong>> {
    let mut planter = Planter {
        reader: Reader {
            db: ground.db,
            chance: ground.chance,
            now: ground.now,
            zone: ground.zone,
            names: Names::default(),
        },
        errors: Errors::default(),
        last_ids: HashMap::new(),
        taken: HashMap::new(),
        main_server: None,
        complete: is_complete(document),
    };
    planter.document(ground, document);
    planter.errors.result()
}

/// Whether a document says that it is the whole state, so that nothing is set up beside it.
pub fn is_complete(document: &Node) -> bool {
    document.get("complete").and_then(Node::scalar) == Some("true")
}

struct Planter<'a> {
    reader: Reader<'a>,
    errors: Errors,
    /// The last id that each table has given.
    last_ids: HashMap<&'static str, i64>,
    /// Who of this document has an id.
    taken: HashMap<(&'static str, i64), String>,
    main_server: Option<Option<i64>>,
    /// The document is a whole state, which may be odder than what anybody would write.
    complete: bool,
}

/// A row that is to be written.
struct Given<'n> {
    members: &'n [Member],
    line: usize,
    path: String,
    /// Its id, where the table has ids.
    id: Option<i64>,
    /// Whether the row was there before.
    exists: bool,
    /// The id of the hidden line to be made.
    line_id: Option<i64>,
}

/// Columns with their values.
type Row = Vec<(&'static str, Sql)>;

impl<'a> Planter<'a> {
    fn document(&mut self, ground: &Ground<'_>, document: &Node) {
        let Value::Map(members) = &document.value else {
            let hint = "begin with a section, as in lines:";
            return self
                .errors
                .push(document.line, "", format!("the document is {}", document.kind()), hint);
        };
        let known: Vec<&str> = SECTIONS.iter().map(|section| section.name).chain(KEYS).collect();
        for member in members.iter().filter(|member| !known.contains(&member.key.as_str())) {
            self.unknown_key(member, "", &known);
        }
        if let Some(complete) = document.get("complete")
            && !matches!(complete.scalar(), Some("true" | "false"))
        {
            self.errors
                .push(complete.line, "complete", "it is neither true nor false", "");
        }
        let rows = document.get("rows");
        if let Some(rows) = rows {
            let tables: Vec<&str> = ROWS.iter().map(|section| section.name).collect();
            for member in self.members(rows, "rows") {
                if !tables.contains(&member.key.as_str()) {
                    self.unknown_key(member, "rows", &tables);
                }
            }
        }
        let plans: Vec<Plan> = SECTIONS
            .iter()
            .filter(|section| document.get(section.name).is_some())
            .chain(
                ROWS.iter()
                    .filter(|section| rows.is_some_and(|rows| rows.get(section.name).is_some())),
            )
            .map(|section| Plan::of(section, None))
            .collect();
        let mut found = Vec::new();
        for plan in &plans {
            let name = plan.section.name;
            let of_rows = || Some((rows?.get(name)?, format!("rows.{name}")));
            let node = document.get(name).map(|node| (node, name.to_owned()));
            if let Some((node, path)) = node.or_else(of_rows) {
                found.push((plan, self.entries(plan, node, &path)));
            }
        }
        for (plan, entries) in found {
            for entry in entries {
                if self.errors.is_full() {
                    return;
                }
                self.write(plan, &entry);
            }
        }
        self.settings(document.get("settings"));
        self.counters(document.get("counters"));
        self.generate(ground, document);
    }

    fn unknown_key(&mut self, member: &Member, path: &str, known: &[&str]) {
        let detail = format!("there is no key {:?}", member.key);
        self.errors
            .push(member.line, join(path, &member.key), detail, meant(&member.key, known));
    }

    /// The members of a map.
    fn members<'n>(&mut self, node: &'n Node, path: &str) -> &'n [Member] {
        match &node.value {
            Value::Map(members) => members,
            _ if node.is_null() => &[],
            _ => {
                self.errors
                    .push(node.line, path, format!("this is {}", node.kind()), "write key: value");
                &[]
            }
        }
    }

    /// The entries of a section with their ids.
    fn entries<'n>(&mut self, plan: &Plan, node: &'n Node, path: &str) -> Vec<Given<'n>> {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ if node.is_null() => &[],
            _ => {
                self.errors
                    .push(node.line, path, format!("this is {}", node.kind()), "write a list: - …");
                &[]
            }
        };
        let mut own = HashSet::new();
        let mut entries = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            if matches!(item.value, Value::List(_) | Value::Text(_)) || (item.scalar().is_some() && !item.is_null()) {
                self.errors
                    .push(item.line, path, format!("this is {}", item.kind()), "write key: value");
                continue;
            }
            let members = self.members(item, &path);
            self.check_twice(plan, members, &path);
            let mut entry = Given {
                members,
                line: item.line,
                path,
                id: None,
                exists: false,
                line_id: None,
            };
            if self.identify(plan, &mut entry, &mut own).is_ok() {
                entries.push(entry);
            }
        }
        entries
    }

    /// Refuses an entry that says a thing under both of its keys.
    fn check_twice(&mut self, plan: &Plan, members: &[Member], path: &str) {
        for slot in plan.slots.iter().filter(|slot| slot.alias.is_some()) {
            let mut said = members.iter().filter(|member| slot.is_called(&member.key));
            if let (Some(first), Some(second)) = (said.next(), said.next()) {
                let detail = format!("{:?} has said it already", first.key);
                self.errors
                    .push(second.line, join(path, &second.key), detail, "keep one of them");
            }
        }
    }

    /// Finds out which row an entry is about. What is wrong was taken down when this fails.
    fn identify(&mut self, plan: &Plan, entry: &mut Given<'_>, own: &mut HashSet<i64>) -> Result<(), ()> {
        let section = plan.section;
        let given = self.number(entry, "id")?;
        let name = section.key.column().and_then(|column| {
            let slot = plan.slots.iter().find(|slot| slot.column.name == column)?;
            let said = slot.of(entry.members)?;
            Some((said.key.as_str(), said.node.scalar()?.to_owned()))
        });
        let within = self.within(plan, entry);
        if let Some((key, name)) = &name
            && matches!(section.name, "lines" | "accounts" | "access_codes")
            && noun::is_reserved(name)
        {
            let hint = "take another name: the control plane answers under this one";
            self.errors.push(
                entry.line,
                join(&entry.path, key),
                format!("{name:?} is reserved"),
                hint,
            );
            return Err(());
        }
        let (true, Some(id_column)) = (given.is_some() || name.is_some() || section.id.is_some(), section.id) else {
            return Ok(());
        };
        let held = match &name {
            Some((_, name)) => self.index(section)?.find(name, within.as_deref()),
            None => None,
        };
        let id = match (given, held) {
            (Some(id), Some(Found::One(other))) if other != id && section.key.is_unique() && !self.complete => {
                return self.refuse_name(entry, name);
            }
            (Some(id), _) => {
                entry.exists = self.is_there(section.table, id_column, id)?;
                id
            }
            (None, Some(Found::One(id))) if !own.contains(&id) => {
                entry.exists = true;
                id
            }
            (None, Some(Found::Many { before: true })) => {
                let (key, name) = name.unwrap_or_default();
                let detail = format!("more than one of {} is called {name:?}", section.name);
                let hint = "give the id of the one that is meant";
                self.errors.push(entry.line, join(&entry.path, key), detail, hint);
                return Err(());
            }
            (None, Some(_)) if section.key.is_unique() => return self.refuse_name(entry, name),
            (None, _) => self.next_id(section.table, id_column)?,
        };
        self.take(section.table, id_column, id, entry)?;
        own.insert(id);
        if section.hidden.is_some() {
            self.identify_line(plan, entry)?;
        }
        if let Some((_, name)) = &name {
            self.index(section)?.add(id, name, within.as_deref());
        }
        entry.id = Some(id);
        Ok(())
    }

    /// Refuses a name that another row has, where no two may have the same.
    fn refuse_name(&mut self, entry: &Given<'_>, name: Option<(&str, String)>) -> Result<(), ()> {
        let (key, name) = name.unwrap_or_default();
        let detail = format!("{name:?} is there already");
        self.errors
            .push(entry.line, join(&entry.path, key), detail, "each needs one of its own");
        Err(())
    }

    /// The id of the hidden line that a new device gets.
    fn identify_line(&mut self, plan: &Plan, entry: &mut Given<'_>) -> Result<(), ()> {
        let given = self.number(entry, LINE_ID)?;
        let named = plan.slots.iter().any(|slot| {
            plan.section
                .hidden
                .is_some_and(|(column, _)| column == slot.column.name)
                && slot.of(entry.members).is_some()
        });
        if named || entry.exists {
            return Ok(());
        }
        let id = match given {
            Some(id) => id,
            None => self.next_id(LINES.table, "id")?,
        };
        self.take(LINES.table, "id", id, entry)?;
        entry.line_id = Some(id);
        Ok(())
    }

    /// The kind that the name of an entry is unique within.
    fn within(&self, plan: &Plan, entry: &Given<'_>) -> Option<String> {
        let Key::Within(_, column) = plan.section.key else {
            return None;
        };
        let slot = plan.slots.iter().find(|slot| slot.column.name == column)?;
        match slot.of(entry.members).and_then(|member| member.node.scalar()) {
            Some(word) => Some(word.to_owned()),
            None => kind_word(plan, &slot.omitted()?),
        }
    }

    /// Gives an id to an entry, which no other entry of the document may have.
    fn take(&mut self, table: &'static str, column: &str, id: i64, entry: &Given<'_>) -> Result<(), ()> {
        let last = self.last_id(table, column)?;
        *last = id.max(*last);
        match self.taken.insert((table, id), entry.path.clone()) {
            None => Ok(()),
            Some(other) => {
                let detail = format!("{other} has the id {id}");
                self.errors
                    .push(entry.line, &entry.path, detail, "give each an id of its own");
                Err(())
            }
        }
    }

    fn index(&mut self, section: &'static Section) -> Result<&mut super::names::Index, ()> {
        let read = self.reader.names.of(self.reader.db, section);
        read.map_err(|error| self.errors.push(0, section.name, error.to_string(), ""))
    }

    fn is_there(&mut self, table: &str, column: &str, id: i64) -> Result<bool, ()> {
        let sql = format!("SELECT 1 FROM {table} WHERE {column} = ?1");
        let there = self
            .reader
            .db
            .prepare_cached(&sql)
            .and_then(|mut query| query.exists([id]));
        there.map_err(|error| self.errors.push(0, table, error.to_string(), ""))
    }

    /// The last id that a table has given.
    fn last_id(&mut self, table: &'static str, column: &str) -> Result<&mut i64, ()> {
        match self.last_ids.entry(table) {
            Entry::Occupied(held) => Ok(held.into_mut()),
            Entry::Vacant(free) => {
                let sql = format!(
                    "SELECT max(coalesce((SELECT max({column}) FROM {table}), 0),
                         coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}'), 0))"
                );
                let last = self.reader.db.query_row(&sql, [], |row| row.get(0));
                let last = last.map_err(|error| self.errors.push(0, table, error.to_string(), ""))?;
                Ok(free.insert(last))
            }
        }
    }

    /// The id after the last one.
    fn next_id(&mut self, table: &'static str, column: &str) -> Result<i64, ()> {
        let last = self.last_id(table, column)?;
        *last = last.saturating_add(1);
        Ok(*last)
    }

    /// The whole number that a key has, where it is given.
    fn number(&mut self, entry: &Given<'_>, key: &str) -> Result<Option<i64>, ()> {
        let Some(member) = member(entry.members, key) else {
            return Ok(None);
        };
        let number: Option<i64> = member.node.scalar().and_then(|text| text.parse().ok());
        match number.filter(|number| *number > 0) {
            Some(number) => Ok(Some(number)),
            None => {
                let detail = "an id is a whole number from 1";
                self.errors.push(
                    member.node.line,
                    join(&entry.path, key),
                    detail,
                    "leave it out for the next one",
                );
                Err(())
            }
        }
    }

    /// Writes an entry with what belongs to it.
    fn write(&mut self, plan: &Plan, entry: &Given<'_>) {
        let keys = plan.keys();
        for member in entry
            .members
            .iter()
            .filter(|member| !keys.contains(&member.key.as_str()))
        {
            self.unknown_key(member, &entry.path, &keys);
        }
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
            Preset::Drawn(length) => Some(Sql::Text(self.reader.chance.text(DRAWN, length))),
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
            let keys = plan.keys();
            for member in child
                .members
                .iter()
                .filter(|member| !keys.contains(&member.key.as_str()))
            {
                self.unknown_key(member, &child.path, &keys);
            }
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

    fn settings(&mut self, node: Option<&Node>) {
        let Some(node) = node else {
            return;
        };
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        for member in self.members(node, "settings") {
            let path = join("settings", &member.key);
            if !known.contains(&member.key.as_str()) {
                self.unknown_key(member, "settings", &known);
                continue;
            }
            let value = match member.node.scalar() {
                Some("true") => "1",
                Some("false") => "0",
                Some(text) => text,
                None => {
                    self.errors.push(
                        member.node.line,
                        path,
                        format!("this is {}", member.node.kind()),
                        "write a text",
                    );
                    continue;
                }
            };
            if let Err(error) = settings::set(self.reader.db, &member.key, value) {
                self.errors.push(member.node.line, path, error.to_string(), "");
            }
        }
    }

    /// Ids that were given and are not there any more: a table does not give them again.
    fn counters(&mut self, node: Option<&Node>) {
        let Some(node) = node else {
            return;
        };
        let tables: Vec<&str> = tables_with_ids().map(|section| section.table).collect();
        for member in self.members(node, "counters") {
            let Some(table) = tables.iter().find(|table| **table == member.key) else {
                self.unknown_key(member, "counters", &tables);
                continue;
            };
            let last: Option<i64> = member.node.scalar().and_then(|text| text.parse().ok());
            let Some(last) = last.filter(|last| *last >= 0) else {
                let path = join("counters", table);
                self.errors.push(
                    member.node.line,
                    path,
                    "it is no whole number from 0",
                    "write the last id that was given",
                );
                continue;
            };
            let db = self.reader.db;
            let set = db
                .execute(
                    "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1",
                    (table, last),
                )
                .and_then(|changed| match changed {
                    0 => db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", (table, last)),
                    changed => Ok(changed),
                });
            if let Err(error) = set {
                self.errors.push(member.line, "counters", error.to_string(), "");
            }
        }
    }

    fn generate(&mut self, ground: &Ground<'_>, document: &Node) {
        let Some(node) = document.get("generate") else {
            return;
        };
        let mut scale = Scale::default();
        for member in self.members(node, "generate") {
            if !Scale::NAMES.contains(&member.key.as_str()) {
                self.unknown_key(member, "generate", &Scale::NAMES);
                continue;
            }
            let set = member.node.scalar().and_then(|text| text.parse().ok());
            if set.is_none_or(|number| !scale.set(&member.key, number)) {
                let hint = "write digits, as in 1000";
                self.errors.push(
                    member.node.line,
                    join("generate", &member.key),
                    "it is no whole number",
                    hint,
                );
            }
        }
        if !self.errors.is_empty() {
            return;
        }
        let grown = gaps::fill(ground).and_then(|()| scale.grow(ground).map_err(|error| error.to_string()));
        if let Err(error) = grown {
            self.errors.push(node.line, "generate", error, "");
        }
    }
}

/// The server that a stream is on when none is said.
///
/// # Errors
/// SQLite's.
pub fn main_server(db: &Connection) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM servers ORDER BY is_main <> 0 DESC, id LIMIT 1";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()
}

/// Every table that gives ids, in the order of documents.
pub fn tables_with_ids() -> impl Iterator<Item = &'static Section> {
    let own = SECTIONS.iter().chain(ROWS);
    own.flat_map(|section| std::iter::once(section).chain(section.children.iter().map(|child| child.section)))
        .filter(|section| section.id.is_some())
}

fn member<'n>(members: &'n [Member], key: &str) -> Option<&'n Member> {
    members.iter().find(|member| member.key == key)
}

fn join(path: &str, key: &str) -> String {
    match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}.{key}"),
    }
}
