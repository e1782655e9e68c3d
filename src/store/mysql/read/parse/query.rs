//! Queries: WITH, set operations, SELECT and its clauses, labels.

use super::super::lex::TokenKind;
use super::super::tree::{
    Body, Cte, Expr, Item, Kind, Limit, OrderTerm, Query, Select, SetOperator, Span, UnaryOperator,
};
use super::names::table_of;
use super::{Parsed, Parser};
use crate::store::mysql::errors::SqlError;

/// Most queries of a set operation (10.6, "Limits").
const MOST_ARMS: usize = 500;

/// Longest label, in bytes.
const LONGEST_LABEL: usize = 255;

/// Words between SELECT and its list that change nothing here.
const OPTIONS: [&str; 8] = [
    "ALL",
    "HIGH_PRIORITY",
    "STRAIGHT_JOIN",
    "SQL_SMALL_RESULT",
    "SQL_BIG_RESULT",
    "SQL_BUFFER_RESULT",
    "SQL_CALC_FOUND_ROWS",
    "SQL_NO_CACHE",
];

/// A query as part of a set operation: without an order of its own it is its body.
pub fn body_of(query: Query) -> Body {
    match query.with.is_empty() && query.order.is_empty() && query.limit.is_none() {
        true => query.body,
        false => Body::Query(Box::new(query)),
    }
}

