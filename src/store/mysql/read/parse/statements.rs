//! Statements: their first words, INSERT, UPDATE, DELETE, SHOW and DESCRIBE.

use super::super::lex::TokenKind;
use super::super::tree::{Assignment, Delete, Expr, Insert, InsertRows, Show, Source, Statement, TableName, Update};
use super::names::table_of;
use super::{Parsed, Parser};

/// Statements that are refused by their first word, whatever follows (10.4).
const REFUSED: &[&str] = &[
    "CREATE",
    "ALTER",
    "DROP",
    "TRUNCATE",
    "RENAME",
    "GRANT",
    "REVOKE",
    "SET",
    "USE",
    "LOCK",
    "UNLOCK",
    "CALL",
    "DO",
    "HANDLER",
    "LOAD",
    "PREPARE",
    "EXECUTE",
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "KILL",
    "FLUSH",
    "RESET",
    "OPTIMIZE",
    "ANALYZE",
    "CHECK",
    "REPAIR",
    "INSTALL",
    "UNINSTALL",
    "SHUTDOWN",
    "XA",
    "ATTACH",
    "DETACH",
    "PRAGMA",
    "VACUUM",
    "REINDEX",
    "DEALLOCATE",
    "RELEASE",
    "CHANGE",
    "PURGE",
    "STOP",
    "BINLOG",
    "CACHE",
    "HELP",
    "IMPORT",
    "SIGNAL",
    "RESIGNAL",
    "VALUES",
];

/// Kinds of things: as second word of such a statement they are part of the refusal.
const OBJECTS: [&str; 14] = [
    "TABLE",
    "TABLES",
    "DATABASE",
    "SCHEMA",
    "INDEX",
    "VIEW",
    "USER",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "ROLE",
    "SERVER",
    "TRANSACTION",
];

/// What MariaDB shows and the contract does not.
const SHOWN: &[&str] = &[
    "ALL",
    "AUTHORS",
    "BINARY",
    "BINLOG",
    "CHARACTER",
    "CHARSET",
    "CLIENT_STATISTICS",
    "COLLATION",
    "CONTRIBUTORS",
    "COUNT",
    "CREATE",
    "DATABASES",
    "ENGINE",
    "ENGINES",
    "ERRORS",
    "EVENTS",
    "EXPLAIN",
    "FUNCTION",
    "GLOBAL",
    "GRANTS",
    "INDEX",
    "INDEXES",
    "INDEX_STATISTICS",
    "KEYS",
    "LOCALES",
    "LOCAL",
    "MASTER",
    "OPEN",
    "PACKAGE",
    "PLUGINS",
    "PRIVILEGES",
    "PROCEDURE",
    "PROCESSLIST",
    "PROFILE",
    "PROFILES",
    "RELAYLOG",
    "REPLICA",
    "REPLICAS",
    "SCHEMAS",
    "SESSION",
    "SLAVE",
    "STATUS",
    "STORAGE",
    "TABLE",
    "TABLE_STATISTICS",
    "TRIGGERS",
    "USER_STATISTICS",
    "VARIABLES",
    "WARNINGS",
];

/// First words of statements that EXPLAIN takes.
const EXPLAINED: [&str; 11] = [
    "SELECT",
    "WITH",
    "INSERT",
    "REPLACE",
    "UPDATE",
    "DELETE",
    "EXTENDED",
    "PARTITIONS",
    "FORMAT",
    "FOR",
    "ANALYZE",
];

