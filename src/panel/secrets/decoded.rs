//! The ways in which a text can be written in another one. Each returns the bytes that are meant, with the place
//! that each of them has in the text as it is written, so that what is found in them can be masked there.

use std::ops::Range;

/// A text as it is meant.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    pub bytes: Vec<u8>,
    /// The place of each byte.
    places: Vec<(u32, u32)>,
}

/// A way of writing. `None` if nothing of a text is written so.
pub type Writing = fn(&[u8]) -> Option<Decoded>;

/// The ways that can be within each other: a form in a URL, JSON in a form, SQL in JSON.
pub const NESTED: [Writing; 4] = [percent, form, backslash, doubled];

/// The ways that have nothing else within.
pub const INNER: [Writing; 3] = [hex, base64, base64_later];

impl Decoded {
    fn push(&mut self, byte: u8, place: Range<usize>) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.bytes.push(byte);
        self.places.push((number(place.start), number(place.end)));
    }

    fn extend(&mut self, bytes: &[u8], place: &Range<usize>) {
        for byte in bytes {
            self.push(*byte, place.clone());
        }
    }

    /// The place of a part of the bytes.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        let number = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let parts = self.places.get(part).unwrap_or_default();
        match (parts.first(), parts.last()) {
            (Some((start, _)), Some((_, end))) => number(*start)..number(*end),
            _ => 0..0,
        }
    }

    /// Takes places in another text for places in the one that it is written in.
    pub fn within(mut self, outer: &Decoded) -> Decoded {
        for place in &mut self.places {
            let number = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
            let outer = outer.place(number(place.0)..number(place.1));
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            *place = (number(outer.start), number(outer.end));
        }
        self
    }
}

/// Decodes a text of escapes and other bytes. `escape` returns an escape's bytes and its length.
fn escaped(text: &[u8], escape: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let (mut at, mut is_changed) = (0, false);
    while let Some([first, ..]) = text.get(at..) {
        let rest = text.get(at..).unwrap_or_default();
        let length = match escape(rest) {
            Some((bytes, length)) => {
                is_changed = true;
                decoded.extend(&bytes, &(at..at + length));
                length
            }
            None => {
                decoded.push(*first, at..at + 1);
                1
            }
        };
        at += length;
    }
    is_changed.then_some(decoded)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn pair(high: u8, low: u8) -> Option<u8> {
    Some(digit(high)? << 4 | digit(low)?)
}

/// `%41` of paths.
fn percent(text: &[u8]) -> Option<Decoded> {
    text.contains(&b'%').then(|| escaped(text, percent_escape))?
}

/// `%41` and `+` of queries and forms.
fn form(text: &[u8]) -> Option<Decoded> {
    let escape = |rest: &[u8]| match rest {
        [b'+', ..] => Some((vec![b' '], 1)),
        _ => percent_escape(rest),
    };
    text.contains(&b'+').then(|| escaped(text, escape))?
}

fn percent_escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    match rest {
        [b'%', high, low, ..] => Some((vec![pair(*high, *low)?], 3)),
        _ => None,
    }
}

/// `\"`, `\n`, `\x41`, `\u0041` and `\u{41}` of JSON, SQL and log lines.
fn backslash(text: &[u8]) -> Option<Decoded> {
    text.contains(&b'\\').then(|| escaped(text, backslash_escape))?
}

fn backslash_escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let one = |byte: u8| Some((vec![byte], 2));
    match rest {
        [b'\\', b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((of_number(number(rest.get(..length)?)?)?, length + 4))
        }
        [b'\\', b'u', rest @ ..] => unicode(rest),
        [b'\\', b'x', high, low, ..] if pair(*high, *low).is_some() => Some((vec![pair(*high, *low)?], 4)),
        [b'\\', b'n', ..] => one(b'\n'),
        [b'\\', b't', ..] => one(b'\t'),
        [b'\\', b'r', ..] => one(b'\r'),
        [b'\\', b'b', ..] => one(8),
        [b'\\', b'f', ..] => one(12),
        [b'\\', b'0', ..] => one(0),
        [b'\\', other, ..] => one(*other),
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    let mut number = 0;
    for byte in digits {
        number = number << 4 | u32::from(digit(*byte)?);
    }
    Some(number)
}

