//! PHP's rules against files that the real PHP made (`data/php/generate.php`).

use linecard::dialects::php::form::{Array, Form, Limits, Node};
use linecard::dialects::php::{Key, dates, json, scalar};
use linecard::time::Zone;
use proptest::prelude::*;
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

#[test]
fn dates_are_read_as_php_reads_them() {
    let london = Zone::named("Europe/London").unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (input, expected) in cases(include_str!("data/php/dates.jsonl")) {
        let ours = dates::parse(&input, london, 1_773_585_000);
        if ours != expected.as_i64() {
            wrong.push(format!("{input:?}: {ours:?}, not {expected}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1000, "{count}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_much_for_the_reader_of_dates(
        text in prop_oneof![
            "\\PC{0,40}",
            "([+-]{0,2}[0-9]{1,14}|[ :./@T-]|days?|weeks?|years|month|next|last|monday|ago|Z|Europe/Berlin|jan|first day of|noon){0,8}",
        ],
        now in linecard::time::PRINTABLE,
    ) {
        let london = Zone::named("Europe/London").unwrap();
        let read = dates::parse(&text, london, now);
        prop_assert!(read.is_none_or(|unix| london.iso(unix).is_some()), "{text:?}");
    }
}
