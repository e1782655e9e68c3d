//! Times as XMLTV writes them: `20260315142000 +0100`.

use chrono::NaiveDate;

/// Parses a time to unix seconds: a date of 8 digits, hours, minutes and seconds as far as they are there, and an
/// offset, without which it is UTC. `None` if it is not one.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, zone) = text.split_at_checked(end)?;
    if !matches!(digits.len(), 8 | 10 | 12 | 14) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<u32>().ok());
    let year = digits.get(..4)?.parse().ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    let local = date.and_hms_opt(number(8, 10)?, number(10, 12)?, number(12, 14)?)?;
    Some(local.and_utc().timestamp() - offset(zone.trim())?)
}

/// Parses an offset to seconds: `+0100`, `-03:30`, `Z`, `UTC`, `GMT` or nothing.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "" | "Z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    if digits.len() != 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_an_offset_or_is_utc() {
        for (text, expected) in [
            ("20260315142000 +0000", Some(1_773_584_400)),
            ("20260315142000", Some(1_773_584_400)),
            ("20260315142000 Z", Some(1_773_584_400)),
            ("202603151420 UTC", Some(1_773_584_400)),
            ("20260315152000 +0100", Some(1_773_584_400)),
            ("20260315152000+01:00", Some(1_773_584_400)),
            (" 20260315105000 -0330 ", Some(1_773_584_400)),
            ("2026031514", Some(1_773_583_200)),
            ("20260315", Some(1_773_532_800)),
            ("202603", None),
            ("20260230120000", None),
            ("20260315250000", None),
            ("20260315142000 BST", None),
            ("20260315142000 +1", None),
            ("20260315142000 +0160", None),
            ("2026-03-15", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
