//! Prints a tree as YAML or JSON that parses to the same tree.

use std::fmt::Write;

use super::{Member, Node, Value};

/// The spaces per level.
const INDENT: usize = 2;

/// The depth of blocks; deeper values are written on one line.
const BLOCKS: usize = 5;

/// Prints a document as YAML. `$schema` becomes the comment that editors read.
pub fn yaml(document: &Node) -> String {
    let mut text = String::new();
    let Value::Map(members) = &document.value else {
        return text;
    };
    for member in members {
        match (member.key.as_str(), member.node.scalar()) {
            ("$schema", Some(schema)) => {
                let _ = writeln!(text, "# yaml-language-server: $schema={schema}");
            }
            _ => block_member(&mut text, member, 0),
        }
    }
    text
}

/// Prints a document as JSON, with a line for each entry.
pub fn json(document: &Node) -> String {
    let mut text = String::new();
    let Value::Map(members) = &document.value else {
        return text;
    };
    let mut first = true;
    for member in members {
        text.push_str(if first { "{\n  " } else { ",\n  " });
        first = false;
        let _ = write!(text, "{}: ", quoted(&member.key));
        match &member.node.value {
            Value::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    text.push_str(if at == 0 { "[\n    " } else { ",\n    " });
                    flow(&mut text, item, quoted);
                }
                text.push_str("\n  ]");
            }
            _ => flow(&mut text, &member.node, quoted),
        }
    }
    text.push_str(if first { "{}\n" } else { "\n}\n" });
    text
}

fn block_member(text: &mut String, member: &Member, depth: usize) {
    let _ = write!(text, "{}:", key(&member.key));
    block(text, &member.node, depth);
}

/// Prints the value after a key or a dash, with the end of its line.
fn block(text: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(members) if depth < BLOCKS && !members.is_empty() => {
            for member in members {
                indent(text, depth + 1);
                block_member(text, member, depth + 1);
            }
        }
        Value::List(items) if depth < BLOCKS && items.iter().any(|item| matches!(item.value, Value::Map(_))) => {
            for item in items {
                indent(text, depth + 1);
                text.push('-');
                entry(text, item, depth + 2);
            }
        }
        _ => {
            text.push(' ');
            flow(text, node, plain);
            text.push('\n');
        }
    }
}

/// Prints an item of a list: the first member of a map is on the line of the dash.
fn entry(text: &mut String, node: &Node, depth: usize) {
    let Value::Map(members) = &node.value else {
        return block(text, node, BLOCKS);
    };
    if members.is_empty() {
        text.push_str(" {}\n");
        return;
    }
    for (at, member) in members.iter().enumerate() {
        match at {
            0 => text.push(' '),
            _ => indent(text, depth),
        }
        block_member(text, member, depth);
    }
}

fn indent(text: &mut String, depth: usize) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&" ".repeat(depth * INDENT));
}

/// Prints a node on one line, in JSON syntax; `write` prints a text.
fn flow(text: &mut String, node: &Node, write: fn(&str) -> String) {
    match &node.value {
        Value::Word(word) => text.push_str(word),
        Value::Text(own) => text.push_str(&write(own)),
        Value::List(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                flow(text, item, write);
            }
            text.push(']');
        }
        Value::Map(members) => {
            text.push('{');
            for (at, member) in members.iter().enumerate() {
                let _ = write!(text, "{}{}: ", if at == 0 { "" } else { ", " }, quoted(&member.key));
                flow(text, &member.node, write);
            }
            text.push('}');
        }
    }
}

/// Quotes a text as JSON and YAML both parse it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Characters that are not printable in YAML, or that end a line there.
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Prints a text without quotes if YAML needs none.
fn plain(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let is_word = matches!(
        lower.as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b" _-./@".contains(&b))
        && !text.ends_with(' ');
    match plain && !is_word {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// Prints a key without quotes if it is a plain word.
fn key(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match plain
        && !matches!(
            text,
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        ) {
        true => text.to_owned(),
        false => quoted(text),
    }
}
