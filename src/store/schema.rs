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
    /// Whether no two rows may have the same value. (The primary key is, too.)
    pub unique: bool,
    /// The row of another table that this names, in a foreign key.
    pub references: Option<Reference>,
}

/// The target of a foreign key: its rows go with the row that they name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    pub table: &'static str,
    pub column: &'static str,
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

    /// Returns the column of the primary key, which is the first one.
    pub fn key(&self) -> Option<&Column> {
        self.columns().next()
    }

    /// Returns the position of a column of this table.
    pub fn position(&self, column: &Column) -> Option<usize> {
        self.columns.get_index_of(column.name)
    }

    /// Returns the column at a position.
    pub fn column_at(&self, at: usize) -> Option<&Column> {
        self.columns.get_index(at).map(|(_, column)| column)
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

/// Returns the position of a table.
pub fn position(table: &Table) -> Option<usize> {
    TABLES.get_index_of(table.name)
}

/// Returns the table at a position.
pub fn table_at(at: usize) -> Option<&'static Table> {
    TABLES.get_index(at).map(|(_, table)| table)
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
        unique: rest.contains("PRIMARY KEY") || rest.split_whitespace().any(|word| word == "UNIQUE"),
        references: rest.split_once("REFERENCES ").and_then(|(_, text)| reference(text)),
    })
}

/// Parses `table (column) …`.
fn reference(text: &'static str) -> Option<Reference> {
    let (table, rest) = text.split_once(" (")?;
    let (column, _) = rest.split_once(')')?;
    Some(Reference { table, column })
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
        for table in tables() {
            assert_eq!(unique_columns(&db, table.name), unique_names(table), "{}", table.name);
            assert_eq!(foreign_keys(&db, table.name), references(table), "{}", table.name);
        }
        assert_eq!(tables().filter(|table| table.is_public()).count(), 31);
    }

    fn unique_columns(db: &rusqlite::Connection, table: &str) -> Vec<String> {
        names(
            db,
            "SELECT c.name FROM pragma_table_info(?1) c
             WHERE c.pk > 0 AND (SELECT max(pk) FROM pragma_table_info(?1)) = 1 OR EXISTS (
                 SELECT 1 FROM pragma_index_list(?1) i JOIN pragma_index_info(i.name) x
                 WHERE i.\"unique\" AND i.origin = 'u' AND x.name = c.name)
             ORDER BY c.cid",
            table,
        )
    }

    fn foreign_keys(db: &rusqlite::Connection, table: &str) -> Vec<String> {
        names(
            db,
            "SELECT f.\"from\" || '>' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete
             FROM pragma_foreign_key_list(?1) f JOIN pragma_table_info(?1) c ON c.name = f.\"from\" ORDER BY c.cid",
            table,
        )
    }

    fn names(db: &rusqlite::Connection, sql: &str, table: &str) -> Vec<String> {
        let mut query = db.prepare(sql).unwrap();
        let names = query.query_map([table], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }

    fn unique_names(table: &Table) -> Vec<&'static str> {
        let unique = table.columns().filter(|column| column.unique);
        unique.map(|column| column.name).collect()
    }

    fn references(table: &Table) -> Vec<String> {
        let one = |column: &Column| {
            let Reference { table, column: to } = column.references?;
            Some(format!("{}>{table}.{to} CASCADE", column.name))
        };
        table.columns().filter_map(one).collect()
    }
}
