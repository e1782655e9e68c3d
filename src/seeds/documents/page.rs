//! The page about seeds: an introduction by example, and a table of fields for each section.

use std::fmt::Write;

use super::plan::{Plan, PlannedField};
use super::schema::description;
use super::section::{DefaultValue, Shape};
use super::sections::{ROWS, SECTIONS};

/// The text before the tables.
const INTRODUCTION: &str = include_str!("page.md");

/// Writes the page.
pub fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in SECTIONS {
        let plan = Plan::new(section, None);
        let _ = write!(
            text,
            "\n## `{}`\n\n{}\n\n| key | |\n|---|---|\n",
            section.name, section.doc
        );
        fields(&mut text, "", &plan.fields);
        fields(&mut text, "", &plan.beside);
        if section.hidden.is_some() {
            text.push_str("| … | and all keys of `lines`, for the hidden line; `line_id` is its id |\n");
        }
        for (_, child) in &plan.children {
            let name = child.section.name;
            let _ = writeln!(text, "| `{name}` | {} |", child.section.doc);
            fields(&mut text, &format!("{name}[]."), &child.fields);
        }
        others(&mut text, &plan.fields);
    }
    let tables: Vec<String> = ROWS.iter().map(|section| format!("`{}`", section.name)).collect();
    let _ = write!(
        text,
        "\n## `rows`\n\nRows of tables that have no section, with the keys of their columns: {}.\n",
        tables.join(", ")
    );
    text
}

/// Writes a row for each field that differs from its column.
fn fields(text: &mut String, before: &str, slots: &[PlannedField]) {
    for field in slots.iter().filter(|field| is_own(field)) {
        let _ = writeln!(text, "| `{before}{}` | {} |", field.name, description(field));
    }
}

/// Lists the fields that are the same as their columns.
fn others(text: &mut String, slots: &[PlannedField]) {
    let names: Vec<String> = slots
        .iter()
        .filter(|field| !is_own(field))
        .map(|field| format!("`{}`", field.name))
        .collect();
    if !names.is_empty() {
        let _ = write!(text, "\nAnd as the panel's columns are called: {}.\n", names.join(", "));
    }
}

fn is_own(field: &PlannedField) -> bool {
    !field.doc.is_empty()
        || field.name != field.column.name
        || !matches!((field.shape, field.preset), (Shape::Column, DefaultValue::Column))
}
