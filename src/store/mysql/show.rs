//! SHOW and DESCRIBE, from the schema.

use super::errors::SqlError;
use super::plan::store::is_long;
use super::prepared::Read;
use super::read::tree::{Show, TableName};
use super::typed::source::stored_table;
use super::typed::types::Type;
use super::typed::value::text_literal;
use crate::store::schema::{self, Column, ColumnType, Table};

/// The rights that `SHOW FULL COLUMNS` tells.
const PRIVILEGES: &str = "select,insert,update,references";

/// Prints the SELECT of a SHOW.
///
/// # Errors
/// When the table is unknown.
pub fn show(show: &Show) -> Result<Read, SqlError> {
    match show {
        Show::Tables { full, like } => Ok(tables(*full, like.as_deref())),
        Show::Columns { table, full, like } => columns(table, *full, like.as_deref()),
    }
}

fn tables(full: bool, like: Option<&str>) -> Read {
    let label = match like {
        Some(pattern) => format!("Tables_in_xui ({pattern})"),
        None => "Tables_in_xui".to_owned(),
    };
    let mut labels = vec![label.as_str()];
    if full {
        labels.push("Table_type");
    }
    let mut names: Vec<&str> = schema::tables()
        .filter(|table| table.is_public())
        .map(|table| table.name)
        .collect();
    names.sort_unstable();
    let row = |name: &&str| match full {
        true => vec![Some((*name).to_owned()), Some("BASE TABLE".to_owned())],
        false => vec![Some((*name).to_owned())],
    };
    rows(&labels, &names.iter().map(row).collect::<Vec<_>>(), like)
}

fn columns(name: &TableName, full: bool, like: Option<&str>) -> Result<Read, SqlError> {
    let table = stored_table(name)?;
    let labels: &[&str] = match full {
        true => &[
            "Field",
            "Type",
            "Collation",
            "Null",
            "Key",
            "Default",
            "Extra",
            "Privileges",
            "Comment",
        ],
        false => &["Field", "Type", "Null", "Key", "Default", "Extra"],
    };
    let all: Vec<Vec<Option<String>>> = table.columns().map(|column| described(table, column, full)).collect();
    Ok(rows(labels, &all, like))
}

fn described(table: &Table, column: &Column, full: bool) -> Vec<Option<String>> {
    let is_key = table.key().is_some_and(|key| key.name == column.name);
    let key = match (is_key, column.unique) {
        (true, _) => "PRI",
        (false, true) => "UNI",
        (false, false) => "",
    };
    let some = |text: &str| Some(text.to_owned());
    let kind = some(type_name(column));
    let null = some(if column.nullable { "YES" } else { "NO" });
    let extra = some(if is_key { "auto_increment" } else { "" });
    let default = match is_key {
        true => None,
        false => default(column),
    };
    match full {
        false => vec![some(column.name), kind, null, some(key), default, extra],
        true => {
            let text = matches!(column.kind, ColumnType::Text | ColumnType::Json | ColumnType::Iso);
            let collation = text.then(|| "utf8mb3_general_ci".to_owned());
            let (privileges, comment) = (some(PRIVILEGES), some(""));
            vec![
                some(column.name),
                kind,
                collation,
                null,
                some(key),
                default,
                extra,
                privileges,
                comment,
            ]
        }
    }
}

/// The type as MariaDB names it.
fn type_name(column: &Column) -> &'static str {
    match column.kind {
        ColumnType::Int | ColumnType::Unix => "int(11)",
        ColumnType::Flag => "tinyint(4)",
        ColumnType::Money => "decimal(12,2)",
        ColumnType::Real => "double",
        ColumnType::Text if is_long(column) => "text",
        ColumnType::Text => "varchar(255)",
        ColumnType::Json => "mediumtext",
        ColumnType::Iso => "varchar(19)",
    }
}

/// The default without its quotes, which long texts keep; of money in credits.
fn default(column: &Column) -> Option<String> {
    let default = column.default?;
    let hundredths: Option<i64> = default.parse().ok().filter(|_| column.kind == ColumnType::Money);
    match hundredths {
        Some(hundredths) => Some(format!("{}.{:02}", hundredths / 100, hundredths % 100)),
        None if column.kind == ColumnType::Json || is_long(column) => Some(default.to_owned()),
        None => Some(default.trim_matches('\'').to_owned()),
    }
}

/// Rows of texts, those whose first one is like a pattern.
fn rows(labels: &[&str], rows: &[Vec<Option<String>>], like: Option<&str>) -> Read {
    let cell = |cell: &Option<String>| cell.as_deref().map_or_else(|| "NULL".to_owned(), text_literal);
    let row = |row: &Vec<Option<String>>| format!("({})", row.iter().map(cell).collect::<Vec<_>>().join(", "));
    let list: Vec<String> = rows.iter().map(row).collect();
    let filter = match like {
        Some(pattern) => format!(" WHERE m_like(column1, {}, '\\', 0)", text_literal(pattern)),
        None => String::new(),
    };
    Read {
        sql: format!("SELECT * FROM (VALUES {}){filter}", list.join(", ")),
        columns: labels.iter().map(|label| ((*label).to_owned(), Type::TEXT)).collect(),
    }
}
