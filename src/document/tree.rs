//! A document as a tree whose nodes have their lines, the same for every format; and the errors of a document.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::spelling::closest;

/// The deepest nesting that is parsed.
pub const MAX_DEPTH: usize = 32;

/// The largest number of errors that are reported at once.
const MAX_ERRORS: usize = 10;

/// A value with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The line on which it begins, from 1; 0 for a node that was not parsed from a document.
    pub line: usize,
    pub value: Value,
}

/// The value of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, `true`, `null` or any other scalar without quotes, as it was written.
    Word(String),
    /// A text in quotes.
    Text(String),
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub key: String,
    /// The line of the key.
    pub line: usize,
    pub node: Node,
}

impl Node {
    /// Creates a word without a line.
    pub fn word(word: impl ToString) -> Node {
        Node::from_value(Value::Word(word.to_string()))
    }

    /// Creates a text without a line.
    pub fn text(text: impl Into<String>) -> Node {
        Node::from_value(Value::Text(text.into()))
    }

    /// Creates a value without a line.
    pub fn from_value(value: Value) -> Node {
        Node { line: 0, value }
    }

    /// Returns the text of a scalar.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Word(text) | Value::Text(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether it is `null`, `~` or an empty word.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Word(word) if matches!(word.as_str(), "" | "~" | "null"))
    }

    /// Returns the value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.node)
    }

    /// Returns a key with its value, if this is a map that has it.
    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.value {
            Value::Map(members) => members.iter().find(|member| member.key == key),
            _ => None,
        }
    }

    /// Converts the node to JSON, without lines.
    pub fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => text.clone().into(),
            Value::Word(_) if self.is_null() => serde_json::Value::Null,
            Value::Word(word) => match word.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                word => match serde_json::from_str::<Number>(word) {
                    Ok(number) => number.into(),
                    Err(_) => word.into(),
                },
            },
            Value::List(items) => items.iter().map(Node::json).collect(),
            Value::Map(members) => members
                .iter()
                .map(|member| (member.key.clone(), member.node.json()))
                .collect(),
        }
    }

    /// Creates a tree from JSON, without lines.
    pub fn from_json(json: &serde_json::Value) -> Node {
        match json {
            serde_json::Value::String(text) => Node::text(text),
            serde_json::Value::Array(items) => {
                Node::from_value(Value::List(items.iter().map(Node::from_json).collect()))
            }
            serde_json::Value::Object(members) => {
                Node::map(members.iter().map(|(key, value)| (key.clone(), Node::from_json(value))))
            }
            word => Node::word(word),
        }
    }

    /// Creates a map without a line.
    pub fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Node)>) -> Node {
        let member = |(key, node): (K, Node)| Member {
            key: key.into(),
            line: 0,
            node,
        };
        Node::from_value(Value::Map(members.into_iter().map(member).collect()))
    }

    /// Describes the type of the value, for errors.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Word(_) | Value::Text(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// One error of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DocumentError {
    /// The line, from 1.
    pub line: usize,
    /// The path, such as `lines[3].bouquets`; empty for the whole document.
    pub path: String,
    pub detail: String,
    /// What to do.
    pub hint: String,
    /// Whether it names a row that is not there, which another document may have.
    #[serde(skip)]
    pub is_reference: bool,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.detail)?;
        match self.hint.is_empty() {
            true => Ok(()),
            false => write!(f, "; {}", self.hint),
        }
    }
}

/// The errors of a document, up to `MAX_ERRORS`.
#[derive(Debug, Default)]
pub struct Errors(Vec<DocumentError>);

impl Errors {
    /// Adds an error, unless the list is full.
    pub fn push(&mut self, line: usize, path: impl Into<String>, detail: impl Into<String>, hint: impl Into<String>) {
        self.add(DocumentError {
            line,
            path: path.into(),
            detail: detail.into(),
            hint: hint.into(),
            is_reference: false,
        });
    }

    /// Adds an error, unless the list is full.
    pub fn add(&mut self, error: DocumentError) {
        if !self.is_full() {
            self.0.push(error);
        }
    }

    /// Whether there is no error so far.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether further errors are dropped.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_ERRORS
    }

    /// Returns `Ok` if there is no error.
    ///
    /// # Errors
    /// All of them, in the order of their lines.
    pub fn result(mut self) -> Result<(), Vec<DocumentError>> {
        self.0.sort_by_key(|error| error.line);
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(self.0),
        }
    }
}

/// Formats the hint for an unknown word: the closest known word, or the list of known words.
pub fn suggestion(word: &str, known: &[&str]) -> String {
    match closest(word, known) {
        Some(close) => format!("did you mean {close:?}?"),
        None if known.is_empty() => "it is empty".to_owned(),
        None => format!(
            "there {} {}",
            if known.len() == 1 { "is" } else { "are" },
            first_words(known)
        ),
    }
}

/// Lists the first words, and how many more there are.
fn first_words(words: &[&str]) -> String {
    const SHOWN: usize = 30;
    let shown: Vec<&str> = words.iter().take(SHOWN).copied().collect();
    match words.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
