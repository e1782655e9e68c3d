//! The rows of `mysql_query`: every value as text, expiries as unix seconds, and the id of the last insert beside
//! them.

use rusqlite::types::ValueRef;

use super::row;
use crate::dialects::php::json;
use crate::dialects::php::values;
use crate::dialects::xtream::answer::ListForm;
use crate::time::Zone;

/// The column whose dates the older panel keeps as unix seconds.
const EXPIRY: &str = "exp_date";

/// The form of the answer. A query that only reads has inserted nothing.
pub const ROWS: ListForm = ListForm {
    enveloped: true,
    row,
    beside: r#","insert_id":"0""#,
};

/// Appends a value of a row by its label.
pub fn value(out: &mut Vec<u8>, label: &str, value: ValueRef<'_>, zone: Zone) {
    match value {
        ValueRef::Integer(number) => values::number(out, number),
        ValueRef::Real(number) if number.is_finite() => {
            out.push(b'"');
            json::real(out, number);
            out.push(b'"');
        }
        ValueRef::Null | ValueRef::Real(_) => out.extend_from_slice(b"null"),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            let text = String::from_utf8_lossy(text);
            match (label == EXPIRY).then(|| zone.read_iso(&text)).flatten() {
                Some(unix) => values::number(out, unix),
                None => json::text(out, &text),
            }
        }
    }
}
