//! Functions: those with a grammar of their own, aggregates, windows, CAST's types, units.

use crate::store::mysql::errors::SqlError;

use super::super::lex::TokenKind;
use super::super::tree::{Aggregate, BinaryOperator, Bound, CastType, Expr, Frame, Kind, Unit, Window};
use super::expression::date_add;
use super::{Parsed, Parser};

/// Functions that reach out of the database (10.4).
const REFUSED: [&str; 10] = [
    "LOAD_FILE",
    "SLEEP",
    "BENCHMARK",
    "GET_LOCK",
    "RELEASE_LOCK",
    "SYS_EXEC",
    "SYS_EVAL",
    "IS_FREE_LOCK",
    "IS_USED_LOCK",
    "RELEASE_ALL_LOCKS",
];

const UNITS: [(&str, Unit); 20] = [
    ("MICROSECOND", Unit::Microsecond),
    ("SECOND", Unit::Second),
    ("MINUTE", Unit::Minute),
    ("HOUR", Unit::Hour),
    ("DAY", Unit::Day),
    ("WEEK", Unit::Week),
    ("MONTH", Unit::Month),
    ("QUARTER", Unit::Quarter),
    ("YEAR", Unit::Year),
    ("SECOND_MICROSECOND", Unit::SecondMicrosecond),
    ("MINUTE_MICROSECOND", Unit::MinuteMicrosecond),
    ("MINUTE_SECOND", Unit::MinuteSecond),
    ("HOUR_MICROSECOND", Unit::HourMicrosecond),
    ("HOUR_SECOND", Unit::HourSecond),
    ("HOUR_MINUTE", Unit::HourMinute),
    ("DAY_MICROSECOND", Unit::DayMicrosecond),
    ("DAY_SECOND", Unit::DaySecond),
    ("DAY_MINUTE", Unit::DayMinute),
    ("DAY_HOUR", Unit::DayHour),
    ("YEAR_MONTH", Unit::YearMonth),
];

/// The functions whose number of arguments is part of MariaDB's grammar, with the least and the most: another number
/// is a syntax error.
const COUNTED: &[(&str, usize, usize)] = &[
    ("IF", 3, 3),
    ("USER", 0, 0),
    ("LEFT", 2, 2),
    ("RIGHT", 2, 2),
    ("REPLACE", 3, 3),
    ("REPEAT", 2, 2),
    ("TRUNCATE", 2, 2),
    ("CURDATE", 0, 0),
    ("CURRENT_DATE", 0, 0),
    ("DATE", 1, 1),
    ("TIME", 1, 1),
    ("YEAR", 1, 1),
    ("MONTH", 1, 1),
    ("DAY", 1, 1),
    ("HOUR", 1, 1),
    ("MINUTE", 1, 1),
    ("SECOND", 1, 1),
];

