//! Names of tables and columns: which words may be names, and which names are refused.

use super::super::lex::{self, TokenKind};
use super::super::tree::{ColumnName, TableName};
use super::{Parsed, Parser};

/// The name of the panel's database.
const SCHEMA: &str = "xui";

/// Prefixes of internal tables of Linecard and SQLite.
const INTERNAL: [&str; 2] = ["linecard_", "sqlite_"];

/// MariaDB's reserved words, in order.
const RESERVED: &[&str] = &[
    "ACCESSIBLE",
    "ADD",
    "ALL",
    "ALTER",
    "ANALYZE",
    "AND",
    "AS",
    "ASC",
    "ASENSITIVE",
    "BEFORE",
    "BETWEEN",
    "BIGINT",
    "BINARY",
    "BLOB",
    "BOTH",
    "BY",
    "CALL",
    "CASCADE",
    "CASE",
    "CHANGE",
    "CHAR",
    "CHARACTER",
    "CHECK",
    "COLLATE",
    "COLUMN",
    "CONDITION",
    "CONSTRAINT",
    "CONTINUE",
    "CONVERT",
    "CREATE",
    "CROSS",
    "CURRENT_DATE",
    "CURRENT_ROLE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "CURSOR",
    "DATABASES",
    "DAY_HOUR",
    "DAY_MICROSECOND",
    "DAY_MINUTE",
    "DAY_SECOND",
    "DEC",
    "DECIMAL",
    "DECLARE",
    "DEFAULT",
    "DELAYED",
    "DELETE",
    "DELETE_DOMAIN_ID",
    "DESC",
    "DESCRIBE",
    "DETERMINISTIC",
    "DISTINCT",
    "DISTINCTROW",
    "DIV",
    "DOUBLE",
    "DO_DOMAIN_IDS",
    "DROP",
    "DUAL",
    "EACH",
    "ELSE",
    "ELSEIF",
    "ENCLOSED",
    "ESCAPED",
    "EXCEPT",
    "EXISTS",
    "EXIT",
    "EXPLAIN",
    "FALSE",
    "FETCH",
    "FLOAT",
    "FLOAT4",
    "FLOAT8",
    "FOR",
    "FORCE",
    "FOREIGN",
    "FROM",
    "FULLTEXT",
    "GRANT",
    "GROUP",
    "HAVING",
    "HIGH_PRIORITY",
    "HOUR_MICROSECOND",
    "HOUR_MINUTE",
    "HOUR_SECOND",
    "IF",
    "IGNORE",
    "IGNORE_DOMAIN_IDS",
    "IN",
    "INDEX",
    "INFILE",
    "INNER",
    "INOUT",
    "INSENSITIVE",
    "INSERT",
    "INT",
    "INT1",
    "INT2",
    "INT3",
    "INT4",
    "INT8",
    "INTEGER",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IS",
    "ITERATE",
    "JOIN",
    "KEY",
    "KEYS",
    "KILL",
    "LEADING",
    "LEAVE",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LINEAR",
    "LINES",
    "LOAD",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LOCK",
    "LONG",
    "LONGBLOB",
    "LONGTEXT",
    "LOOP",
    "LOW_PRIORITY",
    "MASTER_DEMOTE_TO_REPLICA",
    "MASTER_DEMOTE_TO_SLAVE",
    "MASTER_SSL_VERIFY_SERVER_CERT",
    "MATCH",
    "MAXVALUE",
    "MEDIUMBLOB",
    "MEDIUMINT",
    "MEDIUMTEXT",
    "MIDDLEINT",
    "MINUTE_MICROSECOND",
    "MINUTE_SECOND",
    "MOD",
    "MODIFIES",
    "NATURAL",
    "NOT",
    "NO_WRITE_TO_BINLOG",
    "NULL",
    "NUMERIC",
    "OFFSET",
    "ON",
    "OPTIMIZE",
    "OPTIONALLY",
    "OR",
    "ORDER",
    "OUT",
    "OUTER",
    "OUTFILE",
    "OVER",
    "PAGE_CHECKSUM",
    "PARSE_VCOL_EXPR",
    "PARTITION",
    "PORTION",
    "PRECISION",
    "PRIMARY",
    "PROCEDURE",
    "PURGE",
    "RANGE",
    "READ",
    "READS",
    "READ_WRITE",
    "REAL",
    "RECURSIVE",
    "REFERENCES",
    "REF_SYSTEM_ID",
    "REGEXP",
    "RELEASE",
    "RENAME",
    "REPEAT",
    "REPLACE",
    "REQUIRE",
    "RESIGNAL",
    "RESTRICT",
    "RETURN",
    "RETURNING",
    "REVOKE",
    "RIGHT",
    "RLIKE",
    "ROWS",
    "ROW_NUMBER",
    "SCHEMAS",
    "SECOND_MICROSECOND",
    "SELECT",
    "SENSITIVE",
    "SEPARATOR",
    "SET",
    "SHOW",
    "SIGNAL",
    "SMALLINT",
    "SPATIAL",
    "SPECIFIC",
    "SQL",
    "SQLEXCEPTION",
    "SQLSTATE",
    "SQLWARNING",
    "SQL_BIG_RESULT",
    "SQL_CALC_FOUND_ROWS",
    "SQL_SMALL_RESULT",
    "SSL",
    "STARTING",
    "STATS_AUTO_RECALC",
    "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES",
    "STRAIGHT_JOIN",
    "TABLE",
    "TERMINATED",
    "THEN",
    "TINYBLOB",
    "TINYINT",
    "TINYTEXT",
    "TO",
    "TRAILING",
    "TRIGGER",
    "TRUE",
    "UNDO",
    "UNION",
    "UNIQUE",
    "UNLOCK",
    "UNSIGNED",
    "UPDATE",
    "USAGE",
    "USE",
    "USING",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "VALUES",
    "VARBINARY",
    "VARCHAR",
    "VARCHARACTER",
    "VARYING",
    "WHEN",
    "WHERE",
    "WHILE",
    "WITH",
    "WRITE",
    "XOR",
    "YEAR_MONTH",
    "ZEROFILL",
];

