//! Time spans in options: `10m`, `30s`, `500ms`.

use std::time::Duration;

/// Parses a span: a whole number and `ms`, `s`, `m` or `h`.
///
/// # Errors
/// The valid form of a span.
pub fn parse(text: &str) -> Result<Duration, String> {
    up_to(text, Duration::MAX).ok_or_else(|| "not a span of time such as 500ms, 30s, 10m or 2h".into())
}

/// Parses a span that is not longer than `most`, in a unit that is not longer than `most`.
pub fn up_to(text: &str, most: Duration) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let span = number.checked_mul(milliseconds).map(Duration::from_millis)?;
    (Duration::from_millis(milliseconds) <= most && span <= most).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("10m", 600_000),
            ("2h", 7_200_000),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        let most = Duration::from_secs(600);
        assert_eq!(up_to("10m", most), Some(most));
        for long in ["601s", "11m", "0h", "1h"] {
            assert_eq!(up_to(long, most), None, "{long}");
        }
        for bad in [
            "",
            "s",
            "30",
            "1.5s",
            "-1s",
            "+1s",
            "1 s",
            "1d",
            "1S",
            "99999999999999999999h",
            "9999999999999999h",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
