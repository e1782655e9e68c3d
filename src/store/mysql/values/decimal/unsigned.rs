//! Integers of 64 bits without a sign, and the operators on bits.

use super::digits::{after_sign, after_spaces};

/// The 64 bits of a signed integer, read without their sign.
pub fn of_signed(number: i64) -> u64 {
    number.cast_unsigned()
}

/// The 64 bits of a number; one beyond them becomes the nearest that has a place.
pub fn bits(number: i128) -> u64 {
    match u64::try_from(number) {
        Ok(bits) => bits,
        Err(_) if number > 0 => u64::MAX,
        Err(_) => of_signed(i64::try_from(number).unwrap_or(i64::MIN)),
    }
}

/// The integer that a text begins with; one below zero is read by its bits.
pub fn of_text(text: &[u8]) -> u64 {
    let (negative, text) = after_sign(after_spaces(text));
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    let number = digits.fold(0u64, |sum, digit| {
        sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    match negative {
        true => bits(-i128::from(number)),
        false => number,
    }
}

/// An operator on bits; None for one that there is not.
pub fn operator(operator: &str, left: u64, right: u64) -> Option<u64> {
    Some(match operator {
        "|" => left | right,
        "&" => left & right,
        "^" => left ^ right,
        "<<" => u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_shl(by))
            .unwrap_or(0),
        ">>" => u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_shr(by))
            .unwrap_or(0),
        _ => return None,
    })
}
