//! One SELECT: its list, its groups, its order.

use std::cell::RefCell;

use super::aggregate::distinct_key;
use super::compiler::Compiler;
use super::query::{Column, order_by};
use super::scope::{Aliases, Context, Grouping, Layer, Output, Relation, Scope};
use super::types::Type;
use super::value::Typed;
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::read::tree::{Expr, Item, Kind, Limit, OrderTerm, Select, TableName};
use crate::store::mysql::read::walk::{has_aggregate, has_query_or_window, has_window};

type Result<T> = std::result::Result<T, SqlError>;

/// A SELECT that can still be printed in other types, as part of a UNION.
pub struct Arm {
    pub outputs: Vec<Output>,
    from: String,
    condition: Option<String>,
    group: Vec<String>,
    having: Option<String>,
    pub order: Vec<String>,
    pub limit: Option<Limit>,
    distinct: bool,
    /// Whether it has one row whatever the tables hold.
    pub one_row: bool,
    /// The query in FROM that groups.
    layer: Option<Layer>,
    is_grouped: bool,
    scope: Scope,
    /// Columns behind those of the list.
    more: Vec<String>,
    /// Of DISTINCT with such columns: the number of a row among those that are equal without them.
    repeated: Option<String>,
}

impl Compiler<'_> {
    /// Reads a SELECT with the order and limit of its query.
    ///
    /// # Errors
    /// Names that are unknown, forms that do not fit.
    pub fn select(
        &self,
        select: &Select,
        order: &[OrderTerm],
        limit: Option<&Limit>,
        outer: Option<&Context<'_>>,
    ) -> Result<Arm> {
        let mut scope = Scope::default();
        let from = match &select.from {
            Some(source) => self.source(source, &mut scope, outer)?,
            None => String::new(),
        };
        let at = |clause| Context::new(&scope, clause, outer);
        let condition = match &select.condition {
            Some(condition) => Some(self.expr(condition, &at(Clause::Where))?.condition()),
            None => None,
        };
        let is_grouped = !select.group.is_empty() || {
            let items = select.items.iter().any(|item| match item {
                Item::Expr { expr, .. } => has_aggregate(expr),
                Item::Star(_) => false,
            });
            items
                || select.having.as_ref().is_some_and(has_aggregate)
                || order.iter().any(|term| has_aggregate(&term.expr))
        };
        let (mut grouping, group) = self.grouping(select, is_grouped, &scope, outer)?;
        if let Some(grouping) = &mut grouping
            && needs_layer(select, order)
        {
            grouping.layer = Some(Layer {
                alias: self.alias(),
                list: RefCell::default(),
            });
        }
        let shown = |clause| Context {
            grouping: grouping.as_ref(),
            aggregates: true,
            ..at(clause)
        };
        let outputs = self.outputs(&select.items, &shown(Clause::Fields))?;
        let having = match &select.having {
            Some(having) => {
                let context = Context {
                    aliases: Aliases::Only(&outputs),
                    ..shown(Clause::Having)
                };
                Some(self.expr(having, &context)?.condition())
            }
            None => None,
        };
        let mut order = self.order(order, &outputs, &shown(Clause::Order))?;
        if order.is_empty() && grouping.is_none() && (outer.is_none() || limit.is_some()) {
            order.extend(by_key(&scope));
        }
        let one_row = limit.is_some_and(|limit| limit.count <= 1)
            || (is_grouped && select.group.is_empty())
            || select.from.is_none();
        let (condition, having) = match (condition, having, is_grouped) {
            (Some(condition), Some(having), false) => (Some(format!("{condition} AND {having}")), None),
            (None, Some(having), false) => (Some(having), None),
            (condition, having, _) => (condition, having),
        };
        Ok(Arm {
            outputs,
            from,
            condition,
            group,
            having,
            order,
            limit: limit.cloned(),
            distinct: select.distinct,
            one_row,
            layer: grouping.and_then(|grouping| grouping.layer),
            is_grouped,
            scope,
            more: Vec::new(),
            repeated: None,
        })
    }

    /// What a SELECT is grouped by, and how it shows columns then.
    fn grouping(
        &self,
        select: &Select,
        is_grouped: bool,
        scope: &Scope,
        outer: Option<&Context<'_>>,
    ) -> Result<(Option<Grouping>, Vec<String>)> {
        if !is_grouped {
            return Ok((None, Vec::new()));
        }
        let mut grouping = Grouping {
            keys: scope.relations.iter().filter_map(Relation::key).collect(),
            ..Grouping::default()
        };
        let mut group = Vec::new();
        for term in &select.group {
            let value = self.group_term(&term.expr, select, &Context::new(scope, Clause::Group, outer))?;
            if is_column(&value) {
                grouping.columns.push(value.sql.clone());
                if !value.ty.is_text() {
                    grouping.plain.push(value.sql.clone());
                }
            }
            group.push(not_a_place(distinct_key(&value)));
        }
        Ok((Some(grouping), group))
    }

    /// A column before an alias, and a number is the entry of the list at that place.
    fn group_term(&self, expr: &Expr, select: &Select, context: &Context<'_>) -> Result<Typed> {
        let listed = |expr: &Expr| match has_aggregate(expr) {
            true => Err(SqlError::cannot_group(self.written(&expr.span))),
            false => self.expr(expr, context),
        };
        if let Some(place) = position(expr) {
            let item = place.checked_sub(1).and_then(|place| select.items.get(place));
            return match item {
                Some(Item::Expr { expr, .. }) => listed(expr),
                _ => Err(SqlError::unknown_column(self.written(&expr.span), Clause::Group)),
            };
        }
        let Kind::Column(name) = &expr.kind else {
            return self.expr(expr, context);
        };
        let own = context.column(name);
        if own.is_ok() || name.table.is_some() {
            return own;
        }
        let aliased = select.items.iter().find_map(|item| match item {
            Item::Expr {
                expr,
                alias: Some(alias),
                ..
            } if alias.eq_ignore_ascii_case(&name.name) => Some(expr),
            _ => None,
        });
        aliased.map_or(own, listed)
    }

    fn outputs(&self, items: &[Item], context: &Context<'_>) -> Result<Vec<Output>> {
        let mut outputs = Vec::new();
        for item in items {
            match item {
                Item::Star(table) => stars(table.as_ref(), context, &mut outputs)?,
                Item::Expr { expr, alias, label } => {
                    let value = self.expr(expr, context)?;
                    let column = match &expr.kind {
                        Kind::Column(name) => Some(name.name.clone()),
                        _ => None,
                    };
                    outputs.push(Output {
                        label: alias
                            .clone()
                            .or_else(|| column.clone())
                            .unwrap_or_else(|| label.clone()),
                        aliased: alias.is_some(),
                        windowed: has_window(expr),
                        name: Some(alias.clone().or(column).unwrap_or_else(|| label.clone())),
                        value,
                    });
                }
            }
        }
        Ok(outputs)
    }

    /// An alias before a column, but inside an expression the column; a number is the entry at that place.
    pub fn order(&self, terms: &[OrderTerm], outputs: &[Output], context: &Context<'_>) -> Result<Vec<String>> {
        let context = Context {
            aliases: Aliases::Last(outputs),
            ..*context
        };
        let mut order = Vec::new();
        for term in terms {
            let listed = match (&term.expr.kind, position(&term.expr)) {
                (_, Some(place)) => Some(
                    place
                        .checked_sub(1)
                        .filter(|place| *place < outputs.len())
                        .ok_or_else(|| SqlError::unknown_column(self.written(&term.expr.span), Clause::Order))?,
                ),
                (Kind::Column(name), _) if name.table.is_none() => outputs.iter().position(|output| {
                    output.aliased
                        && output
                            .name
                            .as_deref()
                            .is_some_and(|own| own.eq_ignore_ascii_case(&name.name))
                }),
                _ => None,
            };
            order.push(match listed.and_then(|at| Some((at, outputs.get(at)?))) {
                Some((at, output)) => order_by(&output.value, &format!("c{at}"), term.descending),
                None => {
                    let value = self.expr(&term.expr, &context)?;
                    order_by(&value, &value.sql, term.descending)
                }
            });
        }
        Ok(order)
    }
}

