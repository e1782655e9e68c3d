//! Aggregates, over groups and over windows.

use super::compiler::Compiler;
use super::functions::json::kinded;
use super::functions::numbers::rounded;
use super::scope::Context;
use super::types::{Dec, Type, WIDE};
use super::value::{Typed, text_literal};
use super::{arithmetic, query::order_by};
use crate::store::mysql::errors::{Clause, SqlError};
use crate::store::mysql::read::tree::{Aggregate, Bound, Expr, Frame, Kind, Limit, OrderTerm, Window};
use crate::store::mysql::read::walk::children;

type Result<T> = std::result::Result<T, SqlError>;

/// The aggregates of the list.
pub const AGGREGATES: &[&str] = &[
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "GROUP_CONCAT",
    "JSON_ARRAYAGG",
    "JSON_OBJECTAGG",
];

/// The functions that only windows have.
pub const OF_WINDOWS: &[&str] = &["ROW_NUMBER", "RANK", "DENSE_RANK"];

impl Compiler<'_> {
    /// Reads an aggregate; `over` is the printed window, if there is one.
    ///
    /// # Errors
    /// Where it may not stand, and those of its arguments.
    pub fn aggregate(&self, aggregate: &Aggregate, over: Option<&str>, context: &Context<'_>) -> Result<Typed> {
        let value = self.computed(aggregate, over, context)?;
        Ok(match (context.grouping, over) {
            (Some(grouping), None) => Typed {
                sql: grouping.held(value.sql),
                ..value
            },
            _ => value,
        })
    }

    fn computed(&self, aggregate: &Aggregate, over: Option<&str>, context: &Context<'_>) -> Result<Typed> {
        if !context.aggregates {
            return Err(SqlError::misplaced_aggregate());
        }
        let inside = Context {
            // A window works on the groups, an aggregate on their rows.
            grouping: context.grouping.filter(|_| over.is_some()),
            aggregates: over.is_some() && context.grouping.is_some(),
            aliases: super::scope::Aliases::None,
            ..*context
        };
        let args: Result<Vec<Typed>> = aggregate.args.iter().map(|arg| self.expr(arg, &inside)).collect();
        let mut args = args?;
        if over.is_none() && !aggregate.args.iter().any(|arg| names_own(arg, context)) {
            let others = aggregate.args.iter().any(names_column);
            for arg in &mut args {
                make_own(arg, others, context)?;
            }
        }
        let one = AggregateCall {
            distinct: if aggregate.distinct { "DISTINCT " } else { "" },
            over: over.unwrap_or_default(),
        };
        let grouping = context.grouping.filter(|_| over.is_none());
        let keys = grouping.map(|grouping| grouping.keys.as_slice()).unwrap_or_default();
        let order = match aggregate.order.as_slice() {
            [] => keys.join(", "),
            // Among equal ones the first row by its key comes first.
            terms => [self.terms(terms, &args, &inside)?]
                .into_iter()
                .chain(keys.iter().cloned())
                .collect::<Vec<_>>()
                .join(", "),
        };
        match (aggregate.name.as_str(), args.as_slice()) {
            ("COUNT", []) => Ok(one.count("*")),
            ("COUNT", [only]) => Ok(one.count(&match aggregate.distinct {
                true => distinct_key(only),
                false => only.sql.clone(),
            })),
            ("COUNT", several) => Ok(one.count(&tuple(several))),
            ("SUM", [only]) => Ok(one.sum(only)),
            ("AVG", [only]) => {
                let sum = one.sum(only);
                let count = one.count(&match aggregate.distinct {
                    true => distinct_key(&in_distinct_set(only)),
                    false => only.sql.clone(),
                });
                Ok(arithmetic::average(&sum, &count))
            }
            ("MIN" | "MAX", [only]) => Ok(one.extreme(&aggregate.name, only)),
            ("GROUP_CONCAT", several) => Ok(one.joined(several, aggregate, &order)),
            ("JSON_ARRAYAGG", [only]) => {
                let order = ordered(&order);
                Ok(Typed::new(
                    format!("m_json_arrayagg({}{order}){}", kinded(only), one.over),
                    Type::Json,
                ))
            }
            ("JSON_OBJECTAGG", [key, value]) => {
                let sql = format!(
                    "m_json_objectagg({}, {}{}){}",
                    key.printed(),
                    kinded(value),
                    ordered(&order),
                    one.over
                );
                Ok(Typed::new(sql, Type::Json))
            }
            _ => Err(SqlError::parameter_count(&aggregate.name)),
        }
    }

    /// The order inside GROUP_CONCAT; a number is the argument at that place.
    fn terms(&self, terms: &[OrderTerm], args: &[Typed], context: &Context<'_>) -> Result<String> {
        let mut printed = Vec::new();
        for term in terms {
            let place = match &term.expr.kind {
                Kind::Number(text) => text
                    .parse::<usize>()
                    .ok()
                    .and_then(|place| args.get(place.checked_sub(1)?)),
                _ => None,
            };
            let value = match place {
                Some(value) => value.clone(),
                None => self.expr(&term.expr, context)?,
            };
            printed.push(order_by(&value, &value.sql, term.descending));
        }
        Ok(printed.join(", "))
    }

    /// Reads a function with OVER.
    ///
    /// # Errors
    /// Those of its parts, and where no window may stand.
    pub fn window(&self, window: &Window, context: &Context<'_>) -> Result<Typed> {
        if !matches!(context.clause, Clause::Fields | Clause::Order) {
            return Err(SqlError::misplaced_window());
        }
        let mut parts = Vec::new();
        if !window.partition.is_empty() {
            let values: Result<Vec<String>> = window
                .partition
                .iter()
                .map(|expr| Ok(distinct_key(&self.expr(expr, context)?)))
                .collect();
            parts.push(format!("PARTITION BY {}", values?.join(", ")));
        }
        if !window.order.is_empty() {
            parts.push(format!("ORDER BY {}", self.terms(&window.order, &[], context)?));
        }
        if let Some(frame) = &window.frame {
            parts.push(framed(frame));
        }
        let over = format!(" OVER ({})", parts.join(" "));
        match &window.call.kind {
            Kind::Aggregate(aggregate) if aggregate.distinct => Err(SqlError::Refused("DISTINCT over a window".into())),
            Kind::Aggregate(aggregate) => {
                let context = Context {
                    aggregates: true,
                    ..*context
                };
                self.aggregate(aggregate, Some(&over), &context)
            }
            Kind::Call(name, args) if OF_WINDOWS.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
                match args.is_empty() {
                    true => Ok(Typed::new(
                        format!("{}(){over}", name.to_ascii_lowercase()),
                        Type::BIGINT,
                    )),
                    false => Err(SqlError::parameter_count(name)),
                }
            }
            Kind::Call(name, _) => Err(SqlError::no_function(name)),
            _ => Err(SqlError::misplaced_aggregate()),
        }
    }
}

