//! Operators, by their precedence.
//!
//! A chain of operators is read in a loop, so that it costs no stack, and its levels are counted.

use super::super::lex::TokenKind;
use super::super::tree::{BinaryOperator, Expr, Kind, UnaryOperator, Unit};
use super::{HIGHEST, Parsed, Parser};
use crate::store::mysql::errors::SqlError;

/// How strongly operators bind, loosest first (10.6, "Precedence").
mod binds {
    pub const OR: u8 = 1;
    pub const XOR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    /// Comparisons and IS.
    pub const COMPARISON: u8 = 5;
    pub const BETWEEN: u8 = 6;
    /// LIKE, REGEXP, RLIKE, IN, SOUNDS LIKE.
    pub const LIKE: u8 = 7;
    pub const BIT_OR: u8 = 8;
    pub const BIT_AND: u8 = 9;
    pub const SHIFT: u8 = 10;
    pub const SUM: u8 = 11;
    pub const PRODUCT: u8 = 12;
    pub const BIT_XOR: u8 = 13;
    pub const ALL: u8 = u8::MAX;
}

/// An operator behind an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Binary(BinaryOperator),
    Is,
    Between,
    In,
    Like,
    Regexp,
    SoundsLike,
    /// NOT before one of the others, or astray.
    Not,
}

const SYMBOLS: [(&str, Operator, u8); 20] = [
    ("=", Operator::Binary(BinaryOperator::Equal), binds::COMPARISON),
    (
        "<=>",
        Operator::Binary(BinaryOperator::NullSafeEqual),
        binds::COMPARISON,
    ),
    ("<>", Operator::Binary(BinaryOperator::NotEqual), binds::COMPARISON),
    ("!=", Operator::Binary(BinaryOperator::NotEqual), binds::COMPARISON),
    ("<", Operator::Binary(BinaryOperator::Less), binds::COMPARISON),
    ("<=", Operator::Binary(BinaryOperator::LessOrEqual), binds::COMPARISON),
    (">", Operator::Binary(BinaryOperator::Greater), binds::COMPARISON),
    (
        ">=",
        Operator::Binary(BinaryOperator::GreaterOrEqual),
        binds::COMPARISON,
    ),
    ("||", Operator::Or, binds::OR),
    ("&&", Operator::And, binds::AND),
    ("|", Operator::Binary(BinaryOperator::BitOr), binds::BIT_OR),
    ("&", Operator::Binary(BinaryOperator::BitAnd), binds::BIT_AND),
    ("<<", Operator::Binary(BinaryOperator::ShiftLeft), binds::SHIFT),
    (">>", Operator::Binary(BinaryOperator::ShiftRight), binds::SHIFT),
    ("+", Operator::Binary(BinaryOperator::Add), binds::SUM),
    ("-", Operator::Binary(BinaryOperator::Subtract), binds::SUM),
    ("*", Operator::Binary(BinaryOperator::Multiply), binds::PRODUCT),
    ("/", Operator::Binary(BinaryOperator::Divide), binds::PRODUCT),
    ("%", Operator::Binary(BinaryOperator::Remainder), binds::PRODUCT),
    ("^", Operator::Binary(BinaryOperator::BitXor), binds::BIT_XOR),
];

const WORDS: [(&str, Operator, u8); 12] = [
    ("OR", Operator::Or, binds::OR),
    ("XOR", Operator::Binary(BinaryOperator::Xor), binds::XOR),
    ("AND", Operator::And, binds::AND),
    ("IS", Operator::Is, binds::COMPARISON),
    ("BETWEEN", Operator::Between, binds::BETWEEN),
    ("IN", Operator::In, binds::LIKE),
    ("LIKE", Operator::Like, binds::LIKE),
    ("REGEXP", Operator::Regexp, binds::LIKE),
    ("RLIKE", Operator::Regexp, binds::LIKE),
    ("NOT", Operator::Not, binds::LIKE),
    ("DIV", Operator::Binary(BinaryOperator::IntegerDivide), binds::PRODUCT),
    ("MOD", Operator::Binary(BinaryOperator::Remainder), binds::PRODUCT),
];