impl Arm {
    /// The columns of its rows.
    pub fn columns(&self) -> Vec<Column> {
        let column = |output: &Output| Column {
            name: output.name.clone().unwrap_or_else(|| output.label.clone()),
            label: output.label.clone(),
            ty: output.value.shown().ty,
        };
        self.outputs.iter().map(column).collect()
    }

    /// The tables whose rows its rows are: `None` if it has groups or windows.
    pub fn own_rows(&self) -> Option<&Scope> {
        let is_windowed = self.outputs.iter().any(|output| output.windowed);
        (!self.is_grouped && !is_windowed).then_some(&self.scope)
    }

    /// Whether it may read, under this name, the query of which it is a part: neither from within another query nor
    /// in groups.
    pub fn may_recur(&self, relation: &str) -> bool {
        let is_own = |scope: &Scope| scope.relations.iter().any(|own| own.alias == relation);
        self.own_rows().is_some_and(is_own)
    }

    /// Adds the round to the list, and a condition.
    pub fn with_round(mut self, round: String, added: String) -> Arm {
        self.more.push(round);
        self.condition = Some(match self.condition {
            Some(condition) => format!("{condition} AND {added}"),
            None => added,
        });
        self
    }

    /// Adds columns behind those of the list. DISTINCT does not look at them: they are those of the first row.
    pub fn with_more(mut self, more: Vec<String>) -> Arm {
        if self.distinct && !more.is_empty() {
            let equal: Vec<String> = self.outputs.iter().map(|output| distinct_key(&output.value)).collect();
            let keys: Vec<String> = self.scope.relations.iter().filter_map(Relation::key).collect();
            let order = if keys.is_empty() { "" } else { " ORDER BY " };
            let window = format!("PARTITION BY {}{order}{}", equal.join(", "), keys.join(", "));
            self.repeated = Some(format!("row_number() OVER ({window})"));
            self.distinct = false;
        }
        self.more = more;
        self
    }

