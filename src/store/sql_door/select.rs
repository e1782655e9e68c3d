//! `SELECT` on at most one table: checked clause by clause and rewritten.

use std::cell::Cell;
use std::collections::HashMap;
use std::iter::Peekable;
use std::str::CharIndices;

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, LimitClause, ObjectName, OrderByKind, OrderBySort, Query as Ast, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor, Value,
};
use sqlparser::tokenizer::{Location, Token};

use super::expression::{Scope, TypedSql, failed};
use super::refusals::SCHEMA;
use super::{DoorError, Query, QueryTime, rows, words};
use crate::store::schema::{self, Table};

/// Rewrites a parsed statement for SQLite. The statement must have passed the check for refused parts.
///
/// # Errors
/// [`DoorError::Failed`] for unknown names and unsupported forms.
pub fn write(statement: &Statement, text: &str, now: &QueryTime) -> Result<Query, DoorError> {
    let query = match statement {
        Statement::Query(query) => query,
        Statement::Insert(_) => return failed("INSERT and REPLACE are not supported yet"),
        Statement::Update { .. } => return failed("UPDATE is not supported yet"),
        Statement::Delete(_) => return failed("DELETE is not supported yet"),
        Statement::ShowTables { .. } | Statement::ShowColumns { .. } => return failed("SHOW is not supported yet"),
        Statement::ExplainTable { .. } => return failed("DESCRIBE is not supported yet"),
        _ => return failed("this statement is not supported"),
    };
    check_query(query)?;
    let SetExpr::Select(select) = &*query.body else {
        return failed("UNION, VALUES and queries in parentheses are not supported yet");
    };
    check_select(select)?;
    let scope = Scope {
        table: table(select)?,
        now,
        written: Cell::new(0),
    };
    let written = labelled(query, text);
    let (columns, labels) = projection(select, &scope, &written)?;
    let mut sql = match select.distinct {
        Some(Distinct::Distinct) => format!("SELECT DISTINCT {}", listed(&columns, TypedSql::collated)),
        _ => format!("SELECT {}", listed(&columns, |column| column.sql.clone())),
    };
    if let Some((table, _)) = &scope.table {
        sql.push_str(&format!(" FROM \"{}\"", table.name));
    }
    if let Some(condition) = &select.selection {
        sql.push_str(&format!(" WHERE {}", scope.truth(condition)?));
    }
    sql.push_str(&order(query, select, &scope)?);
    sql.push_str(&limit(query)?);
    Ok(Query {
        sql,
        columns: rows::columns(labels),
    })
}

/// Most columns of a result, and most terms it is sorted by: SQLite's own limit, and its words.
const MOST_COLUMNS: usize = 2000;

fn listed(columns: &[TypedSql], form: impl Fn(&TypedSql) -> String) -> String {
    columns.iter().map(form).collect::<Vec<_>>().join(", ")
}

fn check_query(query: &Ast) -> Result<(), DoorError> {
    if query.with.is_some() {
        return failed("WITH is not supported yet");
    }
    let is_unsupported = !query.locks.is_empty()
        || query.fetch.is_some()
        || query.for_clause.is_some()
        || query.settings.is_some()
        || query.format_clause.is_some()
        || !query.pipe_operators.is_empty();
    if is_unsupported {
        failed("this form of SELECT is not supported")
    } else {
        Ok(())
    }
}

fn check_select(select: &Select) -> Result<(), DoorError> {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, with) if by.is_empty() && with.is_empty());
    if grouped || select.having.is_some() {
        return failed("GROUP BY and HAVING are not supported yet");
    }
    let is_unsupported = select.into.is_some()
        || select.top.is_some()
        || select.prewhere.is_some()
        || select.qualify.is_some()
        || select.value_table_mode.is_some()
        || select.exclude.is_some()
        || !select.lateral_views.is_empty()
        || !select.connect_by.is_empty()
        || !select.cluster_by.is_empty()
        || !select.distribute_by.is_empty()
        || !select.sort_by.is_empty()
        || !select.named_window.is_empty()
        || matches!(select.distinct, Some(Distinct::On(_)));
    if is_unsupported {
        failed("this form of SELECT is not supported")
    } else {
        Ok(())
    }
}

