//! Prints values of the database as PHP does without conversion: each is text or null.

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
