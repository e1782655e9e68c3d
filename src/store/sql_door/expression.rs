//! Expressions: MySQL's, rewritten for SQLite with explicit conversions.
//!
//! Each supported form has a match arm here; no arm passes other forms unchanged.

use std::cell::Cell;

use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value};

use super::{DoorError, QueryTime, refusals, runtime};
use crate::store::schema::{Column, ColumnType, Table};

/// The type of an expression, as far as comparisons need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yields {
    Number,
    Text,
}

/// A rewritten expression with its type.
#[derive(Clone, Debug)]
pub struct TypedSql {
    pub sql: String,
    pub yields: Yields,
}

/// The names that expressions may refer to.
pub struct Scope<'a> {
    /// The table of the query and its alias.
    pub table: Option<(&'static Table, String)>,
    pub now: &'a QueryTime,
    /// Bytes written so far.
    pub written: Cell<usize>,
}

/// Most bytes that are written for one statement. Some forms write an operand twice, so a short text with
/// many levels could become very long.
const MOST: usize = 8 << 20;

pub fn failed<T>(words: impl Into<String>) -> Result<T, DoorError> {
    Err(DoorError::Failed(words.into()))
}

pub fn number(sql: String) -> TypedSql {
    TypedSql {
        sql,
        yields: Yields::Number,
    }
}

/// Text as an SQL literal. SQLite reads a statement up to its first zero byte.
pub fn literal(text: &str) -> String {
    if text.contains('\0') {
        let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        return format!("CAST(x'{bytes}' AS TEXT)");
    }
    format!("'{}'", text.replace('\'', "''"))
}

impl TypedSql {
    /// Returns the SQL for comparing or sorting: texts ignore case and trailing spaces.
    pub fn collated(&self) -> String {
        match self.yields {
            Yields::Number => self.sql.clone(),
            Yields::Text => format!("{} COLLATE {}", self.sql, runtime::TEXT),
        }
    }

    /// Whether it is an ASCII text literal.
    fn is_plain(&self) -> bool {
        self.sql.starts_with('\'') && self.sql.is_ascii()
    }

    /// MySQL compares a text with a number by the number that the text begins with.
    pub fn as_number(&self) -> String {
        match self.yields {
            Yields::Number => self.sql.clone(),
            Yields::Text => format!("CAST({} AS REAL)", self.sql),
        }
    }
}

