//! An expression as SQL for SQLite with its static type, and its conversion to the other types.

use super::types::{Collation, Dec, NARROW, Type};
use crate::store::mysql::values::date::{fraction_of, is_datetime};
use crate::store::schema::{Column, Table};

/// The clock's date.
pub const TODAY: &str = "substr(m_now(:now, 0), 1, 10)";

/// An expression that is ready for SQLite.
#[derive(Clone, Debug)]
pub struct Typed {
    /// In brackets, or one word.
    pub sql: String,
    pub ty: Type,
    /// Its value, if it was written as one.
    pub literal: Option<Literal>,
    /// The stored column that it is, unchanged.
    pub origin: Option<Origin>,
    /// Whether it is 0, 1 or NULL.
    pub truth: bool,
    /// A text's number where a number is wanted, if that is not the one that it begins with.
    pub number: Option<Box<Typed>>,
    /// The places that a text's number shows, where they are fixed; others show as many as they have.
    pub number_places: Option<u8>,
    /// What a column of texts stores of a decimal that is chosen from several: with the places of the chosen one.
    pub stored_text: Option<String>,
    /// What a date compares as, where NULL may stand for a wrong one: that counts as zero (10.5, "Dates").
    pub compared: Option<String>,
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Null,
    Int(i64),
    Number(f64),
    Text(String),
}

/// A column of a stored table.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub table: &'static Table,
    pub column: &'static Column,
}

impl Typed {
    /// An expression of which nothing but its type is known.
    pub fn new(sql: impl Into<String>, ty: Type) -> Typed {
        Typed {
            sql: sql.into(),
            ty,
            literal: None,
            origin: None,
            truth: false,
            number: None,
            number_places: None,
            stored_text: None,
            compared: None,
        }
    }

    /// A text whose number shows no places, as that of `DATE_FORMAT()` and `CAST(x AS CHAR)`.
    pub fn of_whole_number(self) -> Typed {
        Typed {
            number_places: Some(0),
            ..self
        }
    }

    /// A date or time that is NULL when `of` is a wrong one.
    pub fn of_date(self, of: &Typed) -> Typed {
        let zero = zero_date(self.ty).unwrap_or_else(|| "0".into());
        // A function of what is a date already only has NULL from it.
        if of.ty.is_temporal() || of.ty == Type::Null {
            return self;
        }
        Typed {
            compared: Some(or_zero(&self.sql, of, &zero)),
            ..self
        }
    }

    /// The value as it stands in a comparison.
    pub fn in_comparison(&self) -> Typed {
        match &self.compared {
            Some(compared) => Typed::new(compared.clone(), self.ty),
            None => self.clone(),
        }
    }

    /// 0, 1 or NULL.
    pub fn truth(sql: impl Into<String>) -> Typed {
        Typed {
            truth: true,
            ..Typed::new(sql, Type::TRUTH)
        }
    }

    /// NULL as a literal.
    pub fn null() -> Typed {
        Typed {
            literal: Some(Literal::Null),
            ..Typed::new("NULL", Type::Null)
        }
    }

    /// A whole number as a literal.
    pub fn int(number: i64) -> Typed {
        let digits = number.unsigned_abs().checked_ilog10().unwrap_or(0).saturating_add(1);
        Typed {
            literal: Some(Literal::Int(number)),
            ..Typed::new(
                int_literal(number),
                Type::Int {
                    digits: u8::try_from(digits).unwrap_or(19),
                },
            )
        }
    }

    /// A text as a literal.
    pub fn text(text: &str) -> Typed {
        Typed {
            literal: Some(Literal::Text(text.to_owned())),
            ..Typed::new(text_literal(text), Type::TEXT)
        }
    }

    /// Whether it costs nothing to write it twice.
    pub fn is_short(&self) -> bool {
        self.literal.is_some() || self.origin.is_some() || self.sql.len() < 12
    }

    /// Whether no row changes it.
    pub fn is_constant(&self) -> bool {
        // Names of columns are quoted.
        !self.sql.contains('"')
    }

    /// The whole number that was written.
    pub fn as_int(&self) -> Option<i64> {
        match self.literal {
            Some(Literal::Int(number)) => Some(number),
            _ => None,
        }
    }

