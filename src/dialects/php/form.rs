//! Forms as PHP parses them: `a=1&b[]=2&c[x][y]=3` becomes a tree (contract "XC v2 API", 2.2).
//!
//! Brackets nest, `[]` appends, later values win, malformed brackets turn into underscores, and no input is
//! an error. Each invalid UTF-8 sequence becomes U+FFFD.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// Limits of one request. Variables beyond them are left out, as in PHP.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Variables read from one source (query or body).
    pub variables: usize,
    /// Bracket pairs in one name; a deeper variable is dropped whole.
    pub depth: usize,
}

impl Limits {
    /// PHP's own defaults, `max_input_vars` and `max_input_nesting_level`.
    pub const PHP: Limits = Limits {
        variables: 1000,
        depth: 64,
    };
}

/// A key of a PHP array: a number if it is a canonical integer, otherwise text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Int(i64),
    Text(String),
}

/// A value of a form: text, or an array of further values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Text(String),
    Array(Array),
}

/// Values by key, in order. The hash is the fast one: a form has too few variables for an attack on it.
type Entries<K> = IndexMap<K, Node, RandomState>;

/// A PHP array: ordered, with the number for the next `[]`, if there is one left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    entries: Entries<Key>,
    next: Option<i64>,
}

/// The variables of a request, by name, in the order in which they first appeared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    entries: Entries<String>,
    overflowed: bool,
}

impl Form {
    /// Parses `application/x-www-form-urlencoded` text, which is also the format of a query string.
    pub fn parse(text: &[u8], limits: Limits) -> Form {
        let mut form = Form::default();
        let pieces = text.split(|&b| b == b'&').filter(|piece| !piece.is_empty());
        for (count, piece) in pieces.enumerate() {
            if count >= limits.variables {
                form.overflowed = true;
                break;
            }
            let mut halves = piece.splitn(2, |&b| b == b'=');
            let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            form.register(&decode(name), utf8(decode(value)), limits.depth);
        }
        form
    }

    /// Inserts one decoded variable into the tree, with the brackets of its name.
    pub fn register(&mut self, name: &[u8], value: String, depth: usize) {
        let name = name.split(|&b| b == 0).next().unwrap_or_default();
        let name = name.trim_prefix_spaces();
        let Some((base, keys)) = split_name(name) else {
            return;
        };
        if keys.len() > depth {
            return;
        }
        let mut node = self.entries.entry(base).or_insert_with(Node::empty);
        for key in &keys {
            // An append to an array that already has the largest number is dropped.
            let Some(slot) = node.array().slot(key) else {
                return;
            };
            node = slot;
        }
        *node = Node::Text(value);
    }

    /// Removes a top-level name; the order of the others stays.
    pub fn remove(&mut self, name: &str) {
        self.entries.shift_remove(name);
    }

    /// Returns the value of a top-level name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.get(name)
    }

    /// Returns the text of a top-level name; `None` for an array.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Node::text)
    }

    /// Returns all names with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// Returns all names with their values, in order.
    pub fn into_entries(self) -> impl Iterator<Item = (String, Node)> {
        self.entries.into_iter()
    }

    /// Whether there were more variables than the limit.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Records that variables were left out.
    pub fn set_overflowed(&mut self) {
        self.overflowed = true;
    }

    /// Returns the number of top-level names.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no variables.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Merges `other` into this form: each of its top-level values replaces the whole value of the same name.
    pub fn overlay(mut self, other: Form) -> Form {
        self.overflowed |= other.overflowed;
        self.entries.extend(other.entries);
        self
    }
}

impl Node {
    fn empty() -> Node {
        Node::Array(Array {
            entries: Entries::default(),
            next: Some(0),
        })
    }

    /// Returns the text; `None` for an array.
    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            Node::Array(_) => None,
        }
    }

    /// Returns this value as an array; a text is replaced by an empty array ("later wins").
    fn array(&mut self) -> &mut Array {
        loop {
            match self {
                Node::Array(array) => return array,
                Node::Text(_) => *self = Node::empty(),
            }
        }
    }
}

