//! UPDATE and DELETE: the SELECT of the rows that are written (contract "Admin API", 10.6, "Writes"); and what they
//! share with INSERT: assignments, and the stored form of a value.

use super::compiler::Compiler;
use super::query::order_by;
use super::scope::{Context, Relation, Scope, ScopeColumn, column_type, written};
use super::select::limited;
use super::types::Type;
use super::value::{Origin, Typed};
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::plan::store::{FUNCTION, NullRule, code};
use crate::store::mysql::plan::{DeleteTarget, Plan, PlanKind, UpdateTarget};
use crate::store::mysql::read::tree::{
    Assignment, ColumnName, Delete, Expr, Limit, OrderTerm, Source, TableName, Update,
};
use crate::store::schema::{Column, Table};

type Result<T> = std::result::Result<T, SqlError>;

/// What `DEFAULT` writes into a column, in its stored form.
pub fn stored_default(column: &Column) -> String {
    column.default.unwrap_or("NULL").to_owned()
}

impl Compiler<'_> {
    /// Plans an UPDATE.
    ///
    /// # Errors
    /// Names that are unknown, tables that cannot be changed.
    pub fn update(&self, update: &Update) -> Result<Plan> {
        let mut scope = Scope::default();
        let from = self.source(&update.source, &mut scope, None)?;
        let mut clauses = format!("FROM {from}");
        clauses.push_str(&self.rows(&scope, update.condition.as_ref(), &update.order, update.limit)?);
        let kind = match &update.source {
            Source::Join { .. } => self.update_joined(update, &scope, clauses)?,
            _ => self.update_one(update, scope, clauses)?,
        };
        Ok(Plan {
            ignore: update.ignore,
            ..kind
        })
    }

    /// One table: a later assignment sees the value of an earlier one.
    fn update_one(&self, update: &Update, scope: Scope, from: String) -> Result<Plan> {
        let from = From {
            sql: from,
            is_limited: update.limit.is_some(),
        };
        let relation = scope.relations.first().ok_or_else(SqlError::no_tables_used)?;
        let table = changeable(relation, "UPDATE")?;
        let key = relation.key().ok_or_else(SqlError::no_tables_used)?;
        let layers = self.assigned(scope, table, &update.assignments, from, NullRule::Zero, None)?;
        let list: Vec<String> = std::iter::once(key).chain(layers.values).collect();
        let columns = layers.columns.into_iter().enumerate();
        Ok(Plan {
            rows_sql: format!("SELECT {} {}", list.join(", "), layers.from),
            ignore: false,
            kind: PlanKind::Update(vec![UpdateTarget {
                table,
                key: 0,
                assignments: columns.map(|(at, column)| (column, at.saturating_add(1))).collect(),
            }]),
        })
    }

    /// Several tables: every assignment sees the rows as they were read.
    fn update_joined(&self, update: &Update, scope: &Scope, from: String) -> Result<Plan> {
        let context = Context::new(scope, Clause::Fields, None);
        let mut list: Vec<String> = Vec::new();
        let mut targets: Vec<(String, UpdateTarget)> = Vec::new();
        for assignment in &update.assignments {
            let (origin, alias) = assigned_column(&assignment.column, &context)?;
            let relation = scope
                .relations
                .iter()
                .find(|relation| relation.alias == alias)
                .ok_or_else(|| SqlError::unknown_column(&assignment.column.name, Clause::Fields))?;
            let table = changeable(relation, "UPDATE")?;
            let value = self.assigned_value(assignment, origin, table, &context, NullRule::Zero)?;
            if !targets.iter().any(|(known, _)| *known == alias) {
                let key = list.len();
                list.push(relation.key().ok_or_else(SqlError::no_tables_used)?);
                let target = UpdateTarget {
                    table,
                    key,
                    assignments: Vec::new(),
                };
                targets.push((alias.clone(), target));
            }
            let at = list.len();
            list.push(value);
            if let Some((_, target)) = targets.iter_mut().find(|(known, _)| *known == alias) {
                target
                    .assignments
                    .retain(|(column, _)| column.name != origin.column.name);
                target.assignments.push((origin.column, at));
            }
        }
        Ok(Plan {
            rows_sql: format!("SELECT {} {from}", list.join(", ")),
            ignore: false,
            kind: PlanKind::Update(targets.into_iter().map(|(_, target)| target).collect()),
        })
    }

    /// Plans a DELETE.
    ///
    /// # Errors
    /// Names that are unknown.
    pub fn delete(&self, delete: &Delete) -> Result<Plan> {
        let mut scope = Scope::default();
        let from = self.source(&delete.source, &mut scope, None)?;
        let clauses = self.rows(&scope, delete.condition.as_ref(), &delete.order, delete.limit)?;
        let mut list = Vec::new();
        let mut targets = Vec::new();
        for relation in deleted(delete, &scope)? {
            targets.push(DeleteTarget {
                table: changeable(relation, "DELETE")?,
                key: list.len(),
            });
            list.push(relation.key().ok_or_else(SqlError::no_tables_used)?);
        }
        Ok(Plan {
            rows_sql: format!("SELECT {} FROM {from}{clauses}", list.join(", ")),
            ignore: delete.ignore,
            kind: PlanKind::Delete(targets),
        })
    }

    /// The rows of an UPDATE or DELETE, in the order in which they are written.
    fn rows(&self, scope: &Scope, condition: Option<&Expr>, order: &[OrderTerm], limit: Option<u64>) -> Result<String> {
        let mut sql = String::new();
        if let Some(condition) = condition {
            let context = Context::new(scope, Clause::Where, None);
            sql.push_str(&format!(" WHERE {}", self.expr(condition, &context)?.condition()));
        }
        let context = Context::new(scope, Clause::Order, None);
        let mut terms = Vec::new();
        for term in order {
            let value = self.expr(&term.expr, &context)?;
            terms.push(order_by(&value, &value.sql, term.descending));
        }
        if let ([], [only]) = (order, scope.relations.as_slice()) {
            terms.extend(only.key());
        }
        if !terms.is_empty() {
            sql.push_str(&format!(" ORDER BY {}", terms.join(", ")));
        }
        let limit = limit.map(|count| Limit { offset: 0, count });
        sql.push_str(&limited(limit.as_ref()));
        Ok(sql)
    }

    /// Assignments from left to right. Where one sees an earlier one, the rows so far become a SELECT of their own
    /// that has the earlier value as a column; its LIMIT keeps SQLite from putting the expression in instead.
    ///
    /// # Errors
    /// Names that are unknown or ambiguous.
    pub fn assigned(
        &self,
        mut scope: Scope,
        table: &'static Table,
        assignments: &[Assignment],
        mut from: From,
        nulls: NullRule,
        inserted: Option<&[ScopeColumn]>,
    ) -> Result<Layers> {
        let relation = scope.relations.first().ok_or_else(SqlError::no_tables_used)?;
        let (name, alias) = (relation.name.clone(), relation.alias.clone());
        let mut columns: Vec<(&'static Column, String)> = Vec::new();
        let mut open: Vec<(String, String)> = Vec::new();
        for (at, assignment) in assignments.iter().enumerate() {
            let context = Context {
                inserted,
                ..Context::new(&scope, Clause::Fields, None)
            };
            let column = target_column(&assignment.column, table)?;
            let qualifier = assignment.column.table.as_ref();
            if qualifier.is_some_and(|qualifier| !qualifier.eq_ignore_ascii_case(&name)) {
                return Err(SqlError::unknown_column(&written(&assignment.column), Clause::Fields));
            }
            let value = self.assigned_value(assignment, Origin { table, column }, table, &context, nulls)?;
            if open.iter().any(|(name, _)| mentions(&value, name)) {
                let list: Vec<String> = open
                    .iter()
                    .map(|(name, sql)| format!("{sql} AS {}", unqualified(name)))
                    .collect();
                let limit = if from.is_limited { "" } else { " LIMIT -1" };
                let inner = format!("SELECT {alias}.*, {} {}", list.join(", "), from.sql);
                from = From {
                    sql: format!("FROM ({inner}{limit}) AS {alias}"),
                    is_limited: false,
                };
                open.clear();
            }
            let assigned = format!("{alias}.n{at}");
            columns.retain(|(known, _)| known.name != column.name);
            columns.push((column, assigned.clone()));
            set(
                &mut scope,
                table,
                column,
                Typed::new(assigned.clone(), column_type(column)),
            );
            open.push((assigned, value));
        }
        let value_of = |name: &String| {
            let open = open.iter().find(|(known, _)| known == name);
            open.map_or_else(|| name.clone(), |(_, sql)| sql.clone())
        };
        Ok(Layers {
            values: columns.iter().map(|(_, name)| value_of(name)).collect(),
            columns: columns.iter().map(|(column, _)| *column).collect(),
            from: from.sql,
        })
    }

    fn assigned_value(
        &self,
        assignment: &Assignment,
        origin: Origin,
        table: &'static Table,
        context: &Context<'_>,
        nulls: NullRule,
    ) -> Result<String> {
        match &assignment.value {
            None => Ok(stored_default(origin.column)),
            Some(expr) => {
                let value = self.expr(expr, context)?;
                Ok(stored(&value, table, origin.column, nulls, 1))
            }
        }
    }
}

