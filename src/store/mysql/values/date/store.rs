//! What is written into an expiry.

use crate::time::{Zone, parse_local};

/// A text as an expiry stores it (contract "Admin API", 10.3, "Writing special columns").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredDate {
    /// Without an end.
    Null,
    /// `YYYY-MM-DD` at midnight, else `YYYY-MM-DD HH:MM:SS`.
    Date(String),
    /// Not a date: the statement fails.
    Bad,
}

/// Reads a text, or the digits of a number, that is to be stored as an expiry: a date in one of the forms of 3.2, or
/// unix seconds of 9 or 10 digits.
pub fn store_iso(text: &str, zone: Zone) -> StoredDate {
    if matches!(text, "" | "0") {
        return StoredDate::Null;
    }
    let is_unix = matches!(text.len(), 9 | 10) && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = match is_unix {
        true => text.parse().ok().and_then(|unix| zone.iso(unix)),
        false => parse_local(text).map(crate::time::iso),
    };
    date.map_or(StoredDate::Bad, StoredDate::Date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_stored_strictly() {
        for (text, stored) in [
            ("2026-12-31", "2026-12-31"),
            ("2026-12-31 00:00:00", "2026-12-31"),
            ("2026-12-31 00:00", "2026-12-31"),
            ("2026-12-31 10:30", "2026-12-31 10:30:00"),
            ("2026-12-31 10:30:15", "2026-12-31 10:30:15"),
            ("2024-02-29", "2024-02-29"),
            ("1798675200", "2026-12-31"),
            ("1798675201", "2026-12-31 00:00:01"),
            ("999999999", "2001-09-09 01:46:39"),
            ("0999999999", "2001-09-09 01:46:39"),
        ] {
            assert_eq!(store_iso(text, Zone::UTC), StoredDate::Date(stored.into()), "{text}");
        }
        for null in ["", "0"] {
            assert_eq!(store_iso(null, Zone::UTC), StoredDate::Null);
        }
        for bad in [
            "2026-02-30",
            "2026-1-1",
            "20261231",
            "never",
            "00",
            "-1",
            "0.0",
            "12345678",
            "12345678901",
            "2026-12-31T10:00",
            "2026-12-31 24:00",
            "2026-12-31 10:00:00.5",
            " 2026-12-31",
            "2026-12-31 ",
            "0000-00-00",
            "1798675200.0",
        ] {
            assert_eq!(store_iso(bad, Zone::UTC), StoredDate::Bad, "{bad}");
        }
        let vienna = Zone::named("Europe/Vienna").unwrap();
        assert_eq!(store_iso("1798671600", vienna), StoredDate::Date("2026-12-31".into()));
    }
}
