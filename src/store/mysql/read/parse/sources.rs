//! What stands behind FROM: tables, joins, derived tables and brackets.

use super::super::tree::{Body, JoinKind, On, Query, Source};
use super::{Parsed, Parser};
use crate::store::mysql::errors::SqlError;

/// Most tables of a join (10.6, "Limits").
const MOST_TABLES: usize = 61;

/// What an opening bracket turned out to hold.
enum Bracket {
    Query(Body),
    Source(Source),
}

fn joined(kind: JoinKind, left: Source, right: Source, on: On) -> Source {
    Source::Join {
        kind,
        left: Box::new(left),
        right: Box::new(right),
        on,
    }
}

/// Puts a table before the first one of a chain of joins: `a JOIN b JOIN c ON x` is `(a JOIN b) JOIN c ON x`.
fn before_first(kind: JoinKind, table: Source, chain: Source) -> Source {
    match chain {
        Source::Join {
            kind: next,
            left,
            right,
            on,
        } => Source::Join {
            kind: next,
            left: Box::new(before_first(kind, table, *left)),
            right,
            on,
        },
        first => joined(kind, table, first, On::Nothing),
    }
}

impl Parser<'_> {
    /// Tables and joins between commas.
    pub fn sources(&mut self) -> Parsed<Source> {
        let first = self.factor()?;
        self.sources_after(first)
    }

    fn sources_after(&mut self, first: Source) -> Parsed<Source> {
        let mut left = self.joins(first)?;
        while self.take_symbol(",") {
            let right = self.factor()?;
            let right = self.joins(right)?;
            left = joined(JoinKind::Inner, left, right, On::Nothing);
        }
        Ok(left)
    }

    fn joins(&mut self, first: Source) -> Parsed<Source> {
        let mut left = first;
        while self.is_join() {
            left = self.join(left)?;
        }
        Ok(left)
    }

    fn is_join(&self) -> bool {
        self.is_one_of(&["JOIN", "INNER", "CROSS", "STRAIGHT_JOIN", "LEFT", "RIGHT", "NATURAL"])
    }

    fn is_on(&self) -> bool {
        self.is_word("USING") || (self.is_word("ON") && !self.is_word_ahead(1, "DUPLICATE"))
    }

    /// One join with the table to its right, and with the joins there that come before its own condition.
    fn join(&mut self, left: Source) -> Parsed<Source> {
        if self.take_word("NATURAL") {
            let kind = match self.take_word("INNER") {
                true => JoinKind::Inner,
                false => self.outer().unwrap_or(JoinKind::Inner),
            };
            self.expect_word("JOIN")?;
            let right = self.factor()?;
            return Ok(joined(kind, left, right, On::Natural));
        }
        let outer = self.outer();
        if !self.take_word("STRAIGHT_JOIN") || outer.is_some() {
            if outer.is_none() {
                self.take_one_of(&["INNER", "CROSS"]);
            }
            self.expect_word("JOIN")?;
        }
        let kind = outer.unwrap_or(JoinKind::Inner);
        let mut right = self.factor()?;
        let is_alone = !self.is_join();
        while !self.is_on() && self.is_join() {
            right = self.join(right)?;
        }
        if self.is_on() {
            let on = self.on()?;
            return Ok(joined(kind, left, right, on));
        }
        match (outer, is_alone) {
            (Some(_), _) => Err(self.fault()),
            (None, true) => Ok(joined(kind, left, right, On::Nothing)),
            (None, false) => Ok(before_first(kind, left, right)),
        }
    }

    fn outer(&mut self) -> Option<JoinKind> {
        let kind = match () {
            () if self.take_word("LEFT") => JoinKind::Left,
            () if self.take_word("RIGHT") => JoinKind::Right,
            () => return None,
        };
        self.take_word("OUTER");
        Some(kind)
    }

    fn on(&mut self) -> Parsed<On> {
        if self.take_word("ON") {
            return self.expr().map(On::Condition);
        }
        self.expect_word("USING")?;
        self.bracketed(|parser| parser.list(Self::name)).map(On::Using)
    }

    fn factor(&mut self) -> Parsed<Source> {
        if self.is_symbol("(") {
            return match self.bracket()? {
                Bracket::Source(source) => Ok(source),
                Bracket::Query(body) => self.derived(body),
            };
        }
        let name = self.table_name()?;
        self.count_table()?;
        let alias = self.alias(false)?;
        self.index_hints()?;
        Ok(Source::Table { name, alias })
    }

    fn count_table(&mut self) -> Parsed<()> {
        self.tables += 1;
        match self.tables > MOST_TABLES {
            true => Err(SqlError::too_many_tables()),
            false => Ok(()),
        }
    }

    /// The alias of a derived table.
    fn derived(&mut self, body: Body) -> Parsed<Source> {
        self.count_table()?;
        let alias = self.alias(false)?.ok_or_else(|| self.fault())?;
        let query = match body {
            Body::Query(query) => query,
            body => Box::new(Query {
                with: Vec::new(),
                recursive: false,
                body,
                order: Vec::new(),
                limit: None,
            }),
        };
        Ok(Source::Derived {
            query,
            alias,
            columns: Vec::new(),
        })
    }

    /// `(…)`: a query, which is a derived table if a name follows, or tables.
    fn bracket(&mut self) -> Parsed<Bracket> {
        self.bracketed(|parser| {
            if parser.is_query() {
                return parser.query().map(|query| Bracket::Query(super::query::body_of(query)));
            }
            if !parser.is_symbol("(") {
                return parser.sources().map(Bracket::Source);
            }
            let first = match parser.bracket()? {
                Bracket::Source(source) => source,
                Bracket::Query(body) if parser.is_symbol(")") || parser.goes_on_as_query() => {
                    let query = parser.query_after(body)?;
                    return Ok(Bracket::Query(super::query::body_of(query)));
                }
                Bracket::Query(body) => parser.derived(body)?,
            };
            parser.sources_after(first).map(Bracket::Source)
        })
    }

    /// `USE INDEX (a)` and the like, which say nothing to SQLite.
    fn index_hints(&mut self) -> Parsed<()> {
        while self.is_one_of(&["USE", "FORCE", "IGNORE"])
            && (self.is_word_ahead(1, "INDEX") || self.is_word_ahead(1, "KEY"))
        {
            self.skip();
            self.skip();
            if self.take_word("FOR") && !self.take_word("JOIN") {
                if !self.take_one_of(&["ORDER", "GROUP"]) {
                    return Err(self.fault());
                }
                self.expect_word("BY")?;
            }
            self.bracketed(|parser| match parser.is_symbol(")") {
                true => Ok(Vec::new()),
                false => parser.list(|parser| match parser.take_word("PRIMARY") {
                    true => Ok(String::new()),
                    false => parser.name(),
                }),
            })?;
        }
        Ok(())
    }
}
