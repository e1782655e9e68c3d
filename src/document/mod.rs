//! Parses documents: seeds, states, faults. Each format has its parser; all return the same tree, whose nodes
//! have their lines for error messages. The callers interpret the tree.

mod json;
pub mod print;
mod toml;
mod tree;
mod yaml;

pub use tree::{DocumentError, Errors, Member, Node, Value, suggestion};

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Yaml,
    Toml,
    Json,
}

impl Format {
    /// Returns the format of a file's suffix.
    pub fn from_suffix(suffix: &str) -> Option<Format> {
        match suffix {
            "yaml" | "yml" => Some(Format::Yaml),
            "toml" => Some(Format::Toml),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// Returns the `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Yaml => "application/yaml",
            Format::Toml => "application/toml",
            Format::Json => "application/json",
        }
    }

    /// Guesses the format of a text without a file name.
    pub fn detect(text: &str) -> Format {
        match text.trim_start().starts_with('{') {
            true => Format::Json,
            false => Format::Yaml,
        }
    }
}

/// Parses a document.
///
/// # Errors
/// Its first syntax error, with the line.
pub fn parse(form: Format, text: &str) -> Result<Node, DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match form {
        Format::Yaml => yaml::parse(text),
        Format::Toml => toml::parse(text),
        Format::Json => json::parse(text),
    }
}

/// Creates a syntax error.
fn malformed_error(line: usize, detail: impl Into<String>, hint: &str) -> DocumentError {
    DocumentError {
        line,
        path: String::new(),
        detail: detail.into(),
        hint: hint.to_owned(),
        is_reference: false,
    }
}

/// Creates the error of a duplicate key in a map.
fn duplicate_key_error(line: usize, key: &str) -> DocumentError {
    malformed_error(line, format!("the key {key:?} is there already"), "keep one of them")
}

/// Creates the error of too deep nesting.
fn too_deep_error(line: usize) -> DocumentError {
    malformed_error(
        line,
        format!("there are more than {} levels", tree::MAX_DEPTH),
        "write deep JSON as {raw: \"…\"}",
    )
}

/// Converts offsets to lines, for parsers that report offsets. Offsets in ascending order cost one pass over
/// the text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        Lines { text, at: 0, line: 1 }
    }

    fn line_of(&mut self, at: usize) -> usize {
        let breaks = |from: usize, to: usize| {
            let between = self.text.as_bytes().get(from..to).unwrap_or_default();
            between.iter().filter(|byte| **byte == b'\n').count()
        };
        if at >= self.at {
            self.line += breaks(self.at, at);
        } else {
            self.line = self.line.saturating_sub(breaks(at, self.at));
        }
        self.at = at;
        self.line
    }
}
