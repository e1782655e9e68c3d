//! Doubles: their text, their reading out of a text, rounding and the rest of their arithmetic as MariaDB does it.
//!
//! Doubles round to the even, decimals away from zero; those are elsewhere.

use rusqlite::Connection;
use rusqlite::functions::Context;

use super::args::{self, int, pure, real, text};
use super::statement;
use crate::store::mysql::errors::SqlError;

/// Registers the functions. `r` is REAL, `x` TEXT, `d` INTEGER; NULL in gives NULL out.
///
/// * `m_double_text(r)`, `m_double_text(r, places)`: the text, with fixed places from 0 to 30
/// * `m_text_double(x)`: the number that the text begins with
/// * `m_text_int(x)`, `m_double_int(r)`: CAST AS SIGNED
/// * `m_double_round(r, d)`, `m_double_truncate(r, d)`, `m_floor(r)`, `m_ceil(r)`, `m_double_mod(r, r)`
/// * `m_pow(r, r, expression)`, `m_finite(r, expression)`: fail when the number is infinite or none
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_double_text", 1, |context| {
        statement::spend(32)?;
        Ok(real(context, 0)?.map(print))
    })?;
    pure(db, "m_double_text", 2, |context| {
        let (Some(r), Some(places)) = (real(context, 0)?, int(context, 1)?) else {
            return Ok(None);
        };
        statement::spend(340)?;
        Ok(Some(match u8::try_from(places) {
            Ok(places) => print_places(r, places),
            Err(_) => print(r),
        }))
    })?;
    pure(db, "m_text_double", 1, |context| Ok(text(context, 0)?.map(read)))?;
    pure(db, "m_text_int", 1, |context| Ok(text(context, 0)?.map(read_int)))?;
    pure(db, "m_double_int", 1, |context| Ok(real(context, 0)?.map(to_int)))?;
    pure(db, "m_double_round", 2, |context| {
        with_places(context, f64::round_ties_even)
    })?;
    pure(db, "m_double_truncate", 2, |context| with_places(context, f64::trunc))?;
    pure(db, "m_floor", 1, |context| Ok(real(context, 0)?.map(f64::floor)))?;
    pure(db, "m_ceil", 1, |context| Ok(real(context, 0)?.map(f64::ceil)))?;
    pure(db, "m_double_mod", 2, |context| {
        let (Some(a), Some(b)) = (real(context, 0)?, real(context, 1)?) else {
            return Ok(None);
        };
        Ok((b != 0.0).then(|| a % b))
    })?;
    pure(db, "m_pow", 3, |context| {
        let (Some(a), Some(b)) = (real(context, 0)?, real(context, 1)?) else {
            return Ok(None);
        };
        finite(context, a.powf(b), 2).map(Some)
    })?;
    pure(db, "m_finite", 2, |context| {
        real(context, 0)?.map(|r| finite(context, r, 1)).transpose()
    })
}

fn with_places(context: &Context<'_>, whole: fn(f64) -> f64) -> rusqlite::Result<Option<f64>> {
    let (Some(r), Some(places)) = (real(context, 0)?, int(context, 1)?) else {
        return Ok(None);
    };
    Ok(Some(round_with(r, places, whole)))
}

fn finite(context: &Context<'_>, r: f64, expression: usize) -> rusqlite::Result<f64> {
    if r.is_finite() {
        return Ok(r);
    }
    let expression = args::text(context, expression)?.unwrap_or_default();
    Err(statement::fail(SqlError::out_of_range("DOUBLE", expression)))
}