fn of_number(number: u32) -> Option<Vec<u8>> {
    char::from_u32(number).map(|char| char.to_string().into_bytes())
}

/// The four digits after `\u`, or two such halves.
fn unicode(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let first = number(rest.get(..4)?)?;
    let second = match rest.get(4..10) {
        Some([b'\\', b'u', digits @ ..]) => number(digits),
        _ => None,
    };
    match (first, second) {
        (0xD800..0xDC00, Some(second @ 0xDC00..0xE000)) => {
            Some((of_number(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))?, 12))
        }
        _ => Some((of_number(first)?, 6)),
    }
}

/// `''` and `""` of SQL's literals.
fn doubled(text: &[u8]) -> Option<Decoded> {
    let is_quote = |byte: u8| matches!(byte, b'\'' | b'"');
    let is_doubled = |pair: &[u8]| matches!(pair, [one, other] if one == other && is_quote(*one));
    let escape = |rest: &[u8]| match rest {
        [one, other, ..] if one == other && is_quote(*one) => Some((vec![*one], 2)),
        _ => None,
    };
    text.windows(2).any(is_doubled).then(|| escaped(text, escape))?
}

/// The runs of a text's bytes that `is_part` admits, with their places.
fn runs(text: &[u8], is_part: fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let pieces = text.chunk_by(move |one, other| is_part(*one) == is_part(*other));
    let placed = pieces.map(move |piece| {
        at += piece.len();
        (at - piece.len()..at, piece.first().copied().is_some_and(is_part))
    });
    placed.filter(|(_, is_run)| *is_run).map(|(place, _)| place)
}

/// `73656372657470617373`, as in `0x…` and `x'…'` of SQL.
fn hex(text: &[u8]) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    for run in runs(text, |byte| byte.is_ascii_hexdigit()).filter(|run| run.len() >= 8) {
        // A digit before the first byte belongs to it: `0x0…`.
        for skipped in 0..2 {
            let digits = text.get(run.start + skipped..run.end).unwrap_or_default();
            for (n, digits) in digits.chunks_exact(2).enumerate() {
                let at = run.start + skipped + 2 * n;
                if let [high, low] = digits
                    && let Some(byte) = pair(*high, *low)
                {
                    decoded.push(byte, at..at + 2);
                }
            }
            decoded.push(0, run.end..run.end);
        }
    }
    (!decoded.bytes.is_empty()).then_some(decoded)
}

/// The letters of the shortest secret in base64, which has eight bytes: shorter ones are not found in it.
const BASE64: usize = 11;

/// Base64, as in `Authorization: Basic`, from the first letter of a word.
fn base64(text: &[u8]) -> Option<Decoded> {
    base64_from(text, 0..1)
}

/// Base64 after letters that belong to no byte of it.
fn base64_later(text: &[u8]) -> Option<Decoded> {
    base64_from(text, 1..4)
}

fn base64_from(text: &[u8], skipped: Range<usize>) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let is_part = |byte: u8| sextet(byte).is_some();
    for run in runs(text, is_part).filter(|run| run.len() >= BASE64) {
        for skipped in skipped.clone() {
            let letters = text.get(run.start + skipped..run.end).unwrap_or_default();
            for (n, group) in letters.chunks(4).enumerate() {
                let at = run.start + skipped + 4 * n;
                let bits = group.iter().filter_map(|letter| sextet(*letter));
                let bits = bits.fold(0_u32, |bits, six| bits << 6 | u32::from(six)) << (6 * (4 - group.len()));
                let [_, bytes @ ..] = bits.to_be_bytes();
                for (n, byte) in bytes.iter().enumerate().take(group.len().saturating_sub(1)) {
                    decoded.push(*byte, at + n..at + n + 2);
                }
            }
            decoded.push(0, run.end..run.end);
        }
    }
    (!decoded.bytes.is_empty()).then_some(decoded)
}

/// The six bits of a letter, in both alphabets.
fn sextet(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
