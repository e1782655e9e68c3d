//! The conversion of a value to the form in which its column stores it (contract "Admin API", 10.3, "Writing special
//! columns", and 10.5, "Conversions on write").
//!
//! The columns are as wide as those of the panel's MariaDB: `INT` for whole numbers and unix seconds, `TINYINT` for
//! flags, `DECIMAL(12,2)` for money, `DOUBLE`, `VARCHAR(255)` for texts, `TEXT` for the long ones ([`is_long`]), and
//! `MEDIUMTEXT` for JSON: a bouquet of 20,000 streams has to fit.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Result};

use super::rows::zero;
use crate::money::Money;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::typed::types::{Collation, Dec, Type};
use crate::store::mysql::values::date::print_time;
use crate::store::mysql::values::decimal::arithmetic::{self, Rounding};
use crate::store::mysql::values::decimal::digits::Digits;
use crate::store::mysql::values::double;
use crate::store::mysql::values::statement::{LONGEST, fail, spend};
use crate::store::mysql::values::wide;
use crate::store::schema::{self, Column, ColumnType, Table};
use crate::time::{self, Zone};

/// The SQL function `m_store(value, code [, row])`: `value` is held as its static type says, `code` is [`code`]'s, `row`
/// is the number of the row of an INSERT in words of an error (1 without it). Returns the stored form.
pub const FUNCTION: &str = "m_store";

/// What NULL becomes in a column that is not nullable. (A key that is NULL becomes 0, which means that it is generated.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullRule {
    /// The type's zero or `''`: UPDATE, INSERT of several rows and its update list, INSERT … SELECT, IGNORE.
    Zero,
    /// The statement fails: INSERT of one row and its update list; the update list of INSERT … SELECT.
    Fail,
}

/// Where a value goes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub table: &'static Table,
    pub column: &'static Column,
    pub nulls: NullRule,
    pub zone: Zone,
    /// For the words of an error.
    pub row: usize,
}

/// Whether a text may be longer than `VARCHAR(255)`.
pub fn is_long(column: &Column) -> bool {
    column.kind == ColumnType::Text && LONG.contains(&column.name)
}

/// Texts that are longer than `VARCHAR(255)`.
const LONG: [&str; 18] = [
    "action",
    "admin_notes",
    "cast",
    "cover",
    "cover_big",
    "current_source",
    "description",
    "extra_data",
    "fav_channels",
    "msg",
    "notes",
    "notice_html",
    "now_playing_content",
    "plot",
    "query_string",
    "reseller_notes",
    "stream_icon",
    "user_agent",
];

/// Characters of a text.
const CHARACTERS: usize = 255;

/// Bytes of a long text.
const LONG_BYTES: usize = 65_535;

/// Returns the number that tells [`FUNCTION`] the type of its value, the column and the rule for NULL.
pub fn code(ty: Type, table: &'static Table, column: &'static Column, nulls: NullRule) -> i64 {
    let [kind, a, b, c] = type_code(ty);
    let byte = |number: Option<usize>| number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX);
    let nulls = match nulls {
        NullRule::Zero => 0,
        NullRule::Fail => 1,
    };
    let table_at = byte(schema::position(table));
    i64::from_be_bytes([0, nulls, kind, a, b, c, table_at, byte(table.position(column))])
}

fn type_code(ty: Type) -> [u8; 4] {
    match ty {
        Type::Null => [0, 0, 0, 0],
        Type::Int { digits } => [1, digits, 0, 0],
        Type::UInt => [2, 0, 0, 0],
        Type::Dec(dec) => [3, dec.whole, dec.places, dec.carried],
        Type::Double { places: None } => [4, 0, 0, 0],
        Type::Double { places: Some(places) } => [5, places, 0, 0],
        Type::Text(_) => [6, 0, 0, 0],
        Type::Date => [7, 0, 0, 0],
        Type::DateTime { places } => [8, places, 0, 0],
        Type::Time { places } => [9, places, 0, 0],
        Type::Json => [10, 0, 0, 0],
    }
}

