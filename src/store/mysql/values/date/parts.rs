//! Units: the parts of a date or time, and weeks.

use super::moment::{DAY, Moment, SECOND, day_number, days_in, is_leap};

/// A unit of EXTRACT, of an interval, or of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Microsecond,
    YearMonth,
    /// From the larger to the smaller of day, hour, minute, second and microsecond.
    Range(Step, Step),
}

/// A part of a range, from the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Day,
    Hour,
    Minute,
    Second,
    Microsecond,
}

impl Step {
    /// All of them, the longest first.
    pub const ALL: [Step; 5] = [Step::Day, Step::Hour, Step::Minute, Step::Second, Step::Microsecond];

    /// Its length in microseconds.
    pub fn length(self) -> i64 {
        match self {
            Step::Day => DAY,
            Step::Hour => 3600 * SECOND,
            Step::Minute => 60 * SECOND,
            Step::Second => SECOND,
            Step::Microsecond => 1,
        }
    }
}

/// The units by their names.
pub const UNITS: [(&str, Unit); 20] = [
    ("year", Unit::Year),
    ("quarter", Unit::Quarter),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("hour", Unit::Hour),
    ("minute", Unit::Minute),
    ("second", Unit::Second),
    ("microsecond", Unit::Microsecond),
    ("year_month", Unit::YearMonth),
    ("day_hour", Unit::Range(Step::Day, Step::Hour)),
    ("day_minute", Unit::Range(Step::Day, Step::Minute)),
    ("day_second", Unit::Range(Step::Day, Step::Second)),
    ("day_microsecond", Unit::Range(Step::Day, Step::Microsecond)),
    ("hour_minute", Unit::Range(Step::Hour, Step::Minute)),
    ("hour_second", Unit::Range(Step::Hour, Step::Second)),
    ("hour_microsecond", Unit::Range(Step::Hour, Step::Microsecond)),
    ("minute_second", Unit::Range(Step::Minute, Step::Second)),
    ("minute_microsecond", Unit::Range(Step::Minute, Step::Microsecond)),
    ("second_microsecond", Unit::Range(Step::Second, Step::Microsecond)),
];

/// Finds a unit by its name in lower case.
pub fn unit(name: &str) -> Option<Unit> {
    UNITS.iter().find(|(known, _)| *known == name).map(|(_, unit)| *unit)
}

/// Returns a part of a date by a unit's name, or `dayofweek`, `weekday`, `dayofyear`.
pub fn part(name: &str, moment: &Moment) -> Option<i64> {
    match name {
        "dayofweek" => whole(moment).map(|day| weekday(day, true) + 1),
        "weekday" => whole(moment).map(|day| weekday(day, false)),
        "dayofyear" => whole(moment).map(|day| day - day_number(moment.year, 1, 1) + 1),
        _ => unit(name).map(|unit| unit_part(unit, moment)),
    }
}

fn whole(moment: &Moment) -> Option<i64> {
    (!moment.has_zero()).then(|| moment.number())
}

fn unit_part(unit: Unit, moment: &Moment) -> i64 {
    let (year, month) = (i64::from(moment.year), i64::from(moment.month));
    match unit {
        Unit::Year => year,
        Unit::Month => month,
        Unit::Quarter => (month + 2) / 3,
        Unit::YearMonth => year * 100 + month,
        Unit::Week => i64::from(week(moment, Weeks::SUNDAY).0),
        _ => time_unit(unit, i64::from(moment.day) * DAY + moment.time()),
    }
}

/// Returns a part of a time by a unit's name, as EXTRACT does; by `hours` all its hours, as HOUR() does without sign.
pub fn time_part(name: &str, time: i64) -> Option<i64> {
    if name == "hours" {
        return Some(time.saturating_abs() / Step::Hour.length());
    }
    match unit(name)? {
        Unit::Year | Unit::Month | Unit::Quarter | Unit::YearMonth | Unit::Week => Some(0),
        unit => Some(time_unit(unit, time.saturating_abs()) * time.signum()),
    }
}

