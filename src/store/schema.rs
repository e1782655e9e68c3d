//! The schema, parsed from `schema.sql`: the tables, their columns and the types of these.
//!
//! The only way to get a [`Column`] is to look up a name here, so a caller's text never becomes SQL.

use std::sync::LazyLock;

use indexmap::IndexMap;

/// The SQL text that creates an empty database.
pub const SQL: &str = include_str!("../../schema.sql");

/// Tables with this prefix are Linecard's own: no dialect shows them, raw SQL cannot reach them.
const OWN_PREFIX: &str = "linecard_";

/// The type of a column (contract "Admin API", section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Int,
    /// 0 or 1.
    Flag,
    /// Unix seconds.
    Unix,
    /// Hundredths of a credit.
    Money,
    Real,
    Text,
    /// Text that contains JSON.
    Json,
    /// A date text in the panel's time zone: `YYYY-MM-DD` at midnight, else with the time.
    Iso,
}

/// A column as declared in `schema.sql`.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: ColumnType,
    pub nullable: bool,
    /// The default as SQL; `None` means null.
    pub default: Option<&'static str>,
}

/// A table as declared in `schema.sql`.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    columns: IndexMap<&'static str, Column>,
}

impl Table {
    /// Finds the column with this name, ignoring ASCII letter case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .get(name)
            .or_else(|| self.columns().find(|column| column.name.eq_ignore_ascii_case(name)))
    }

    /// Returns all columns in order.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.values()
    }

    /// Whether this is not one of Linecard's own tables.
    pub fn is_public(&self) -> bool {
        !self.name.starts_with(OWN_PREFIX)
    }
}

static TABLES: LazyLock<IndexMap<&'static str, Table>> = LazyLock::new(|| parse(SQL));

/// Finds the table with this name, ignoring ASCII letter case.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES
        .get(name)
        .or_else(|| tables().find(|table| table.name.eq_ignore_ascii_case(name)))
}

/// Returns all tables in order.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    TABLES.values()
}

/// Parses the column lines of each `CREATE TABLE`: `name TYPE … DEFAULT x …, -- kind`.
fn parse(sql: &'static str) -> IndexMap<&'static str, Table> {
    let mut tables = IndexMap::new();
    let mut lines = sql.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line
            .strip_prefix("CREATE TABLE ")
            .and_then(|rest| rest.split_whitespace().next())
        else {
            continue;
        };
        let body = lines.by_ref().take_while(|line| !line.starts_with(')'));
        let columns = body.filter_map(column).map(|column| (column.name, column)).collect();
        tables.insert(name, Table { name, columns });
    }
    tables
}

fn column(line: &'static str) -> Option<Column> {
    let (declaration, kind) = line.rsplit_once("-- ")?;
    let kind = match kind.trim() {
        "int" => ColumnType::Int,
        "flag" => ColumnType::Flag,
        "unix" => ColumnType::Unix,
        "money" => ColumnType::Money,
        "real" => ColumnType::Real,
        "text" => ColumnType::Text,
        "json" => ColumnType::Json,
        "iso" => ColumnType::Iso,
        _ => return None,
    };
    let declaration = declaration.trim().trim_end_matches(',');
    let (name, rest) = declaration.split_once(char::is_whitespace)?;
    let default = rest
        .split_once("DEFAULT ")
        .and_then(|(_, text)| text.split_whitespace().next());
    Some(Column {
        name: name.trim_matches('"'),
        kind,
        nullable: !rest.contains("NOT NULL") && !rest.contains("PRIMARY KEY"),
        default,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parser of `schema.sql` and SQLite agree about every column.
    #[test]
    fn the_schema_is_read_as_sqlite_reads_it() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch(SQL).unwrap();
        let mut query = db
            .prepare(
                "SELECT m.name, c.name, c.type, c.\"notnull\" OR c.pk, c.dflt_value
                 FROM sqlite_schema m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.rowid, c.cid",
            )
            .unwrap();
        let theirs: Vec<(String, String, String, bool, Option<String>)> = query
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let ours: Vec<_> = tables()
            .flat_map(|table| {
                table.columns().map(move |column| {
                    let stored = match column.kind {
                        ColumnType::Int | ColumnType::Flag | ColumnType::Unix | ColumnType::Money => "INTEGER",
                        ColumnType::Real => "REAL",
                        ColumnType::Text | ColumnType::Json | ColumnType::Iso => "TEXT",
                    };
                    (
                        table.name.to_owned(),
                        column.name.to_owned(),
                        stored.to_owned(),
                        !column.nullable,
                        column.default.map(str::to_owned),
                    )
                })
            })
            .collect();
        assert_eq!(ours, theirs);
        assert_eq!(tables().filter(|table| table.is_public()).count(), 29);
    }
}