fn decoded(code: i64, zone: Zone, row: usize) -> Option<(Type, Target)> {
    let [_, nulls, kind, a, b, c, table_at, column_at] = code.to_be_bytes();
    let ty = match kind {
        0 => Type::Null,
        1 => Type::Int { digits: a },
        2 => Type::UInt,
        3 => Type::Dec(Dec {
            whole: a,
            places: b,
            carried: c,
        }),
        4 => Type::Double { places: None },
        5 => Type::Double { places: Some(a) },
        6 => Type::Text(Collation::General),
        7 => Type::Date,
        8 => Type::DateTime { places: a },
        9 => Type::Time { places: a },
        10 => Type::Json,
        _ => return None,
    };
    let table = schema::table_at(usize::from(table_at))?;
    let target = Target {
        table,
        column: table.column_at(usize::from(column_at))?,
        nulls: if nulls == 0 { NullRule::Zero } else { NullRule::Fail },
        zone,
        row,
    };
    Some((ty, target))
}

/// Registers [`FUNCTION`].
pub fn register(db: &Connection, zone: Zone) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for arguments in [2, 3] {
        db.create_scalar_function(FUNCTION, arguments, flags, move |context: &Context<'_>| {
            let row = match context.len() {
                3 => usize::try_from(context.get::<i64>(2)?).unwrap_or(1),
                _ => 1,
            };
            let Some((ty, target)) = decoded(context.get(1)?, zone, row) else {
                return Err(fail(SqlError::internal()));
            };
            let value = context.get_raw(0);
            if let ValueRef::Text(text) = value {
                spend(text.len())?;
            }
            stored(value, ty, &target).map_err(fail)
        })?;
    }
    Ok(())
}

/// Returns the stored form of a value that is held as its type says.
///
/// # Errors
/// NULL where the rule forbids it, and what is no date in a column of dates.
pub fn stored(value: ValueRef<'_>, ty: Type, target: &Target) -> std::result::Result<Value, SqlError> {
    let column = target.column;
    let Some(given) = Given::new(value, ty) else {
        return null(target);
    };
    Ok(match column.kind {
        ColumnType::Int | ColumnType::Unix => Value::Integer(given.whole(i32::MIN.into(), i32::MAX.into())),
        ColumnType::Flag => Value::Integer(given.whole(i8::MIN.into(), i8::MAX.into())),
        ColumnType::Money => Value::Integer(given.hundredths()),
        ColumnType::Real => Value::Real(given.double()),
        ColumnType::Text => Value::Text(cut(given.text(), column)),
        ColumnType::Json => Value::Text(given.text()),
        ColumnType::Iso => return date(&given, target),
    })
}

fn null(target: &Target) -> std::result::Result<Value, SqlError> {
    let column = target.column;
    let is_key = target.table.key().is_some_and(|key| key.name == column.name);
    match target.nulls {
        _ if column.nullable => Ok(Value::Null),
        NullRule::Fail if !is_key => Err(SqlError::not_null(column.name)),
        _ => Ok(zero(column.kind)),
    }
}

