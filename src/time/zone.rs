//! Time zones: converts instants to local times and back.
//!
//! The rules are chrono-tz's: tables of all clock changes of all zones up to the end of 2099. A later year
//! uses one of the last years in the tables whose days fall on the same weekdays, because the rules refer to
//! weekdays.

use std::fmt;

use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, Tz};

use super::{DAY, PRINTABLE, iso, parse_local, stamp};

/// The last year of the tables.
const LAST_YEAR: i32 = 2099;

/// Local times that are so many seconds apart are in the order of their instants: no clock was ever changed by more
/// than a day.
const ORDERED: i64 = 2 * DAY;

/// The panel's time zone, in which all local date texts are parsed and printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time, the default.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// Finds the zone with an IANA name such as `Europe/London`.
    pub fn named(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    /// Returns the IANA name.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Returns the instant of a local time. A time that occurs twice means the first occurrence; one that
    /// does not exist moves forward by the gap (contract "Admin API", 3.2).
    pub fn instant(&self, local: NaiveDateTime) -> i64 {
        let shown = local.and_utc().timestamp();
        if self.0 == Tz::UTC {
            return shown;
        }
        let local = self.within_tables(local);
        let offset = match self.0.offset_from_local_datetime(&local) {
            MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => Some(offset),
            MappedLocalTime::None => GapInfo::new(&local, &self.0)
                .and_then(|gap| gap.begin)
                .map(|(_, offset)| offset),
        };
        shown - offset.map_or(0, |offset| i64::from(offset.fix().local_minus_utc()))
    }

    /// Returns the local time of an instant; `None` beyond the calendar's range.
    pub fn local(&self, unix: i64) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp(unix, 0)?.naive_utc();
        if self.0 == Tz::UTC {
            return Some(utc);
        }
        utc.checked_add_signed(TimeDelta::seconds(self.offset(self.within_tables(utc))))
    }

    /// Prints `YYYY-MM-DD HH:MM:SS`, the form of all instants except an expiry.
    pub fn stamp(&self, unix: i64) -> Option<String> {
        self.local(unix).map(stamp)
    }

    /// Prints `YYYY-MM-DD` if the instant is midnight, else with the time: the form of `exp_date`.
    pub fn iso(&self, unix: i64) -> Option<String> {
        self.local(unix).map(iso)
    }

    /// Parses a stored date text into an instant; `None` if it is not one.
    pub fn read_iso(&self, text: &str) -> Option<i64> {
        parse_local(text).map(|local| self.instant(local))
    }

    /// Whether the instant of a stored date text has come at `unix`. The texts themselves do not say so: in the hour
    /// that occurs twice the clock shows a time again that has been. What is no date is compared as text.
    pub fn has_come(&self, text: &str, unix: i64) -> bool {
        match self.read_iso(text) {
            Some(at) => at <= unix,
            None => text <= self.iso(unix).unwrap_or_default().as_str(),
        }
    }

    /// Prints a date so long before an instant that whatever is not later, as text, has come then.
    pub fn text_before(&self, unix: i64) -> String {
        self.printable(unix.saturating_sub(ORDERED))
    }

    /// Prints a date so long after an instant that whatever is later, as text, has not come then.
    pub fn text_after(&self, unix: i64) -> String {
        self.printable(unix.saturating_add(ORDERED))
    }

    /// Prints an instant, or the nearest one whose year has four digits in every zone.
    fn printable(&self, unix: i64) -> String {
        let unix = unix.clamp(PRINTABLE.start() + DAY, PRINTABLE.end() - DAY);
        self.stamp(unix).unwrap_or_default()
    }

    /// Returns the zone's offset from UTC in seconds at a UTC time within the tables.
    fn offset(&self, utc: NaiveDateTime) -> i64 {
        self.0.offset_from_utc_datetime(&utc).fix().local_minus_utc().into()
    }

    /// Returns a time within the tables that has the same offset from UTC.
    fn within_tables(&self, time: NaiveDateTime) -> NaiveDateTime {
        if time.year() <= LAST_YEAR {
            return time;
        }
        let [first, middle] = [1, 182].map(|day| time.with_ordinal(day)?.with_year(LAST_YEAR));
        let is_changed = first.map(|time| self.offset(time)) != middle.map(|time| self.offset(time));
        let within = if is_changed {
            time.with_year(same_days(time.year()))
        } else {
            middle
        };
        within.unwrap_or(time)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Returns the year, among the last 28 in the tables, whose days fall on the same weekdays.
fn same_days(year: i32) -> i32 {
    let days = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|first| (first.weekday(), first.leap_year()));
    let mut last = (LAST_YEAR - 27..=LAST_YEAR).rev();
    last.find(|one| days(*one) == days(year)).unwrap_or(LAST_YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn local(text: &str) -> NaiveDateTime {
        parse_local(text).unwrap()
    }

    #[test]
    fn a_zone_has_one_spelling() {
        for name in ["UTC", "Etc/UTC", "Europe/London", "US/Pacific", "EST", "Pacific/Apia"] {
            let zone = Zone::named(name).unwrap();
            assert_eq!((zone.name(), zone), (name, Zone::named(name).unwrap()));
        }
        for name in ["", "utc", "europe/london", "Europe/London ", "Europe", "Mars/Olympus"] {
            assert_eq!(Zone::named(name), None, "{name:?}");
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

    /// The expected values are the output of the C library's `date`.
    #[test]
    fn clocks_show_what_they_show_elsewhere() {
        for (zone, unix, shown) in [
            ("Europe/London", 1_750_000_000, "2025-06-15 16:06:40"),
            ("Europe/London", 1_770_000_000, "2026-02-02 02:40:00"),
            ("Europe/London", -2_000_000_000, "1906-08-16 20:26:40"),
            ("America/New_York", 1_750_000_000, "2025-06-15 11:06:40"),
            ("America/Sao_Paulo", 1_500_000_000, "2017-07-13 23:40:00"),
            ("Asia/Kolkata", 1_770_000_000, "2026-02-02 08:10:00"),
            ("Australia/Lord_Howe", 1_770_000_000, "2026-02-02 13:40:00"),
            ("Pacific/Apia", 1_325_239_199, "2011-12-29 23:59:59"),
            ("Pacific/Apia", 1_325_239_200, "2011-12-31 00:00:00"),
            // The rule continues after the end of the list of transitions.
            ("Europe/Berlin", 5_000_000_000, "2128-06-11 10:53:20"),
            ("Europe/Berlin", 5_015_000_000, "2128-12-02 00:33:20"),
            // Morocco's tables have summer time by the lunar calendar up to 2087, and no rule after that.
            ("Africa/Casablanca", 3_702_000_000, "2087-04-24 05:20:00"),
            ("Africa/Casablanca", 5_000_000_000, "2128-06-11 09:53:20"),
        ] {
            let zone = Zone::named(zone).unwrap();
            assert_eq!(zone.stamp(unix).unwrap(), shown, "{zone:?}");
        }
    }

    #[test]
    fn beyond_the_calendar_there_is_no_local_time() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for zone in [Zone::UTC, berlin] {
            assert_eq!(zone.stamp(i64::MAX), None);
            assert_eq!(zone.stamp(i64::MIN), None);
        }
        // The calendar continues after the last year of the rules.
        let far = NaiveDateTime::MAX.and_utc().timestamp() - 100_000;
        assert_eq!(berlin.instant(berlin.local(far).unwrap()), far);
    }

    #[test]
    fn a_date_has_come_once_and_for_all() {
        let london = Zone::named("Europe/London").unwrap();
        let unix = |text| Zone::UTC.instant(local(text));
        for (text, now, has_come) in [
            // The first of two.
            ("2026-10-25 01:30:00", "2026-10-25 00:29:59", false),
            ("2026-10-25 01:30:00", "2026-10-25 00:30:00", true),
            ("2026-10-25 01:30:00", "2026-10-25 01:00:00", true),
            ("2026-10-25 01:30:00", "2026-10-25 01:29:59", true),
            ("2026-10-25 02:00:00", "2026-10-25 01:59:59", false),
            // One that is left out: it comes an hour later by the clock.
            ("2026-03-29 01:30:00", "2026-03-29 01:00:00", false),
            ("2026-03-29 01:30:00", "2026-03-29 01:30:00", true),
            ("2026-03-29 02:00:00", "2026-03-29 01:00:00", true),
            // No dates.
            ("2026-02-30", "2026-03-01 12:00:00", true),
            ("abcd-ef-gh", "2026-03-01 12:00:00", false),
        ] {
            assert_eq!(london.has_come(text, unix(now)), has_come, "{text} at {now}");
        }
        // The ends of the calendar can be printed.
        assert_eq!(london.text_after(*PRINTABLE.end()), "9999-12-30 23:59:59");
        assert_eq!(Zone::UTC.text_before(*PRINTABLE.start()), "0000-01-02 00:00:00");
    }

    fn zones() -> impl Strategy<Value = Zone> {
        prop::sample::select(&chrono_tz::TZ_VARIANTS[..]).prop_map(|zone| Zone::named(zone.name()).unwrap())
    }

    proptest! {
        /// A local time is converted back to the first instant that shows it.
        #[test]
        fn what_is_shown_is_read_back(zone in zones(), unix in -5_000_000_000_i64..20_000_000_000) {
            let shown = zone.local(unix).unwrap();
            let first = zone.instant(shown);
            prop_assert_eq!(zone.local(first), Some(shown));
            prop_assert!(first <= unix && unix - first <= DAY, "{} {}", first, unix);
        }

        /// The texts around an instant decide as the instants do.
        #[test]
        fn what_the_texts_around_an_instant_decide_is_right(
            zone in zones(),
            unix in -5_000_000_000_i64..20_000_000_000,
            away in -4 * DAY..4 * DAY,
        ) {
            let text = iso(Zone::UTC.local(unix + away).unwrap());
            let has_come = zone.instant(local(&text)) <= unix;
            prop_assert_eq!(zone.has_come(&text, unix), has_come);
            prop_assert!(has_come || text > zone.text_before(unix), "{}", text);
            prop_assert!(!has_come || text <= zone.text_after(unix), "{}", text);
        }

        /// A local time that does not exist is converted to a later one, less than two days later.
        #[test]
        fn what_is_never_shown_moves_forward(zone in zones(), wall in -5_000_000_000_i64..20_000_000_000) {
            let wanted = Zone::UTC.local(wall).unwrap();
            let shown = zone.local(zone.instant(wanted)).unwrap();
            prop_assert!(wanted <= shown && shown - wanted < TimeDelta::days(2), "{} {}", wanted, shown);
        }
    }
}
