//! ISO 8601 durations: `PT30S`, `P1M`, `-P30D`. Years, months, weeks and days are the calendar's, in
//! the panel's time zone; the rest are seconds.

use chrono::{Days, Months};

use super::Zone;

/// A duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duration {
    negative: bool,
    months: u32,
    days: u64,
    seconds: i64,
}

impl Duration {
    /// Parses a duration; `None` if the text is not one.
    pub fn parse(text: &str) -> Option<Duration> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text = text.strip_prefix('P')?;
        let (date, time) = match text.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (text, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let [years, months, weeks, days] = parts(date, ['Y', 'M', 'W', 'D'])?;
        let [hours, minutes, seconds] = parts(time, ['H', 'M', 'S'])?;
        Some(Duration {
            negative,
            months: years.checked_mul(12)?.checked_add(months)?,
            days: u64::from(weeks) * 7 + u64::from(days),
            seconds: i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds),
        })
    }

    /// So many months of the calendar.
    pub fn of_months(months: u32) -> Duration {
        Duration {
            months,
            ..Duration::default()
        }
    }

    /// Whether it goes back in time.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Returns the instant at this distance from `unix`; `None` beyond the calendar's range. The last days of
    /// a longer month become the last day of a shorter one.
    pub fn from(&self, unix: i64, zone: Zone) -> Option<i64> {
        let (months, days) = (Months::new(self.months), Days::new(self.days));
        let local = zone.local(unix)?;
        let moved = match self.negative {
            true => local.checked_sub_months(months)?.checked_sub_days(days)?,
            false => local.checked_add_months(months)?.checked_add_days(days)?,
        };
        // A duration without calendar units is not converted to local time, where an hour may occur twice.
        let start = if moved == local { unix } else { zone.instant(moved) };
        start.checked_add(if self.negative { -self.seconds } else { self.seconds })
    }
}

/// Parses the numbers before these letters, which must be in this order, each at most once.
fn parts<const N: usize>(text: &str, letters: [char; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut rest = text;
    for (letter, number) in letters.iter().zip(&mut numbers) {
        let Some((digits, after)) = rest.split_once(*letter) else {
            continue;
        };
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        *number = digits.parse().ok().filter(|_| plain)?;
        rest = after;
    }
    rest.is_empty().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_follow_the_calendar() {
        let london = Zone::named("Europe/London").unwrap();
        for (from, by, to) in [
            ("2026-01-31", "P1M", "2026-02-28"),
            ("2024-02-29", "P1Y", "2025-02-28"),
            ("2026-03-31", "-P1M", "2026-02-28"),
            ("2026-01-01", "P1W2D", "2026-01-10"),
            ("2026-01-01", "PT36H30M15S", "2026-01-02 12:30:15"),
            // The night in which the clocks go forward has 23 hours.
            ("2026-03-28 12:00:00", "P1D", "2026-03-29 12:00:00"),
            ("2026-03-28 12:00:00", "PT24H", "2026-03-29 13:00:00"),
        ] {
            let unix = london.read_iso(from).unwrap();
            let moved = Duration::parse(by).unwrap().from(unix, london).unwrap();
            assert_eq!(london.iso(moved).unwrap(), to, "{from} {by}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for bad in [
            "",
            "P",
            "PT",
            "1D",
            "P1",
            "PD",
            "P1D1M",
            "P-1D",
            "P1DT",
            "PT1D",
            "P1.5D",
            "p1d",
            "P99999999999D",
        ] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }
}
