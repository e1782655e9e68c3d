//! Functions of numbers.

use super::{Call, Function, Result, Subject};
use crate::store::mysql::typed::types::{Dec, Type};
use crate::store::mysql::typed::value::{Typed, text_literal};

const fn number(name: &'static str, args: (usize, usize), write: fn(&Call<'_>) -> Result<Typed>) -> Function {
    Function {
        name,
        subject: Subject::Numbers,
        args,
        write,
    }
}

/// The most places that ROUND gives.
const MOST_PLACES: i64 = 30;

/// Functions of numbers.
pub const FUNCTIONS: &[Function] = &[
    number("ABS", (1, 1), |call| {
        let value = call.arg(0).numeric();
        let (sql, written) = (&value.sql, text_literal(&call.written));
        let sql = match value.ty {
            Type::Double { .. } => format!("abs({})", value.double()),
            Type::Int { .. } => format!("m_abs({sql}, 0, 'BIGINT', {written})"),
            ty => format!("m_abs({sql}, {}, 'DECIMAL', {written})", u8::from(ty.is_wide())),
        };
        Ok(Typed::new(sql, value.ty))
    }),
    number("ROUND", (1, 2), |call| {
        Ok(rounded(call.arg(0), &places(call), "m_dec_round", "m_double_round"))
    }),
    number("TRUNCATE", (2, 2), |call| {
        Ok(rounded(
            call.arg(0),
            &places(call),
            "m_dec_truncate",
            "m_double_truncate",
        ))
    }),
    number("FLOOR", (1, 1), |call| Ok(whole(call.arg(0), "m_dec_floor", "m_floor"))),
    number("CEIL", (1, 1), |call| Ok(whole(call.arg(0), "m_dec_ceil", "m_ceil"))),
    number("CEILING", (1, 1), |call| Ok(whole(call.arg(0), "m_dec_ceil", "m_ceil"))),
    number("POW", (2, 2), |call| {
        let (base, exponent) = (call.arg(0).double(), call.arg(1).double());
        let sql = format!("m_pow({base}, {exponent}, {})", text_literal(&call.written));
        Ok(Typed::new(sql, Type::DOUBLE))
    }),
    number("SIGN", (1, 1), |call| {
        Ok(Typed::new(
            format!("sign({})", call.arg(0).double()),
            Type::Int { digits: 2 },
        ))
    }),
    number("RAND", (0, 1), |call| {
        let seed = call.args.first().map_or_else(String::new, Typed::whole);
        Ok(Typed::new(format!("m_rand({seed})"), Type::DOUBLE))
    }),
];

fn places(call: &Call<'_>) -> Typed {
    call.args.get(1).cloned().unwrap_or_else(|| Typed::int(0))
}

/// ROUND and TRUNCATE: as many places as are asked for, where that is written; else those of the value.
pub fn rounded(value: &Typed, places: &Typed, exact: &str, double: &str) -> Typed {
    let value = value.numeric();
    let asked = places.as_int().map(|asked| asked.clamp(-MOST_PLACES, MOST_PLACES));
    let asked_sql = asked.map_or_else(|| places.whole(), |asked| asked.to_string());
    let shown = asked.map(|asked| u8::try_from(asked.max(0)).unwrap_or(0));
    let Some(from) = value.ty.decimal() else {
        let ty = Type::Double { places: shown };
        return Typed::new(format!("{double}({}, {asked_sql})", value.double()), ty);
    };
    match value.ty {
        Type::Int { .. } | Type::UInt if asked.is_some_and(|asked| asked >= 0) => value,
        Type::Int { digits } => Typed::new(
            format!("{exact}({}, 0, {asked_sql}, 0, 0)", value.sql),
            Type::Int {
                digits: digits.saturating_add(1),
            },
        ),
        _ => {
            let places = shown.map_or(from.places, |shown| shown.min(from.carried.max(from.places)));
            let to = Dec::new(from.whole.saturating_add(1), places);
            let sql = format!(
                "{exact}({}, {}, {asked_sql}, {}, {})",
                value.sql,
                from.carried,
                to.carried,
                u8::from(to.is_wide())
            );
            let padded = shown.filter(|shown| *shown > places);
            let rounded = Typed::new(sql, Type::Dec(to));
            match padded {
                Some(shown) => {
                    let more = Dec::new(to.whole, shown);
                    Typed::new(rounded.scaled(more), Type::Dec(more))
                }
                None => rounded,
            }
        }
    }
}

/// FLOOR and CEIL: whole numbers of exact values, else doubles without places.
fn whole(value: &Typed, exact: &str, double: &str) -> Typed {
    let value = value.numeric();
    match value.ty {
        Type::Int { .. } | Type::UInt => value,
        Type::Dec(dec) => {
            let to = Dec::new(dec.whole.saturating_add(1), 0);
            let sql = format!("{exact}({}, {}, {})", value.sql, dec.carried, u8::from(to.is_wide()));
            match to.is_wide() {
                true => Typed::new(sql, Type::Dec(to)),
                false => Typed::new(sql, Type::Int { digits: to.whole }),
            }
        }
        _ => Typed::new(
            format!("{double}({})", value.double()),
            Type::Double { places: Some(0) },
        ),
    }
}