    /// Prints it with its columns in these types, as `c0`, `c1` and so on.
    pub fn print(&self, types: &[Type], ordered: bool) -> String {
        let mut list: Vec<String> = self
            .outputs
            .iter()
            .zip(types)
            .enumerate()
            .map(|(at, (output, ty))| {
                let shown = output.value.shown();
                let collate = if self.distinct { ty.collate() } else { String::new() };
                format!("{}{collate} AS c{at}", shown.converted(*ty))
            })
            .collect();
        let shown = list.len();
        list.extend(
            self.more
                .iter()
                .enumerate()
                .map(|(at, sql)| format!("{sql} AS c{}", shown + at)),
        );
        let width = list.len();
        list.extend(self.repeated.iter().map(|number| format!("{number} AS repeated")));
        let distinct = if self.distinct { "DISTINCT " } else { "" };
        let mut sql = format!("SELECT {distinct}{}", list.join(", "));
        let mut clause = |word: &str, text: &str| {
            if !text.is_empty() {
                sql.push_str(word);
                sql.push_str(text);
            }
        };
        let (condition, having) = (
            self.condition.as_deref().unwrap_or_default(),
            self.having.as_deref().unwrap_or_default(),
        );
        let group = self.group.join(", ");
        match &self.layer {
            Some(layer) => {
                clause(" FROM (SELECT ", &layer.printed());
                clause(" FROM ", &self.from);
                clause(" WHERE ", condition);
                clause(" GROUP BY ", &group);
                clause(") AS ", &layer.alias);
                clause(" WHERE ", having);
            }
            None => {
                clause(" FROM ", &self.from);
                clause(" WHERE ", condition);
                clause(" GROUP BY ", &group);
                clause(" HAVING ", having);
            }
        }
        if ordered {
            clause(" ORDER BY ", &self.order.join(", "));
        }
        if self.repeated.is_some() {
            let columns: Vec<String> = (0..width).map(|at| format!("c{at}")).collect();
            sql = format!("SELECT {} FROM ({sql}) WHERE repeated = 1", columns.join(", "));
        }
        if ordered {
            sql.push_str(&limited(self.limit.as_ref()));
        }
        sql
    }
}

