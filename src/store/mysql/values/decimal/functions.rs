//! The SQLite functions of decimals: what their arguments are, and what is done with them.
//!
//! A number `v` is an INTEGER or 16 bytes of a BLOB; `w` says how the result is held: 0 as INTEGER, 1 as BLOB.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Type, Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use super::arithmetic::{self, Rounding};
use super::digits::Digits;
use super::sum::Sum;
use super::unsigned;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::values::statement::{fail, spend};
use crate::store::mysql::values::wide::{self, Held};

/// A function over arguments of which none is NULL.
type Body = fn(&Context<'_>) -> Result<Value>;

const FUNCTIONS: &[(&str, i32, Body)] = &[
    ("m_add", 5, |c| checked(c, i128::checked_add)),
    ("m_sub", 5, |c| checked(c, i128::checked_sub)),
    ("m_mul", 5, |c| checked(c, i128::checked_mul)),
    ("m_neg", 4, |c| checked_one(c, i128::checked_neg)),
    ("m_abs", 4, |c| checked_one(c, i128::checked_abs)),
    ("m_scale", 4, |c| scaled(c, Rounding::Half)),
    ("m_cut_scale", 4, |c| scaled(c, Rounding::Cut)),
    ("m_fit", 3, fitted),
    ("m_div", 6, divided),
    ("m_mod", 3, rest),
    ("m_int_div", 3, |c| divided_to_integer(c, false)),
    ("m_int_div_uint", 3, |c| divided_to_integer(c, true)),
    ("m_dec_text", 3, dec_text),
    ("m_dec_double", 2, dec_double),
    ("m_double_dec", 4, double_dec),
    ("m_text_dec", 4, text_dec),
    ("m_dec_int", 2, dec_int),
    ("m_dec_round", 5, |c| at_place(c, Rounding::Half)),
    ("m_dec_truncate", 5, |c| at_place(c, Rounding::Cut)),
    ("m_dec_floor", 3, |c| to_integer(c, Rounding::Floor)),
    ("m_dec_ceil", 3, |c| to_integer(c, Rounding::Ceil)),
    ("m_uint_text", 1, |c| Ok(Value::Text(needed(c, 0)?.to_string()))),
    ("m_int_uint", 1, |c| wide_uint(unsigned::of_signed(integer(c, 0)?))),
    ("m_dec_uint", 1, |c| wide_uint(unsigned::bits(needed(c, 0)?.max(0)))),
    ("m_uint_int", 1, |c| {
        Ok(Value::Integer(unsigned::bits(needed(c, 0)?).cast_signed()))
    }),
    ("m_to_uint", 3, to_uint),
    ("m_text_uint", 1, |c| wide_uint(unsigned::of_text(bytes(c, 0)?))),
    ("m_bit", 3, bit_operator),
    ("m_invert", 1, |c| wide_uint(!unsigned::bits(needed(c, 0)?))),
    ("m_wide", 1, |c| result(Some(needed(c, 0)?), Held::Wide)),
];

/// Gives a connection the functions.
///
/// # Errors
/// As SQLite's.
pub fn register(db: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, arguments, body) in FUNCTIONS {
        db.create_scalar_function(*name, *arguments, flags, move |context| {
            match (0..context.len()).any(|at| context.get_raw(at) == ValueRef::Null) {
                true => Ok(Value::Null),
                false => body(context),
            }
        })?;
    }
    db.create_window_function("m_sum", 1, flags, Sum)
}

/// An argument that is a number, or NULL.
pub fn argument(context: &Context<'_>, at: usize) -> Result<Option<i128>> {
    match context.get_raw(at) {
        ValueRef::Null => Ok(None),
        value => wide::number(value).map(Some).ok_or_else(|| mistyped(context, at)),
    }
}

/// The argument that says how the result is held.
pub fn held_as(context: &Context<'_>, at: usize) -> Result<Held> {
    Ok(match integer(context, at)? {
        0 => Held::Narrow,
        _ => Held::Wide,
    })
}

fn mistyped(context: &Context<'_>, at: usize) -> Error {
    Error::InvalidFunctionParameterType(at, context.get_raw(at).data_type())
}

fn needed(context: &Context<'_>, at: usize) -> Result<i128> {
    argument(context, at)?.ok_or(Error::InvalidFunctionParameterType(at, Type::Null))
}

fn integer(context: &Context<'_>, at: usize) -> Result<i64> {
    context.get(at)
}

/// An argument that counts something.
fn count(context: &Context<'_>, at: usize) -> Result<u32> {
    let number = integer(context, at)?;
    u32::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(at, number))
}

fn text<'a>(context: &'a Context<'_>, at: usize) -> Result<&'a str> {
    Ok(context.get_raw(at).as_str()?)
}

fn bytes<'a>(context: &'a Context<'_>, at: usize) -> Result<&'a [u8]> {
    Ok(context.get_raw(at).as_bytes()?)
}

/// A result whose failure has no words of its own.
fn result(number: Option<i128>, held: Held) -> Result<Value> {
    wide::held(number, held, "DECIMAL", "")
}

