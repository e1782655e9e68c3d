//! Why a statement is not answered: the contract's four kinds, and MariaDB's words (contract "Admin API", 10.6,
//! "Errors"). The numbers are MariaDB's.

/// The reason why a statement has no answer (contract "Admin API", 10.1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// There is no statement in the text.
    #[error("there is no statement")]
    Empty,
    /// The text is not SQL.
    #[error("{0}")]
    Invalid(String),
    /// The statement is not allowed.
    #[error("{0}")]
    Refused(String),
    /// The statement failed when it was run.
    #[error("{0}")]
    Failed(String),
}

/// The part of a statement in which a name is unknown or ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    Fields,
    From,
    Where,
    On,
    Group,
    Having,
    Order,
}

impl Clause {
    fn words(self) -> &'static str {
        match self {
            Clause::Fields => "field list",
            Clause::From => "from clause",
            Clause::Where => "where clause",
            Clause::On => "on clause",
            Clause::Group => "group statement",
            Clause::Having => "having clause",
            Clause::Order => "order clause",
        }
    }
}

fn failed(words: String) -> SqlError {
    SqlError::Failed(words)
}

impl SqlError {
    /// 1064: `rest` is the text from the token at fault on, `line` the line that it stands in, from 1.
    pub fn syntax(rest: &str, line: usize) -> SqlError {
        SqlError::Invalid(format!(
            "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version \
             for the right syntax to use near '{rest}' at line {line}"
        ))
    }

    /// 1064, of a number that is no whole one: `rest` and `line` as in [`SqlError::syntax`].
    pub fn integers_only(rest: &str, line: usize) -> SqlError {
        SqlError::Invalid(format!(
            "Only integers allowed as number here near '{rest}' at line {line}"
        ))
    }

    /// 1153.
    pub fn too_big() -> SqlError {
        SqlError::Invalid("Got a packet bigger than 'max_allowed_packet' bytes".into())
    }

    /// 1054.
    pub fn unknown_column(name: &str, clause: Clause) -> SqlError {
        failed(format!("Unknown column '{name}' in '{}'", clause.words()))
    }

    /// 1052.
    pub fn ambiguous(name: &str, clause: Clause) -> SqlError {
        failed(format!("Column '{name}' in {} is ambiguous", clause.words()))
    }

    /// 1146.
    pub fn no_table(name: &str) -> SqlError {
        failed(format!("Table 'xui.{name}' doesn't exist"))
    }

    /// 1051: of `t.*` and of the tables of a DELETE.
    pub fn unknown_table(name: &str) -> SqlError {
        failed(format!("Unknown table 'xui.{name}'"))
    }

    /// 1066.
    pub fn not_unique(name: &str) -> SqlError {
        failed(format!("Not unique table/alias: '{name}'"))
    }

    /// 1109.
    pub fn not_in_multi_delete(name: &str) -> SqlError {
        failed(format!("Unknown table '{name}' in MULTI DELETE"))
    }

    /// 1305.
    pub fn no_function(name: &str) -> SqlError {
        failed(format!("FUNCTION xui.{name} does not exist"))
    }

    /// 1582.
    pub fn parameter_count(name: &str) -> SqlError {
        failed(format!(
            "Incorrect parameter count in the call to native function '{name}'"
        ))
    }

    /// 1111.
    pub fn misplaced_aggregate() -> SqlError {
        failed("Invalid use of group function".into())
    }

    /// 1426: digits of a number, or places of a second.
    pub fn precision(name: &str, most: u8) -> SqlError {
        failed(format!("Too big precision specified for '{name}'. Maximum is {most}"))
    }

    /// 1425.
    pub fn scale(name: &str, most: u8) -> SqlError {
        failed(format!("Too big scale specified for '{name}'. Maximum is {most}"))
    }

    /// 1427.
    pub fn more_places_than_digits() -> SqlError {
        failed("For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '')".into())
    }

    /// 4161.
    pub fn unknown_type(name: &str) -> SqlError {
        failed(format!("Unknown data type: '{name}'"))
    }

    /// 1253.
    pub fn foreign_collation(name: &str) -> SqlError {
        failed(format!("COLLATION '{name}' is not valid for CHARACTER SET 'utf8mb3'"))
    }

    /// 4015.
    pub fn misplaced_window() -> SqlError {
        failed("Window function is allowed only in SELECT list and ORDER BY clause".into())
    }

    /// 1060.
    pub fn duplicate_column(name: &str) -> SqlError {
        failed(format!("Duplicate column name '{name}'"))
    }

    /// 4002.
    pub fn with_columns() -> SqlError {
        failed("WITH column list and SELECT field list have different column counts".into())
    }

