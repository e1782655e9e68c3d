//! Periods of subscriptions: so many days, months or years (contract "REST APIs", common rules and B7). Days are exact.
//! Months and years move the date in the panel's time zone, keep the local time, and take the last day of a month that is
//! too short; the day that was meant is remembered for the next one.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::time::{DAY, PRINTABLE, Zone, first_of_month};

/// Units of intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    Day,
    Month,
    Year,
}

/// Their names.
pub const INTERVALS: &[&str] = &["day", "month", "year"];

impl Interval {
    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Interval::Day => "day",
            Interval::Month => "month",
            Interval::Year => "year",
        }
    }

    /// Finds the interval of a name.
    pub fn named(name: &str) -> Option<Interval> {
        let all = [Interval::Day, Interval::Month, Interval::Year];
        all.into_iter().find(|interval| interval.name() == name)
    }
}

/// How long a product lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub interval: Interval,
    /// How many intervals.
    pub count: u32,
}

impl Period {
    /// Returns the end of so many periods that begin at `from`, in unix seconds, with `day` as the day of the month that is
    /// meant. `None` beyond the year 9999.
    pub fn end(self, from: i64, periods: u32, day: u32, zone: Zone) -> Option<i64> {
        let count = self.count.checked_mul(periods)?;
        let end = match self.interval {
            Interval::Day => from.checked_add(i64::from(count).checked_mul(DAY)?)?,
            Interval::Month => months_later(from, count, day, zone)?,
            Interval::Year => months_later(from, count.checked_mul(12)?, day, zone)?,
        };
        let is_printable = PRINTABLE.contains(&end) && (1970..=9999).contains(&zone.local(end)?.year());
        is_printable.then_some(end)
    }

    /// Returns when the last period before an end began, as far as that can be told: of an end on the 28th of February it
    /// is the 28th of January. `None` before the year 1970.
    pub fn start(self, end: i64, zone: Zone) -> Option<i64> {
        let (count, day) = (i64::from(self.count), day_of(end, zone));
        let start = match self.interval {
            Interval::Day => end.checked_sub(count.checked_mul(DAY)?)?,
            Interval::Month => in_months(end, -count, day, zone)?,
            Interval::Year => in_months(end, count.checked_mul(-12)?, day, zone)?,
        };
        (start >= 0).then_some(start)
    }
}

fn months_later(from: i64, months: u32, day: u32, zone: Zone) -> Option<i64> {
    in_months(from, i64::from(months), day, zone)
}

/// The instant so many months later; a negative number is earlier.
fn in_months(from: i64, months: i64, day: u32, zone: Zone) -> Option<i64> {
    let local = zone.local(from)?;
    let first = first_of_month(local.date(), months)?;
    let date = first.with_day(day.min(days_of(first)?))?;
    Some(zone.instant(NaiveDateTime::new(date, local.time())))
}

/// The number of days of a date's month.
fn days_of(date: NaiveDate) -> Option<u32> {
    Some(u32::from(date.num_days_in_month()))
}

/// Returns the day of the month that a period which begins at `from` means: the remembered one if `from` is that day, the
/// last day of a month without it, or where a day that the zone left out came to lie; else its own.
pub fn day_meant(from: i64, remembered: u32, zone: Zone) -> u32 {
    let Some(local) = zone.local(from) else {
        return remembered;
    };
    if is_day_meant(from, local, remembered, zone) {
        return remembered;
    }
    local.day()
}

/// Whether an instant is the remembered day of its month. Samoa had no 30th of December in 2011: what was due then is due
/// on the 31st, and on the 30th again in January.
fn is_day_meant(from: i64, local: NaiveDateTime, remembered: u32, zone: Zone) -> bool {
    let date = days_of(local.date()).and_then(|days| local.date().with_day(remembered.min(days)));
    date.is_some_and(|date| date == local.date() || zone.instant(NaiveDateTime::new(date, local.time())) == from)
}

