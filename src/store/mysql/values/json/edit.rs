//! JSON_SET, JSON_ARRAY_APPEND and JSON_REMOVE: a document written anew with one change.

use super::path::{Place, Step};
use super::print::loose;
use super::value::{Json, JsonKind};

/// What happens where the path leads. The texts are JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// The value is replaced; where there is none, it is added to the object or at the end of the array.
    Set(&'a str),
    /// The value goes to the end of the array; what is no array becomes one.
    Append(&'a str),
    /// The member or item goes.
    Remove,
}

/// Appends the document with its change, and tells whether the path led to something.
pub fn edit(value: Json<'_>, steps: &[Step<'_>], change: Change<'_>, out: &mut String) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return change_here(value, change, out);
    };
    match (value.kind(), step) {
        (JsonKind::Object, Step::Key(key)) => {
            let index = value.position(key);
            children(value, index, rest, change, Some(key), out)
        }
        (JsonKind::Array, Step::Index(place)) => {
            let count = value.children().count();
            let index = place.index(count).filter(|index| *index < count);
            children(value, index, rest, change, None, out)
        }
        (JsonKind::Array, _) => unchanged(value, out),
        (_, Step::Index(place)) => not_an_array(value, *place, rest, change, out),
        _ => unchanged(value, out),
    }
}

fn unchanged(value: Json<'_>, out: &mut String) -> bool {
    loose(value, out);
    false
}

fn change_here(value: Json<'_>, change: Change<'_>, out: &mut String) -> bool {
    match change {
        Change::Set(new) => out.push_str(new),
        Change::Append(new) if value.kind() == JsonKind::Array => {
            children(value, None, &[], Change::Set(new), None, out);
        }
        Change::Append(new) => pair(value, new, out),
        Change::Remove => return unchanged(value, out),
    }
    true
}

/// A value that becomes an array with a second item.
fn pair(value: Json<'_>, new: &str, out: &mut String) {
    out.push('[');
    loose(value, out);
    out.push_str(", ");
    out.push_str(new);
    out.push(']');
}

/// A step into an array at what is none: it counts as an array of that one item.
fn not_an_array(value: Json<'_>, place: Place, rest: &[Step<'_>], change: Change<'_>, out: &mut String) -> bool {
    let first = place == Place::FromStart(0);
    match change {
        Change::Remove if rest.is_empty() => unchanged(value, out),
        _ if first => edit(value, rest, change, out),
        Change::Set(new) if rest.is_empty() => {
            match place {
                Place::FromStart(_) => pair(value, new, out),
                Place::FromEnd(_) => out.push_str(new),
            }
            true
        }
        _ => unchanged(value, out),
    }
}

/// An array or an object with a change at the child `at`; without one, a value that is set is added, under a key
/// where there is one.
fn children(
    value: Json<'_>,
    at: Option<usize>,
    rest: &[Step<'_>],
    change: Change<'_>,
    key: Option<&str>,
    out: &mut String,
) -> bool {
    let (open, close) = match value.kind() {
        JsonKind::Object => ('{', '}'),
        _ => ('[', ']'),
    };
    let mut found = false;
    let mut first = true;
    out.push(open);
    for (index, child) in value.children().enumerate() {
        let here = at == Some(index);
        if here && rest.is_empty() && change == Change::Remove {
            found = true;
            continue;
        }
        begin_child(child.key, &mut first, out);
        match here {
            true => found = edit(child.value, rest, change, out),
            false => loose(child.value, out),
        }
    }
    if let (None, [], Change::Set(new)) = (at, rest, change) {
        begin_child(key, &mut first, out);
        out.push_str(new);
        found = true;
    }
    out.push(close);
    found
}

/// Appends what stands before a child's value.
fn begin_child(key: Option<&str>, first: &mut bool, out: &mut String) {
    if !std::mem::replace(first, false) {
        out.push_str(", ");
    }
    if let Some(key) = key {
        out.push('"');
        out.push_str(key);
        out.push_str("\": ");
    }
}
