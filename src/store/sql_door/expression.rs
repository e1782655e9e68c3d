//! Expressions: MySQL's, written anew for SQLite with MySQL's conversions made visible.
//!
//! Each form that may pass has an arm here; there is no arm for "the rest, as it is".

use std::cell::Cell;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, Ident,
    UnaryOperator, Value,
};

use super::{DoorError, Now};
use crate::store::schema::{Column, Kind, Table};

/// What an expression yields, as far as comparing it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yields {
    Number,
    Text,
}

/// An expression in SQLite's words.
#[derive(Clone, Debug)]
pub struct Written {
    pub sql: String,
    pub yields: Yields,
}

/// What expressions may refer to.
pub struct Scope<'a> {
    /// The table of the query and the name it goes by.
    pub table: Option<(&'static Table, String)>,
    pub now: &'a Now,
    /// Bytes written so far.
    pub written: Cell<usize>,
}

/// Most bytes that are written for one statement. Some forms need an operand twice, so that a
/// short text of many levels could become a very long one.
const MOST: usize = 8 << 20;

/// Functions of the panel family's database that reach outside of it.
const REFUSED: [&str; 10] = [
    "LOAD_FILE",
    "SLEEP",
    "BENCHMARK",
    "GET_LOCK",
    "RELEASE_LOCK",
    "SYS_EXEC",
    "SYS_EVAL",
    "IS_FREE_LOCK",
    "IS_USED_LOCK",
    "RELEASE_ALL_LOCKS",
];

/// Functions that are written as they are: MySQL's name, SQLite's, what they yield.
const SAME: [(&str, &str, Yields); 11] = [
    ("COUNT", "count", Yields::Number),
    ("SUM", "sum", Yields::Number),
    ("AVG", "avg", Yields::Number),
    ("ABS", "abs", Yields::Number),
    ("CHAR_LENGTH", "length", Yields::Number),
    ("LENGTH", "octet_length", Yields::Number),
    ("LOWER", "lower", Yields::Text),
    ("LCASE", "lower", Yields::Text),
    ("UPPER", "upper", Yields::Text),
    ("UCASE", "upper", Yields::Text),
    ("CONCAT", "concat_or_null", Yields::Text),
];

/// Functions that yield what their arguments do.
const ALIKE: [(&str, &str); 4] = [
    ("MIN", "min"),
    ("MAX", "max"),
    ("COALESCE", "coalesce"),
    ("IFNULL", "ifnull"),
];

/// True for a function that the door itself writes into a query.
pub fn is_written(function: &str) -> bool {
    const OWN: [&str; 4] = ["rtrim", "like", "iif", "round"];
    let known = SAME
        .iter()
        .map(|(_, sqlite, _)| *sqlite)
        .chain(ALIKE.iter().map(|(_, sqlite)| *sqlite))
        .chain(OWN);
    known.into_iter().any(|name| name.eq_ignore_ascii_case(function))
}

fn failed<T>(words: impl Into<String>) -> Result<T, DoorError> {
    Err(DoorError::Failed(words.into()))
}

fn number(sql: String) -> Written {
    Written {
        sql,
        yields: Yields::Number,
    }
}

/// Text as an SQL literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

