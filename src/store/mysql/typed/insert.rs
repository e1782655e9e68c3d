//! INSERT and REPLACE: the SELECT of the new rows, and the update list (contract "Admin API", 10.6, "Writes", 3).

use super::compiler::Compiler;
use super::scope::{Context, Relation, Scope, ScopeColumn, column_type, default_of};
use super::source::stored_table;
use super::value::Typed;
use super::write::{From, mentions, set, stored, stored_default, target_column};
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::plan::store::NullRule;
use crate::store::mysql::plan::{BoundValue, Conflict, InsertPlan, OLD_KEY, OnDuplicate, Plan, PlanKind, new_value};
use crate::store::mysql::read::tree::{Expr, Insert, InsertRows, Query};
use crate::store::schema::{Column, Table};

type Result<T> = std::result::Result<T, SqlError>;

/// Rows of one VALUES or UNION that SQLite is given at once.
const ROWS_AT_ONCE: usize = 400;

impl Compiler<'_> {
    /// Plans an INSERT or REPLACE.
    ///
    /// # Errors
    /// Names that are unknown, rows of another length than the columns.
    pub fn insert(&self, insert: &Insert) -> Result<Plan> {
        let table = stored_table(&insert.table)?;
        let columns = named_columns(insert, table)?;
        let mut update = None;
        let (rows_sql, columns) = match &insert.rows {
            InsertRows::Values(rows) => {
                let printed = self.values(insert, table, columns, rows)?;
                if !insert.on_duplicate.is_empty() {
                    update = Some(self.on_duplicate(insert, table, &Scope::default())?.update);
                }
                printed
            }
            InsertRows::Query(query) => {
                let sql = self.selected_rows(insert, table, &columns, query, &mut update)?;
                (sql, columns)
            }
        };
        let conflict = match (insert.replace, update) {
            (true, _) => Conflict::Replace,
            (false, None) => Conflict::Fail,
            (false, Some(update)) => Conflict::Update(update),
        };
        Ok(Plan {
            rows_sql,
            ignore: insert.ignore,
            kind: PlanKind::Insert(InsertPlan {
                table,
                columns,
                from_select: matches!(insert.rows, InsertRows::Query(_)),
                conflict,
            }),
        })
    }

    /// Prints the rows of INSERT … SELECT, and the update list, which may name the columns of the SELECT's tables.
    fn selected_rows(
        &self,
        insert: &Insert,
        table: &'static Table,
        columns: &[&'static Column],
        query: &Query,
        update: &mut Option<OnDuplicate>,
    ) -> Result<String> {
        let mut taken = 0;
        let selected = self.query_with_more(query, |arm| {
            if arm.columns != columns.len() {
                return Err(SqlError::value_count(1));
            }
            if insert.on_duplicate.is_empty() {
                return Ok(Vec::new());
            }
            let list = self.on_duplicate(insert, table, arm.scope)?;
            taken = list.taken.len();
            *update = Some(list.update);
            Ok(list.taken)
        })?;
        let alias = self.alias();
        let stored_values = columns
            .iter()
            .zip(&selected.columns)
            .enumerate()
            .map(|(at, (column, selected))| {
                let value = Typed::new(format!("{alias}.c{at}"), selected.ty);
                stored(&value, table, column, NullRule::Zero, 1)
            });
        let end = columns.len().saturating_add(taken);
        let taken = (columns.len()..end).map(|at| format!("{alias}.c{at}"));
        let list: Vec<String> = stored_values.chain(taken).collect();
        Ok(format!("SELECT {} FROM ({}) AS {alias}", list.join(", "), selected.sql))
    }

    /// Prints rows of VALUES. A value sees those to its left, and the defaults of the other columns.
    fn values(
        &self,
        insert: &Insert,
        table: &'static Table,
        columns: Vec<&'static Column>,
        rows: &[Vec<Option<Expr>>],
    ) -> Result<(String, Vec<&'static Column>)> {
        if rows.iter().all(Vec::is_empty) && (insert.columns.is_empty()) {
            let key = table.key().ok_or_else(|| SqlError::no_table(table.name))?;
            let nulls = vec!["(NULL)"; rows.len()];
            return Ok((format!("VALUES {}", nulls.join(", ")), vec![key]));
        }
        let nulls = nulls_of(insert);
        let mut relation = Relation::stored(table, table.name, self.alias());
        for column in &mut relation.columns {
            let default = column.value.origin.map(|origin| default(origin.column));
            column.value = Typed::new(default.unwrap_or_else(|| "NULL".into()), column.value.ty);
        }
        let mut printed = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let number = at.saturating_add(1);
            if row.len() != columns.len() {
                return Err(SqlError::value_count(number));
            }
            let mut scope = Scope {
                relations: vec![relation.clone()],
                ..Scope::default()
            };
            let mut list = Vec::with_capacity(row.len());
            for (column, value) in columns.iter().zip(row) {
                let sql = match value {
                    None => stored_default(column),
                    Some(expr) => {
                        let value = self.expr(expr, &Context::new(&scope, Clause::Fields, None))?;
                        stored(&value, table, column, nulls, number)
                    }
                };
                set(&mut scope, table, column, Typed::new(sql.clone(), column_type(column)));
                list.push(sql);
            }
            printed.push(format!("({})", list.join(", ")));
        }
        let chunks: Vec<String> = printed
            .chunks(ROWS_AT_ONCE)
            .map(|rows| format!("VALUES {}", rows.join(", ")))
            .collect();
        let sql = match chunks.as_slice() {
            [one] => one.clone(),
            several => united(several),
        };
        Ok((sql, columns))
    }

    /// Prints the assignments of ON DUPLICATE KEY UPDATE over the row that is there. They may name the columns of the
    /// SELECT's tables, which are in the scope.
    fn on_duplicate(&self, insert: &Insert, table: &'static Table, selected: &Scope) -> Result<UpdateList> {
        let relation = Relation::stored(table, &insert.table.name, self.alias());
        let key = relation.key().ok_or_else(|| SqlError::no_table(table.name))?;
        let from = From {
            sql: format!("FROM \"{}\" AS {} WHERE {key} = {OLD_KEY}", table.name, relation.alias),
            is_limited: false,
        };
        let all: Vec<&'static Column> = table.columns().collect();
        let inserted: Vec<ScopeColumn> = all
            .iter()
            .enumerate()
            .map(|(at, column)| ScopeColumn {
                name: column.name.to_owned(),
                value: Typed::new(new_value(at), column_type(column)),
            })
            .collect();
        let mut relations = vec![relation];
        let mut available = Vec::new();
        for relation in &selected.relations {
            let mut relation = relation.clone();
            for column in &mut relation.columns {
                let parameter = new_value(all.len().saturating_add(available.len()));
                let bound = Typed::new(parameter, column.value.ty);
                available.push(std::mem::replace(&mut column.value, bound).sql);
            }
            relations.push(relation);
        }
        let scope = Scope {
            relations,
            ..Scope::default()
        };
        let nulls = match insert.rows {
            InsertRows::Query(_) if !insert.ignore => NullRule::Fail,
            _ => nulls_of(insert),
        };
        let layers = self.assigned(scope, table, &insert.on_duplicate, from, nulls, Some(&inserted))?;
        let sql = format!("SELECT {} {}", layers.values.join(", "), layers.from);
        let mut taken = Vec::new();
        let mut bound = Vec::new();
        let first = match insert.columns.is_empty() {
            true => all.len(),
            false => insert.columns.len(),
        };
        let parameters = all.into_iter().map(Ok).chain(available.into_iter().map(Err));
        for (number, value) in parameters.enumerate().filter(|(at, _)| mentions(&sql, &new_value(*at))) {
            let value = match value {
                Ok(column) => BoundValue::Inserted(column),
                Err(column) => {
                    taken.push(column);
                    BoundValue::Row(first.saturating_add(taken.len()).saturating_sub(1))
                }
            };
            bound.push((number, value));
        }
        let update = OnDuplicate {
            sql,
            columns: layers.columns,
            bound,
        };
        Ok(UpdateList { update, taken })
    }
}