fn wide_uint(number: u64) -> Result<Value> {
    result(Some(i128::from(number)), Held::Wide)
}

fn checked(context: &Context<'_>, operator: fn(i128, i128) -> Option<i128>) -> Result<Value> {
    let number = operator(needed(context, 0)?, needed(context, 1)?);
    wide::held(number, held_as(context, 2)?, text(context, 3)?, text(context, 4)?)
}

fn checked_one(context: &Context<'_>, operator: fn(i128) -> Option<i128>) -> Result<Value> {
    let number = operator(needed(context, 0)?);
    wide::held(number, held_as(context, 1)?, text(context, 2)?, text(context, 3)?)
}

fn scaled(context: &Context<'_>, rounding: Rounding) -> Result<Value> {
    let number = arithmetic::scale(
        needed(context, 0)?,
        integer(context, 1)?,
        integer(context, 2)?,
        rounding,
    );
    result(number, held_as(context, 3)?)
}

fn fitted(context: &Context<'_>) -> Result<Value> {
    result(
        Some(arithmetic::fit(needed(context, 0)?, count(context, 1)?)),
        held_as(context, 2)?,
    )
}

fn divided(context: &Context<'_>) -> Result<Value> {
    let (left, right) = (needed(context, 0)?, needed(context, 1)?);
    if right == 0 {
        return Ok(Value::Null);
    }
    let (left_places, right_places, places) = (integer(context, 2)?, integer(context, 3)?, integer(context, 4)?);
    let more = places.saturating_add(right_places).saturating_sub(left_places);
    result(arithmetic::divide(left, right, more), held_as(context, 5)?)
}

fn rest(context: &Context<'_>) -> Result<Value> {
    match needed(context, 1)? {
        0 => Ok(Value::Null),
        right => result(Some(needed(context, 0)?.wrapping_rem(right)), held_as(context, 2)?),
    }
}

fn divided_to_integer(context: &Context<'_>, is_unsigned: bool) -> Result<Value> {
    match needed(context, 1)? {
        0 => Ok(Value::Null),
        right => {
            let number = needed(context, 0)?.checked_div(right);
            if is_unsigned {
                let number = number.filter(|number| u64::try_from(*number).is_ok());
                return wide::held(number, Held::Wide, "BIGINT UNSIGNED", text(context, 2)?);
            }
            wide::held(number, Held::Narrow, "BIGINT", text(context, 2)?)
        }
    }
}

fn dec_text(context: &Context<'_>) -> Result<Value> {
    let (carried, places) = (integer(context, 1)?, count(context, 2)?);
    match arithmetic::scale(needed(context, 0)?, carried, i64::from(places), Rounding::Half) {
        Some(number) => {
            let text = arithmetic::text(number, places);
            spend(text.len())?;
            Ok(Value::Text(text))
        }
        None => result(None, Held::Wide),
    }
}

fn dec_double(context: &Context<'_>) -> Result<Value> {
    let number = arithmetic::double(needed(context, 0)?, count(context, 1)?);
    Ok(Value::Real(number))
}

/// The digits as a decimal whose places, digits before the point and form are the arguments from the second on.
fn decimal(context: &Context<'_>, digits: &Digits) -> Result<Value> {
    let number = digits.decimal(count(context, 1)?, count(context, 2)?);
    result(Some(number), held_as(context, 3)?)
}

fn double_dec(context: &Context<'_>) -> Result<Value> {
    decimal(context, &Digits::of_double(context.get(0)?))
}

fn text_dec(context: &Context<'_>) -> Result<Value> {
    decimal(context, &Digits::of_text(bytes(context, 0)?))
}

fn dec_int(context: &Context<'_>) -> Result<Value> {
    let number = needed(context, 0)?;
    let whole = arithmetic::scale(number, integer(context, 1)?, 0, Rounding::Half).unwrap_or(number);
    let nearest = whole.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    result(Some(nearest), Held::Narrow)
}

fn at_place(context: &Context<'_>, rounding: Rounding) -> Result<Value> {
    let (places, d, out) = (integer(context, 1)?, integer(context, 2)?, integer(context, 3)?);
    let number = arithmetic::at_place(needed(context, 0)?, places, d, out, rounding);
    result(number, held_as(context, 4)?)
}

fn to_integer(context: &Context<'_>, rounding: Rounding) -> Result<Value> {
    let number = arithmetic::scale(needed(context, 0)?, integer(context, 1)?, 0, rounding);
    result(number, held_as(context, 2)?)
}

fn to_uint(context: &Context<'_>) -> Result<Value> {
    let number = u64::try_from(needed(context, 0)?).ok().map(i128::from);
    wide::held(number, Held::Wide, text(context, 1)?, text(context, 2)?)
}

fn bit_operator(context: &Context<'_>) -> Result<Value> {
    let (left, right) = (unsigned::bits(needed(context, 1)?), unsigned::bits(needed(context, 2)?));
    let name = text(context, 0)?;
    match unsigned::operator(name, left, right) {
        Some(bits) => wide_uint(bits),
        None => Err(fail(SqlError::no_function(name))),
    }
}
