//! The parameters of a request to the XC v2 API: merged and cleaned, with PHP's rules for empty values
//! (contract "XC v2 API", section 2).

use indexmap::IndexMap;

use crate::dialects::php::form::{self, Array, Form, Key, Node};
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::scalar;

/// A cleaned value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    Text(String),
    Array(Members),
}

/// Cleaned values by name, in the order in which they first appeared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members(IndexMap<String, Member>);

impl Members {
    /// Cleans the variables of a request.
    pub fn from_form(form: Form) -> Members {
        Members(form.into_entries().map(|(name, node)| member(name, node)).collect())
    }

    fn of_array(array: Array) -> Members {
        let name = |key: Key| match key {
            Key::Int(number) => number.to_string(),
            Key::Text(text) => text,
        };
        Members(
            array
                .into_entries()
                .map(|(key, node)| member(name(key), node))
                .collect(),
        )
    }

    /// Returns the value of a name.
    pub fn get(&self, name: &str) -> Option<&Member> {
        self.0.get(name)
    }

    /// Returns the text of a name that was sent and is not empty (2.4); an array counts as missing.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Member::Text(text) if !scalar::is_empty(text) => Some(text),
            _ => None,
        }
    }

    /// Returns names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Member)> {
        self.0.iter().map(|(name, member)| (name.as_str(), member))
    }

    /// Returns values in order.
    pub fn values(&self) -> impl Iterator<Item = &Member> {
        self.0.values()
    }

    /// Whether the keys are 0, 1, 2 … in order, so that it is printed as a JSON list.
    fn is_list(&self) -> bool {
        (0..)
            .zip(self.0.keys())
            .all(|(at, key): (u32, _)| *key == at.to_string())
    }
}

impl Member {
    /// PHP's `empty()` (2.4).
    pub fn is_empty(&self) -> bool {
        match self {
            Member::Text(text) => scalar::is_empty(text),
            Member::Array(members) => members.0.is_empty(),
        }
    }

    /// Returns the text, or an array's compact JSON text.
    pub fn into_text(self) -> String {
        match self {
            Member::Text(text) => text,
            Member::Array(_) => {
                let mut out = Vec::new();
                self.print(&mut out);
                form::utf8(out)
            }
        }
    }

    fn print(&self, out: &mut Vec<u8>) {
        match self {
            Member::Text(text) => json::text(out, text),
            Member::Array(members) if members.is_list() => json::list(out, members.values(), |out, one| one.print(out)),
            Member::Array(members) => {
                let mut object = Object::open(out);
                for (name, member) in members.iter() {
                    member.print(object.key(name));
                }
                object.close();
            }
        }
    }
}

fn member(name: String, node: Node) -> (String, Member) {
    match node {
        Node::Text(text) => (clean_name(name), Member::Text(clean(text))),
        Node::Array(array) => (name, Member::Array(Members::of_array(array))),
    }
}

/// Cleans a value as the panel does (2.3): rewrites sequences that are dangerous in pages and paths, and
/// removes one level of backslashes and surrounding white space.
fn clean(text: String) -> String {
    // Most values are letters and digits, which need no cleaning.
    if text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.' | b'_' | b',' | b'[' | b']'))
        && !text.contains("..")
    {
        return text.to_owned();
    }
    let text = text
        .replace('\0', "")
        .replace("../", "&#46;&#46;/")
        .replace("&#8238;", "");
    let text = without_backslashes(&text).replace("&#032;", " ");
    let text = text.replace("\r\n", "\n").replace("\n\r", "\n").replace('\r', "\n");
    let text = text.replace("<!--", "&#60;&#33;--").replace("-->", "--&#62;");
    scalar::trim(&without_scripts(text)).to_owned()
}

/// Replaces `\x` by `x`, and removes `\0` and a lone backslash at the end.
fn without_backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().filter(|next| *next != '0')),
            c => out.push(c),
        }
    }
    out
}