/// An update list, and the columns that it takes from the SELECT's tables.
struct UpdateList {
    update: OnDuplicate,
    taken: Vec<String>,
}

/// What a column that has no value is read as; a key that is still to be generated is 0.
fn default(column: &Column) -> String {
    let missing = if column.nullable { "NULL" } else { "0" };
    default_of(column).unwrap_or_else(|| missing.into())
}

/// What NULL becomes: an INSERT of one row fails.
fn nulls_of(insert: &Insert) -> NullRule {
    match &insert.rows {
        InsertRows::Values(rows) if rows.len() == 1 && !insert.ignore => NullRule::Fail,
        _ => NullRule::Zero,
    }
}

fn named_columns(insert: &Insert, table: &'static Table) -> Result<Vec<&'static Column>> {
    if insert.columns.is_empty() {
        return Ok(table.columns().collect());
    }
    let mut columns: Vec<&'static Column> = Vec::with_capacity(insert.columns.len());
    for name in &insert.columns {
        let column = target_column(name, table)?;
        if columns.iter().any(|other| other.name == column.name) {
            return Err(SqlError::given_twice(column.name));
        }
        columns.push(column);
    }
    Ok(columns)
}

/// Selects that follow each other, as a tree, because SQLite joins no more than 500 in a row.
fn united(selects: &[String]) -> String {
    match selects {
        [one] => one.clone(),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            format!(
                "SELECT * FROM ({}) UNION ALL SELECT * FROM ({})",
                united(left),
                united(right)
            )
        }
    }
}
