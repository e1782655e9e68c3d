//! Who is meant by a name: rows by what people call them, for references and for documents that add
//! to what is there.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Result};

use super::plan::Plan;
use super::section::{Key, Section, Shape};
use super::sections;
use super::sections::LINES;
use crate::document::{Node, Value, meant};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    One(i64),
    Many {
        /// Several rows had the name before the document came.
        before: bool,
    },
}

/// What is wrong with a value, and what to do.
#[derive(Debug)]
pub struct Fault {
    pub detail: String,
    pub hint: String,
}

impl Fault {
    pub fn new(detail: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault {
            detail: detail.into(),
            hint: hint.into(),
        }
    }
}

/// The rows of a section by their names.
#[derive(Debug)]
pub struct Index {
    key: Key,
    /// Whether the rows come that were there before.
    reading: bool,
    found: HashMap<String, Lookup>,
    /// How each row is called, for those that write.
    called: HashMap<i64, (String, Option<String>)>,
}

impl Index {
    /// Reads the rows that are there.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(db: &Connection, plan: &Plan, keep_names: bool) -> Result<Index> {
        let mut index = Index {
            key: plan.section.key,
            reading: true,
            found: HashMap::new(),
            called: HashMap::new(),
        };
        let (Some(id), Some(name)) = (plan.section.id, plan.section.key.column()) else {
            return Ok(Index {
                reading: false,
                ..index
            });
        };
        let within = match plan.section.key {
            Key::Within(_, column) => format!("\"{column}\""),
            _ => "NULL".to_owned(),
        };
        let table = plan.section.table;
        let mut query = db.prepare(&format!("SELECT {id}, \"{name}\", {within} FROM {table} ORDER BY {id}"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
            let within = kind_word(plan, &row.get(2)?);
            index.add(id, &name, within.as_deref());
            if keep_names {
                index.called.insert(id, (name, within));
            }
        }
        index.reading = false;
        Ok(index)
    }

    /// Adds a row under its names.
    pub fn add(&mut self, id: i64, name: &str, within: Option<&str>) {
        let qualified = within.map(|within| format!("{within}/{name}"));
        for name in std::iter::once(self.folded(name)).chain(qualified) {
            if name.is_empty() {
                continue;
            }
            match self.found.entry(name) {
                Entry::Occupied(mut held) => {
                    if matches!(held.get(), Lookup::One(other) if *other != id) {
                        held.insert(Lookup::Many { before: self.reading });
                    }
                }
                Entry::Vacant(free) => {
                    free.insert(Lookup::One(id));
                }
            }
        }
    }

    /// What a name stands for.
    pub fn find(&self, name: &str, within: Option<&str>) -> Option<Lookup> {
        let name = match within {
            Some(within) => format!("{within}/{name}"),
            None => self.folded(name),
        };
        self.found.get(&name).copied()
    }

    /// The shortest name that means this row and no other.
    pub fn name(&self, id: i64) -> Option<String> {
        let (name, within) = self.called.get(&id)?;
        if self.find(name, None) == Some(Lookup::One(id)) {
            return Some(name.clone());
        }
        let within = within.as_deref()?;
        (self.find(name, Some(within)) == Some(Lookup::One(id))).then(|| format!("{within}/{name}"))
    }

    fn folded(&self, name: &str) -> String {
        match self.key {
            Key::Login(_) => name.trim_end_matches(' ').to_ascii_lowercase(),
            _ => name.to_owned(),
        }
    }
}

/// The word of the kind that a name is unique within.
pub fn kind_word(plan: &Plan, value: &rusqlite::types::Value) -> Option<String> {
    let Key::Within(_, column) = plan.section.key else {
        return None;
    };
    let slot = plan.slots.iter().find(|slot| slot.column.name == column)?;
    match (slot.shape, value) {
        (Shape::Numbered(words), rusqlite::types::Value::Integer(number)) => words
            .iter()
            .find(|(_, stands_for)| stands_for == number)
            .map_or_else(|| Some(number.to_string()), |(word, _)| Some((*word).to_owned())),
        (_, rusqlite::types::Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The indexes of all sections, each read when it is first needed.
#[derive(Debug, Default)]
pub struct Names {
    indexes: HashMap<&'static str, Index>,
    keep_names: bool,
}

impl Names {
    /// For those that write references.
    pub fn for_writing() -> Names {
        Names {
            indexes: HashMap::new(),
            keep_names: true,
        }
    }

    /// The index of a section.
    ///
    /// # Errors
    /// SQLite's.
    pub fn of(&mut self, db: &Connection, section: &'static Section) -> Result<&mut Index> {
        match self.indexes.entry(section.name) {
            Entry::Occupied(held) => Ok(held.into_mut()),
            Entry::Vacant(free) => {
                let plan = Plan::of(section, None);
                Ok(free.insert(Index::read(db, &plan, self.keep_names)?))
            }
        }
    }

    /// The id that a reference means. An id may name nothing, as it may in a panel.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn resolve(&mut self, db: &Connection, section: &str, node: &Node) -> std::result::Result<i64, Fault> {
        let name = match &node.value {
            Value::Word(word) => match word.parse() {
                Ok(id) => return Ok(id),
                Err(_) => word,
            },
            Value::Text(text) => text,
            Value::List(_) | Value::Map(_) => {
                let hint = format!("name one of {section}, or give its id");
                return Err(Fault::new(format!("this is {}", node.kind()), hint));
            }
        };
        let failed = |error: rusqlite::Error| Fault::new(error.to_string(), "");
        let index = self.of(db, section_named(section)).map_err(failed)?;
        match index.found.get(&index.folded(name)).copied() {
            Some(Lookup::One(id)) => Ok(id),
            Some(Lookup::Many { .. }) => Err(Fault::new(
                format!("more than one of {section} is called {name:?}"),
                "give the id of the one that is meant",
            )),
            None => {
                let mut known: Vec<&str> = index.found.keys().map(String::as_str).collect();
                known.sort_unstable();
                Err(Fault::new(
                    format!("there is no {name:?} in {section}"),
                    meant(name, &known),
                ))
            }
        }
    }

    /// How a reference to a row is written: by its name, or by its id where no name means it alone.
    ///
    /// # Errors
    /// SQLite's.
    pub fn reference(&mut self, db: &Connection, section: &str, id: i64) -> Result<Node> {
        let name = self.of(db, section_named(section))?.name(id);
        Ok(name.map_or_else(|| Node::word(id), Node::text))
    }
}

/// The section that a reference is to; the tables of [`sections`] name none that is not there.
fn section_named(name: &str) -> &'static Section {
    static LINES_SECTION: Section = LINES;
    sections::find(name).unwrap_or(&LINES_SECTION)
}