/// Replaces `<script`, in any letter case, by `&#60;script`.
fn without_scripts(text: String) -> String {
    const TAG: &str = "<script";
    // Changing the case of ASCII letters keeps all positions.
    let lower = text.to_ascii_lowercase();
    if !lower.contains(TAG) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut from = 0;
    for (at, tag) in lower.match_indices(TAG) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str("&#60;script");
        from = at + tag.len();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Cleans the name of a scalar as the panel does (2.3).
fn clean_name(name: String) -> String {
    if name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return name;
    }
    let name = form::utf8(form::decode(name.as_bytes()));
    let name = name
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    without_magic(name.replace("..", ""))
}

/// Removes each shortest `__x__`.
fn without_magic(name: String) -> String {
    let mut out = String::new();
    let mut rest = name.as_str();
    while let Some((before, after)) = rest.split_once("__") {
        // There must be at least one character between the underscores.
        let first = after.chars().next().map_or(0, char::len_utf8);
        let close = after
            .get(first..)
            .and_then(|tail| tail.find("__"))
            .filter(|_| first > 0);
        let Some(close) = close else {
            break;
        };
        out.push_str(before);
        rest = after.get(first + close + 2..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::php::form::Limits;

    #[test]
    fn values_are_cleaned_in_the_contracts_order() {
        for (sent, cleaned) in [
            ("plain", "plain"),
            (" \t\n\u{b}x\0 ", "x"),
            ("a\0b", "ab"),
            ("../../x", "&#46;&#46;/&#46;&#46;/x"),
            ("..", ".."),
            // NUL is removed first, so that it cannot hide a sequence.
            (".\0./x", "&#46;&#46;/x"),
            ("a&#8238;b", "ab"),
            (r"[1\/2]", "[1/2]"),
            (r"a\\b", r"a\b"),
            (r"a\0b\", "ab"),
            (r#"["\u00e9"]"#, r#"["u00e9"]"#),
            ("a&#032;b", "a b"),
            ("a\r\nb\n\rc\rd", "a\nb\nc\nd"),
            ("<!-- x -->", "&#60;&#33;-- x --&#62;"),
            ("<SCRIPT><ScRiPt", "&#60;script>&#60;script"),
            ("é", "é"),
        ] {
            assert_eq!(clean(sent.to_owned()), cleaned, "{sent:?}");
        }
    }

    #[test]
    fn names_of_scalars_are_cleaned_and_those_of_arrays_are_not() {
        for (sent, cleaned) in [
            ("max_connections", "max_connections"),
            ("a%41", "aA"),
            ("a+b", "a b"),
            ("<a>&\"", "&lt;a&gt;&amp;&quot;"),
            ("a..b", "ab"),
            ("a__x__b__yy__c", "abc"),
            ("a__b", "a__b"),
            ("____x__", ""),
            ("__a", "__a"),
        ] {
            assert_eq!(clean_name(sent.to_owned()), cleaned, "{sent:?}");
        }
        let form = Form::parse(b"a..[b..]=1&c..=2", Limits::PHP);
        let members = Members::from_form(form);
        let names: Vec<&str> = members.iter().map(|(name, _)| name).collect();
        // In a base name PHP has already turned the dots into underscores.
        assert_eq!(names, ["a__", "c__"]);
        let Some(Member::Array(inner)) = members.get("a__") else {
            panic!("{members:?}");
        };
        assert_eq!(inner.text("b"), Some("1"));
    }

    #[test]
    fn empty_is_what_php_calls_empty() {
        let members = Members::from_form(Form::parse(b"a=&b=0&c=00&d=0.0&e[]=&f[x][]=1", Limits::PHP));
        assert_eq!(
            ["a", "b", "c", "d", "e", "f", "g"].map(|name| members.text(name)),
            [None, None, Some("00"), Some("0.0"), None, None, None]
        );
        let array = |name: &str| members.get(name).cloned().unwrap();
        assert!(!array("e").is_empty());
        assert_eq!(array("e").into_text(), r#"[""]"#);
        assert_eq!(array("f").into_text(), r#"{"x":["1"]}"#);
    }
}
