//! What the pieces of a date text add up to, and the instant that follows.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

use crate::time::{DAY, Zone};

/// A unit of a relative piece.
pub enum Unit {
    Seconds(i64),
    Days(i64),
    Months(i64),
}

/// The pieces so far. What is `None` is taken from now.
#[derive(Default)]
pub struct Moment {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    /// Hours, minutes and seconds, in seconds.
    time: Option<i64>,
    has_date: bool,
    has_time: bool,
    place: Option<Place>,
    /// How many places were named.
    places: u8,
    seconds: i64,
    days: i64,
    months: i64,
    /// A weekday, from Sunday, and its behavior: 0 never means the day itself, 1 does, 2 is that of the same week,
    /// which begins with Monday.
    weekday: Option<(i64, i64)>,
    /// The first (true) or the last day of the month.
    edge: Option<bool>,
}

/// Where the local time is.
#[derive(Clone, Copy)]
pub enum Place {
    /// Seconds east of Greenwich.
    Offset(i64),
    Zone(Zone),
}

impl Moment {
    pub fn has_time(&self) -> bool {
        self.has_time
    }

    /// Sets the date; a second one is refused.
    pub fn date(&mut self, year: Option<i64>, month: Option<i64>, day: Option<i64>) -> Option<()> {
        if std::mem::replace(&mut self.has_date, true) {
            return None;
        }
        self.year = year.or(self.year);
        self.month = month.or(self.month);
        self.day = day.or(self.day);
        Some(())
    }

    /// Sets the year alone, which is no date.
    pub fn year(&mut self, year: i64) -> Option<()> {
        self.year = Some(year);
        Some(())
    }

    /// Sets the time; a second one is refused.
    pub fn time(&mut self, hour: i64, minute: i64, second: i64) -> Option<()> {
        if std::mem::replace(&mut self.has_time, true) {
            return None;
        }
        self.time = Some(hour * 3600 + minute * 60 + second);
        Some(())
    }

    /// Midnight of the day so many days from now; an earlier time is forgotten.
    pub fn midnight(&mut self, days: i64) -> Option<()> {
        self.has_time = false;
        self.time = Some(0);
        self.add(days, Unit::Days(1))
    }

    /// Noon; an earlier time is forgotten.
    pub fn noon(&mut self) -> Option<()> {
        self.has_time = false;
        self.time(12, 0, 0)
    }

    /// An instant in unix seconds.
    pub fn unix(&mut self, seconds: i64) -> Option<()> {
        (self.has_date, self.has_time) = (false, false);
        (self.year, self.month, self.day, self.time) = (Some(1970), Some(1), Some(1), Some(0));
        self.place(|| Some(Place::Offset(0)))?;
        self.add(seconds, Unit::Seconds(1))
    }

    /// The first or the last day of the month.
    pub fn edge_of_month(&mut self, is_first: bool) -> Option<()> {
        self.edge = Some(is_first);
        Some(())
    }

    /// Adds an amount of a unit.
    pub fn add(&mut self, amount: i64, unit: Unit) -> Option<()> {
        let (sum, size) = match unit {
            Unit::Seconds(size) => (&mut self.seconds, size),
            Unit::Days(size) => (&mut self.days, size),
            Unit::Months(size) => (&mut self.months, size),
        };
        *sum = sum.checked_add(amount.checked_mul(size)?)?;
        Some(())
    }

    /// Midnight of the next such weekday, which may be the day itself.
    pub fn weekday(&mut self, weekday: i64) -> Option<()> {
        self.weekday = Some((weekday, 1));
        self.midnight(0)
    }

    /// The weekday that is so many further: `next monday`.
    pub fn relative_weekday(&mut self, amount: i64, behavior: i64, weekday: i64) -> Option<()> {
        self.weekday = Some((weekday, behavior));
        self.add(if amount > 0 { amount - 1 } else { amount }, Unit::Days(7))
    }

