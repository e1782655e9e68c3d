//! A query: a SELECT, or several of them in a UNION, with its WITH, order and limit.

use super::compiler::{Compiler, Named};
use super::scope::{Aliases, Context, Output, Relation, Scope, ScopeColumn};
use super::select::{Arm, limited, not_a_place};
use super::types::Type;
use super::value::Typed;
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::read::tree::{Body, Cte, Limit, OrderTerm, Query, Select, SetOperator};

type Result<T> = std::result::Result<T, SqlError>;

/// A query that is ready for SQLite. Its columns are `c0`, `c1` and so on.
#[derive(Debug)]
pub struct Selected {
    pub sql: String,
    pub columns: Vec<Column>,
    /// Whether it has at most one row whatever the tables hold.
    pub one_row: bool,
}

/// A column of a query.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name by which a query around it knows it.
    pub name: String,
    pub label: String,
    pub ty: Type,
}

/// A part of a UNION.
pub enum Part {
    Select(Box<Arm>),
    Query(Selected),
}

impl Compiler<'_> {
    /// Reads a query; `outer` is the place in another query where it stands.
    ///
    /// # Errors
    /// Names that are unknown, forms that do not fit.
    pub fn query(&self, query: &Query, outer: Option<&Context<'_>>) -> Result<Selected> {
        self.with(query, || {
            self.body(&query.body, &query.order, query.limit.as_ref(), outer)
        })
    }

    /// Reads the query of an INSERT, which gets columns more behind its own. `more` is asked for them, and told what
    /// they may name: the tables of a SELECT without groups and windows.
    ///
    /// # Errors
    /// Those of `more`, and as [`Self::query`].
    pub fn query_with_more(
        &self,
        query: &Query,
        more: impl FnOnce(Insertable<'_>) -> Result<Vec<String>>,
    ) -> Result<Selected> {
        self.with(query, || {
            let Some((select, order, limit)) = only_select(query) else {
                let selected = self.body(&query.body, &query.order, query.limit.as_ref(), None)?;
                more(Insertable {
                    columns: selected.columns.len(),
                    scope: &Scope::default(),
                })?;
                return Ok(selected);
            };
            let arm = self.select(select, order, limit, None)?;
            let more = more(Insertable {
                columns: arm.outputs.len(),
                scope: arm.own_rows().unwrap_or(&Scope::default()),
            })?;
            Ok(arm.with_more(more).selected())
        })
    }

    fn with(&self, query: &Query, body: impl FnOnce() -> Result<Selected>) -> Result<Selected> {
        let known = self.named.borrow().len();
        let selected = self.ctes(query).and_then(|prints| {
            let selected = body()?;
            Ok(match prints.is_empty() {
                true => selected,
                false => {
                    let word = if query.recursive { "WITH RECURSIVE" } else { "WITH" };
                    let sql = format!("{word} {} {}", prints.join(", "), selected.sql);
                    Selected { sql, ..selected }
                }
            })
        });
        self.named.borrow_mut().truncate(known);
        let selected = selected?;
        self.checked(&selected.sql)?;
        Ok(selected)
    }

    fn ctes(&self, query: &Query) -> Result<Vec<String>> {
        query.with.iter().map(|cte| self.cte(cte, query.recursive)).collect()
    }

    fn cte(&self, cte: &Cte, recursive: bool) -> Result<String> {
        let alias = self.alias();
        let before = self.tables();
        let read = match (&cte.query.body, recursive) {
            (Body::Set { first, rest }, true) => self.recursive(cte, &alias, first, rest)?,
            _ => None,
        };
        let (width, selected) = match read {
            // Its last column is the round.
            Some(selected) => (selected.columns.len().saturating_add(1), selected),
            None => {
                let selected = self.query(&cte.query, None)?;
                (selected.columns.len(), selected)
            }
        };
        let columns: Vec<String> = (0..width).map(|at| format!("c{at}")).collect();
        let print = format!("{alias} ({}) AS ({})", columns.join(", "), selected.sql);
        self.name(cte, alias, &selected.columns, self.tables().saturating_sub(before))?;
        Ok(print)
    }

    /// Lets the rest of the statement name a query.
    ///
    /// # Errors
    /// When its list of columns has another length.
    pub fn name(&self, cte: &Cte, alias: String, columns: &[Column], tables: usize) -> Result<()> {
        if !cte.columns.is_empty() && cte.columns.len() != columns.len() {
            return Err(SqlError::with_columns());
        }
        let column = |(at, column): (usize, &Column)| {
            let name = cte.columns.get(at).unwrap_or(&column.name);
            (name.clone(), column.ty)
        };
        self.named.borrow_mut().push(Named {
            name: cte.name.clone(),
            alias,
            columns: columns.iter().enumerate().map(column).collect(),
            tables,
            readers: Vec::new(),
        });
        Ok(())
    }

    fn body(
        &self,
        body: &Body,
        order: &[OrderTerm],
        limit: Option<&Limit>,
        outer: Option<&Context<'_>>,
    ) -> Result<Selected> {
        match body {
            Body::Select(select) => Ok(self.select(select, order, limit, outer)?.selected()),
            Body::Query(query) => {
                let inner = self.query(query, outer)?;
                match order.is_empty() && limit.is_none() {
                    true => Ok(inner),
                    false => self.ordered(inner, order, limit, outer),
                }
            }
            Body::Set { first, rest } => {
                let whole = self.set(first, rest, outer)?;
                match order.is_empty() && limit.is_none() {
                    true => Ok(whole),
                    false => self.ordered(whole, order, limit, outer),
                }
            }
        }
    }

    fn set(&self, first: &Body, rest: &[(SetOperator, bool, Body)], outer: Option<&Context<'_>>) -> Result<Selected> {
        let first = self.part(first, outer)?;
        let mut columns = first.columns();
        let mut others = Vec::with_capacity(rest.len());
        for (operator, all, body) in rest {
            let part = self.part(body, outer)?;
            let own = part.columns();
            if own.len() != columns.len() {
                return Err(SqlError::union_columns());
            }
            for (column, own) in columns.iter_mut().zip(&own) {
                column.ty = column.ty.joined(own.ty);
            }
            others.push((*operator, *all, part));
        }
        let types: Vec<Type> = columns.iter().map(|column| column.ty).collect();
        let mut united = United::new(first.print(&types, self));
        for (operator, all, part) in others {
            let sql = part.print(&types, self);
            match operator {
                SetOperator::Union => united.add(sql, all),
                operator => {
                    let left = self.select_collated(&united.whole(self, &types), "SELECT", &types);
                    united = United::new(format!("{left} {} {sql}", word(operator, all)?));
                }
            }
        }
        Ok(Selected {
            sql: united.whole(self, &types),
            columns,
            one_row: false,
        })
    }

    /// Selects the columns of a query so that their texts are compared as they should be.
    fn select_collated(&self, sql: &str, select: &str, types: &[Type]) -> String {
        let alias = self.alias();
        let columns: Vec<String> = types
            .iter()
            .enumerate()
            .map(|(at, ty)| format!("{alias}.c{at}{} AS c{at}", ty.collate()))
            .collect();
        format!("{select} {} FROM ({sql}) AS {alias}", columns.join(", "))
    }

    /// Reads a part of a UNION.
    ///
    /// # Errors
    /// Those of a query.
    pub fn part(&self, body: &Body, outer: Option<&Context<'_>>) -> Result<Part> {
        Ok(match body {
            Body::Select(select) => Part::Select(Box::new(self.select(select, &[], None, outer)?)),
            Body::Query(query) => Part::Query(self.query(query, outer)?),
            Body::Set { first, rest } => Part::Query(self.set(first, rest, outer)?),
        })
    }

    /// A query in another one that orders and limits its rows.
    fn ordered(
        &self,
        inner: Selected,
        order: &[OrderTerm],
        limit: Option<&Limit>,
        outer: Option<&Context<'_>>,
    ) -> Result<Selected> {
        let alias = self.alias();
        let columns: Vec<ScopeColumn> = inner
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| ScopeColumn {
                name: column.name.clone(),
                value: Typed::new(format!("{alias}.c{at}"), column.ty),
            })
            .collect();
        let outputs: Vec<Output> = columns
            .iter()
            .map(|column| Output {
                label: column.name.clone(),
                name: Some(column.name.clone()),
                aliased: true,
                windowed: false,
                value: column.value.clone(),
            })
            .collect();
        let list: Vec<String> = (0..columns.len()).map(|at| format!("{alias}.c{at} AS c{at}")).collect();
        let scope = Scope {
            relations: vec![Relation {
                name: String::new(),
                alias: alias.clone(),
                columns,
                table: None,
            }],
            ..Scope::default()
        };
        let context = Context {
            aliases: Aliases::Last(&outputs),
            ..Context::new(&scope, Clause::Order, outer)
        };
        let terms = self.order(order, &outputs, &context)?;
        let order = match terms.is_empty() {
            true => String::new(),
            false => format!(" ORDER BY {}", terms.join(", ")),
        };
        Ok(Selected {
            sql: format!(
                "SELECT {} FROM ({}) AS {alias}{order}{}",
                list.join(", "),
                inner.sql,
                limited(limit)
            ),
            one_row: inner.one_row || limit.is_some_and(|limit| limit.count <= 1),
            columns: inner.columns,
        })
    }
}