/// From where the rows of an UPDATE come.
pub struct From {
    pub sql: String,
    pub is_limited: bool,
}

/// Assignments that are printed.
pub struct Layers {
    pub columns: Vec<&'static Column>,
    pub values: Vec<String>,
    pub from: String,
}

/// Whether SQL has a name with a number at its end: `r0.n1`, and not `r0.n12`.
pub fn mentions(sql: &str, name: &str) -> bool {
    sql.match_indices(name).any(|(at, found)| {
        let rest = sql.get(at.saturating_add(found.len())..).unwrap_or_default();
        !rest.starts_with(|letter: char| letter.is_ascii_digit())
    })
}

fn unqualified(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, column)| column)
}

/// A value in the form in which its column stores it.
pub fn stored(value: &Typed, table: &'static Table, column: &'static Column, nulls: NullRule, row: usize) -> String {
    let value = match (&value.number, value.ty) {
        (None, Type::Dec(_)) if column_type(column).is_text() => Typed::new(value.stored_text(), Type::TEXT),
        // Other texts that have a number of their own are stored as the texts that they are.
        (Some(number), _) if number.ty == Type::UInt && !column_type(column).is_text() => (**number).clone(),
        _ => value.clone(),
    };
    let code = code(value.ty, table, column, nulls);
    match row {
        1 => format!("{FUNCTION}({}, {code})", value.sql),
        _ => format!("{FUNCTION}({}, {code}, {row})", value.sql),
    }
}

