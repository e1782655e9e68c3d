//! The SQLite functions of JSON: what their arguments are, and when they are NULL.
//!
//! A value that becomes JSON is two arguments: its kind, and the value. `n` is a number's text, `t` a text, `j` a JSON
//! text, `b` 0 or 1 for false or true. A value that is NULL is null.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use super::aggregates::{ArrayAgg, ObjectAgg};
use super::contains::contains;
use super::edit::{Change, edit};
use super::find::{self, Walk};
use super::like::{Pattern, folded};
use super::path::Path;
use super::print::{loose, quoted, unescaped};
use super::search::Search;
use super::value::{Json, JsonKind};
use crate::store::mysql::values::statement::{LONGEST, check_time_for, spend};
use crate::store::mysql::values::work::{MOST_OF_JSON, Work};

/// None is NULL.
type Body = fn(&Context<'_>) -> Result<Option<Value>>;

const FUNCTIONS: &[(&str, i32, Body)] = &[
    ("m_json_array", -1, array),
    ("m_json_object", -1, object),
    ("m_json_extract", -1, extract),
    ("m_json_unquote", 1, unquote),
    ("m_json_compare_text", 1, unquote),
    ("m_json_contains", 2, contains_all),
    ("m_json_contains", 3, contains_at),
    ("m_json_length", 1, length),
    ("m_json_length", 2, length),
    ("m_json_valid", 1, valid),
    ("m_json_double", 1, double),
    ("m_json_search", -1, search),
    ("m_json_set", -1, |context| changed(context, |new| Change::Set(new))),
    ("m_json_array_append", -1, |context| {
        changed(context, |new| Change::Append(new))
    }),
    ("m_json_remove", -1, removed),
];

/// Gives a connection the functions.
///
/// # Errors
/// As SQLite's.
pub fn register(db: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, arguments, body) in FUNCTIONS {
        db.create_scalar_function(*name, *arguments, flags, move |context| {
            Ok(body(context)?.unwrap_or(Value::Null))
        })?;
    }
    db.create_aggregate_function("m_json_arrayagg", 2, flags, ArrayAgg)?;
    db.create_aggregate_function("m_json_objectagg", 3, flags, ObjectAgg)
}

/// An argument that is a text; None is NULL, and bytes that are no text are as good as that.
pub fn text<'c>(context: &'c Context<'_>, at: usize) -> Result<Option<&'c str>> {
    if at >= context.len() {
        return Err(missing(at));
    }
    match context.get_raw(at) {
        ValueRef::Null => Ok(None),
        ValueRef::Text(bytes) => Ok(std::str::from_utf8(bytes).ok()),
        other => Err(Error::InvalidFunctionParameterType(at, other.data_type())),
    }
}

fn is_null(context: &Context<'_>, at: usize) -> Result<bool> {
    match at < context.len() {
        true => Ok(context.get_raw(at) == ValueRef::Null),
        false => Err(missing(at)),
    }
}

fn missing(at: usize) -> Error {
    Error::InvalidParameterName(format!("argument {at} is missing"))
}

/// Appends the value whose kind is the argument `at`.
pub fn push_value(context: &Context<'_>, at: usize, out: &mut String) -> Result<()> {
    let kind = text(context, at)?;
    if is_null(context, at + 1)? {
        out.push_str("null");
        return Ok(());
    }
    if kind == Some("b") {
        out.push_str(if context.get::<i64>(at + 1)? == 0 {
            "false"
        } else {
            "true"
        });
        return Ok(());
    }
    let value = text(context, at + 1)?.unwrap_or("null");
    spend(value.len())?;
    match kind {
        Some("t") => quoted(value, out),
        _ => out.push_str(value),
    }
    Ok(())
}

/// A text as a result, or NULL when it is too long.
pub fn made(text: String) -> Option<Value> {
    (text.len() <= LONGEST).then_some(Value::Text(text))
}

fn document<'c>(context: &'c Context<'_>) -> Result<Option<Json<'c>>> {
    Ok(text(context, 0)?.and_then(Json::of))
}

