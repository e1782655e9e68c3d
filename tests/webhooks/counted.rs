//! Checks, counts and metrics of deliveries, which are no requests to the panel.

use serde_json::{Value, json};

use super::journal::{asked, make_line};
use super::receiver::{Receiver, Reply};
use super::{SECRET, endpoint, nxt, telling};
use crate::billing::{advance, control};
use crate::support::{Client, Panel};

#[test]
fn only_who_names_the_api_counts_deliveries() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let count = |wanted: Value| {
        let body = json!({ "match": wanted }).to_string();
        control(&panel, "POST", "requests/count", &body)["count"].clone()
    };
    assert_eq!(count(json!({})), 1);
    assert_eq!(count(json!({ "method": "POST" })), 1);
    assert_eq!(count(json!({ "api": "*" })), 1);
    assert_eq!(count(json!({ "action": "line.created" })), 0);
    assert_eq!(count(json!({ "api": "webhook" })), 1);
    let whole = json!({
        "api": "webhook", "action": "line.created", "method": "POST", "path": "/hooks", "query": { "from": "panel" },
        "header": { "webhook-id": "evt_000001" }, "user": null, "status": 200, "matched": true,
    });
    assert_eq!(count(whole), 1);
    assert_eq!(count(json!({ "api": "webhook", "status": 500 })), 0);
    assert_eq!(control(&panel, "GET", "unmatched", "")["unmatched"], json!([]));
}

#[test]
fn a_check_that_does_not_name_the_api_says_so() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let answer = asked(
        &panel,
        "POST",
        "verify",
        json!({ "match": { "action": "line.created" } }),
    );
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    let url = receiver.url();
    let expected = json!({
        "type": "linecard:not_verified",
        "title": "Conflict",
        "status": 409,
        "detail": "0 requests match, at least 1 wanted",
        "hint": "request 2 is closest: api is \"webhook\", which `match` does not name",
        "count": 0,
        "requests": [],
        "closest": [
            {
                "seq": 2, "method": "POST", "url": url, "api": "webhook", "action": "line.created", "status": 200,
                "differences": [{ "member": "api", "wanted": null, "got": "webhook" }],
            },
            {
                "seq": 1, "method": "POST", "url": "/api/lines", "api": "nxt", "action": "create_line", "status": 201,
                "differences": [{ "member": "action", "wanted": "line.created", "got": "create_line" }],
            },
        ],
    });
    assert_eq!((answer.status, told), (409, expected));
}

#[test]
fn an_order_is_of_requests_and_deliveries() {
    let receiver = Receiver::answering(|_| Reply::Status(500));
    let panel = telling(&receiver, &["line.created"]);
    let line = make_line(&panel);
    nxt(&panel, "GET", &format!("lines/{line}"), "");
    receiver.answer(|_| Reply::Status(200));
    advance(&panel, "PT5S");
    let order = json!([
        { "action": "create_line" },
        { "api": "webhook", "status": 500 },
        { "action": "get_line" },
        { "api": "webhook", "action": "line.created", "status": 200 },
    ]);
    let body = json!({ "order": order }).to_string();
    let verified = json!({ "verified": true, "requests": [1, 2, 3, 4] });
    assert_eq!(control(&panel, "POST", "verify", &body), verified);
    // A step that names no API passes them over.
    let body = json!({ "order": [{}, {}] }).to_string();
    let verified = json!({ "verified": true, "requests": [1, 3] });
    assert_eq!(control(&panel, "POST", "verify", &body), verified);
}

#[test]
fn a_check_waits_for_a_delivery() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    let body = json!({ "match": { "api": "webhook", "status": 200 }, "within": "20s" });
    let verified = std::thread::scope(|threads| {
        let waiting = threads.spawn(|| asked(&panel, "POST", "verify", body).text());
        nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
        waiting.join().unwrap()
    });
    assert_eq!(verified, r#"{"verified":true,"count":1,"requests":[2]}"#);
}

#[test]
fn the_metrics_count_deliveries_apart_from_requests() {
    let receiver = Receiver::answering(|_| Reply::Close);
    let panel = telling(&receiver, &["line.created"]);
    let fault = r#"[{"id":"down","match":{"api":"webhook"},"when":{"times":1},"effect":{"status":503}}]"#;
    control(&panel, "PUT", "faults", fault);
    make_line(&panel);
    advance(&panel, "PT5S");
    control(&panel, "DELETE", "requests", "");
    let metrics = asked(&panel, "GET", "metrics", json!({})).text();
    let family = |name: &str| {
        let lines = metrics.lines().filter(|line| line.starts_with(name));
        lines.map(|line| line[name.len()..].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        family("linecard_deliveries_total"),
        [
            r#"{api="webhook",action="line.created",status="none"} 1"#,
            r#"{api="webhook",action="line.created",status="5xx"} 1"#,
        ]
    );
    assert_eq!(
        family("linecard_requests_total"),
        [r#"{api="nxt",action="create_line",status="2xx"} 1"#]
    );
    assert_eq!(family("linecard_fault_hits_total"), [r#"{fault="down"} 1"#]);
    // Nothing is suspicious about a delivery that nobody has read.
    assert_eq!(family("linecard_unmatched_unread_total"), [" 1"]);
}

#[test]
fn faults_and_metrics_need_no_journal() {
    let receiver = Receiver::new();
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = 0;
    });
    endpoint(&panel, &receiver.url(), &["line.created"]);
    let fault =
        r#"[{"id":"down","match":{"api":"webhook","path":"/hooks"},"when":{"times":1},"effect":{"status":503}}]"#;
    control(&panel, "PUT", "faults", fault);
    make_line(&panel);
    advance(&panel, "PT5S");
    receiver.wait(1);
    let metrics = asked(&panel, "GET", "metrics", json!({})).text();
    for sample in [
        r#"linecard_deliveries_total{api="webhook",action="line.created",status="2xx"} 1"#,
        r#"linecard_deliveries_total{api="webhook",action="line.created",status="5xx"} 1"#,
        r#"linecard_fault_hits_total{fault="down"} 1"#,
        "linecard_journal_entries 0",
    ] {
        assert!(metrics.lines().any(|line| line == sample), "{sample}: {metrics}");
    }
}

#[test]
fn without_a_control_plane_the_metrics_count_deliveries() {
    let receiver = Receiver::new();
    let panel = Panel::docs_with(|config| config.metrics_bind = Some("127.0.0.1:0".into()));
    panel.set("webhook_http=1");
    panel.set("webhook_private_targets=1");
    let url = receiver.url();
    panel.sql(&format!(
        "INSERT INTO linecard_webhooks (url, secret, events, active, created) VALUES ('{url}', '{SECRET}', '[]', 1, 0)"
    ));
    make_line(&panel);
    receiver.wait(1);
    let host = panel
        .metrics_url()
        .trim_start_matches("http://")
        .trim_end_matches("/metrics");
    let metrics = Client::new(host).get("/metrics").text();
    let sample = r#"linecard_deliveries_total{api="webhook",action="line.created",status="2xx"} 1"#;
    assert!(metrics.lines().any(|line| line == sample), "{metrics}");
}
