//! Calendar and time zone: instants are unix seconds, dates on the wire are local texts.
//!
//! Nothing here reads a clock; that is [`crate::panel::clock`].

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The panel's time zone, in which every local date text is read and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time, the default.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// The zone of an IANA name such as `Europe/London`.
    pub fn named(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    /// The IANA name.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The instant of a local time. One that occurs twice means its first occurrence; one that
    /// does not exist moves forward by the gap (contract "Admin API", 3.2).
    pub fn instant(&self, local: NaiveDateTime) -> i64 {
        if let Some(first) = self.0.from_local_datetime(&local).earliest() {
            return first.timestamp();
        }
        // Inside a gap the clock still shows the time of the offset before it.
        let day_before = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
        let offset = self.0.offset_from_utc_datetime(&day_before).fix().local_minus_utc();
        local.and_utc().timestamp() - i64::from(offset)
    }

    /// The local time of an instant; `None` beyond the calendar's range.
    pub fn local(&self, unix: i64) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp(unix, 0)?.naive_utc();
        if self.0 == Tz::UTC {
            return Some(utc);
        }
        let offset = self.0.offset_from_utc_datetime(&utc).fix().local_minus_utc();
        utc.checked_add_signed(TimeDelta::seconds(i64::from(offset)))
    }

    /// `YYYY-MM-DD HH:MM:SS`, as every instant but an expiry is printed.
    pub fn stamp(&self, unix: i64) -> Option<String> {
        self.local(unix).map(stamp)
    }

    /// `YYYY-MM-DD` when the instant is midnight, else with the time: the form of `exp_date`.
    pub fn iso(&self, unix: i64) -> Option<String> {
        self.local(unix).map(iso)
    }

    /// The instant of a stored date text; `None` where it is not one.
    pub fn read_iso(&self, text: &str) -> Option<i64> {
        parse_local(text).map(|local| self.instant(local))
    }
}

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

/// Reads `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, strictly.
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (day, parse_time(time)?),
        None => (text, NaiveTime::MIN),
    };
    Some(parse_date(day)?.and_time(time))
}

/// Reads `YYYY-MM-DD`, strictly.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let year = i32::try_from(digits(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(month, 2)?, digits(day, 2)?)
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

    fn local(text: &str) -> NaiveDateTime {
        parse_local(text).unwrap()
    }

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
    fn a_time_that_occurs_twice_is_the_first_one() {
        let london = Zone::named("Europe/London").unwrap();
        // 01:30 occurs at 00:30 UTC (summer time) and again at 01:30 UTC.
        assert_eq!(
            london.instant(local("2026-10-25 01:30")),
            Zone::UTC.instant(local("2026-10-25 00:30"))
        );
    }

    #[test]
    fn a_time_in_a_gap_moves_forward_by_the_gap() {
        let london = Zone::named("Europe/London").unwrap();
        let moved = london.instant(local("2026-03-29 01:30"));
        assert_eq!(london.stamp(moved).unwrap(), "2026-03-29 02:30:00");
        let apia = Zone::named("Pacific/Apia").unwrap();
        let moved = apia.instant(local("2011-12-30 12:00"));
        assert_eq!(apia.stamp(moved).unwrap(), "2011-12-31 12:00:00");
    }

    #[test]
    fn midnight_is_printed_as_a_bare_date() {
        assert_eq!(Zone::UTC.iso(1_798_675_200).unwrap(), "2026-12-31");
        assert_eq!(Zone::UTC.iso(1_798_675_201).unwrap(), "2026-12-31 00:00:01");
        assert_eq!(Zone::UTC.stamp(i64::MAX), None);
    }
}