    /// 4008.
    pub fn recursion(name: &str) -> SqlError {
        failed(format!(
            "Restrictions imposed on recursive definitions are violated for table '{name}'"
        ))
    }

    /// 1288: `statement` is `UPDATE` or `DELETE`.
    pub fn not_updatable(name: &str, statement: &str) -> SqlError {
        failed(format!("The target table {name} of the {statement} is not updatable"))
    }

    /// 1367.
    pub fn illegal_double(text: &str) -> SqlError {
        SqlError::Invalid(format!("Illegal double '{text}' value found during parsing"))
    }

    /// 1241.
    pub fn operand(columns: usize) -> SqlError {
        failed(format!("Operand should contain {columns} column(s)"))
    }

    /// 1242.
    pub fn several_rows() -> SqlError {
        failed("Subquery returns more than 1 row".into())
    }

    /// 1222.
    pub fn union_columns() -> SqlError {
        failed("The used SELECT statements have a different number of columns".into())
    }

    /// 1096.
    pub fn no_tables_used() -> SqlError {
        failed("No tables used".into())
    }

    /// 1056.
    pub fn cannot_group(name: &str) -> SqlError {
        failed(format!("Can't group on '{name}'"))
    }

    /// 1136.
    pub fn value_count(row: usize) -> SqlError {
        failed(format!("Column count doesn't match value count at row {row}"))
    }

    /// 1110.
    pub fn given_twice(column: &str) -> SqlError {
        failed(format!("Column '{column}' specified twice"))
    }

    /// 1048.
    pub fn not_null(column: &str) -> SqlError {
        failed(format!("Column '{column}' cannot be null"))
    }

    /// 1062: `key` is `PRIMARY` or the column's name.
    pub fn duplicate(value: &str, key: &str) -> SqlError {
        failed(format!("Duplicate entry '{value}' for key '{key}'"))
    }

    /// 1690: `kind` is `BIGINT`, `BIGINT UNSIGNED`, `DECIMAL` or `DOUBLE`.
    pub fn out_of_range(kind: &str, expression: &str) -> SqlError {
        failed(format!("{kind} value is out of range in '{expression}'"))
    }

    /// 1139.
    pub fn regex(words: &str) -> SqlError {
        failed(format!("Regex error '{words}'"))
    }

    /// 1273.
    pub fn unknown_collation(name: &str) -> SqlError {
        failed(format!("Unknown collation: '{name}'"))
    }

    /// 1292: what is written into a date column is no date.
    pub fn bad_date(value: &str, column: &str, row: usize) -> SqlError {
        failed(format!(
            "Incorrect datetime value: '{value}' for column '{column}' at row {row}"
        ))
    }

    /// 167: a generated key that does not fit.
    pub fn key_out_of_range(column: &str, row: usize) -> SqlError {
        failed(format!("Out of range value for column '{column}' at row {row}"))
    }

    /// 1452: `constraint` names the foreign key.
    pub fn no_parent_row(constraint: &str) -> SqlError {
        failed(format!(
            "Cannot add or update a child row: a foreign key constraint fails ({constraint})"
        ))
    }

    /// 1451: `constraint` names the foreign key.
    pub fn has_child_rows(constraint: &str) -> SqlError {
        failed(format!(
            "Cannot delete or update a parent row: a foreign key constraint fails ({constraint})"
        ))
    }

    /// 4025.
    pub fn check(words: &str) -> SqlError {
        failed(format!("CONSTRAINT failed: {words}"))
    }

    /// 1301.
    pub fn too_long_value() -> SqlError {
        failed("A value was larger than max_allowed_packet (16777216)".into())
    }

    /// 1021.
    pub fn disk_full() -> SqlError {
        failed("Disk full; waiting for someone to free some space...".into())
    }

    /// The rows of a write would need too much memory.
    pub fn too_many_rows() -> SqlError {
        failed("The statement writes more than 256 MiB; use WHERE or LIMIT".into())
    }

    /// What no statement should bring about.
    pub fn internal() -> SqlError {
        failed("Internal error".into())
    }

    /// 1969.
    pub fn interrupted() -> SqlError {
        failed("Query execution was interrupted (max_statement_time exceeded)".into())
    }

    /// 1116.
    pub fn too_many_tables() -> SqlError {
        failed("Too many tables; MariaDB can only use 61 tables in a join".into())
    }

    /// 1117: SQLite can 2,000 in a list of columns or of terms.
    pub fn too_many_columns() -> SqlError {
        failed("Too many columns".into())
    }

    /// 1436.
    pub fn too_deep() -> SqlError {
        failed("Thread stack overrun: the statement is nested too deeply".into())
    }

    /// The functions of a statement made more bytes than they may.
    pub fn too_much_made() -> SqlError {
        failed("The statement needs more than 256 MiB for its values".into())
    }
}
