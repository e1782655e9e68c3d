//! SQL functions of the panel that SQLite lacks: search in printed values, and lists of ids that are stored
//! as JSON text.
//!
//! They appear in queries only, never in the schema: the file stays readable for any tool.

use std::borrow::Cow;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use serde_json::Value;

use crate::money::Money;
use crate::time::Zone;

/// Registers all of them.
///
/// * `holds(needle, a, b, …)`: 1 when the needle (lower case) is in one of the texts, without case
/// * `local_time(unix)`: the instant as it is printed
/// * `has_come(date, unix)`: 1 when the instant of the stored date text has come at that time, null for no date
/// * `unix_of(date)`: the instant of the stored date text in unix seconds, null for no date
/// * `money_text(hundredths)`: the amount as it is printed
/// * `ids_hold(json, id)`: 1 when the list has the id; text that is not a list has no ids
/// * `ids_without(json, id)`: the list without the id
/// * `concat_or_null(a, b, …)`: the texts joined, null when one of them is (MySQL's `CONCAT`)
pub fn register(db: &Connection, zone: Zone) -> Result<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("holds", -1, pure, holds)?;
    db.create_scalar_function("local_time", 1, pure, move |context: &Context<'_>| {
        Ok(context.get::<Option<i64>>(0)?.and_then(|unix| zone.stamp(unix)))
    })?;
    db.create_scalar_function("has_come", 2, pure, move |context: &Context<'_>| {
        let unix: i64 = context.get(1)?;
        Ok(printed(context.get_raw(0)).map(|text| zone.has_come(&text, unix)))
    })?;
    db.create_scalar_function("unix_of", 1, pure, move |context: &Context<'_>| {
        Ok(printed(context.get_raw(0)).and_then(|text| zone.read_iso(&text)))
    })?;
    db.create_scalar_function("money_text", 1, pure, |context: &Context<'_>| {
        Ok(context
            .get::<Option<i64>>(0)?
            .map(|hundredths| Money(hundredths).to_string()))
    })?;
    db.create_scalar_function("ids_hold", 2, pure, |context: &Context<'_>| {
        let id: i64 = context.get(1)?;
        Ok(ids(context.get_raw(0).as_str_or_null()?.unwrap_or_default()).contains(&id))
    })?;
    db.create_scalar_function("ids_without", 2, pure, |context: &Context<'_>| {
        let id: i64 = context.get(1)?;
        let remaining: Vec<i64> = ids(context.get_raw(0).as_str_or_null()?.unwrap_or_default())
            .into_iter()
            .filter(|&one| one != id)
            .collect();
        Ok(ids_text(&remaining))
    })?;
    db.create_scalar_function("concat_or_null", -1, pure, concat_or_null)
}

fn concat_or_null(context: &Context<'_>) -> Result<Option<String>> {
    Ok((0..context.len()).map(|at| printed(context.get_raw(at))).collect())
}

/// Returns a value as text; `None` for null.
pub fn printed(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Integer(number) => number.to_string().into(),
        ValueRef::Real(number) => number.to_string().into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text),
    })
}

/// Returns the ids of a stored JSON list. Quoted numbers count; all other items are left out.
pub fn ids(json: &str) -> Vec<i64> {
    plain_ids(json).unwrap_or_else(|| any_ids(json))
}

/// Parses a list in the form in which the panel stores it: `[1,2,3]`.
fn plain_ids(json: &str) -> Option<Vec<i64>> {
    let inside = json.strip_prefix('[')?.strip_suffix(']')?;
    let mut ids = Vec::with_capacity(inside.len() / 2);
    let mut id: i64 = 0;
    for byte in inside.bytes() {
        match byte {
            // A number that begins with 0 is not valid JSON, or not an id.
            b'0' if id == 0 => return None,
            b'0'..=b'9' => id = id.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?,
            b',' if id > 0 => ids.push(std::mem::take(&mut id)),
            _ => return None,
        }
    }
    match (id, inside.is_empty()) {
        (0, true) => {}
        (0, false) => return None,
        _ => ids.push(id),
    }
    Some(ids)
}

fn any_ids(json: &str) -> Vec<i64> {
    let Ok(Value::Array(items)) = serde_json::from_str(json) else {
        return Vec::new();
    };
    items
        .iter()
        .filter_map(|item| item.as_i64().or_else(|| item.as_str()?.parse().ok()))
        .collect()
}

/// Returns the texts of a stored JSON list; other items are returned in their printed form. Text that is not
/// a list is an empty list.
pub fn texts(json: &str) -> Vec<String> {
    let Ok(Value::Array(items)) = serde_json::from_str(json) else {
        return Vec::new();
    };
    let text = |item: Value| match item {
        Value::String(text) => text,
        other => other.to_string(),
    };
    items.into_iter().map(text).collect()
}

/// Prints a list of ids as it is stored.
pub fn ids_text(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    format!("[{}]", ids.join(","))
}

fn holds(context: &Context<'_>) -> Result<bool> {
    let needle = context.get_raw(0).as_str()?;
    for at in 1..context.len() {
        let matches = match context.get_raw(at) {
            ValueRef::Text(text) => std::str::from_utf8(text).is_ok_and(|text| text_holds(text, needle)),
            ValueRef::Integer(number) => number.to_string().contains(needle),
            ValueRef::Real(number) => number.to_string().contains(needle),
            ValueRef::Null | ValueRef::Blob(_) => false,
        };
        if matches {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `text` contains `needle`, which is in lower case, ignoring case.
fn text_holds(text: &str, needle: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(needle);
    }
    let Some((first, _)) = needle.as_bytes().split_first() else {
        return true;
    };
    let text = text.as_bytes();
    let fits = |window: &[u8]| window.eq_ignore_ascii_case(needle.as_bytes());
    text.windows(needle.len())
        .any(|window| window.first().is_some_and(|b| b.eq_ignore_ascii_case(first)) && fits(window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_is_found_whatever_the_case() {
        for (text, needle, expected) in [
            ("Customer", "tom", true),
            ("CUSTOMER", "mer", true),
            ("abc", "abcd", false),
            ("ÉTÉ", "té", true),
            ("50%", "%", true),
            ("abc", "", true),
        ] {
            assert_eq!(text_holds(text, needle), expected, "{text} {needle}");
        }
    }

    #[test]
    fn stored_lists_are_read_leniently() {
        assert_eq!(ids(r#"[1,"2",3.5,null,-4]"#), [1, 2, -4]);
        assert!(ids("not json").is_empty());
        assert_eq!(ids_text(&[1, 2]), "[1,2]");
    }
}