fn array(context: &Context<'_>) -> Result<Option<Value>> {
    let mut out = String::from("[");
    for at in (0..context.len()).step_by(2) {
        if at > 0 {
            out.push_str(", ");
        }
        push_value(context, at, &mut out)?;
    }
    out.push(']');
    Ok(made(out))
}

fn object(context: &Context<'_>) -> Result<Option<Value>> {
    let mut out = String::from("{");
    for at in (0..context.len()).step_by(3) {
        if at > 0 {
            out.push_str(", ");
        }
        quoted(text(context, at)?.unwrap_or_default(), &mut out);
        out.push_str(": ");
        push_value(context, at + 1, &mut out)?;
    }
    out.push('}');
    Ok(made(out))
}

/// The arguments from one on as paths; None when one is NULL or no path.
fn paths<'c>(context: &'c Context<'_>, from: usize) -> Result<Option<Vec<Path<'c>>>> {
    (from..context.len())
        .map(|at| Ok(text(context, at)?.and_then(Path::of)))
        .collect()
}

fn extract(context: &Context<'_>) -> Result<Option<Value>> {
    let (Some(document), Some(paths)) = (document(context)?, paths(context, 1)?) else {
        return Ok(None);
    };
    spend(document.text().len())?;
    let walk = Walk::new(&paths, document);
    if let [path] = paths.as_slice()
        && !path.is_wild()
    {
        return Ok(first(document, &walk)?.and_then(|value| made(printed(value))));
    }
    let mut out = String::from("[");
    let fits = find::all(document, &walk, &mut Work::of(MOST_OF_JSON), &mut |value| {
        if out.len() > 1 {
            out.push_str(", ");
        }
        loose(value, &mut out);
        out.len() <= LONGEST
    })?;
    out.push(']');
    Ok((fits && out.len() > 2).then_some(out).and_then(made))
}

fn first<'a>(document: Json<'a>, walk: &Walk<'_, '_>) -> Result<Option<Json<'a>>> {
    let mut first = None;
    find::all(document, walk, &mut Work::of(MOST_OF_JSON), &mut |value| {
        first = Some(value);
        false
    })?;
    Ok(first)
}

fn printed(value: Json<'_>) -> String {
    let mut out = String::with_capacity(value.text().len());
    loose(value, &mut out);
    out
}

/// What a string at the beginning of a text says, whatever is behind it; another text as it is.
fn unquote(context: &Context<'_>) -> Result<Option<Value>> {
    let Some(text) = text(context, 0)? else {
        return Ok(None);
    };
    spend(text.len())?;
    let said = Json::leading_string(text).map(|string| unescaped(string.inside()));
    Ok(made(said.unwrap_or_else(|| text.to_owned())))
}

fn contains_all(context: &Context<'_>) -> Result<Option<Value>> {
    match text(context, 0)?.and_then(Json::leading) {
        Some(document) => contains_in(context, Some(document)),
        None => Ok(None),
    }
}

fn contains_at(context: &Context<'_>) -> Result<Option<Value>> {
    let path = text(context, 2)?.and_then(Path::single);
    match (document(context)?, path) {
        (Some(document), Some(path)) => contains_in(context, find::one(document, &path)?),
        _ => Ok(None),
    }
}

/// Whether a part of the document holds the candidate; one that there is not holds none.
fn contains_in(context: &Context<'_>, part: Option<Json<'_>>) -> Result<Option<Value>> {
    let Some(candidate) = text(context, 1)?.and_then(Json::leading) else {
        return Ok(None);
    };
    let held = match part {
        Some(part) => contains(part, candidate, &mut Work::of(MOST_OF_JSON))?,
        None => false,
    };
    Ok(Some(Value::Integer(i64::from(held))))
}

fn length(context: &Context<'_>) -> Result<Option<Value>> {
    let Some(mut value) = text(context, 0)?.and_then(Json::leading) else {
        return Ok(None);
    };
    if context.len() > 1 {
        let Some(path) = text(context, 1)?.and_then(Path::single) else {
            return Ok(None);
        };
        let Some(part) = find::one(value, &path)? else {
            return Ok(None);
        };
        value = part;
    }
    let length = match value.kind() {
        JsonKind::Array | JsonKind::Object => value.children().count(),
        _ => 1,
    };
    Ok(i64::try_from(length).ok().map(Value::Integer))
}

