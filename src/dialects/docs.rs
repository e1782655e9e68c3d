//! Generates the README's table, the page of all parameters and the texts of `linecard actions` from the dialects'
//! tables.

use std::fmt::Write;

use super::operation::{Operation, Parameter, ValueForm, each_sent};
use super::{Dialect, Dialects};

/// Returns the README's table: a row for each chapter with its operations in each dialect.
pub fn readme_table(dialects: Dialects) -> String {
    let served: Vec<&dyn Dialect> = dialects.served().collect();
    let titles: Vec<&str> = served.iter().map(|dialect| name(*dialect)).collect();
    let mut text = format!(
        "| chapter | {} |\n|---|{}\n",
        titles.join(" | "),
        "---|".repeat(served.len())
    );
    for (group, count) in groups(dialects) {
        let cells = served.iter().map(|dialect| {
            let names = of_group(*dialect, group).map(|operation| format!("`{}`", operation.name));
            names.collect::<Vec<_>>().join(" ")
        });
        let _ = writeln!(
            text,
            "| {group} ({count}) | {} |",
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    text
}

/// Returns a dialect's title for a heading.
fn name(dialect: &dyn Dialect) -> &'static str {
    dialect.title().trim_start_matches("the ")
}

fn of_group<'d>(dialect: &'d dyn Dialect, group: &str) -> impl Iterator<Item = &'d Operation> {
    dialect
        .operations()
        .iter()
        .filter(move |operation| operation.group == group)
}

/// Returns the chapters in the order of the first dialect that has them, each with the number of that
/// dialect's operations.
fn groups(dialects: Dialects) -> Vec<(&'static str, usize)> {
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for dialect in dialects.served() {
        for operation in dialect.operations() {
            if groups.iter().all(|(group, _)| *group != operation.group) {
                groups.push((operation.group, of_group(dialect, operation.group).count()));
            }
        }
    }
    groups
}

/// Returns the page of all operations with their parameters.
pub fn actions_page(dialects: Dialects) -> String {
    let mut text = String::from("# Actions\n\nGenerated from the tables of actions by `linecard docs`; do not edit.\n");
    for dialect in dialects.served() {
        let _ = write!(text, "\n## {}\n\n{}", name(dialect), dialect.introduction());
        let mut group = "";
        for operation in dialect.operations() {
            if operation.group != group {
                group = operation.group;
                let _ = write!(text, "\n### {group}\n");
            }
            describe(&mut text, operation);
        }
        text += &dialect.appendix();
    }
    text
}

fn describe(text: &mut String, operation: &Operation) {
    let _ = write!(text, "\n#### {}\n\n{}\n", operation.name, operation.doc);
    let is_typed = operation.parameters.iter().any(|parameter| parameter.typed.is_some());
    match operation.parameters.is_empty() {
        true => {}
        false if is_typed => *text += "\n| parameter | type | left out | |\n|---|---|---|---|\n",
        false => *text += "\n| parameter | |\n|---|---|\n",
    }
    for parameter in &operation.parameters {
        let mark = if parameter.required { "**" } else { "" };
        let names = parameter.names.join("` or `");
        let typed = match &parameter.typed {
            Some((kind, left_out)) => format!("{kind} | {left_out} | "),
            None => String::new(),
        };
        let _ = writeln!(text, "| {mark}`{names}`{mark} | {typed}{} |", parameter.doc);
    }
    if !operation.note.is_empty() {
        let _ = writeln!(text, "\n{}", operation.note);
    }
}

/// Returns the table as plain text for a terminal.
pub fn terminal_table(dialects: Dialects) -> String {
    let mut text = String::new();
    for (at, dialect) in dialects.served().enumerate() {
        let space = if at == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{space}{}", name(dialect));
        let mut group = "";
        for operation in dialect.operations() {
            if operation.group != group {
                group = operation.group;
                let _ = writeln!(text, " {group}");
            }
            let _ = writeln!(text, "  {:<26} {}", operation.name, operation.doc);
            let parameters: Vec<String> = operation.parameters.iter().map(in_brackets).collect();
            if !parameters.is_empty() {
                let _ = writeln!(text, "  {:<26} {}", "", parameters.join(" "));
            }
        }
    }
    text
}

/// Returns a parameter, in brackets if it is optional.
fn in_brackets(parameter: &Parameter) -> String {
    match parameter.required {
        true => parameter.name().to_owned(),
        false => format!("[{}]", parameter.name()),
    }
}

/// Finds the operation with this name.
pub fn find(
    dialects: impl Iterator<Item = &'static dyn Dialect>,
    name: &str,
) -> Option<(&'static dyn Dialect, &'static Operation)> {
    let mut all = dialects.flat_map(|dialect| dialect.operations().iter().map(move |operation| (dialect, operation)));
    all.find(|(_, operation)| operation.name == name)
}

/// Describes one operation with its parameters for a terminal.
pub fn terminal_page(dialect: &dyn Dialect, operation: &Operation) -> String {
    let mut rows: Vec<[String; 3]> = Vec::new();
    let mut row = |parameter: &Parameter| {
        rows.push([parameter.sent_name().into_owned(), kind(parameter), told(parameter)]);
    };
    each_sent(&operation.parameters, &mut row);
    each_sent(&dialect.details(operation).query, &mut row);
    let mut text = format!(
        "{} ({}, {})\n{}\n",
        operation.name,
        name(dialect),
        operation.group,
        operation.doc
    );
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    if !rows.is_empty() {
        text.push('\n');
    }
    for [name, kind, doc] in &rows {
        let _ = writeln!(text, "  {name:<first$}  {kind:<second$}  {doc}");
    }
    text
}

/// Names the type of a parameter.
fn kind(parameter: &Parameter) -> String {
    if let Some((kind, _)) = &parameter.typed {
        return kind.clone();
    }
    match parameter.form {
        ValueForm::Text | ValueForm::Members(_) => "text".into(),
        ValueForm::Int(_) => "int".into(),
        ValueForm::Numbers(_) => "int".into(),
        ValueForm::Decimal => "number".into(),
        ValueForm::Bool => "true or false".into(),
        ValueForm::Words(words) => words.join(", "),
        ValueForm::Json => "JSON".into(),
        ValueForm::Texts => "list `[]`".into(),
        ValueForm::Ints => "list `[]` of ids".into(),
    }
}

/// Describes a parameter, and what it means to leave it out.
fn told(parameter: &Parameter) -> String {
    let left_out = match (&parameter.typed, parameter.required) {
        (_, true) => " Required.".to_owned(),
        (Some((_, left_out)), false) => format!(" Left out: {left_out}."),
        (None, false) => String::new(),
    };
    format!("{}{left_out}", parameter.doc)
}

/// Returns the parameters of an example call, which succeeds with the `docs` seed: the required ones, and the
/// first other one that says more than a flag does.
pub fn example(operation: &Operation) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut has_other = !operation.writes;
    each_sent(&operation.parameters, &mut |parameter| {
        let is_flag = matches!(parameter.form, ValueForm::Numbers(_));
        let is_other = !parameter.required && !has_other && !is_flag && !parameter.example.is_empty();
        has_other |= is_other;
        if parameter.required || is_other {
            all.push((
                parameter.sent_name().into_owned(),
                parameter.example.clone().into_owned(),
            ));
        }
    });
    all
}
