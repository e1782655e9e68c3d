//! Parses TOML with the library's tables, whose values have their offsets.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tree::{DocumentError, MAX_DEPTH, Member, Node, Value};
use super::{Lines, malformed_error, too_deep_error};

/// Parses a document.
pub fn parse(text: &str) -> Result<Node, DocumentError> {
    let mut lines = Lines::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = lines.line_of(error.span().map_or(0, |span| span.start));
        malformed_error(line, format!("not TOML: {}", error.message().replace('\n', ", ")), "")
    })?;
    let value = map(table.into_inner(), &mut lines, 1)?;
    Ok(Node { line: 1, value })
}

fn node(value: Spanned<DeValue<'_>>, lines: &mut Lines<'_>, depth: usize) -> Result<Node, DocumentError> {
    let line = lines.line_of(value.span().start);
    if depth > MAX_DEPTH {
        return Err(too_deep_error(line));
    }
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Word(number.to_string()),
            Err(_) => Value::Word(number.to_string()),
        },
        DeValue::Float(number) => Value::Word(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Word(flag.to_string()),
        DeValue::Datetime(at) => Value::Word(at.to_string()),
        DeValue::Array(items) => {
            let items = items.into_iter().map(|item| node(item, lines, depth + 1));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => map(table, lines, depth)?,
    };
    Ok(Node { line, value })
}

fn map(table: DeTable<'_>, lines: &mut Lines<'_>, depth: usize) -> Result<Value, DocumentError> {
    let members = table.into_iter().map(|(key, value)| {
        let line = lines.line_of(key.span().start);
        Ok(Member {
            key: key.into_inner().into_owned(),
            line,
            node: node(value, lines, depth + 1)?,
        })
    });
    Ok(Value::Map(members.collect::<Result<_, DocumentError>>()?))
}
