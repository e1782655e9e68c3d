//! Walks over an expression.

use super::tree::{Expr, Kind};

/// Whether an expression has an aggregate of its own query: not one of a query inside it, nor one over a window
/// (but one inside that counts).
pub fn has_aggregate(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Aggregate(_) => true,
        Kind::Window(window) => {
            let inside = match &window.call.kind {
                Kind::Aggregate(aggregate) => aggregate.args.iter().any(has_aggregate),
                _ => false,
            };
            inside
                || window.partition.iter().any(has_aggregate)
                || window.order.iter().any(|term| has_aggregate(&term.expr))
        }
        _ => children(expr).into_iter().any(has_aggregate),
    }
}

/// Whether a query or a window stands in an expression.
pub fn has_query_or_window(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Exists(_) | Kind::Scalar(_) | Kind::InQuery { .. } | Kind::Quantified { .. } | Kind::Window(_) => true,
        _ => children(expr).into_iter().any(has_query_or_window),
    }
}

/// Whether a window stands in an expression.
pub fn has_window(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Window(_)) || children(expr).into_iter().any(has_window)
}

/// The expressions directly inside another one, in the same query.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        Kind::Null
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::Text(_)
        | Kind::Bytes(_)
        | Kind::Column(_)
        | Kind::Exists(_)
        | Kind::Scalar(_)
        | Kind::Inserted(_)
        | Kind::DefaultOf(_) => Vec::new(),
        Kind::Unary(_, inner)
        | Kind::Collate(inner, _)
        | Kind::Is { expr: inner, .. }
        | Kind::InQuery { expr: inner, .. }
        | Kind::Quantified { left: inner, .. }
        | Kind::Extract(_, inner)
        | Kind::Cast(inner, _) => vec![inner],
        Kind::Binary(_, left, right) | Kind::TimestampDiff(_, left, right) => vec![left, right],
        Kind::All(terms) | Kind::Any(terms) | Kind::Row(terms) | Kind::Call(_, terms) => terms.iter().collect(),
        Kind::Between { expr, low, high, .. } => vec![expr, low, high],
        Kind::In { expr, list, .. } => std::iter::once(&**expr).chain(list).collect(),
        Kind::Like {
            expr, pattern, escape, ..
        } => {
            let mut all: Vec<&Expr> = vec![expr, pattern];
            all.extend(escape.as_deref());
            all
        }
        Kind::Regexp { expr, pattern, .. } => vec![expr, pattern],
        Kind::Case {
            operand,
            branches,
            otherwise,
        } => {
            let mut all: Vec<&Expr> = operand.as_deref().into_iter().collect();
            all.extend(branches.iter().flat_map(|(when, then)| [when, then]));
            all.extend(otherwise.as_deref());
            all
        }
        Kind::Aggregate(aggregate) => aggregate.args.iter().collect(),
        Kind::Window(window) => vec![&window.call],
        Kind::DateAdd { date, amount, .. } => vec![date, amount],
        Kind::Trim { what, from, .. } => what.as_deref().into_iter().chain([&**from]).collect(),
    }
}