impl Parser<'_> {
    /// An expression, up to what cannot belong to it.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn expr(&mut self) -> Parsed<Expr> {
        self.operators(binds::OR)
    }

    /// An operand that ends before IN, as POSITION's first.
    pub fn operand_before_in(&mut self) -> Parsed<Expr> {
        self.operators(binds::BIT_OR)
    }

    fn operators(&mut self, loosest: u8) -> Parsed<Expr> {
        let beside = std::mem::take(&mut self.height);
        let left = self.prefix(loosest)?;
        self.operators_after(left, loosest, beside)
    }

    /// Goes on behind an operand that was read already, as a whole expression.
    pub fn expr_after(&mut self, left: Expr) -> Parsed<Expr> {
        self.operators_after(left, binds::OR, 0)
    }

    /// Applies the operators behind an operand. `beside` is the height of what stands beside the expression.
    fn operators_after(&mut self, left: Expr, loosest: u8, beside: usize) -> Parsed<Expr> {
        let mut height = self.height.max(1);
        let mut left = left;
        // Behind a looser operator a closer one belongs to its right side, or is astray.
        let mut closest = binds::ALL;
        // The operator whose terms `left` is a list of.
        let mut listed = None;
        while let Some((operator, binds)) = self.operator() {
            if binds < loosest || binds > closest {
                break;
            }
            self.height = 0;
            let start = left.span.start;
            let is_listed = listed == Some(operator);
            listed = Some(operator).filter(|operator| matches!(operator, Operator::Or | Operator::And));
            left = match (operator, left.kind) {
                (Operator::Or, Kind::Any(terms)) if is_listed => self.one_more(terms, binds, Kind::Any, start)?,
                (Operator::And, Kind::All(terms)) if is_listed => self.one_more(terms, binds, Kind::All, start)?,
                (operator, kind) => {
                    let span = left.span;
                    height += 1;
                    self.applied(Expr { kind, span }, operator)?
                }
            };
            height = height.max(self.height + 1);
            if height > HIGHEST {
                return Err(SqlError::too_deep());
            }
            closest = match left.kind {
                Kind::DateAdd { .. } => binds::ALL,
                _ => binds,
            };
        }
        self.height = beside.max(height);
        Ok(left)
    }

    /// Another term of a row of AND or OR.
    fn one_more(&mut self, terms: Vec<Expr>, binds: u8, kind: fn(Vec<Expr>) -> Kind, start: usize) -> Parsed<Expr> {
        self.skip();
        let mut terms = terms;
        terms.push(self.operators(binds + 1)?);
        Ok(self.made(kind(terms), start))
    }

    /// An expression that began at a place and ends with the last token.
    pub fn made(&self, kind: Kind, start: usize) -> Expr {
        let span = start..self.last_end().max(start);
        Expr { kind, span }
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let token = self.token();
        let written = self.written(token);
        match token.kind {
            TokenKind::Symbol => {
                let found = SYMBOLS.iter().find(|(symbol, _, _)| *symbol == written)?;
                Some((found.1, found.2))
            }
            TokenKind::Word if (2..=7).contains(&written.len()) => {
                if let Some(found) = WORDS.iter().find(|(word, _, _)| written.eq_ignore_ascii_case(word)) {
                    let between = found.1 == Operator::Not && self.is_word_ahead(1, "BETWEEN");
                    return Some((found.1, if between { binds::BETWEEN } else { found.2 }));
                }
                let sounds = written.eq_ignore_ascii_case("SOUNDS") && self.is_word_ahead(1, "LIKE");
                sounds.then_some((Operator::SoundsLike, binds::LIKE))
            }
            _ => None,
        }
    }

    /// The next operator with its right side, applied to its left side.
    fn applied(&mut self, left: Expr, operator: Operator) -> Parsed<Expr> {
        self.skip();
        let start = left.span.start;
        let kind = match operator {
            Operator::Or => Kind::Any(vec![left, self.operators(binds::XOR)?]),
            Operator::And => Kind::All(vec![left, self.operators(binds::NOT)?]),
            Operator::Binary(operator) => self.binary(left, operator)?,
            Operator::Is => self.is(left)?,
            Operator::SoundsLike => self.sounds_like(left)?,
            Operator::Not => {
                let (operator, _) = self.operator().ok_or_else(|| self.fault())?;
                self.negatable(left, operator, true)?
            }
            operator => {
                self.at -= 1;
                self.negatable(left, operator, false)?
            }
        };
        Ok(self.made(kind, start))
    }

    fn binary(&mut self, left: Expr, operator: BinaryOperator) -> Parsed<Kind> {
        let binds = binding(operator);
        if binds == binds::COMPARISON && self.is_quantifier() {
            return self.quantified(left, operator);
        }
        let subtract = operator == BinaryOperator::Subtract;
        if (subtract || operator == BinaryOperator::Add) && self.is_word("INTERVAL") {
            return Ok(match self.interval()? {
                Interval::Of(amount, unit) => date_add(left, amount, unit, subtract),
                Interval::Call(call) => {
                    let right = self.operators_after(call, binds + 1, 0)?;
                    Kind::Binary(operator, Box::new(left), Box::new(right))
                }
            });
        }
        let right = self.operators(binds + 1)?;
        Ok(Kind::Binary(operator, Box::new(left), Box::new(right)))
    }

    fn is_quantifier(&self) -> bool {
        self.is_one_of(&["ANY", "SOME", "ALL"]) && self.is_symbol_ahead(1, "(")
    }

    fn quantified(&mut self, left: Expr, operator: BinaryOperator) -> Parsed<Kind> {
        let all = self.is_word("ALL");
        self.skip();
        let query = self.bracketed(Self::query)?;
        Ok(Kind::Quantified {
            left: Box::new(left),
            operator,
            all,
            query: Box::new(query),
        })
    }

    fn is(&mut self, left: Expr) -> Parsed<Kind> {
        let negated = self.take_word("NOT");
        let what = match () {
            () if self.take_word("NULL") || self.take_word("UNKNOWN") => None,
            () if self.take_word("TRUE") => Some(true),
            () if self.take_word("FALSE") => Some(false),
            () => return Err(self.fault()),
        };
        let expr = Box::new(left);
        Ok(Kind::Is { expr, what, negated })
    }

    fn sounds_like(&mut self, left: Expr) -> Parsed<Kind> {
        self.expect_word("LIKE")?;
        let right = self.operators(binds::BIT_OR)?;
        let soundex = |expr: Expr| {
            let span = expr.span.clone();
            let kind = Kind::Call("SOUNDEX".into(), vec![expr]);
            Box::new(Expr { kind, span })
        };
        Ok(Kind::Binary(BinaryOperator::Equal, soundex(left), soundex(right)))
    }

    /// The operators that take NOT before them.
    fn negatable(&mut self, left: Expr, operator: Operator, negated: bool) -> Parsed<Kind> {
        if !matches!(
            operator,
            Operator::In | Operator::Between | Operator::Like | Operator::Regexp
        ) {
            return Err(self.fault());
        }
        self.skip();
        let expr = Box::new(left);
        match operator {
            Operator::In => self.in_list(expr, negated),
            Operator::Between => self.between(expr, negated),
            Operator::Like => self.like(expr, negated),
            _ => {
                let pattern = Box::new(self.operators(binds::BIT_OR)?);
                Ok(Kind::Regexp { expr, pattern, negated })
            }
        }
    }

    fn between(&mut self, expr: Box<Expr>, negated: bool) -> Parsed<Kind> {
        let low = Box::new(self.operators(binds::BETWEEN)?);
        self.expect_word("AND")?;
        let high = Box::new(self.nested(|parser| parser.operators(binds::BETWEEN))?);
        Ok(Kind::Between {
            expr,
            low,
            high,
            negated,
        })
    }

    fn like(&mut self, expr: Box<Expr>, negated: bool) -> Parsed<Kind> {
        let pattern = Box::new(self.operators(binds::BIT_OR)?);
        let escape = match self.take_word("ESCAPE") {
            true => Some(Box::new(self.operators(binds::BIT_OR)?)),
            false => None,
        };
        Ok(Kind::Like {
            expr,
            pattern,
            escape,
            negated,
        })
    }

    fn in_list(&mut self, expr: Box<Expr>, negated: bool) -> Parsed<Kind> {
        self.bracketed(|parser| {
            if parser.is_query() {
                let query = Box::new(parser.query()?);
                return Ok(Kind::InQuery { expr, query, negated });
            }
            let mut list = parser.list(Self::expr_or_query)?;
            // `IN ((SELECT 1))` is a sub-query, too.
            if let [
                Expr {
                    kind: Kind::Scalar(_), ..
                },
            ] = list.as_slice()
                && let Some(Expr {
                    kind: Kind::Scalar(query),
                    ..
                }) = list.pop()
            {
                return Ok(Kind::InQuery { expr, query, negated });
            }
            Ok(Kind::In { expr, list, negated })
        })
    }

    fn prefix(&mut self, loosest: u8) -> Parsed<Expr> {
        if loosest > binds::NOT || !self.is_word("NOT") {
            return self.unary();
        }
        let start = self.token().start;
        self.skip();
        let operand = self.nested(|parser| parser.operators(binds::NOT))?;
        Ok(self.made(Kind::Unary(UnaryOperator::Not, Box::new(operand)), start))
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.token().start;
        let operator = match () {
            () if self.take_symbol("-") => UnaryOperator::Minus,
            () if self.take_symbol("+") => UnaryOperator::Plus,
            () if self.take_symbol("~") => UnaryOperator::Invert,
            () if self.take_symbol("!") => UnaryOperator::Not,
            () if self.take_word("BINARY") => {
                let operand = self.nested(Self::unary)?;
                return Ok(self.made(Kind::Collate(Box::new(operand), "binary".into()), start));
            }
            () if self.is_word("INTERVAL") => return self.interval_first(),
            () => return self.postfix(),
        };
        let operand = self.nested(Self::unary)?;
        Ok(self.made(Kind::Unary(operator, Box::new(operand)), start))
    }

    /// `INTERVAL 1 DAY + x`, or the function INTERVAL.
    fn interval_first(&mut self) -> Parsed<Expr> {
        let start = self.token().start;
        match self.interval()? {
            Interval::Call(call) => Ok(call),
            Interval::Of(amount, unit) => {
                self.expect_symbol("+")?;
                let date = self.nested(|parser| parser.operators(binds::COMPARISON))?;
                Ok(self.made(date_add(date, amount, unit, false), start))
            }
        }
    }

    fn interval(&mut self) -> Parsed<Interval> {
        let start = self.token().start;
        self.expect_word("INTERVAL")?;
        let amount = self.nested(|parser| {
            if !parser.is_symbol("(") {
                return parser.expr();
            }
            match parser.postfix()? {
                row @ Expr { kind: Kind::Row(_), .. } => Ok(row),
                amount => parser.expr_after(amount),
            }
        })?;
        if let Kind::Row(arguments) = amount.kind {
            return Ok(Interval::Call(
                self.made(Kind::Call("INTERVAL".into(), arguments), start),
            ));
        }
        let unit = self.unit()?;
        Ok(Interval::Of(amount, unit))
    }

    /// `INTERVAL amount unit`, where it cannot be the function.
    pub fn plain_interval(&mut self) -> Parsed<(Expr, Unit)> {
        match self.interval()? {
            Interval::Of(amount, unit) => Ok((amount, unit)),
            Interval::Call(_) => Err(self.fault()),
        }
    }

    /// An operand with what binds closest: COLLATE, `->`, `->>`.
    fn postfix(&mut self) -> Parsed<Expr> {
        let operand = self.primary()?;
        self.postfix_after(operand)
    }

    /// What binds closest to an operand that was read.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn postfix_after(&mut self, operand: Expr) -> Parsed<Expr> {
        let start = operand.span.start;
        let mut operand = operand;
        loop {
            let kind = if self.take_word("COLLATE") {
                Kind::Collate(Box::new(operand), self.collation()?)
            } else if self.is_symbol("->") || self.is_symbol("->>") {
                let unquoted = self.is_symbol("->>");
                self.skip();
                let path = self.primary()?;
                let extract = Kind::Call("JSON_EXTRACT".into(), vec![operand, path]);
                match unquoted {
                    true => Kind::Call("JSON_UNQUOTE".into(), vec![self.made(extract, start)]),
                    false => extract,
                }
            } else {
                return Ok(operand);
            };
            operand = self.made(kind, start);
            self.height += 1;
            if self.height > HIGHEST {
                return Err(SqlError::too_deep());
            }
        }
    }

    /// The name of a collation.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn collation(&mut self) -> Parsed<String> {
        match self.token().kind {
            TokenKind::Text => self.texts(),
            _ if self.is_word("BINARY") => Ok(self.any_name()),
            _ => self.name(),
        }
    }
}

/// What INTERVAL turned out to be.
enum Interval {
    Of(Expr, Unit),
    /// The function of two or more arguments.
    Call(Expr),
}

/// A date with an interval added or subtracted.
pub fn date_add(date: Expr, amount: Expr, unit: Unit, subtract: bool) -> Kind {
    Kind::DateAdd {
        date: Box::new(date),
        amount: Box::new(amount),
        unit,
        subtract,
    }
}

fn binding(operator: BinaryOperator) -> u8 {
    let all = SYMBOLS.iter().chain(&WORDS);
    all.filter(|(_, other, _)| *other == Operator::Binary(operator))
        .map(|(_, _, binds)| *binds)
        .next()
        .unwrap_or(binds::COMPARISON)
}
