//! Lengths, and places of one text in another.

use rusqlite::Connection;

use super::super::args::{flag, int, pure, text};
use super::super::collation;
use super::super::work::Work;

/// Registers `m_char_length(x)`, `m_length(x)` (in bytes), `m_locate(needle, x, binary01)` and
/// `m_locate(needle, x, from, binary01)`: the place in characters from 1, or 0.
///
/// The two forms of `m_locate` differ in one case: `LOCATE('','')` is 1, `LOCATE('','',1)` is 0.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_char_length", 1, |context| {
        Ok(text(context, 0)?.map(|x| number(x.chars().count())))
    })?;
    pure(db, "m_length", 1, |context| {
        Ok(text(context, 0)?.map(|x| number(x.len())))
    })?;
    pure(db, "m_locate", 3, |context| {
        let (Some(needle), Some(x)) = (text(context, 0)?, text(context, 1)?) else {
            return Ok(None);
        };
        if needle.is_empty() {
            return Ok(Some(1));
        }
        locate(needle, x, 1, flag(context, 2)?).map(Some)
    })?;
    pure(db, "m_locate", 4, |context| {
        let (Some(needle), Some(x), Some(from)) = (text(context, 0)?, text(context, 1)?, int(context, 2)?) else {
            return Ok(None);
        };
        locate(needle, x, from, flag(context, 3)?).map(Some)
    })
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn locate(needle: &str, x: &str, from: i64, binary: bool) -> rusqlite::Result<i64> {
    let Some(before) = from.checked_sub(1).and_then(|before| usize::try_from(before).ok()) else {
        return Ok(0);
    };
    if before >= x.len() {
        return Ok(0);
    }
    let start = match x.char_indices().nth(before) {
        Some((at, _)) => at,
        None if x.chars().count() == before => x.len(),
        None => return Ok(0),
    };
    if needle.is_empty() {
        // The database answers in bytes here.
        return Ok(number(start).saturating_add(1));
    }
    let rest = x.get(start..).unwrap_or_default();
    let found = match binary {
        true => rest.find(needle),
        false => find(needle, rest)?,
    };
    let Some(found) = found else {
        return Ok(0);
    };
    let skipped = rest.get(..found).unwrap_or_default().chars().count();
    Ok(number(before.saturating_add(skipped)).saturating_add(1))
}

/// The first piece of `x` that has as many bytes as the needle and is the same in the collation.
fn find(needle: &str, x: &str) -> rusqlite::Result<Option<usize>> {
    let mut work = Work::begin();
    for (at, _) in x.char_indices() {
        let end = at.saturating_add(needle.len());
        if end > x.len() {
            break;
        }
        let Some(piece) = x.get(at..end) else {
            continue;
        };
        let (same, compared) = same_weights(piece, needle);
        if same {
            return Ok(Some(at));
        }
        work.take(compared)?;
    }
    Ok(None)
}

/// Whether two texts have the same weights, without adding spaces, and how many were compared.
pub fn same_weights(a: &str, b: &str) -> (bool, usize) {
    let mut left = a.chars();
    let mut right = b.chars();
    let mut compared = 0_usize;
    loop {
        compared = compared.saturating_add(1);
        match (left.next(), right.next()) {
            (None, None) => return (true, compared),
            (Some(a), Some(b)) if a == b || collation::weight(a) == collation::weight(b) => {}
            _ => return (false, compared),
        }
    }
}
