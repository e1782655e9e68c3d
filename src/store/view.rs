//! Views: how a type of thing of the panel is read. A view contains a table, its joins, and the values of a row that a
//! dialect may show beside the table's own columns, each with its type.
//!
//! Views are constants of the panel's nouns; no part of them ever comes from a caller.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Params, Row};

use super::schema;

/// The type of a value, which decides how it may be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    Int,
    /// 0 or 1.
    Flag,
    Text,
    Real,
    /// Hundredths of a credit.
    Money,
    /// An instant in unix seconds.
    Unix,
    /// The seconds since an instant.
    Since,
    /// A local date text, bare at midnight.
    Iso,
    /// A JSON list of whole numbers.
    Ints,
    /// A JSON list of texts.
    Texts,
    /// A JSON list of anything.
    List,
    /// A JSON object.
    Object,
}

/// One value that a view shows.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: ValueType,
    /// The table that it belongs to, from the view's column group.
    table: &'static str,
    /// The SQL expression, if it is not the table's column of that name.
    sql: Option<&'static str>,
}

impl Column {
    /// Creates a column that reads the table's column of this name.
    pub const fn new(kind: ValueType, name: &'static str) -> Column {
        Column {
            name,
            kind,
            table: "",
            sql: None,
        }
    }

    /// Replaces the SQL expression of the column.
    pub const fn is(self, sql: &'static str) -> Column {
        Column { sql: Some(sql), ..self }
    }

    /// Returns the column's SQL in a query on its view.
    pub fn sql(&self) -> String {
        match self.sql {
            Some(sql) => sql.to_owned(),
            None => format!("{}.\"{}\"", self.table, self.name),
        }
    }

    /// Whether its value may be null in a row of `view`: only a column of the view's own table can be declared
    /// not to be, because all joins are outer ones.
    pub fn may_be_null(&self, view: &View) -> bool {
        let is_own = self.sql.is_none() && self.table == view.table;
        let declared = schema::table(view.table).filter(|_| is_own);
        declared
            .and_then(|table| table.column(self.name))
            .is_none_or(|column| column.nullable)
    }

    /// Returns the SQL of the value's printed text, for searches.
    pub fn printed(&self) -> String {
        let sql = self.sql();
        match self.kind {
            ValueType::Unix => format!("local_time({sql})"),
            ValueType::Money => format!("money_text({sql})"),
            _ => sql,
        }
    }
}

/// Returns all columns of a table as declared in `schema.sql`, read through the alias `called`.
pub fn stored(table: &str, called: &'static str) -> impl Iterator<Item = Column> + use<> {
    let columns = schema::table(table).into_iter().flat_map(schema::Table::columns);
    columns.map(move |column| Column {
        name: column.name,
        kind: match column.kind {
            schema::ColumnType::Int => ValueType::Int,
            schema::ColumnType::Flag => ValueType::Flag,
            schema::ColumnType::Unix => ValueType::Unix,
            schema::ColumnType::Money => ValueType::Money,
            schema::ColumnType::Real => ValueType::Real,
            schema::ColumnType::Text | schema::ColumnType::Json => ValueType::Text,
            schema::ColumnType::Iso => ValueType::Iso,
        },
        table: called,
        sql: None,
    })
}

/// The resources that a read of a view polls, if they become ready only after a number of polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polls {
    /// Content of these kinds (`streams.type`).
    Content(&'static [i64]),
    Guides,
}

/// Who owns the rows of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// No owner: every authenticated caller may read them, and only administrators may change them.
    Shared,
    /// Only administrators may read and change them.
    Administrators,
    /// An account: the SQL of its id.
    Account(&'static str),
    /// A customer's line, and the account that the line belongs to: the SQL of both ids.
    Line { line: &'static str, account: &'static str },
}

/// How a type of thing is read.
#[derive(Debug)]
pub struct View {
    pub table: &'static str,
    /// The key column of the table.
    pub key: &'static str,
    /// `JOIN …` clauses that the expressions need, or nothing.
    pub joins: &'static str,
    /// The condition for rows of this type, if the table contains others.
    pub only: Option<&'static str>,
    /// The columns in groups, each with the table that they belong to. A column of that table needs no description,
    /// unless it is JSON: its type is in `schema.sql`.
    pub columns: &'static [(&'static str, &'static [Column])],
    /// Named conditions that a list can ask for. `:value` stands for the caller's value,
    /// `:now` and `:soon` for the panel's time and 14 days later in unix seconds, `:now_before`, `:now_after` and the
    /// same of `:soon` for [`Zone::text_before`](crate::time::Zone::text_before) and `text_after` of them.
    pub filters: &'static [(&'static str, &'static str)],
    /// The stored total of one named filter, if counting would be too expensive: (filter, query).
    pub kept_total: Option<(&'static str, &'static str)>,
    /// The owner of a row, in SQL on the table and its joins.
    pub owner: Owner,
    /// The resources that a read polls.
    pub polls: Option<Polls>,
}

impl View {
    /// Creates the simplest view of a table, to be completed with struct update syntax. By default its rows
    /// are for administrators only.
    pub const fn new(
        table: &'static str,
        key: &'static str,
        columns: &'static [(&'static str, &'static [Column])],
    ) -> View {
        View {
            table,
            key,
            joins: "",
            only: None,
            columns,
            filters: &[],
            kept_total: None,
            owner: Owner::Administrators,
            polls: None,
        }
    }

