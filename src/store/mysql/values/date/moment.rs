//! A date with a time of day, the numbers of days, and the form in which both are held.
//!
//! MariaDB keeps each part by itself, so that a month or a day may be zero: `2026-00-10` and `0000-00-00` are values.

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;

/// Microseconds of a day.
pub const DAY: i64 = 86_400 * SECOND;

/// The greatest time of day or duration, without its fraction: `838:59:59`.
pub const LONGEST_TIME: i64 = (838 * 3600 + 59 * 60 + 59) * SECOND;

/// Days of the months of a year that is not a leap year.
const MONTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Numbers of days that are dates: `0001-01-01` to `9999-12-31`.
const DAYS: std::ops::RangeInclusive<i64> = 366..=3_652_424;

/// A date with a time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub micro: u32,
}

/// Whether a year has a 29th of February. MariaDB's year 0 has none.
pub fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || (year.is_multiple_of(400) && year != 0))
}

/// Returns the days of a month from 1 to 12; none for any other.
pub fn days_in(year: u32, month: u32) -> Option<u32> {
    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    let days = MONTHS.get(index).copied()?;
    Some(days + u32::from(month == 2 && is_leap(year)))
}

/// Returns the number of a day, counted from the year 0; months and days may be zero.
pub fn day_number(year: u32, month: u32, day: u32) -> i64 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    if year == 0 && month == 0 {
        return 0;
    }
    let days = 365 * year + 31 * (month - 1) + day;
    // January and February belong to the leap days of the year before; later months lose what they lack of 31 days.
    let (years, short) = if month > 2 {
        (year, (month * 4 + 23) / 10)
    } else {
        (year - 1, 0)
    };
    days - short + years / 4 - (years / 100 + 1) * 3 / 4
}

/// Returns the day of a number; none outside of the years 1 to 9999.
pub fn day_of_number(number: i64) -> Option<(u32, u32, u32)> {
    if !DAYS.contains(&number) {
        return None;
    }
    let guess = u32::try_from(number * 400 / 146_097).ok()?;
    let year = (guess.saturating_sub(1)..=guess + 1)
        .rev()
        .find(|year| day_number(*year, 1, 1) <= number)?;
    let month = (1..=12).rev().find(|month| day_number(year, *month, 1) <= number)?;
    let day = u32::try_from(number - day_number(year, month, 1) + 1).ok()?;
    Some((year, month, day))
}

impl Moment {
    /// Reads the held form of a date or datetime.
    pub fn held(text: &str) -> Option<Moment> {
        let part = |from: usize, to: usize| digits(text.get(from..to)?);
        let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
        let date = Moment {
            year,
            month,
            day,
            ..Moment::default()
        };
        if text.len() == 10 {
            return Some(date);
        }
        let micro = match text.get(20..26.min(text.len())) {
            None => 0,
            Some(fraction) => digits(&format!("{fraction:0<6}"))?,
        };
        let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
        Some(Moment {
            hour,
            minute,
            second,
            micro,
            ..date
        })
    }

    /// Whether the month or the day is zero.
    pub fn has_zero(&self) -> bool {
        self.month == 0 || self.day == 0
    }

    /// Whether the day is one of its month's, where there is a month.
    pub fn is_in_calendar(&self) -> bool {
        self.month == 0 || days_in(self.year, self.month).is_some_and(|days| self.day <= days)
    }

    /// Returns the number of its day.
    pub fn number(&self) -> i64 {
        day_number(self.year, self.month, self.day)
    }

    /// Returns the microseconds since its day began.
    pub fn time(&self) -> i64 {
        let seconds = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        seconds * SECOND + i64::from(self.micro)
    }

    /// Returns the same day at another time, in microseconds from 0 to a day.
    pub fn at(self, time: i64) -> Moment {
        let (hour, minute, second, micro) = clock(time);
        Moment {
            hour,
            minute,
            second,
            micro,
            ..self
        }
    }

    /// Returns the moment of a day's number and of a time in microseconds, which may be beyond a day.
    pub fn of_number(number: i64, time: i64) -> Option<Moment> {
        let (year, month, day) = day_of_number(number.checked_add(time.div_euclid(DAY))?)?;
        let date = Moment {
            year,
            month,
            day,
            ..Moment::default()
        };
        Some(date.at(time.rem_euclid(DAY)))
    }
}

/// Splits a time of at least 0 into hours, minutes, seconds and microseconds.
pub fn clock(time: i64) -> (u32, u32, u32, u32) {
    let seconds = time / SECOND;
    let part = |number: i64| u32::try_from(number).unwrap_or(0);
    (
        part(seconds / 3600),
        part(seconds / 60 % 60),
        part(seconds % 60),
        part(time % SECOND),
    )
}

/// Cuts microseconds towards zero to so many places of a second.
pub fn cut(micro: i64, places: u8) -> i64 {
    let step = 10i64.pow(u32::from(6u8.saturating_sub(places)));
    micro / step * step
}

/// Reads digits, nothing else.
fn digits(text: &str) -> Option<u32> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_numbered_as_mariadb_does() {
        for ((year, month, day), number) in [
            ((0, 0, 0), 0),
            ((0, 1, 1), 1),
            ((1, 1, 1), 366),
            ((1970, 1, 1), 719_528),
            ((2026, 1, 1), 739_982),
            ((9999, 12, 31), 3_652_424),
        ] {
            assert_eq!(day_number(year, month, day), number, "{year}-{month}-{day}");
        }
        assert_eq!(day_of_number(365), None);
        assert_eq!(day_of_number(3_652_425), None);
        assert_eq!(days_in(0, 2), Some(28));
        assert_eq!(days_in(2000, 2), Some(29));
        assert_eq!(days_in(1900, 2), Some(28));
        assert_eq!((days_in(2026, 0), days_in(2026, 13)), (None, None));
    }

    #[test]
    fn held_forms_are_read() {
        let moment = Moment {
            year: 2026,
            month: 3,
            day: 1,
            ..Moment::default()
        };
        assert_eq!(Moment::held("2026-03-01"), Some(moment));
        assert_eq!(Moment::held("2026-03-01 10:11:12.5").unwrap().micro, 500_000);
        assert_eq!(Moment::held("2026-03-01 10:11:12").unwrap().time(), 36_672 * SECOND);
        for bad in ["", "2026", "2026-03-01 10", "20260301", "abcd-ef-gh", "é026-03-01"] {
            assert_eq!(Moment::held(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn numbers_and_days_match(number in DAYS) {
            let (year, month, day) = day_of_number(number).unwrap();
            prop_assert_eq!(day_number(year, month, day), number);
            prop_assert!(day <= days_in(year, month).unwrap());
        }
    }
}
