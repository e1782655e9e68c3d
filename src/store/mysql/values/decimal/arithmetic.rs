//! The arithmetic of decimals: integers that are scaled by a power of ten. None is a number that has no place in 128
//! bits.

/// The power of ten, while it has a place.
pub fn power(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

/// The quotient, rounded half away from zero. The divisor is above zero.
fn rounded(number: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (number / divisor, number % divisor);
    // Twice the rest could pass 128 bits.
    match rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs() {
        true => quotient + number.signum(),
        false => quotient,
    }
}

/// How digits are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Half away from zero.
    Half,
    /// Towards zero.
    Cut,
    /// To the next lower number.
    Floor,
    /// To the next higher number.
    Ceil,
}

/// A number with `from` places as one with `to` places, which may be below zero.
pub fn scale(number: i128, from: i64, to: i64, rounding: Rounding) -> Option<i128> {
    let distance = u32::try_from(from.abs_diff(to)).unwrap_or(u32::MAX);
    if to >= from {
        return match number {
            0 => Some(0),
            _ => number.checked_mul(power(distance)?),
        };
    }
    let Some(divisor) = power(distance) else {
        // All digits go, and they are less than half.
        return Some(match rounding {
            Rounding::Floor if number < 0 => -1,
            Rounding::Ceil if number > 0 => 1,
            _ => 0,
        });
    };
    Some(match rounding {
        Rounding::Half => rounded(number, divisor),
        Rounding::Cut => number / divisor,
        Rounding::Floor => number.div_euclid(divisor),
        Rounding::Ceil => -(-number).div_euclid(divisor),
    })
}

/// `number`, brought into the range of so many digits.
pub fn fit(number: i128, digits: u32) -> i128 {
    let most = power(digits).map_or(i128::MAX, |above| above - 1);
    number.clamp(-most, most)
}

/// ROUND and TRUNCATE: the digits behind the place `d` become zeros, and the result has `out` places.
pub fn at_place(number: i128, places: i64, d: i64, out: i64, rounding: Rounding) -> Option<i128> {
    let kept = d.min(places);
    scale(scale(number, places, kept, rounding)?, kept, out, Rounding::Half)
}

/// The quotient with `places` more digits behind the point than the two integers alone give, cut off.
///
/// None too when the divisor is zero.
pub fn divide(left: i128, right: i128, places: i64) -> Option<i128> {
    if right == 0 {
        return None;
    }
    let Ok(places) = u32::try_from(places) else {
        return scale(left.checked_div(right)?, 0, places, Rounding::Cut);
    };
    if let Some(shifted) = power(places).and_then(|by| left.checked_mul(by)) {
        return shifted.checked_div(right);
    }
    long_division(left, right, places)
}

/// The digits of a quotient one by one, for a dividend that is too long for 128 bits.
fn long_division(left: i128, right: i128, places: u32) -> Option<i128> {
    let negative = (left < 0) != (right < 0);
    let (left, right) = (left.unsigned_abs(), right.unsigned_abs());
    let mut quotient = left / right;
    let mut rest = left % right;
    for _ in 0..places {
        let (digit, next) = next_digit(rest, right);
        quotient = quotient.checked_mul(10)?.checked_add(digit)?;
        rest = next;
    }
    let quotient = i128::try_from(quotient).ok()?;
    Some(if negative { -quotient } else { quotient })
}

/// `rest * 10` divided by a greater number, without that product, which may have no place.
fn next_digit(rest: u128, divisor: u128) -> (u128, u128) {
    let (mut digit, mut sum) = (0, 0u128);
    for _ in 0..10 {
        // Both are below the divisor, and that is at most 2^127.
        sum += rest;
        if sum >= divisor {
            sum -= divisor;
            digit += 1;
        }
    }
    (digit, sum)
}

/// A number with its places as text.
pub fn text(number: i128, places: u32) -> String {
    let Ok(width) = usize::try_from(places) else {
        return String::new();
    };
    let sign = if number < 0 { "-" } else { "" };
    if width == 0 {
        return number.to_string();
    }
    let digits = format!("{:0>1$}", number.unsigned_abs(), width + 1);
    let (whole, fraction) = digits.split_at(digits.len() - width);
    format!("{sign}{whole}.{fraction}")
}

/// The double that is nearest to a number with its places.
pub fn double(number: i128, places: u32) -> f64 {
    format!("{number}e-{places}").parse().unwrap_or(0.0)
}