    /// Finds the column with this name: one that the view describes, else one that a table of its groups has with
    /// the same type; the first group has priority.
    pub fn column(&self, name: &str) -> Option<Column> {
        let groups = || self.columns.iter();
        let described =
            groups().flat_map(|(table, columns)| columns.iter().map(move |column| Column { table, ..*column }));
        let tables = groups().map(|(table, _)| *table).chain([self.table]);
        let declared = tables.flat_map(|table| stored(table, table));
        described.chain(declared).find(|column| column.name == name)
    }

    /// Returns all columns of the table itself, as declared in `schema.sql`.
    pub fn stored(&self) -> impl Iterator<Item = Column> {
        stored(self.table, self.table)
    }

    /// Finds the condition with this name.
    pub fn filter(&self, name: &str) -> Option<&'static str> {
        self.filters.iter().find(|(of, _)| *of == name).map(|(_, sql)| *sql)
    }

    /// `FROM` with the joins.
    pub fn from(&self) -> String {
        format!("FROM {} {}", self.table, self.joins)
    }
}

/// A prepared query for columns of a view by key.
#[derive(Debug)]
pub struct Selection {
    columns: Vec<Column>,
    sql: String,
    /// The `WHERE` clause and the order.
    condition: String,
}

/// The values of one row, in the order of the selection's columns.
pub type Record = Vec<Value>;

impl Selection {
    /// Selects columns of `view`, in this order, of the row with a key.
    pub fn new(view: &View, columns: impl IntoIterator<Item = Column>) -> Selection {
        Selection::with_condition(view, columns, &format!("{}.{} = ?1", view.table, view.key), "")
    }

    /// Selects the same of the first row, by key, that matches a condition with its own parameters.
    pub fn first(view: &View, columns: impl IntoIterator<Item = Column>, condition: &str) -> Selection {
        let order = format!(" ORDER BY {}.{}", view.table, view.key);
        let mut selection = Selection::with_condition(view, columns, condition, &order);
        selection.sql += " LIMIT 1";
        selection
    }

    fn with_condition(
        view: &View,
        columns: impl IntoIterator<Item = Column>,
        condition: &str,
        order: &str,
    ) -> Selection {
        let columns: Vec<Column> = columns.into_iter().collect();
        let mut list: Vec<String> = columns.iter().map(Column::sql).collect();
        if list.is_empty() {
            list.push("1".into());
        }
        let only = view.only.map(|only| format!(" AND {only}")).unwrap_or_default();
        let condition = format!("WHERE {condition}{only}{order}");
        let sql = format!("SELECT {} {} {condition}", list.join(", "), view.from());
        Selection {
            columns,
            sql,
            condition,
        }
    }

    /// Returns the selected columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Reads the row with this key.
    pub fn get(&self, db: &Connection, key: i64) -> rusqlite::Result<Option<Record>> {
        self.get_by(db, [key])
    }

    /// Reads the rows with these keys one by one, with one statement for all of them; a key without a row is passed over.
    ///
    /// # Errors
    /// SQLite's, or the first of `each`.
    pub fn each<E: From<rusqlite::Error>>(
        &self,
        db: &Connection,
        keys: Vec<i64>,
        mut each: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut query = db.prepare_cached(&self.sql)?;
        for key in keys {
            if let Some(row) = query.query([key])?.next()? {
                each(self.record(row)?)?;
            }
        }
        Ok(())
    }

    fn record(&self, row: &Row<'_>) -> rusqlite::Result<Record> {
        (0..self.columns.len()).map(|at| row.get_ref(at).map(owned)).collect()
    }

    /// Reads the keys of all rows for these parameters, in the selection's order.
    pub fn keys(&self, db: &Connection, view: &View, params: impl Params) -> rusqlite::Result<Vec<i64>> {
        let sql = format!("SELECT {}.{} {} {}", view.table, view.key, view.from(), self.condition);
        let mut query = db.prepare_cached(&sql)?;
        query.query_map(params, |row| row.get(0))?.collect()
    }

    /// Reads the row for these parameters.
    pub fn get_by(&self, db: &Connection, params: impl Params) -> rusqlite::Result<Option<Record>> {
        let mut query = db.prepare_cached(&self.sql)?;
        let mut rows = query.query(params)?;
        rows.next()?.map(|row| self.record(row)).transpose()
    }
}

/// Copies a value, so that it outlives its row. Invalid UTF-8 becomes U+FFFD.
pub fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) | ValueRef::Blob(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
    }
}

// Short names, so that a view reads like the contract's table of keys.

/// A whole number.
pub const fn int(name: &'static str) -> Column {
    Column::new(ValueType::Int, name)
}
/// 0 or 1.
pub const fn flag(name: &'static str) -> Column {
    Column::new(ValueType::Flag, name)
}
/// Text.
pub const fn text(name: &'static str) -> Column {
    Column::new(ValueType::Text, name)
}
/// A floating-point number.
pub const fn real(name: &'static str) -> Column {
    Column::new(ValueType::Real, name)
}
/// Hundredths of a credit.
pub const fn money(name: &'static str) -> Column {
    Column::new(ValueType::Money, name)
}
/// An instant in unix seconds.
pub const fn unix(name: &'static str) -> Column {
    Column::new(ValueType::Unix, name)
}
/// A local date text.
pub const fn iso(name: &'static str) -> Column {
    Column::new(ValueType::Iso, name)
}
/// A JSON list of whole numbers.
pub const fn ints(name: &'static str) -> Column {
    Column::new(ValueType::Ints, name)
}
/// A JSON list of texts.
pub const fn texts(name: &'static str) -> Column {
    Column::new(ValueType::Texts, name)
}
/// A JSON list of anything.
pub const fn list(name: &'static str) -> Column {
    Column::new(ValueType::List, name)
}
/// A JSON object.
pub const fn object(name: &'static str) -> Column {
    Column::new(ValueType::Object, name)
}
