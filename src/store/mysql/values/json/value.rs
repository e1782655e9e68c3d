//! A JSON value: a piece of the text that it stands in. Nothing is copied, and numbers stay as they are written.

use super::print::unescaped;
use super::scan;

/// A piece of text that is one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    Array,
    Object,
    String,
    Number,
    True,
    False,
    Null,
}

/// An item of an array, or a member of an object with its key as written, without the quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Child<'a> {
    pub key: Option<&'a str>,
    pub value: Json<'a>,
}

impl<'a> Json<'a> {
    /// The value that a text is, with nothing but blanks around it.
    pub fn of(text: &'a str) -> Option<Json<'a>> {
        let bytes = text.as_bytes();
        let start = scan::blanks(bytes, 0);
        let end = scan::value(bytes, start)?;
        match scan::blanks(bytes, end) == bytes.len() {
            true => text.get(start..end).map(Json),
            false => None,
        }
    }

    /// The value of a text, or the one that it begins with, if that has no items: where the database compares or counts
    /// it does not read on then, whatever follows.
    pub fn leading(text: &'a str) -> Option<Json<'a>> {
        Json::of(text).or_else(|| Json::begin(text, scan::scalar))
    }

    /// The string that a text begins with, but for blanks.
    pub fn leading_string(text: &'a str) -> Option<Json<'a>> {
        Json::begin(text, scan::string)
    }

    /// What a text begins with behind blanks, up to the end that `end` finds.
    fn begin(text: &'a str, end: fn(&[u8], usize) -> Option<usize>) -> Option<Json<'a>> {
        let start = scan::blanks(text.as_bytes(), 0);
        let end = end(text.as_bytes(), start)?;
        text.get(start..end).map(Json)
    }

    /// As it is written.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// By its first character.
    pub fn kind(self) -> JsonKind {
        match self.0.as_bytes().first() {
            Some(b'[') => JsonKind::Array,
            Some(b'{') => JsonKind::Object,
            Some(b'"') => JsonKind::String,
            Some(b't') => JsonKind::True,
            Some(b'f') => JsonKind::False,
            Some(b'n') => JsonKind::Null,
            _ => JsonKind::Number,
        }
    }

    /// What stands between the quotes of a string; another value as it is written.
    pub fn inside(self) -> &'a str {
        match self.kind() {
            JsonKind::String => self.0.get(1..self.0.len() - 1).unwrap_or_default(),
            _ => self.0,
        }
    }

    /// The items of an array, the members of an object; none of another value.
    pub fn children(self) -> Children<'a> {
        Children {
            text: self.0,
            at: match self.kind() {
                JsonKind::Array | JsonKind::Object => 1,
                _ => self.0.len(),
            },
            keyed: self.kind() == JsonKind::Object,
        }
    }

    /// The place of the first member whose key says what another says.
    pub fn position(self, key: &str) -> Option<usize> {
        self.children()
            .position(|child| child.key.is_some_and(|written| same_key(written, key)))
    }

    /// That member's value.
    pub fn member(self, key: &str) -> Option<Json<'a>> {
        self.children().nth(self.position(key)?).map(|child| child.value)
    }
}

/// Whether two keys say the same, however they are written.
fn same_key(left: &str, right: &str) -> bool {
    match left.contains('\\') || right.contains('\\') {
        true => unescaped(left) == unescaped(right),
        false => left == right,
    }
}

/// Walks over the items of an array or the members of an object.
pub struct Children<'a> {
    text: &'a str,
    at: usize,
    keyed: bool,
}

impl<'a> Iterator for Children<'a> {
    type Item = Child<'a>;

    fn next(&mut self) -> Option<Child<'a>> {
        let bytes = self.text.as_bytes();
        let mut at = scan::blanks(bytes, self.at);
        let mut key = None;
        if self.keyed {
            let end = scan::string(bytes, at)?;
            key = Some(self.text.get(at + 1..end - 1)?);
            at = scan::colon(bytes, end)?;
        }
        let end = scan::value(bytes, at)?;
        let value = Json(self.text.get(at..end)?);
        // Behind the comma, or behind the last bracket.
        self.at = scan::blanks(bytes, end) + 1;
        Some(Child { key, value })
    }
}

/// The double that a text begins with, or zero.
pub fn leading_number(text: &str) -> f64 {
    let text = text.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    let bytes = text.as_bytes();
    let digits = |at: usize| {
        bytes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let sign = |at: usize| usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
    let mut end = sign(0);
    end += digits(end);
    if bytes.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let power = end + 1 + sign(end + 1);
        end = match digits(power) {
            0 => end,
            count => power + count,
        };
    }
    let number: f64 = text.get(..end).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    number.clamp(f64::MIN, f64::MAX)
}

impl Json<'_> {
    /// The number that it is where one is wanted: of a string the one it begins with, of an array or an object zero.
    pub fn number(self) -> f64 {
        match self.kind() {
            JsonKind::Number => leading_number(self.0),
            JsonKind::String => leading_number(&unescaped(self.inside())),
            JsonKind::True => 1.0,
            _ => 0.0,
        }
    }
}
