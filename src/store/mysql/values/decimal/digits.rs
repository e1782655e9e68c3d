//! Numbers written as digits: what a text begins with, and what a double prints.

use super::arithmetic::fit;

/// A number as it is written: its digits, and the power of ten that they are to be multiplied with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digits {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

/// The spaces that may stand before a number.
pub fn after_spaces(text: &[u8]) -> &[u8] {
    let spaces = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r'))
        .count();
    text.get(spaces..).unwrap_or_default()
}

/// A sign, and what is behind it.
pub fn after_sign(text: &[u8]) -> (bool, &[u8]) {
    match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at_checked(count).unwrap_or((text, &[]))
}

/// What digits are worth; no more than `i64::MAX`.
fn small(digits: &[u8]) -> i64 {
    digits.iter().fold(0i64, |sum, digit| {
        sum.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    })
}

impl Digits {
    /// The number that a text begins with; zero when it begins with none.
    pub fn of_text(text: &[u8]) -> Digits {
        let (mut number, rest) = Digits::begin(text);
        number.exponent = number.exponent.saturating_add(exponent(rest));
        number
    }

    /// The number that a text gives a column of integers. Where the database's reader of these meets a second point, or
    /// the end of the text behind an exponent's sign, it has not yet counted the places: `1.2.3` is 12.
    pub fn of_stored_text(text: &[u8]) -> Digits {
        let (number, rest) = Digits::begin(text);
        let is_cut = matches!(rest, [b'.', ..] | [b'e' | b'E', b'+' | b'-']);
        // Digits that are more than the reader holds are another way out of it.
        match is_cut && value(&number.digits) <= u64::MAX.into() {
            true => Digits { exponent: 0, ..number },
            false => Digits::of_text(text),
        }
    }

    /// The number that a text begins with, without its exponent, and what is behind it.
    fn begin(text: &[u8]) -> (Digits, &[u8]) {
        let (negative, text) = after_sign(after_spaces(text));
        let (whole, rest) = split_digits(text);
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => split_digits(rest),
            _ => (&[][..], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return (Digits::default(), &[]);
        }
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let number = Digits {
            negative,
            digits: [whole, fraction].concat(),
            exponent: places.saturating_neg(),
        };
        (number, rest)
    }

    /// The shortest digits that give a double.
    pub fn of_double(number: f64) -> Digits {
        match number.is_finite() {
            true => Digits::of_text(shortest(number).as_bytes()),
            false => Digits {
                negative: number < 0.0,
                digits: vec![b'1'],
                exponent: i64::MAX,
            },
        }
    }

    /// The decimal with so many places and digits before the point that is nearest, half away from zero.
    pub fn decimal(&self, places: u32, whole: u32) -> i128 {
        let number = fit(self.scaled(places), whole.saturating_add(places));
        if self.negative { -number } else { number }
    }

    /// The digits times 10^`places`, or the largest number.
    fn scaled(&self, places: u32) -> i128 {
        let shift = self.exponent.saturating_add(i64::from(places));
        let Ok(zeros) = usize::try_from(shift) else {
            return self.rounded(usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX));
        };
        let number = value(&self.digits);
        match number {
            0 => 0,
            // More zeros than digits have a place are as good as any number of them.
            _ => (0..zeros.min(40)).fold(number, |number, _| number.saturating_mul(10)),
        }
    }

    /// The digits without the last ones, rounded.
    fn rounded(&self, dropped: usize) -> i128 {
        let Some(kept) = self.digits.len().checked_sub(dropped) else {
            return 0;
        };
        let (kept, dropped) = self.digits.split_at_checked(kept).unwrap_or_default();
        let up = dropped.first().is_some_and(|digit| *digit >= b'5');
        value(kept).saturating_add(i128::from(up))
    }
}

/// The shortest digits that give a double, with an exponent; of two that are equally near, the even ones, which the
/// library's own shortest form does not choose: 1000000000000000.2 for 1000000000000000.25.
fn shortest(number: f64) -> String {
    let short = format!("{number:e}");
    let mantissa = short.split('e').next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    // Only the longest can be one of two.
    if digits < 16 {
        return short;
    }
    let even = format!("{number:.*e}", digits - 1);
    match even.parse() == Ok(number) {
        true => even,
        false => short,
    }
}

fn exponent(text: &[u8]) -> i64 {
    let Some((b'e' | b'E', rest)) = text.split_first() else {
        return 0;
    };
    let (negative, rest) = after_sign(rest);
    let exponent = small(split_digits(rest).0);
    if negative { -exponent } else { exponent }
}

fn value(digits: &[u8]) -> i128 {
    digits.iter().fold(0i128, |sum, digit| {
        sum.saturating_mul(10).saturating_add(i128::from(digit - b'0'))
    })
}
