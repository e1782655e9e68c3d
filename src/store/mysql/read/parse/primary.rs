//! Operands: literals, names, brackets, CASE, variables.

use super::super::lex::{self, TokenKind};
use super::super::tree::{CastType, Expr, Kind, Query};
use super::names::is_reserved;
use super::{Parsed, Parser};

/// Names of character sets that may stand before a literal.
const CHARSETS: [&str; 12] = [
    "_utf8", "_utf8mb3", "_utf8mb4", "_binary", "_ascii", "_latin1", "_latin2", "_cp1250", "_cp1251", "_cp1252",
    "_greek", "_ucs2",
];

/// Functions that need no brackets.
const BARE_CALLS: [&str; 9] = [
    "CURRENT_DATE",
    "CURRENT_ROLE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "UTC_DATE",
    "UTC_TIME",
];

impl Parser<'_> {
    /// An operand without operators: a literal, a name, a call, brackets, CASE and the like.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn primary(&mut self) -> Parsed<Expr> {
        let token = self.token();
        let kind = match token.kind {
            TokenKind::Number => {
                self.skip();
                Kind::Number(self.written(token).to_owned())
            }
            TokenKind::Text => Kind::Text(self.texts()?),
            TokenKind::Bytes => {
                self.skip();
                Kind::Bytes(lex::bytes(self.written(token)))
            }
            TokenKind::Null => {
                self.skip();
                Kind::Null
            }
            TokenKind::Symbol => return self.symbol(),
            TokenKind::Word => return self.word(),
            TokenKind::Name | TokenKind::Quoted => self.named()?,
            TokenKind::Broken | TokenKind::End => return Err(self.fault()),
        };
        Ok(self.made(kind, token.start))
    }

    fn symbol(&mut self) -> Parsed<Expr> {
        let start = self.token().start;
        let kind = match self.written(self.token()) {
            "(" => return self.bracket_expr(),
            "{" => self.braces()?,
            "@" => self.variable()?,
            "?" => {
                self.skip();
                self.fail("there is no value for a ? placeholder");
                Kind::Null
            }
            "." => Kind::Column(self.column_name()?),
            _ => return Err(self.fault()),
        };
        Ok(self.made(kind, start))
    }

    /// `(x)`, `(a, b)` or `(SELECT …)`.
    fn bracket_expr(&mut self) -> Parsed<Expr> {
        let start = self.token().start;
        let kind = self.bracketed(|parser| {
            if parser.is_query() {
                return parser.query().map(scalar);
            }
            let mut list = parser.list(Self::expr_or_query)?;
            match (list.pop(), list.is_empty()) {
                (Some(only), true) => Ok(only.kind),
                (last, _) => {
                    list.extend(last);
                    Ok(Kind::Row(list))
                }
            }
        })?;
        Ok(self.made(kind, start))
    }

    /// An expression; a query in brackets may go on as a query: `(SELECT 1) UNION SELECT 2`.
    pub fn expr_or_query(&mut self) -> Parsed<Expr> {
        if !self.is_symbol("(") {
            return self.expr();
        }
        let beside = std::mem::take(&mut self.height);
        let start = self.token().start;
        let first = self.bracket_expr()?;
        let made = match first.kind {
            Kind::Scalar(query) if self.goes_on_as_query() => {
                let query = self.query_after(super::query::body_of(*query))?;
                self.made(scalar(query), start)
            }
            kind => {
                let left = self.made(kind, start);
                let left = self.postfix_after(left)?;
                self.expr_after(left)?
            }
        };
        self.height = self.height.max(beside);
        Ok(made)
    }

    /// `{d '…'}`, `{t '…'}`, `{ts '…'}`, `{fn f(x)}`.
    fn braces(&mut self) -> Parsed<Kind> {
        self.expect_symbol("{")?;
        let word = self.name()?.to_ascii_uppercase();
        let to = match word.as_str() {
            "D" => Some(CastType::Date),
            "T" => Some(CastType::Time(6)),
            "TS" => Some(CastType::DateTime(6)),
            _ => None,
        };
        let inner = self.nested(Self::expr)?;
        self.expect_symbol("}")?;
        Ok(match (to, &inner.kind) {
            (Some(to), Kind::Text(text)) => {
                let to = with_places(to, text);
                Kind::Cast(Box::new(inner), to)
            }
            _ => inner.kind,
        })
    }

    /// `@x`, `@'x'`, `@@x`, `@@global.x`, `@x := 1`: read and refused.
    fn variable(&mut self) -> Parsed<Kind> {
        self.refuse("variables");
        self.expect_symbol("@")?;
        if self.take_symbol("@") {
            self.name_after_dot()?;
            while self.take_symbol(".") {
                self.name_after_dot()?;
            }
            return Ok(Kind::Null);
        }
        match self.token().kind {
            TokenKind::Text => self.skip(),
            _ => _ = self.name_after_dot()?,
        }
        if self.take_symbol(":=") {
            self.nested(Self::expr)?;
        }
        Ok(Kind::Null)
    }

    /// A keyword, or the name of a column or function.
    fn word(&mut self) -> Parsed<Expr> {
        let token = self.token();
        let word = self.written(token).to_ascii_uppercase();
        let opens = self.is_symbol_ahead(1, "(");
        let literal = match word.as_str() {
            "NULL" => Some(Kind::Null),
            "TRUE" => Some(Kind::Bool(true)),
            "FALSE" => Some(Kind::Bool(false)),
            _ => None,
        };
        let kind = match word.as_str() {
            _ if literal.is_some() => {
                self.skip();
                literal.unwrap_or(Kind::Null)
            }
            "CASE" => self.nested(Self::case)?,
            "EXISTS" => {
                self.skip();
                Kind::Exists(Box::new(self.bracketed(Self::query)?))
            }
            "ROW" if opens => self.row()?,
            "DATE" | "TIME" | "TIMESTAMP" if self.ahead(1).kind == TokenKind::Text => self.dated(&word)?,
            _ if word.starts_with('_') && self.is_introducer() => self.introduced()?,
            _ if opens => self.call(&word)?,
            _ if BARE_CALLS.contains(&word.as_str()) || word == "UTC_TIMESTAMP" => {
                self.skip();
                Kind::Call(self.written(token).to_owned(), Vec::new())
            }
            _ => self.named()?,
        };
        Ok(self.made(kind, token.start))
    }

    /// A column, or a function with a schema.
    fn named(&mut self) -> Parsed<Kind> {
        let path = self.path(3)?;
        if !self.is_symbol("(") {
            return Ok(Kind::Column(self.column_of(path)));
        }
        match path.as_slice() {
            [name] => {
                self.at -= 1;
                let name = name.to_ascii_uppercase();
                self.call(&name)
            }
            [schema @ .., name] => {
                self.refuse_function(&name.to_ascii_uppercase());
                self.check_schema(schema.first().map(String::as_str), &[name]);
                let (database, name) = (schema.join("."), name.clone());
                self.arguments()?;
                self.fail(format!("FUNCTION {database}.{name} does not exist"));
                Ok(Kind::Null)
            }
            [] => Err(self.fault()),
        }
    }

    fn row(&mut self) -> Parsed<Kind> {
        self.skip();
        self.bracketed(|parser| {
            let mut items = vec![parser.expr()?];
            parser.expect_symbol(",")?;
            items.extend(parser.list(Self::expr)?);
            Ok(Kind::Row(items))
        })
    }

    fn case(&mut self) -> Parsed<Kind> {
        self.expect_word("CASE")?;
        let operand = match self.is_word("WHEN") {
            true => None,
            false => Some(Box::new(self.expr()?)),
        };
        let mut branches = Vec::new();
        while self.take_word("WHEN") {
            let when = self.expr()?;
            self.expect_word("THEN")?;
            branches.push((when, self.expr()?));
        }
        if branches.is_empty() {
            return Err(self.fault());
        }
        let otherwise = match self.take_word("ELSE") {
            true => Some(Box::new(self.expr()?)),
            false => None,
        };
        self.expect_word("END")?;
        Ok(Kind::Case {
            operand,
            branches,
            otherwise,
        })
    }

    /// `DATE'…'`, `TIME'…'`, `TIMESTAMP'…'`.
    fn dated(&mut self, word: &str) -> Parsed<Kind> {
        self.skip();
        let token = self.token();
        let text = lex::value(self.written(token));
        self.skip();
        let to = match word {
            "DATE" => CastType::Date,
            "TIME" => with_places(CastType::Time(6), &text),
            _ => with_places(CastType::DateTime(6), &text),
        };
        let literal = Expr {
            kind: Kind::Text(text),
            span: token.span(),
        };
        Ok(Kind::Cast(Box::new(literal), to))
    }

    fn is_introducer(&self) -> bool {
        let written = self.written(self.token());
        CHARSETS.iter().any(|name| written.eq_ignore_ascii_case(name))
            && matches!(self.ahead(1).kind, TokenKind::Text | TokenKind::Bytes)
    }

    /// `_utf8'x'` is the text; `_utf8 0x41` is the text of these bytes.
    fn introduced(&mut self) -> Parsed<Kind> {
        self.skip();
        let token = self.token();
        if token.kind == TokenKind::Text {
            return self.texts().map(Kind::Text);
        }
        self.skip();
        let literal = Expr {
            kind: Kind::Bytes(lex::bytes(self.written(token))),
            span: token.span(),
        };
        Ok(Kind::Cast(Box::new(literal), CastType::Char(None)))
    }

    /// Whether a word can be the name of a function before a bracket.
    pub fn is_callable(word: &str) -> bool {
        const RESERVED_CALLS: [&str; 11] = [
            "CHAR",
            "IF",
            "INSERT",
            "LEFT",
            "MOD",
            "REPEAT",
            "REPLACE",
            "RIGHT",
            "ROW_NUMBER",
            "TRUNCATE",
            "UTC_TIMESTAMP",
        ];
        let special = RESERVED_CALLS.contains(&word) || BARE_CALLS.contains(&word);
        (special || !is_reserved(word)) && !matches!(word, "ANY" | "SOME")
    }
}

fn scalar(query: Query) -> Kind {
    Kind::Scalar(Box::new(query))
}

/// A literal has as many places of a second as are written.
fn with_places(to: CastType, text: &str) -> CastType {
    let fraction = text.rsplit_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let places = u8::try_from(digits).unwrap_or(6);
    match to {
        CastType::Time(_) => CastType::Time(places),
        CastType::DateTime(_) => CastType::DateTime(places),
        other => other,
    }
}
