//! FIND_IN_SET and FIELD: the place of a value in a list, from 1; 0 when it is not there.

use rusqlite::Connection;

use super::super::args::{flag, int, pure, real, text};
use super::super::collation;
use super::find::same_weights;

/// Registers:
///
/// * `m_find_in_set(x, set, binary01)`
/// * `m_field_text(binary01, x, a, …)`, `m_field_int(n, a, …)`, `m_field_real(r, a, …)`: 0 for NULL
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_find_in_set", 3, |context| {
        let (Some(x), Some(set)) = (text(context, 0)?, text(context, 1)?) else {
            return Ok(None);
        };
        find_in_set(x, set, flag(context, 2)?).map(Some)
    })?;
    pure(db, "m_field_text", -1, |context| {
        if context.len() < 2 {
            return Ok(0);
        }
        let (binary, Some(x)) = (flag(context, 0)?, text(context, 1)?) else {
            return Ok(0);
        };
        place(context.len(), 2, |at| {
            Ok(text(context, at)?.is_some_and(|other| same(x, other, binary)))
        })
    })?;
    pure(db, "m_field_int", -1, |context| {
        if context.is_empty() {
            return Ok(0);
        }
        let Some(x) = int(context, 0)? else {
            return Ok(0);
        };
        place(context.len(), 1, |at| Ok(int(context, at)? == Some(x)))
    })?;
    pure(db, "m_field_real", -1, |context| {
        if context.is_empty() {
            return Ok(0);
        }
        let Some(x) = real(context, 0)? else {
            return Ok(0);
        };
        place(context.len(), 1, |at| Ok(real(context, at)? == Some(x)))
    })
}

/// The place of the first argument for which a test holds.
fn place(count: usize, first: usize, test: impl Fn(usize) -> rusqlite::Result<bool>) -> rusqlite::Result<i64> {
    for at in first..count {
        if test(at)? {
            return Ok(i64::try_from(at.saturating_sub(first)).unwrap_or(0).saturating_add(1));
        }
    }
    Ok(0)
}

fn same(a: &str, b: &str, binary: bool) -> bool {
    match binary {
        true => a == b,
        false => collation::equal(a, b),
    }
}

/// Trailing spaces count here.
fn find_in_set(x: &str, set: &str, binary: bool) -> rusqlite::Result<i64> {
    if set.is_empty() {
        return Ok(0);
    }
    let found = set.split(',').position(|member| match binary {
        true => x == member,
        false => same_weights(x, member).0,
    });
    Ok(found.map_or(0, |at| i64::try_from(at).unwrap_or(0).saturating_add(1)))
}