/// Reserved words that are names of tables and columns of section 9, and so names wherever one is needed.
const ALLOWED: [&str; 4] = ["KEY", "LINES", "OFFSET", "ORDER"];

/// Whether a word in capitals cannot be a name.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

impl Parser<'_> {
    /// Whether the next token can be a name where one is needed.
    pub fn is_name(&self) -> bool {
        let token = self.token();
        match token.kind {
            TokenKind::Name | TokenKind::Quoted => true,
            TokenKind::Word => {
                let word = self.written(token).to_ascii_uppercase();
                let allowed = ALLOWED.contains(&word.as_str()) && !(word == "ORDER" && self.is_word_ahead(1, "BY"));
                allowed || !is_reserved(&word)
            }
            _ => false,
        }
    }

    /// A name: in backticks, or a word that is not reserved.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn name(&mut self) -> Parsed<String> {
        match self.is_name() {
            true => Ok(self.any_name()),
            false => Err(self.fault()),
        }
    }

    /// Takes the next token as a name, whatever word it is.
    pub fn any_name(&mut self) -> String {
        let token = self.token();
        self.skip();
        match token.kind {
            TokenKind::Quoted => lex::value(self.written(token)),
            _ => self.written(token).to_owned(),
        }
    }

    /// A name behind a dot, where every word is one.
    pub fn name_after_dot(&mut self) -> Parsed<String> {
        match self.token().kind {
            TokenKind::Word | TokenKind::Name | TokenKind::Quoted => Ok(self.any_name()),
            _ => Err(self.fault()),
        }
    }

    /// `a`, `a.b` or `a.b.c`, of at most so many parts.
    pub fn path(&mut self, most: usize) -> Parsed<Vec<String>> {
        let mut path = vec![self.name()?];
        while path.len() < most && self.is_symbol(".") && !self.is_symbol_ahead(1, "*") {
            self.skip();
            path.push(self.name_after_dot()?);
        }
        Ok(path)
    }

    /// A table's name; one that is refused is noted.
    pub fn table_name(&mut self) -> Parsed<TableName> {
        let table = table_of(self.path(2)?);
        self.check_table(&table);
        Ok(table)
    }

    /// Notes a table that is refused: of another schema, or one of SQLite or of Linecard.
    pub fn check_table(&mut self, table: &TableName) {
        self.check_schema(table.schema.as_deref(), &[&table.name]);
        let lower = table.name.to_ascii_lowercase();
        if INTERNAL.iter().any(|prefix| lower.starts_with(prefix)) {
            self.refuse(format!("the table {}", table.name));
        }
    }

    /// The schema of a qualified name must be the panel's.
    pub fn check_schema(&mut self, schema: Option<&str>, rest: &[&str]) {
        let Some(schema) = schema.filter(|schema| !schema.eq_ignore_ascii_case(SCHEMA)) else {
            return;
        };
        let path: Vec<&str> = [schema].into_iter().chain(rest.iter().copied()).collect();
        self.refuse(format!("the schema of {}", path.join(".")));
    }

    /// A column with the names of its table and schema, if they are given.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn column_name(&mut self) -> Parsed<ColumnName> {
        // `.table.column` is MariaDB's, too.
        let dotted = self.take_symbol(".");
        let path = self.path(3)?;
        if dotted && path.len() < 2 {
            return Err(self.fault());
        }
        Ok(self.column_of(path))
    }

    /// A column by the parts of its name.
    pub fn column_of(&mut self, mut path: Vec<String>) -> ColumnName {
        let name = path.pop().unwrap_or_default();
        let table = path.pop();
        let schema = path.pop();
        self.check_schema(schema.as_deref(), &[table.as_deref().unwrap_or_default(), &name]);
        ColumnName { schema, table, name }
    }

    /// The alias behind an expression or a table, if there is one.
    pub fn alias(&mut self, texts: bool) -> Parsed<Option<String>> {
        let named = self.take_word("AS");
        if texts && self.token().kind == TokenKind::Text {
            return self.texts_once().map(Some);
        }
        if named {
            return self.name().map(Some);
        }
        match self.is_bare_alias() {
            true => Ok(Some(self.any_name())),
            false => Ok(None),
        }
    }

    /// A text alias does not join with others.
    fn texts_once(&mut self) -> Parsed<String> {
        let text = lex::value(self.written(self.token()));
        self.skip();
        Ok(text)
    }

    fn is_bare_alias(&self) -> bool {
        !self.is_one_of(&["ORDER", "OFFSET"]) && self.is_name()
    }
}

/// A table by the parts of its name.
pub fn table_of(mut path: Vec<String>) -> TableName {
    let name = path.pop().unwrap_or_default();
    TableName {
        schema: path.pop(),
        name,
    }
}
