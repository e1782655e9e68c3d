//! Deliveries in the journal: each attempt is an entry of the api `webhook`, beside the requests to the panel.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::receiver::{Got, Receiver, Reply};
use super::{SECRET, endpoint, nxt, settle, telling};
use crate::billing::{advance, control};
use crate::support::{Answer, Panel};

/// Makes a line, and returns its id once its endpoints were told.
pub(super) fn make_line(panel: &Panel) -> i64 {
    let made = nxt(panel, "POST", "lines", r#"{"package_id":1}"#);
    settle(panel);
    made["id"].as_i64().unwrap()
}

/// The entries that a listing has, without what differs from run to run.
fn entries(panel: &Panel, filters: &str) -> Vec<Value> {
    let mut listed = control(panel, "GET", &format!("requests{filters}"), "");
    assert_eq!((&listed["more"], &listed["evicted"]), (&json!(false), &json!(0)));
    let all = listed["requests"].as_array_mut().unwrap();
    for one in all.iter_mut() {
        assert!(one["us"].as_u64().unwrap() > 0, "{one}");
        let real = one["at_real"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(real).is_ok(), "{real}");
        one["us"] = json!(1);
        one["at_real"] = json!("real");
    }
    std::mem::take(all)
}

/// These members of each entry that a listing has, joined.
fn shown(panel: &Panel, filters: &str, members: &[&str]) -> Vec<String> {
    let one = |one: &Value| {
        let values = members.iter().map(|name| match &one[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        values.collect::<Vec<_>>().join(" ")
    };
    entries(panel, filters).iter().map(one).collect()
}

/// The entry of a first delivery of a line, of which the receiver got this; `more` are the members that tell what came of it.
fn entry(receiver: &Receiver, got: &Got, seq: u64, more: Value) -> Value {
    let host = format!("127.0.0.1:{}", receiver.port());
    let mut expected = json!({
        "seq": seq,
        "id": format!("main-{seq}"),
        "world": "main",
        "at": "2026-03-15T14:30:00Z",
        "at_real": "real",
        "peer": null,
        "method": "POST",
        "url": format!("http://{host}/hooks?from=panel"),
        "api": "webhook",
        "action": "line.created",
        "matched": true,
        "headers": {
            "accept": "*/*",
            "content-type": "application/json",
            "host": host,
            "user-agent": format!("Linecard/{}", env!("CARGO_PKG_VERSION")),
            "webhook-id": "evt_000001",
            "webhook-timestamp": got.header("webhook-timestamp"),
            "webhook-signature": got.header("webhook-signature"),
        },
        "body": masked(got),
        "user": null,
        "auth": null,
        "handler": null,
        "fault": null,
        "outcome": "answered",
        "status": null,
        "bytes": 0,
        "us": 1,
        "diagnostics": [],
        "delivery": 1,
        "error": null,
    });
    let members = expected.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    expected
}

/// The body that a receiver got, as the journal shows it: without the secrets of a line.
fn masked(got: &Got) -> String {
    let mut body = got.json();
    let data = body["data"].as_object_mut().unwrap();
    for secret in ["password", "mac", "playlist_url"] {
        assert!(data.insert(secret.to_owned(), json!("***")).is_some(), "{}", got.body);
    }
    body.to_string()
}

pub(super) fn asked(panel: &Panel, method: &str, path: &str, body: Value) -> Answer {
    let path = format!("/_linecard/{path}");
    let headers = [("Content-Type", "application/json")];
    panel
        .client()
        .request(method, &path, &headers, body.to_string().as_bytes())
}

#[test]
fn an_attempt_is_an_entry_as_it_was_sent() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let got = receiver.wait(1).remove(0);
    let expected = entry(&receiver, &got, 2, json!({ "status": 200 }));
    assert_eq!(entries(&panel, "?api=webhook"), std::slice::from_ref(&expected));
    assert_eq!(
        shown(&panel, "", &["seq", "api", "action"]),
        ["1 nxt create_line", "2 webhook line.created"]
    );
    let mut one = control(&panel, "GET", "requests/2", "");
    (one["us"], one["at_real"]) = (json!(1), json!("real"));
    assert_eq!(one, expected);
}

#[test]
fn each_attempt_has_an_entry_with_what_came_of_it() {
    let receiver = Receiver::answering(|_| Reply::Status(500));
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let got = receiver.wait(1).remove(0);
    let refused = entry(&receiver, &got, 2, json!({ "status": 500 }));
    assert_eq!(entries(&panel, "?api=webhook"), [refused]);
    // The second attempt has a fault, the third no answer, the last is taken.
    let fault = r#"[{"id":"down","match":{"api":"webhook","header":{"webhook-id":"evt_000001"},"query":{"from":"panel"}},
        "when":{"times":1,"until":"2026-03-15T14:30:06Z"},"effect":{"status":503}}]"#;
    control(&panel, "PUT", "faults", fault);
    receiver.answer(|_| Reply::Close);
    advance(&panel, "PT35S");
    receiver.answer(|_| Reply::Status(204));
    advance(&panel, "PT2M");
    let members = ["at", "outcome", "status", "fault", "delivery", "error"];
    let closed = "not HTTP, or cut short: connection closed before message completed";
    let expected = [
        "2026-03-15T14:30:00Z answered 500 null 1 null".to_owned(),
        "2026-03-15T14:30:05Z answered 503 down 1 null".to_owned(),
        format!("2026-03-15T14:30:35Z failed null null 1 {closed}"),
        "2026-03-15T14:32:35Z answered 204 null 1 null".to_owned(),
    ];
    assert_eq!(shown(&panel, "?api=webhook", &members), expected);
    assert_eq!(shown(&panel, "?fault=down", &["api", "status"]), ["webhook 503"]);
}

