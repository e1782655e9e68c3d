//! The tree of a statement as it was written: what the parser makes and the typed layer reads.
//!
//! It holds exactly what the contract admits ("Admin API", 10.2 and 10.3). A form that is not here cannot reach
//! the database.

use std::ops::Range;

/// The place of a piece of the text, in bytes.
pub type Span = Range<usize>;

/// An admitted statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    Query(Query),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
    Show(Show),
}

/// `SHOW` and `DESCRIBE`.
#[derive(Clone, Debug, PartialEq)]
pub enum Show {
    /// `SHOW [FULL] TABLES [FROM xui] [LIKE pattern]`.
    Tables { full: bool, like: Option<String> },
    /// `SHOW [FULL] COLUMNS|FIELDS FROM table [LIKE pattern]`, `DESCRIBE|DESC|EXPLAIN table [column]`.
    Columns {
        table: TableName,
        full: bool,
        like: Option<String>,
    },
}

/// A table's name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TableName {
    pub schema: Option<String>,
    pub name: String,
}

/// `[WITH …] body [ORDER BY …] [LIMIT …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub with: Vec<Cte>,
    pub recursive: bool,
    pub body: Body,
    pub order: Vec<OrderTerm>,
    pub limit: Option<Limit>,
}

/// One query of a `WITH`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cte {
    pub name: String,
    /// The names of its columns, if they are given.
    pub columns: Vec<String>,
    pub query: Query,
}

/// What a query combines.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Select(Box<Select>),
    /// A query in brackets, with an order or limit of its own.
    Query(Box<Query>),
    /// A chain of set operations, from left to right (`INTERSECT` binds closer and is nested).
    Set {
        first: Box<Body>,
        rest: Vec<(SetOperator, bool, Body)>,
    },
}

/// The operator between two parts of a set operation; the flag beside it says `ALL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    Union,
    Except,
    Intersect,
}

/// `LIMIT`.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub offset: u64,
    pub count: u64,
}

/// A term of ORDER BY or GROUP BY.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderTerm {
    pub expr: Expr,
    pub descending: bool,
}

/// One `SELECT`.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    pub distinct: bool,
    pub items: Vec<Item>,
    /// `None` without `FROM` (or `FROM DUAL`). A comma is an inner join without a condition.
    pub from: Option<Source>,
    pub condition: Option<Expr>,
    pub group: Vec<OrderTerm>,
    pub having: Option<Expr>,
}

/// An entry of the select list.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `*`, `t.*`, `xui.t.*`.
    Star(Option<TableName>),
    Expr {
        expr: Expr,
        alias: Option<String>,
        /// The text that names the column where no alias and no column's name does, as MariaDB shows it.
        label: String,
    },
}

/// What stands behind `FROM`.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Table {
        name: TableName,
        alias: Option<String>,
    },
    Derived {
        query: Box<Query>,
        alias: String,
        columns: Vec<String>,
    },
    Join {
        kind: JoinKind,
        left: Box<Source>,
        right: Box<Source>,
        on: On,
    },
}

/// Which rows of a join stay without a match. (A comma and CROSS JOIN keep none.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// `,`, `JOIN`, `INNER JOIN`, `CROSS JOIN`, `STRAIGHT_JOIN`.
    Inner,
    Left,
    Right,
}

/// What joins the rows of two sides.
#[derive(Clone, Debug, PartialEq)]
pub enum On {
    Nothing,
    Condition(Expr),
    Using(Vec<String>),
    /// `NATURAL JOIN`.
    Natural,
}

/// `INSERT` and `REPLACE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    pub replace: bool,
    pub ignore: bool,
    pub table: TableName,
    /// The columns that are named; none means all.
    pub columns: Vec<ColumnName>,
    pub rows: InsertRows,
    /// The assignments of `ON DUPLICATE KEY UPDATE`.
    pub on_duplicate: Vec<Assignment>,
}

/// Where the rows of an INSERT or REPLACE come from.
#[derive(Clone, Debug, PartialEq)]
pub enum InsertRows {
    /// `VALUES (…), (…)`, and `SET a = 1` as one row. `DEFAULT` is `None`.
    Values(Vec<Vec<Option<Expr>>>),
    Query(Box<Query>),
}

/// `column = expression`; `DEFAULT` is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    pub column: ColumnName,
    pub value: Option<Expr>,
}

/// `UPDATE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub ignore: bool,
    /// One table, or a join.
    pub source: Source,
    pub assignments: Vec<Assignment>,
    pub condition: Option<Expr>,
    pub order: Vec<OrderTerm>,
    pub limit: Option<u64>,
}

/// `DELETE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    pub ignore: bool,
    /// The tables or aliases of `DELETE a, b FROM …`; none for `DELETE FROM t`.
    pub targets: Vec<TableName>,
    pub source: Source,
    pub condition: Option<Expr>,
    pub order: Vec<OrderTerm>,
    pub limit: Option<u64>,
}

/// A column's name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnName {
    pub schema: Option<String>,
    pub table: Option<String>,
    pub name: String,
}

