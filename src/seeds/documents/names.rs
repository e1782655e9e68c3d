//! Finds rows by name, for references in documents and for documents that change existing rows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Result};

use super::plan::Plan;
use super::section::{NameKey, Section, Shape};
use super::sections;
use super::sections::LINES;
use crate::document::{Node, Value, suggestion};

/// The rows with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMatch {
    One(i64),
    Many {
        /// Whether several rows of the database had the name before the document.
        before: bool,
    },
}

/// The error of a value, with a hint.
#[derive(Debug)]
pub struct ValueError {
    pub detail: String,
    pub hint: String,
    /// Whether it names a row that is not there.
    pub is_reference: bool,
}

impl ValueError {
    pub fn new(detail: impl Into<String>, hint: impl Into<String>) -> ValueError {
        ValueError {
            detail: detail.into(),
            hint: hint.into(),
            is_reference: false,
        }
    }
}

/// The rows of a section by name.
#[derive(Debug)]
pub struct NameIndex {
    key: NameKey,
    /// Whether the rows of the database are being loaded, before those of the document.
    loading: bool,
    matches: HashMap<String, NameMatch>,
    /// The name of each row, if references are written.
    names: HashMap<i64, (String, Option<String>)>,
}

impl NameIndex {
    /// Loads the rows of the database.
    pub fn load(db: &Connection, plan: &Plan, keep_names: bool) -> Result<NameIndex> {
        let mut index = NameIndex {
            key: plan.section.key,
            loading: true,
            matches: HashMap::new(),
            names: HashMap::new(),
        };
        let (Some(id), Some(name)) = (plan.section.id, plan.section.key.column()) else {
            return Ok(NameIndex {
                loading: false,
                ..index
            });
        };
        let within = match plan.section.key {
            NameKey::Within(_, column) => format!("\"{column}\""),
            _ => "NULL".to_owned(),
        };
        let table = plan.section.table;
        let only = plan.section.condition();
        let only = only.map_or_else(String::new, |only| format!(" WHERE {only}"));
        let mut query = db.prepare(&format!(
            "SELECT {id}, \"{name}\", {within} FROM {table}{only} ORDER BY {id}"
        ))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name): (i64, Option<String>) = (row.get(0)?, row.get(1)?);
            let Some(name) = name else { continue };
            let within = category_word(plan, &row.get(2)?);
            index.add(id, &name, within.as_deref());
            if keep_names {
                index.names.insert(id, (name, within));
            }
        }
        index.loading = false;
        Ok(index)
    }

    /// Adds a row under its name, and under the name with its category.
    pub fn add(&mut self, id: i64, name: &str, within: Option<&str>) {
        let qualified = within.map(|within| format!("{within}/{name}"));
        for name in std::iter::once(self.folded(name)).chain(qualified) {
            if name.is_empty() {
                continue;
            }
            match self.matches.entry(name) {
                Entry::Occupied(mut entry) => {
                    if matches!(entry.get(), NameMatch::One(other) if *other != id) {
                        entry.insert(NameMatch::Many { before: self.loading });
                    }
                }
                Entry::Vacant(entry) => {
                    entry.insert(NameMatch::One(id));
                }
            }
        }
    }

    /// Returns the rows with a name.
    pub fn find(&self, name: &str, within: Option<&str>) -> Option<NameMatch> {
        let name = match within {
            Some(within) => format!("{within}/{name}"),
            None => self.folded(name),
        };
        self.matches.get(&name).copied()
    }

    /// Returns the shortest name that only this row has.
    pub fn unique_name(&self, id: i64) -> Option<String> {
        let (name, within) = self.names.get(&id)?;
        if self.find(name, None) == Some(NameMatch::One(id)) {
            return Some(name.clone());
        }
        let within = within.as_deref()?;
        (self.find(name, Some(within)) == Some(NameMatch::One(id))).then(|| format!("{within}/{name}"))
    }

    fn folded(&self, name: &str) -> String {
        match self.key {
            NameKey::Login(_) => name.trim_end_matches(' ').to_ascii_lowercase(),
            _ => name.to_owned(),
        }
    }
}

