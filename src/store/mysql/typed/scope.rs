//! Names: the relations of a FROM, what a name stands for, and where it may be looked for.

use std::cell::RefCell;

use super::types::{Dec, Type};
use super::value::{Origin, Typed};
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::read::tree::ColumnName;
use crate::store::schema::{Column, ColumnType, Table};

/// The name of the database.
pub const DATABASE: &str = "xui";

/// One table, derived table or WITH query of a FROM.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The name by which columns are qualified.
    pub name: String,
    /// Its name in the SQL for SQLite, unique in the statement.
    pub alias: String,
    pub columns: Vec<ScopeColumn>,
    /// The table, where it is one.
    pub table: Option<&'static Table>,
}

/// A column that a name can stand for.
#[derive(Clone, Debug)]
pub struct ScopeColumn {
    pub name: String,
    pub value: Typed,
}

/// The relations of one SELECT.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub relations: Vec<Relation>,
    /// The columns that USING and NATURAL make one, in the order of `*`.
    pub merged: Vec<ScopeColumn>,
    /// The columns behind them, which `*` leaves out.
    pub hidden: Vec<String>,
}

/// Where names of the select list count, and how.
#[derive(Clone, Copy)]
pub enum Aliases<'a> {
    /// Not at all.
    None,
    /// After the columns: inside an expression of ORDER BY, in GROUP BY.
    Last(&'a [Output]),
    /// HAVING knows only them and the group's columns.
    Only(&'a [Output]),
}

/// An entry of a select list.
#[derive(Clone, Debug)]
pub struct Output {
    /// What the column is called in the answer.
    pub label: String,
    /// The name by which other clauses know it: its alias, or a column's name.
    pub name: Option<String>,
    pub aliased: bool,
    /// Whether it has a window, which HAVING may not name.
    pub windowed: bool,
    pub value: Typed,
}

/// How a SELECT with groups shows a column outside of its aggregates.
#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// The keys of the tables: the group's first row has the least ones.
    pub keys: Vec<String>,
    /// Columns of the group that are shown as they are.
    pub plain: Vec<String>,
    /// All columns of the group.
    pub columns: Vec<String>,
    /// The query in FROM that groups, where the SELECT has one.
    pub layer: Option<Layer>,
}

/// A query in FROM that groups. SQLite knows no aggregate of a query around another one, nor in HAVING alone.
#[derive(Clone, Debug)]
pub struct Layer {
    pub alias: String,
    /// What it selects, as `a0`, `a1` and so on.
    pub list: RefCell<Vec<String>>,
}

impl Grouping {
    /// Prints a value of the groups where the SELECT reads it.
    pub fn held(&self, sql: String) -> String {
        let Some(layer) = &self.layer else {
            return sql;
        };
        let mut list = layer.list.borrow_mut();
        let at = list.iter().position(|one| *one == sql).unwrap_or_else(|| {
            list.push(sql);
            list.len() - 1
        });
        format!("{}.a{at}", layer.alias)
    }
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub scope: &'a Scope,
    pub clause: Clause,
    pub aliases: Aliases<'a>,
    pub grouping: Option<&'a Grouping>,
    /// Whether aggregates may stand here.
    pub aggregates: bool,
    /// The context of the query around this one.
    pub outer: Option<&'a Context<'a>>,
    /// The values of VALUES(column).
    pub inserted: Option<&'a [ScopeColumn]>,
}

/// The type and form of a stored column.
pub fn column_type(column: &Column) -> Type {
    match column.kind {
        ColumnType::Int => Type::Int { digits: 11 },
        ColumnType::Flag => Type::Int { digits: 4 },
        ColumnType::Unix => Type::Int { digits: 12 },
        ColumnType::Money => Type::Dec(Dec::new(10, 2)),
        ColumnType::Real => Type::DOUBLE,
        ColumnType::Text | ColumnType::Json | ColumnType::Iso => Type::TEXT,
    }
}

/// The default of a column, in the form in which its type is held.
pub fn default_of(column: &Column) -> Option<String> {
    let default = column.default?;
    Some(match column.kind {
        ColumnType::Real => format!("CAST({default} AS REAL)"),
        _ => default.to_owned(),
    })
}

impl Relation {
    /// A stored table.
    pub fn stored(table: &'static Table, name: &str, alias: String) -> Relation {
        let column = |column: &'static Column| ScopeColumn {
            name: column.name.to_owned(),
            value: Typed {
                origin: Some(Origin { table, column }),
                ..Typed::new(format!("{alias}.\"{}\"", column.name), column_type(column))
            },
        };
        Relation {
            name: name.to_owned(),
            columns: table.columns().map(column).collect(),
            alias,
            table: Some(table),
        }
    }

    /// The key of a stored table.
    pub fn key(&self) -> Option<String> {
        let key = self.table?.key()?;
        Some(format!("{}.\"{}\"", self.alias, key.name))
    }

    fn column(&self, name: &str) -> Option<&ScopeColumn> {
        self.columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    }
}

impl Scope {
    /// Whether a name is that of a column here.
    pub fn has(&self, name: &ColumnName) -> bool {
        self.find(name, Clause::Fields).is_ok_and(|found| found.is_some())
    }