impl Parser<'_> {
    /// The words of a statement that its first one refuses.
    pub fn refused_word(&self) -> Option<String> {
        let word = |at: usize| match self.ahead(at) {
            token if token.kind == TokenKind::Word => self.written(token).to_ascii_uppercase(),
            _ => String::new(),
        };
        let (verb, object) = (word(0), word(1));
        if !REFUSED.contains(&verb.as_str()) {
            return None;
        }
        Some(match OBJECTS.contains(&object.as_str()) {
            true => format!("{verb} {object}"),
            false => verb,
        })
    }

    /// A whole statement of a kind that the contract admits.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn statement(&mut self) -> Parsed<Statement> {
        if self.is_query() || self.is_symbol("(") {
            return self.query().map(Statement::Query);
        }
        match () {
            () if self.take_word("INSERT") => self.insert(false).map(Statement::Insert),
            () if self.take_word("REPLACE") => self.insert(true).map(Statement::Insert),
            () if self.take_word("UPDATE") => self.update().map(Statement::Update),
            () if self.take_word("DELETE") => self.delete().map(Statement::Delete),
            () if self.take_word("SHOW") => self.show().map(Statement::Show),
            () if self.take_one_of(&["DESCRIBE", "DESC", "EXPLAIN"]) => self.describe().map(Statement::Show),
            () => Err(self.fault()),
        }
    }

    fn insert(&mut self, replace: bool) -> Parsed<Insert> {
        if !self.take_one_of(&["LOW_PRIORITY", "DELAYED"]) && !replace {
            self.take_word("HIGH_PRIORITY");
        }
        let ignore = !replace && self.take_word("IGNORE");
        self.take_word("INTO");
        let table = self.table_name()?;
        let mut insert = Insert {
            replace,
            ignore,
            table,
            columns: Vec::new(),
            rows: InsertRows::Values(Vec::new()),
            on_duplicate: Vec::new(),
        };
        if self.take_word("SET") {
            let (columns, row) = self
                .list(Self::assignment)?
                .into_iter()
                .map(|set| (set.column, set.value))
                .unzip();
            insert.columns = columns;
            insert.rows = InsertRows::Values(vec![row]);
        } else {
            if self.is_symbol("(") && !self.is_query_ahead() {
                insert.columns = self.bracketed(|parser| match parser.is_symbol(")") {
                    true => Ok(Vec::new()),
                    false => parser.list(Self::column_name),
                })?;
            }
            insert.rows = self.rows()?;
        }
        if !replace && self.take_words(&["ON", "DUPLICATE"]) {
            self.expect_word("KEY")?;
            self.expect_word("UPDATE")?;
            insert.on_duplicate = self.list(Self::assignment)?;
        }
        self.returning()?;
        Ok(insert)
    }

    /// Whether a bracket opens a query rather than a list of columns.
    fn is_query_ahead(&self) -> bool {
        self.is_word_ahead(1, "SELECT") || self.is_word_ahead(1, "WITH") || self.is_symbol_ahead(1, "(")
    }

    fn rows(&mut self) -> Parsed<InsertRows> {
        if !self.take_one_of(&["VALUES", "VALUE"]) {
            return match self.is_query() || self.is_symbol("(") {
                true => self.query().map(|query| InsertRows::Query(Box::new(query))),
                false => Err(self.fault()),
            };
        }
        self.list(|parser| {
            parser.bracketed(|parser| match parser.is_symbol(")") {
                true => Ok(Vec::new()),
                false => parser.list(Self::new_value),
            })
        })
        .map(InsertRows::Values)
    }

    /// An expression, or `DEFAULT` alone.
    fn new_value(&mut self) -> Parsed<Option<Expr>> {
        if self.is_word("DEFAULT") && !self.is_symbol_ahead(1, "(") {
            self.skip();
            return Ok(None);
        }
        self.expr().map(Some)
    }

    fn assignment(&mut self) -> Parsed<Assignment> {
        let column = self.column_name()?;
        if !self.take_symbol("=") {
            self.expect_symbol(":=")?;
        }
        let value = self.new_value()?;
        Ok(Assignment { column, value })
    }

    /// `RETURNING` is none of the contract's forms.
    fn returning(&mut self) -> Parsed<()> {
        if !self.take_word("RETURNING") {
            return Ok(());
        }
        self.refuse("RETURNING");
        self.items().map(|_| ())
    }

    fn update(&mut self) -> Parsed<Update> {
        self.take_word("LOW_PRIORITY");
        let ignore = self.take_word("IGNORE");
        let source = self.sources()?;
        self.expect_word("SET")?;
        let assignments = self.list(Self::assignment)?;
        let condition = self.condition("WHERE")?;
        let order = self.order()?;
        let limit = self.limit_of_write()?;
        Ok(Update {
            ignore,
            source,
            assignments,
            condition,
            order,
            limit,
        })
    }

    fn limit_of_write(&mut self) -> Parsed<Option<u64>> {
        match self.take_word("LIMIT") {
            true => self.limit_number().map(Some),
            false => Ok(None),
        }
    }

    fn delete(&mut self) -> Parsed<Delete> {
        let mut ignore = false;
        while self.is_one_of(&["LOW_PRIORITY", "QUICK", "IGNORE"]) {
            // A table may have such a name.
            if self.is_word("QUICK") && self.is_word_ahead(1, "FROM") && self.is_word_ahead(2, "QUICK") {
                break;
            }
            ignore |= self.is_word("IGNORE");
            self.skip();
        }
        if !self.take_word("FROM") {
            let targets = self.list(Self::target_table)?;
            self.expect_word("FROM")?;
            return self.delete_of(targets, ignore);
        }
        let targets = self.list(Self::target_table)?;
        if self.take_word("USING") {
            return self.delete_of(targets, ignore);
        }
        let name = match <[TableName; 1]>::try_from(targets) {
            Ok([name]) => name,
            Err(_) => return Err(self.fault()),
        };
        let source = Source::Table { name, alias: None };
        let condition = self.condition("WHERE")?;
        let order = self.order()?;
        let limit = self.limit_of_write()?;
        self.returning()?;
        Ok(Delete {
            ignore,
            targets: Vec::new(),
            source,
            condition,
            order,
            limit,
        })
    }

    /// `t` or `t.*` of a DELETE.
    fn target_table(&mut self) -> Parsed<TableName> {
        let table = self.table_name()?;
        if self.take_symbol(".") {
            self.expect_symbol("*")?;
        }
        Ok(table)
    }

    /// A DELETE of some tables of a join, which has neither order nor limit.
    fn delete_of(&mut self, targets: Vec<TableName>, ignore: bool) -> Parsed<Delete> {
        let source = self.sources()?;
        let condition = self.condition("WHERE")?;
        Ok(Delete {
            ignore,
            targets,
            source,
            condition,
            order: Vec::new(),
            limit: None,
        })
    }

    fn show(&mut self) -> Parsed<Show> {
        let full = self.take_word("FULL");
        if self.take_word("TABLES") {
            if self.take_one_of(&["FROM", "IN"]) {
                let schema = self.name()?;
                if !schema.eq_ignore_ascii_case("xui") {
                    self.refuse(format!("the schema of {schema}"));
                }
            }
            let like = self.show_like("SHOW TABLES WHERE")?;
            return Ok(Show::Tables { full, like });
        }
        if !self.take_one_of(&["COLUMNS", "FIELDS"]) {
            return self.show_refused(full);
        }
        if !self.take_one_of(&["FROM", "IN"]) {
            return Err(self.fault());
        }
        let mut table = table_of(self.path(2)?);
        if self.take_one_of(&["FROM", "IN"]) {
            table.schema = Some(self.name()?);
        }
        self.check_table(&table);
        let like = self.show_like("SHOW COLUMNS WHERE")?;
        Ok(Show::Columns { table, full, like })
    }

    fn show_like(&mut self, refusal: &str) -> Parsed<Option<String>> {
        if self.take_word("LIKE") {
            return self.texts().map(Some);
        }
        if self.condition("WHERE")?.is_some() {
            self.refuse(refusal);
        }
        Ok(None)
    }

    /// Another form of SHOW. What follows its name is not read.
    fn show_refused(&mut self, full: bool) -> Parsed<Show> {
        let word = self.written(self.token()).to_ascii_uppercase();
        if self.token().kind != TokenKind::Word || !SHOWN.contains(&word.as_str()) {
            return Err(self.fault());
        }
        let full_word = if full { "FULL " } else { "" };
        self.refuse(format!("SHOW {full_word}{word}"));
        self.skip_rest();
        Ok(Show::Tables { full, like: None })
    }

    /// Skips what belongs to a statement that is refused.
    fn skip_rest(&mut self) {
        while !matches!(self.token().kind, TokenKind::End | TokenKind::Broken) && !self.is_symbol(";") {
            self.skip();
        }
    }

    fn describe(&mut self) -> Parsed<Show> {
        if self.is_one_of(&EXPLAINED) || self.is_symbol("(") {
            self.refuse("EXPLAIN of a statement");
            self.skip_rest();
            return Ok(Show::Tables {
                full: false,
                like: None,
            });
        }
        let table = self.table_name()?;
        let like = match self.token().kind {
            TokenKind::Text => Some(self.texts()?),
            _ if self.is_name() => Some(self.name()?),
            _ => None,
        };
        Ok(Show::Columns {
            table,
            full: false,
            like,
        })
    }
}