#[test]
fn an_attempt_without_a_receiver_says_why() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let panel = Panel::docs_seeded(7);
    endpoint(&panel, &format!("http://127.0.0.1:{port}/hooks"), &["line.created"]);
    make_line(&panel);
    let listed = control(&panel, "GET", "webhooks", "");
    let why = listed["deliveries"][0]["error"].as_str().unwrap();
    assert!(why.starts_with("no connection: "), "{why}");
    let members = ["url", "outcome", "status", "bytes", "error"];
    let expected = format!("http://127.0.0.1:{port}/hooks failed null 0 {why}");
    assert_eq!(shown(&panel, "?action=line.created", &members), [expected]);
    // What may not be called is an attempt too.
    control(&panel, "PATCH", "state", r#"{"settings":{"webhook_http":"0"}}"#);
    advance(&panel, "PT5S");
    let expected = "2026-03-15T14:30:05Z failed it is no https URL: set webhook_http to let http be used";
    assert_eq!(shown(&panel, "?since=2", &["at", "outcome", "error"]), [expected]);
    // Without a URL there is no request that could be shown.
    panel.sql("UPDATE linecard_webhooks SET url = 'nowhere'");
    assert_eq!(advance(&panel, "PT30S"), ["2026-03-15T14:30:35Z webhook.failed 1"]);
    assert_eq!(shown(&panel, "?api=webhook", &["seq"]), ["2", "3"]);
}

#[test]
fn of_a_long_body_the_beginning_is_kept_which_is_not_suspicious() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    let notes = "n".repeat(70_000);
    panel.call("create_line", &format!("exp_date=2027-01-01&admin_notes={notes}"));
    settle(&panel);
    let got = receiver.wait(1).remove(0);
    assert_eq!(got.data()["notes"], notes);
    let one = entries(&panel, "?api=webhook").remove(0);
    let hint = format!("65536 of {} bytes of the body are kept", got.body.len());
    assert_eq!(one["diagnostics"], json!([{ "kind": "body_cut", "hint": hint }]));
    // The request that made the line was as long, and that is.
    let unmatched = control(&panel, "GET", "unmatched", "");
    let suspicious = unmatched["unmatched"].as_array().unwrap().iter();
    assert_eq!(suspicious.map(|one| one["seq"].clone()).collect::<Vec<_>>(), [1]);
    let metrics = asked(&panel, "GET", "metrics", json!({})).text();
    assert!(
        metrics.contains("linecard_unmatched_total{kind=\"body_cut\"} 1\n"),
        "{metrics}"
    );
}

#[test]
fn a_silent_receiver_is_an_attempt_that_runs_and_then_fails() {
    let receiver = Receiver::answering(|_| Reply::Hang);
    let panel = telling(&receiver, &["line.created"]);
    nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
    receiver.wait(1);
    let running = control(&panel, "GET", "requests/2", "");
    let members = ["outcome", "status", "bytes", "us", "error"].map(|name| running[name].clone());
    assert_eq!(members, [const { Value::Null }; 5]);
    settle(&panel);
    let expected = ["failed null no answer within 10 s"];
    assert_eq!(shown(&panel, "?api=webhook", &["outcome", "status", "error"]), expected);
}

