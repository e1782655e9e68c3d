//! The answers of `mysql_query` in the profile `xui`: every value as text, expiries as unix seconds, and the id of the last insert beside
//! them. A write has no rows.

use crate::dialects::php::json;
use crate::dialects::php::values;
use crate::dialects::xtream::answer::{Data, ListForm};
use crate::dialects::xtream::xui::row;
use crate::panel::{Panel, Result};
use crate::store::mysql::shown::Shown;
use crate::time::Zone;

/// The column whose dates the older panel keeps as unix seconds.
const EXPIRY: &str = "exp_date";

/// The form of the answer. A query that only reads has inserted nothing.
pub const ROWS: ListForm = ListForm {
    enveloped: true,
    row,
    beside: r#","insert_id":"0""#,
};

/// Returns the answer to a write.
///
/// # Errors
/// [`crate::panel::Error::Busy`].
pub fn written(panel: &Panel, insert_id: u64) -> Result<Data> {
    let rows = ROWS.open(panel);
    let end = format!(r#"],"insert_id":"{insert_id}"}}"#);
    Ok(Data::Printed(rows.close(end.as_bytes())?))
}

/// Appends a value of a row by its label.
pub fn value(out: &mut Vec<u8>, label: &str, value: &Shown<'_>, zone: Zone) {
    match value {
        Shown::Null => out.extend_from_slice(b"null"),
        Shown::Number(number) => {
            out.push(b'"');
            out.extend_from_slice(number.as_bytes());
            out.push(b'"');
        }
        Shown::Double(number) => {
            out.push(b'"');
            json::real(out, *number);
            out.push(b'"');
        }
        Shown::Text(text) => match (label == EXPIRY).then(|| zone.read_iso(text)).flatten() {
            Some(unix) => values::number(out, unix),
            None => json::text(out, text),
        },
    }
}
