//! What holds of every action at once.

use linecard::dialects::xtream::action::Verb;
use linecard::dialects::xtream::admin::actions::ACTIONS;
use serde_json::Value;

use super::{HTML, panel};
use crate::support::Panel;

/// Each call of the vendor's document: method, action and form text.
fn examples() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = include_str!("../../data/document.tsv").lines();
    lines.map(|line| {
        let mut parts = line.split('\t');
        let (method, form) = (parts.next().unwrap(), parts.next().unwrap());
        let action = form.split('&').find_map(|pair| pair.strip_prefix("action=")).unwrap();
        (method, action, form)
    })
}

fn answer(panel: &Panel, method: &str, form: &str) -> String {
    let path = panel.admin_path();
    let answer = match method {
        "GET" => panel.client().get(&format!("{path}?{form}")),
        _ => panel.client().post(&path, form),
    };
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some(HTML)),
        "{form}"
    );
    answer.text()
}

/// Whether there is nothing but texts and nulls in it.
fn is_text(value: &Value) -> bool {
    match value {
        Value::Null | Value::String(_) => true,
        Value::Array(items) => items.iter().all(is_text),
        Value::Object(members) => members.values().all(is_text),
        _ => false,
    }
}

#[test]
fn every_example_of_the_document_succeeds_with_texts_alone() {
    for (method, action, form) in examples() {
        let text = answer(&panel(), method, form);
        let mut json: Value = serde_json::from_str(&text).unwrap();
        let verb = &ACTIONS.iter().find(|row| row.name == action).unwrap().verb;
        let bare = matches!(verb, Verb::All(..)) && action != "get_blocked_isps";
        assert_eq!(json.is_array(), bare, "{text}");
        if let Some(envelope) = json.as_object_mut() {
            assert_eq!(envelope["status"], "STATUS_SUCCESS", "{text}");
            for counter in ["recordsTotal", "recordsFiltered"] {
                let counted = envelope.remove(counter);
                assert_eq!(
                    counted.is_some_and(|count| count.is_u64()),
                    matches!(verb, Verb::Page(_)),
                    "{text}"
                );
            }
        }
        assert!(is_text(&json), "{text}");
        assert!(!text.contains("$6$"), "a password hash: {text}");
    }
}