    /// A week further, on the weekday that is named, or on Monday.
    pub fn week(&mut self, amount: i64) -> Option<()> {
        const MONDAY: i64 = 1;
        let weekday = self.weekday.map_or(MONDAY, |(weekday, _)| weekday);
        self.weekday = Some((weekday, 2));
        self.add(amount, Unit::Days(7))
    }

    /// Turns everything relative around.
    pub fn ago(&mut self) -> Option<()> {
        // Weekdays of the past have rules of their own in PHP that no panel needs.
        if self.weekday.is_some() {
            return None;
        }
        self.seconds = self.seconds.checked_neg()?;
        self.days = self.days.checked_neg()?;
        self.months = self.months.checked_neg()?;
        Some(())
    }

    /// Sets where the local time is. A second place is ignored whatever it is, a third one refused.
    pub fn place(&mut self, place: impl FnOnce() -> Option<Place>) -> Option<()> {
        self.places = self.places.saturating_add(1);
        match self.places {
            1 => self.place = Some(place()?),
            2 => {}
            _ => return None,
        }
        Some(())
    }

    /// Returns the instant; `None` beyond the calendar.
    pub fn instant(&self, zone: Zone, now: i64) -> Option<i64> {
        let place = self.place.unwrap_or(Place::Zone(zone));
        let now = place.local(now)?;
        let year = self.year.unwrap_or_else(|| i64::from(now.year()));
        let month = self.month.unwrap_or_else(|| i64::from(now.month()));
        let day = self.day.unwrap_or_else(|| i64::from(now.day()));
        let time = match self.time {
            Some(time) => time,
            None if self.has_date => 0,
            None => i64::from(now.num_seconds_from_midnight()),
        };
        // 24:00 is the next day before a weekday is looked for.
        let mut date = calendar(year, month, day.checked_add(time.div_euclid(DAY))?)?;
        let time = time.rem_euclid(DAY);
        if let Some((weekday, behavior)) = self.weekday {
            let today = i64::from(date.weekday().num_days_from_sunday());
            let days = days_to(weekday, today, behavior, self.days < 0);
            date = date.checked_add_signed(TimeDelta::try_days(days)?)?;
        }
        let month = i64::from(date.month()).checked_add(self.months)?;
        let day = i64::from(date.day()).checked_add(self.days)?;
        let (month, day) = match self.edge {
            None => (month, day),
            Some(true) => (month, 1),
            Some(false) => (month.checked_add(1)?, 0),
        };
        date = calendar(i64::from(date.year()), month, day)?;
        let midnight = date.and_hms_opt(0, 0, 0)?;
        let local = midnight.checked_add_signed(TimeDelta::try_seconds(time)?)?;
        place.instant(local).checked_add(self.seconds)
    }
}

impl Place {
    fn local(self, unix: i64) -> Option<NaiveDateTime> {
        match self {
            Place::Offset(seconds) => Zone::UTC.local(unix.checked_add(seconds)?),
            Place::Zone(zone) => zone.local(unix),
        }
    }

    fn instant(self, local: NaiveDateTime) -> i64 {
        match self {
            Place::Offset(seconds) => Zone::UTC.instant(local).saturating_sub(seconds),
            Place::Zone(zone) => zone.instant(local),
        }
    }
}

/// Returns the days from one weekday to another; `is_back` if the text goes back by days.
fn days_to(weekday: i64, today: i64, behavior: i64, is_back: bool) -> i64 {
    let difference = weekday - today;
    match behavior {
        2 => (weekday + 6) % 7 - (today + 6) % 7,
        _ if is_back && difference < 0 => difference + 7,
        _ if !is_back && difference <= -behavior => difference + 7,
        _ => difference,
    }
}

/// Returns the date of a month and a day that may lie outside of the year and the month: the 30th of February is
/// the 2nd of March.
fn calendar(year: i64, month: i64, day: i64) -> Option<NaiveDate> {
    let months = month.checked_sub(1)?;
    let year = i32::try_from(year.checked_add(months.div_euclid(12))?).ok()?;
    let month = u32::try_from(months.rem_euclid(12)).ok()?.checked_add(1)?;
    let days = TimeDelta::try_days(day.checked_sub(1)?)?;
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_signed(days)
}
