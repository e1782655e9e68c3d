//! JSON as PHP's `json_encode` prints it: `/` as `\/`, everything outside ASCII as `\uXXXX`
//! (surrogate pairs above U+FFFF), no spaces, `1.0` as `1`.

use std::io::Write;

use serde_json::Value;

/// Appends text as a JSON string.
pub fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| !plain(b)) {
        let (before, special) = rest.split_at(at); // every byte before `at` is ASCII
        out.extend_from_slice(before.as_bytes());
        let mut chars = special.chars();
        if let Some(c) = chars.next() {
            escape(out, c);
        }
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

/// Whether a byte needs no escape.
fn plain(byte: u8) -> bool {
    matches!(byte, b' '..=0x7f) && !matches!(byte, b'"' | b'\\' | b'/')
}

fn escape(out: &mut Vec<u8>, c: char) {
    let short = match c {
        '"' => b'"',
        '\\' => b'\\',
        '/' => b'/',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a Vec cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends a whole number.
pub fn int(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    let mut rest = number.unsigned_abs();
    let start = out.len();
    while rest >= 10 {
        out.push(digit(rest % 10));
        rest /= 10;
    }
    out.push(digit(rest));
    // The digits were appended in reverse order.
    if let Some(digits) = out.get_mut(start..) {
        digits.reverse();
    }
}

/// Returns the digit of a number below 10.
fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number).unwrap_or(0)
}

/// Appends a floating-point number with the fewest digits that identify it (`serialize_precision` −1): `1.0`
/// is `1`, `1e25` is `1.0e+25`. Infinity and NaN are `0`.
pub fn real(out: &mut Vec<u8>, number: f64) {
    if !number.is_finite() {
        out.push(b'0');
        return;
    }
    // Rust's scientific form has the same shortest digits; PHP only formats them differently.
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..17).contains(&exponent) {
        let _ = write!(out, "{number}");
        return;
    }
    let fraction = if digits.contains('.') { "" } else { ".0" };
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{digits}{fraction}e{sign}{}", exponent.unsigned_abs());
}

/// Appends any JSON value, members in their order.
pub fn value(out: &mut Vec<u8>, json: &Value) {
    match json {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => int(out, whole),
            (None, Some(float)) => real(out, float),
            (None, None) => out.extend_from_slice(b"0"),
        },
        Value::String(string) => text(out, string),
        Value::Array(items) => list(out, items, value),
        Value::Object(members) => {
            let mut object = Object::open(out);
            for (name, member) in members {
                value(object.key(name), member);
            }
            object.close();
        }
    }
}

/// Appends a list, each item with `print`.
pub fn list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut print: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        print(out, item);
    }
    out.push(b']');
}

/// A JSON object under construction.
pub struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    /// Begins an object.
    pub fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, first: true }
    }

    /// Writes a member's name; the caller appends its value to what is returned.
    pub fn key(&mut self, name: &str) -> &mut Vec<u8> {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        text(self.out, name);
        self.out.push(b':');
        self.out
    }

    /// As [`Object::key`], for a constant name, which needs no escaping.
    pub fn field(&mut self, name: &'static str) -> &mut Vec<u8> {
        debug_assert!(name.bytes().all(plain), "{name}");
        self.out.extend_from_slice(if self.first { b"\"" } else { b",\"" });
        self.first = false;
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Ends the object.
    pub fn close(self) {
        self.out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(json: Value) -> String {
        let mut out = Vec::new();
        value(&mut out, &json);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_whole_and_text_is_ascii_with_escaped_slashes() {
        for number in [0, 7, 10, -1, -120, 4521, i64::MAX, i64::MIN] {
            assert_eq!(printed(number.into()), number.to_string());
        }
        assert_eq!(
            printed("a/b\"\\ é 📺 \u{7f}\u{1}\n".into()),
            r#""a\/b\"\\ \u00e9 \ud83d\udcfa "#.to_owned() + "\u{7f}" + r#"\u0001\n""#
        );
    }

    #[test]
    fn floats_are_printed_short() {
        let table = [
            (1.0, "1"),
            (12.5, "12.5"),
            (0.1, "0.1"),
            (-2.25, "-2.25"),
            (1e16, "10000000000000000"),
            (1e17, "1.0e+17"),
            (1.5e20, "1.5e+20"),
            (1e-5, "1.0e-5"),
            (0.0001, "0.0001"),
            (f64::NAN, "0"),
        ];
        for (number, expected) in table {
            let mut out = Vec::new();
            real(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{number}");
        }
    }
}
