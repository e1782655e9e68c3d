//! The functions by their names in SQL. Every one is NULL when an argument is NULL, or is not held as its type says.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Sql, ValueRef};

use super::arithmetic::{self, Amount, Value};
use super::moment::{DAY, Moment, SECOND, cut};
use super::{format, parts, pattern, print, read, unix};
use crate::store::mysql::typed::types::Dec;
use crate::store::mysql::values::statement::{LONGEST, spend};
use crate::time::Zone;

/// Bytes of the longest date.
const DATE: usize = 26;

/// Bytes of a date without a time.
const DATE_ALONE: usize = 10;

/// The arguments of a call.
struct Args<'a> {
    context: &'a Context<'a>,
    zone: Zone,
}

type Function = fn(&Args) -> Option<Sql>;

/// Makes the functions known on a connection; `zone` is the panel's.
///
/// # Errors
/// SQLite's.
pub fn register(db: &Connection, zone: Zone) -> rusqlite::Result<()> {
    for (name, count, function) in TABLE {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        db.create_scalar_function(name, count, flags, move |context| {
            let args = Args { context, zone };
            spend(args.growth())?;
            Ok(function(&args).filter(is_short))
        })?;
    }
    Ok(())
}

fn is_short(value: &Sql) -> bool {
    !matches!(value, Sql::Text(text) if text.len() > LONGEST)
}

/// Name, number of arguments, function.
const TABLE: [(&str, i32, Function); 41] = [
    ("m_text_datetime", 2, |args| {
        args.datetime(read::datetime(args.text(0)?)?.moment, 1)
    }),
    ("m_text_date", 1, |args| date(&read::datetime(args.text(0)?)?.moment)),
    ("m_text_time", 2, |args| args.time(read::time(args.text(0)?)?, 1)),
    ("m_int_datetime", 2, |args| args.datetime(args.number_datetime()?, 1)),
    ("m_int_date", 1, |args| date(&args.number_datetime()?)),
    ("m_int_time", 2, |args| args.time(args.number_time()?, 1)),
    ("m_real_datetime", 2, |args| args.datetime(args.number_datetime()?, 1)),
    ("m_real_date", 1, |args| date(&args.number_datetime()?)),
    ("m_real_time", 2, |args| args.time(args.number_time()?, 1)),
    ("m_datetime_date", 1, |args| date(&args.moment(0)?)),
    ("m_datetime_time", 2, |args| args.time(args.moment(0)?.time(), 1)),
    ("m_time_datetime", 3, |args| {
        let moment = Moment::of_number(args.moment(1)?.number(), args.int(0)?)?;
        args.datetime(moment, 2)
    }),
    ("m_date_int", 1, |args| int(print::date_digits(&args.moment(0)?))),
    ("m_datetime_int", 1, |args| {
        int(print::datetime_digits(&args.moment(0)?))
    }),
    ("m_time_int", 1, |args| int(print::time_digits(args.int(0)?))),
    ("m_datetime_dec", 2, |args| {
        decimal(datetime_micro(&args.moment(0)?), 14, args.places(1)?)
    }),
    ("m_time_dec", 2, |args| {
        decimal(time_micro(args.int(0)?), 7, args.places(1)?)
    }),
    ("m_datetime_micro", 1, |args| wide(datetime_micro(&args.moment(0)?))),
    ("m_time_micro", 1, |args| {
        int(i64::try_from(time_micro(args.int(0)?)).ok()?)
    }),
    ("m_date_digits", 1, |args| {
        let found = args.text(0)?;
        let moment = Moment::held(found)?;
        let digits = match found.len() {
            DATE_ALONE => print::date_digits(&moment).to_string(),
            _ => format!("{}.{:06}", print::datetime_digits(&moment), moment.micro),
        };
        digits.parse().ok().map(Sql::Real)
    }),
    ("m_time_text", 2, |args| {
        text(print::time(args.int(0)?, args.places(1)?))
    }),
    ("m_round_datetime", 2, |args| args.datetime(args.moment(0)?, 1)),
    ("m_round_time", 2, |args| args.time(args.int(0)?, 1)),
    ("m_part", 2, |args| {
        parts::part(args.text(0)?, &args.moment(1)?).and_then(int)
    }),
    ("m_time_part", 2, |args| {
        parts::time_part(args.text(0)?, args.int(1)?).and_then(int)
    }),
    ("m_extract", 2, |args| {
        let unit = args.text(1)?;
        read::day_time(args.text(0)?, unit.starts_with("day")).and_then(|found| extracted(unit, found))
    }),
    ("m_extract_number", 2, |args| {
        let (whole, micro, negative) = args.number()?;
        extracted(args.text(1)?, read::number_day_time(whole, micro, negative)?)
    }),
    ("m_last_day", 1, |args| date(&parts::last_day(&args.moment(0)?)?)),
    ("m_date_format", 2, |args| {
        text(format::date_format(&args.moment(0)?, args.text(1)?)?)
    }),
    ("m_str_to_date", 4, |args| args.str_to_date()),
    ("m_amount", 2, |args| {
        text(arithmetic::amount_of_text(args.text(0)?, parts::unit(args.text(1)?)?))
    }),
    ("m_add_interval", 7, |args| args.add_interval()),
    ("m_datediff", 2, |args| {
        arithmetic::days_between(&args.moment(0)?, &args.moment(1)?).and_then(int)
    }),
    ("m_timestampdiff", 3, |args| {
        let unit = parts::unit(args.text(0)?)?;
        arithmetic::difference(unit, &args.moment(1)?, &args.moment(2)?).and_then(int)
    }),
    ("m_unix", 2, |args| {
        let micro = unix::to_unix(&args.moment(0)?, args.zone)?;
        let places = u32::from(args.places(1)?);
        int(micro / 10i64.pow(6u32.saturating_sub(places)))
    }),
    ("m_from_unix", 2, |args| {
        args.datetime(unix::from_unix(args.int(0)?, args.zone)?, 1)
    }),
    ("m_now", 2, |args| args.datetime(unix::at(args.int(0)?, args.zone)?, 1)),
    ("m_utc", 2, |args| args.datetime(unix::at(args.int(0)?, Zone::UTC)?, 1)),
    ("m_sec_to_time", 2, |args| args.time(args.int(0)?, 1)),
    ("m_iso", 1, |args| text(print::iso(&args.moment(0)?))),
    ("m_date_datetime", 2, |args| args.datetime(args.moment(0)?, 1)),
];

