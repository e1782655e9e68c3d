//! Plants a document: first every entry gets its id, so that references may be in any order, then the rows are
//! written. Errors are collected; the caller rolls the transaction back if there is one.
//!
//! `identity` assigns the ids, `rows` writes, `whole` plants settings, counters and generated rows. What rows of billing
//! derive from others, and what they do to lines, is in `subscriptions`, `invoices` and `lines`; `devices` has what lines
//! have beside their rows.

mod devices;
mod identity;
mod invoices;
mod lines;
mod rows;
mod subscriptions;
mod whole;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::names::Names;
use super::plan::Plan;
use super::section::Section;
use super::sections::{ROWS, SECTIONS};
use super::values::ValueReader;
use crate::document::{DocumentError, Errors, Member, Node, Value, suggestion};
use crate::seeds::context::SeedContext;

/// The keys of a document that are not sections.
pub const KEYS: [&str; 6] = ["$schema", "complete", "generate", "settings", "rows", "counters"];

/// The section after which the built-in groups are added, so that accounts can be in them.
const GROUPS: &str = "groups";

/// What a document has done, in numbers by the names of its sections.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Planted {
    /// The entries that are new.
    pub added: BTreeMap<&'static str, usize>,
    /// The entries of rows that were there, and the settings.
    pub changed: BTreeMap<&'static str, usize>,
    /// The numbers of `generate`.
    pub generated: BTreeMap<&'static str, usize>,
}

/// Plants a document.
///
/// # Errors
/// The errors of the document, in the order of lines.
pub fn plant(context: &SeedContext<'_>, document: &Node) -> Result<Planted, Vec<DocumentError>> {
    let mut planter = Planter {
        reader: ValueReader {
            db: context.db,
            rng: context.rng,
            now: context.now,
            zone: context.zone,
            names: Names::default(),
        },
        errors: Errors::default(),
        last_ids: HashMap::new(),
        taken: HashMap::new(),
        main_server: None,
        complete: is_complete(document),
        planted: Planted::default(),
    };
    planter.document(context, document);
    planter.errors.result().map(|()| planter.planted)
}

/// Whether a document says that it is the whole state, so that no defaults are added.
pub fn is_complete(document: &Node) -> bool {
    document.get("complete").and_then(Node::scalar) == Some("true")
}

/// Whether the built-in groups are to be there before a document is planted: it has rows that may be in groups, and no
/// groups of its own, after which they are added.
pub fn needs_groups(document: &Node) -> bool {
    const IN_GROUPS: [&str; 3] = ["accounts", "access_codes", "packages"];
    document.get(GROUPS).is_none() && IN_GROUPS.iter().any(|section| document.get(section).is_some())
}

struct Planter<'a> {
    reader: ValueReader<'a>,
    errors: Errors,
    /// The last id of each table.
    last_ids: HashMap<&'static str, i64>,
    /// The path of the entry with an id.
    taken: HashMap<(&'static str, i64), String>,
    main_server: Option<Option<i64>>,
    /// Whether the document is a whole state, which may break rules for written documents, such as unique
    /// names.
    complete: bool,
    planted: Planted,
}

/// An entry of a document, and the row that it is written to.
struct DocumentEntry<'n> {
    members: &'n [Member],
    line: usize,
    path: String,
    /// The id, if the table has ids.
    id: Option<i64>,
    /// Whether the row exists already.
    exists: bool,
    /// The id of the hidden line to create.
    line_id: Option<i64>,
}

impl<'a> Planter<'a> {
    fn document(&mut self, context: &SeedContext<'_>, document: &Node) {
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
            .map(|section| Plan::new(section, None))
            .collect();
        let mut sections = Vec::new();
        for plan in &plans {
            let name = plan.section.name;
            let in_rows = || Some((rows?.get(name)?, format!("rows.{name}")));
            let node = document.get(name).map(|node| (node, name.to_owned()));
            if let Some((node, path)) = node.or_else(in_rows) {
                sections.push((plan, self.entries(plan, node, &path)));
            }
        }
        for (plan, entries) in sections {
            for entry in entries {
                if self.errors.is_full() {
                    return;
                }
                self.write(plan, &entry);
            }
            if plan.section.name == GROUPS {
                self.add_built_in_groups(plan.section);
            }
        }
        self.settings(document.get("settings"));
        self.counters(document.get("counters"));
        self.generate(context, document);
    }

    fn unknown_key(&mut self, member: &Member, path: &str, known: &[&str]) {
        let detail = format!("there is no key {:?}", member.key);
        self.errors.push(
            member.line,
            join_path(path, &member.key),
            detail,
            suggestion(&member.key, known),
        );
    }

    /// Returns the members of a map.
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

    /// Returns the entries of a section with their ids.
    fn entries<'n>(&mut self, plan: &Plan, node: &'n Node, path: &str) -> Vec<DocumentEntry<'n>> {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ if node.is_null() => &[],
            _ => {
                self.errors
                    .push(node.line, path, format!("this is {}", node.kind()), "write a list: - …");
                &[]
            }
        };
        let mut own_ids = HashSet::new();
        let mut entries = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            if matches!(item.value, Value::List(_) | Value::Text(_)) || (item.scalar().is_some() && !item.is_null()) {
                self.errors
                    .push(item.line, path, format!("this is {}", item.kind()), "write key: value");
                continue;
            }
            let members = self.members(item, &path);
            self.check_aliases(plan, members, &path);
            let mut entry = DocumentEntry {
                members,
                line: item.line,
                path,
                id: None,
                exists: false,
                line_id: None,
            };
            if self.identify(plan, &mut entry, &mut own_ids).is_ok() {
                entries.push(entry);
            }
        }
        entries
    }

    /// Records what is wrong with a key of an entry, at its line if the entry has it.
    fn fail(&mut self, entry: &DocumentEntry<'_>, key: &str, detail: &str, hint: &str) {
        let set = member(entry.members, key);
        let path = match set {
            Some(_) => join_path(&entry.path, key),
            None => entry.path.clone(),
        };
        self.errors
            .push(set.map_or(entry.line, |set| set.line), path, detail, hint);
    }

    /// Refuses an entry that sets a field under both of its keys.
    fn check_aliases(&mut self, plan: &Plan, members: &[Member], path: &str) {
        for field in plan.fields.iter().filter(|field| field.alias.is_some()) {
            let mut set = members.iter().filter(|member| field.has_key(&member.key));
            if let (Some(first), Some(second)) = (set.next(), set.next()) {
                let detail = format!("{:?} sets it already", first.key);
                self.errors
                    .push(second.line, join_path(path, &second.key), detail, "keep one of them");
            }
        }
    }
}

/// Returns the sections of every table with ids, in the order of documents.
pub fn tables_with_ids() -> impl Iterator<Item = &'static Section> {
    let top_level = SECTIONS.iter().chain(ROWS);
    // A table may be in several sections.
    let mut seen = HashSet::new();
    top_level
        .flat_map(|section| std::iter::once(section).chain(section.children.iter().map(|child| child.section)))
        .filter(move |section| section.id.is_some() && seen.insert(section.table))
}

fn member<'n>(members: &'n [Member], key: &str) -> Option<&'n Member> {
    members.iter().find(|member| member.key == key)
}

fn join_path(path: &str, key: &str) -> String {
    match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}.{key}"),
    }
}
