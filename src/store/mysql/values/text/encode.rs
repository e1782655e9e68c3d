//! Texts in another spelling: hexadecimal, base64, letter case, thousands.

use std::borrow::Cow;
use std::sync::LazyLock;

use data_encoding::{BASE64, Encoding, HEXUPPER, Specification};
use rusqlite::Connection;
use rusqlite::functions::Context;

use super::super::args::{int, pure, room, text};
use super::case;

/// Registers:
///
/// * `m_lower(x)`, `m_upper(x)`, `m_reverse(x)`, `m_thousands(number_as_text)`
/// * `m_hex(x)`, `m_hex_int(n)`
/// * `m_to_base64(x)`: in lines of 76; `m_from_base64(x)`: NULL when it is none. Bytes that are no UTF-8 become
///   U+FFFD, since an answer is JSON.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_lower", 1, |context| {
        changed(context, 1, |x| case::lower(x).into_owned())
    })?;
    pure(db, "m_upper", 1, |context| {
        changed(context, 1, |x| case::upper(x).into_owned())
    })?;
    pure(db, "m_reverse", 1, |context| changed(context, 1, reverse))?;
    pure(db, "m_thousands", 1, |context| changed(context, 2, thousands))?;
    pure(db, "m_hex", 1, |context| {
        changed(context, 2, |x| HEXUPPER.encode(x.as_bytes()))
    })?;
    pure(db, "m_hex_int", 1, |context| {
        Ok(int(context, 0)?.map(|n| format!("{n:X}")))
    })?;
    pure(db, "m_to_base64", 1, |context| {
        let Some(x) = text(context, 0)? else {
            return Ok(None);
        };
        Ok(room(base64_length(x.len()))?.then(|| to_base64(x)))
    })?;
    pure(db, "m_from_base64", 1, |context| {
        let Some(x) = text(context, 0)? else {
            return Ok(None);
        };
        Ok(room(x.len())?.then(|| from_base64(x)).flatten())
    })
}

/// A result of at most `times` as many bytes as its argument has.
fn changed(context: &Context<'_>, times: usize, change: impl Fn(&str) -> String) -> rusqlite::Result<Option<String>> {
    let Some(x) = text(context, 0)? else {
        return Ok(None);
    };
    Ok(room(x.len().saturating_mul(times))?.then(|| change(x)))
}

fn reverse(x: &str) -> String {
    x.chars().rev().collect()
}

/// Puts a comma before every three digits in front of the point.
pub fn thousands(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::with_capacity(number.len().saturating_add(whole / 3));
    let mut digit_before = false;
    for (at, c) in number.char_indices() {
        let ahead = whole.saturating_sub(at);
        if digit_before && ahead > 0 && ahead.is_multiple_of(3) {
            text.push(',');
        }
        digit_before = c.is_ascii_digit();
        text.push(c);
    }
    text
}

const LINE: usize = 76;

fn base64_length(bytes: usize) -> usize {
    let letters = bytes.div_ceil(3).saturating_mul(4);
    letters.saturating_add(letters / LINE)
}

fn to_base64(x: &str) -> String {
    let letters = BASE64.encode(x.as_bytes());
    let mut text = String::with_capacity(base64_length(x.len()));
    let mut rest = letters.as_str();
    while let Some((line, more)) = rest.split_at_checked(LINE) {
        text.push_str(line);
        rest = more;
        if !rest.is_empty() {
            text.push('\n');
        }
    }
    text.push_str(rest);
    text
}

/// The alphabet, without a look at the bits behind the last byte, as the database has it.
static LENIENT: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut form = Specification::new();
    form.symbols
        .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    form.padding = Some('=');
    form.check_trailing_bits = false;
    form.encoding().ok()
});

fn from_base64(x: &str) -> Option<String> {
    let letters: Vec<u8> = x.bytes().filter(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')).collect();
    // Only the last group of letters may be padded; the crate takes any.
    let end = letters.len().saturating_sub(4);
    if letters.get(..end)?.contains(&b'=') {
        return None;
    }
    let bytes = LENIENT.as_ref()?.decode(&letters).ok()?;
    match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => Some(text.to_owned()),
        Cow::Owned(text) => Some(text),
    }
}