/// Returns the table of a query, with its alias.
fn table(select: &Select) -> Result<Option<(&'static Table, String)>, DoorError> {
    let factor = match select.from.as_slice() {
        [] => return Ok(None),
        [only] if only.joins.is_empty() => &only.relation,
        _ => return failed("joins are not supported yet"),
    };
    named_table(factor)
}

fn named_table(factor: &TableFactor) -> Result<Option<(&'static Table, String)>, DoorError> {
    let TableFactor::Table {
        name,
        alias,
        args: None,
        version: None,
        sample: None,
        json_path: None,
        ..
    } = factor
    else {
        return failed("derived tables are not supported yet");
    };
    let table = find(name)?;
    let alias = alias
        .as_ref()
        .map_or_else(|| table.name.to_owned(), |alias| alias.name.value.clone());
    Ok(Some((table, alias)))
}

/// A table by its name, which may be qualified with the panel's schema.
fn find(name: &ObjectName) -> Result<&'static Table, DoorError> {
    let table = name
        .0
        .last()
        .and_then(|part| part.as_ident())
        .map_or("", |part| part.value.as_str());
    schema::table(table)
        .filter(|table| table.is_public())
        .ok_or_else(|| DoorError::Failed(format!("table '{SCHEMA}.{table}' does not exist")))
}

/// Returns the columns of the select list, with their labels in a row.
fn projection(
    select: &Select,
    scope: &Scope<'_>,
    written: &[String],
) -> Result<(Vec<TypedSql>, Vec<String>), DoorError> {
    let mut columns = Vec::new();
    let mut labels = Vec::new();
    for (at, item) in select.projection.iter().enumerate() {
        if columns.len() > MOST_COLUMNS {
            return failed("too many columns in result set");
        }
        match item {
            SelectItem::UnnamedExpr(expression) => {
                labels.push(
                    label(expression)
                        .or_else(|| written.get(at).cloned())
                        .unwrap_or_else(|| expression.to_string()),
                );
                columns.push(scope.write(expression)?);
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                labels.push(alias.value.clone());
                columns.push(scope.write(expr)?);
            }
            SelectItem::Wildcard(_) => all(scope, None, &mut columns, &mut labels)?,
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let of = name
                    .0
                    .last()
                    .and_then(|part| part.as_ident())
                    .map(|part| part.value.clone());
                all(scope, of, &mut columns, &mut labels)?;
            }
            other => return failed(format!("{other} is not supported")),
        }
    }
    Ok((columns, labels))
}

/// `*`: every column in the order of the schema.
fn all(
    scope: &Scope<'_>,
    of: Option<String>,
    columns: &mut Vec<TypedSql>,
    labels: &mut Vec<String>,
) -> Result<(), DoorError> {
    let Some((table, alias)) = &scope.table else {
        return failed("no tables used");
    };
    if let Some(of) = of.filter(|of| !of.eq_ignore_ascii_case(alias)) {
        return failed(format!("unknown table '{of}'"));
    }
    for column in table.columns() {
        columns.push(Scope::column_sql(column));
        labels.push(column.name.to_owned());
    }
    Ok(())
}

/// A bare or qualified column is labelled by its name as it was written.
fn label(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) if name.quote_style != Some('"') => Some(name.value.clone()),
        Expr::CompoundIdentifier(path) => path.last().map(|name| name.value.clone()),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the source text of each item of the select list, from the tokens between the commas.
fn labelled(query: &Ast, text: &str) -> Vec<String> {
    let SetExpr::Select(select) = &*query.body else {
        return Vec::new();
    };
    let from = select.select_token.0.span.end;
    let (tokens, _) = words::tokens(text);
    let mut items = Vec::new();
    let (mut depth, mut begin) = (0i32, None);
    let mut end = None;
    let mut places = Places::new(text);
    for token in tokens.iter().skip_while(|token| token.span.start < from) {
        match &token.token {
            Token::Whitespace(_) => continue,
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::Comma if depth == 0 => {
                items.extend(places.slice(begin.take(), end));
                continue;
            }
            Token::SemiColon | Token::EOF => break,
            Token::Word(word) if depth == 0 && word.quote_style.is_none() => {
                match word.value.to_ascii_uppercase().as_str() {
                    "DISTINCT" | "ALL" if begin.is_none() => continue,
                    "FROM" | "WHERE" | "ORDER" | "LIMIT" => break,
                    _ => {}
                }
            }
            _ => {}
        }
        begin = begin.or(Some(token.span.start));
        end = Some(token.span.end);
    }
    items.extend(places.slice(begin, end));
    items
}