/// The query of an INSERT, for those who want more columns of it.
pub struct Insertable<'a> {
    /// How many it has.
    pub columns: usize,
    /// What more columns may name.
    pub scope: &'a Scope,
}

impl Arm {
    /// Prints it alone.
    fn selected(&self) -> Selected {
        let columns = self.columns();
        let types: Vec<Type> = columns.iter().map(|column| column.ty).collect();
        Selected {
            sql: self.print(&types, true),
            columns,
            one_row: self.one_row,
        }
    }
}

/// The SELECT that a query is, in brackets or not, with its order and limit.
fn only_select(query: &Query) -> Option<(&Select, &[OrderTerm], Option<&Limit>)> {
    match &query.body {
        Body::Select(select) => Some((select, &query.order, query.limit.as_ref())),
        Body::Query(inner) if inner.with.is_empty() && query.order.is_empty() && query.limit.is_none() => {
            only_select(inner)
        }
        Body::Query(_) | Body::Set { .. } => None,
    }
}

impl Part {
    /// Its columns.
    pub fn columns(&self) -> Vec<Column> {
        match self {
            Part::Select(arm) => arm.columns(),
            Part::Query(query) => query.columns.clone(),
        }
    }

    /// Prints it in these types, without an order of its own.
    pub fn print(&self, types: &[Type], compiler: &Compiler<'_>) -> String {
        match self {
            Part::Select(arm) => arm.print(types, false),
            Part::Query(query) => {
                let alias = compiler.alias();
                let columns: Vec<String> = query
                    .columns
                    .iter()
                    .zip(types)
                    .enumerate()
                    .map(|(at, (column, ty))| {
                        let value = Typed::new(format!("{alias}.c{at}"), column.ty);
                        format!("{} AS c{at}", value.converted(*ty))
                    })
                    .collect();
                format!("SELECT {} FROM ({}) AS {alias}", columns.join(", "), query.sql)
            }
        }
    }
}