/// A value that is to be stored.
#[derive(Clone, Copy, Debug)]
enum Given<'a> {
    /// A number times 10^`places`, with the places that are shown.
    Decimal {
        number: i128,
        places: u8,
        shown: u8,
    },
    Double(f64),
    Text(&'a str),
    /// `YYYY-MM-DD`, with or without a time.
    Date(&'a str),
    /// Microseconds, with the places that are shown.
    Time(i64, u8),
}

impl<'a> Given<'a> {
    /// Reads a held value; `None` is NULL.
    fn new(value: ValueRef<'a>, ty: Type) -> Option<Given<'a>> {
        Some(match value {
            ValueRef::Null => return None,
            ValueRef::Real(number) => Given::Double(number),
            ValueRef::Text(text) => {
                let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= LONGEST)?;
                match ty {
                    Type::Date | Type::DateTime { .. } => Given::Date(text),
                    _ => Given::Text(text),
                }
            }
            ValueRef::Integer(_) | ValueRef::Blob(_) => match (wide::number(value)?, ty) {
                (number, Type::Dec(dec)) => Given::Decimal {
                    number,
                    places: dec.carried,
                    shown: dec.places,
                },
                (number, Type::Time { places }) => Given::Time(i64::try_from(number).ok()?, places),
                (number, _) => Given::Decimal {
                    number,
                    places: 0,
                    shown: 0,
                },
            },
        })
    }

    /// The nearest whole number of a range: halves of a double go to the even, others away from zero; of a time the
    /// fraction is cut off.
    fn whole(&self, least: i64, most: i64) -> i64 {
        let number = match *self {
            Given::Decimal { number, places, .. } => scaled(number, places, 0),
            Given::Double(number) => whole_of(number),
            Given::Text(text) => Digits::of_stored_text(text.as_bytes()).decimal(0, 20),
            Given::Date(text) => Digits::of_text(digits(text).as_bytes()).decimal(0, 20),
            Given::Time(micros, _) => clock(micros) / 1_000_000,
        };
        i64::try_from(number.clamp(least.into(), most.into())).unwrap_or(most)
    }

    /// The nearest amount of money, in hundredths.
    fn hundredths(&self) -> i64 {
        const WHOLE: u32 = 10;
        let number = match *self {
            Given::Decimal { number, places, .. } => scaled(number, places, 2),
            Given::Double(number) => Digits::of_double(number).decimal(2, WHOLE),
            Given::Text(text) => Digits::of_text(text.as_bytes()).decimal(2, WHOLE),
            Given::Date(text) => Digits::of_text(digits(text).as_bytes()).decimal(2, WHOLE),
            Given::Time(micros, _) => scaled(clock(micros), 6, 2),
        };
        let most = i128::from(Money::MAX.0);
        i64::try_from(number.clamp(-most, most)).unwrap_or(Money::MAX.0)
    }

    fn double(&self) -> f64 {
        match *self {
            Given::Decimal { number, places, .. } => arithmetic::double(number, places.into()),
            Given::Double(number) => number,
            Given::Text(text) => double::read(text),
            Given::Date(text) => double::read(&digits(text)),
            Given::Time(micros, _) => arithmetic::double(clock(micros), 6),
        }
    }

    fn text(&self) -> String {
        match *self {
            Given::Decimal { number, places, shown } => arithmetic::text(scaled(number, places, shown), shown.into()),
            Given::Double(number) => double::print(number),
            Given::Text(text) | Given::Date(text) => text.to_owned(),
            Given::Time(micros, places) => print_time(micros, places),
        }
    }
}

/// A number with other places, or the largest one.
fn scaled(number: i128, from: u8, to: u8) -> i128 {
    let scaled = arithmetic::scale(number, from.into(), to.into(), Rounding::Half);
    scaled.unwrap_or(if number < 0 { i128::MIN } else { i128::MAX })
}

/// A double as a whole number, halves to the even; beyond 64 bits it only is beyond them.
fn whole_of(number: f64) -> i128 {
    // Rust prints it so.
    format!("{:.0}", number.clamp(-1e20, 1e20)).parse().unwrap_or(0)
}

/// The number of a date: its digits, and a fraction.
fn digits(date: &str) -> String {
    date.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect()
}

/// A time as the number HHMMSS, in millionths.
fn clock(micros: i64) -> i128 {
    let micros = i128::from(micros);
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    (seconds / 3600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60) * 1_000_000 + rest
}

/// Cuts a text at its column's width.
fn cut(mut text: String, column: &Column) -> String {
    let end = match LONG.contains(&column.name) {
        true => match text.len() {
            ..=LONG_BYTES => return text,
            _ => (0..=LONG_BYTES)
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0),
        },
        false => match text.len() {
            ..=CHARACTERS => return text,
            _ => text.char_indices().nth(CHARACTERS).map_or(text.len(), |(at, _)| at),
        },
    };
    text.truncate(end);
    text
}

/// The stored form of a date.
fn date(given: &Given<'_>, target: &Target) -> std::result::Result<Value, SqlError> {
    let zone = target.zone;
    let iso = match *given {
        Given::Decimal { .. } | Given::Double(_) => match given.whole(i64::MIN, i64::MAX) {
            0 => return Ok(Value::Null),
            unix => (100_000_000..=9_999_999_999)
                .contains(&unix)
                .then(|| zone.iso(unix))
                .flatten(),
        },
        Given::Text("" | "0") => return Ok(Value::Null),
        Given::Text(text) => of_text(without_zeros(text), zone),
        // A fraction of a second is cut off.
        Given::Date(text) => of_text(text.split('.').next().unwrap_or(text), zone),
        Given::Time(..) => None,
    };
    iso.map(Value::Text)
        .ok_or_else(|| SqlError::bad_date(&given.text(), target.column.name, target.row))
}

/// A text without a fraction of a second that is nothing: `exp_date + INTERVAL 1 DAY` has one.
fn without_zeros(text: &str) -> &str {
    match text.split_once('.') {
        Some((seconds, zeros)) if zeros.len() == 6 && zeros.bytes().all(|byte| byte == b'0') => seconds,
        _ => text,
    }
}