/// Finds locations of the tokenizer, which counts lines and characters, in a text: each is searched from the one
/// before, so that all of them together cost one pass over the text.
struct Places<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    at: Location,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Places<'a> {
        Places {
            text,
            rest: text.char_indices().peekable(),
            at: Location { line: 1, column: 1 },
        }
    }

    /// Returns the offset of a location that is not before the last one.
    fn offset(&mut self, place: Location) -> usize {
        while (self.at.line, self.at.column) < (place.line, place.column) {
            match self.rest.next() {
                None => break,
                Some((_, '\n')) => {
                    self.at = Location {
                        line: self.at.line + 1,
                        column: 1,
                    }
                }
                Some(_) => self.at.column += 1,
            }
        }
        self.rest.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    /// Returns the text between two locations.
    fn slice(&mut self, begin: Option<Location>, end: Option<Location>) -> Option<String> {
        let (begin, end) = (self.offset(begin?), self.offset(end?));
        self.text.get(begin..end).map(str::to_owned)
    }
}

fn order(query: &Ast, select: &Select, scope: &Scope<'_>) -> Result<String, DoorError> {
    let Some(order) = &query.order_by else {
        return Ok(String::new());
    };
    let OrderByKind::Expressions(expressions) = &order.kind else {
        return failed("ORDER BY ALL is not supported");
    };
    if expressions.len() > MOST_COLUMNS {
        return failed("too many terms in ORDER BY clause");
    }
    let aliases = aliases(select);
    let mut terms = Vec::new();
    for term in expressions {
        let expression = aliased(&term.expr, select, &aliases).unwrap_or(&term.expr);
        let sql = scope.write(expression)?.collated();
        let down = matches!(term.options.sort, Some(OrderBySort::Desc));
        terms.push(format!("{sql}{}", if down { " DESC" } else { "" }));
    }
    Ok(format!(" ORDER BY {}", terms.join(", ")))
}

/// Returns the items of the select list by their aliases in lower case; of equal aliases the first counts.
fn aliases(select: &Select) -> HashMap<String, &Expr> {
    let mut all = HashMap::new();
    for item in &select.projection {
        if let SelectItem::ExprWithAlias { expr, alias } = item {
            all.entry(alias.value.to_ascii_lowercase()).or_insert(expr);
        }
    }
    all
}

/// Finds the item of the select list that a term refers to by alias or position.
fn aliased<'a>(term: &Expr, select: &'a Select, aliases: &HashMap<String, &'a Expr>) -> Option<&'a Expr> {
    let expression = |item: &'a SelectItem| match item {
        SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => Some(expression),
        _ => None,
    };
    match term {
        Expr::Identifier(name) => aliases.get(&name.value.to_ascii_lowercase()).copied(),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => {
                let at: usize = digits.parse().ok()?;
                select.projection.get(at.checked_sub(1)?).and_then(expression)
            }
            _ => None,
        },
        _ => None,
    }
}

fn limit(query: &Ast) -> Result<String, DoorError> {
    let (limit, offset) = match &query.limit_clause {
        None => return Ok(String::new()),
        Some(LimitClause::LimitOffset { limit_by, .. }) if !limit_by.is_empty() => {
            return failed("LIMIT BY is not supported");
        }
        Some(LimitClause::LimitOffset { limit, offset, .. }) => {
            (limit.as_ref(), offset.as_ref().map(|offset| &offset.value))
        }
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => (Some(limit), Some(offset)),
    };
    let limit = limit.map_or(Ok(-1), count)?;
    let offset = offset.map_or(Ok(0), count)?;
    Ok(format!(" LIMIT {limit} OFFSET {offset}"))
}

/// Parses a whole number literal; a number above SQLite's maximum means all rows.
fn count(expression: &Expr) -> Result<i64, DoorError> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(digits.parse().unwrap_or(i64::MAX))
            }
            _ => failed(format!("LIMIT takes whole numbers, not {expression}")),
        },
        _ => failed(format!("LIMIT takes whole numbers, not {expression}")),
    }
}