impl Parser<'_> {
    /// Whether a query begins here, apart from one in brackets.
    pub fn is_query(&self) -> bool {
        self.is_one_of(&["SELECT", "WITH"])
    }

    /// Whether what was read as a query in brackets goes on as one.
    pub fn goes_on_as_query(&self) -> bool {
        self.set_operator().is_some()
            || self.is_one_of(&["LIMIT", "FOR", "LOCK", "INTO", "PROCEDURE"])
            || (self.is_word("ORDER") && self.is_word_ahead(1, "BY"))
    }

    /// A query with its WITH, order and limit.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn query(&mut self) -> Parsed<Query> {
        if !self.take_word("WITH") {
            let first = self.arm()?;
            return self.query_after(first);
        }
        let recursive = self.take_word("RECURSIVE");
        let with = self.list(Self::cte)?;
        let first = self.arm()?;
        let query = self.query_after(first)?;
        Ok(Query {
            with,
            recursive,
            ..query
        })
    }

    /// The rest of a query behind its first arm.
    pub fn query_after(&mut self, first: Body) -> Parsed<Query> {
        let body = self.set(first)?;
        let order = self.order()?;
        let limit = self.limit()?;
        self.locks()?;
        Ok(Query {
            with: Vec::new(),
            recursive: false,
            body,
            order,
            limit,
        })
    }

    fn cte(&mut self) -> Parsed<Cte> {
        let name = self.name()?;
        let columns = match self.is_symbol("(") {
            true => self.bracketed(|parser| parser.list(Self::name))?,
            false => Vec::new(),
        };
        self.expect_word("AS")?;
        let query = self.bracketed(Self::query)?;
        Ok(Cte { name, columns, query })
    }

    fn arm(&mut self) -> Parsed<Body> {
        match self.is_symbol("(") {
            true => self.bracketed(Self::query).map(body_of),
            false => self.select().map(|select| Body::Select(Box::new(select))),
        }
    }

    fn set_operator(&self) -> Option<SetOperator> {
        let operators = [
            ("UNION", SetOperator::Union),
            ("EXCEPT", SetOperator::Except),
            ("INTERSECT", SetOperator::Intersect),
        ];
        operators
            .iter()
            .find(|(word, _)| self.is_word(word))
            .map(|(_, operator)| *operator)
    }

    /// The operator and whether it says ALL.
    fn take_set_operator(&mut self) -> Option<(SetOperator, bool)> {
        let operator = self.set_operator()?;
        self.skip();
        let all = self.take_word("ALL");
        if !all {
            self.take_word("DISTINCT");
        }
        Some((operator, all))
    }

    fn set(&mut self, first: Body) -> Parsed<Body> {
        let first = self.intersections(first)?;
        let mut rest = Vec::new();
        while let Some((operator, all)) = self.take_set_operator() {
            let arm = self.arm()?;
            rest.push((operator, all, self.intersections(arm)?));
            if rest.len() >= MOST_ARMS {
                return Err(SqlError::too_deep());
            }
        }
        Ok(chain(first, rest))
    }

    /// INTERSECT binds closer than the others.
    fn intersections(&mut self, first: Body) -> Parsed<Body> {
        let mut rest = Vec::new();
        while self.is_word("INTERSECT") {
            let Some((operator, all)) = self.take_set_operator() else {
                break;
            };
            rest.push((operator, all, self.arm()?));
            if rest.len() >= MOST_ARMS {
                return Err(SqlError::too_deep());
            }
        }
        Ok(chain(first, rest))
    }

    fn select(&mut self) -> Parsed<Select> {
        self.expect_word("SELECT")?;
        let outside = std::mem::take(&mut self.tables);
        let mut distinct = false;
        loop {
            match self.take_one_of(&["DISTINCT", "DISTINCTROW"]) {
                true => distinct = true,
                false if self.take_one_of(&OPTIONS) => {}
                false => break,
            }
        }
        let items = self.items()?;
        self.into()?;
        let from = match self.take_word("FROM") {
            true if self.take_word("DUAL") => None,
            true => Some(self.sources()?),
            false => None,
        };
        let condition = self.condition("WHERE")?;
        let group = self.group()?;
        let having = self.condition("HAVING")?;
        self.tables = outside;
        Ok(Select {
            distinct,
            items,
            from,
            condition,
            group,
            having,
        })
    }

    /// An expression behind a word, if the word stands here.
    pub fn condition(&mut self, word: &str) -> Parsed<Option<Expr>> {
        match self.take_word(word) {
            true => self.expr().map(Some),
            false => Ok(None),
        }
    }

    fn group(&mut self) -> Parsed<Vec<OrderTerm>> {
        if !self.take_word("GROUP") {
            return Ok(Vec::new());
        }
        self.expect_word("BY")?;
        let group = self.list(Self::order_term)?;
        if self.take_words(&["WITH", "ROLLUP"]) {
            self.fail("WITH ROLLUP is not supported");
        }
        Ok(group)
    }

    /// The terms of ORDER BY, if it stands here.
    pub fn order(&mut self) -> Parsed<Vec<OrderTerm>> {
        if !self.take_word("ORDER") {
            return Ok(Vec::new());
        }
        self.expect_word("BY")?;
        self.list(Self::order_term)
    }

    /// A term of ORDER BY or GROUP BY.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn order_term(&mut self) -> Parsed<OrderTerm> {
        let expr = self.expr()?;
        let descending = self.take_word("DESC");
        if !descending {
            self.take_word("ASC");
        }
        Ok(OrderTerm { expr, descending })
    }

    /// `LIMIT n`, `LIMIT offset, n`, `LIMIT n OFFSET offset`.
    pub fn limit(&mut self) -> Parsed<Option<Limit>> {
        if !self.take_word("LIMIT") {
            return Ok(None);
        }
        let first = self.limit_number()?;
        if self.take_symbol(",") {
            let count = self.limit_number()?;
            return Ok(Some(Limit { offset: first, count }));
        }
        let offset = match self.take_word("OFFSET") {
            true => self.limit_number()?,
            false => 0,
        };
        Ok(Some(Limit { offset, count: first }))
    }

    /// A number of LIMIT; a variable or `?` is noted as what it is.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn limit_number(&mut self) -> Parsed<u64> {
        if self.is_symbol("@") || self.is_symbol("?") {
            return self.expr().map(|_| 0);
        }
        self.count()
    }

    /// `FOR UPDATE`, `LOCK IN SHARE MODE`, `INTO …` and `PROCEDURE …` behind a query: all refused.
    fn locks(&mut self) -> Parsed<()> {
        if self.take_word("PROCEDURE") {
            let name = self.name()?;
            self.refuse(format!("PROCEDURE {}", name.to_ascii_uppercase()));
            self.bracketed(|parser| match parser.is_symbol(")") {
                true => Ok(Vec::new()),
                false => parser.list(Self::expr),
            })?;
        }
        self.into()?;
        let lock = match () {
            () if self.take_words(&["FOR", "UPDATE"]) => "FOR UPDATE",
            () if self.take_words(&["LOCK", "IN", "SHARE", "MODE"]) => "LOCK IN SHARE MODE",
            () => return Ok(()),
        };
        self.refuse(lock);
        match () {
            () if self.take_word("WAIT") => _ = self.count()?,
            () if self.take_words(&["SKIP", "LOCKED"]) || self.take_word("NOWAIT") => {}
            () => {}
        }
        self.into()
    }

    fn into(&mut self) -> Parsed<()> {
        if !self.take_word("INTO") {
            return Ok(());
        }
        let (file, form) = match () {
            () if self.take_word("OUTFILE") => (true, "SELECT INTO OUTFILE"),
            () if self.take_word("DUMPFILE") => (true, "SELECT INTO DUMPFILE"),
            () => (false, "SELECT INTO"),
        };
        self.refuse(form);
        if !file {
            return self.list(Self::target).map(|_| ());
        }
        self.texts()?;
        self.export_options();
        Ok(())
    }

    /// A variable that takes a value.
    fn target(&mut self) -> Parsed<()> {
        match self.is_symbol("@") {
            true => self.expr().map(|_| ()),
            false => self.name().map(|_| ()),
        }
    }

    fn export_options(&mut self) {
        const WORDS: [&str; 9] = [
            "FIELDS",
            "COLUMNS",
            "LINES",
            "TERMINATED",
            "OPTIONALLY",
            "ENCLOSED",
            "ESCAPED",
            "STARTING",
            "BY",
        ];
        loop {
            let named = self.take_words(&["CHARACTER", "SET"]) || self.take_word("CHARSET");
            if named || self.token().kind == TokenKind::Text {
                self.skip();
            } else if !self.take_one_of(&WORDS) {
                return;
            }
        }
    }

    /// The select list.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn items(&mut self) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        // A bare star is taken as the first one only.
        if self.take_symbol("*") {
            items.push(Item::Star(None));
        } else {
            items.push(self.item()?);
        }
        while self.take_symbol(",") {
            items.push(self.item()?);
        }
        Ok(items)
    }

    fn item(&mut self) -> Parsed<Item> {
        if let Some(star) = self.qualified_star()? {
            return Ok(star);
        }
        let start = self.token().start;
        let expr = self.expr()?;
        let end = self.last_end();
        let alias = self.alias(true)?.map(|alias| cut(without_blanks(&alias)).to_owned());
        let label = match alias {
            Some(_) => String::new(),
            None => self.label(&expr, start..end),
        };
        Ok(Item::Expr { expr, alias, label })
    }

    /// `t.*`, `xui.t.*`.
    fn qualified_star(&mut self) -> Parsed<Option<Item>> {
        let is_star = |parser: &Self, at: usize| parser.is_symbol_ahead(at, ".") && parser.is_symbol_ahead(at + 1, "*");
        let is_named = self.is_name();
        if !is_named || !(is_star(self, 1) || (self.is_symbol_ahead(1, ".") && is_star(self, 3))) {
            return Ok(None);
        }
        let table = table_of(self.path(2)?);
        self.check_schema(table.schema.as_deref(), &[&table.name]);
        self.expect_symbol(".")?;
        self.expect_symbol("*")?;
        Ok(Some(Item::Star(Some(table))))
    }

    /// The name of a column that has no alias, as MariaDB makes it.
    fn label(&self, expr: &Expr, span: Span) -> String {
        match &expr.kind {
            Kind::Column(column) => column.name.clone(),
            Kind::Number(number) => number.clone(),
            Kind::Text(text) => cut(without_blanks(text)).to_owned(),
            Kind::Null => "NULL".into(),
            Kind::Bool(true) => "TRUE".into(),
            Kind::Bool(false) => "FALSE".into(),
            // The database drops the sign, and so does the name.
            Kind::Unary(UnaryOperator::Plus, operand) => self.label(operand, span),
            _ => cut(&self.without_hidden(span)).to_owned(),
        }
    }

    fn without_hidden(&self, span: Span) -> String {
        // Enough of it for a label.
        let end = self
            .text
            .floor_char_boundary(span.end.min(span.start + 16 * LONGEST_LABEL));
        let first = self.hidden.partition_point(|hidden| hidden.end <= span.start);
        let (mut made, mut from) = (String::new(), span.start);
        for hidden in self.hidden.iter().skip(first).take_while(|hidden| hidden.start < end) {
            made.push_str(self.text.get(from..hidden.start).unwrap_or_default());
            from = hidden.end;
        }
        made.push_str(self.text.get(from..end).unwrap_or_default());
        made
    }
}

fn chain(first: Body, rest: Vec<(SetOperator, bool, Body)>) -> Body {
    match rest.is_empty() {
        true => first,
        false => Body::Set {
            first: Box::new(first),
            rest,
        },
    }
}

/// A text as a name: without blanks before it.
fn without_blanks(text: &str) -> &str {
    text.trim_start_matches(|char: char| char <= ' ' || char == '\u{7f}')
}

fn cut(label: &str) -> &str {
    label.get(..label.floor_char_boundary(LONGEST_LABEL)).unwrap_or(label)
}
