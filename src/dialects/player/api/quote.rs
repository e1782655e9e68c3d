//! Values of members that these answers print as texts.

use crate::dialects::php::json;

/// Appends a whole number as a text.
pub fn number(out: &mut Vec<u8>, number: i64) {
    out.push(b'"');
    json::int(out, number);
    out.push(b'"');
}

/// Appends a flag as `"0"` or `"1"`.
pub fn flag(out: &mut Vec<u8>, is_set: bool) {
    number(out, i64::from(is_set));
}

/// Appends the first category as a text, or `none`.
pub fn category(out: &mut Vec<u8>, ids: &[i64], none: &str) {
    match ids.first() {
        Some(id) => number(out, *id),
        None => out.extend_from_slice(none.as_bytes()),
    }
}

/// Appends half of a rating to one decimal, halves rounded up; 0 is unknown.
pub fn half(out: &mut Vec<u8>, rating: f64) {
    json::real(out, (rating * 5.0 + 0.5).floor() / 10.0);
}
