//! Checks a parsed statement for refused parts (10.4), anywhere in it.
//!
//! The whole statement is visited before it is rewritten, so that a refusal is reported before any other
//! error.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Delete, Expr, Ident, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, ShowStatementOptions,
    Statement, TableFactor, Value, ValueWithSpan, Visit, Visitor,
};

use super::DoorError;

/// The name of the panel's database.
pub const SCHEMA: &str = "xui";

/// MySQL functions with effects outside of the database.
const FUNCTIONS: [&str; 10] = [
    "LOAD_FILE",
    "SLEEP",
    "BENCHMARK",
    "GET_LOCK",
    "RELEASE_LOCK",
    "SYS_EXEC",
    "SYS_EVAL",
    "IS_FREE_LOCK",
    "IS_USED_LOCK",
    "RELEASE_ALL_LOCKS",
];

/// Prefixes of internal tables of Linecard and SQLite.
const OWN_PREFIXES: [&str; 2] = ["linecard_", "sqlite_"];

/// Checks a statement for refused parts.
///
/// # Errors
/// [`DoorError::Refused`] for the first one.
pub fn check(statement: &Statement) -> Result<(), DoorError> {
    match statement.visit(&mut Refusals) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(reason) => Err(DoorError::Refused(reason.into())),
    }
}

struct Refusals;

/// Continues the visit, or ends it with the reason of a refusal.
type Found = ControlFlow<Box<str>>;

const NOTHING: Found = ControlFlow::Continue(());

fn refused(reason: impl Into<Box<str>>) -> Found {
    ControlFlow::Break(reason.into())
}

impl Visitor for Refusals {
    type Break = Box<str>;

    fn pre_visit_statement(&mut self, statement: &Statement) -> Found {
        match statement {
            Statement::Query(_) | Statement::Insert(_) | Statement::Update(_) | Statement::ExplainTable { .. } => {
                NOTHING
            }
            Statement::Delete(Delete { tables, .. }) => tables.iter().try_for_each(table),
            Statement::ShowColumns { .. } => NOTHING,
            Statement::ShowTables { show_options, .. } => schema_shown(show_options),
            Statement::Explain { .. } => refused("EXPLAIN of a statement"),
            other => refused(first_words(other)),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> Found {
        match query.locks.first() {
            None => NOTHING,
            Some(lock) => refused(format!("FOR {}", lock.lock_type)),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> Found {
        if select.into.is_some() {
            return refused("SELECT INTO");
        }
        select.projection.iter().try_for_each(|item| match item {
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), _) => {
                match parts(of).split_last() {
                    Some((_, schema @ [_, ..])) => in_schema(schema, of),
                    _ => NOTHING,
                }
            }
            _ => NOTHING,
        })
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> Found {
        table(relation)
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Found {
        match factor {
            TableFactor::Table {
                name, args: Some(_), ..
            }
            | TableFactor::Function { name, .. } => function(name),
            _ => NOTHING,
        }
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> Found {
        match expression {
            Expr::Function(call) => function(&call.name),
            // A column qualified with table and schema.
            Expr::CompoundIdentifier(path) => match path.as_slice() {
                [schema @ .., table, column] if !schema.is_empty() => {
                    let schema: Vec<&str> = schema.iter().map(|part| part.value.as_str()).collect();
                    in_schema(
                        &schema,
                        &format!("{}.{}.{}", schema.join("."), table.value, column.value),
                    )
                }
                _ => NOTHING,
            },
            _ => NOTHING,
        }
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> Found {
        match &value.value {
            Value::Placeholder(name) if name.starts_with('@') => refused("variables"),
            _ => NOTHING,
        }
    }

    fn pre_visit_ident(&mut self, name: &Ident) -> Found {
        match name.quote_style {
            None if name.value.starts_with('@') => refused("variables"),
            _ => NOTHING,
        }
    }
}

/// Returns the verb of a statement, for the error text.
fn first_words(statement: &Statement) -> String {
    let words: Vec<String> = statement
        .to_string()
        .split_whitespace()
        .take(2)
        .map(str::to_ascii_uppercase)
        .collect();
    words.join(" ")
}

/// `SHOW TABLES FROM …` names a schema instead of a table.
fn schema_shown(options: &ShowStatementOptions) -> Found {
    match options.show_in.as_ref().and_then(|shown| shown.parent_name.as_ref()) {
        None => NOTHING,
        Some(name) => in_schema(&parts(name), name),
    }
}

fn table(name: &ObjectName) -> Found {
    let path = parts(name);
    let Some((table, schema)) = path.split_last() else {
        return NOTHING;
    };
    in_schema(schema, name)?;
    let lower = table.to_ascii_lowercase();
    match OWN_PREFIXES.iter().any(|prefix| lower.starts_with(prefix)) {
        true => refused(format!("the table {table}")),
        false => NOTHING,
    }
}

fn function(name: &ObjectName) -> Found {
    let path = parts(name);
    let Some((function, schema)) = path.split_last() else {
        return NOTHING;
    };
    let upper = function.to_ascii_uppercase();
    if FUNCTIONS.contains(&upper.as_str()) {
        return refused(upper);
    }
    in_schema(schema, name)
}

/// The schema of a qualified name must be the panel's.
fn in_schema(schema: &[&str], name: &impl std::fmt::Display) -> Found {
    match schema {
        [] => NOTHING,
        [only] if only.eq_ignore_ascii_case(SCHEMA) => NOTHING,
        _ => refused(format!("the schema of {name}")),
    }
}

/// Returns the parts of a name, without quotes.
fn parts(name: &ObjectName) -> Vec<&str> {
    let idents = name.0.iter().filter_map(|part| part.as_ident());
    idents.map(|part| part.value.as_str()).collect()
}