/// Reads the forms of a date (contract, 3.2).
fn of_text(text: &str, zone: Zone) -> Option<String> {
    let is_unix = matches!(text.len(), 9 | 10) && text.bytes().all(|byte| byte.is_ascii_digit());
    let instant = match is_unix {
        true => text.parse().ok()?,
        false => zone.instant(time::parse_local(text)?),
    };
    zone.iso(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INT: Type = Type::Int { digits: 19 };
    const DOUBLE: Type = Type::Double { places: None };
    const TEXT: Type = Type::Text(Collation::General);
    const NOW: &str = "2026-03-15 14:30:00";

    fn dec(number: i128, places: u8, carried: u8) -> (Value, Type) {
        let dec = Dec {
            whole: 38 - carried,
            places,
            carried,
        };
        (Value::Blob(wide::bytes(number).to_vec()), Type::Dec(dec))
    }

    fn text(text: &str) -> (Value, Type) {
        (Value::Text(text.into()), TEXT)
    }

    fn double(number: f64) -> (Value, Type) {
        (Value::Real(number), DOUBLE)
    }

    fn int(number: i64) -> (Value, Type) {
        (Value::Integer(number), INT)
    }

    fn time(micros: i64) -> (Value, Type) {
        (Value::Integer(micros), Type::Time { places: 3 })
    }

    fn uint() -> (Value, Type) {
        (Value::Blob(wide::bytes(u64::MAX.into()).to_vec()), Type::UInt)
    }

    fn datetime(text: &str) -> (Value, Type) {
        (Value::Text(text.into()), Type::DateTime { places: 3 })
    }

    fn date(text: &str) -> (Value, Type) {
        (Value::Text(text.into()), Type::Date)
    }

    fn null() -> (Value, Type) {
        (Value::Null, Type::Null)
    }

    fn target(table: &str, column: &str, nulls: NullRule) -> Target {
        let table = schema::table(table).unwrap();
        Target {
            table,
            column: table.column(column).unwrap(),
            nulls,
            zone: Zone::UTC,
            row: 1,
        }
    }

    fn put(table: &str, column: &str, (value, ty): (Value, Type)) -> std::result::Result<Value, SqlError> {
        stored(ValueRef::from(&value), ty, &target(table, column, NullRule::Zero))
    }

    /// What MariaDB 10.11.19 stores in an INT.
    #[test]
    fn whole_numbers_are_rounded_and_clamped() {
        for (given, expected) in [
            (double(2.5), 2),
            (double(3.5), 4),
            (double(-2.5), -2),
            (double(1e30), 2_147_483_647),
            (double(-1e30), -2_147_483_648),
            (dec(25, 1, 1), 3),
            (dec(-25, 1, 1), -3),
            (dec(349_999_999, 8, 8), 3),
            (dec(499_999_999, 5, 9), 0),
            (dec(999_999_999, 4, 9), 1),
            (text("2.7"), 3),
            (text("2.5"), 3),
            (text("-2.5"), -3),
            (text("2.5e0"), 3),
            (text("1e2"), 100),
            (text("12abc"), 12),
            (text(" 5"), 5),
            (text("\t5"), 5),
            (text("5 "), 5),
            (text("+5"), 5),
            (text("+ 5"), 0),
            (text(".5"), 1),
            (text(".4"), 0),
            (text("0x10"), 0),
            (text("abc"), 0),
            (text("99999999999"), 2_147_483_647),
            (text("1e30"), 2_147_483_647),
            (text("-1e1000"), -2_147_483_648),
            (text(""), 0),
            (text("-"), 0),
            (text("1e"), 1),
            (text("1e+"), 1),
            (text("1.5e1x"), 15),
            (text("25e-1"), 3),
            (text("15e-1"), 2),
            (text("1.49999999999999999999"), 1),
            (text("0.49999999999999999999999999999999"), 0),
            (text("\u{ff11}"), 0),
            (text("198.51.100.16"), 19_851),
            (text("1.2.3"), 12),
            (text("-1.6.3"), -16),
            (text("31.01.26"), 3101),
            (text("1.9."), 19),
            (text("1.9.e5"), 19),
            (text(".5.5"), 5),
            (text("1..2"), 1),
            (text("..5"), 0),
            (text(".e1"), 0),
            (text("1.25e1.3"), 13),
            (text("5.e1.3"), 50),
            (text("1.2 .3"), 1),
            (text("1.11111111111111111111111.5"), 1),
            (text("1.8446744073709551615.5"), 2_147_483_647),
            (text("1.6e+"), 16),
            (text("-1.6E-"), -16),
            (text("1.6e+x"), 2),
            (text("1.6e+ "), 2),
            (text("1.6e"), 2),
            (date("2026-03-15"), 20_260_315),
            (datetime(NOW), 2_147_483_647),
            (time(52_200_000_000), 143_000),
            (time(-37_230_000_000), -102_030),
            (time(1_999_999), 1),
            (time(-1_600_000), -1),
            (uint(), 2_147_483_647),
            (int(2_147_483_648), 2_147_483_647),
            (int(-2_147_483_649), -2_147_483_648),
            (null(), 0),
        ] {
            let put = put("lines", "created_by", given.clone());
            assert_eq!(put, Ok(Value::Integer(expected)), "{given:?}");
        }
        for (given, expected) in [(int(200), 127), (int(-200), -128), (text("abc"), 0), (null(), 0)] {
            assert_eq!(put("lines", "enabled", given), Ok(Value::Integer(expected)));
        }
        assert_eq!(put("lines", "member_id", null()), Ok(Value::Null));
    }

    /// What MariaDB 10.11.19 stores in a DECIMAL(12,2).
    #[test]
    fn money_is_rounded_away_from_zero() {
        for (given, expected) in [
            (text("1.005"), 101),
            (text("1.005x"), 101),
            (dec(1005, 3, 3), 101),
            (double(1.005), 101),
            (double(2.675), 268),
            (double(1.115), 112),
            (double(0.285), 29),
            (double(1e30), 999_999_999_999),
            (double(-1e30), -999_999_999_999),
            (text("1e30"), 999_999_999_999),
            (text("abc"), 0),
            (text("12abc"), 1200),
            (text("1e3"), 100_000),
            (text("  7.5"), 750),
            (text("."), 0),
            (text("1e-400"), 0),
            (text("9999999999.995"), 999_999_999_999),
            // (1/3)*0.015
            (dec(4_999_999_995, 7, 12), 0),
            (dec(5, 3, 3), 1),
            (dec(-5, 3, 3), -1),
            (dec(49_999, 7, 7), 0),
            (dec(333_333_333, 4, 9), 33),
            (dec(666_666_666, 4, 9), 67),
            (dec(123_456_789_015, 1, 1), 999_999_999_999),
            (datetime(NOW), 999_999_999_999),
            (time(52_200_000_000), 14_300_000),
            (time(1_555_000), 156),
            (time(-1_555_000), -156),
            (uint(), 999_999_999_999),
            (int(10), 1000),
            (null(), 0),
        ] {
            let put = put("users", "credits", given.clone());
            assert_eq!(put, Ok(Value::Integer(expected)), "{given:?}");
        }
    }

    /// What MariaDB 10.11.19 stores in a DOUBLE.
    #[test]
    fn doubles_take_the_carried_places() {
        for (given, expected) in [
            (dec(333_333_333, 4, 9), 0.333333333),
            (text("1/3"), 1.0),
            (text("1e400"), f64::MAX),
            (text("1e-400"), 0.0),
            (text("abc"), 0.0),
            (text("1.5x"), 1.5),
            (text(" 7"), 7.0),
            (text("0x10"), 0.0),
            (text("-2.5e1e"), -25.0),
            (datetime("2026-03-15 14:30:00.000"), 20_260_315_143_000.0),
            (time(-1_555_000), -1.555),
            (uint(), 18_446_744_073_709_551_615.0),
            (dec(123_456_789_012_345_678_905, 1, 1), 12_345_678_901_234_567_890.5),
            (int(3), 3.0),
            (null(), 0.0),
        ] {
            let put = put("streams", "rating", given.clone());
            assert_eq!(put, Ok(Value::Real(expected)), "{given:?}");
        }
    }

    #[test]
    fn texts_are_cut_at_the_width_of_their_column() {
        let given = |column, given| match put("lines", column, given) {
            Ok(Value::Text(text)) => text,
            other => panic!("{other:?}"),
        };
        for (value, expected) in [
            (text("x  "), "x  "),
            (dec(250, 2, 2), "2.50"),
            (dec(666_666_666, 4, 9), "0.6667"),
            (int(-7), "-7"),
            (uint(), "18446744073709551615"),
            (date("2026-03-15"), "2026-03-15"),
            (datetime("2026-03-15 14:30:00.000"), "2026-03-15 14:30:00.000"),
            (time(-3_723_000_000), "-01:02:03.000"),
            (double(2.5), "2.5"),
            (null(), ""),
        ] {
            assert_eq!(given("username", value.clone()), expected, "{value:?}");
        }
        let long = "é".repeat(40_000);
        assert_eq!(given("username", text(&long)).chars().count(), 255);
        assert_eq!(given("admin_notes", text(&long)).len(), 65_534);
        assert_eq!(given("admin_notes", text(&format!("x{long}"))).len(), 65_535);
        assert_eq!(given("bouquet", text(&long)).len(), 80_000);
    }

    #[test]
    fn dates_are_normalised_and_what_is_none_fails() {
        let ok = |text: &str| Ok(Value::Text(text.into()));
        for (given, expected) in [
            (text("2026-12-31"), ok("2026-12-31")),
            (text("2026-12-31 00:00:00"), ok("2026-12-31")),
            (text("2026-12-31 23:59"), ok("2026-12-31 23:59:00")),
            (text("1798675200"), ok("2026-12-31")),
            (int(1_798_675_201), ok("2026-12-31 00:00:01")),
            (int(999_999_999), ok("2001-09-09 01:46:39")),
            (double(1_798_675_200.0), ok("2026-12-31")),
            (date("2026-12-31"), ok("2026-12-31")),
            (datetime("2026-12-31 00:00:00.000"), ok("2026-12-31")),
            (datetime("2026-12-31 10:00:00"), ok("2026-12-31 10:00:00")),
            (text(""), Ok(Value::Null)),
            (text("0"), Ok(Value::Null)),
            (int(0), Ok(Value::Null)),
            (null(), Ok(Value::Null)),
        ] {
            assert_eq!(put("lines", "exp_date", given.clone()), expected, "{given:?}");
        }
        for given in [
            text("2026-02-30"),
            text("never"),
            text("20261231"),
            text("2026-12-31 10:00:00.5"),
            int(20_261_231),
            int(-1_798_675_200),
            int(99_999_999_999),
            time(1_000_000),
        ] {
            let error = put("activecodes", "exp_date", given.clone()).unwrap_err().to_string();
            assert!(error.starts_with("Incorrect datetime value: '"), "{given:?} {error}");
            assert!(error.ends_with("' for column 'exp_date' at row 1"), "{given:?} {error}");
        }
    }

    #[test]
    fn a_local_time_that_does_not_exist_moves_forward() {
        let target = Target {
            zone: Zone::named("Europe/London").unwrap(),
            ..target("lines", "exp_date", NullRule::Zero)
        };
        let put = stored(ValueRef::Text(b"2026-03-29 01:30:00"), TEXT, &target);
        assert_eq!(put, Ok(Value::Text("2026-03-29 02:30:00".into())));
    }

    #[test]
    fn null_is_refused_where_the_rule_says_so() {
        let put = |column| stored(ValueRef::Null, Type::Null, &target("lines", column, NullRule::Fail));
        assert_eq!(put("username"), Err(SqlError::not_null("username")));
        assert_eq!(put("exp_date"), Ok(Value::Null));
        assert_eq!(put("id"), Ok(Value::Integer(0)));
    }

    #[test]
    fn the_function_knows_type_and_column_by_its_code() {
        let db = Connection::open_in_memory().unwrap();
        register(&db, Zone::UTC).unwrap();
        let types = [
            Type::Null,
            INT,
            Type::UInt,
            dec(1, 2, 3).1,
            DOUBLE,
            Type::Double { places: Some(3) },
            TEXT,
            Type::Date,
            Type::DateTime { places: 6 },
            Type::Time { places: 6 },
            Type::Json,
        ];
        for table in schema::tables() {
            for column in table.columns() {
                for ty in types {
                    let (read, target) = decoded(code(ty, table, column, NullRule::Fail), Zone::UTC, 3).unwrap();
                    let names = [target.table.name, target.column.name];
                    assert_eq!((read, names), (ty, [table.name, column.name]));
                    assert_eq!(target.nulls, NullRule::Fail);
                }
            }
        }
        let table = schema::table("lines").unwrap();
        let dec = code(dec(0, 2, 2).1, table, table.column("id").unwrap(), NullRule::Zero);
        let sql = format!("SELECT {FUNCTION}(250, {dec}, 1), {FUNCTION}(NULL, {dec})");
        let row = db.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        assert_eq!(row, Ok((3, 0)));
    }
}