impl Array {
    /// Returns the entry of a key, which is created if missing.
    fn slot(&mut self, key: &Step) -> Option<&mut Node> {
        let key = match key {
            Step::Append => Key::Int(self.next?),
            Step::Key(key) => key.clone(),
        };
        if let Key::Int(number) = key
            && self.next.is_some_and(|next| number >= next)
        {
            self.next = number.checked_add(1);
        }
        Some(self.entries.entry(key).or_insert_with(Node::empty))
    }

    /// Returns keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Node)> {
        self.entries.iter()
    }

    /// Returns keys and values in order.
    pub fn into_entries(self) -> impl Iterator<Item = (Key, Node)> {
        self.entries.into_iter()
    }

    /// Returns the values in order.
    pub fn values(&self) -> impl Iterator<Item = &Node> {
        self.entries.values()
    }

    /// Returns the value of a text key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(&key_of(key.as_bytes()))
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the keys are exactly 0, 1, 2 … in order, so that it is printed as a JSON list.
    pub fn is_list(&self) -> bool {
        (0i64..).zip(self.entries.keys()).all(|(at, key)| *key == Key::Int(at))
    }
}

/// One bracket pair of a name.
enum Step {
    Append,
    Key(Key),
}

trait TrimPrefixSpaces {
    fn trim_prefix_spaces(&self) -> &Self;
}

impl TrimPrefixSpaces for [u8] {
    /// Removes leading spaces; other white space belongs to the name.
    fn trim_prefix_spaces(&self) -> &[u8] {
        let spaces = self.iter().take_while(|&&b| b == b' ').count();
        self.get(spaces..).unwrap_or_default()
    }
}

/// Splits `base[a][][b]` into its base name and bracket steps. `None`: the variable is dropped.
fn split_name(name: &[u8]) -> Option<(String, Vec<Step>)> {
    let open = name.iter().position(|&b| b == b'[');
    match open {
        _ if name.is_empty() => None,
        Some(0) => None,
        None => Some((plain(name, b". "), Vec::new())),
        Some(at) => {
            let (base, rest) = name.split_at(at);
            match steps(rest) {
                // The first bracket is never closed: the whole text is a plain name.
                steps if steps.is_empty() => Some((plain(name, b". ["), Vec::new())),
                steps => Some((plain(base, b". "), steps)),
            }
        }
    }
}

/// Parses the bracket pairs at the start of `rest`. Text after the last of them is ignored.
fn steps(mut rest: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(inside) = rest.strip_prefix(b"[") {
        // One white-space character before the closing bracket still appends.
        let trimmed = match inside {
            [b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r', b']', ..] => inside.get(1..).unwrap_or_default(),
            _ => inside,
        };
        let Some(close) = trimmed.iter().position(|&b| b == b']') else {
            break;
        };
        let (key, after) = trimmed.split_at(close);
        steps.push(match key {
            [] => Step::Append,
            key => Step::Key(key_of(key)),
        });
        rest = after.get(1..).unwrap_or_default();
    }
    steps
}

/// Replaces each byte of `bad` in a name by an underscore.
fn plain(name: &[u8], bad: &[u8]) -> String {
    let bytes = name.iter().map(|b| if bad.contains(b) { b'_' } else { *b });
    utf8(bytes.collect())
}

/// Parses a key: decimal digits without leading zero and within 64 bits are a number.
fn key_of(text: &[u8]) -> Key {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let canonical = match digits {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let number = std::str::from_utf8(text).ok().filter(|_| canonical);
    match number.and_then(|text| text.parse().ok()) {
        Some(number) => Key::Int(number),
        None => Key::Text(utf8(text.to_vec())),
    }
}

/// Decodes form text: `+` becomes a space and `%41` a byte; a malformed `%` sequence stays as it is.
pub fn decode(text: &[u8]) -> Vec<u8> {
    unescape(text, b' ')
}

/// Percent-encodes a text for a path or a form.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out += &format!("%{other:02X}"),
        }
    }
    out
}

/// Decodes a path segment, in which `+` is a plus.
pub fn percent_decode(text: &[u8]) -> String {
    utf8(unescape(text, b'+'))
}

