//! The fields of a section with their columns: [`super::sections`] joined with `schema.sql`.

use rusqlite::types::Value;

use super::section::{Beside, Child, DefaultValue, Section, Shape};
use super::sections::{HIDDEN, LINES, SECTIONS};
use crate::document::Member;
use crate::panel::fields::{Field, FieldType, NewValue};
use crate::store::schema::{self, Column, ColumnType};

/// A field with its column.
#[derive(Debug)]
pub struct PlannedField {
    pub name: &'static str,
    /// Another key of the same meaning.
    pub alias: Option<&'static str>,
    pub column: &'static Column,
    pub shape: Shape,
    pub preset: DefaultValue,
    pub doc: &'static str,
}

/// The fields and children of a section.
#[derive(Debug)]
pub struct Plan {
    pub section: &'static Section,
    pub fields: Vec<PlannedField>,
    /// The fields that are stored elsewhere, in the section's order.
    pub beside: Vec<PlannedField>,
    /// The fields of the hidden line of each row, for devices.
    pub line: Vec<PlannedField>,
    pub children: Vec<(&'static Child, Plan)>,
}

impl Plan {
    /// Creates the plan of a section. For a section within another, `parent` is the column with the id of the
    /// outer row.
    pub fn new(section: &'static Section, parent: Option<&str>) -> Plan {
        let left_out = [section.id, parent, section.fixed.map(|(column, _)| column)];
        let mut plan = Plan {
            section,
            fields: with_others(section.table, named_fields(section).collect(), &left_out),
            beside: section.beside.iter().filter_map(beside_field).collect(),
            line: Vec::new(),
            children: Vec::new(),
        };
        if let Some((_, flag)) = section.hidden {
            let is_hidden_line_field = |column: &str| HIDDEN.named().any(|(_, named)| named == column);
            let of_a_line = named_fields(&LINES).filter(|field| !is_hidden_line_field(field.column.name));
            let named = named_fields(&HIDDEN).chain(of_a_line).collect();
            plan.line = with_others(LINES.table, named, &[LINES.id, Some(flag)]);
        }
        let children = section.children.iter();
        plan.children = children
            .map(|child| (child, Plan::new(child.section, Some(child.parent))))
            .collect();
        plan
    }

    /// Returns all keys that an entry may have.
    pub fn keys(&self) -> Vec<&'static str> {
        let mut keys: Vec<&str> = self.section.id.map(|_| "id").into_iter().collect();
        let slots = || self.fields.iter().chain(&self.beside).chain(&self.line);
        keys.extend(slots().map(|field| field.name));
        keys.extend(slots().filter_map(|field| field.alias));
        keys.extend(self.section.hidden.map(|_| LINE_ID));
        keys.extend(self.children.iter().map(|(_, child)| child.section.name));
        keys
    }
}

/// The key of a hidden line's id.
pub const LINE_ID: &str = "line_id";

/// Returns the fields that a section names.
fn named_fields(section: &Section) -> impl Iterator<Item = PlannedField> {
    section
        .named()
        .filter_map(move |(name, column)| named_field(section, name, column))
}

fn named_field(section: &Section, name: &'static str, column: &'static str) -> Option<PlannedField> {
    let described = section.described.and_then(|fields| fields.get(column));
    let special = section.special.iter().find(|special| special.column == column);
    let is_key = section.key.column() == Some(column);
    let preset = match (special.and_then(|special| special.preset), described) {
        (Some(preset), _) => preset,
        _ if is_key => DefaultValue::Required,
        (None, Some(Field { is_now: true, .. })) => DefaultValue::Now,
        (
            None,
            Some(Field {
                default: NewValue::Text(text),
                ..
            }),
        ) => DefaultValue::Text(text),
        _ => DefaultValue::Column,
    };
    let shape = special.and_then(|special| special.shape);
    Some(PlannedField {
        name,
        alias: section.alias.filter(|_| is_key),
        column: schema::table(section.table)?.column(column)?,
        shape: shape.or_else(|| described.map(shape_of)).unwrap_or(Shape::Column),
        preset,
        doc: special.map_or("", |special| special.doc),
    })
}

fn beside_field(beside: &Beside) -> Option<PlannedField> {
    Some(PlannedField {
        name: beside.name,
        alias: None,
        column: schema::table(beside.table)?.column(beside.column)?,
        shape: beside.shape.unwrap_or(Shape::Column),
        preset: DefaultValue::Column,
        doc: beside.doc,
    })
}

