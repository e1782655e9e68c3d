//! What the parts of the typed layer share while they read a statement.

use std::cell::{Cell, RefCell};

use super::reprint::reprint;
use super::scope::Context;
use super::types::Type;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::read::tree::{Expr, Span};

/// Longest SQL that is printed for SQLite: copies of one expression may not make it explode.
const LONGEST_SQL: usize = 8 << 20;

/// Longest expression that an error prints anew, in bytes, and the most that one shows: of a longer one it shows the
/// beginning as it was written. (MariaDB's messages have at most 511 bytes.)
const LONGEST_REPRINT: usize = 512;

/// Tables of a whole statement, with those that are opened again for each name of a WITH.
const MOST_OPENED: usize = 4_000;

/// Tables in a join.
const MOST_TABLES: usize = 61;

/// A query of a WITH that later parts of the statement can name.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    /// Its name in the SQL for SQLite.
    pub alias: String,
    pub columns: Vec<(String, Type)>,
    /// The tables that SQLite opens for each time that it is named.
    pub tables: usize,
    /// The aliases under which tables read it so far.
    pub readers: Vec<String>,
}

/// Reads one statement.
pub struct Compiler<'a> {
    /// The statement as it was written.
    pub text: &'a str,
    relations: Cell<usize>,
    tables: Cell<usize>,
    /// The queries of WITH that can be named, the nearest last.
    pub named: RefCell<Vec<Named>>,
}

impl<'a> Compiler<'a> {
    /// Begins with a statement, by the text that its tree was read from.
    pub fn new(text: &'a str) -> Compiler<'a> {
        Compiler {
            text,
            relations: Cell::new(0),
            tables: Cell::new(0),
            named: RefCell::default(),
        }
    }

    /// Counts tables that SQLite opens: it puts a query of WITH in wherever it is named.
    ///
    /// # Errors
    /// When there are too many.
    pub fn opened(&self, tables: usize) -> Result<(), SqlError> {
        let all = self.tables.get().saturating_add(tables);
        self.tables.set(all);
        match all > MOST_OPENED {
            true => Err(SqlError::too_deep()),
            false => Ok(()),
        }
    }

    /// The tables so far.
    pub fn tables(&self) -> usize {
        self.tables.get()
    }

    /// A name for a relation that nothing else has.
    pub fn alias(&self) -> String {
        let next = self.relations.get();
        self.relations.set(next.saturating_add(1));
        format!("r{next}")
    }

    /// The text of an expression, for errors.
    pub fn written(&self, span: &Span) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// An expression as errors of arithmetic show it.
    pub fn reprinted(&self, expr: &Expr, context: &Context<'_>) -> String {
        if expr.span.len() > LONGEST_REPRINT {
            let written = self.written(&expr.span);
            let cut = written.get(..written.floor_char_boundary(LONGEST_REPRINT));
            return cut.unwrap_or(written).to_owned();
        }
        reprint(expr, &|expr| self.written(&expr.span).to_owned(), context)
    }

    /// Checks the length of an expression's SQL.
    ///
    /// # Errors
    /// When copies of its parts made it too long.
    pub fn checked(&self, sql: &str) -> Result<(), SqlError> {
        match sql.len() > LONGEST_SQL {
            true => Err(SqlError::too_deep()),
            false => Ok(()),
        }
    }

    /// Checks the number of tables of a join.
    ///
    /// # Errors
    /// When there are too many.
    pub fn joinable(tables: usize) -> Result<(), SqlError> {
        match tables > MOST_TABLES {
            true => Err(SqlError::too_many_tables()),
            false => Ok(()),
        }
    }
}
