//! Values of the database as PHP hands them on where nothing is done to them: every one is text or null.

use rusqlite::types::Value;

use super::json;

/// Appends a stored value.
pub fn plain(out: &mut Vec<u8>, value: Option<&Value>) {
    match value {
        Some(Value::Integer(number)) => self::number(out, *number),
        Some(Value::Real(number)) => {
            out.push(b'"');
            json::real(out, *number);
            out.push(b'"');
        }
        Some(Value::Text(text)) => json::text(out, text),
        _ => out.extend_from_slice(b"null"),
    }
}

/// Appends a whole number as text.
pub fn number(out: &mut Vec<u8>, number: i64) {
    out.push(b'"');
    json::int(out, number);
    out.push(b'"');
}