fn int(number: i64) -> Option<Sql> {
    Some(Sql::Integer(number))
}

fn text(text: String) -> Option<Sql> {
    Some(Sql::Text(text))
}

fn date(moment: &Moment) -> Option<Sql> {
    text(print::date(moment))
}

/// A part by a unit's name.
fn extracted(unit: &str, found: read::DayTime) -> Option<Sql> {
    match found {
        read::DayTime::Date(moment) => parts::part(unit, &moment),
        read::DayTime::Span(time) => parts::time_part(unit, time),
    }
    .and_then(int)
}

/// The digits of a datetime times 1,000,000, with the fraction.
fn datetime_micro(moment: &Moment) -> i128 {
    i128::from(print::datetime_digits(moment)) * i128::from(SECOND) + i128::from(moment.micro)
}

/// The digits of a time, likewise.
fn time_micro(time: i64) -> i128 {
    i128::from(print::time_digits(time)) * i128::from(SECOND) + i128::from(time % SECOND)
}

/// Digits times 1,000,000 as a decimal of so many whole digits and places is held.
fn decimal(micro: i128, whole: u8, places: u8) -> Option<Sql> {
    let scaled = micro / 10i128.pow(u32::from(6u8.saturating_sub(places)));
    let dec = Dec {
        whole,
        places,
        carried: places,
    };
    match dec.is_wide() {
        true => wide(scaled),
        false => int(i64::try_from(scaled).ok()?),
    }
}

/// A number as a wide decimal is held.
fn wide(number: i128) -> Option<Sql> {
    Some(Sql::Blob((number ^ i128::MIN).to_be_bytes().to_vec()))
}

