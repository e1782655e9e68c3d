//! A value as it is shown: what MariaDB's protocol sends as text, and whether it is a number.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use super::typed::types::{Dec, Type};
use super::values::date::print_time;
use super::values::decimal::arithmetic::{self, Rounding};
use super::values::double::print_places;
use super::values::wide;

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown<'a> {
    Null,
    /// A whole number or a decimal, with all its places: valid JSON.
    Number(Cow<'a, str>),
    Double(f64),
    Text(Cow<'a, str>),
}

/// Returns how a value of a type is shown. It is held as the type says.
pub fn shown(value: ValueRef<'_>, ty: Type) -> Shown<'_> {
    match value {
        ValueRef::Null => return Shown::Null,
        ValueRef::Text(text) => return Shown::Text(String::from_utf8_lossy(text)),
        ValueRef::Real(number) if number.is_finite() => {
            return match ty {
                Type::Double { places: Some(places) } => Shown::Number(print_places(number, places).into()),
                // MariaDB shows a zero without its sign.
                _ => Shown::Double(number + 0.0),
            };
        }
        ValueRef::Real(_) => return Shown::Null,
        ValueRef::Integer(_) | ValueRef::Blob(_) => {}
    }
    let Some(number) = wide::number(value) else {
        return Shown::Null;
    };
    match ty {
        Type::Dec(dec) => Shown::Number(decimal(number, dec).into()),
        Type::Time { places } => match i64::try_from(number) {
            Ok(micros) => Shown::Text(print_time(micros, places).into()),
            Err(_) => Shown::Null,
        },
        _ => Shown::Number(number.to_string().into()),
    }
}

/// A decimal with the places that are shown, rounded half away from zero.
fn decimal(number: i128, dec: Dec) -> String {
    let (carried, places) = (dec.carried.into(), dec.places.into());
    let number = arithmetic::scale(number, carried, places, Rounding::Half).unwrap_or(number);
    arithmetic::text(number, dec.places.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_with_the_places_of_their_type() {
        let dec = |whole, places, carried| Type::Dec(Dec { whole, places, carried });
        let number = |text: &'static str| Shown::Number(text.into());
        let text = |text: &'static str| Shown::Text(text.into());
        let long = wide::bytes(-123_456_789_012_345_678_905);
        let unsigned = wide::bytes(i128::from(u64::MAX));
        for (value, ty, expected) in [
            (ValueRef::Null, Type::Int { digits: 1 }, Shown::Null),
            (ValueRef::Integer(5), Type::Int { digits: 1 }, number("5")),
            (ValueRef::Integer(-5), dec(3, 2, 2), number("-0.05")),
            (ValueRef::Integer(666_666_666), dec(1, 4, 9), number("0.6667")),
            (ValueRef::Integer(-666_666_666), dec(1, 0, 9), number("-1")),
            (ValueRef::Integer(-4), dec(1, 1, 2), number("0.0")),
            (ValueRef::Blob(&long), dec(30, 1, 2), number("-1234567890123456789.1")),
            (ValueRef::Blob(&unsigned), Type::UInt, number("18446744073709551615")),
            (ValueRef::Real(1.5), Type::Double { places: None }, Shown::Double(1.5)),
            (ValueRef::Real(-0.0), Type::Double { places: None }, Shown::Double(0.0)),
            (ValueRef::Text(b"x"), Type::Json, text("x")),
            (
                ValueRef::Integer(-3_723_500_000),
                Type::Time { places: 0 },
                text("-01:02:03"),
            ),
            (
                ValueRef::Integer(3_600_000_000 * 100 + 50_000),
                Type::Time { places: 2 },
                text("100:00:00.05"),
            ),
        ] {
            // `-0.0 == 0.0`, so that the texts are compared.
            let (answer, expected) = (format!("{:?}", shown(value, ty)), format!("{expected:?}"));
            assert_eq!(answer, expected, "{value:?} {ty:?}");
        }
    }
}