/// Returns the word of the category in which a name is unique, such as `movie`.
pub fn category_word(plan: &Plan, value: &rusqlite::types::Value) -> Option<String> {
    let NameKey::Within(_, column) = plan.section.key else {
        return None;
    };
    let field = plan.fields.iter().find(|field| field.column.name == column)?;
    match (field.shape, value) {
        (Shape::Numbered(words), rusqlite::types::Value::Integer(number)) => words
            .iter()
            .find(|(_, value)| value == number)
            .map_or_else(|| Some(number.to_string()), |(word, _)| Some((*word).to_owned())),
        (_, rusqlite::types::Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The indexes of all sections, each loaded when it is first needed.
#[derive(Debug, Default)]
pub struct Names {
    indexes: HashMap<&'static str, NameIndex>,
    keep_names: bool,
}

impl Names {
    /// Creates indexes for an export, which writes references by name.
    pub fn for_writing() -> Names {
        Names {
            indexes: HashMap::new(),
            keep_names: true,
        }
    }

    /// Returns the index of a section.
    pub fn index_of(&mut self, db: &Connection, section: &'static Section) -> Result<&mut NameIndex> {
        match self.indexes.entry(section.name) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let plan = Plan::new(section, None);
                Ok(entry.insert(NameIndex::load(db, &plan, self.keep_names)?))
            }
        }
    }

    /// Returns the id of a reference. A reference by id may name a missing row, as it may in a panel.
    ///
    /// # Errors
    /// The error of the name.
    pub fn resolve(&mut self, db: &Connection, section: &str, node: &Node) -> std::result::Result<i64, ValueError> {
        let name = match &node.value {
            Value::Word(word) => match word.parse() {
                Ok(id) => return Ok(id),
                Err(_) => word,
            },
            Value::Text(text) => text,
            Value::List(_) | Value::Map(_) => {
                let hint = format!("name one of {section}, or give its id");
                return Err(ValueError::new(format!("this is {}", node.kind()), hint));
            }
        };
        let failed = |error: rusqlite::Error| ValueError::new(error.to_string(), "");
        let index = self.index_of(db, section_named(section)).map_err(failed)?;
        match index.matches.get(&index.folded(name)).copied() {
            Some(NameMatch::One(id)) => Ok(id),
            Some(NameMatch::Many { .. }) => Err(ValueError::new(
                format!("more than one of {section} is called {name:?}"),
                "give the id of the one that is meant",
            )),
            None => {
                if let Some(id) = printed_id(section, name) {
                    return Ok(id);
                }
                let mut known: Vec<&str> = index.matches.keys().map(String::as_str).collect();
                known.sort_unstable();
                let detail = format!("there is no {name:?} in {section}");
                Err(ValueError {
                    is_reference: true,
                    ..ValueError::new(detail, suggestion(name, &known))
                })
            }
        }
    }

    /// Returns the reference to a row: its name, or its id if the name is not unique.
    pub fn reference(&mut self, db: &Connection, section: &str, id: i64) -> Result<Node> {
        let name = self.index_of(db, section_named(section))?.unique_name(id);
        Ok(name.map_or_else(|| Node::word(id), Node::text))
    }
}

/// Returns the id that an API prints so: 123 for `prod_123`.
fn printed_id(section: &str, text: &str) -> Option<i64> {
    let digits = text.strip_prefix(section_named(section).prefix?)?;
    digits.parse().ok().filter(|id| *id > 0)
}

/// Returns the section of a reference; the table of [`sections`] names only existing sections.
fn section_named(name: &str) -> &'static Section {
    static LINES_SECTION: Section = LINES;
    sections::find(name).unwrap_or(&LINES_SECTION)
}
