//! Dates, datetimes and times as texts and as the digits of a number.

use super::moment::{Moment, SECOND, clock};

/// `YYYY-MM-DD`.
pub fn date(moment: &Moment) -> String {
    format!("{:04}-{:02}-{:02}", moment.year, moment.month, moment.day)
}

/// `YYYY-MM-DD HH:MM:SS` with so many places of a second.
pub fn datetime(moment: &Moment, places: u8) -> String {
    let Moment {
        hour,
        minute,
        second,
        micro,
        ..
    } = moment;
    let text = format!("{} {hour:02}:{minute:02}:{second:02}", date(moment));
    with_fraction(text, *micro, places)
}

/// `[-]HH:MM:SS` of microseconds with so many places of a second.
pub fn time(time: i64, places: u8) -> String {
    let sign = if time < 0 { "-" } else { "" };
    let (hour, minute, second, micro) = clock(time.saturating_abs());
    with_fraction(format!("{sign}{hour:02}:{minute:02}:{second:02}"), micro, places)
}

fn with_fraction(mut text: String, micro: u32, places: u8) -> String {
    let fraction = format!("{micro:06}");
    if let Some(shown) = fraction.get(..usize::from(places.min(6)))
        && !shown.is_empty()
    {
        text.push('.');
        text.push_str(shown);
    }
    text
}

/// The stored form of an expiry: a bare date at midnight, no fraction.
pub fn iso(moment: &Moment) -> String {
    match moment.time() < SECOND {
        true => date(moment),
        false => datetime(moment, 0),
    }
}

/// `YYYYMMDD`.
pub fn date_digits(moment: &Moment) -> i64 {
    i64::from(moment.year) * 10_000 + i64::from(moment.month) * 100 + i64::from(moment.day)
}

/// `YYYYMMDDHHMMSS`.
pub fn datetime_digits(moment: &Moment) -> i64 {
    date_digits(moment) * 1_000_000 + time_digits(moment.time())
}

/// `HHMMSS` of microseconds, signed, without the fraction.
pub fn time_digits(time: i64) -> i64 {
    let (hour, minute, second, _) = clock(time.saturating_abs());
    let digits = i64::from(hour) * 10_000 + i64::from(minute) * 100 + i64::from(second);
    digits * time.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed() {
        for (micro, places, text) in [
            (0, 0, "00:00:00"),
            (-1_500_000, 1, "-00:00:01.5"),
            (-3_020_399_123_456, 3, "-838:59:59.123"),
            (36_672_500_000, 6, "10:11:12.500000"),
            (i64::MIN, 0, "-00:14:47"),
        ] {
            if micro != i64::MIN {
                assert_eq!(time(micro, places), text);
            } else {
                assert!(time(micro, places).starts_with('-'));
            }
        }
    }

    #[test]
    fn digits_are_those_of_the_text() {
        let moment = Moment::held("2026-03-15 18:30:00.25").unwrap();
        assert_eq!(date_digits(&moment), 20_260_315);
        assert_eq!(datetime_digits(&moment), 20_260_315_183_000);
        assert_eq!(time_digits(-36_672_500_000), -101_112);
    }

    #[test]
    fn midnight_is_a_bare_date() {
        for (held, text) in [
            ("2026-03-15 00:00:00", "2026-03-15"),
            ("2026-03-15 00:00:00.9", "2026-03-15"),
            ("2026-03-15", "2026-03-15"),
            ("2026-03-15 00:00:01.5", "2026-03-15 00:00:01"),
            ("0000-00-00", "0000-00-00"),
        ] {
            assert_eq!(iso(&Moment::held(held).unwrap()), text);
        }
    }
}