    /// The text that was written.
    pub fn as_text(&self) -> Option<&str> {
        match &self.literal {
            Some(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The collation by which it compares as a text.
    pub fn collation(&self) -> Collation {
        match self.ty {
            Type::Text(collation) => collation,
            _ => Collation::General,
        }
    }

    /// As REAL.
    pub fn double(&self) -> String {
        let sql = &self.sql;
        if let Some(number) = &self.number {
            return number.double();
        }
        match (self.ty, &self.literal) {
            (Type::Null, _) => "NULL".into(),
            (Type::Int { .. }, Some(Literal::Int(number))) => format!("CAST({number} AS REAL)"),
            (Type::Int { .. }, _) => format!("CAST({sql} AS REAL)"),
            (Type::UInt, _) => format!("m_dec_double({sql}, 0)"),
            (Type::Dec(dec), _) => format!("m_dec_double({sql}, {})", dec.carried),
            (Type::Double { .. }, _) => sql.clone(),
            (Type::Text(_), _) => format!("m_text_double({sql})"),
            (Type::Json, _) => format!("m_json_double({sql})"),
            (Type::Date | Type::DateTime { .. } | Type::Time { .. }, _) => self.digits().double(),
        }
    }

    /// As TEXT.
    pub fn printed(&self) -> String {
        let sql = &self.sql;
        match self.ty {
            Type::Null => "NULL".into(),
            Type::Int { .. } => format!("CAST({sql} AS TEXT)"),
            Type::UInt => format!("m_uint_text({sql})"),
            Type::Dec(dec) => format!("m_dec_text({sql}, {}, {})", dec.carried, dec.places),
            Type::Double { places: None } => format!("m_double_text({sql})"),
            Type::Double { places: Some(places) } => format!("m_double_text({sql}, {places})"),
            Type::Time { places } => format!("m_time_text({sql}, {places})"),
            Type::Text(_) | Type::Json | Type::Date | Type::DateTime { .. } => sql.clone(),
        }
    }

    /// As the text that a column of texts stores: of a decimal all places that are carried.
    pub fn stored_text(&self) -> String {
        match (&self.stored_text, self.ty) {
            (Some(text), _) => text.clone(),
            (None, Type::Dec(dec)) => format!("m_dec_text({}, {}, {})", self.sql, dec.carried, dec.carried),
            _ => self.printed(),
        }
    }

    /// As INTEGER, as an argument that counts something is read.
    pub fn whole(&self) -> String {
        let sql = &self.sql;
        if let Some(number) = &self.number {
            return number.whole();
        }
        match self.ty {
            Type::Null => "NULL".into(),
            Type::Int { .. } => sql.clone(),
            Type::UInt => format!("m_uint_int({sql})"),
            Type::Dec(dec) => format!("m_dec_int({sql}, {})", dec.carried),
            Type::Double { .. } => format!("m_double_int({sql})"),
            Type::Text(_) => format!("m_text_int({sql})"),
            Type::Json => format!("m_double_int({})", self.double()),
            Type::Date => format!("m_date_int({sql})"),
            Type::DateTime { .. } => format!("m_datetime_int({sql})"),
            Type::Time { .. } => format!("m_time_int({sql})"),
        }
    }

    /// A condition: 0, 1 or NULL.
    pub fn condition(&self) -> String {
        let sql = &self.sql;
        match self.ty {
            _ if self.truth => sql.clone(),
            Type::Int { .. } => format!("({sql} <> 0)"),
            Type::Dec(dec) if !dec.is_wide() => format!("({sql} <> 0)"),
            _ => format!("({} <> 0.0)", self.double()),
        }
    }

    /// A date or time as the number of its digits; other values as they are.
    pub fn digits(&self) -> Typed {
        let sql = &self.sql;
        match self.ty {
            Type::Date => Typed::new(format!("m_date_int({sql})"), Type::Int { digits: 8 }),
            Type::DateTime { places: 0 } => Typed::new(format!("m_datetime_int({sql})"), Type::Int { digits: 14 }),
            Type::Time { places: 0 } => Typed::new(format!("m_time_int({sql})"), Type::Int { digits: 7 }),
            Type::DateTime { places } => Typed::new(
                format!("m_datetime_dec({sql}, {places})"),
                Type::Dec(Dec::new(14, places)),
            ),
            Type::Time { places } => Typed::new(format!("m_time_dec({sql}, {places})"), Type::Dec(Dec::new(7, places))),
            _ => self.clone(),
        }
    }

    /// A value of arithmetic: exact, or a Double.
    pub fn numeric(&self) -> Typed {
        if let Some(number) = &self.number {
            return number.numeric();
        }
        match self.ty {
            Type::Null => Typed::new("NULL", Type::DOUBLE),
            Type::Text(_) | Type::Json => Typed::new(
                self.double(),
                Type::Double {
                    places: self.number_places,
                },
            ),
            Type::Date | Type::DateTime { .. } | Type::Time { .. } => self.digits(),
            Type::Int { .. } | Type::UInt | Type::Dec(_) | Type::Double { .. } => self.clone(),
        }
    }

    /// An exact value at the places and in the form of `to`; places are added, or rounded off.
    pub fn scaled(&self, to: Dec) -> String {
        let Some(from) = self.ty.decimal() else {
            return match self.ty {
                Type::Null => "NULL".into(),
                _ => format!(
                    "m_double_dec({}, {}, {}, {})",
                    self.double(),
                    to.carried,
                    to.whole,
                    u8::from(to.is_wide())
                ),
            };
        };
        let sql = &self.sql;
        let (from_wide, to_wide) = (self.ty.is_wide(), to.is_wide());
        if from.carried == to.carried && from_wide == to_wide {
            return sql.clone();
        }
        let added = to.carried.checked_sub(from.carried);
        match added {
            Some(added) if !from_wide && !to_wide && from.whole.saturating_add(to.carried) <= NARROW => {
                format!("({sql} * {})", 10_i64.saturating_pow(u32::from(added)))
            }
            _ => format!(
                "m_scale({sql}, {}, {}, {})",
                from.carried,
                to.carried,
                u8::from(to_wide)
            ),
        }
    }

    /// An exact value without the places that are not shown; others as they are.
    pub fn shown(&self) -> Typed {
        match self.ty {
            Type::Dec(dec) if dec.carried > dec.places => {
                let shown = Typed::new(self.scaled(dec.shown()), Type::Dec(dec.shown()));
                Typed {
                    literal: self.literal.clone(),
                    ..shown
                }
            }
            _ => self.clone(),
        }
    }

    /// As a date.
    pub fn date(&self) -> String {
        let sql = &self.sql;
        match self.ty {
            Type::Null => "NULL".into(),
            Type::Date => sql.clone(),
            Type::DateTime { .. } => format!("m_datetime_date({sql})"),
            Type::Time { .. } => format!("m_datetime_date({})", self.datetime(0)),
            Type::Text(_) | Type::Json => format!("m_text_date({sql})"),
            Type::Int { .. } => format!("m_int_date({sql})"),
            Type::UInt | Type::Dec(_) | Type::Double { .. } => format!("m_real_date({})", self.double()),
        }
    }

    /// As a date with its time, to this many places of a second.
    pub fn datetime(&self, places: u8) -> String {
        let sql = &self.sql;
        let zeros = || match places {
            0 => String::new(),
            _ => format!(".{}", "0".repeat(usize::from(places))),
        };
        match self.ty {
            Type::Null => "NULL".into(),
            Type::Date => format!("({sql} || ' 00:00:00{}')", zeros()),
            Type::DateTime { places: own } if own == places => sql.clone(),
            Type::DateTime { .. } => format!("m_round_datetime({sql}, {places})"),
            Type::Time { .. } => format!("m_time_datetime({sql}, {TODAY}, {places})"),
            Type::Text(_) | Type::Json => format!("m_text_datetime({sql}, {places})"),
            Type::Int { .. } => format!("m_int_datetime({sql}, {places})"),
            Type::UInt | Type::Dec(_) | Type::Double { .. } => format!("m_real_datetime({}, {places})", self.double()),
        }
    }

    /// As a time of the day or a span.
    pub fn time(&self, places: u8) -> String {
        let sql = &self.sql;
        match self.ty {
            Type::Null => "NULL".into(),
            Type::Time { places: own } if own == places => sql.clone(),
            Type::Time { .. } => format!("m_round_time({sql}, {places})"),
            Type::Date => "0".into(),
            Type::DateTime { .. } => format!("m_datetime_time({sql}, {places})"),
            Type::Text(_) | Type::Json => format!("m_text_time({sql}, {places})"),
            Type::Int { .. } => format!("m_int_time({sql}, {places})"),
            Type::UInt | Type::Dec(_) | Type::Double { .. } => format!("m_real_time({}, {places})", self.double()),
        }
    }

    /// The places of a second that it has as a date with its time.
    pub fn fraction(&self) -> u8 {
        match self.ty {
            Type::DateTime { places } | Type::Time { places } => places,
            Type::Dec(dec) => dec.places.min(6),
            Type::Double { .. } => 6,
            Type::Text(_) | Type::Json => self.fixed_fraction().unwrap_or(6),
            _ => 0,
        }
    }

    /// The places of a second of a text, where they are known before it is read.
    pub fn fixed_fraction(&self) -> Option<u8> {
        let written = self.as_text().map(fraction_of);
        written.or_else(|| self.interval_places()).or(self.number_places)
    }

    /// The same; a text that was written and is no date has all of them.
    pub fn datetime_fraction(&self) -> u8 {
        match self.as_text() {
            Some(text) if !is_datetime(text) => 6,
            _ => self.fraction(),
        }
    }

    /// The places of a second of a text to which an interval was added: where a number is wanted it is that of its
    /// digits, with so many places.
    pub fn interval_places(&self) -> Option<u8> {
        match self.number.as_deref()?.ty {
            Type::Double { places } => places,
            _ => None,
        }
    }

    /// As a value of another type, where an expression has several (10.6, "Types").
    pub fn converted(&self, to: Type) -> String {
        match to {
            _ if self.ty == to => self.sql.clone(),
            Type::Null => self.sql.clone(),
            Type::Int { .. } => self.whole(),
            Type::UInt => format!("m_wide({})", self.whole()),
            Type::Dec(dec) => self.scaled(dec),
            Type::Double { .. } => self.double(),
            Type::Text(_) | Type::Json => self.printed(),
            Type::Date => self.date(),
            Type::DateTime { places } => self.datetime(places),
            Type::Time { places } => self.time(places),
        }
    }
}

/// The zero of a type of dates; none for the others.
pub fn zero_date(ty: Type) -> Option<String> {
    match ty {
        Type::Date => Some("'0000-00-00'".into()),
        Type::DateTime { places } => Some(zero_datetime(places)),
        _ => None,
    }
}

/// The zero date with its time.
pub fn zero_datetime(places: u8) -> String {
    match places {
        0 => "'0000-00-00 00:00:00'".into(),
        _ => format!("'0000-00-00 00:00:00.{}'", "0".repeat(places.into())),
    }
}

/// A date that was read from a value, or zero where that is there and no date.
pub fn or_zero(date: &str, of: &Typed, zero: &str) -> String {
    format!("coalesce({date}, CASE WHEN {} IS NOT NULL THEN {zero} END)", of.sql)
}

/// A whole number as SQLite reads it.
pub fn int_literal(number: i64) -> String {
    match number {
        // Its digits alone are beyond 64 bits.
        i64::MIN => "(-9223372036854775807 - 1)".into(),
        0.. => number.to_string(),
        _ => format!("({number})"),
    }
}

/// A text as SQLite reads it.
pub fn text_literal(text: &str) -> String {
    match text.contains('\0') {
        false => format!("'{}'", text.replace('\'', "''")),
        true => {
            let digits: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            format!("CAST(x'{digits}' AS TEXT)")
        }
    }
}

/// A Double as SQLite reads it.
pub fn double_literal(number: f64) -> String {
    match number.is_finite() {
        true => format!("({number:e})"),
        false => "NULL".into(),
    }
}

/// A number in the form of a wide value.
pub fn wide_literal(number: i128) -> String {
    let digits: String = (number ^ i128::MIN)
        .to_be_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("x'{digits}'")
}
