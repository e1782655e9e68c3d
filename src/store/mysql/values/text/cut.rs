//! Pieces of a text.

use rusqlite::Connection;
use rusqlite::functions::Context;

use super::super::args::{flag, int, pure, room, text};

/// Registers:
///
/// * `m_left(x, n)`, `m_cut(x, n)`, `m_right(x, n)`, `m_cut_bytes(x, n)`
/// * `m_substr(x, from)`, `m_substr(x, from, len)`: from 1, or from the end when negative
/// * `m_substring_index(x, delim, n)`
/// * `m_trim(x, what, leading01, trailing01)`
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_left", 2, |context| counted(context, left))?;
    pure(db, "m_cut", 2, |context| counted(context, left))?;
    pure(db, "m_right", 2, |context| counted(context, right))?;
    pure(db, "m_cut_bytes", 2, |context| counted(context, cut_bytes))?;
    pure(db, "m_substr", 2, |context| {
        counted(context, |x, from| substring(x, from, i64::MAX))
    })?;
    pure(db, "m_substr", 3, |context| {
        let Some(length) = int(context, 2)? else {
            return Ok(None);
        };
        counted(context, |x, from| substring(x, from, length))
    })?;
    pure(db, "m_substring_index", 3, |context| {
        let (Some(delimiter), Some(count)) = (text(context, 1)?, int(context, 2)?) else {
            return Ok(None);
        };
        owned(text(context, 0)?.map(|x| substring_index(x, delimiter, count)))
    })?;
    pure(db, "m_trim", 4, |context| {
        let (Some(x), Some(what)) = (text(context, 0)?, text(context, 1)?) else {
            return Ok(None);
        };
        owned(Some(trim(x, what, flag(context, 2)?, flag(context, 3)?)))
    })
}

fn counted(context: &Context<'_>, piece: impl Fn(&str, i64) -> &str) -> rusqlite::Result<Option<String>> {
    let (Some(x), Some(n)) = (text(context, 0)?, int(context, 1)?) else {
        return Ok(None);
    };
    owned(Some(piece(x, n)))
}

fn owned(piece: Option<&str>) -> rusqlite::Result<Option<String>> {
    let Some(piece) = piece else {
        return Ok(None);
    };
    Ok(room(piece.len())?.then(|| piece.to_owned()))
}

/// Where the character `n` begins, or the end.
fn offset(x: &str, n: usize) -> usize {
    // A character has a byte or more, so that this many are all.
    if n >= x.len() {
        return x.len();
    }
    x.char_indices().nth(n).map_or(x.len(), |(at, _)| at)
}

fn count(n: i64) -> usize {
    usize::try_from(n.max(0)).unwrap_or(usize::MAX)
}

/// The first `n` characters; none when that is negative.
pub fn left(x: &str, n: i64) -> &str {
    x.get(..offset(x, count(n))).unwrap_or_default()
}

/// The last `n` characters.
fn right(x: &str, n: i64) -> &str {
    let Some(before) = count(n).checked_sub(1) else {
        return "";
    };
    match x.char_indices().rev().nth(before) {
        Some((at, _)) => x.get(at..).unwrap_or_default(),
        None => x,
    }
}

/// As many whole characters as fit `n` bytes.
pub fn cut_bytes(x: &str, n: i64) -> &str {
    let end = x.floor_char_boundary(count(n));
    x.get(..end).unwrap_or_default()
}

fn substring(x: &str, from: i64, length: i64) -> &str {
    let rest = match from {
        0 => return "",
        1.. => x.get(offset(x, count(from.saturating_sub(1)))..).unwrap_or_default(),
        _ => {
            let back = usize::try_from(from.unsigned_abs()).unwrap_or(usize::MAX);
            match x.char_indices().rev().nth(back.saturating_sub(1)) {
                Some((at, _)) => x.get(at..).unwrap_or_default(),
                None => return "",
            }
        }
    };
    left(rest, length)
}

/// What stands before the delimiter `n`, or behind that one from the end. Delimiters do not overlap, and are
/// counted from the left in both cases.
fn substring_index<'a>(x: &'a str, delimiter: &str, n: i64) -> &'a str {
    // The database keeps 32 bits of it.
    let [.., a, b, c, d] = n.to_be_bytes();
    let n = i32::from_be_bytes([a, b, c, d]);
    if n == 0 || delimiter.is_empty() {
        return "";
    }
    let nth = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    if n > 0 {
        let end = x.match_indices(delimiter).nth(nth.saturating_sub(1));
        return end.map_or(x, |(at, _)| x.get(..at).unwrap_or_default());
    }
    let Some(before) = x.matches(delimiter).count().checked_sub(nth) else {
        return x;
    };
    let start = x.match_indices(delimiter).nth(before);
    start.map_or(x, |(at, _)| {
        x.get(at.saturating_add(delimiter.len())..).unwrap_or_default()
    })
}

fn trim<'a>(x: &'a str, what: &str, leading: bool, trailing: bool) -> &'a str {
    if what.is_empty() {
        return x;
    }
    let x = if leading { x.trim_start_matches(what) } else { x };
    if trailing { x.trim_end_matches(what) } else { x }
}
