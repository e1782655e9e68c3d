//! Ranges of a file's bytes (RFC 9110, 14; contract "Player side", section 10.2).

use std::ops::Range;

/// What a request wants of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    NotThere,
}

/// Reads `Range` for a file of `length` bytes. Several ranges, other units and what is none are ignored. `if_range` is
/// honoured: with another tag than `etag` all of the file is wanted.
pub fn wanted(range: Option<&str>, if_range: Option<&str>, etag: &str, length: u64) -> Wanted {
    let Some(range) = range.filter(|_| if_range.is_none_or(|tag| tag == etag)) else {
        return Wanted::Whole;
    };
    let Some((first, last)) = range
        .trim()
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(text.parse().unwrap_or(u64::MAX))),
        _ => None,
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(Some(last))) if first > last => Wanted::Whole,
        (Some(Some(first)), Some(last)) if first < length => {
            Wanted::Part(first..last.map_or(length, |last| last.saturating_add(1).min(length)))
        }
        (Some(Some(_)), Some(_)) | (Some(None), Some(Some(0))) => Wanted::NotThere,
        (Some(None), Some(Some(_))) if length == 0 => Wanted::NotThere,
        (Some(None), Some(Some(tail))) => Wanted::Part(length.saturating_sub(tail)..length),
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_http() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=0-", Wanted::Part(0..100)),
            ("bytes=10-19", Wanted::Part(10..20)),
            ("bytes=90-200", Wanted::Part(90..100)),
            ("bytes=-10", Wanted::Part(90..100)),
            ("bytes=-200", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::NotThere),
            ("bytes=100-200", Wanted::NotThere),
            ("bytes=99999999999999999999-", Wanted::NotThere),
            ("bytes=-0", Wanted::NotThere),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=0-1,5-6", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("items=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(wanted(Some(range), None, "\"a\"", 100), expected, "{range}");
        }
        assert_eq!(wanted(None, None, "\"a\"", 100), Wanted::Whole);
        assert_eq!(wanted(Some("bytes=0-"), None, "\"a\"", 0), Wanted::NotThere);
    }

    #[test]
    fn a_range_of_another_file_is_all_of_this_one() {
        let part = Wanted::Part(1..100);
        assert_eq!(wanted(Some("bytes=1-"), Some("\"a\""), "\"a\"", 100), part);
        assert_eq!(wanted(Some("bytes=1-"), Some("\"b\""), "\"a\"", 100), Wanted::Whole);
    }
}