/// Whether an expression names a column of this query, outside of queries in it.
fn names_own(expr: &Expr, context: &Context<'_>) -> bool {
    match &expr.kind {
        Kind::Column(name) => context.scope.has(name),
        _ => children(expr).into_iter().any(|child| names_own(child, context)),
    }
}

/// Whether an expression names a column, outside of queries in it.
fn names_column(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Column(_)) || children(expr).into_iter().any(names_column)
}

/// Makes SQLite take an aggregate as one of this query, which names no column of it.
///
/// # Errors
/// Where all its columns are those of a query around this one (`others`) in which an aggregate may stand: it would be
/// that query's.
fn make_own(arg: &mut Typed, others: bool, context: &Context<'_>) -> Result<()> {
    let Some(outer) = context.outer else {
        return Ok(());
    };
    let mut columns = context.scope.relations.iter().flat_map(|relation| &relation.columns);
    match columns.next() {
        _ if others && outer.aggregates => Err(SqlError::misplaced_aggregate()),
        Some(column) => {
            let own = &column.value.sql;
            arg.sql = format!("(CASE WHEN {own} IS {own} THEN {} END)", arg.sql);
            Ok(())
        }
        None if others => Err(SqlError::misplaced_aggregate()),
        None => Ok(()),
    }
}

/// How an aggregate is called.
struct AggregateCall<'a> {
    distinct: &'a str,
    over: &'a str,
}