#[test]
fn no_secret_of_an_endpoint_or_a_line_is_shown() {
    let receiver = Receiver::new();
    let panel = Panel::docs_seeded(7);
    let port = receiver.port();
    let url = format!("http://shop:open-sesame@127.0.0.1:{port}/hooks/{SECRET}?token=let-me-in&from=panel");
    endpoint(&panel, &url, &["line.created"]);
    make_line(&panel);
    let got = receiver.wait(1).remove(0);
    assert_eq!(got.header("authorization"), "Basic c2hvcDpvcGVuLXNlc2FtZQ==");
    let one = entries(&panel, "?api=webhook").remove(0);
    assert_eq!(
        one["url"],
        format!("http://127.0.0.1:{port}/hooks/***?token=***&from=panel")
    );
    assert_eq!(one["headers"]["authorization"], "***");
    assert_eq!(one["headers"]["webhook-signature"], got.header("webhook-signature"));
    assert_eq!(one["body"], masked(&got));
    let password = got.data()["password"].as_str().unwrap().to_owned();
    for path in ["requests?api=webhook", "requests.har?api=webhook", "requests/2"] {
        let text = asked(&panel, "GET", path, json!({})).text();
        for secret in [
            SECRET,
            &password,
            "let-me-in",
            "open-sesame",
            "c2hvcDpvcGVuLXNlc2FtZQ==",
        ] {
            assert!(!text.contains(secret), "{path}: {text}");
        }
    }
}

#[test]
fn filters_find_deliveries() {
    let receiver = Receiver::answering(|_| Reply::Status(500));
    let panel = telling(&receiver, &["line.created", "line.deleted"]);
    let line = make_line(&panel);
    receiver.answer(|_| Reply::Status(200));
    nxt(&panel, "DELETE", &format!("lines/{line}"), "");
    settle(&panel);
    advance(&panel, "PT5S");
    let found = |filters: &str| shown(&panel, filters, &["seq"]).join(" ");
    assert_eq!(found(""), "1 2 3 4 5");
    assert_eq!(found("?api=webhook"), "2 4 5");
    assert_eq!(found("?api=nxt"), "1 3");
    assert_eq!(found("?action=line.created"), "2 4");
    assert_eq!(found("?action=line.*&status=200"), "4 5");
    assert_eq!(found("?status=500"), "2");
    assert_eq!(found("?unmatched=1"), "");
}

#[test]
fn a_delivery_is_told_as_har_has_it() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let got = receiver.wait(1).remove(0);
    let mut archive = control(&panel, "GET", "requests.har?api=webhook", "");
    let entry = archive["log"]["entries"][0].as_object_mut().unwrap();
    let (started, time) = (entry.remove("startedDateTime").unwrap(), entry.remove("time").unwrap());
    assert!(chrono::DateTime::parse_from_rfc3339(started.as_str().unwrap()).is_ok());
    assert!(time.as_f64().unwrap() > 0.0 && entry.remove("timings").unwrap()["wait"] == time);
    let pair = |name: &str, value: &str| json!({ "name": name, "value": value });
    let body = masked(&got);
    let expected = json!({
        "request": {
            "method": "POST",
            "url": receiver.url(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                pair("accept", "*/*"),
                pair("content-type", "application/json"),
                pair("host", &format!("127.0.0.1:{}", receiver.port())),
                pair("user-agent", &format!("Linecard/{}", env!("CARGO_PKG_VERSION"))),
                pair("webhook-id", "evt_000001"),
                pair("webhook-signature", got.header("webhook-signature")),
                pair("webhook-timestamp", got.header("webhook-timestamp")),
            ],
            "queryString": [pair("from", "panel")],
            "headersSize": -1,
            "bodySize": got.body.len(),
            "postData": { "mimeType": "application/json", "text": body },
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": { "size": 0, "mimeType": "x-unknown" },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 0,
        },
        "cache": {},
        "_linecard": {
            "seq": 2,
            "id": "main-2",
            "world": "main",
            "at": "2026-03-15T14:30:00Z",
            "api": "webhook",
            "action": "line.created",
            "matched": true,
            "user": null,
            "auth": null,
            "handler": null,
            "fault": null,
            "outcome": "answered",
            "diagnostics": [],
            "delivery": 1,
            "error": null,
        },
    });
    assert_eq!(json!(entry), expected);
}