/// Returns the day of the month at an instant.
pub fn day_of(unix: i64, zone: Zone) -> u32 {
    day_meant(unix, 0, zone).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Months;
    use proptest::prelude::*;

    const MONTH: Period = Period {
        interval: Interval::Month,
        count: 1,
    };

    fn unix(text: &str, zone: Zone) -> i64 {
        zone.read_iso(text).unwrap()
    }

    /// The ends of one period after the other.
    fn ends(period: Period, begun: &str, zone: Zone, number: usize) -> Vec<String> {
        let mut end = unix(begun, zone);
        let mut day = day_of(end, zone);
        let mut next = || {
            day = day_meant(end, day, zone);
            end = period.end(end, 1, day, zone).unwrap();
            zone.iso(end).unwrap()
        };
        (0..number).map(|_| next()).collect()
    }

    #[test]
    fn the_day_of_the_beginning_is_remembered() {
        let shown = ends(MONTH, "2026-01-31", Zone::UTC, 4);
        assert_eq!(shown, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]);
        let years = Period {
            interval: Interval::Year,
            count: 1,
        };
        let shown = ends(years, "2024-02-29", Zone::UTC, 4);
        assert_eq!(shown, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
    }

    #[test]
    fn several_months_are_one_step() {
        let from = unix("2026-01-31 12:00:00", Zone::UTC);
        let end = MONTH.end(from, 2, 31, Zone::UTC).unwrap();
        assert_eq!(Zone::UTC.iso(end).unwrap(), "2026-03-31 12:00:00");
        let quarter = Period { count: 3, ..MONTH };
        let end = quarter.end(from, 1, 31, Zone::UTC).unwrap();
        assert_eq!(Zone::UTC.iso(end).unwrap(), "2026-04-30 12:00:00");
    }

    #[test]
    fn a_day_that_does_not_fit_is_remembered_from_then_on() {
        let day = |text, remembered| day_meant(unix(text, Zone::UTC), remembered, Zone::UTC);
        assert_eq!(day("2026-02-28", 31), 31);
        assert_eq!(day("2026-02-27", 31), 27);
        assert_eq!(day("2026-03-28", 31), 28);
        assert_eq!(day("2026-03-31", 31), 31);
        assert_eq!(day("2026-03-31", 28), 31);
    }

    #[test]
    fn a_day_that_the_zone_left_out_is_the_day_after_and_its_number_is_remembered() {
        let samoa = Zone::named("Pacific/Apia").unwrap();
        let shown = ends(MONTH, "2011-11-30", samoa, 3);
        assert_eq!(shown, ["2011-12-31", "2012-01-30", "2012-02-29"]);
    }

    #[test]
    fn the_local_time_stays_over_a_change_of_the_clocks_and_days_are_exact() {
        let london = Zone::named("Europe/London").unwrap();
        let from = unix("2026-03-15 12:00:00", london);
        let end = MONTH.end(from, 1, 15, london).unwrap();
        assert_eq!(london.iso(end).unwrap(), "2026-04-15 12:00:00");
        assert_eq!(end - from, 31 * DAY - 3_600);
        let days = Period {
            interval: Interval::Day,
            count: 30,
        };
        assert_eq!(days.end(from, 1, 15, london), Some(from + 30 * DAY));
    }

    #[test]
    fn a_period_begins_one_interval_before_its_end() {
        let start = |period: Period, end| {
            Zone::UTC
                .iso(period.start(unix(end, Zone::UTC), Zone::UTC).unwrap())
                .unwrap()
        };
        assert_eq!(start(MONTH, "2026-03-31"), "2026-02-28");
        let two_years = Period {
            interval: Interval::Year,
            count: 2,
        };
        assert_eq!(start(two_years, "2026-02-28 12:00:00"), "2024-02-28 12:00:00");
        let days = Period {
            interval: Interval::Day,
            count: 30,
        };
        assert_eq!(start(days, "2026-01-31"), "2026-01-01");
        assert_eq!(MONTH.start(0, Zone::UTC), None);
    }

    #[test]
    fn no_period_ends_after_the_year_9999() {
        let from = unix("9999-11-30", Zone::UTC);
        assert!(MONTH.end(from, 1, 30, Zone::UTC).is_some());
        assert_eq!(MONTH.end(from, 2, 30, Zone::UTC), None);
        let most = Period {
            interval: Interval::Year,
            count: u32::MAX,
        };
        assert_eq!(most.end(from, 36, 30, Zone::UTC), None);
    }

    proptest! {
        /// Whatever the zone: each month of a subscription has an end of its own, on the day that is meant or the last one.
        #[test]
        fn months_are_never_skipped_and_never_drift(
            zone in prop::sample::select(&["UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Apia"][..]),
            begun in 1_000_000_000_i64..4_000_000_000,
            count in 1_u32..30,
        ) {
            let zone = Zone::named(zone).unwrap();
            let begin = zone.local(begun).unwrap();
            let (mut end, mut day, mut is_shifted) = (begun, day_of(begun, zone), false);
            for step in 1..=count {
                day = day_meant(end, day, zone);
                end = MONTH.end(end, 1, day, zone).unwrap();
                // A local time that is left out moves forward and is remembered then.
                is_shifted |= zone.local(end).unwrap().time() != begin.time();
                let first = begin.date().with_day(1).unwrap().checked_add_months(Months::new(step)).unwrap();
                let date = first.with_day(begin.day().min(days_of(first).unwrap())).unwrap();
                prop_assert!(is_shifted || end == zone.instant(NaiveDateTime::new(date, begin.time())));
            }
        }
    }
}