/// The digits of a positive number, and the place of the point: the number is `0.DIGITS` times ten to that power.
fn digits(r: f64) -> (String, i32) {
    let text = format!("{r:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits, exponent.parse::<i32>().unwrap_or(0).saturating_add(1))
}

/// Whether a number with the point at that place is written without an exponent.
fn is_plain(point: i32) -> bool {
    (-14..=15).contains(&point)
}

/// The text of a double: the shortest digits that read as the same number. A zero has no sign.
pub fn print(r: f64) -> String {
    if r == 0.0 || !r.is_finite() {
        return "0".into();
    }
    let sign = if r < 0.0 { "-" } else { "" };
    let (digits, point) = digits(r.abs());
    if is_plain(point) {
        return format!("{r}");
    }
    let exponent = point.saturating_sub(1);
    match digits.split_at_checked(1) {
        Some((first, rest)) if !rest.is_empty() => format!("{sign}{first}.{rest}e{exponent}"),
        _ => format!("{sign}{digits}e{exponent}"),
    }
}

/// Places above this are those of a number without fixed places.
const MOST_PLACES: u8 = 30;

/// The text of a double with fixed places. Behind the shortest digits there are zeros.
pub fn print_places(r: f64, places: u8) -> String {
    if places > MOST_PLACES {
        return print(r);
    }
    if !r.is_finite() {
        return print_places(0.0, places);
    }
    let places = usize::from(places);
    let shortest = format!("{r}");
    let (whole, fraction) = shortest.split_once('.').unwrap_or((&shortest, ""));
    let text = match fraction.len() <= places {
        true if places == 0 => whole.to_owned(),
        true => format!("{whole}.{fraction:0<places$}"),
        false => format!("{r:.places$}"),
    };
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) && r == 0.0 => zero.to_owned(),
        _ => text,
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn without_blanks(x: &str) -> &str {
    x.trim_start_matches(|c: char| u8::try_from(c).is_ok_and(is_blank))
}

fn count_digits(x: &[u8]) -> usize {
    x.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The length of the number that a text begins with: a sign, digits, a point, digits, an exponent.
pub fn number_length(x: &str) -> usize {
    let bytes = x.as_bytes();
    let rest = |from: usize| bytes.get(from..).unwrap_or_default();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = count_digits(rest(sign));
    let mut end = sign.saturating_add(whole);
    let mut fraction = 0;
    if rest(end).first() == Some(&b'.') {
        fraction = count_digits(rest(end.saturating_add(1)));
        end = end.saturating_add(fraction).saturating_add(1);
    }
    if whole.saturating_add(fraction) == 0 {
        return 0;
    }
    let exponent = match rest(end) {
        [b'e' | b'E', b'+' | b'-', digits @ ..] => (2, count_digits(digits)),
        [b'e' | b'E', digits @ ..] => (1, count_digits(digits)),
        _ => (0, 0),
    };
    match exponent {
        (_, 0) => end,
        (mark, digits) => end.saturating_add(mark).saturating_add(digits),
    }
}

/// The number that a text begins with, 0 without one; what is too large is the largest double.
pub fn read(x: &str) -> f64 {
    let x = without_blanks(x);
    let number = x.get(..number_length(x)).unwrap_or_default();
    let r = number.parse::<f64>().unwrap_or(0.0).clamp(f64::MIN, f64::MAX);
    // A minus sign before a zero is lost.
    r + 0.0
}

/// CAST of a text AS SIGNED: its leading digits. They are read as 64 bits without a sign, so 2^63 and more are
/// negative, and more than 64 bits are -1.
pub fn read_int(x: &str) -> i64 {
    let x = without_blanks(x);
    let (negative, digits) = match x.strip_prefix(['+', '-']) {
        Some(rest) => (x.starts_with('-'), rest),
        None => (false, x),
    };
    let number = digits
        .bytes()
        .take_while(u8::is_ascii_digit)
        .fold(0_u64, |number, digit| {
            number
                .saturating_mul(10)
                .saturating_add(u64::from(digit.saturating_sub(b'0')))
        });
    match negative {
        true => 0_i64.saturating_sub_unsigned(number),
        false => number.cast_signed(),
    }
}

/// CAST of a double AS SIGNED: the nearest integer, of two the even one, within 64 bits.
#[expect(
    clippy::as_conversions,
    reason = "a float becomes the nearest number there is; it cannot fail"
)]
pub fn to_int(r: f64) -> i64 {
    r.round_ties_even() as i64
}

fn power_of_ten(exponent: u64) -> f64 {
    match i32::try_from(exponent) {
        // As far as doubles are exact.
        Ok(exponent @ ..=22) => 10_f64.powi(exponent),
        Ok(exponent @ ..=308) => format!("1e{exponent}").parse().unwrap_or(f64::INFINITY),
        _ => f64::INFINITY,
    }
}

