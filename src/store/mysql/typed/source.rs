//! What stands behind FROM: tables, derived tables, joins.

use super::compare::compare;
use super::compiler::{Compiler, Named};
use super::expression::balanced;
use super::scope::{Context, DATABASE, Relation, Scope, ScopeColumn};
use super::value::Typed;
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::read::tree::{ColumnName, JoinKind, On, Query, Source, TableName};
use crate::store::schema;

type Result<T> = std::result::Result<T, SqlError>;

impl Compiler<'_> {
    /// Prints a source, and adds its relations to the scope.
    ///
    /// # Errors
    /// When a table or a column is unknown, or a name stands for two tables.
    pub fn source(&self, source: &Source, scope: &mut Scope, outer: Option<&Context<'_>>) -> Result<String> {
        match source {
            Source::Table { name, alias } => self.table(name, alias.as_deref(), scope),
            Source::Derived { query, alias, columns } => self.derived(query, alias, columns, scope),
            Source::Join { kind, left, right, on } => self.join(*kind, left, right, on, scope, outer),
        }
    }

    fn table(&self, name: &TableName, alias: Option<&str>, scope: &mut Scope) -> Result<String> {
        let called = alias.unwrap_or(&name.name);
        let own = self.alias();
        let named = self.named_query(name, &own);
        self.opened(named.as_ref().map_or(1, |named| named.tables.saturating_add(1)))?;
        let (relation, sql) = match named {
            Some(named) => {
                let columns = named.columns.iter().enumerate();
                let column = |(at, (name, ty)): (usize, &(String, _))| ScopeColumn {
                    name: name.clone(),
                    value: Typed::new(format!("{own}.c{at}"), *ty),
                };
                let relation = Relation {
                    name: called.to_owned(),
                    alias: own.clone(),
                    columns: columns.map(column).collect(),
                    table: None,
                };
                (relation, format!("{} AS {own}", named.alias))
            }
            None => {
                let table = stored_table(name)?;
                (
                    Relation::stored(table, called, own.clone()),
                    format!("\"{}\" AS {own}", table.name),
                )
            }
        };
        add(scope, relation)?;
        Ok(sql)
    }

    /// The query of a WITH that a name stands for; it is read under an alias.
    fn named_query(&self, name: &TableName, alias: &str) -> Option<Named> {
        if name.schema.is_some() {
            return None;
        }
        let mut named = self.named.borrow_mut();
        let mut nearest = named.iter_mut().rev();
        let found = nearest.find(|named| named.name.eq_ignore_ascii_case(&name.name))?;
        found.readers.push(alias.to_owned());
        Some(found.clone())
    }

    fn derived(&self, query: &Query, alias: &str, columns: &[String], scope: &mut Scope) -> Result<String> {
        let selected = self.query(query, None)?;
        let own = self.alias();
        if !columns.is_empty() && columns.len() != selected.columns.len() {
            return Err(SqlError::with_columns());
        }
        let mut named: Vec<ScopeColumn> = Vec::with_capacity(selected.columns.len());
        for (at, column) in selected.columns.iter().enumerate() {
            let name = columns.get(at).unwrap_or(&column.name);
            if named.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
                return Err(SqlError::duplicate_column(name));
            }
            named.push(ScopeColumn {
                name: name.clone(),
                value: Typed::new(format!("{own}.c{at}"), column.ty),
            });
        }
        add(
            scope,
            Relation {
                name: alias.to_owned(),
                alias: own.clone(),
                columns: named,
                table: None,
            },
        )?;
        Ok(format!("({}) AS {own}", selected.sql))
    }

    fn join(
        &self,
        kind: JoinKind,
        left: &Source,
        right: &Source,
        on: &On,
        scope: &mut Scope,
        outer: Option<&Context<'_>>,
    ) -> Result<String> {
        let begin = scope.relations.len();
        let left_sql = self.source(left, scope, outer)?;
        let middle = scope.relations.len();
        let right_sql = self.source(right, scope, outer)?;
        let right_sql = match right {
            Source::Join { .. } => format!("({right_sql})"),
            _ => right_sql,
        };
        let condition = match on {
            On::Nothing => None,
            On::Condition(condition) => {
                let context = Context::new(scope, Clause::On, outer);
                Some(self.expr(condition, &context)?.condition())
            }
            On::Using(names) => Some(merge(scope, kind, begin, middle, names)?),
            On::Natural => {
                let names = common(scope, begin, middle);
                match names.is_empty() {
                    true => None,
                    false => Some(merge(scope, kind, begin, middle, &names)?),
                }
            }
        };
        let word = match kind {
            JoinKind::Inner => "JOIN",
            JoinKind::Left => "LEFT JOIN",
            JoinKind::Right => "RIGHT JOIN",
        };
        let on = match (condition, kind) {
            (Some(condition), _) => format!(" ON {condition}"),
            (None, JoinKind::Inner) => String::new(),
            (None, _) => " ON 1".into(),
        };
        Ok(format!("{left_sql} {word} {right_sql}{on}"))
    }
}