impl Args<'_> {
    /// Bytes that the call may make.
    fn growth(&self) -> usize {
        let texts = (0..self.context.len()).filter_map(|at| self.text(at));
        texts
            .map(str::len)
            .max()
            .unwrap_or(0)
            .saturating_mul(format::GROWTH)
            .max(DATE)
    }

    fn text(&self, at: usize) -> Option<&str> {
        let value = (at < self.context.len()).then(|| self.context.get_raw(at))?;
        value.as_str().ok()
    }

    fn int(&self, at: usize) -> Option<i64> {
        self.context.get_raw(at).as_i64().ok()
    }

    fn places(&self, at: usize) -> Option<u8> {
        u8::try_from(self.int(at)?).ok().filter(|places| *places <= 6)
    }

    fn moment(&self, at: usize) -> Option<Moment> {
        Moment::held(self.text(at)?)
    }

    /// A datetime cut to the places of an argument.
    fn datetime(&self, moment: Moment, places: usize) -> Option<Sql> {
        text(print::datetime(&moment, self.places(places)?))
    }

    /// A time cut to the places of an argument, within the limits.
    fn time(&self, time: i64, places: usize) -> Option<Sql> {
        int(read::limited_time(time, self.places(places)?))
    }

    /// The first argument, a number, as its absolute value in two parts and its sign.
    fn number(&self) -> Option<(i64, u32, bool)> {
        let (parts, negative) = match self.context.get_raw(0) {
            ValueRef::Integer(number) => (Some((number.checked_abs()?, 0)), number < 0),
            ValueRef::Real(number) => (read::split_real(number), number < 0.0),
            ValueRef::Text(_) => {
                let digits = self.text(0)?;
                let positive = digits.strip_prefix('-');
                (read::split_digits(positive.unwrap_or(digits)), positive.is_some())
            }
            _ => (None, false),
        };
        parts.map(|(whole, micro)| (whole, micro, negative))
    }

    fn number_datetime(&self) -> Option<Moment> {
        let (whole, micro, negative) = self.number()?;
        if negative {
            return None;
        }
        read::number_datetime(whole, micro)
    }

    fn number_time(&self) -> Option<i64> {
        let (whole, micro, negative) = self.number()?;
        read::number_time(whole, micro, negative)
    }

    fn str_to_date(&self) -> Option<Sql> {
        let moment = pattern::str_to_date(self.text(0)?, self.text(1)?)?;
        match self.text(2)? {
            "date" => date(&moment),
            "datetime" => self.datetime(moment, 3),
            _ => self.time(moment.time() + i64::from(moment.day) * DAY, 3),
        }
    }

    fn add_interval(&self) -> Option<Sql> {
        let value = match self.text(1)? {
            "d" => Value::Date(self.moment(0)?),
            "dt" => Value::DateTime(self.moment(0)?),
            "t" => Value::Time(self.int(0)?),
            "n" => {
                let (whole, _, _) = self.number()?;
                let moment = self.number_datetime()?;
                // Up to eight digits are a date alone.
                match whole < 100_000_000 {
                    true => Value::Date(moment),
                    false => Value::DateTime(moment),
                }
            }
            _ => {
                let found = read::datetime(self.text(0)?)?;
                match found.has_time {
                    true => Value::DateTime(found.moment),
                    false => Value::Date(found.moment),
                }
            }
        };
        let amount = match self.context.get_raw(2) {
            ValueRef::Integer(amount) => Amount::Int(amount),
            ValueRef::Real(amount) => Amount::Real(amount),
            _ => Amount::Text(self.text(2)?),
        };
        let interval = arithmetic::interval(amount, parts::unit(self.text(3)?)?, self.int(4)? < 0)?;
        let own = match self.text(1)? {
            "c" => read::fraction_of(self.text(0)?),
            _ => 0,
        };
        self.sum(arithmetic::add(value, interval)?, self.places(6)?.max(own))
    }

    fn sum(&self, sum: Value, places: u8) -> Option<Sql> {
        match (self.text(5)?, sum) {
            ("t", Value::Time(time)) => int(cut(time, places)),
            (_, Value::Time(time)) => text(print::time(time, places)),
            ("d", Value::Date(moment) | Value::DateTime(moment)) | ("x", Value::Date(moment)) => date(&moment),
            (_, Value::Date(moment) | Value::DateTime(moment)) => text(print::datetime(&moment, places)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::mysql::values::date::answers::ANSWERS;
    use proptest::prelude::*;

    fn database(zone: Zone) -> Connection {
        let db = Connection::open_in_memory().unwrap();
        register(&db, zone).unwrap();
        db
    }

    fn answer(db: &Connection, call: &str) -> String {
        let answer = db.query_row(&format!("SELECT CAST(({call}) AS TEXT)"), [], |row| row.get(0));
        let text: Option<String> = answer.unwrap_or_else(|why| Some(why.to_string()));
        text.unwrap_or("NULL".into())
    }

    #[test]
    fn answers_are_the_databases() {
        let db = database(Zone::UTC);
        for (call, expected) in &ANSWERS {
            assert_eq!(answer(&db, call), *expected, "{call}");
        }
    }

    /// Asks the calls of a file, one a line, for comparisons with the database.
    #[test]
    #[ignore = "needs DATES_ASKED and DATES_ANSWERED, the names of two files"]
    fn answers_of_a_file() {
        let zone = Zone::named(&std::env::var("DATES_ZONE").unwrap_or("UTC".into())).unwrap();
        let db = database(zone);
        let asked = std::fs::read_to_string(std::env::var("DATES_ASKED").unwrap()).unwrap();
        let answers: Vec<String> = asked.lines().map(|line| answer(&db, line)).collect();
        std::fs::write(std::env::var("DATES_ANSWERED").unwrap(), answers.join("\n")).unwrap();
    }

    #[test]
    fn null_in_gives_null_out() {
        let db = database(Zone::UTC);
        for (name, count, _) in TABLE {
            let nulls = vec!["NULL"; usize::try_from(count).unwrap()].join(", ");
            assert_eq!(answer(&db, &format!("{name}({nulls})")), "NULL", "{name}");
        }
    }

    #[test]
    fn digits_beyond_an_integer_are_wide() {
        let db = database(Zone::UTC);
        let hex = |number: i128| format!("{:032X}", number ^ i128::MIN);
        for (call, number) in [
            (
                "hex(m_datetime_micro('2026-03-15 18:30:00.25'))",
                20_260_315_183_000_250_000,
            ),
            (
                "hex(m_datetime_dec('2026-03-15 18:30:00.25', 5))",
                2_026_031_518_300_025_000,
            ),
        ] {
            assert_eq!(answer(&db, call), hex(number), "{call}");
        }
        assert_eq!(
            answer(&db, "m_datetime_dec('2026-03-15 18:30:00.25', 3)"),
            "20260315183000250"
        );
        assert_eq!(answer(&db, "m_time_micro(-36672500000)"), "-101112500000");
    }

    #[test]
    fn unix_seconds_are_the_zones() {
        let db = database(Zone::named("Europe/Vienna").unwrap());
        for (call, expected) in [
            ("m_unix('2026-03-01', 0)", "1772319600"),
            ("m_unix('2026-03-01 00:00:00.5', 3)", "1772319600500"),
            ("m_from_unix(1772319600500000, 1)", "2026-03-01 00:00:00.5"),
            ("m_from_unix(-1, 0)", "NULL"),
            ("m_from_unix(2147483648000000, 0)", "NULL"),
            ("m_iso(m_from_unix(1772319600000000, 0))", "2026-03-01"),
            (
                "m_round_datetime('2026-03-01 10:11:12.999999', 3)",
                "2026-03-01 10:11:12.999",
            ),
            ("m_date_datetime('2026-03-01', 2)", "2026-03-01 00:00:00.00"),
            ("m_datetime_date('2026-03-01 10:11:12')", "2026-03-01"),
            ("m_time_part('hours', -176411000000)", "49"),
            ("m_time_part('hour', -176411000000)", "-1"),
            ("m_amount('1.9', 'day')", "01"),
            ("m_amount('-1.9x', 'second')", "-01.90"),
        ] {
            assert_eq!(answer(&db, call), expected, "{call}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn no_argument_panics(text in any::<String>(), other in "[%a-zA-Z0-9:. -]{0,12}", number: i64, real: f64) {
            let db = database(Zone::UTC);
            let quote = |text: &str| format!("CAST(x'{}' AS TEXT)", hex(text));
            let (text, other) = (quote(&text), quote(&other));
            for (name, count, _) in TABLE {
                for value in [&text, &other, &number.to_string(), &format!("{real:e}"), "'2026-02-28'"] {
                    let mut args = vec![value.to_owned(); usize::try_from(count).unwrap()];
                    answer(&db, &format!("{name}({})", args.join(", ")));
                    if let Some(last) = args.last_mut() {
                        "3".clone_into(last);
                    }
                    answer(&db, &format!("{name}({})", args.join(", ")));
                }
            }
            for unit in parts::UNITS.map(|(name, _)| name) {
                for amount in [&text, &other, &number.to_string(), &format!("{real:e}")] {
                    for kind in ["d", "dt", "x"] {
                        let call = format!("m_add_interval('2026-02-28', '{kind}', {amount}, '{unit}', 1, 'x', 6)");
                        answer(&db, &call);
                    }
                    answer(&db, &format!("m_add_interval({number}, 't', {amount}, '{unit}', -1, 't', 6)"));
                    answer(&db, &format!("m_amount({amount}, '{unit}')"));
                }
            }
        }

    }

    proptest! {
        #[test]
        fn formats_never_panic(text in any::<String>(), format in "(%[a-zA-Z.@#%]|[ :-]|[0-9]){0,6}") {
            let _ = pattern::str_to_date(&text, &format);
            let _ = pattern::str_to_date("2026-03-01 10:11:12", &format);
            let _ = pattern::format_kind(&format);
            let _ = format::date_format(&Moment::default(), &format);
        }

        #[test]
        fn what_is_printed_reads_back(number in 366i64..=3_652_424, time in 0..DAY) {
            let moment = Moment::of_number(number, time).unwrap();
            let printed = print::datetime(&moment, 6);
            prop_assert_eq!(Moment::held(&printed), Some(moment));
            prop_assert_eq!(read::datetime(&printed).map(|found| found.moment), Some(moment));
            prop_assert_eq!(read::time(&print::time(-time, 6)), Some(-time));
        }
    }

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("{byte:02x}")).collect()
    }
}