/// ROUND or TRUNCATE of a double; `whole` makes an integer of one.
fn round_with(r: f64, places: i64, whole: fn(f64) -> f64) -> f64 {
    let factor = power_of_ten(places.unsigned_abs());
    let rounded = match (places < 0, factor.is_infinite() || (r * factor).is_infinite()) {
        (true, _) if factor.is_infinite() => 0.0,
        (true, _) => whole(r / factor) * factor,
        (false, true) => r,
        (false, false) => whole(r * factor) / factor,
    };
    match rounded.is_finite() {
        true => rounded,
        false => 0.0,
    }
}

/// ROUND of a double: halves go to the even.
pub fn round(r: f64, places: i64) -> f64 {
    round_with(r, places, f64::round_ties_even)
}

/// TRUNCATE of a double.
pub fn truncate(r: f64, places: i64) -> f64 {
    round_with(r, places, f64::trunc)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn functions_are_as_in_the_database() {
        super::super::answers::check(&[register], ANSWERS);
    }

    #[rustfmt::skip]
    const ANSWERS: &[(&str, &str)] = &[
        ("m_double_text(m_double_mod(5.5,2.0))", "1.5"),
        ("m_double_text(m_double_mod(-5.5,2.0))", "-1.5"),
        ("m_double_text(m_double_mod(5.0,0.0))", "NULL"),
        ("m_double_text(m_double_mod(5.5,-2.0))", "1.5"),
        ("m_double_text(m_double_mod(NULL,1.0))", "NULL"),
        ("m_double_text(m_double_mod(1.0,NULL))", "NULL"),
        ("m_double_text(m_pow(2.0,10.0,'pow(2.0e0,10.0e0)'))", "1024"),
        ("m_double_text(m_pow(0.0,0.0,'pow(0.0e0,0.0e0)'))", "1"),
        ("m_double_text(m_pow(2.0,-1.0,'pow(2.0e0,-1.0e0)'))", "0.5"),
        ("m_double_text(m_pow(2.0,0.5,'pow(2.0e0,0.5e0)'))", "1.4142135623730951"),
        ("m_double_text(m_pow(10.0,15.0,'pow(10.0e0,15.0e0)'))", "1e15"),
        ("m_double_text(m_pow(10.0,400.0,'pow(10.0e0,400.0e0)'))", "! DOUBLE value is out of range in 'pow(10.0e0,400.0e0)'"),
        ("m_double_text(m_pow(-8.0,0.5,'pow(-8.0e0,0.5e0)'))", "! DOUBLE value is out of range in 'pow(-8.0e0,0.5e0)'"),
        ("m_double_text(m_pow(0.0,-1.0,'pow(0.0e0,-1.0e0)'))", "! DOUBLE value is out of range in 'pow(0.0e0,-1.0e0)'"),
        ("m_double_text(m_pow(NULL,2.0,'pow(NULL,2.0e0)'))", "NULL"),
        ("m_double_text(m_pow(2.0,NULL,'pow(2.0e0,NULL)'))", "NULL"),
        ("m_double_text(m_floor(-1.5),0)", "-2"),
        ("m_double_text(m_ceil(-1.5),0)", "-1"),
        ("m_double_text(m_floor(1.2),0)", "1"),
        ("m_double_text(m_ceil(1.2),0)", "2"),
        ("m_double_text(m_floor(1.7),0)", "1"),
        ("m_double_text(m_ceil(1.7),0)", "2"),
        ("m_double_text(m_floor(-0.5),0)", "-1"),
        ("m_double_text(m_ceil(-0.5),0)", "0"),
        ("m_double_text(m_floor(NULL),0)", "NULL"),
        ("m_double_text(m_ceil(NULL),0)", "NULL"),
        ("m_double_text(m_floor(5.0),0)", "5"),
        ("m_double_text(m_ceil(5.0),0)", "5"),
        ("m_double_text(m_double_round(1.005,2),2)", "1.00"),
        ("m_double_text(m_double_truncate(1.005,2),2)", "1.00"),
        ("m_double_text(m_double_round(2.5,0),0)", "2"),
        ("m_double_text(m_double_truncate(2.5,0),0)", "2"),
        ("m_double_text(m_double_round(-0.4,0),0)", "0"),
        ("m_double_text(m_double_truncate(-0.4,0),0)", "0"),
        ("m_double_text(m_double_round(-0.04,1),1)", "0.0"),
        ("m_double_text(m_double_truncate(-0.04,1),1)", "0.0"),
        ("m_double_text(m_double_round(0.1,30),30)", "0.100000000000000000000000000000"),
        ("m_double_text(m_double_truncate(0.1,30),30)", "0.100000000000000000000000000000"),
        ("m_double_text(m_double_round(1e-10,5),5)", "0.00000"),
        ("m_double_text(m_double_truncate(1e-10,5),5)", "0.00000"),
        ("m_double_text(m_double_round(15.0,-1),0)", "20"),
        ("m_double_text(m_double_truncate(15.0,-1),0)", "10"),
        ("m_double_text(m_double_round(123456789.987654321,3),3)", "123456789.988"),
        ("m_double_text(m_double_truncate(123456789.987654321,3),3)", "123456789.987"),
        ("m_double_text(m_double_round(1e20,2),2)", "100000000000000000000.00"),
        ("m_double_text(m_double_truncate(1e20,2),2)", "100000000000000000000.00"),
        ("m_double_text(m_double_round(0.25,1),1)", "0.2"),
        ("m_double_text(m_double_truncate(0.25,1),1)", "0.2"),
        ("m_double_text(m_double_round(1e15,0),0)", "1000000000000000"),
        ("m_double_text(m_double_truncate(1e15,0),0)", "1000000000000000"),
        ("m_double_text(m_text_double('abc'))", "0"),
        ("m_text_int('abc')", "0"),
        ("m_double_text(m_text_double(NULL))", "NULL"),
        ("m_text_int(NULL)", "NULL"),
        ("m_double_text(m_text_double(' 12.5e1x'))", "125"),
        ("m_text_int(' 12.5e1x')", "12"),
        ("m_double_text(m_text_double('-'))", "0"),
        ("m_text_int('-')", "0"),
        ("m_double_text(m_text_double(''))", "0"),
        ("m_text_int('')", "0"),
        ("m_double_int(2.5)", "2"),
        ("m_double_int(-2.5)", "-2"),
        ("m_double_int(1e30)", "9223372036854775807"),
        ("m_double_int(NULL)", "NULL"),
        ("m_finite(1e308 * 10, 'x')", "! DOUBLE value is out of range in 'x'"),
        ("m_finite(1.5, 'x')", "1.5"),
        ("m_finite(NULL, 'x')", "NULL"),
    ];

    #[test]
    fn doubles_print_as_in_the_database() {
        for (r, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (1e14, "100000000000000"),
            (1e15, "1e15"),
            (1e16, "1e16"),
            (123_456_789_012_345.0, "123456789012345"),
            (1_234_567_890_123_456.0, "1.234567890123456e15"),
            (12_345_678_901_234_567.0, "1.2345678901234568e16"),
            (1e-4, "0.0001"),
            (1.5e-5, "0.000015"),
            (1e-15, "0.000000000000001"),
            (1.5e-15, "0.0000000000000015"),
            (1e-16, "1e-16"),
            (-0.0, "0"),
            (f64::MAX, "1.7976931348623157e308"),
            (5e-324, "5e-324"),
            (2.0 / 3.0, "0.6666666666666666"),
            (-2.0 / 3.0, "-0.6666666666666666"),
            (1.5e100, "1.5e100"),
            (999_999_999_999_999.9, "999999999999999.9"),
            (9_999_999_999_999_999.0, "1e16"),
            (0.000_123_456_789_012_345, "0.000123456789012345"),
            (1.234_567_890_123_456_7e20, "1.2345678901234567e20"),
            (-1.234_567_890_123_456_7e-20, "-1.2345678901234567e-20"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e23, "1e23"),
            (9_007_199_254_740_993.0, "9.007199254740992e15"),
            (f64::INFINITY, "0"),
        ] {
            assert_eq!(print(r), text);
        }
    }

    #[test]
    fn fixed_places_print_as_in_the_database() {
        for (r, places, text) in [
            (1.0, 2, "1.00"),
            (1e20, 2, "100000000000000000000.00"),
            (1e22, 1, "10000000000000000000000.0"),
            (0.1, 30, "0.100000000000000000000000000000"),
            (0.1, 31, "0.1"),
            (-0.0, 0, "0"),
            (-0.0, 1, "0.0"),
            (-0.4, 1, "-0.4"),
            (123_456_789.988, 3, "123456789.988"),
            (0.1 + 0.2, 20, "0.30000000000000004000"),
            (1.5e15, 1, "1500000000000000.0"),
        ] {
            assert_eq!(print_places(r, places), text);
        }
    }

    #[test]
    fn rounding_goes_to_the_even() {
        for (r, places, text) in [
            (1.005, 2, "1"),
            (2.5, 0, "2"),
            (1.5, 0, "2"),
            (-2.5, 0, "-2"),
            (15.0, -1, "20"),
            (25.0, -1, "20"),
            (35.0, -1, "40"),
            (0.25, 1, "0.2"),
            (0.35, 1, "0.4"),
            (0.15, 1, "0.2"),
            (1e308, -308, "1e308"),
            (1.7e308, -308, "0"),
            (5.0, -400, "0"),
            (2.5, i64::MIN, "0"),
            (123.456, i64::MAX, "123.456"),
            (5e-324, 330, "5e-324"),
            (1.234_567_89, 4, "1.2346"),
        ] {
            assert_eq!(print(round(r, places)), text, "{r} {places}");
        }
        for (r, places, text) in [
            (1.999, 2, "1.99"),
            (-1.999, 1, "-1.9"),
            (199.0, -2, "100"),
            (1.0, 400, "1"),
            (0.29, 2, "0.28"),
            (1.5, -400, "0"),
        ] {
            assert_eq!(print(truncate(r, places)), text, "{r} {places}");
        }
    }

    #[test]
    fn texts_read_as_in_the_database() {
        for (x, r) in [
            ("abc", 0.0),
            ("1e400", f64::MAX),
            ("-1e400", f64::MIN),
            ("0x1", 0.0),
            (".5", 0.5),
            ("-", 0.0),
            ("+5", 5.0),
            ("  5", 5.0),
            ("5  ", 5.0),
            ("5.", 5.0),
            (".", 0.0),
            ("1e", 1.0),
            ("1e+", 1.0),
            ("1e5x", 1e5),
            ("1.2.3", 1.2),
            ("", 0.0),
            ("\t5", 5.0),
            ("\u{b}5", 5.0),
            ("+-5", 0.0),
            ("1e-400", 0.0),
            ("inf", 0.0),
            ("nan", 0.0),
            (" - 5", 0.0),
            ("1E3", 1000.0),
            ("1d3", 1.0),
            ("0005", 5.0),
            ("\u{a0}5", 0.0),
            ("1e99999999999999999999", f64::MAX),
            ("1e-99999999999999999999", 0.0),
            (".e5", 0.0),
            ("1.e5", 1e5),
            ("9223372036854775807", 9_223_372_036_854_775_807.0),
            ("é", 0.0),
        ] {
            assert_eq!(read(x), r, "{x}");
        }
        assert!(read("-0").is_sign_positive());
    }

    #[test]
    fn texts_become_integers_as_in_the_database() {
        for (x, n) in [
            ("1e2", 1),
            ("-3.9", -3),
            ("9223372036854775808", i64::MIN),
            ("-9223372036854775809", i64::MIN),
            ("18446744073709551615", -1),
            ("99999999999999999999999", -1),
            ("-99999999999999999999999", i64::MIN),
            (" 12", 12),
            ("+12", 12),
            ("+ 12", 0),
            ("", 0),
            ("abc", 0),
            ("12abc", 12),
            ("\n12", 12),
            ("-", 0),
            (".9", 0),
            ("0x10", 0),
            ("--1", 0),
            ("-0", 0),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("-18446744073709551615", i64::MIN),
        ] {
            assert_eq!(read_int(x), n, "{x}");
        }
    }

    #[test]
    fn doubles_become_integers_as_in_the_database() {
        for (r, n) in [
            (2.5, 2),
            (3.5, 4),
            (-2.5, -2),
            (0.5, 0),
            (1e30, i64::MAX),
            (-1e30, i64::MIN),
            (9.3e18, i64::MAX),
        ] {
            assert_eq!(to_int(r), n, "{r}");
        }
    }

    proptest! {
        #[test]
        fn any_double_reads_back(r in any::<f64>().prop_filter("finite", |r| r.is_finite())) {
            prop_assert_eq!(read(&print(r)), r);
        }

        #[test]
        fn any_arguments_do(x in any::<String>(), r in any::<f64>(), places in any::<i64>(), shown in any::<u8>()) {
            read(&x);
            read_int(&x);
            to_int(r);
            round(r, places);
            truncate(r, places);
            print(r);
            print_places(r, shown);
        }
    }
}
