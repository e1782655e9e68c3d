//! Functions of dates. The panel's clock is bound, not printed, so that a statement that was read once stays right:
//! `:now` is its unix time in microseconds.

use super::{Call, Function, Result, Subject};
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::read::tree::{Expr, Unit};
use crate::store::mysql::typed::compiler::Compiler;
use crate::store::mysql::typed::scope::Context;
use crate::store::mysql::typed::types::{Dec, Type};
use crate::store::mysql::typed::value::{TODAY, Typed, text_literal};
use crate::store::mysql::values::date::format_kind;

const fn date(name: &'static str, args: (usize, usize), write: fn(&Call<'_>) -> Result<Typed>) -> Function {
    Function {
        name,
        subject: Subject::Dates,
        args,
        write,
    }
}

/// Functions of dates and times.
pub const FUNCTIONS: &[Function] = &[
    date("NOW", (0, 1), |call| clock("m_now", "current_timestamp", call)),
    date("CURRENT_TIMESTAMP", (0, 1), |call| {
        clock("m_now", "current_timestamp", call)
    }),
    date("SYSDATE", (0, 1), |call| clock("m_now", "sysdate", call)),
    date("UTC_TIMESTAMP", (0, 1), |call| clock("m_utc", "utc_timestamp", call)),
    date("CURDATE", (0, 0), |_| Ok(Typed::new(TODAY, Type::Date))),
    date("CURRENT_DATE", (0, 0), |_| Ok(Typed::new(TODAY, Type::Date))),
    date("CURTIME", (0, 1), |call| {
        let places = places_asked("current_time", call)?;
        Ok(Typed::new(
            format!("m_datetime_time(m_now(:now, {places}), {places})"),
            Type::Time { places },
        ))
    }),
    date("UNIX_TIMESTAMP", (0, 1), unix),
    date("FROM_UNIXTIME", (1, 2), from_unix),
    date("DATE", (1, 1), |call| {
        Ok(Typed::new(call.arg(0).date(), Type::Date).of_date(call.arg(0)))
    }),
    date("TIME", (1, 1), |call| {
        let places = call.arg(0).fraction();
        Ok(Typed::new(call.arg(0).time(places), Type::Time { places }).of_date(call.arg(0)))
    }),
    date("YEAR", (1, 1), |call| Ok(part("year", call.arg(0)))),
    date("MONTH", (1, 1), |call| Ok(part("month", call.arg(0)))),
    date("DAY", (1, 1), |call| Ok(part("day", call.arg(0)))),
    date("HOUR", (1, 1), |call| Ok(part_of_time("hours", call.arg(0)))),
    date("MINUTE", (1, 1), |call| Ok(part_of_time("minute", call.arg(0)))),
    date("SECOND", (1, 1), |call| Ok(part_of_time("second", call.arg(0)))),
    date("DAYOFWEEK", (1, 1), |call| Ok(part("dayofweek", call.arg(0)))),
    date("WEEKDAY", (1, 1), |call| Ok(part("weekday", call.arg(0)))),
    date("LAST_DAY", (1, 1), |call| {
        Ok(Typed::new(
            format!("m_last_day({})", call.arg(0).datetime(0)),
            Type::Date,
        ))
    }),
    date("DATE_FORMAT", (2, 2), |call| {
        let value = call.arg(0);
        let sql = format!(
            "m_date_format({}, {})",
            value.datetime(value.fraction()),
            call.arg(1).printed()
        );
        Ok(Typed::new(sql, Type::TEXT).of_whole_number())
    }),
    date("STR_TO_DATE", (2, 2), |call| {
        let ty = call.arg(1).as_text().map_or(Type::DateTime { places: 6 }, format_kind);
        let (word, places) = match ty {
            Type::Date => ("date", 0),
            Type::Time { places } => ("time", places),
            ty => ("datetime", ty.fraction()),
        };
        Ok(Typed::new(
            format!("m_str_to_date({}, '{word}', {places})", call.printed(0)),
            ty,
        ))
    }),
    date("DATEDIFF", (2, 2), |call| {
        let sql = format!("m_datediff({}, {})", call.arg(0).datetime(0), call.arg(1).datetime(0));
        Ok(Typed::new(sql, Type::Int { digits: 7 }))
    }),
    date("SEC_TO_TIME", (1, 1), |call| {
        let value = call.arg(0).numeric();
        let places = fraction_places(&value);
        Ok(Typed::new(
            format!("m_sec_to_time({}, {places})", micros(&value)),
            Type::Time { places },
        ))
    }),
];

