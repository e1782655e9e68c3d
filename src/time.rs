//! Calendar and time zones: instants are unix seconds, dates on the wire are local texts.
//!
//! Nothing here reads a clock; [`crate::panel::clock`] does.

pub mod duration;
mod zone;

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

pub use zone::Zone;

/// Seconds per day.
pub const DAY: i64 = 86_400;
/// Seconds per hour.
pub const HOUR: i64 = 3_600;

/// `YYYY-MM-DD HH:MM:SS`.
pub fn stamp(local: NaiveDateTime) -> String {
    let mut text = date(local.date());
    text.push(' ');
    for (at, part) in [local.hour(), local.minute(), local.second()].into_iter().enumerate() {
        if at > 0 {
            text.push(':');
        }
        push_digits(&mut text, part, 2);
    }
    text
}

/// `YYYY-MM-DD` at midnight, else [`stamp`].
pub fn iso(local: NaiveDateTime) -> String {
    match local.time() == NaiveTime::MIN {
        true => date(local.date()),
        false => stamp(local),
    }
}

/// `YYYY-MM-DD`.
pub fn date(date: NaiveDate) -> String {
    let mut text = String::with_capacity(19);
    push_digits(&mut text, date.year().unsigned_abs(), 4);
    text.push('-');
    push_digits(&mut text, date.month(), 2);
    text.push('-');
    push_digits(&mut text, date.day(), 2);
    text
}

fn push_digits(text: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10u32.pow(place) % 10;
        text.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

/// The first day of the month that is so many months after a date's; a negative number is before.
pub fn first_of_month(date: NaiveDate, months: i64) -> Option<NaiveDate> {
    let month = (i64::from(date.year()) * 12 + i64::from(date.month0())).checked_add(months)?;
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    NaiveDate::from_ymd_opt(year, u32::try_from(month.rem_euclid(12)).ok()? + 1, 1)
}

/// Parses `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, strictly.
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (day, parse_time(time)?),
        None => (text, NaiveTime::MIN),
    };
    Some(parse_date(day)?.and_time(time))
}

/// Parses `YYYY-MM-DD`, strictly.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let year = i32::try_from(digits(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(month, 2)?, digits(day, 2)?)
}

/// Parses an instant in RFC 3339 format; `None` for one that cannot be printed again.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    Some(instant.timestamp()).filter(is_printable)
}

/// The instants whose year has four digits: from 0000 to 9999.
pub const PRINTABLE: RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// Whether an instant is one of [`PRINTABLE`].
pub fn is_printable(unix: &i64) -> bool {
    PRINTABLE.contains(unix)
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = match rest.split_once(':') {
        Some((minute, second)) => (minute, digits(second, 2)?),
        None => (rest, 0),
    };
    NaiveTime::from_hms_opt(digits(hour, 2)?, digits(minute, 2)?, second)
}

fn digits(text: &str, width: usize) -> Option<u32> {
    let all = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_strictly() {
        for good in ["2026-12-31", "2024-02-29", "2026-12-31 23:59", "2026-12-31 23:59:59"] {
            assert!(parse_local(good).is_some(), "{good}");
        }
        for bad in [
            "2026-02-30",
            "2026-13-01",
            "2026-1-1",
            "20261231",
            "2026-12-31 24:00",
            "2026-12-31T10:00",
            "2026-12-31 ",
            "",
            "0",
            "never",
            "+026-01-01",
            "2026-12-31 10",
            "2026-12-31 10:00:60",
        ] {
            assert!(parse_local(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn midnight_is_printed_as_a_bare_date() {
        assert_eq!(Zone::UTC.iso(1_798_675_200).unwrap(), "2026-12-31");
        assert_eq!(Zone::UTC.iso(1_798_675_201).unwrap(), "2026-12-31 00:00:01");
    }
}
