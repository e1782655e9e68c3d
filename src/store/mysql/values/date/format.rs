//! DATE_FORMAT.

use std::fmt::Write;

use super::moment::{Moment, day_number};
use super::parts::{Weeks, week, weekday};

/// The months from January.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week from Monday.
pub const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A format grows by at most this factor: `%r` gives 11 characters.
pub const GROWTH: usize = 6;

/// Prints a date in a format; `None` when the format is empty, or asks for a part that the date has not.
pub fn date_format(moment: &Moment, format: &str) -> Option<String> {
    if format.is_empty() {
        return None;
    }
    let mut text = String::with_capacity(format.len());
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        match (c, rest.as_str().is_empty()) {
            ('%', false) => push(&mut text, moment, rest.next()?)?,
            _ => text.push(c),
        }
    }
    Some(text)
}

fn push(text: &mut String, moment: &Moment, specifier: char) -> Option<()> {
    let Moment {
        year,
        month,
        day,
        hour,
        minute,
        second,
        micro,
    } = *moment;
    let twelve = (hour + 11) % 12 + 1;
    let half = if hour < 12 { "AM" } else { "PM" };
    match specifier {
        'a' => text.push_str(weekday_name(moment)?.get(..3)?),
        'W' => text.push_str(weekday_name(moment)?),
        'b' => text.push_str(month_name(month)?.get(..3)?),
        'M' => text.push_str(month_name(month)?),
        'c' => write!(text, "{month}").ok()?,
        'm' => write!(text, "{month:02}").ok()?,
        'd' => write!(text, "{day:02}").ok()?,
        'e' => write!(text, "{day}").ok()?,
        'D' => write!(text, "{day}{}", ordinal(day)).ok()?,
        'f' => write!(text, "{micro:06}").ok()?,
        'H' => write!(text, "{hour:02}").ok()?,
        'k' => write!(text, "{hour}").ok()?,
        'h' | 'I' => write!(text, "{twelve:02}").ok()?,
        'l' => write!(text, "{twelve}").ok()?,
        'i' => write!(text, "{minute:02}").ok()?,
        'S' | 's' => write!(text, "{second:02}").ok()?,
        'p' => text.push_str(half),
        'r' => write!(text, "{twelve:02}:{minute:02}:{second:02} {half}").ok()?,
        'T' => write!(text, "{hour:02}:{minute:02}:{second:02}").ok()?,
        'j' => write!(text, "{:03}", day_of_year(moment)?).ok()?,
        'U' => write!(text, "{:02}", week(moment, Weeks::SUNDAY).0).ok()?,
        'u' => write!(text, "{:02}", week(moment, Weeks::MONDAY).0).ok()?,
        'V' => write!(text, "{:02}", week(moment, Weeks::SUNDAY_OF_YEAR).0).ok()?,
        'v' => write!(text, "{:02}", week(moment, Weeks::MONDAY_OF_YEAR).0).ok()?,
        'X' => write!(text, "{:04}", week(moment, Weeks::SUNDAY_OF_YEAR).1).ok()?,
        'x' => write!(text, "{:04}", week(moment, Weeks::MONDAY_OF_YEAR).1).ok()?,
        'w' => write!(text, "{}", weekday(known_day(moment)?, true)).ok()?,
        'Y' => write!(text, "{year:04}").ok()?,
        'y' => write!(text, "{:02}", year % 100).ok()?,
        other => text.push(other),
    }
    Some(())
}

fn known_day(moment: &Moment) -> Option<i64> {
    (moment.year > 0 || moment.month > 0).then(|| moment.number())
}

fn weekday_name(moment: &Moment) -> Option<&'static str> {
    let day = usize::try_from(weekday(known_day(moment)?, false)).ok()?;
    WEEKDAYS.get(day).copied()
}

fn month_name(month: u32) -> Option<&'static str> {
    MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?).copied()
}

fn day_of_year(moment: &Moment) -> Option<i64> {
    (moment.month > 0 && moment.year > 0).then(|| moment.number() - day_number(moment.year, 1, 1) + 1)
}

fn ordinal(day: u32) -> &'static str {
    match (day / 10, day % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}