/// The clock's time, to as many places of a second as are asked for.
fn clock(function: &str, name: &str, call: &Call<'_>) -> Result<Typed> {
    let places = places_asked(name, call)?;
    Ok(Typed::new(
        format!("{function}(:now, {places})"),
        Type::DateTime { places },
    ))
}

fn places_asked(name: &str, call: &Call<'_>) -> Result<u8> {
    let asked = call.arg(0).as_int().unwrap_or(0);
    let places = u8::try_from(asked).ok().filter(|places| *places <= 6);
    places.ok_or_else(|| SqlError::precision(name, 6))
}

/// Places of a second that a number has.
fn fraction_places(value: &Typed) -> u8 {
    match value.ty {
        Type::Int { .. } | Type::UInt => 0,
        Type::Dec(dec) => dec.places.min(6),
        _ => 6,
    }
}

/// A number of seconds in microseconds.
fn micros(value: &Typed) -> String {
    match value.ty {
        // No time is further away than this.
        Type::Int { .. } => format!("(max(min({}, 999999999999), -999999999999) * 1000000)", value.sql),
        _ => value.scaled(Dec::new(12, 6)),
    }
}

/// The digits behind the point of a number in a text, if it was written.
fn digits_behind_point(value: &Typed) -> u8 {
    let behind = value.as_text().and_then(|text| text.split_once('.'));
    let digits = behind.map_or(0, |(_, digits)| digits.bytes().take_while(u8::is_ascii_digit).count());
    u8::try_from(digits.min(6)).unwrap_or(6)
}

fn unix(call: &Call<'_>) -> Result<Typed> {
    let Some(value) = call.args.first() else {
        return Ok(Typed::new("(:now / 1000000)", Type::Int { digits: 12 }));
    };
    let places = value.datetime_fraction();
    let sql = format!("m_unix({}, {places})", value.datetime(places));
    Ok(match places {
        0 => Typed::new(sql, Type::Int { digits: 12 }),
        _ => Typed::new(sql, Type::Dec(Dec::new(12, places))),
    })
}

fn from_unix(call: &Call<'_>) -> Result<Typed> {
    let value = call.arg(0).numeric();
    let places = match call.arg(0).ty {
        Type::Text(_) | Type::Json => digits_behind_point(call.arg(0)),
        _ => fraction_places(&value),
    };
    let at = Typed::new(
        format!("m_from_unix({}, {places})", micros(&value)),
        Type::DateTime { places },
    );
    Ok(match call.args.get(1) {
        Some(format) => {
            let sql = format!("m_date_format({}, {})", at.sql, format.printed());
            Typed::new(sql, Type::TEXT).of_whole_number()
        }
        None => at,
    })
}

/// A part of a date as a number: YEAR and the like, EXTRACT.
pub fn part(unit: &str, value: &Typed) -> Typed {
    let of_day = matches!(
        unit,
        "year" | "month" | "day" | "quarter" | "week" | "year_month" | "dayofweek" | "weekday"
    );
    let sql = match value.ty {
        Type::Time { .. } if !of_day => format!("m_time_part('{unit}', {})", value.sql),
        _ => format!("m_part('{unit}', {})", value.datetime(6)),
    };
    Typed::new(sql, Type::Int { digits: 4 })
}

/// EXTRACT: a text or number is a time of days and hours where units up to the day are wanted, unless it has the form of
/// a date with its time.
pub fn extract(unit: &str, value: &Typed) -> Typed {
    let of_date = matches!(unit, "year" | "quarter" | "month" | "week" | "year_month");
    let sql = match value.ty {
        Type::Time { .. } => format!("m_time_part('{unit}', {})", value.sql),
        Type::Null | Type::Date | Type::DateTime { .. } => return part(unit, value),
        _ if of_date || value.interval_places().is_some() => return part(unit, value),
        Type::Text(_) | Type::Json => format!("m_extract({}, '{unit}')", value.sql),
        Type::Int { .. } => format!("m_extract_number({}, '{unit}')", value.sql),
        _ => format!("m_extract_number({}, '{unit}')", value.double()),
    };
    Typed::new(sql, Type::Int { digits: 4 })
}

/// HOUR, MINUTE and SECOND, which read a text as a time and have no sign.
fn part_of_time(unit: &str, value: &Typed) -> Typed {
    let sql = match value.ty {
        ty if matches!(ty, Type::Date | Type::DateTime { .. }) || value.interval_places().is_some() => {
            format!("m_part('{}', {})", unit.trim_end_matches('s'), value.datetime(6))
        }
        _ => format!("abs(m_time_part('{unit}', {}))", value.time(6)),
    };
    Typed::new(sql, Type::Int { digits: 4 })
}

