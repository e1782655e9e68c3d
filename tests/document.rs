//! The vendor document's examples: each of its 121 calls, as printed there with only the host
//! replaced, succeeds on a fresh panel with the `docs` seed and answers the keys that it should.
//!
//! `data/document.tsv` has a line for each: method, form text, keys of `data` (`[]` before them for
//! a list, `-` alone for none), and keys beside `data`.

use std::collections::HashSet;

use linecard::dialects::xtream::admin::actions::ACTIONS;
use serde_json::Value;

use crate::support::Panel;

pub struct Example<'a> {
    pub method: &'a str,
    pub form: &'a str,
    data: &'a str,
    beside: &'a str,
}

pub fn examples() -> Vec<Example<'static>> {
    let parse = |line: &'static str| {
        let [method, form, data, beside] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        Example {
            method,
            form,
            data,
            beside,
        }
    };
    include_str!("data/document.tsv").lines().map(parse).collect()
}

fn keys(value: &Value) -> String {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The keys of `data` in the notation of the file.
fn shown(data: Option<&Value>) -> String {
    match data {
        None => "-".into(),
        Some(Value::Array(rows)) => format!("[] {}", rows.first().map(keys).unwrap_or("(none)".into())),
        Some(object) => keys(object),
    }
}

#[test]
fn every_example_succeeds_on_a_fresh_panel() {
    for Example {
        method,
        form,
        data,
        beside,
    } in examples()
    {
        let panel = Panel::docs();
        let path = panel.admin_path();
        let answer = match method {
            "GET" => panel.client().get(&format!("{path}?{form}")),
            _ => panel.client().post(&path, form),
        };
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/json")),
            "{form}"
        );
        let json: Value = serde_json::from_str(&answer.text()).unwrap();
        assert_eq!(json["status"], "STATUS_SUCCESS", "{form}: {json}");
        assert_eq!(shown(json.get("data")), data, "{form}");
        let others = keys(&json)
            .split(' ')
            .filter(|key| !["status", "data"].contains(key))
            .collect::<Vec<_>>()
            .join(" ");
        assert_eq!(others, beside, "{form}");
    }
}

/// The actions beyond the document (contract, section 8).
const BEYOND: [&str; 29] = [
    "create_stream",
    "edit_stream",
    "delete_stream",
    "create_channel",
    "edit_channel",
    "delete_channel",
    "get_station",
    "create_station",
    "edit_station",
    "delete_station",
    "start_station",
    "stop_station",
    "create_movie",
    "edit_movie",
    "delete_movie",
    "create_series",
    "edit_series",
    "delete_series",
    "create_episode",
    "edit_episode",
    "delete_episode",
    "start_episode",
    "stop_episode",
    "create_package",
    "edit_package",
    "delete_package",
    "get_settings",
    "edit_settings",
    "get_rtmp_ip",
];

#[test]
fn there_is_an_action_for_every_example_and_the_others_are_those_of_the_contract() {
    let action = |form: &'static str| form.split('&').find_map(|pair| pair.strip_prefix("action=")).unwrap();
    let examples: HashSet<&str> = examples().iter().map(|example| action(example.form)).collect();
    let actions: HashSet<&str> = ACTIONS.iter().map(|action| action.name).collect();
    assert_eq!(examples.len(), 121);
    assert!(examples.is_subset(&actions));
    let beyond: HashSet<&str> = actions.difference(&examples).copied().collect();
    assert_eq!(beyond, HashSet::from(BEYOND));
}

/// The answers that the document prints with values which the seed can give exactly.
#[test]
fn printed_values_are_answered() {
    let exact = [
        (
            "adjust_credits",
            "id=88&credits=100",
            r#"{"status":"STATUS_SUCCESS","data":{"id":88,"credits_before":50.00,"credits_after":150.00,"adjusted":100}}"#,
        ),
        ("kill_connection", "activity_id=12345", r#"{"status":"STATUS_SUCCESS"}"#),
        ("kill_pid", "pid=54321", r#"{"status":"STATUS_SUCCESS"}"#),
        (
            "mysql_query",
            "query=SELECT id, username, exp_date FROM lines WHERE member_id %3D 88 LIMIT 10",
            r#"{"status":"STATUS_SUCCESS","data":[{"id":4521,"username":"customer4521","exp_date":"2026-12-31"},{"id":4522,"username":"customer4522","exp_date":"2027-03-15"}]}"#,
        ),
    ];
    for (action, params, expected) in exact {
        assert_eq!(Panel::docs().call(action, params), expected);
    }
}