/// Returns the form of a noun's field in a document.
fn shape_of(field: Field) -> Shape {
    let of_section = |table: &str| SECTIONS.iter().find(|section| section.table == table);
    match (field.kind, field.target().and_then(of_section)) {
        (FieldType::Ids, Some(section)) => Shape::Many(section.name),
        (_, Some(section)) => Shape::One(section.name),
        (FieldType::Texts | FieldType::Networks | FieldType::JsonTexts, _) => Shape::Texts,
        (FieldType::Choice(words), _) => Shape::OneOf(words),
        _ => Shape::Column,
    }
}

/// Adds the columns of a table that are not named yet.
fn with_others(table: &str, mut fields: Vec<PlannedField>, left_out: &[Option<&str>]) -> Vec<PlannedField> {
    let columns = schema::table(table).into_iter().flat_map(schema::Table::columns);
    let others = columns.filter(|column| {
        let is_named = fields.iter().any(|field| field.column.name == column.name);
        !is_named && !left_out.contains(&Some(column.name))
    });
    let others: Vec<PlannedField> = others
        .map(|column| PlannedField {
            name: column.name,
            alias: None,
            column,
            shape: Shape::Column,
            preset: DefaultValue::Column,
            doc: "",
        })
        .collect();
    fields.extend(others);
    fields
}

impl PlannedField {
    /// Whether a key of a document names this field.
    pub fn has_key(&self, key: &str) -> bool {
        key == self.name || self.alias == Some(key)
    }

    /// Returns the member of an entry that sets the field.
    pub fn find_in<'n>(&self, members: &'n [Member]) -> Option<&'n Member> {
        members.iter().find(|member| self.has_key(&member.key))
    }

    /// Returns the value that an export omits: the one that a new row gets without the key.
    pub fn omitted_value(&self) -> Option<Value> {
        match self.preset {
            DefaultValue::Column => Some(column_default(self.column)),
            DefaultValue::Number(number) => Some(Value::Integer(number)),
            DefaultValue::Text(text) => Some(Value::Text(text.to_owned())),
            DefaultValue::Now
            | DefaultValue::Random(_)
            | DefaultValue::Required
            | DefaultValue::Resellers
            | DefaultValue::Generation
            | DefaultValue::Of(_)
            | DefaultValue::Derived => None,
        }
    }
}

/// Returns the default of a column as a value.
fn column_default(column: &Column) -> Value {
    let Some(text) = column.default else {
        return Value::Null;
    };
    if let Some(text) = text.strip_prefix('\'') {
        return Value::Text(text.trim_end_matches('\'').to_owned());
    }
    match column.kind {
        ColumnType::Real => Value::Real(text.parse().unwrap_or_default()),
        _ => Value::Integer(text.parse().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::seeds::documents::sections::{ROWS, SECTIONS};

    fn all() -> impl Iterator<Item = Plan> {
        SECTIONS.iter().chain(ROWS).map(|section| Plan::new(section, None))
    }

    #[test]
    fn every_table_is_in_a_section_and_every_column_is_a_field() {
        let mut tables: HashSet<&str> = HashSet::new();
        for plan in all() {
            for (parent, plan) in plan
                .children
                .iter()
                .map(|(child, plan)| (Some(child.parent), plan))
                .chain([(None, &plan)])
            {
                let table = schema::table(plan.section.table).unwrap();
                tables.insert(table.name);
                for column in table.columns() {
                    let fixed = plan.section.fixed.map(|(column, _)| column);
                    let left_out = [plan.section.id, parent, fixed].contains(&Some(column.name));
                    let fields = plan
                        .fields
                        .iter()
                        .filter(|field| field.column.name == column.name)
                        .count();
                    assert_eq!(fields, usize::from(!left_out), "{} {}", table.name, column.name);
                }
                let names = plan.section.named();
                for column in names.map(|(_, column)| column) {
                    assert!(table.column(column).is_some(), "{} {column}", table.name);
                }
            }
        }
        let own = [
            "linecard_totals",
            "linecard_settings",
            "linecard_access",
            "linecard_replays",
            "linecard_reseller_answers",
            "linecard_audit",
            "linecard_audit_kept",
            "linecard_due",
            "linecard_webhook_events",
            "linecard_webhook_deliveries",
            "linecard_ends_told",
        ];
        let rest: Vec<&str> = schema::tables()
            .map(|table| table.name)
            .filter(|name| !tables.contains(name))
            .collect();
        assert_eq!(rest, own);
    }

    #[test]
    fn a_key_of_an_entry_means_one_thing() {
        for plan in all() {
            let keys = plan.keys();
            let different: HashSet<&&str> = keys.iter().collect();
            assert_eq!(different.len(), keys.len(), "{}: {keys:?}", plan.section.name);
        }
    }
}
