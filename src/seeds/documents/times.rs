//! Times as people write them in a document: a date in the panel's zone, an instant, or a distance
//! from the panel's clock.

use chrono::DateTime;

use crate::time::{DAY, Zone, parse_local};

/// What a time can look like.
pub const HINT: &str = "write 2026-12-31, 2026-12-31 18:00:00, +30d, -2h, now or never";

/// A time that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Never,
    /// Unix seconds.
    At(i64),
}

/// Reads a time; `None` where the text is none.
pub fn read(text: &str, now: i64, zone: Zone) -> Option<When> {
    let unix = match text {
        "never" => return Some(When::Never),
        "now" => now,
        _ if text.starts_with(['+', '-']) => now.checked_add(distance(text)?)?,
        _ => match parse_local(&text.replacen('T', " ", 1)) {
            Some(local) => zone.instant(local),
            None => DateTime::parse_from_rfc3339(text).ok()?.timestamp(),
        },
    };
    // Beyond the years of four digits a date has no text that reads back.
    let text = zone.iso(unix)?;
    (zone.read_iso(&text) == Some(unix) || zone.local(unix).is_some_and(|local| parse_local(&text) == Some(local)))
        .then_some(When::At(unix))
}

/// `+30d`, `-2h`, in seconds.
fn distance(text: &str) -> Option<i64> {
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
    fn a_time_is_a_date_an_instant_or_a_distance() {
        let zone = Zone::named("Europe/London").unwrap();
        let now = 1_773_585_000; // 2026-03-15 14:30:00
        for (text, expected) in [
            ("never", Some(When::Never)),
            ("now", Some(When::At(now))),
            ("+30d", Some(When::At(now + 30 * DAY))),
            ("-2h", Some(When::At(now - 7200))),
            ("+1w", Some(When::At(now + 7 * DAY))),
            ("+90s", Some(When::At(now + 90))),
            ("-5m", Some(When::At(now - 300))),
            ("2026-07-01", Some(When::At(1_782_860_400))),
            ("2026-07-01 12:00", Some(When::At(1_782_903_600))),
            ("2026-07-01T12:00:00", Some(When::At(1_782_903_600))),
            ("2026-07-01T12:00:00Z", Some(When::At(1_782_907_200))),
            // The second pass of an hour that occurs twice has no date text of its own.
            ("2026-10-25T01:30:00Z", Some(When::At(1_792_891_800))),
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
            assert_eq!(read(text, now, zone), expected, "{text}");
        }
    }
}
