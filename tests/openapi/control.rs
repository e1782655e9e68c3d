//! `/_linecard/openapi.json`: bodies that are taken, answers that are as it says.

use serde_json::{Value, json};

use super::document::Document;
use super::is_whole;
use crate::control::ask;
use crate::support::Panel;

fn panel() -> (Panel, Document) {
    let panel = Panel::docs_with(|config| config.control = true);
    let document = Document::of(&panel, "/_linecard/openapi.json");
    (panel, document)
}

/// The schema of the body that an operation takes.
fn body<'d>(document: &'d Document, id: &str) -> &'d Value {
    &document.operation(id).2["requestBody"]["content"]["application/json"]["schema"]
}

#[test]
fn it_is_whole() {
    is_whole(&panel().1);
}

/// A wrong member is told which there are: those of the schema, in its order.
#[test]
fn the_members_of_a_body_are_those_that_are_taken() {
    let (panel, document) = panel();
    let schema = |name: &str| document.0.pointer(&format!("/components/schemas/{name}")).unwrap();
    for (method, path, around, schema) in [
        ("PATCH", "info", "{}", body(&document, "patch_info")),
        ("POST", "reset", "{}", body(&document, "post_reset")),
        ("POST", "snapshots", "{}", body(&document, "post_snapshots")),
        ("PUT", "clock", "{}", schema("ClockMode")),
        ("POST", "clock/advance", "{}", body(&document, "post_clock_advance")),
        ("PUT", "transitions", "{}", body(&document, "put_transitions")),
        ("PUT", "profile", "{}", body(&document, "put_profile")),
        ("POST", "requests/count", "{}", body(&document, "post_requests_count")),
        ("POST", "requests/count", r#"{"match":{}}"#, schema("Match")),
        ("POST", "verify", "{}", body(&document, "post_verify")),
        (
            "POST",
            "verify",
            r#"{"match":{"action":"a"},"times":{}}"#,
            schema("Times"),
        ),
        ("POST", "worlds", "{}", body(&document, "post_worlds")),
        ("POST", "faults", "{}", schema("Fault")),
        ("POST", "faults", r#"{"effect":{}}"#, schema("Effect")),
        (
            "POST",
            "faults",
            r#"{"when":{},"effect":{"status":503}}"#,
            schema("When"),
        ),
        ("POST", "faults", r#"{"effect":{"dribble":{}}}"#, schema("Dribble")),
        ("POST", "faults", r#"{"effect":{"corrupt":{}}}"#, schema("Corrupt")),
        ("POST", "faults", r#"{"effect":{"truncate":{}}}"#, schema("Cut")),
        (
            "POST",
            "faults",
            r#"{"effect":{"stream_cut":{}}}"#,
            schema("StreamPlace"),
        ),
        (
            "POST",
            "faults",
            r#"{"effect":{"stream_stall":{}}}"#,
            schema("StreamPlace"),
        ),
        ("POST", "faults", r#"{"effect":{"throttle":{}}}"#, schema("Throttle")),
        ("POST", "faults", r#"{"effect":{"ts_gap":{}}}"#, schema("TsGap")),
        ("POST", "faults", r#"{"effect":{"ts_garbage":{}}}"#, schema("TsGarbage")),
        ("POST", "faults", r#"{"effect":{"pts_jump":{}}}"#, schema("PtsJump")),
        ("POST", "faults", r#"{"effect":{"hls_gap":{}}}"#, schema("HlsGap")),
    ] {
        // Into the first empty object.
        let wrong = around.replacen("{}", r#"{"nope":1}"#, 1);
        let problem: Value = serde_json::from_str(&ask(&panel, method, path, &wrong).text()).unwrap();
        let hint = problem["hint"].as_str().unwrap();
        let told: Vec<&str> = hint.strip_prefix("there are ").unwrap().split(", ").collect();
        let known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(told, known, "{method} {path} {wrong}");
        assert_eq!(schema["additionalProperties"], false, "{method} {path} {wrong}");
        document
            .check(&document.0["components"]["schemas"]["Problem"], &problem)
            .unwrap();
    }
}

/// Requests that succeed: each body is of its schema, and each answer.
#[test]
fn bodies_and_answers_are_as_their_schemas_say() {
    let (panel, document) = panel();
    panel.get("get_lin", "id=1");
    let fault = r#"{"id":"slow","match":{"api":"admin","query":{"action":"get_*"},"matched":true},
        "when":{"skip":1,"times":2,"every":1,"probability":0.5,"ttl":"5m","until":"2027-01-01T00:00:00Z"},
        "effect":{"delay":{"uniform":["1ms","2ms"]},"status":503,"body":"busy"},"at":"after"}"#;
    let cut = r#"[{"effect":{"truncate":{"bytes":"64KiB"}}},{"effect":{"preset":"null_fields"}},{"effect":{"abort":"reset"}}]"#;
    for (id, path, sent) in [
        ("get_index", "", ""),
        ("get_health", "health", ""),
        ("get_ready", "ready", ""),
        ("get_info", "info", ""),
        ("patch_info", "info", r#"{"public_url":null,"strict":"off"}"#),
        ("post_snapshots", "snapshots", r#"{"name":"a"}"#),
        ("get_snapshots", "snapshots", ""),
        ("post_snapshots_by_name_restore", "snapshots/a/restore", ""),
        ("delete_snapshots_by_name", "snapshots/a", ""),
        ("post_faults", "faults", fault),
        ("get_faults", "faults", ""),
        ("delete_faults_by_name", "faults/slow", ""),
        ("put_faults", "faults", cut),
        ("put_faults", "faults", "[]"),
        ("get_faults_presets", "faults/presets", ""),
        ("get_clock", "clock", ""),
        ("put_clock", "clock", r#"{"mode":"offset","by":"-P1D"}"#),
        ("put_clock", "clock", r#"{"mode":"frozen","at":1773585000}"#),
        ("post_clock_advance", "clock/advance", r#"{"by":"P1Y"}"#),
        ("get_transitions", "transitions", ""),
        (
            "put_transitions",
            "transitions",
            r#"{"stream":{"polls":3},"epg":"immediate","movie":{"after":"5s"}}"#,
        ),
        ("get_profile", "profile", ""),
        ("put_profile", "profile", r#"{"profiles":["xui"]}"#),
        ("get_requests", "requests", ""),
        ("get_requests_by_seq", "requests/1", ""),
        ("get_requests_har", "requests.har", ""),
        ("get_unmatched", "unmatched", ""),
        (
            "post_requests_count",
            "requests/count",
            r#"{"match":{"action":"get_lin"}}"#,
        ),
        (
            "post_verify",
            "verify",
            r#"{"match":{"action":"get_lin"},"times":{"exactly":1},"within":"1ms"}"#,
        ),
        ("post_verify", "verify", r#"{"order":[{"action":"get_lin"}]}"#),
        ("delete_requests", "requests", ""),
        ("get_sessions", "sessions", ""),
        ("delete_sessions_by_id", "sessions/12345", ""),
        (
            "post_worlds",
            "worlds",
            r#"{"name":"a","seed":"docs","clock":{"mode":"real"},"rng_seed":7}"#,
        ),
        (
            "post_worlds",
            "worlds",
            r#"{"name":"b","clock":"frozen:2026-01-01T00:00:00Z"}"#,
        ),
        ("get_worlds", "worlds", ""),
        ("delete_worlds_by_name", "worlds/a", ""),
        (
            "patch_state",
            "state",
            r#"{"lines":[{"username":"anna","expires":"+30d","bouquets":["News"]}]}"#,
        ),
        ("put_state", "state", r#"{"lines":[],"settings":{}}"#),
        ("post_reset", "reset", r#"{"what":["state","faults"]}"#),
        ("post_reset", "reset", r#"{"match":{"user":"ci-*"}}"#),
        ("post_shutdown", "shutdown", ""),
    ] {
        if !sent.is_empty() {
            let schema = body(&document, id);
            let sent: Value = serde_json::from_str(sent).unwrap();
            document
                .check(schema, &sent)
                .unwrap_or_else(|error| panic!("{id}: {error}: {sent}"));
        }
        let answer = ask(&panel, &document.operation(id).1.to_uppercase(), path, sent);
        assert_eq!(answer.status, 200, "{id}: {answer:?}");
        let answer: Value = serde_json::from_str(&answer.text()).unwrap();
        document
            .check(document.answer(id), &answer)
            .unwrap_or_else(|error| panic!("{id}: {error}: {answer}"));
    }
}

#[test]
fn wrong_faults_matches_and_seeds_are_not_of_their_schemas() {
    let (_, document) = panel();
    for (id, sent) in [
        ("post_faults", json!({ "effect": { "statuss": 503 } })),
        ("post_faults", json!({ "effect": { "preset": "nope" } })),
        ("post_faults", json!({ "match": {} })),
        ("post_faults", json!({ "effect": { "status": "503" } })),
        ("post_requests_count", json!({ "match": { "acton": "get_line" } })),
        ("post_reset", json!({ "what": ["statee"] })),
        ("put_clock", json!({ "mode": "stopped" })),
        ("put_state", json!({ "line": [] })),
        ("put_state", json!({ "lines": [{ "usernam": "anna" }] })),
    ] {
        assert!(document.check(body(&document, id), &sent).is_err(), "{id}: {sent}");
    }
}
