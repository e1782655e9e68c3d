//! Scalars: PHP's conversion of text to numbers and its rules for empty values.

use std::borrow::Cow;

/// White space that PHP's `trim` removes from both ends.
const TRIMMED: [char; 6] = [' ', '\t', '\n', '\r', '\0', '\x0b'];

/// PHP's `trim`.
pub fn trim(text: &str) -> &str {
    text.trim_matches(TRIMMED)
}

/// Removes NUL bytes, makes every line end LF, trims white space.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', '\r']) {
        return Cow::Borrowed(trim(text));
    }
    let text = text.replace('\0', "").replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(trim(&text).to_owned())
}

/// PHP's `empty()` for text: nothing, or the single digit `0`.
pub fn is_empty(text: &str) -> bool {
    text.is_empty() || text == "0"
}

/// PHP's `(int)` of text: leading white space, a sign, digits; the rest is ignored, no digits are
/// 0. Numbers beyond 64 bits stop at the bound.
pub fn int(text: &str) -> i64 {
    leading_int(text).unwrap_or(0)
}

/// As [`int`], but `None` if the text does not begin with a number.
pub fn leading_int(text: &str) -> Option<i64> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit);
    let mut number: Option<i64> = None;
    for digit in digits {
        let digit = i64::from(digit - b'0');
        let signed = if negative { -digit } else { digit };
        number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(signed));
    }
    number
}

/// Returns the decimal number that text begins with, as PHP's `(float)` reads it: white space, a sign, digits
/// with a point, an exponent. `0` if there is none.
pub fn leading_decimal(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.bytes().take_while(u8::is_ascii_digit).count()
    };
    let at = |place: usize| text.as_bytes().get(place).copied().unwrap_or(0);
    let start = usize::from(matches!(at(0), b'+' | b'-'));
    let whole = digits(start);
    let mut end = if at(whole) == b'.' { digits(whole + 1) } else { whole };
    if end - start == usize::from(end > whole) {
        return "0";
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    text.get(..end).unwrap_or("0")
}

/// Parses the whole text as a number: an optional `-` and digits, nothing else. Numbers beyond 64 bits stop
/// at the bound.
pub fn whole_int(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    leading_int(text).filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn int_reads_the_leading_number() {
        let table = [
            ("12abc", 12),
            ("+1 month", 1),
            ("1e3", 1),
            ("abc", 0),
            (" \n7", 7),
            ("-7x", -7),
            ("", 0),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", i64::MIN),
        ];
        for (text, number) in table {
            assert_eq!(int(text), number, "{text:?}");
        }
    }

    #[test]
    fn a_decimal_is_the_longest_that_text_begins_with() {
        for (text, decimal) in [
            ("12.5", "12.5"),
            (" -12.5 credits", "-12.5"),
            ("1.5e2x", "1.5e2"),
            ("1e", "1"),
            ("1e+", "1"),
            ("+.5", "+.5"),
            ("5.", "5."),
            (".", "0"),
            ("-", "0"),
            ("abc", "0"),
            ("", "0"),
            ("1,5", "1"),
        ] {
            assert_eq!(leading_decimal(text), decimal, "{text:?}");
        }
    }

    #[test]
    fn a_whole_number_has_nothing_around_it() {
        assert_eq!(whole_int("-12"), Some(-12));
        for text in ["", "-", "+1", " 1", "1 ", "1.0", "0x1"] {
            assert_eq!(whole_int(text), None, "{text:?}");
        }
    }
}