fn valid(context: &Context<'_>) -> Result<Option<Value>> {
    let valid = text(context, 0)?.map(|text| Json::of(text).is_some());
    // Bytes that are no text are no JSON.
    let valid = valid.or((context.get_raw(0) != ValueRef::Null).then_some(false));
    Ok(valid.map(|valid| Value::Integer(i64::from(valid))))
}

fn double(context: &Context<'_>) -> Result<Option<Value>> {
    let number = text(context, 0)?.map(|text| Json::of(text).map_or(0.0, Json::number));
    Ok(number.map(Value::Real))
}

/// Whether the first hit is enough.
fn is_one(word: &str) -> Option<bool> {
    match word {
        _ if word.eq_ignore_ascii_case("one") => Some(true),
        _ if word.eq_ignore_ascii_case("all") => Some(false),
        _ => None,
    }
}

fn search(context: &Context<'_>) -> Result<Option<Value>> {
    let one = text(context, 1)?.and_then(is_one);
    let pattern = text(context, 2)?;
    let escape = match context.len() {
        0..=3 => None,
        _ => text(context, 3)?.and_then(|escape| escape.chars().next()),
    };
    let (Some(document), Some(one), Some(pattern), Some(paths)) =
        (document(context)?, one, pattern, paths(context, 4)?)
    else {
        return Ok(None);
    };
    spend(document.text().len())?;
    let mut search = Search {
        pattern: &Pattern::new(pattern, escape.or(Some('\\')), folded),
        one,
        work: Work::of(MOST_OF_JSON),
        hits: 0,
        out: String::new(),
    };
    let walk = Walk::new(&paths, document);
    search.run(document, &walk, paths.is_empty(), &mut String::from("$"))?;
    Ok(match search.hits {
        0 => None,
        1 => made(search.out),
        _ => made(format!("[{}]", search.out)),
    })
}

/// The document with a change for each pair of a path and a value. NULL where a value is to be appended to nothing.
fn changed(context: &Context<'_>, change: for<'v> fn(&'v str) -> Change<'v>) -> Result<Option<Value>> {
    let Some(mut document) = text(context, 0)?.map(str::to_owned) else {
        return Ok(None);
    };
    for at in (1..context.len()).step_by(3) {
        let Some(path) = text(context, at)?.and_then(Path::single) else {
            return Ok(None);
        };
        let mut new = String::new();
        push_value(context, at + 1, &mut new)?;
        let change = change(&new);
        match edited(&document, &path, change)? {
            Some((text, found)) if found || matches!(change, Change::Set(_)) => document = text,
            _ => return Ok(None),
        }
    }
    Ok(finished_document(&document))
}

fn removed(context: &Context<'_>) -> Result<Option<Value>> {
    let Some(mut document) = text(context, 0)?.map(str::to_owned) else {
        return Ok(None);
    };
    for at in 1..context.len() {
        // The document itself cannot go.
        let path = text(context, at)?
            .and_then(Path::single)
            .filter(|path| !path.steps.is_empty());
        let Some(path) = path else {
            return Ok(None);
        };
        match edited(&document, &path, Change::Remove)? {
            Some((text, _)) => document = text,
            None => return Ok(None),
        }
    }
    Ok(finished_document(&document))
}

fn edited(document: &str, path: &Path<'_>, change: Change<'_>) -> Result<Option<(String, bool)>> {
    let Some(value) = Json::of(document) else {
        return Ok(None);
    };
    spend(document.len())?;
    // Each step looks at all that is inside, and copies what is around it.
    check_time_for(document.len().saturating_mul(path.steps.len().saturating_add(1)))?;
    let mut out = String::with_capacity(document.len());
    let found = edit(value, &path.steps, change, &mut out);
    Ok((out.len() <= LONGEST).then_some((out, found)))
}

/// A document that was made here, unless it is nested too deeply now.
fn finished_document(document: &str) -> Option<Value> {
    Json::of(document).map(printed).and_then(made)
}