/// An expression with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: Kind,
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Null,
    /// `TRUE` and `FALSE`.
    Bool(bool),
    /// Digits with at most one point and an exponent, as written: `1`, `1.50`, `.5`, `1e3`.
    Number(String),
    /// A text without its quotes and escapes.
    Text(String),
    /// `0x4142`, `x'4142'`, `0b101`, `b'101'`.
    Bytes(Vec<u8>),
    Column(ColumnName),
    Unary(UnaryOperator, Box<Expr>),
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// `AND` and `OR` of any number of terms, so that a long chain is not deep.
    All(Vec<Expr>),
    Any(Vec<Expr>),
    /// `BINARY x` is `x COLLATE binary`.
    Collate(Box<Expr>, String),
    /// `IS [NOT] NULL | TRUE | FALSE | UNKNOWN`: `None` is NULL and UNKNOWN.
    Is {
        expr: Box<Expr>,
        what: Option<bool>,
        negated: bool,
    },
    Between {
        expr: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    In {
        expr: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    InQuery {
        expr: Box<Expr>,
        query: Box<Query>,
        negated: bool,
    },
    Like {
        expr: Box<Expr>,
        pattern: Box<Expr>,
        escape: Option<Box<Expr>>,
        negated: bool,
    },
    /// `REGEXP` and `RLIKE`.
    Regexp {
        expr: Box<Expr>,
        pattern: Box<Expr>,
        negated: bool,
    },
    Case {
        operand: Option<Box<Expr>>,
        branches: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Exists(Box<Query>),
    Scalar(Box<Query>),
    /// `x > ANY (…)`, `x > ALL (…)`; `SOME` is `ANY`. The operator is a comparison.
    Quantified {
        left: Box<Expr>,
        operator: BinaryOperator,
        all: bool,
        query: Box<Query>,
    },
    /// `(a, b)` and `ROW(a, b)`.
    Row(Vec<Expr>),
    /// A function by its name as written. These forms come as calls too, under the first name: `POSITION(a IN b)`
    /// as LOCATE(a, b); `SUBSTRING(a FROM b FOR c)` as SUBSTRING(a, b, c); `CURRENT_TIMESTAMP`, `CURRENT_DATE`
    /// and the like without brackets; `a -> b` as JSON_EXTRACT(a, b), `a ->> b` as JSON_UNQUOTE of that;
    /// `MOD(a, b)` and `a MOD b` as the operator; `CHAR(…)`, `IF(…)`, `LEFT(…)`, `REPLACE(…)`, `INSERT(…)`,
    /// `DATE(…)`, `YEAR(…)` by their names.
    Call(String, Vec<Expr>),
    /// `COUNT`, `SUM`, `AVG`, `MIN`, `MAX`, `GROUP_CONCAT`, `JSON_ARRAYAGG`, `JSON_OBJECTAGG`.
    Aggregate(Box<Aggregate>),
    /// An aggregate or `ROW_NUMBER`, `RANK`, `DENSE_RANK` … with `OVER`.
    Window(Box<Window>),
    /// `x ± INTERVAL n unit`, `DATE_ADD`, `DATE_SUB`, `ADDDATE`, `SUBDATE` (which also take a number of days).
    DateAdd {
        date: Box<Expr>,
        amount: Box<Expr>,
        unit: Unit,
        subtract: bool,
    },
    /// `EXTRACT(unit FROM x)`.
    Extract(Unit, Box<Expr>),
    /// `TIMESTAMPDIFF(unit, a, b)`.
    TimestampDiff(Unit, Box<Expr>, Box<Expr>),
    /// `CAST(x AS type)` and `CONVERT(x, type)`; `CONVERT(x USING charset)` is `Char(None)`.
    Cast(Box<Expr>, CastType),
    /// `TRIM([BOTH|LEADING|TRAILING] [what] FROM x)`, `TRIM(x)`.
    Trim {
        leading: bool,
        trailing: bool,
        what: Option<Box<Expr>>,
        from: Box<Expr>,
    },
    /// `VALUES(column)` (or `VALUE(column)`) in ON DUPLICATE KEY UPDATE.
    Inserted(ColumnName),
    /// `DEFAULT(column)`.
    DefaultOf(ColumnName),
}

/// A call of an aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// In capitals.
    pub name: String,
    pub distinct: bool,
    /// None for `COUNT(*)`; several for `COUNT(DISTINCT a, b)` and GROUP_CONCAT(a, b).
    pub args: Vec<Expr>,
    /// Of GROUP_CONCAT.
    pub order: Vec<OrderTerm>,
    pub separator: Option<String>,
    /// `LIMIT` of GROUP_CONCAT.
    pub limit: Option<Limit>,
}

/// A call with `OVER`.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// An [`Kind::Aggregate`], or a [`Kind::Call`] of a function that only windows have.
    pub call: Expr,
    pub partition: Vec<Expr>,
    pub order: Vec<OrderTerm>,
    pub frame: Option<Frame>,
}

/// `ROWS` or `RANGE` of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// `RANGE` instead of `ROWS`.
    pub range: bool,
    pub from: Bound,
    pub to: Bound,
}

/// An end of a frame; numbers count rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    UnboundedPreceding,
    Preceding(u64),
    CurrentRow,
    Following(u64),
    UnboundedFollowing,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    Minus,
    Plus,
    /// `NOT` and `!`.
    Not,
    /// `~`.
    Invert,
}

/// An operator between two operands; `AND` and `OR` are [`Kind::All`] and [`Kind::Any`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    Xor,
    Equal,
    /// `<=>`.
    NullSafeEqual,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    BitOr,
    BitAnd,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `%` and `MOD`.
    Remainder,
    /// `DIV`.
    IntegerDivide,
}

/// The type behind CAST's AS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CastType {
    Signed,
    Unsigned,
    /// Digits and places; `DECIMAL` alone is (10, 0).
    Decimal(u8, u8),
    Double,
    Float,
    /// `CHAR`, `NCHAR`, `VARCHAR(n)` with its length.
    Char(Option<u64>),
    /// `BINARY`, which compares by bytes.
    Binary(Option<u64>),
    Date,
    /// With its places of a second.
    DateTime(u8),
    Time(u8),
}

/// The unit of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Microsecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    SecondMicrosecond,
    MinuteMicrosecond,
    MinuteSecond,
    HourMicrosecond,
    HourSecond,
    HourMinute,
    DayMicrosecond,
    DaySecond,
    DayMinute,
    DayHour,
    YearMonth,
}
