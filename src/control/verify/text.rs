//! A text of a `match`: the same text, or a pattern.

use serde_json::{Value, json};

use crate::control::problem::Problem;

/// The memory of a compiled regular expression, in bytes. The time of a comparison is at most its product with the
/// length of the text.
const REGEX_MEMORY: usize = 64 << 10;

/// A text to compare with: the same text, or a pattern in which `*` matches any text.
#[derive(Clone, Debug)]
pub enum Text {
    Glob(String),
    Regex(regex::Regex),
    /// Matches a missing value.
    Absent,
}

impl Text {
    /// Parses a text or pattern; an empty one matches a missing value.
    pub fn parse(text: &str) -> Text {
        match text {
            "" => Text::Absent,
            text => Text::Glob(text.to_owned()),
        }
    }

    /// Whether a value matches.
    pub fn holds(&self, text: Option<&str>) -> bool {
        match (self, text) {
            (Text::Absent, text) => text.is_none(),
            (_, None) => false,
            (Text::Glob(glob), Some(text)) => glob == text || is_glob_of(glob, text),
            (Text::Regex(regex), Some(text)) => regex.is_match(text),
        }
    }

    /// Returns it as it was sent.
    pub fn to_json(&self) -> Value {
        match self {
            Text::Glob(glob) => json!(glob),
            Text::Regex(regex) => json!(format!("re:{}", regex.as_str())),
            Text::Absent => Value::Null,
        }
    }
}

/// Compiles a path that is a regular expression.
///
/// # Errors
/// It is none, or too large.
pub fn compile(path: &mut Text) -> Result<(), Problem> {
    let Text::Glob(text) = path else { return Ok(()) };
    let Some(pattern) = text.strip_prefix("re:") else {
        return Ok(());
    };
    let mut regex = regex::RegexBuilder::new(pattern);
    let regex = regex.size_limit(REGEX_MEMORY).build().map_err(|error| {
        Problem::bad_request(
            format!("`path` is no regular expression: {error}"),
            "write it as re:^/a/.*$, or as a glob such as /a/*",
        )
    })?;
    *path = Text::Regex(regex);
    Ok(())
}

/// Whether a text matches a pattern. Each `*` takes as little as possible, so that the time is at most the
/// product of the two lengths.
fn is_glob_of(glob: &str, text: &str) -> bool {
    let mut pieces = glob.split('*');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (glob, text, holds) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("aa*aa", "aaa", false),
            ("a**c", "abc", true),
            ("a*b*c", "axbxbxc", true),
            ("a*b*c", "acb", false),
            ("/*/admin/*", "/access/admin/index.php", true),
            ("ab", "abc", false),
            ("é*", "éa", true),
        ] {
            assert_eq!(is_glob_of(glob, text), holds, "{glob:?} {text:?}");
        }
    }
}
