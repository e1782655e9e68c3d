//! Features for admitted queries that SQLite lacks: a collation of texts and a few functions.
//!
//! They exist only on the door's connections, never in the schema.

use std::borrow::Cow;
use std::cmp::Ordering;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{FromSql, Value, ValueRef};
use rusqlite::{Connection, Result};

use crate::store::functions::printed;

/// The collation of texts: without case and trailing spaces.
pub const TEXT: &str = "panel_text";

/// The names of the functions.
pub const FUNCTIONS: [&str; 4] = ["lower_case", "upper_case", "letters", "remainder"];

/// Registers all of it.
///
/// * `lower_case(text)`, `upper_case(text)`: of letters beyond ASCII too
/// * `letters(text)`: how many there are, also behind a zero byte
/// * `remainder(a, b)`: of numbers with fractions too; null when `b` is 0
pub fn register(db: &Connection) -> Result<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_collation(TEXT, compare)?;
    db.create_scalar_function("lower_case", 1, pure, |context: &Context<'_>| {
        Ok(text(context).map(|text| text.chars().map(lower).collect::<String>()))
    })?;
    db.create_scalar_function("upper_case", 1, pure, |context: &Context<'_>| {
        Ok(text(context).map(|text| text.chars().map(upper).collect::<String>()))
    })?;
    db.create_scalar_function("letters", 1, pure, |context: &Context<'_>| {
        Ok(text(context).and_then(|text| i64::try_from(text.chars().count()).ok()))
    })?;
    db.create_scalar_function("remainder", 2, pure, |context: &Context<'_>| {
        Ok(remainder(context.get_raw(0), context.get_raw(1)))
    })
}

fn text<'a>(context: &'a Context<'_>) -> Option<Cow<'a, str>> {
    printed(context.get_raw(0))
}

fn compare(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.trim_end_matches(' ').chars().map(fold)
}

/// Folds the case of a letter. No other letter is folded to an ASCII one, so that for ASCII text SQLite's own
/// collation, which an index may use, gives the same result.
fn fold(letter: char) -> char {
    match lower(letter) {
        ascii if ascii.is_ascii() && !letter.is_ascii() => letter,
        lower => lower,
    }
}

fn lower(letter: char) -> char {
    only(letter.to_lowercase()).unwrap_or(letter)
}

fn upper(letter: char) -> char {
    only(letter.to_uppercase()).unwrap_or(letter)
}

/// MySQL maps letters one to one: `ß`, whose upper case is two letters, stays.
fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

fn remainder(left: ValueRef<'_>, right: ValueRef<'_>) -> Value {
    if let (ValueRef::Integer(left), ValueRef::Integer(right)) = (left, right) {
        return match right {
            0 => Value::Null,
            _ => Value::Integer(left.wrapping_rem(right)),
        };
    }
    match (f64::column_result(left), f64::column_result(right)) {
        (Ok(left), Ok(right)) if right != 0.0 => Value::Real(left % right),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_compare_without_case_and_trailing_spaces() {
        for (left, right, expected) in [
            ("a", "A  ", Ordering::Equal),
            ("", "  ", Ordering::Equal),
            (" a", "a", Ordering::Less),
            ("É", "é", Ordering::Equal),
            ("é", "e", Ordering::Greater),
            ("a_", "AB", Ordering::Less),
            ("a\0b", "a\0C", Ordering::Less),
            // The kelvin sign is not the letter k.
            ("\u{212a}", "k", Ordering::Greater),
        ] {
            assert_eq!(compare(left, right), expected, "{left} {right}");
            assert_eq!(compare(right, left), expected.reverse(), "{right} {left}");
        }
    }

    #[test]
    fn a_remainder_has_the_sign_of_the_dividend() {
        use Value::{Integer, Null, Real};
        for (left, right, expected) in [
            (Integer(-7), Integer(3), Integer(-1)),
            (Integer(i64::MIN), Integer(-1), Integer(0)),
            (Integer(7), Integer(0), Null),
            (Real(5.5), Integer(2), Real(1.5)),
            (Integer(7), Real(0.0), Null),
            (Null, Integer(1), Null),
        ] {
            assert_eq!(
                remainder((&left).into(), (&right).into()),
                expected,
                "{left:?} {right:?}"
            );
        }
    }
}
