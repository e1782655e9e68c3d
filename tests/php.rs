//! PHP's rules against files that the real PHP made (`data/php/generate.php`).

use linecard::dialects::php::form::{Array, Form, Limits, Node};
use linecard::dialects::php::{Key, json, scalar};
use serde_json::Value;

/// The cases of a golden file: input and what PHP makes of it.
fn cases(text: &str) -> impl Iterator<Item = (String, Value)> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn tree(node: &Node) -> Value {
    match node {
        Node::Text(text) => text.as_str().into(),
        Node::Array(array) => array_tree(array),
    }
}

fn array_tree(array: &Array) -> Value {
    if array.is_list() {
        return array.values().map(tree).collect();
    }
    let name = |key: &Key| match key {
        Key::Int(number) => number.to_string(),
        Key::Text(text) => text.clone(),
    };
    Value::Object(array.iter().map(|(key, node)| (name(key), tree(node))).collect())
}

fn printed(value: &Value) -> String {
    let mut out = Vec::new();
    json::value(&mut out, value);
    String::from_utf8(out).unwrap()
}

#[test]
fn forms_are_read_as_php_reads_them() {
    let mut count = 0;
    for (input, expected) in cases(include_str!("data/php/forms.jsonl")) {
        let form = Form::parse(input.as_bytes(), Limits::PHP);
        let all = Value::Object(form.iter().map(|(name, node)| (name.to_owned(), tree(node))).collect());
        assert_eq!(printed(&all), expected.as_str().unwrap(), "{input}");
        count += 1;
    }
    assert_eq!(count, 3500);
}

#[test]
fn json_is_printed_as_php_prints_it() {
    let mut count = 0;
    for (input, expected) in cases(include_str!("data/php/json.jsonl")) {
        let value: Value = serde_json::from_str(&input).unwrap();
        assert_eq!(printed(&value), expected.as_str().unwrap(), "{input}");
        count += 1;
    }
    assert_eq!(count, 2500);
}

#[test]
fn scalars_are_read_as_php_reads_them() {
    let mut count = 0;
    for (input, expected) in cases(include_str!("data/php/scalars.jsonl")) {
        let ours = serde_json::json!([scalar::int(&input), scalar::trim(&input), scalar::is_empty(&input)]);
        assert_eq!(ours, expected, "{input:?}");
        count += 1;
    }
    assert_eq!(count, 1500);
}