impl Scope<'_> {
    /// Writes an expression.
    ///
    /// # Errors
    /// Refused and unknown forms, columns and functions; more than [`MOST`] bytes.
    pub fn write(&self, expression: &Expr) -> Result<TypedSql, DoorError> {
        let written = self.form(expression)?;
        self.written.set(self.written.get() + written.sql.len());
        match self.written.get() > MOST {
            true => failed("the statement is too long"),
            false => Ok(written),
        }
    }

    fn form(&self, expression: &Expr) -> Result<TypedSql, DoorError> {
        match expression {
            Expr::Nested(inner) => {
                let inner = self.write(inner)?;
                Ok(TypedSql {
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

    /// Writes an expression as a condition: text is true by its leading number.
    ///
    /// # Errors
    /// As [`Scope::write`].
    pub fn truth(&self, expression: &Expr) -> Result<String, DoorError> {
        Ok(self.write(expression)?.as_number())
    }

    /// Returns the SQL of a column: raw SQL gets credits, while hundredths are stored.
    pub fn column_sql(column: &Column) -> TypedSql {
        let sql = format!("\"{}\"", column.name);
        match column.kind {
            ColumnType::Money => number(format!("({sql} / 100.0)")),
            ColumnType::Int | ColumnType::Flag | ColumnType::Unix | ColumnType::Real => number(sql),
            ColumnType::Text | ColumnType::Json | ColumnType::Iso => TypedSql {
                sql,
                yields: Yields::Text,
            },
        }
    }

    fn column(&self, path: &[Ident]) -> Result<TypedSql, DoorError> {
        let name = path.last().map_or("", |name| name.value.as_str());
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
                schema.value.eq_ignore_ascii_case(refusals::SCHEMA) && of.value.eq_ignore_ascii_case(alias)
            }
            _ => false,
        };
        let column = table.column(name).filter(|_| qualified).ok_or_else(unknown)?;
        Ok(Scope::column_sql(column))
    }

    fn value(&self, value: &Value) -> Result<TypedSql, DoorError> {
        match value {
            Value::Number(digits, _) => Ok(number(digits.clone())),
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Ok(TypedSql {
                sql: literal(text),
                yields: Yields::Text,
            }),
            Value::Boolean(truth) => Ok(number(u8::from(*truth).to_string())),
            Value::Null => Ok(number("NULL".into())),
            Value::Placeholder(_) => failed("there is no value for a ? placeholder"),
            other => failed(format!("{other} is not supported yet")),
        }
    }

    fn unary(&self, op: UnaryOperator, inner: &Expr) -> Result<TypedSql, DoorError> {
        let inner = self.truth(inner)?;
        match op {
            UnaryOperator::Not | UnaryOperator::BangNot => Ok(number(format!("(NOT {inner})"))),
            UnaryOperator::Minus => Ok(number(format!("(- {inner})"))),
            UnaryOperator::Plus => Ok(number(format!("(+ {inner})"))),
            other => failed(format!("the operator {other} is not supported yet")),
        }
    }

    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<TypedSql, DoorError> {
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
            Op::Modulo => format!("remainder({left}, {right})"),
            // Whole numbers are divided as integers; otherwise the fraction is cut off.
            Op::MyIntegerDivide => format!("CAST({left} / {right} AS INTEGER)"),
            other => return failed(format!("the operator {other} is not supported yet")),
        }))
    }

    /// A comparison: of numbers when one side is a number, else of texts without case and trailing
    /// spaces.
    fn compare(&self, left: &Expr, op: &str, right: &Expr) -> Result<String, DoorError> {
        Ok(self.compared(&self.write(left)?, op, &self.write(right)?))
    }

    pub fn compared(&self, left: &TypedSql, op: &str, right: &TypedSql) -> String {
        if left.yields == Yields::Number || right.yields == Yields::Number {
            format!("({} {op} {})", left.as_number(), right.as_number())
        } else if left.is_plain() || right.is_plain() {
            // For ASCII literals this gives the same result, and the schema has indexes of this form.
            format!("(rtrim({}) {op} rtrim({}) COLLATE NOCASE)", left.sql, right.sql)
        } else {
            format!("({} {op} {})", left.sql, right.collated())
        }
    }

    fn in_list(&self, expr: &Expr, list: &[Expr], negated: bool) -> Result<TypedSql, DoorError> {
        let expr = self.write(expr)?;
        let list: Vec<TypedSql> = list.iter().map(|one| self.write(one)).collect::<Result<_, _>>()?;
        // As in a comparison: texts with texts, everything else as numbers.
        let (texts, numbers): (Vec<&TypedSql>, Vec<&TypedSql>) = list
            .iter()
            .partition(|one| one.yields == Yields::Text && expr.yields == Yields::Text);
        let listed = |list: &[&TypedSql], form: fn(&TypedSql) -> String| -> String {
            list.iter().map(|one| form(one)).collect::<Vec<_>>().join(", ")
        };
        let mut conditions = Vec::new();
        if texts.iter().any(|one| !one.is_plain()) {
            let texts = listed(&texts, |one| one.sql.clone());
            conditions.push(format!("{} IN ({texts})", expr.collated()));
        } else if !texts.is_empty() {
            let texts = listed(&texts, |one| format!("rtrim({})", one.sql));
            conditions.push(format!("rtrim({}) COLLATE NOCASE IN ({texts})", expr.sql));
        }
        if !numbers.is_empty() {
            let numbers = listed(&numbers, TypedSql::as_number);
            conditions.push(format!("{} IN ({numbers})", expr.as_number()));
        }
        let not = if negated { "NOT " } else { "" };
        Ok(number(format!("({not}({}))", conditions.join(" OR "))))
    }

    fn like(&self, expr: &Expr, pattern: &Expr, escape: Option<&Expr>, negated: bool) -> Result<TypedSql, DoorError> {
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
}
