//! The numbers of decimals and of unsigned integers as they are held: an INTEGER, or 16 bytes of a BLOB whose order is
//! the order of the numbers (`typed::types::Dec::is_wide`).

use rusqlite::types::{Value, ValueRef};

use crate::store::mysql::errors::SqlError;
use crate::store::mysql::values::statement::fail;

/// The largest number of 38 digits.
pub const MOST: i128 = 10i128.pow(38) - 1;

const SIGN: i128 = i128::MIN;

/// How the result of a function is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// As INTEGER.
    Narrow,
    /// As BLOB.
    Wide,
}

impl Held {
    /// The value that holds a number, or None where the number does not fit.
    pub fn value(self, number: i128) -> Option<Value> {
        match self {
            Held::Narrow => i64::try_from(number).ok().map(Value::Integer),
            Held::Wide if number.unsigned_abs() <= MOST.unsigned_abs() => Some(Value::Blob(bytes(number).to_vec())),
            Held::Wide => None,
        }
    }
}

/// The 16 bytes that hold a number.
pub fn bytes(number: i128) -> [u8; 16] {
    (number ^ SIGN).to_be_bytes()
}

/// The number that a value holds, or None when it is no number.
pub fn number(value: ValueRef<'_>) -> Option<i128> {
    match value {
        ValueRef::Integer(number) => Some(i128::from(number)),
        ValueRef::Blob(bytes) => of_bytes(bytes),
        _ => None,
    }
}

/// The number that 16 bytes hold. It has at most 38 digits, so that its negative has a place too.
fn of_bytes(bytes: &[u8]) -> Option<i128> {
    let number = i128::from_be_bytes(bytes.try_into().ok()?) ^ SIGN;
    (-MOST..=MOST).contains(&number).then_some(number)
}

/// The value that holds a number.
///
/// # Errors
/// 1690 with the words given when there is none, or when the number does not fit.
pub fn held(number: Option<i128>, held: Held, kind: &str, text: &str) -> rusqlite::Result<Value> {
    match number.and_then(|number| held.value(number)) {
        Some(value) => Ok(value),
        None => Err(fail(SqlError::out_of_range(kind, text))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_are_in_the_order_of_the_numbers(a in -MOST..=MOST, b in -MOST..=MOST) {
            prop_assert_eq!(bytes(a).cmp(&bytes(b)), a.cmp(&b));
            prop_assert_eq!(number(ValueRef::Blob(&bytes(a))), Some(a));
        }
    }

    #[test]
    fn what_does_not_fit_is_not_held() {
        assert_eq!(Held::Narrow.value(i128::from(i64::MAX) + 1), None);
        assert_eq!(Held::Wide.value(MOST + 1), None);
        assert_eq!(Held::Wide.value(-MOST), Some(Value::Blob(bytes(-MOST).to_vec())));
        assert_eq!(number(ValueRef::Blob(b"short")), None);
        assert_eq!(number(ValueRef::Blob(&bytes(i128::MIN))), None);
    }
}
