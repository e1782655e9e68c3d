//! The page about seeds: an introduction by example, and a table of fields for each section.

use std::fmt::Write;

use super::plan::{Plan, Slot};
use super::schema::description;
use super::section::{Preset, Shape};
use super::sections::{ROWS, SECTIONS};

/// What is said before the tables.
const INTRODUCTION: &str = include_str!("page.md");

/// The page.
pub fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in SECTIONS {
        let plan = Plan::of(section, None);
        let _ = write!(
            text,
            "\n## `{}`\n\n{}\n\n| key | |\n|---|---|\n",
            section.name, section.doc
        );
        fields(&mut text, "", &plan.slots);
        if section.hidden.is_some() {
            text.push_str("| … | and all keys of `lines`, for the hidden line; `line_id` is its id |\n");
        }
        for (_, child) in &plan.children {
            let name = child.section.name;
            let _ = writeln!(text, "| `{name}` | {} |", child.section.doc);
            fields(&mut text, &format!("{name}[]."), &child.slots);
        }
        others(&mut text, &plan.slots);
    }
    let tables: Vec<String> = ROWS.iter().map(|section| format!("`{}`", section.name)).collect();
    let _ = write!(
        text,
        "\n## `rows`\n\nRows of tables that have no section, with the keys of their columns: {}.\n",
        tables.join(", ")
    );
    text
}

/// A row for each field that differs from its column.
fn fields(text: &mut String, before: &str, slots: &[Slot]) {
    for slot in slots.iter().filter(|slot| is_own(slot)) {
        let _ = writeln!(text, "| `{before}{}` | {} |", slot.name, description(slot));
    }
}

/// The columns that are fields as they are.
fn others(text: &mut String, slots: &[Slot]) {
    let names: Vec<String> = slots
        .iter()
        .filter(|slot| !is_own(slot))
        .map(|slot| format!("`{}`", slot.name))
        .collect();
    if !names.is_empty() {
        let _ = write!(text, "\nAnd as the panel's columns are called: {}.\n", names.join(", "));
    }
}

fn is_own(slot: &Slot) -> bool {
    slot.name != slot.column.name || !matches!((slot.shape, slot.preset), (Shape::Column, Preset::Column))
}
