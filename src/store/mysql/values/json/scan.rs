//! Where the values of a JSON text begin and end. What is taken for JSON is what MariaDB takes: a number may lack its
//! digits (`-`, `1.`, `1e+`), any letter may stand behind a backslash, and at most 31 arrays and objects are nested.

/// How deep arrays and objects may be nested.
const DEEPEST: usize = 31;

/// The place behind blanks.
pub fn blanks(text: &[u8], at: usize) -> usize {
    at + run(text, at, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

/// How many bytes from a place on are of one sort.
fn run(text: &[u8], at: usize, sort: impl Fn(u8) -> bool) -> usize {
    text.get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| sort(**byte))
        .count()
}

/// The place behind the value that begins at a place; None when there is no JSON value.
pub fn value(text: &[u8], at: usize) -> Option<usize> {
    nested(text, at, 0)
}

fn nested(text: &[u8], at: usize, depth: usize) -> Option<usize> {
    match text.get(at)? {
        b'[' | b'{' if depth == DEEPEST => None,
        b'[' => items(text, at, |at| nested(text, at, depth + 1)),
        b'{' => items(text, at, |at| nested(text, colon(text, string(text, at)?)?, depth + 1)),
        b'"' => string(text, at),
        b'-' | b'0'..=b'9' => number(text, at),
        _ => [&b"true"[..], b"false", b"null"]
            .into_iter()
            .find(|word| text.get(at..).is_some_and(|rest| rest.starts_with(word)))
            .map(|word| at + word.len()),
    }
}

/// The place behind a value without items, whatever follows.
pub fn scalar(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'[' | b'{' => None,
        b'-' | b'0'..=b'9' => Some(digits(text, at)).filter(|end| *end < text.len()),
        _ => value(text, at),
    }
}

/// The place behind an array or an object, whose items end where `item` says.
fn items(text: &[u8], open: usize, item: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    let mut at = blanks(text, open + 1);
    if matches!(text.get(at)?, b']' | b'}') {
        return closed(text, open, at);
    }
    loop {
        at = blanks(text, item(at)?);
        match text.get(at)? {
            b',' => at = blanks(text, at + 1),
            _ => return closed(text, open, at),
        }
    }
}

/// The place behind a bracket that closes the one at `open`.
fn closed(text: &[u8], open: usize, at: usize) -> Option<usize> {
    let pair = (text.get(open)?, text.get(at)?);
    matches!(pair, (b'[', b']') | (b'{', b'}')).then_some(at + 1)
}

/// The place where the value of a member begins, whose key ends at a place.
pub fn colon(text: &[u8], at: usize) -> Option<usize> {
    let at = blanks(text, at);
    (text.get(at)? == &b':').then(|| blanks(text, at + 1))
}

/// The place behind a string.
pub fn string(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at)? != &b'"' {
        return None;
    }
    let mut at = at + 1;
    loop {
        at += run(text, at, |byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f));
        at = match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => escape(text, at)?,
            _ => return None,
        };
    }
}

/// The place behind what a backslash begins. A letter of several bytes behind it is left to the string.
fn escape(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at + 1)? {
        b'u' => match unit(text, at)? {
            0xd800..0xdc00 => matches!(unit(text, at + 6)?, 0xdc00..0xe000).then_some(at + 12),
            0xdc00..0xe000 => None,
            _ => Some(at + 6),
        },
        0..=0x1f => None,
        0x20..=0x7f => Some(at + 2),
        _ => Some(at + 1),
    }
}

/// The number that `\uXXXX` at a place names.
pub fn unit(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits
        .iter()
        .try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
}

/// The place behind the digits of a number and what belongs to them.
fn digits(text: &[u8], at: usize) -> usize {
    let digits = at + usize::from(text.get(at) == Some(&b'-'));
    let whole = match text.get(digits) {
        Some(b'0') => 1,
        _ => run(text, digits, |byte| byte.is_ascii_digit()),
    };
    match whole {
        0 => digits,
        _ => exponent(text, fraction(text, digits + whole)),
    }
}

/// The place behind a number.
fn number(text: &[u8], at: usize) -> Option<usize> {
    let end = digits(text, at);
    match text.get(end) {
        Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}') => Some(end),
        Some(_) => None,
        None => text
            .get(end.checked_sub(1)?)
            .filter(|last| matches!(last, b'0'..=b'9' | b'.'))
            .map(|_| end),
    }
}

fn fraction(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(b'.') => at + 1 + run(text, at + 1, |byte| byte.is_ascii_digit()),
        _ => at,
    }
}

fn exponent(text: &[u8], at: usize) -> usize {
    if !matches!(text.get(at), Some(b'e' | b'E')) {
        return at;
    }
    let digits = at + 1 + run(text, at + 1, |byte| matches!(byte, b'+' | b'-'));
    digits + run(text, digits, |byte| byte.is_ascii_digit())
}
