//! A query of WITH RECURSIVE that names itself. It ends after a number of rounds, as the database's does: SQLite works
//! through the rows in the order in which they were found, so that a column with the number of its round is all that it
//! takes. The column is a text in a collation for which all texts are equal: to a UNION without ALL it makes no
//! difference.

use super::compiler::Compiler;
use super::query::{Part, Selected, word};
use super::select::limited;
use super::types::Type;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::read::tree::{Body, Cte, Query, SetOperator};
use crate::store::mysql::values::collation::ALL_EQUAL;

type Result<T> = std::result::Result<T, SqlError>;

/// MariaDB's default of `max_recursive_iterations`. What is found by then is the answer.
const ROUNDS: u32 = 1000;

impl Compiler<'_> {
    /// Prints a UNION that reads itself, with the round as its last column; `None` if it does not read itself. Its
    /// first part gives the types.
    ///
    /// # Errors
    /// Those of a query; parts that may not read the query of which they are a part.
    pub fn recursive(
        &self,
        cte: &Cte,
        alias: &str,
        first: &Body,
        rest: &[(SetOperator, bool, Body)],
    ) -> Result<Option<Selected>> {
        let first = self.part(first, None)?;
        let columns = first.columns();
        self.name(cte, alias.to_owned(), &columns, 1)?;
        let types: Vec<Type> = columns.iter().map(|column| column.ty).collect();
        let is_distinct = rest.iter().any(|(_, all, _)| !all);
        let mut sql = self.beginning(&first, &types, is_distinct);
        let mut is_read = false;
        for (operator, all, body) in rest {
            let part = self.part(bare(body), None)?;
            if part.columns().len() != types.len() {
                return Err(SqlError::union_columns());
            }
            let part = match self.readers().as_slice() {
                [] => self.beginning(&part, &types, false),
                [reader] => {
                    is_read = true;
                    round(part, reader, &types).ok_or_else(|| SqlError::recursion(&cte.name))?
                }
                _ => return Err(SqlError::recursion(&cte.name)),
            };
            sql = format!("{sql} {} {part}", word(*operator, *all)?);
        }
        self.named.borrow_mut().pop();
        sql.push_str(&limited(cte.query.limit.as_ref()));
        Ok(is_read.then_some(Selected {
            sql,
            columns,
            one_row: false,
        }))
    }

    /// The names under which the part that was read last reads the query that was named last.
    fn readers(&self) -> Vec<String> {
        let mut named = self.named.borrow_mut();
        named
            .last_mut()
            .map(|named| std::mem::take(&mut named.readers))
            .unwrap_or_default()
    }

    /// Prints a part of round 0.
    fn beginning(&self, part: &Part, types: &[Type], is_distinct: bool) -> String {
        let alias = self.alias();
        let column = |(at, ty): (usize, &Type)| {
            let collate = if is_distinct { ty.collate() } else { String::new() };
            format!("{alias}.c{at}{collate} AS c{at}")
        };
        let columns: Vec<String> = types.iter().enumerate().map(column).collect();
        format!(
            "SELECT {}, '0' COLLATE {ALL_EQUAL} AS c{} FROM ({}) AS {alias}",
            columns.join(", "),
            types.len(),
            part.print(types, self)
        )
    }
}

/// Prints a part that reads the rows of the round before; `None` if SQLite cannot.
fn round(part: Part, reader: &str, types: &[Type]) -> Option<String> {
    match part {
        Part::Select(arm) if arm.may_recur(reader) => {
            let round = format!("{reader}.c{}", types.len());
            let next = format!("CAST({round} + 1 AS TEXT)");
            let arm = arm.with_round(next, format!("{round} + 0 < {ROUNDS}"));
            Some(arm.print(types, false))
        }
        Part::Select(_) | Part::Query(_) => None,
    }
}

/// A part without its brackets.
fn bare(body: &Body) -> &Body {
    match body {
        Body::Query(query) => match &**query {
            Query {
                with,
                body,
                order,
                limit: None,
                ..
            } if with.is_empty() && order.is_empty() => bare(body),
            _ => body,
        },
        _ => body,
    }
}
