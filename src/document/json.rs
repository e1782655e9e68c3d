//! Parses JSON: each level is parsed as raw slices of the text, whose offsets give the lines.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::tree::{DocumentError, MAX_DEPTH, Member, Node, Value};
use super::{Lines, duplicate_key_error, malformed_error, too_deep_error};

/// Parses a document.
pub fn parse(text: &str) -> Result<Node, DocumentError> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let detail = message.split(" at line ").next().unwrap_or_default();
        malformed_error(error.line().max(1), format!("not JSON: {detail}"), "")
    })?;
    let mut lines = Lines::new(text);
    node(whole, text, &mut lines, 0)
}

fn node(raw: &RawValue, text: &str, lines: &mut Lines<'_>, depth: usize) -> Result<Node, DocumentError> {
    let own = raw.get();
    // The raw text is a slice of the whole text: its offset is the difference of their addresses.
    let line = lines.line_of(own.as_ptr().addr().saturating_sub(text.as_ptr().addr()));
    if depth > MAX_DEPTH {
        return Err(too_deep_error(line));
    }
    // The text has been parsed once, but a string may still contain half a surrogate pair.
    let failed = |error: serde_json::Error| malformed_error(line, format!("not JSON: {error}"), "");
    let value = match own.as_bytes().first() {
        Some(b'{') => {
            let Members(pairs) = serde_json::from_str(own).map_err(failed)?;
            let mut keys = HashSet::new();
            let mut members = Vec::with_capacity(pairs.len());
            for (key, raw) in pairs {
                let node = node(raw, text, lines, depth + 1)?;
                if !keys.insert(key.clone()) {
                    return Err(duplicate_key_error(node.line, &key));
                }
                members.push(Member {
                    line: node.line,
                    key,
                    node,
                });
            }
            Value::Map(members)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(own).map_err(failed)?;
            let items = items.into_iter().map(|raw| node(raw, text, lines, depth + 1));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(serde_json::from_str(own).map_err(failed)?),
        _ => Value::Word(own.to_owned()),
    };
    Ok(Node { line, value })
}

/// The members of an object in their order, with duplicate keys.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Members(pairs))
    }
}