    /// Finds a column; `None` when no relation has it.
    fn find(&self, name: &ColumnName, clause: Clause) -> Result<Option<&ScopeColumn>, SqlError> {
        let named = |relation: &&Relation| match &name.table {
            Some(table) => {
                relation.name.eq_ignore_ascii_case(table) && (name.schema.is_none() || relation.table.is_some())
            }
            None => true,
        };
        if name.table.is_none() {
            let merged = self
                .merged
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(&name.name));
            if merged.is_some() {
                return Ok(merged);
            }
        }
        let mut found = self
            .relations
            .iter()
            .filter(named)
            .filter_map(|relation| relation.column(&name.name));
        let first = found.next();
        match found.next() {
            Some(_) => Err(SqlError::ambiguous(&written(name), clause)),
            None => Ok(first),
        }
    }
}

/// A name as errors show it.
pub fn written(name: &ColumnName) -> String {
    let parts = [name.schema.as_deref(), name.table.as_deref(), Some(&name.name)];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(".")
}

impl<'a> Context<'a> {
    /// A clause over a scope, in a query that may stand in another.
    pub fn new(scope: &'a Scope, clause: Clause, outer: Option<&'a Context<'a>>) -> Context<'a> {
        Context {
            scope,
            clause,
            aliases: Aliases::None,
            grouping: None,
            aggregates: false,
            outer,
            inserted: outer.and_then(|outer| outer.inserted),
        }
    }

    /// The value of a name.
    ///
    /// # Errors
    /// When it is unknown or ambiguous.
    pub fn column(&self, name: &ColumnName) -> Result<Typed, SqlError> {
        match self.look_up(name)? {
            Some(value) => Ok(value),
            None => Err(SqlError::unknown_column(&written(name), self.clause)),
        }
    }

    /// The relation that has a column, here or around.
    pub fn relation_of(&self, name: &ColumnName) -> Option<&Relation> {
        let called = |relation: &&Relation| {
            let table = name.table.as_deref();
            table.is_none_or(|table| relation.name.eq_ignore_ascii_case(table)) && relation.column(&name.name).is_some()
        };
        let own = self.scope.relations.iter().find(called);
        own.or_else(|| self.outer.and_then(|outer| outer.relation_of(name)))
    }

    fn look_up(&self, name: &ColumnName) -> Result<Option<Typed>, SqlError> {
        if let Aliases::Only(outputs) = self.aliases {
            if let Some(found) = self.of_outputs(name, outputs)? {
                let windowed = outputs
                    .iter()
                    .any(|output| output.windowed && output.value.sql == found.sql);
                return match windowed {
                    true => Err(SqlError::misplaced_window()),
                    false => Ok(Some(found)),
                };
            }
            let column = self
                .scope
                .find(name, self.clause)?
                .filter(|column| self.is_grouped(column));
            if let Some(column) = column {
                return Ok(Some(self.shown(column)));
            }
        } else if let Some(column) = self.scope.find(name, self.clause)? {
            return Ok(Some(self.shown(column)));
        }
        if let Aliases::Last(outputs) = self.aliases
            && let Some(found) = self.of_outputs(name, outputs)?
        {
            return Ok(Some(found));
        }
        let Some(outer) = self.outer else {
            return Ok(None);
        };
        outer.look_up(name)
    }

    /// Whether a SELECT may be put around a value: it would take an aggregate for one of its own.
    pub fn may_hold(&self) -> bool {
        self.grouping.is_none_or(|grouping| grouping.layer.is_some())
    }

    fn is_grouped(&self, column: &ScopeColumn) -> bool {
        self.grouping
            .is_some_and(|grouping| grouping.columns.contains(&column.value.sql))
    }

    /// An entry of the select list by its alias or its column's name.
    fn of_outputs(&self, name: &ColumnName, outputs: &[Output]) -> Result<Option<Typed>, SqlError> {
        let called = |output: &&Output| {
            output
                .name
                .as_deref()
                .is_some_and(|own| own.eq_ignore_ascii_case(&name.name))
        };
        let Some(table) = &name.table else {
            let aliased = outputs.iter().filter(|output| output.aliased).find(called);
            return Ok(aliased
                .or_else(|| outputs.iter().find(called))
                .map(|output| output.value.clone()));
        };
        // A qualified name is a column that stands in the list by itself.
        let Ok(Some(column)) = self.scope.find(name, self.clause) else {
            return Ok(None);
        };
        let _ = table;
        let shown = self.shown(column);
        let listed = outputs.iter().any(|output| output.value.sql == shown.sql);
        Ok(listed.then_some(shown))
    }

    /// A column as this place shows it: of a group, that of its first row.
    pub fn shown(&self, column: &ScopeColumn) -> Typed {
        let value = &column.value;
        let Some(grouping) = self.grouping else {
            return value.clone();
        };
        if grouping.plain.contains(&value.sql) {
            let sql = grouping.held(value.sql.clone());
            return Typed { sql, ..value.clone() };
        }
        let mut sql = format!("m_first({}", value.sql);
        for key in &grouping.keys {
            sql.push_str(", ");
            sql.push_str(key);
        }
        sql.push(')');
        Typed::new(grouping.held(sql), value.ty)
    }
}