/// A unit's name in the functions of dates.
pub fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Microsecond => "microsecond",
        Unit::Second => "second",
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
        Unit::SecondMicrosecond => "second_microsecond",
        Unit::MinuteMicrosecond => "minute_microsecond",
        Unit::MinuteSecond => "minute_second",
        Unit::HourMicrosecond => "hour_microsecond",
        Unit::HourSecond => "hour_second",
        Unit::HourMinute => "hour_minute",
        Unit::DayMicrosecond => "day_microsecond",
        Unit::DaySecond => "day_second",
        Unit::DayMinute => "day_minute",
        Unit::DayHour => "day_hour",
        Unit::YearMonth => "year_month",
    }
}

/// Whether a date stays a date when so much is added.
fn keeps_date(unit: Unit) -> bool {
    matches!(
        unit,
        Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year | Unit::YearMonth
    )
}

/// Places of a second that an interval has.
fn interval_places(unit: Unit, amount: &Typed) -> u8 {
    match unit {
        Unit::Microsecond
        | Unit::SecondMicrosecond
        | Unit::MinuteMicrosecond
        | Unit::HourMicrosecond
        | Unit::DayMicrosecond => 6,
        Unit::Second => match amount.ty {
            Type::Dec(dec) => dec.places.min(6),
            Type::Double { .. } => 6,
            Type::Text(_) => 6,
            _ => 0,
        },
        _ => 0,
    }
}

/// The amount as `m_add_interval` takes it.
fn amount_of(amount: &Typed, unit: Unit) -> String {
    let name = unit_name(unit);
    match amount.ty {
        Type::Int { .. } => amount.sql.clone(),
        Type::Double { .. } => amount.sql.clone(),
        Type::Text(_) | Type::Json if !name.contains('_') => format!("m_amount({}, '{name}')", amount.printed()),
        _ => amount.printed(),
    }
}

/// `x ± INTERVAL amount unit`.
///
/// # Errors
/// Those of its parts.
pub fn add(
    compiler: &Compiler<'_>,
    value: &Expr,
    amount: &Expr,
    unit: Unit,
    subtract: bool,
    context: &Context<'_>,
) -> Result<Typed> {
    let (value, amount) = (compiler.expr(value, context)?, compiler.expr(amount, context)?);
    let own = match value.ty {
        Type::Text(_) | Type::Json | Type::Double { .. } | Type::Dec(_) => value.fraction(),
        ty => ty.fraction(),
    };
    let is_constant = value.ty.is_text() && value.fixed_fraction().is_none() && value.is_constant();
    let own = if is_constant { 0 } else { own };
    let places = own.max(interval_places(unit, &amount));
    let (held, kind, to) = match value.ty {
        Type::Date if keeps_date(unit) => (value.sql.clone(), "'d'", Type::Date),
        Type::Date => (value.sql.clone(), "'d'", Type::DateTime { places }),
        Type::DateTime { .. } => (value.sql.clone(), "'dt'", Type::DateTime { places }),
        Type::Time { .. } => (value.sql.clone(), "'t'", Type::Time { places }),
        // Numbers are read as numbers, which have a time when they have the digits of one.
        Type::Int { .. } | Type::UInt | Type::Dec(_) | Type::Double { .. } => {
            let number = match value.ty {
                Type::Int { .. } => value.sql.clone(),
                _ => value.double(),
            };
            (number, "'n'", Type::TEXT)
        }
        // As many places as it has.
        _ if is_constant => (value.printed(), "'c'", Type::TEXT),
        _ => (value.printed(), "'x'", Type::TEXT),
    };
    let out = match to {
        Type::Date => "'d'",
        Type::DateTime { .. } => "'dt'",
        Type::Time { .. } => "'t'",
        _ => "'x'",
    };
    let sql = format!(
        "m_add_interval({held}, {kind}, {}, {}, {}, {out}, {places})",
        amount_of(&amount, unit),
        text_literal(unit_name(unit)),
        if subtract { -1 } else { 1 },
    );
    let sum = Typed::new(sql, to);
    if to != Type::TEXT {
        return Ok(sum);
    }
    // Where a number is wanted, it is that of the digits.
    let number = Typed::new(
        format!("m_date_digits({})", sum.sql),
        Type::Double { places: Some(places) },
    );
    Ok(Typed {
        number: Some(Box::new(number)),
        ..sum
    })
}