fn unescape(text: &[u8], plus: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'+', _) => out.push(plus),
            (b'%', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = tail;
                }
                _ => out.push(b'%'),
            },
            _ => out.push(byte),
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Converts bytes to text; each invalid sequence becomes U+FFFD.
pub fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_encoded_byte_by_byte() {
        assert_eq!(percent_encode("a b/ü&=.~"), "a%20b%2F%C3%BC%26%3D.~");
    }

    fn shown(text: &str) -> String {
        fn node(node: &Node) -> serde_json::Value {
            match node {
                Node::Text(text) => text.as_str().into(),
                Node::Array(array) if array.is_list() => array.values().map(node_of).collect(),
                Node::Array(array) => serde_json::Value::Object(
                    array
                        .iter()
                        .map(|(key, value)| match key {
                            Key::Int(number) => (number.to_string(), node_of(value)),
                            Key::Text(text) => (text.clone(), node_of(value)),
                        })
                        .collect(),
                ),
            }
        }
        fn node_of(value: &Node) -> serde_json::Value {
            node(value)
        }
        let form = Form::parse(text.as_bytes(), Limits::PHP);
        let all = form.iter().map(|(name, value)| (name.to_owned(), node(value)));
        serde_json::Value::Object(all.collect()).to_string()
    }

    /// The table of contract "XC v2 API", 2.2, row by row.
    #[test]
    fn names_and_brackets_follow_the_contract() {
        let table = [
            ("a", r#"{"a":""}"#),
            ("a=", r#"{"a":""}"#),
            ("=1", "{}"),
            ("[a]=1", "{}"),
            ("a.b=1", r#"{"a_b":"1"}"#),
            ("a b=1", r#"{"a_b":"1"}"#),
            ("a+b=1", r#"{"a_b":"1"}"#),
            (" a=1", r#"{"a":"1"}"#),
            ("%20a=1", r#"{"a":"1"}"#),
            ("a.b[c.d]=1", r#"{"a_b":{"c.d":"1"}}"#),
            ("a[b]=1&a[c]=2", r#"{"a":{"b":"1","c":"2"}}"#),
            ("a[]=1&a[]=2", r#"{"a":["1","2"]}"#),
            ("a[ ]=1&a[]=2", r#"{"a":["1","2"]}"#),
            ("a[5]=x&a[]=y", r#"{"a":{"5":"x","6":"y"}}"#),
            ("a[01]=x&a[1]=y", r#"{"a":{"01":"x","1":"y"}}"#),
            ("a[][x]=1&a[][y]=2", r#"{"a":[{"x":"1"},{"y":"2"}]}"#),
            ("a[ b ]=1", r#"{"a":{" b ":"1"}}"#),
            ("a[=1", r#"{"a_":"1"}"#),
            ("a[b=1", r#"{"a_b":"1"}"#),
            ("a[b[c d=1", r#"{"a_b_c_d":"1"}"#),
            ("a[b]c=1", r#"{"a":{"b":"1"}}"#),
            ("a[b]c[d]=1", r#"{"a":{"b":"1"}}"#),
            ("a[b][c=1", r#"{"a":{"b":"1"}}"#),
            ("a[b]]=1", r#"{"a":{"b":"1"}}"#),
            ("a[[b]]=1", r#"{"a":{"[b":"1"}}"#),
            ("a=1&a[b]=2", r#"{"a":{"b":"2"}}"#),
            ("a[b]=2&a=1", r#"{"a":"1"}"#),
            ("a=x=y", r#"{"a":"x=y"}"#),
            ("a=1;b=2", r#"{"a":"1;b=2"}"#),
            ("a=%ZZ", r#"{"a":"%ZZ"}"#),
            ("a%00b=1", r#"{"a":"1"}"#),
        ];
        for (input, expected) in table {
            assert_eq!(shown(input), expected, "{input}");
        }
    }

    #[test]
    fn a_body_array_replaces_the_query_array_as_a_whole() {
        let query = Form::parse(b"a[x]=1&b=1", Limits::PHP);
        let body = Form::parse(b"a[y]=2", Limits::PHP);
        let merged = query.overlay(body);
        assert_eq!(merged, Form::parse(b"a[y]=2&b=1", Limits::PHP));
    }

    #[test]
    fn variables_beyond_the_limit_are_left_out_and_noted() {
        let limits = Limits { variables: 2, depth: 1 };
        let form = Form::parse(b"a=1&&b=2&c=3", limits);
        assert_eq!(form.len(), 2);
        assert!(form.overflowed());
        assert!(Form::parse(b"a[b][c]=1", limits).is_empty());
    }
}