impl AggregateCall<'_> {
    fn count(&self, of: &str) -> Typed {
        Typed::new(format!("count({}{of}){}", self.distinct, self.over), Type::BIGINT)
    }

    fn sum(&self, value: &Typed) -> Typed {
        let (distinct, over) = (self.distinct, self.over);
        let value = match distinct {
            "" => value.numeric(),
            _ => in_distinct_set(value),
        };
        match value.ty.decimal() {
            Some(dec) => {
                // So many rows there are not.
                let digits = dec.whole.saturating_add(10).min(WIDE.saturating_sub(dec.carried));
                let dec = Dec { whole: digits, ..dec };
                Typed::new(format!("m_sum({distinct}{}){over}", value.sql), Type::Dec(dec))
            }
            None => Typed::new(format!("sum({distinct}{}){over}", value.double()), value.ty),
        }
    }

    fn extreme(&self, name: &str, value: &Typed) -> Typed {
        let name = name.to_ascii_lowercase();
        let collate = value.ty.collate();
        Typed {
            number_places: value.number_places,
            ..Typed::new(format!("{name}({}{collate}){}", value.sql, self.over), value.ty)
        }
    }

    fn joined(&self, values: &[Typed], aggregate: &Aggregate, order: &str) -> Typed {
        let text = match values {
            [one] => one.printed(),
            several => {
                let texts: Vec<String> = several.iter().map(Typed::printed).collect();
                format!("m_concat({})", texts.join(", "))
            }
        };
        let collate = if aggregate.distinct { " COLLATE general_ci" } else { "" };
        let separator = aggregate.separator.as_deref().unwrap_or(",");
        let limit = match &aggregate.limit {
            Some(Limit { offset, count }) => format!(", {offset}, {count}"),
            None => String::new(),
        };
        let sql = format!(
            "m_separated(m_joined({}{text}{collate}{}){}, {}{limit})",
            self.distinct,
            ordered(order),
            self.over,
            text_literal(separator)
        );
        Typed::new(sql, Type::TEXT)
    }
}

/// A number as the database puts it into the set of those that differ: with the places that it shows, and read from the
/// text where it has one.
fn in_distinct_set(value: &Typed) -> Typed {
    let number = value.numeric();
    let Type::Double { places: Some(places) } = number.ty else {
        return number;
    };
    let read = match value.ty.is_text() {
        true => Typed::new(format!("m_text_double({})", value.sql), number.ty),
        false => number,
    };
    let rounded = rounded(&read, &Typed::int(places.into()), "m_dec_round", "m_double_round");
    Typed::new(rounded.sql, read.ty)
}

fn ordered(order: &str) -> String {
    match order {
        "" => String::new(),
        order => format!(" ORDER BY {order}"),
    }
}

/// A value by which equal ones are told: of texts, without what their collation ignores.
pub fn distinct_key(value: &Typed) -> String {
    match value.ty {
        Type::Text(super::types::Collation::General) | Type::Json => format!("m_fold({})", value.sql),
        _ => value.shown().sql,
    }
}

/// Several values as one, or NULL when one of them is.
fn tuple(values: &[Typed]) -> String {
    let nulls: Vec<String> = values.iter().map(|value| format!("{} IS NULL", value.sql)).collect();
    let keys: Vec<String> = values
        .iter()
        .map(|value| format!("quote({})", distinct_key(value)))
        .collect();
    format!(
        "CASE WHEN {} THEN NULL ELSE {} END",
        nulls.join(" OR "),
        keys.join(" || ',' || ")
    )
}

fn framed(frame: &Frame) -> String {
    let bound = |bound: Bound| match bound {
        Bound::UnboundedPreceding => "UNBOUNDED PRECEDING".to_owned(),
        Bound::Preceding(rows) => format!("{rows} PRECEDING"),
        Bound::CurrentRow => "CURRENT ROW".to_owned(),
        Bound::Following(rows) => format!("{rows} FOLLOWING"),
        Bound::UnboundedFollowing => "UNBOUNDED FOLLOWING".to_owned(),
    };
    let unit = if frame.range { "RANGE" } else { "ROWS" };
    format!("{unit} BETWEEN {} AND {}", bound(frame.from), bound(frame.to))
}