impl Parser<'_> {
    /// A function before its bracket. `name` is in capitals.
    pub fn call(&mut self, name: &str) -> Parsed<Kind> {
        let start = self.token().start;
        self.refuse_function(name);
        let kind = match name {
            "COUNT" | "SUM" | "AVG" | "MIN" | "MAX" | "GROUP_CONCAT" | "JSON_ARRAYAGG" | "JSON_OBJECTAGG" => {
                self.aggregate(name)?
            }
            _ => match self.special(name) {
                Some(read) => {
                    self.skip();
                    return self.bracketed(|parser| read(parser, name));
                }
                None if self.token().kind == TokenKind::Word && !Self::is_callable(name) => {
                    return Err(self.fault_at(name));
                }
                None => match COUNTED.iter().find(|(counted, ..)| *counted == name) {
                    Some((_, least, most)) => Kind::Call(self.any_name(), self.counted(*least, *most)?),
                    None => Kind::Call(self.any_name(), self.arguments()?),
                },
            },
        };
        match self.is_word("OVER") {
            true => self.window(self.made(kind, start)),
            false => Ok(kind),
        }
    }

    /// A reserved word fails itself; ANY and SOME fail at their bracket.
    fn fault_at(&mut self, name: &str) -> SqlError {
        if matches!(name, "ANY" | "SOME") {
            self.skip();
        }
        self.fault()
    }

    /// Notes a function that the contract refuses (10.4).
    pub fn refuse_function(&mut self, name: &str) {
        if REFUSED.contains(&name) {
            self.refuse(name);
        }
    }

    /// The arguments of a call, in their brackets.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        self.bracketed(|parser| match parser.is_symbol(")") {
            true => Ok(Vec::new()),
            false => parser.list(Self::expr),
        })
    }

    /// As many arguments as the grammar says.
    fn counted(&mut self, least: usize, most: usize) -> Parsed<Vec<Expr>> {
        self.bracketed(|parser| {
            let mut arguments = Vec::new();
            while arguments.len() < most && (arguments.len() < least || !parser.is_symbol(")")) {
                if !arguments.is_empty() {
                    parser.expect_symbol(",")?;
                }
                arguments.push(parser.expr()?);
            }
            Ok(arguments)
        })
    }

    /// How the inside of a function's brackets is read, where it is not just a list.
    fn special(&self, name: &str) -> Option<fn(&mut Self, &str) -> Parsed<Kind>> {
        Some(match name {
            "POSITION" => Self::position,
            "SUBSTRING" | "SUBSTR" | "MID" => Self::substring,
            "TRIM" => Self::trim,
            "EXTRACT" => Self::extract,
            "TIMESTAMPDIFF" => Self::timestamp_diff,
            "TIMESTAMPADD" => Self::timestamp_add,
            "DATE_ADD" | "DATE_SUB" | "ADDDATE" | "SUBDATE" => Self::date_function,
            "CAST" => Self::cast,
            "CONVERT" => Self::convert,
            "CHAR" => Self::char,
            "NOW" | "CURRENT_TIMESTAMP" | "SYSDATE" | "UTC_TIMESTAMP" | "CURTIME" | "CURRENT_TIME" | "UTC_TIME" => {
                Self::clock
            }
            "MOD" => Self::modulo,
            "VALUES" | "VALUE" => |parser, _| parser.column_name().map(Kind::Inserted),
            "DEFAULT" => |parser, _| parser.column_name().map(Kind::DefaultOf),
            _ => return None,
        })
    }

    fn position(&mut self, _: &str) -> Parsed<Kind> {
        let piece = self.operand_before_in()?;
        self.expect_word("IN")?;
        let text = self.expr()?;
        Ok(Kind::Call("LOCATE".into(), vec![piece, text]))
    }

    fn substring(&mut self, name: &str) -> Parsed<Kind> {
        let mut arguments = vec![self.expr()?];
        if self.is_symbol(")") {
            return Err(self.fault());
        }
        if self.take_word("FROM") {
            arguments.push(self.expr()?);
            if self.take_word("FOR") {
                arguments.push(self.expr()?);
            }
        } else {
            while arguments.len() < 3 && self.take_symbol(",") {
                arguments.push(self.expr()?);
            }
        }
        Ok(Kind::Call(name.to_owned(), arguments))
    }

    /// The places of a second that a clock is asked for: a whole number as it is written, no expression.
    fn clock(&mut self, name: &str) -> Parsed<Kind> {
        if self.is_symbol(")") {
            return Ok(Kind::Call(name.to_owned(), Vec::new()));
        }
        let start = self.token().start;
        let places = self.written_integer()?;
        // Too many are refused by the function, whatever their number.
        let places = Kind::Number(places.min(u64::from(u8::MAX)).to_string());
        Ok(Kind::Call(name.to_owned(), vec![self.made(places, start)]))
    }

    /// A whole number in decimal digits or as `0x…`.
    fn written_integer(&mut self) -> Parsed<u64> {
        let token = self.token();
        let written = self.written(token);
        let number = match (token.kind, written.strip_prefix("0x")) {
            (TokenKind::Number, _) => written.parse().map_err(|_| self.integers_only())?,
            (TokenKind::Bytes, Some(digits)) => u64::from_str_radix(digits, 16).unwrap_or(u64::MAX),
            _ => return Err(self.fault()),
        };
        self.skip();
        Ok(number)
    }

    fn trim(&mut self, _: &str) -> Parsed<Kind> {
        let (leading, trailing) = match () {
            () if self.take_word("LEADING") => (true, false),
            () if self.take_word("TRAILING") => (false, true),
            () if self.take_word("BOTH") => (true, true),
            () => return self.trim_both(),
        };
        let what = match self.is_word("FROM") {
            true => None,
            false => Some(Box::new(self.expr()?)),
        };
        self.expect_word("FROM")?;
        let from = Box::new(self.expr()?);
        Ok(Kind::Trim {
            leading,
            trailing,
            what,
            from,
        })
    }

    fn trim_both(&mut self) -> Parsed<Kind> {
        let first = Box::new(self.expr()?);
        let (what, from) = match self.take_word("FROM") {
            true => (Some(first), Box::new(self.expr()?)),
            false => (None, first),
        };
        Ok(Kind::Trim {
            leading: true,
            trailing: true,
            what,
            from,
        })
    }

    fn extract(&mut self, _: &str) -> Parsed<Kind> {
        let unit = self.unit()?;
        self.expect_word("FROM")?;
        Ok(Kind::Extract(unit, Box::new(self.expr()?)))
    }

    /// The unit of TIMESTAMPDIFF and TIMESTAMPADD, which may be written as `SQL_TSI_DAY`.
    fn simple_unit(&mut self) -> Parsed<Unit> {
        let written = self.written(self.token()).to_ascii_uppercase();
        let word = written.strip_prefix("SQL_TSI_").unwrap_or(&written);
        let found = UNITS.iter().take(9).find(|(name, _)| *name == word);
        let (_, unit) = found.ok_or_else(|| self.fault())?;
        self.skip();
        Ok(*unit)
    }

    fn timestamp_diff(&mut self, _: &str) -> Parsed<Kind> {
        let unit = self.simple_unit()?;
        self.expect_symbol(",")?;
        let from = Box::new(self.expr()?);
        self.expect_symbol(",")?;
        Ok(Kind::TimestampDiff(unit, from, Box::new(self.expr()?)))
    }

    fn timestamp_add(&mut self, _: &str) -> Parsed<Kind> {
        let unit = self.simple_unit()?;
        self.expect_symbol(",")?;
        let amount = self.expr()?;
        self.expect_symbol(",")?;
        Ok(date_add(self.expr()?, amount, unit, false))
    }

    fn date_function(&mut self, name: &str) -> Parsed<Kind> {
        let subtract = name.contains("SUB");
        let date = self.expr()?;
        self.expect_symbol(",")?;
        if name.starts_with("DATE_") || self.is_word("INTERVAL") {
            let (amount, unit) = self.plain_interval()?;
            return Ok(date_add(date, amount, unit, subtract));
        }
        let days = self.expr()?;
        Ok(date_add(date, days, Unit::Day, subtract))
    }

    fn cast(&mut self, _: &str) -> Parsed<Kind> {
        let expr = self.expr()?;
        self.expect_word("AS")?;
        self.cast_to(expr)
    }

    fn convert(&mut self, _: &str) -> Parsed<Kind> {
        let expr = self.expr()?;
        if self.take_word("USING") {
            self.charset()?;
            return Ok(Kind::Cast(Box::new(expr), CastType::Char(None)));
        }
        self.expect_symbol(",")?;
        self.cast_to(expr)
    }

    fn cast_to(&mut self, expr: Expr) -> Parsed<Kind> {
        let start = expr.span.start;
        let cast = Kind::Cast(Box::new(expr), self.cast_type()?);
        if !self.take_word("COLLATE") {
            return Ok(cast);
        }
        let collation = self.collation()?;
        Ok(Kind::Collate(Box::new(self.made(cast, start)), collation))
    }

    fn charset(&mut self) -> Parsed<()> {
        match self.take_word("BINARY") || self.token().kind == TokenKind::Text {
            true => Ok(()),
            false => self.name().map(|_| ()),
        }
    }

    fn char(&mut self, _: &str) -> Parsed<Kind> {
        let codes = self.list(Self::expr)?;
        if self.take_word("USING") {
            self.charset()?;
        }
        Ok(Kind::Call("CHAR".into(), codes))
    }

    fn modulo(&mut self, _: &str) -> Parsed<Kind> {
        let left = Box::new(self.expr()?);
        self.expect_symbol(",")?;
        let right = Box::new(self.expr()?);
        Ok(Kind::Binary(BinaryOperator::Remainder, left, right))
    }

    fn cast_type(&mut self) -> Parsed<CastType> {
        let word = self.written(self.token()).to_ascii_uppercase();
        if self.token().kind != TokenKind::Word {
            return Err(self.fault());
        }
        if !matches!(
            word.as_str(),
            "SIGNED"
                | "UNSIGNED"
                | "INT"
                | "INTEGER"
                | "DECIMAL"
                | "DEC"
                | "NUMERIC"
                | "FIXED"
                | "DOUBLE"
                | "FLOAT"
                | "CHAR"
                | "CHARACTER"
                | "NCHAR"
                | "NATIONAL"
                | "VARCHAR"
                | "BINARY"
                | "DATE"
                | "DATETIME"
                | "TIME"
        ) {
            return Err(SqlError::unknown_type(&self.any_name()));
        }
        self.skip();
        Ok(match word.as_str() {
            "SIGNED" | "UNSIGNED" => {
                self.take_one_of(&["INT", "INTEGER"]);
                if word == "SIGNED" {
                    CastType::Signed
                } else {
                    CastType::Unsigned
                }
            }
            "INT" | "INTEGER" => CastType::Signed,
            "DECIMAL" | "DEC" | "NUMERIC" | "FIXED" => self.decimal()?,
            "DOUBLE" => {
                self.decimal()?;
                CastType::Double
            }
            "FLOAT" => CastType::Float,
            "BINARY" => CastType::Binary(self.length()?),
            "DATE" => CastType::Date,
            "DATETIME" => CastType::DateTime(self.places()?),
            "TIME" => CastType::Time(self.places()?),
            _ => self.char_type(&word)?,
        })
    }

    /// `word` is the first one of the type.
    fn char_type(&mut self, word: &str) -> Parsed<CastType> {
        if word == "NATIONAL" {
            self.take_one_of(&["CHAR", "CHARACTER", "VARCHAR"]);
        }
        self.take_word("VARYING");
        let length = self.length()?;
        if self.take_words(&["CHARACTER", "SET"]) || self.take_words(&["CHAR", "SET"]) || self.take_word("CHARSET") {
            if self.is_word("BINARY") {
                self.skip();
                return Ok(CastType::Binary(length));
            }
            self.charset()?;
        }
        self.take_one_of(&["BINARY", "ASCII", "UNICODE"]);
        Ok(CastType::Char(length))
    }

    fn length(&mut self) -> Parsed<Option<u64>> {
        match self.is_symbol("(") {
            true => self.bracketed(Self::count).map(Some),
            false => Ok(None),
        }
    }

    fn places(&mut self) -> Parsed<u8> {
        let places = self.length()?.unwrap_or(0);
        Ok(u8::try_from(places).unwrap_or(u8::MAX))
    }

    fn decimal(&mut self) -> Parsed<CastType> {
        let (digits, places) = match self.is_symbol("(") {
            false => (10, 0),
            true => self.bracketed(|parser| {
                let digits = parser.count()?;
                let places = if parser.take_symbol(",") { parser.count()? } else { 0 };
                Ok((digits, places))
            })?,
        };
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        // 0 digits mean the default.
        let digits = if digits == 0 { 10 } else { small(digits) };
        Ok(CastType::Decimal(digits, small(places)))
    }

    /// The unit of an interval.
    ///
    /// # Errors
    /// A syntax error at the token that does not fit.
    pub fn unit(&mut self) -> Parsed<Unit> {
        let token = self.token();
        let found = UNITS.iter().find(|(name, _)| self.is_word(name));
        match found {
            Some((_, unit)) if token.kind == TokenKind::Word => {
                self.skip();
                Ok(*unit)
            }
            _ => Err(self.fault()),
        }
    }

    fn aggregate(&mut self, name: &str) -> Parsed<Kind> {
        self.skip();
        let aggregate = self.bracketed(|parser| parser.aggregated(name))?;
        Ok(Kind::Aggregate(Box::new(aggregate)))
    }

    fn aggregated(&mut self, name: &str) -> Parsed<Aggregate> {
        let mut aggregate = Aggregate {
            name: name.to_owned(),
            distinct: false,
            args: Vec::new(),
            order: Vec::new(),
            separator: None,
            limit: None,
        };
        if name == "COUNT" && self.take_symbol("*") {
            return Ok(aggregate);
        }
        aggregate.distinct = name != "JSON_OBJECTAGG" && self.take_word("DISTINCT");
        if !aggregate.distinct && name.len() <= 5 {
            self.take_word("ALL");
        }
        aggregate.args = match (name, aggregate.distinct) {
            ("COUNT", true) | ("GROUP_CONCAT", _) => self.list(Self::expr)?,
            ("JSON_OBJECTAGG", _) => {
                let key = self.expr()?;
                self.expect_symbol(",")?;
                vec![key, self.expr()?]
            }
            _ => vec![self.expr()?],
        };
        if matches!(name, "GROUP_CONCAT" | "JSON_ARRAYAGG") {
            self.concatenation(&mut aggregate)?;
        }
        Ok(aggregate)
    }

    fn concatenation(&mut self, aggregate: &mut Aggregate) -> Parsed<()> {
        aggregate.order = self.order()?;
        if aggregate.name == "GROUP_CONCAT" && self.take_word("SEPARATOR") {
            aggregate.separator = Some(self.texts()?);
        }
        aggregate.limit = self.limit()?;
        Ok(())
    }

    fn window(&mut self, call: Expr) -> Parsed<Kind> {
        self.expect_word("OVER")?;
        if !self.is_symbol("(") {
            let name = self.name()?;
            self.fail(format!("Window specification with name '{name}' is not defined"));
            return Ok(call.kind);
        }
        let window = self.bracketed(|parser| parser.window_inside(call))?;
        Ok(Kind::Window(Box::new(window)))
    }

    fn window_inside(&mut self, call: Expr) -> Parsed<Window> {
        let partition = match self.take_words(&["PARTITION", "BY"]) {
            true => self.list(Self::expr)?,
            false => Vec::new(),
        };
        let order = self.order()?;
        let frame = self.frame()?;
        Ok(Window {
            call,
            partition,
            order,
            frame,
        })
    }

    fn frame(&mut self) -> Parsed<Option<Frame>> {
        let range = self.take_word("RANGE");
        if !range && !self.take_word("ROWS") {
            return Ok(None);
        }
        let (from, to) = match self.take_word("BETWEEN") {
            true => {
                let from = self.bound()?;
                self.expect_word("AND")?;
                (from, self.bound()?)
            }
            false => (self.bound()?, Bound::CurrentRow),
        };
        Ok(Some(Frame { range, from, to }))
    }

    fn bound(&mut self) -> Parsed<Bound> {
        if self.take_words(&["CURRENT", "ROW"]) {
            return Ok(Bound::CurrentRow);
        }
        let count = match self.take_word("UNBOUNDED") {
            true => None,
            false => Some(self.count()?),
        };
        let preceding = self.take_word("PRECEDING");
        if !preceding {
            self.expect_word("FOLLOWING")?;
        }
        Ok(match (count, preceding) {
            (None, true) => Bound::UnboundedPreceding,
            (None, false) => Bound::UnboundedFollowing,
            (Some(rows), true) => Bound::Preceding(rows),
            (Some(rows), false) => Bound::Following(rows),
        })
    }
}
