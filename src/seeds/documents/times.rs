//! Times in documents: a date in the panel's time zone, an instant, or an offset from the panel's clock.

use chrono::{DateTime, SecondsFormat};

use crate::time::{DAY, Zone, parse_local};

/// The hint with the valid forms.
pub const HINT: &str = "write 2026-12-31, 2026-12-31 18:00:00, +30d, -2h, now or never";

/// From here on a number is milliseconds.
const LEAST_MILLIS: i64 = 100_000_000_000;

/// A time in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeValue {
    Never,
    /// Unix seconds.
    At(i64),
}

/// Parses a time; `None` if the text is not one.
pub fn parse(text: &str, now: i64, zone: Zone) -> Option<TimeValue> {
    let unix = match text {
        "never" => return Some(TimeValue::Never),
        "now" => now,
        _ if text.starts_with(['+', '-']) => now.checked_add(parse_offset(text)?)?,
        _ => match parse_local(&text.replacen('T', " ", 1)) {
            Some(local) => zone.instant(local),
            None => DateTime::parse_from_rfc3339(text).ok()?.timestamp(),
        },
    };
    // A date outside the years 0000 to 9999 has no text that parses to the same time.
    let text = zone.iso(unix)?;
    (zone.read_iso(&text) == Some(unix) || zone.local(unix).is_some_and(|local| parse_local(&text) == Some(local)))
        .then_some(TimeValue::At(unix))
}

/// Parses a time to unix milliseconds. A number is unix seconds, from 12 digits on milliseconds.
pub fn parse_millis(text: &str, now: i64, zone: Zone) -> Option<i64> {
    if let Ok(number) = text.parse::<i64>() {
        return match number.checked_abs()? < LEAST_MILLIS {
            true => number.checked_mul(1_000),
            false => Some(number),
        };
    }
    let TimeValue::At(unix) = parse(text, now, zone)? else {
        return None;
    };
    let fraction = DateTime::parse_from_rfc3339(text).map_or(0, |at| i64::from(at.timestamp_subsec_millis()));
    unix.checked_mul(1_000)?.checked_add(fraction)
}

/// Prints unix milliseconds so that they parse to the same.
pub fn print_millis(millis: i64, zone: Zone) -> String {
    let local = zone
        .iso(millis.div_euclid(1_000))
        .filter(|_| millis.rem_euclid(1_000) == 0);
    let printed = DateTime::from_timestamp_millis(millis).map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
    let texts = [local, printed];
    let exact = texts
        .into_iter()
        .flatten()
        .find(|text| parse_millis(text, 0, zone) == Some(millis));
    exact.unwrap_or_else(|| millis.to_string())
}

/// Parses `+30d`, `-2h` to seconds.
fn parse_offset(text: &str) -> Option<i64> {
    let digits = text.get(..text.len().checked_sub(1)?)?;
    let number: i64 = digits.parse().ok()?;
    let unit = match text.get(digits.len()..)? {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_printed_so_that_they_are_read_again() {
        let zone = Zone::named("Europe/London").unwrap();
        for (millis, expected) in [
            (1_773_585_000_000, "2026-03-15 14:30:00"),
            (1_773_585_000_123, "2026-03-15T14:30:00.123Z"),
            // The second pass of an hour that occurs twice.
            (1_792_891_800_000, "2026-10-25T01:30:00.000Z"),
            (0, "1970-01-01 01:00:00"),
            (i64::MAX, "9223372036854775807"),
        ] {
            assert_eq!(print_millis(millis, zone), expected);
            assert_eq!(parse_millis(expected, 0, zone), Some(millis), "{expected}");
        }
        assert_eq!(parse_millis("1773585000", 0, zone), Some(1_773_585_000_000));
        assert_eq!(parse_millis("-1h", 1_773_585_000, zone), Some(1_773_581_400_000));
        assert_eq!(parse_millis("never", 0, zone), None);
    }

    #[test]
    fn a_time_is_a_date_an_instant_or_a_distance() {
        let zone = Zone::named("Europe/London").unwrap();
        let now = 1_773_585_000; // 2026-03-15 14:30:00
        for (text, expected) in [
            ("never", Some(TimeValue::Never)),
            ("now", Some(TimeValue::At(now))),
            ("+30d", Some(TimeValue::At(now + 30 * DAY))),
            ("-2h", Some(TimeValue::At(now - 7200))),
            ("+1w", Some(TimeValue::At(now + 7 * DAY))),
            ("+90s", Some(TimeValue::At(now + 90))),
            ("-5m", Some(TimeValue::At(now - 300))),
            ("2026-07-01", Some(TimeValue::At(1_782_860_400))),
            ("2026-07-01 12:00", Some(TimeValue::At(1_782_903_600))),
            ("2026-07-01T12:00:00", Some(TimeValue::At(1_782_903_600))),
            ("2026-07-01T12:00:00Z", Some(TimeValue::At(1_782_907_200))),
            // The second pass of an hour that occurs twice has no date text of its own.
            ("2026-10-25T01:30:00Z", Some(TimeValue::At(1_792_891_800))),
            ("2026-02-30", None),
            ("30d", None),
            ("+30", None),
            ("+d", None),
            ("+30y", None),
            ("+", None),
            ("", None),
            ("+9223372036854775807d", None),
            ("+99999999d", None),
            ("+1é", None),
        ] {
            assert_eq!(parse(text, now, zone), expected, "{text}");
        }
    }
}
