//! Times of the REST APIs (contract "REST APIs", common rules): ISO 8601 in UTC with milliseconds out, several forms in.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat};

use crate::time::Zone;

/// Prints unix seconds.
pub fn printed(unix: i64) -> Option<String> {
    printed_millis(unix.checked_mul(1_000)?)
}

/// Prints unix milliseconds.
pub fn printed_millis(millis: i64) -> Option<String> {
    let at = DateTime::from_timestamp_millis(millis)?;
    Some(at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// Reads a time into unix milliseconds: a day or a local time in `zone`, RFC 3339, or unix seconds of 9 or 10 digits.
pub fn read(text: &str, zone: Zone) -> Option<i64> {
    let millis = unix(text).or_else(|| local(text, zone)).or_else(|| with_offset(text))?;
    // 1970 to 9999.
    (0..253_402_300_800_000).contains(&millis).then_some(millis)
}

fn unix(text: &str) -> Option<i64> {
    let is_unix = matches!(text.len(), 9 | 10) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_unix.then(|| text.parse::<i64>().ok()?.checked_mul(1_000))?
}

fn local(text: &str, zone: Zone) -> Option<i64> {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let local: NaiveDateTime = match (text.len(), digits(text)) {
        (10, 8) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?,
        (19, 14) => {
            let spaced = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S");
            spaced
                .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
                .ok()?
        }
        _ => return None,
    };
    // A leap second is no time of the calendar here.
    let is_whole = local.and_utc().timestamp_subsec_nanos() == 0;
    is_whole.then(|| zone.instant(local).checked_mul(1_000))?
}

fn with_offset(text: &str) -> Option<i64> {
    let parsed = DateTime::parse_from_rfc3339(text).or_else(|error| match text.rsplit_once(' ') {
        // In a query a blank stands for the plus that it was.
        Some((before, offset)) if offset.contains(':') => DateTime::parse_from_rfc3339(&format!("{before}+{offset}")),
        _ => Err(error),
    });
    parsed.ok().map(|at| at.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_time_is_read_and_nothing_else() {
        let london = Zone::named("Europe/London").unwrap();
        for (text, zone, expected) in [
            ("2026-03-15", Zone::UTC, Some("2026-03-15T00:00:00.000Z")),
            ("2026-07-01", london, Some("2026-06-30T23:00:00.000Z")),
            ("2026-07-01 12:00:00", london, Some("2026-07-01T11:00:00.000Z")),
            ("2026-07-01T12:00:00", london, Some("2026-07-01T11:00:00.000Z")),
            ("2026-07-01T12:00:00.25+02:00", london, Some("2026-07-01T10:00:00.250Z")),
            ("2026-07-01T12:00:00 02:00", london, Some("2026-07-01T10:00:00.000Z")),
            ("2026-07-01T12:00:00Z", london, Some("2026-07-01T12:00:00.000Z")),
            ("1773585000", london, Some("2026-03-15T14:30:00.000Z")),
            ("100000000", london, Some("1973-03-03T09:46:40.000Z")),
            ("1773585000000", london, None),
            ("20261231", london, None),
            ("2026-02-30", london, None),
            ("2026-3-15", london, None),
            ("1969-12-31", london, None),
            ("tomorrow", london, None),
            ("2026-07-01 25:00:00", london, None),
            ("", london, None),
        ] {
            let read = read(text, zone).and_then(printed_millis);
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        assert_eq!(printed(1_773_585_000).as_deref(), Some("2026-03-15T14:30:00.000Z"));
    }
}