impl Scope<'_> {
    /// Writes an expression.
    ///
    /// # Errors
    /// Refused and unknown forms, columns and functions; more than [`MOST`] bytes.
    pub fn write(&self, expression: &Expr) -> Result<Written, DoorError> {
        let written = self.form(expression)?;
        self.written.set(self.written.get() + written.sql.len());
        match self.written.get() > MOST {
            true => failed("the statement is too long"),
            false => Ok(written),
        }
    }

    fn form(&self, expression: &Expr) -> Result<Written, DoorError> {
        match expression {
            Expr::Nested(inner) => {
                let inner = self.write(inner)?;
                Ok(Written {
                    sql: format!("({})", inner.sql),
                    ..inner
                })
            }
            Expr::Identifier(name) => self.column(std::slice::from_ref(name)),
            Expr::CompoundIdentifier(path) => self.column(path),
            Expr::Value(value) => self.value(&value.value),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::IsNull(inner) => Ok(number(format!("({} IS NULL)", self.write(inner)?.sql))),
            Expr::IsNotNull(inner) => Ok(number(format!("({} IS NOT NULL)", self.write(inner)?.sql))),
            Expr::IsTrue(inner) => Ok(number(format!("({} IS TRUE)", self.truth(inner)?))),
            Expr::IsFalse(inner) => Ok(number(format!("({} IS FALSE)", self.truth(inner)?))),
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let expr = self.write(expr)?;
                let low = self.compared(&expr, ">=", &self.write(low)?);
                let high = self.compared(&expr, "<=", &self.write(high)?);
                Ok(number(format!(
                    "({}({low} AND {high}))",
                    if *negated { "NOT " } else { "" }
                )))
            }
            Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => self.like(expr, pattern, escape_char.as_deref(), *negated),
            Expr::Function(function) => self.function(function),
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                failed("subqueries are not supported yet")
            }
            other => failed(format!("{other} is not supported yet")),
        }
    }

    /// Writes an expression whose truth counts: text is true by its leading number.
    ///
    /// # Errors
    /// As [`Scope::write`].
    pub fn truth(&self, expression: &Expr) -> Result<String, DoorError> {
        let written = self.write(expression)?;
        Ok(self.as_number(&written))
    }

    /// Writes an expression to sort by: text ignores case and trailing spaces.
    ///
    /// # Errors
    /// As [`Scope::write`].
    pub fn sortable(&self, expression: &Expr) -> Result<String, DoorError> {
        let written = self.write(expression)?;
        Ok(match written.yields {
            Yields::Number => written.sql,
            Yields::Text => format!("rtrim({}) COLLATE NOCASE", written.sql),
        })
    }

    /// The SQL of a column: raw SQL sees credits where hundredths are stored.
    pub fn column_sql(column: &Column) -> Written {
        let sql = format!("\"{}\"", column.name);
        match column.kind {
            Kind::Money => number(format!("({sql} / 100.0)")),
            Kind::Int | Kind::Flag | Kind::Unix | Kind::Real => number(sql),
            Kind::Text | Kind::Json | Kind::Iso => Written {
                sql,
                yields: Yields::Text,
            },
        }
    }

    fn column(&self, path: &[Ident]) -> Result<Written, DoorError> {
        let name = path.last().map_or("", |name| name.value.as_str());
        if path
            .iter()
            .any(|part| part.quote_style.is_none() && part.value.starts_with('@'))
        {
            return Err(DoorError::Refused("variables".into()));
        }
        // sqlparser reads a double-quoted text as a name; in MySQL it is a text.
        if let [
            Ident {
                quote_style: Some('"'),
                value,
                ..
            },
        ] = path
        {
            return self.value(&Value::SingleQuotedString(value.clone()));
        }
        let shown = path
            .iter()
            .map(|part| part.value.as_str())
            .collect::<Vec<_>>()
            .join(".");
        let unknown = || DoorError::Failed(format!("unknown column '{shown}'"));
        let (table, alias) = self.table.as_ref().ok_or_else(unknown)?;
        let qualified = match path {
            [_] => true,
            [of, _] => of.value.eq_ignore_ascii_case(alias),
            [schema, of, _] => {
                schema.value.eq_ignore_ascii_case(super::select::SCHEMA) && of.value.eq_ignore_ascii_case(alias)
            }
            _ => false,
        };
        let column = table.column(name).filter(|_| qualified).ok_or_else(unknown)?;
        Ok(Scope::column_sql(column))
    }

    fn value(&self, value: &Value) -> Result<Written, DoorError> {
        match value {
            Value::Number(digits, _) => Ok(number(digits.clone())),
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Ok(Written {
                sql: literal(text),
                yields: Yields::Text,
            }),
            Value::Boolean(truth) => Ok(number(u8::from(*truth).to_string())),
            Value::Null => Ok(number("NULL".into())),
            Value::Placeholder(_) => failed("there is no value for a ? placeholder"),
            other => failed(format!("{other} is not supported yet")),
        }
    }

    fn unary(&self, op: UnaryOperator, inner: &Expr) -> Result<Written, DoorError> {
        let inner = self.truth(inner)?;
        match op {
            UnaryOperator::Not | UnaryOperator::BangNot => Ok(number(format!("(NOT {inner})"))),
            UnaryOperator::Minus => Ok(number(format!("(- {inner})"))),
            UnaryOperator::Plus => Ok(number(format!("(+ {inner})"))),
            other => failed(format!("the operator {other} is not supported yet")),
        }
    }

    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Written, DoorError> {
        use BinaryOperator as Op;
        let comparison = match op {
            Op::Eq => Some("="),
            Op::NotEq => Some("<>"),
            Op::Lt => Some("<"),
            Op::LtEq => Some("<="),
            Op::Gt => Some(">"),
            Op::GtEq => Some(">="),
            Op::Spaceship => Some("IS"),
            _ => None,
        };
        if let Some(op) = comparison {
            return self.compare(left, op, right).map(number);
        }
        let (left, right) = (self.truth(left)?, self.truth(right)?);
        Ok(number(match op {
            Op::And => format!("({left} AND {right})"),
            // In MySQL `||` is OR, not concatenation.
            Op::Or | Op::StringConcat => format!("({left} OR {right})"),
            Op::Xor => format!("(({left} <> 0) <> ({right} <> 0))"),
            Op::Plus => format!("({left} + {right})"),
            Op::Minus => format!("({left} - {right})"),
            Op::Multiply => format!("({left} * {right})"),
            Op::Divide => format!("({left} * 1.0 / {right})"),
            Op::Modulo => format!("({left} % {right})"),
            other => return failed(format!("the operator {other} is not supported yet")),
        }))
    }

    /// A comparison: of numbers when one side is a number, else of texts without case and trailing
    /// spaces.
    fn compare(&self, left: &Expr, op: &str, right: &Expr) -> Result<String, DoorError> {
        Ok(self.compared(&self.write(left)?, op, &self.write(right)?))
    }

    fn compared(&self, left: &Written, op: &str, right: &Written) -> String {
        if left.yields == Yields::Text && right.yields == Yields::Text {
            format!("(rtrim({}) {op} rtrim({}) COLLATE NOCASE)", left.sql, right.sql)
        } else {
            format!("({} {op} {})", self.as_number(left), self.as_number(right))
        }
    }

    fn in_list(&self, expr: &Expr, list: &[Expr], negated: bool) -> Result<Written, DoorError> {
        let expr = self.write(expr)?;
        let list: Vec<Written> = list.iter().map(|one| self.write(one)).collect::<Result<_, _>>()?;
        // As in a comparison: texts with texts, everything else as numbers.
        let is_text = |one: &&Written| one.yields == Yields::Text && expr.yields == Yields::Text;
        let texts: Vec<String> = list
            .iter()
            .filter(is_text)
            .map(|one| format!("rtrim({})", one.sql))
            .collect();
        let numbers: Vec<String> = list
            .iter()
            .filter(|one| !is_text(one))
            .map(|one| self.as_number(one))
            .collect();
        let mut found = Vec::new();
        if !texts.is_empty() {
            found.push(format!("rtrim({}) COLLATE NOCASE IN ({})", expr.sql, texts.join(", ")));
        }
        if !numbers.is_empty() {
            found.push(format!("{} IN ({})", self.as_number(&expr), numbers.join(", ")));
        }
        let not = if negated { "NOT " } else { "" };
        Ok(number(format!("({not}({}))", found.join(" OR "))))
    }

    fn like(&self, expr: &Expr, pattern: &Expr, escape: Option<&Expr>, negated: bool) -> Result<Written, DoorError> {
        let (expr, pattern) = (self.write(expr)?, self.write(pattern)?);
        let escape = match escape {
            None => "'\\'".to_owned(),
            Some(escape) => self.write(escape)?.sql,
        };
        let not = if negated { "NOT " } else { "" };
        Ok(number(format!(
            "({} {not}LIKE {} ESCAPE {escape})",
            expr.sql, pattern.sql
        )))
    }

    /// MySQL compares a text with a number by the number that the text begins with.
    fn as_number(&self, written: &Written) -> String {
        match written.yields {
            Yields::Number => written.sql.clone(),
            Yields::Text => format!("CAST({} AS REAL)", written.sql),
        }
    }

    fn function(&self, function: &Function) -> Result<Written, DoorError> {
        let name = function.name.to_string().to_ascii_uppercase();
        if REFUSED.contains(&name.as_str()) {
            return Err(DoorError::Refused(name));
        }
        let arguments = self.arguments(function, &name)?;
        let list = || {
            arguments
                .iter()
                .map(|one| one.sql.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        if let Some((_, sqlite, yields)) = SAME.iter().find(|(mysql, ..)| *mysql == name) {
            let distinct = if is_distinct(function) { "DISTINCT " } else { "" };
            return Ok(Written {
                sql: format!("{sqlite}({distinct}{})", list()),
                yields: *yields,
            });
        }
        match (name.as_str(), arguments.as_slice()) {
            // In SQLite one value is too few for it, and several are not too many for those.
            ("COALESCE", [only]) => return Ok(only.clone()),
            ("MIN" | "MAX", [_, _, ..]) => return failed(format!("{name} takes one value")),
            _ => {}
        }
        if let Some((_, sqlite)) = ALIKE.iter().find(|(mysql, _)| *mysql == name) {
            let text = arguments.iter().any(|one| one.yields == Yields::Text);
            return Ok(Written {
                sql: format!("{sqlite}({})", list()),
                yields: if text { Yields::Text } else { Yields::Number },
            });
        }
        self.special(&name, &arguments)
    }

    /// Functions that are written in their own way.
    fn special(&self, name: &str, arguments: &[Written]) -> Result<Written, DoorError> {
        let text = |text: &str| Written {
            sql: literal(text),
            yields: Yields::Text,
        };
        let date = self.now.local.split(' ').next().unwrap_or_default();
        match (name, arguments) {
            ("NOW" | "CURRENT_TIMESTAMP" | "SYSDATE", []) => Ok(text(&self.now.local)),
            ("CURDATE" | "CURRENT_DATE", []) => Ok(text(date)),
            ("UNIX_TIMESTAMP", []) => Ok(number(self.now.unix.to_string())),
            ("IF", [condition, yes, no]) => Ok(Written {
                sql: format!("iif({}, {}, {})", self.as_number(condition), yes.sql, no.sql),
                yields: if yes.yields == no.yields {
                    yes.yields
                } else {
                    Yields::Text
                },
            }),
            ("NULLIF", [value, other]) => Ok(Written {
                sql: format!("iif({}, NULL, {})", self.compared(value, "=", other), value.sql),
                yields: value.yields,
            }),
            ("ROUND", [value]) => Ok(number(format!("round({})", self.as_number(value)))),
            ("ROUND", [value, places]) => Ok(number(format!(
                "round({}, {})",
                self.as_number(value),
                self.as_number(places)
            ))),
            ("DATABASE", []) => Ok(text(super::select::SCHEMA)),
            ("VERSION", []) => Ok(text("10.11.6-MariaDB")),
            _ => failed(format!(
                "the function {name} with {} arguments is not supported yet",
                arguments.len()
            )),
        }
    }

    fn arguments(&self, function: &Function, name: &str) -> Result<Vec<Written>, DoorError> {
        let odd = || DoorError::Failed(format!("this form of {name} is not supported yet"));
        let plain = function.over.is_none()
            && function.filter.is_none()
            && function.within_group.is_empty()
            && function.null_treatment.is_none();
        if !plain || !matches!(function.parameters, FunctionArguments::None) {
            return Err(odd());
        }
        let list = match &function.args {
            FunctionArguments::None => return Ok(Vec::new()),
            FunctionArguments::Subquery(_) => return Err(odd()),
            FunctionArguments::List(list) => list,
        };
        if list
            .clauses
            .iter()
            .any(|clause: &FunctionArgumentClause| !clause.to_string().is_empty())
        {
            return Err(odd());
        }
        list.args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => self.write(expression),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "COUNT" => Ok(number("*".into())),
                _ => Err(odd()),
            })
            .collect()
    }
}

fn is_distinct(function: &Function) -> bool {
    use sqlparser::ast::DuplicateTreatment::Distinct;
    matches!(&function.args, FunctionArguments::List(list) if list.duplicate_treatment == Some(Distinct))
}
