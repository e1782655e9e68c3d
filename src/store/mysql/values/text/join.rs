//! CONCAT and CONCAT_WS.

use rusqlite::Connection;

use super::super::args::{pure, room, text};

/// Registers `m_concat(x, …)`, and `m_concat_ws(separator, x, …)`, which leaves NULLs out.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_concat", -1, |context| {
        let mut bytes = 0_usize;
        for at in 0..context.len() {
            let Some(x) = text(context, at)? else {
                return Ok(None);
            };
            bytes = bytes.saturating_add(x.len());
        }
        if !room(bytes)? {
            return Ok(None);
        }
        let mut joined = String::with_capacity(bytes);
        for at in 0..context.len() {
            joined.push_str(text(context, at)?.unwrap_or_default());
        }
        Ok(Some(joined))
    })?;
    pure(db, "m_concat_ws", -1, |context| {
        if context.is_empty() {
            return Ok(None);
        }
        let Some(separator) = text(context, 0)? else {
            return Ok(None);
        };
        let mut parts = Vec::with_capacity(context.len());
        let mut bytes = 0_usize;
        for at in 1..context.len() {
            let Some(x) = text(context, at)? else {
                continue;
            };
            bytes = bytes.saturating_add(x.len()).saturating_add(separator.len());
            parts.push(x);
        }
        let bytes = bytes.saturating_sub(separator.len());
        Ok(room(bytes)?.then(|| parts.join(separator)))
    })
}
