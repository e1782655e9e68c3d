//! Changes the shape of answers in ways that scripts and proxies do: JSON, XML and playlists. An answer of
//! another type is left as it is.

use serde_json::{Map, Value};

use crate::dialects::php::json;
use crate::dialects::presets::WholeAnswer;

/// Puts the JSON answer in a list.
pub fn in_a_list(answer: &mut WholeAnswer<'_>) {
    change(answer, |value| Value::Array(vec![value]));
}

/// Replaces every value of the JSON answer with null.
pub fn nulls(answer: &mut WholeAnswer<'_>) {
    change(answer, |value| leaves(value, &|_| Value::Null));
}

/// Replaces the numbers of the JSON answer with texts.
pub fn texts(answer: &mut WholeAnswer<'_>) {
    change(answer, |value| {
        leaves(value, &|leaf| match leaf {
            Value::Number(number) => Value::String(number.to_string()),
            other => other,
        })
    });
}

/// Replaces the lists of the JSON answer with objects.
pub fn numbered_lists(answer: &mut WholeAnswer<'_>) {
    change(answer, numbered);
}

/// Ends every line with CR LF.
pub fn crlf(answer: &mut WholeAnswer<'_>) {
    let mut longer = Vec::with_capacity(answer.body.len() + answer.body.len() / 16);
    for line in answer.body.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                longer.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                longer.extend_from_slice(b"\r\n");
            }
            None => longer.extend_from_slice(line),
        }
    }
    *answer.body = longer;
}

/// Removes the last closing tag and all that follows.
pub fn unclosed(answer: &mut WholeAnswer<'_>) {
    if let Some(at) = answer.body.windows(2).rposition(|bytes| bytes == b"</") {
        answer.body.truncate(at);
    }
}

fn change(answer: &mut WholeAnswer<'_>, change: impl FnOnce(Value) -> Value) {
    if let Ok(value) = serde_json::from_slice(answer.body) {
        answer.body.clear();
        json::value(answer.body, &change(value));
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

fn numbered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let members = items.into_iter().enumerate();
            Value::Object(members.map(|(at, item)| (at.to_string(), numbered(item))).collect())
        }
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, member)| (name, numbered(member)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        leaf => leaf,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_about_its_own_kind_of_answer() {
        let json = r#"{"a":1,"b":[true,"x"]}"#;
        type Change = fn(&mut WholeAnswer<'_>);
        let changes: [(Change, &str, &str); 12] = [
            (in_a_list, json, r#"[{"a":1,"b":[true,"x"]}]"#),
            (in_a_list, "no JSON", "no JSON"),
            (nulls, json, r#"{"a":null,"b":[null,null]}"#),
            (numbered_lists, json, r#"{"a":1,"b":{"0":true,"1":"x"}}"#),
            (texts, json, r#"{"a":"1","b":[true,"x"]}"#),
            (crlf, "a\nb\r\n\nc", "a\r\nb\r\n\r\nc"),
            (crlf, "", ""),
            (crlf, "\n", "\r\n"),
            (unclosed, "<tv><a></a></tv>", "<tv><a></a>"),
            (unclosed, "<tv></tv>\n", "<tv>"),
            (unclosed, "<tv>", "<tv>"),
            (unclosed, "", ""),
        ];
        for (change, before, after) in changes {
            let (mut headers, mut body) = (Vec::new(), before.as_bytes().to_vec());
            change(&mut WholeAnswer {
                headers: &mut headers,
                body: &mut body,
            });
            assert_eq!(String::from_utf8(body).unwrap(), after, "{before:?}");
        }
    }
}