/// The parts of a UNION so far. SQLite's own keeps the last one of equal rows, MariaDB the first one, as DISTINCT does.
struct United {
    parts: Vec<String>,
    /// So many of the parts are followed by a UNION without ALL.
    distinct: usize,
}

impl United {
    fn new(first: String) -> United {
        United {
            parts: vec![first],
            distinct: 0,
        }
    }

    fn add(&mut self, part: String, all: bool) {
        self.parts.push(part);
        if !all {
            self.distinct = self.parts.len();
        }
    }

    fn whole(&self, compiler: &Compiler<'_>, types: &[Type]) -> String {
        let (distinct, rest) = self.parts.split_at_checked(self.distinct).unwrap_or_default();
        let distinct = match distinct {
            [] => None,
            parts => Some(compiler.select_collated(&parts.join(" UNION ALL "), "SELECT DISTINCT", types)),
        };
        let all: Vec<&str> = distinct.iter().chain(rest).map(String::as_str).collect();
        all.join(" UNION ALL ")
    }
}

/// SQLite's operator between two parts.
///
/// # Errors
/// When it has none.
pub fn word(operator: SetOperator, all: bool) -> Result<&'static str> {
    match (operator, all) {
        (SetOperator::Union, true) => Ok("UNION ALL"),
        (SetOperator::Union, false) => Ok("UNION"),
        (SetOperator::Except, false) => Ok("EXCEPT"),
        (SetOperator::Intersect, false) => Ok("INTERSECT"),
        (SetOperator::Except | SetOperator::Intersect, true) => {
            Err(SqlError::Refused("EXCEPT ALL and INTERSECT ALL".into()))
        }
    }
}

/// A term of an order; `sql` is the value or its name.
pub fn order_by(value: &Typed, sql: &str, descending: bool) -> String {
    let collate = value.ty.collate();
    let direction = if descending { " DESC" } else { "" };
    format!("{}{collate}{direction}", not_a_place(sql.to_owned()))
}