/// A table of the contract.
///
/// # Errors
/// When there is none of this name.
pub fn stored_table(name: &TableName) -> Result<&'static schema::Table> {
    schema::table(&name.name)
        .filter(|table| table.is_public())
        .filter(|_| {
            name.schema
                .as_deref()
                .is_none_or(|schema| schema.eq_ignore_ascii_case(DATABASE))
        })
        .ok_or_else(|| SqlError::no_table(&name.name))
}

fn add(scope: &mut Scope, relation: Relation) -> Result<()> {
    let taken = |other: &Relation| other.name.eq_ignore_ascii_case(&relation.name);
    if scope.relations.iter().any(taken) {
        return Err(SqlError::not_unique(&relation.name));
    }
    scope.relations.push(relation);
    Compiler::joinable(scope.relations.len())
}

/// The names of the columns that both sides of a join have.
fn common(scope: &Scope, begin: usize, middle: usize) -> Vec<String> {
    let side = |from: usize, to: usize| {
        let relations = scope.relations.get(from..to).unwrap_or_default();
        relations
            .iter()
            .flat_map(|relation| &relation.columns)
            .map(|column| column.name.clone())
    };
    let right: Vec<String> = side(middle, scope.relations.len()).collect();
    let mut names: Vec<String> = Vec::new();
    for name in side(begin, middle) {
        let is = |other: &String| other.eq_ignore_ascii_case(&name);
        if right.iter().any(is) && !names.iter().any(is) {
            names.push(name);
        }
    }
    names
}

/// Makes the columns of USING one each, and returns the condition of the join.
fn merge(scope: &mut Scope, kind: JoinKind, begin: usize, middle: usize, names: &[String]) -> Result<String> {
    let mut terms = Vec::new();
    for name in names {
        let find = |from: usize, to: usize| {
            let side = Scope {
                relations: scope.relations.get(from..to).unwrap_or_default().to_vec(),
                merged: match from == begin {
                    true => scope.merged.clone(),
                    false => Vec::new(),
                },
                hidden: Vec::new(),
            };
            Context::new(&side, Clause::From, None).column(&ColumnName {
                schema: None,
                table: None,
                name: name.clone(),
            })
        };
        let (left, right) = (find(begin, middle)?, find(middle, scope.relations.len())?);
        terms.push(compare("=", &left, &right).sql);
        for value in [&left, &right] {
            scope.hidden.push(value.sql.clone());
        }
        scope.merged.retain(|column| !column.name.eq_ignore_ascii_case(name));
        scope.merged.push(ScopeColumn {
            name: name.clone(),
            value: if kind == JoinKind::Right { right } else { left },
        });
    }
    Ok(balanced(&terms, "AND"))
}
