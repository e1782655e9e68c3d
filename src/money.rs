//! Credits: exact hundredths, parsed from decimal text and printed in two forms.

use std::fmt;

/// An amount in hundredths of a credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub i64);

impl Money {
    /// The largest amount that a dialect accepts: 9,999,999,999.99 credits.
    pub const MAX: Money = Money(999_999_999_999);

    /// Parses a decimal number with optional sign, fraction and exponent, rounded half away from zero to two
    /// places (contract "Admin API", 3.2). `None` if it is not a number or too large.
    pub fn parse(text: &str) -> Option<Money> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        // The number is DIGITS times ten to the `shift`, in hundredths.
        let digits = || whole.bytes().chain(fraction.bytes());
        if !digits().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let shift = exponent
            .checked_add(2)?
            .checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let hundredths = scaled(digits().map(|b| b - b'0'), whole.len() + fraction.len(), shift)?;
        let money = Money(if negative { -hundredths } else { hundredths });
        (-Money::MAX.0..=Money::MAX.0).contains(&money.0).then_some(money)
    }

    /// Returns the sum; `None` if it is out of range for a balance.
    pub fn plus(self, other: Money) -> Option<Money> {
        let sum = self.0.checked_add(other.0)?;
        (-Money::MAX.0..=Money::MAX.0).contains(&sum).then_some(Money(sum))
    }

    /// Prints exactly two decimals: `5.00`.
    pub fn cents(self) -> impl fmt::Display {
        Cents(self)
    }
}

/// Parses an exponent; extreme ones are limited to a bound that already means zero or too large.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::from(u32::MAX)).min(i64::from(u32::MAX));
    Some(if text.starts_with('-') { -size } else { size })
}

/// Returns `digits` (`count` of them) times ten to the power of `shift`, rounded half away from zero. `None`
/// if too large.
fn scaled(digits: impl Iterator<Item = u8>, count: usize, shift: i64) -> Option<i64> {
    // The number of digits of the whole hundredths; the next digit decides the rounding.
    let whole_digits = i64::try_from(count).ok()?.checked_add(shift)?;
    let mut number: i64 = 0;
    for (at, digit) in (0i64..).zip(digits) {
        if at < whole_digits {
            number = number.checked_mul(10)?.checked_add(i64::from(digit))?;
        } else if at == whole_digits && digit >= 5 {
            number = number.checked_add(1)?;
        }
    }
    for _ in 0..shift.max(0) {
        if number == 0 {
            break;
        }
        number = number.checked_mul(10)?;
    }
    Some(number)
}

/// Prints the short form: `0`, `150`, `12.5`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{sign}{whole}"),
            (_, 0) => write!(f, "{sign}{whole}.{}", rest / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

struct Cents(Money);

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Money(hundredths) = self.0;
        let sign = if hundredths < 0 { "-" } else { "" };
        let size = hundredths.unsigned_abs();
        write!(f, "{sign}{}.{:02}", size / 100, size % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_exactly() {
        let table = [
            ("100", Some(10_000)),
            ("-2.5", Some(-250)),
            ("+.5", Some(50)),
            ("5.", Some(500)),
            ("1e3", Some(100_000)),
            ("1.5E-1", Some(15)),
            ("0.005", Some(1)),
            ("-0.005", Some(-1)),
            ("0.0049999", Some(0)),
            ("1.005", Some(101)),
            ("9999999999.99", Some(999_999_999_999)),
            ("9999999999.995", None),
            ("1e400", None),
            ("1e-400", Some(0)),
            ("0e99999999999999999999", Some(0)),
            ("", None),
            (".", None),
            ("-", None),
            ("1,5", None),
            ("abc", None),
            ("1e", None),
            ("0x10", None),
            ("1 ", None),
            ("NaN", None),
            ("inf", None),
        ];
        for (text, expected) in table {
            assert_eq!(Money::parse(text).map(|money| money.0), expected, "{text:?}");
        }
    }

    #[test]
    fn both_forms_are_printed() {
        for (hundredths, short, cents) in [
            (0, "0", "0.00"),
            (15_000, "150", "150.00"),
            (1250, "12.5", "12.50"),
            (-5, "-0.05", "-0.05"),
        ] {
            assert_eq!(Money(hundredths).to_string(), short);
            assert_eq!(Money(hundredths).cents().to_string(), cents);
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(hundredths in -Money::MAX.0..=Money::MAX.0) {
            let money = Money(hundredths);
            prop_assert_eq!(Money::parse(&money.to_string()), Some(money));
            prop_assert_eq!(Money::parse(&money.cents().to_string()), Some(money));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,12}") {
            let _ = Money::parse(&text);
        }
    }
}
