//! Faults by name: what panels and what stands in front of them are known to answer when something
//! is wrong. Each changes an answer that was made.

use serde_json::{Map, Value};

use crate::wire::Response;
use crate::wire::php::json;

/// One fault.
pub struct Preset {
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub apply: fn(&mut Response),
}

/// All of them.
#[rustfmt::skip]
pub static PRESETS: &[Preset] = &[
    Preset { name: "array_instead_of_object", doc: "The JSON answer stands in a list.", apply: |answer| change(answer, |value| Value::Array(vec![value])) },
    Preset { name: "bom_prefix", doc: "A byte order mark comes before the answer.", apply: |answer| prefix(answer, "\u{feff}") },
    Preset { name: "challenge_page", doc: "503 with a page that asks a browser to prove itself.", apply: |answer| page(answer, 503, "Just a moment", "Checking your browser before you go on.") },
    Preset { name: "db_error_page", doc: "200 with a page about a database that is gone.", apply: |answer| page(answer, 200, "Database Error", "The database server cannot be reached.") },
    Preset { name: "empty_body", doc: "The answer has no body.", apply: |answer| answer.body.clear() },
    Preset { name: "html_error_page", doc: "502 with the page of a web server.", apply: |answer| page(answer, 502, "502 Bad Gateway", "502 Bad Gateway") },
    Preset { name: "html_instead_of_json", doc: "200 with an HTML page.", apply: |answer| page(answer, 200, "Login", "Log in to go on.") },
    Preset { name: "invalid_utf8", doc: "A byte that is no UTF-8 stands in the middle.", apply: |answer| answer.body.insert(answer.body.len() / 2, 0xff) },
    Preset { name: "null_fields", doc: "Every value of the JSON answer is null.", apply: |answer| change(answer, |value| leaves(value, &|_| Value::Null)) },
    Preset { name: "object_instead_of_array", doc: "Lists of the JSON answer are objects with numbers as keys.", apply: |answer| change(answer, numbered) },
    Preset { name: "php_warning_prefix", doc: "A warning of PHP comes before the answer.", apply: |answer| prefix(answer, "<br />\n<b>Warning</b>:  Undefined variable $row in <b>index.php</b> on line <b>42</b><br />\n") },
    Preset { name: "strings_for_numbers", doc: "Numbers of the JSON answer are texts.", apply: |answer| change(answer, |value| leaves(value, &text_of)) },
    Preset { name: "truncated_json", doc: "The second half of the answer is missing.", apply: |answer| answer.body.truncate(answer.body.len() / 2) },
];

/// The preset of this name.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

fn prefix(answer: &mut Response, text: &str) {
    answer.body.splice(..0, text.bytes());
}

fn page(answer: &mut Response, status: u16, title: &str, text: &str) {
    let html = format!("<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{text}</h1></body>\r\n</html>\r\n");
    *answer = Response::new(status, "text/html", html);
}

/// Changes the JSON of an answer; one that is no JSON stays as it is.
fn change(answer: &mut Response, change: impl FnOnce(Value) -> Value) {
    if let Ok(value) = serde_json::from_slice(&answer.body) {
        answer.body.clear();
        json::value(&mut answer.body, &change(value));
    }
}

/// Changes every value that is neither a list nor an object.
fn leaves(value: Value, change: &dyn Fn(Value) -> Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| leaves(item, change)).collect(),
        Value::Object(members) => {
            let changed = members.into_iter().map(|(name, member)| (name, leaves(member, change)));
            Value::Object(changed.collect())
        }
        leaf => change(leaf),
    }
}

fn text_of(leaf: Value) -> Value {
    match leaf {
        Value::Number(number) => Value::String(number.to_string()),
        other => other,
    }
}

fn numbered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let members = items.into_iter().enumerate();
            Value::Object(members.map(|(at, item)| (at.to_string(), numbered(item))).collect())
        }
        Value::Object(members) => {
            let members: Map<String, Value> = members
                .into_iter()
                .map(|(name, member)| (name, numbered(member)))
                .collect();
            Value::Object(members)
        }
        leaf => leaf,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_does_what_it_says() {
        let json = r#"{"a":1,"b":[true,"x"]}"#;
        for (name, status, body) in [
            ("array_instead_of_object", 200, r#"[{"a":1,"b":[true,"x"]}]"#),
            ("bom_prefix", 200, "\u{feff}{\"a\":1,\"b\":[true,\"x\"]}"),
            ("empty_body", 200, ""),
            ("null_fields", 200, r#"{"a":null,"b":[null,null]}"#),
            ("object_instead_of_array", 200, r#"{"a":1,"b":{"0":true,"1":"x"}}"#),
            ("strings_for_numbers", 200, r#"{"a":"1","b":[true,"x"]}"#),
            ("truncated_json", 200, r#"{"a":1,"b":"#),
        ] {
            let mut answer = Response::new(200, "application/json", json);
            (find(name).unwrap().apply)(&mut answer);
            assert_eq!(
                (answer.status, String::from_utf8(answer.body).unwrap().as_str()),
                (status, body),
                "{name}"
            );
        }
        let mut names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        assert!(names.is_sorted());
        names.dedup();
        assert_eq!(names.len(), PRESETS.len());
    }
}
