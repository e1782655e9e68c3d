//! What callers of the control plane may make it hold: snapshots, worlds, generated rows, faults and expressions.

use serde_json::{Value, json};

use super::{controlled, metric};
use crate::control::{ask, bad, problem, refused, told};
use crate::support::{Panel, soon};

fn state_bytes(panel: &Panel) -> usize {
    metric(panel, "linecard_state_bytes")
}

/// The size of the state of the seed `docs`.
fn size_of_docs() -> usize {
    let panel = controlled(|_| {});
    assert_eq!(state_bytes(&panel), 0);
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    state_bytes(&panel)
}

fn no_room() -> (u16, String) {
    problem(
        "no_room",
        "Insufficient Storage",
        507,
        "the memory of snapshots and worlds is full",
        "DELETE snapshots and worlds that are not needed, or start the server with a larger --state-memory",
    )
}

fn too_many(detail: &str, hint: &str) -> (u16, String) {
    problem("too_many", "Conflict", 409, detail, hint)
}

#[test]
fn there_are_so_many_snapshots() {
    let panel = controlled(|config| config.snapshots = 2);
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    told(&panel, "POST", "snapshots", r#"{"name":"b"}"#);
    let refusal = too_many(
        "there are 2 snapshots",
        "DELETE some, or start the server with a larger --snapshots",
    );
    assert_eq!(refused(&panel, "POST", "snapshots", r#"{"name":"c"}"#), refusal);
    let file = ask(&panel, "GET", "snapshots/a", "").body;
    let upload = panel.client().request("PUT", "/_linecard/snapshots/c", &[], &file);
    assert_eq!((upload.status, upload.text()), refusal);
    let again = r#"{"name":"a","replaced":true}"#;
    assert_eq!(told(&panel, "POST", "snapshots", r#"{"name":"a"}"#), again);
    told(&panel, "DELETE", "snapshots/b", "");
    told(&panel, "POST", "snapshots", r#"{"name":"c"}"#);
    assert_eq!(told(&panel, "GET", "snapshots", ""), r#"{"snapshots":["a","c"]}"#);
}

#[test]
fn snapshots_and_worlds_share_a_memory_that_is_given_back() {
    let one = size_of_docs();
    let panel = controlled(|config| config.state_memory = 3 * one + one / 2);
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    let file = ask(&panel, "GET", "snapshots/a", "").body;
    assert_eq!(file.len(), one);
    told(&panel, "POST", "worlds", r#"{"name":"w","snapshot":"a"}"#);
    assert_eq!(state_bytes(&panel), 2 * one);
    // A world of a seed has an image of its own, which a reset restores.
    let seeded = r#"{"name":"s","seed":"docs"}"#;
    assert_eq!(refused(&panel, "POST", "worlds", seeded), no_room());
    told(&panel, "POST", "snapshots", r#"{"name":"b"}"#);
    assert_eq!(refused(&panel, "POST", "snapshots", r#"{"name":"c"}"#), no_room());
    assert_eq!(refused(&panel, "POST", "worlds", ""), no_room());
    let upload = panel.client().request("PUT", "/_linecard/snapshots/c", &[], &file);
    assert_eq!((upload.status, upload.text()), no_room());
    assert_eq!(told(&panel, "GET", "snapshots", ""), r#"{"snapshots":["a","b"]}"#);
    // A snapshot stays in memory as long as a world begins with it.
    told(&panel, "DELETE", "snapshots/a", "");
    told(&panel, "DELETE", "snapshots/b", "");
    assert_eq!(state_bytes(&panel), 2 * one);
    told(&panel, "DELETE", "worlds/w", "");
    assert_eq!(state_bytes(&panel), 0);
    told(&panel, "POST", "worlds", seeded);
    assert_eq!(state_bytes(&panel) / one, 2);
    told(&panel, "DELETE", "worlds/s", "");
    assert_eq!(state_bytes(&panel), 0);
}

#[test]
fn there_are_so_many_worlds() {
    let panel = controlled(|config| config.worlds = 1);
    told(&panel, "POST", "worlds", r#"{"name":"a"}"#);
    let refusal = too_many(
        "there are 1 worlds",
        "DELETE some, or start the server with a larger --worlds",
    );
    assert_eq!(refused(&panel, "POST", "worlds", ""), refusal);
    let taken = problem(
        "exists",
        "Conflict",
        409,
        "there is a world \"a\" already",
        "DELETE /_linecard/worlds/a first, or leave `name` out",
    );
    assert_eq!(refused(&panel, "POST", "worlds", r#"{"name":"a"}"#), taken);
    told(&panel, "DELETE", "worlds/a", "");
    told(&panel, "POST", "worlds", "");
}

const ENDLESS: [&str; 5] = [
    "scale:lines=4000000000",
    "scale:streams=4000000000",
    "scale:resellers=4000000000",
    "scale:live=4000000000,epg_days=7",
    "scale:series=4000000000",
];

#[test]
fn an_endless_seed_stops_where_there_is_no_room() {
    let panel = controlled(|config| config.state_memory = 1 << 20);
    for seed in ENDLESS {
        let body = json!({ "name": "endless", "seed": seed }).to_string();
        assert_eq!(refused(&panel, "POST", "worlds", &body), no_room(), "{seed}");
    }
    let before = ask(&panel, "GET", "state", "").text();
    for method in ["PUT", "PATCH"] {
        let body = r#"{"generate":{"vod":4000000000}}"#;
        assert_eq!(refused(&panel, method, "state", body), no_room(), "{method}");
        assert_eq!(ask(&panel, "GET", "state", "").text(), before, "{method}");
    }
    assert_eq!(state_bytes(&panel), 0);
    assert_eq!(told(&panel, "GET", "worlds", ""), r#"{"worlds":[]}"#);
    let made: Value = serde_json::from_str(&told(&panel, "POST", "worlds", r#"{"name":"endless"}"#)).unwrap();
    assert_eq!(made["id"], "endless");
}

#[test]
fn an_endless_seed_stops_when_its_caller_leaves() {
    // On a file, metrics are answered while the writer works.
    let folder = tempfile::tempdir().unwrap();
    let panel = controlled(|config| config.db = folder.path().join("panel.db").display().to_string());
    let before = ask(&panel, "GET", "state", "").text();
    let requests = [
        ("POST", "worlds", json!({ "name": "endless", "seed": ENDLESS[0] })),
        ("PUT", "state", json!({ "generate": { "vod": 4_000_000_000u32 } })),
        ("PATCH", "state", json!({ "generate": { "vod": 4_000_000_000u32 } })),
    ];
    for (method, path, body) in requests {
        let body = body.to_string();
        let mut client = panel.client();
        let head = format!(
            "{method} /_linecard/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        client.send(head.as_bytes());
        assert!(soon(|| state_bytes(&panel) > 0), "{method} {path}");
        drop(client);
        assert!(soon(|| state_bytes(&panel) == 0), "{method} {path}");
        assert_eq!(ask(&panel, "GET", "state", "").text(), before, "{method} {path}");
    }
    assert_eq!(told(&panel, "GET", "worlds", ""), r#"{"worlds":[]}"#);
    told(&panel, "POST", "worlds", r#"{"name":"endless"}"#);
    // The writer goes on.
    assert!(panel.call("edit_line", "id=4521&max_connections=3").contains("SUCCESS"));
}

#[test]
fn an_endless_patch_ends() {
    let panel = controlled(|config| config.read_limit = std::time::Duration::from_millis(300));
    let before = ask(&panel, "GET", "state", "").text();
    let busy = problem(
        "busy",
        "Service Unavailable",
        503,
        "it took too long and nothing was done",
        "send fewer rows at once, or start the server with a larger --read-limit",
    );
    let body = r#"{"generate":{"vod":4000000000}}"#;
    assert_eq!(refused(&panel, "PATCH", "state", body), busy);
    assert_eq!(ask(&panel, "GET", "state", "").text(), before);
}

#[test]
fn faults_have_a_number_and_a_memory() {
    let panel = controlled(|config| {
        config.fault_rules = 2;
        config.fault_memory = 1_000;
        config.fault_body = 700;
    });
    let fault = |id: &str, body: &str| json!({ "id": id, "effect": { "body": body } }).to_string();
    told(&panel, "POST", "faults", &fault("a", &"x".repeat(700)));
    let full = problem(
        "no_room",
        "Insufficient Storage",
        507,
        "the faults have more than 1000 bytes",
        "DELETE some, or start the server with a larger --fault-memory",
    );
    assert_eq!(refused(&panel, "POST", "faults", &fault("b", &"x".repeat(300))), full);
    let large = bad(
        "`body` has 701 bytes, and 700 are allowed",
        "send a shorter one, or start the server with a larger --fault-body",
    );
    assert_eq!(refused(&panel, "POST", "faults", &fault("b", &"x".repeat(701))), large);
    told(&panel, "POST", "faults", &fault("b", "x"));
    let many = too_many("there are 2 faults", "DELETE some");
    assert_eq!(refused(&panel, "POST", "faults", &fault("c", "x")), many);
    // All or nothing.
    let three = format!("[{}]", [fault("d", "x"), fault("e", "x"), fault("f", "x")].join(","));
    assert_eq!(refused(&panel, "PUT", "faults", &three), many);
    let listed: Value = serde_json::from_str(&told(&panel, "GET", "faults", "")).unwrap();
    let ids: Vec<&Value> = listed["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, ["a", "b"]);
    told(&panel, "DELETE", "faults/a", "");
    told(&panel, "POST", "faults", &fault("b2", &"x".repeat(300)));
}

#[test]
fn expressions_have_a_length_and_a_compiled_size() {
    let panel = controlled(|config| config.match_limit = 200);
    let length = |bytes: usize| {
        bad(
            &format!("`match` has {bytes} bytes, and 200 are allowed"),
            "send a shorter one, or start the server with a larger --match-limit",
        )
    };
    let wide = json!({ "path": format!("/{}", "a*".repeat(200)) });
    let headers: serde_json::Map<String, Value> = (0..50).map(|n| (format!("x-{n}"), json!("*"))).collect();
    let many = json!({ "header": headers });
    for wanted in [wide, many] {
        let refusal = length(wanted.to_string().len());
        let body = json!({ "match": wanted }).to_string();
        assert_eq!(refused(&panel, "POST", "requests/count", &body), refusal);
        assert_eq!(refused(&panel, "POST", "verify", &body), refusal);
        let fault = json!({ "match": wanted, "effect": { "status": 503 } }).to_string();
        assert_eq!(refused(&panel, "POST", "faults", &fault), refusal);
        assert_eq!(refused(&panel, "PUT", "faults", &format!("[{fault}]")), refusal);
        let order = json!({ "match": wanted, "order": [{}] }).to_string();
        assert_eq!(refused(&panel, "POST", "verify", &order), refusal);
        let (status, step) = refused(&panel, "POST", "verify", &json!({ "order": [{}, wanted] }).to_string());
        assert_eq!(status, 400);
        assert!(step.contains("step 2: `match` has "), "{step}");
    }
    // A short one that would take a gigabyte.
    let bomb = json!({ "match": { "path": "re:((a{100}){100}){100}" } }).to_string();
    let refusal = bad(
        "`path` is no regular expression: Compiled regex exceeds size limit of 65536 bytes.",
        "write it as re:^/a/.*$, or as a glob such as /a/*",
    );
    assert_eq!(refused(&panel, "POST", "requests/count", &bomb), refusal);
    assert_eq!(refused(&panel, "POST", "verify", &bomb), refusal);
    let fault = json!({ "match": { "path": "re:((a{100}){100}){100}" }, "effect": { "status": 503 } }).to_string();
    assert_eq!(refused(&panel, "POST", "faults", &fault), refusal);
    let id = "x".repeat(256);
    let fault = json!({ "id": id, "effect": { "status": 503 } }).to_string();
    assert_eq!(
        refused(&panel, "POST", "faults", &fault),
        bad(&format!("`id` is no name: \"{id}\""), "leave it out for a number")
    );
    assert_eq!(told(&panel, "GET", "faults", ""), r#"{"faults":[]}"#);
    let fine = r#"{"match":{"path":"re:^/live/[^/]{1,40}/[^/]{1,40}/\\d+\\.ts$"}}"#;
    assert_eq!(
        told(&panel, "POST", "requests/count", fine),
        r#"{"count":0,"evicted":0}"#
    );
}
