//! Function calls: the supported functions and their SQLite equivalents.

use sqlparser::ast::{Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments};

use super::expression::{Scope, TypedSql, Yields, failed, literal, number};
use super::{DoorError, refusals, runtime};

/// Functions that need no conversion: MySQL's name, SQLite's name, the result type.
const SAME: [(&str, &str, Yields); 11] = [
    ("COUNT", "count", Yields::Number),
    ("SUM", "sum", Yields::Number),
    ("AVG", "avg", Yields::Number),
    ("ABS", "abs", Yields::Number),
    ("CHAR_LENGTH", "letters", Yields::Number),
    ("LENGTH", "octet_length", Yields::Number),
    ("LOWER", "lower_case", Yields::Text),
    ("LCASE", "lower_case", Yields::Text),
    ("UPPER", "upper_case", Yields::Text),
    ("UCASE", "upper_case", Yields::Text),
    ("CONCAT", "concat_or_null", Yields::Text),
];

/// Functions whose result has the type of their arguments.
const ALIKE: [(&str, &str); 4] = [
    ("MIN", "min"),
    ("MAX", "max"),
    ("COALESCE", "coalesce"),
    ("IFNULL", "ifnull"),
];

/// Whether the door itself writes this function into queries.
pub fn is_written(function: &str) -> bool {
    const OWN: [&str; 4] = ["rtrim", "like", "iif", "round"];
    let known = SAME
        .iter()
        .map(|(_, sqlite, _)| *sqlite)
        .chain(ALIKE.iter().map(|(_, sqlite)| *sqlite))
        .chain(OWN)
        .chain(runtime::FUNCTIONS);
    known.into_iter().any(|name| name.eq_ignore_ascii_case(function))
}

/// Functions that compare texts for equality or order.
const TELL_APART: [&str; 3] = ["COUNT", "MIN", "MAX"];

impl Scope<'_> {
    /// Writes a call.
    ///
    /// # Errors
    /// Unknown functions and forms of calls.
    pub fn function(&self, function: &Function) -> Result<TypedSql, DoorError> {
        let name = function.name.to_string().to_ascii_uppercase();
        let arguments = self.arguments(function, &name)?;
        let list = || {
            let form = if TELL_APART.contains(&name.as_str()) {
                TypedSql::collated
            } else {
                |one: &TypedSql| one.sql.clone()
            };
            arguments.iter().map(form).collect::<Vec<_>>().join(", ")
        };
        if let Some((_, sqlite, yields)) = SAME.iter().find(|(mysql, ..)| *mysql == name) {
            let distinct = if is_distinct(function) { "DISTINCT " } else { "" };
            return Ok(TypedSql {
                sql: format!("{sqlite}({distinct}{})", list()),
                yields: *yields,
            });
        }
        match (name.as_str(), arguments.as_slice()) {
            // SQLite's `coalesce` needs at least two arguments.
            ("COALESCE", [only]) => return Ok(only.clone()),
            ("MIN" | "MAX", [_, _, ..]) => return failed(format!("{name} takes one value")),
            _ => {}
        }
        if let Some((_, sqlite)) = ALIKE.iter().find(|(mysql, _)| *mysql == name) {
            let text = arguments.iter().any(|one| one.yields == Yields::Text);
            return Ok(TypedSql {
                sql: format!("{sqlite}({})", list()),
                yields: if text { Yields::Text } else { Yields::Number },
            });
        }
        self.special(&name, &arguments)
    }

    /// Writes functions that need a conversion.
    fn special(&self, name: &str, arguments: &[TypedSql]) -> Result<TypedSql, DoorError> {
        let text = |text: &str| TypedSql {
            sql: literal(text),
            yields: Yields::Text,
        };
        let date = self.now.local.split(' ').next().unwrap_or_default();
        match (name, arguments) {
            ("NOW" | "CURRENT_TIMESTAMP" | "SYSDATE", []) => Ok(text(&self.now.local)),
            ("CURDATE" | "CURRENT_DATE", []) => Ok(text(date)),
            ("UNIX_TIMESTAMP", []) => Ok(number(self.now.unix.to_string())),
            ("IF", [condition, yes, no]) => Ok(TypedSql {
                sql: format!("iif({}, {}, {})", condition.as_number(), yes.sql, no.sql),
                yields: if yes.yields == no.yields {
                    yes.yields
                } else {
                    Yields::Text
                },
            }),
            ("NULLIF", [value, other]) => Ok(TypedSql {
                sql: format!("iif({}, NULL, {})", self.compared(value, "=", other), value.sql),
                yields: value.yields,
            }),
            ("ROUND", [value]) => Ok(number(format!("round({})", value.as_number()))),
            ("ROUND", [value, places]) => Ok(number(format!("round({}, {})", value.as_number(), places.as_number()))),
            ("MOD", [left, right]) => Ok(number(format!(
                "remainder({}, {})",
                left.as_number(),
                right.as_number()
            ))),
            ("DATABASE", []) => Ok(text(refusals::SCHEMA)),
            ("VERSION", []) => Ok(text("10.11.6-MariaDB")),
            _ => failed(format!(
                "the function {name} with {} arguments is not supported yet",
                arguments.len()
            )),
        }
    }

    fn arguments(&self, function: &Function, name: &str) -> Result<Vec<TypedSql>, DoorError> {
        let unsupported = || DoorError::Failed(format!("this form of {name} is not supported yet"));
        let plain = function.over.is_none()
            && function.filter.is_none()
            && function.within_group.is_empty()
            && function.null_treatment.is_none();
        if !plain || !matches!(function.parameters, FunctionArguments::None) {
            return Err(unsupported());
        }
        let list = match &function.args {
            FunctionArguments::None => return Ok(Vec::new()),
            FunctionArguments::Subquery(_) => return Err(unsupported()),
            FunctionArguments::List(list) => list,
        };
        if list
            .clauses
            .iter()
            .any(|clause: &FunctionArgumentClause| !clause.to_string().is_empty())
        {
            return Err(unsupported());
        }
        list.args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => self.write(expression),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "COUNT" => Ok(number("*".into())),
                _ => Err(unsupported()),
            })
            .collect()
    }
}

fn is_distinct(function: &Function) -> bool {
    use sqlparser::ast::DuplicateTreatment::Distinct;
    matches!(&function.args, FunctionArguments::List(list) if list.duplicate_treatment == Some(Distinct))
}