/// The column that a name of an assignment or of a list stands for.
///
/// # Errors
/// When there is none.
pub fn target_column(name: &ColumnName, table: &'static Table) -> Result<&'static Column> {
    table
        .column(&name.name)
        .ok_or_else(|| SqlError::unknown_column(&written(name), Clause::Fields))
}

/// The stored column of an assignment, and the relation that has it.
fn assigned_column(name: &ColumnName, context: &Context<'_>) -> Result<(Origin, String)> {
    let value = context.column(name)?;
    let alias = value.sql.split_once('.').map(|(alias, _)| alias.to_owned());
    match (value.origin, alias) {
        (Some(origin), Some(alias)) => Ok((origin, alias)),
        _ => Err(SqlError::not_updatable(
            name.table.as_deref().unwrap_or(&name.name),
            "UPDATE",
        )),
    }
}

/// Changes what a column of the first relation stands for.
pub fn set(scope: &mut Scope, table: &Table, column: &Column, value: Typed) {
    let relation = scope.relations.first_mut();
    let place = table.position(column);
    let known = relation
        .zip(place)
        .and_then(|(relation, place)| relation.columns.get_mut(place));
    if let Some(known) = known {
        known.value = value;
    }
}

/// The stored table that a statement writes to.
fn changeable(relation: &Relation, statement: &str) -> Result<&'static Table> {
    relation
        .table
        .ok_or_else(|| SqlError::not_updatable(&relation.name, statement))
}

fn deleted<'a>(delete: &Delete, scope: &'a Scope) -> Result<Vec<&'a Relation>> {
    if delete.targets.is_empty() {
        return Ok(scope.relations.iter().take(1).collect());
    }
    let find = |target: &TableName| {
        let is = |relation: &&Relation| relation.name.eq_ignore_ascii_case(&target.name);
        let found = scope.relations.iter().find(is);
        found.ok_or_else(|| SqlError::not_in_multi_delete(&target.name))
    };
    delete.targets.iter().map(find).collect()
}