fn time_unit(unit: Unit, time: i64) -> i64 {
    let (from, to) = match unit {
        Unit::Hour => (Step::Hour, Step::Hour),
        Unit::Minute => (Step::Minute, Step::Minute),
        Unit::Second => (Step::Second, Step::Second),
        Unit::Microsecond => (Step::Microsecond, Step::Microsecond),
        Unit::Range(from, to) => (from, to),
        _ => (Step::Day, Step::Day),
    };
    let steps = Step::ALL.into_iter().filter(|step| (from..=to).contains(step));
    steps.fold(0, |digits, step| {
        let (width, most) = match step {
            Step::Day => (1, i64::MAX),
            Step::Hour => (100, 24),
            Step::Minute | Step::Second => (100, 60),
            Step::Microsecond => (SECOND, SECOND),
        };
        digits * width + time / step.length() % most
    })
}

/// Returns the weekday of a day's number from 0: of Sunday, or of Monday.
pub fn weekday(number: i64, sunday_first: bool) -> i64 {
    (number + 5 + i64::from(sunday_first)).rem_euclid(7)
}

/// How weeks are counted.
#[derive(Clone, Copy)]
pub struct Weeks {
    pub monday_first: bool,
    /// Days before the first week belong to the last one of the year before, else to week 0.
    pub of_year: bool,
    /// The first week begins with the first day of its kind, else it has four days of the year.
    pub whole_first: bool,
}

impl Weeks {
    /// `WEEK(d, 0)` and `%U`.
    pub const SUNDAY: Weeks = Weeks {
        monday_first: false,
        of_year: false,
        whole_first: true,
    };
    /// `WEEK(d, 1)` and `%u`.
    pub const MONDAY: Weeks = Weeks {
        monday_first: true,
        of_year: false,
        whole_first: false,
    };
    /// `WEEK(d, 2)` and `%V`.
    pub const SUNDAY_OF_YEAR: Weeks = Weeks {
        of_year: true,
        ..Weeks::SUNDAY
    };
    /// `WEEK(d, 3)` and `%v`: those of ISO 8601.
    pub const MONDAY_OF_YEAR: Weeks = Weeks {
        of_year: true,
        ..Weeks::MONDAY
    };
}

/// Returns the number of a date's week and the year that the week belongs to. Of a date with zeros MariaDB counts
/// from the year's start back below zero, in 32 bits without sign.
pub fn week(moment: &Moment, weeks: Weeks) -> (u32, u32) {
    let number = moment.number();
    let mut year = moment.year;
    let mut of_year = weeks.of_year;
    let mut start = day_number(year, 1, 1);
    let mut first = weekday(start, !weeks.monday_first);
    let is_late = |first: i64| if weeks.whole_first { first != 0 } else { first >= 4 };
    if moment.month == 1 && i64::from(moment.day) <= 7 - first {
        if !of_year && is_late(first) {
            return (0, year);
        }
        of_year = true;
        year = year.wrapping_sub(1);
        let days = days_of(year);
        start -= days;
        first = (first + 53 * 7 - days).rem_euclid(7);
    }
    let begin = if is_late(first) {
        start + 7 - first
    } else {
        start - first
    };
    let days = (number - begin).rem_euclid(1 << 32);
    if of_year && days >= 52 * 7 {
        first = (first + days_of(year)) % 7;
        if !is_late(first) {
            return (1, year.wrapping_add(1));
        }
    }
    (u32::try_from(days / 7 + 1).unwrap_or(0), year)
}

fn days_of(year: u32) -> i64 {
    365 + i64::from(is_leap(year))
}

/// Returns the last day of a date's month.
pub fn last_day(moment: &Moment) -> Option<Moment> {
    let day = days_in(moment.year, moment.month)?;
    Some(Moment { day, ..*moment }.at(0))
}
