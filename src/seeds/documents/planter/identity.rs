//! The row of an entry: the row with its id, the row with its name, or a new one with the next id. No two
//! entries get the same row.

use std::collections::HashSet;
use std::collections::hash_map::Entry;

use super::{DocumentEntry, Planter, join_path, member};
use crate::panel::noun;
use crate::seeds::documents::names::{NameIndex, NameMatch, category_word};
use crate::seeds::documents::plan::{LINE_ID, Plan};
use crate::seeds::documents::section::{NameKey, Section};
use crate::seeds::documents::sections::LINES;

impl Planter<'_> {
    /// Finds the row of an entry. On failure the error has been recorded.
    pub(super) fn identify(
        &mut self,
        plan: &Plan,
        entry: &mut DocumentEntry<'_>,
        own: &mut HashSet<i64>,
    ) -> Result<(), ()> {
        let section = plan.section;
        let entry_id = self.parse_id(entry, "id")?;
        let name = section.key.column().and_then(|column| {
            let field = plan.fields.iter().find(|field| field.column.name == column)?;
            let member = field.find_in(entry.members)?;
            Some((member.key.as_str(), member.node.scalar()?.to_owned()))
        });
        let within = self.within(plan, entry);
        if let Some((key, name)) = &name
            && matches!(section.name, "lines" | "accounts" | "access_codes")
            && noun::is_reserved(name)
        {
            let hint = "take another name: the control plane answers under this one";
            self.errors.push(
                entry.line,
                join_path(&entry.path, key),
                format!("{name:?} is reserved"),
                hint,
            );
            return Err(());
        }
        let (true, Some(id_column)) = (entry_id.is_some() || name.is_some() || section.id.is_some(), section.id) else {
            return Ok(());
        };
        let existing = match &name {
            Some((_, name)) => self.index(section)?.find(name, within.as_deref()),
            None => None,
        };
        let id = match (entry_id, existing) {
            (Some(id), Some(NameMatch::One(other))) if other != id && section.key.is_unique() && !self.complete => {
                return self.refuse_name(entry, name);
            }
            (Some(id), _) => {
                entry.exists = self.row_exists(section.table, id_column, id)?;
                id
            }
            (None, Some(NameMatch::One(id))) if !own.contains(&id) => {
                entry.exists = true;
                id
            }
            (None, Some(NameMatch::Many { before: true })) => {
                let (key, name) = name.unwrap_or_default();
                let detail = format!("more than one of {} is called {name:?}", section.name);
                let hint = "give the id of the one that is meant";
                self.errors.push(entry.line, join_path(&entry.path, key), detail, hint);
                return Err(());
            }
            (None, Some(_)) if section.key.is_unique() => return self.refuse_name(entry, name),
            (None, _) => self.next_id(section.table, id_column)?,
        };
        self.reserve_id(section.table, id_column, id, entry)?;
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

    /// Refuses a name that another row has, where names are unique.
    fn refuse_name(&mut self, entry: &DocumentEntry<'_>, name: Option<(&str, String)>) -> Result<(), ()> {
        let (key, name) = name.unwrap_or_default();
        let detail = format!("{name:?} is there already");
        self.errors.push(
            entry.line,
            join_path(&entry.path, key),
            detail,
            "each needs one of its own",
        );
        Err(())
    }

    /// Assigns the id of the hidden line of a new device.
    fn identify_line(&mut self, plan: &Plan, entry: &mut DocumentEntry<'_>) -> Result<(), ()> {
        let entry_id = self.parse_id(entry, LINE_ID)?;
        let named = plan.fields.iter().any(|field| {
            plan.section
                .hidden
                .is_some_and(|(column, _)| column == field.column.name)
                && field.find_in(entry.members).is_some()
        });
        if named || entry.exists {
            return Ok(());
        }
        let id = match entry_id {
            Some(id) => id,
            None => self.next_id(LINES.table, "id")?,
        };
        self.reserve_id(LINES.table, "id", id, entry)?;
        entry.line_id = Some(id);
        Ok(())
    }

    /// Returns the category in which the name of an entry is unique.
    fn within(&self, plan: &Plan, entry: &DocumentEntry<'_>) -> Option<String> {
        let NameKey::Within(_, column) = plan.section.key else {
            return None;
        };
        let field = plan.fields.iter().find(|field| field.column.name == column)?;
        match field.find_in(entry.members).and_then(|member| member.node.scalar()) {
            Some(word) => Some(word.to_owned()),
            None => category_word(plan, &field.omitted_value()?),
        }
    }

    /// Reserves an id for an entry: no other entry of the document may have it.
    fn reserve_id(&mut self, table: &'static str, column: &str, id: i64, entry: &DocumentEntry<'_>) -> Result<(), ()> {
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

    fn index(&mut self, section: &'static Section) -> Result<&mut NameIndex, ()> {
        let index = self.reader.names.index_of(self.reader.db, section);
        index.map_err(|error| self.errors.push(0, section.name, error.to_string(), ""))
    }

    fn row_exists(&mut self, table: &str, column: &str, id: i64) -> Result<bool, ()> {
        let sql = format!("SELECT 1 FROM {table} WHERE {column} = ?1");
        let exists = self
            .reader
            .db
            .prepare_cached(&sql)
            .and_then(|mut query| query.exists([id]));
        exists.map_err(|error| self.errors.push(0, table, error.to_string(), ""))
    }

    /// Returns the last id of a table.
    fn last_id(&mut self, table: &'static str, column: &str) -> Result<&mut i64, ()> {
        match self.last_ids.entry(table) {
            Entry::Occupied(entry_slot) => Ok(entry_slot.into_mut()),
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

    /// Returns the next id of a table.
    pub(super) fn next_id(&mut self, table: &'static str, column: &str) -> Result<i64, ()> {
        let last = self.last_id(table, column)?;
        *last = last.saturating_add(1);
        Ok(*last)
    }

    /// Parses the id under a key of an entry, if it has one.
    fn parse_id(&mut self, entry: &DocumentEntry<'_>, key: &str) -> Result<Option<i64>, ()> {
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
                    join_path(&entry.path, key),
                    detail,
                    "leave it out for the next one",
                );
                Err(())
            }
        }
    }
}
