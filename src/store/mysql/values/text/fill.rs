//! Texts that are filled up, repeated or replaced.

use rusqlite::Connection;
use rusqlite::functions::Context;

use super::super::args::{int, pure, room, text};
use super::super::statement::LONGEST;
use super::cut::left;

/// Registers `m_lpad(x, n, pad)`, `m_rpad(x, n, pad)`, `m_repeat(x, n)`, `m_replace(x, a, b)`.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_lpad", 3, |context| {
        pad(context, |x, filling| format!("{filling}{x}"))
    })?;
    pure(db, "m_rpad", 3, |context| {
        pad(context, |x, filling| format!("{x}{filling}"))
    })?;
    pure(db, "m_repeat", 2, |context| {
        let (Some(x), Some(n)) = (text(context, 0)?, int(context, 1)?) else {
            return Ok(None);
        };
        let n = usize::try_from(n.max(0)).unwrap_or(usize::MAX);
        let bytes = x.len().saturating_mul(n);
        // An empty text may be repeated without end.
        Ok(room(bytes)?.then(|| if bytes == 0 { String::new() } else { x.repeat(n) }))
    })?;
    pure(db, "m_replace", 3, |context| {
        let (Some(x), Some(a)) = (text(context, 0)?, text(context, 1)?) else {
            return Ok(None);
        };
        // What nothing is replaced by is not looked at.
        if a.is_empty() {
            return Ok(room(x.len())?.then(|| x.to_owned()));
        }
        let Some(b) = text(context, 2)? else {
            return Ok(None);
        };
        let found = x.matches(a).count();
        let rest = x.len().saturating_sub(found.saturating_mul(a.len()));
        let bytes = rest.saturating_add(found.saturating_mul(b.len()));
        Ok(room(bytes)?.then(|| x.replace(a, b)))
    })
}

/// A character may take three bytes, and the database refuses by what they may take.
const BYTES_OF_A_CHARACTER: usize = 3;

fn pad(context: &Context<'_>, joined: fn(&str, &str) -> String) -> rusqlite::Result<Option<String>> {
    let (Some(x), Some(n), Some(pad)) = (text(context, 0)?, int(context, 1)?, text(context, 2)?) else {
        return Ok(None);
    };
    let Ok(wanted) = usize::try_from(n) else {
        return Ok(None);
    };
    if wanted.saturating_mul(BYTES_OF_A_CHARACTER) > LONGEST {
        return Ok(None);
    }
    let present = x.chars().count();
    let Some(missing) = wanted.checked_sub(present).filter(|&missing| missing > 0) else {
        let piece = left(x, n);
        return Ok(room(piece.len())?.then(|| piece.to_owned()));
    };
    if pad.is_empty() {
        return Ok(None);
    }
    let pad_length = pad.chars().count();
    let (times, more) = (missing / pad_length, missing % pad_length);
    let piece = left(pad, i64::try_from(more).unwrap_or(0));
    let filled = pad.len().saturating_mul(times).saturating_add(piece.len());
    if !room(x.len().saturating_add(filled))? {
        return Ok(None);
    }
    Ok(Some(joined(x, &format!("{}{piece}", pad.repeat(times)))))
}
