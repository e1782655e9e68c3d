//! How JSON is written, and how what a string says is read.

use std::fmt::Write;

use super::scan;
use super::value::Json;

/// Appends a value with one blank behind each comma and each colon.
pub fn loose(value: Json<'_>, out: &mut String) {
    let text = value.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => scan::string(bytes, at).unwrap_or(bytes.len()),
            _ => at + 1,
        };
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b',' => out.push_str(", "),
            b':' => out.push_str(": "),
            _ => out.push_str(text.get(at..end).unwrap_or_default()),
        }
        at = end;
    }
}

/// Appends a text as a JSON string.
pub fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\x1f' => {
                // Writing to a text does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// What the inside of a string says.
pub fn unescaped(inside: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let (letter, length) = letter(escape);
        out.extend(letter);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The letter that an escape names, and how many bytes that takes behind the backslash.
fn letter(escape: &str) -> (Option<char>, usize) {
    let Some(letter) = escape.chars().next() else {
        return (None, 0);
    };
    let named = match letter {
        'u' => return code(escape.as_bytes()),
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    };
    (Some(named), letter.len_utf8())
}

/// The letter of `uXXXX`, or of two of them that are a pair.
fn code(escape: &[u8]) -> (Option<char>, usize) {
    let unit = |digits: Option<&[u8]>| {
        let digits = std::str::from_utf8(digits?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(high) = unit(escape.get(1..5)) else {
        return (None, 1);
    };
    if !(0xd800..0xdc00).contains(&high) {
        return (char::from_u32(high), 5);
    }
    let low = unit(escape.get(7..11)).unwrap_or_default();
    let pair = 0x10000 + ((high - 0xd800) << 10) + low.saturating_sub(0xdc00);
    (char::from_u32(pair), 11)
}