impl Layer {
    /// What it selects.
    fn printed(&self) -> String {
        let list = self.list.borrow();
        // An aggregate makes it one that groups.
        let list = list.iter().map(String::as_str).chain(["count(*)"]).enumerate();
        let list: Vec<String> = list.map(|(at, sql)| format!("{sql} AS a{at}")).collect();
        list.join(", ")
    }
}

/// Whether a SELECT with groups has to read them from a query in FROM.
fn needs_layer(select: &Select, order: &[OrderTerm]) -> bool {
    let listed = || {
        select.items.iter().filter_map(|item| match item {
            Item::Expr { expr, .. } => Some(expr),
            Item::Star(_) => None,
        })
    };
    let mut all = listed()
        .chain(&select.having)
        .chain(order.iter().map(|term| &term.expr));
    all.any(has_query_or_window) || (select.group.is_empty() && !listed().any(has_aggregate))
}

/// A limit as SQLite reads it.
pub fn limited(limit: Option<&Limit>) -> String {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    match limit {
        Some(limit) if limit.offset == 0 => format!(" LIMIT {}", number(limit.count)),
        Some(limit) => format!(" LIMIT {} OFFSET {}", number(limit.count), number(limit.offset)),
        None => String::new(),
    }
}

/// A term of GROUP BY or ORDER BY that SQLite does not take for the place of a column, as it does numbers and tests of
/// literals for NULL.
pub fn not_a_place(sql: String) -> String {
    let inner = sql.trim_matches(['(', ')', '-', '+', ' ']);
    match inner.bytes().all(|byte| byte.is_ascii_digit()) || inner.ends_with(" NULL") {
        true => format!("coalesce({sql}, NULL)"),
        false => sql,
    }
}

/// Whether a value is a column, without any function around it.
fn is_column(value: &Typed) -> bool {
    value.origin.is_some() || (value.sql.starts_with('r') && value.sql.contains('.') && !value.sql.contains(['(', ' ']))
}

/// The place of an entry of the list that a number names.
fn position(expr: &Expr) -> Option<usize> {
    match &expr.kind {
        Kind::Number(text) => text.parse().ok(),
        _ => None,
    }
}

/// Rows of one table come in the order of its key, as the database reads them.
fn by_key(scope: &Scope) -> Option<String> {
    match scope.relations.as_slice() {
        [only] => only.key(),
        _ => None,
    }
}

fn stars(table: Option<&TableName>, context: &Context<'_>, outputs: &mut Vec<Output>) -> Result<()> {
    let scope = context.scope;
    if scope.relations.is_empty() {
        return Err(SqlError::no_tables_used());
    }
    let mut push = |name: &str, value: Typed| {
        outputs.push(Output {
            label: name.to_owned(),
            name: Some(name.to_owned()),
            aliased: false,
            windowed: false,
            value,
        });
    };
    let Some(table) = table else {
        for column in &scope.merged {
            push(&column.name, context.shown(column));
        }
        for column in scope.relations.iter().flat_map(|relation| &relation.columns) {
            if !scope.hidden.contains(&column.value.sql) {
                push(&column.name, context.shown(column));
            }
        }
        return Ok(());
    };
    let relation = scope
        .relations
        .iter()
        .find(|relation| relation.name.eq_ignore_ascii_case(&table.name))
        .ok_or_else(|| SqlError::unknown_table(&table.name))?;
    for column in &relation.columns {
        push(&column.name, context.shown(column));
    }
    Ok(())
}
