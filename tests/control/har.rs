//! The journal as an HTTP archive.

use serde_json::{Value, json};

use super::{ask, bad, panel, refused, told};
use crate::support::Panel;

/// The archive, with times that differ from run to run set to zero.
fn archive(panel: &Panel, filters: &str) -> Value {
    let mut archive: Value = serde_json::from_str(&told(panel, "GET", &format!("requests.har{filters}"), "")).unwrap();
    for entry in archive["log"]["entries"].as_array_mut().unwrap() {
        let started = entry["startedDateTime"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(started).is_ok(), "{started}");
        assert_eq!(entry["time"], entry["timings"]["wait"]);
        assert!(entry["time"].as_f64().unwrap() >= 0.0);
        entry["startedDateTime"] = json!("now");
        entry["time"] = json!(0);
        entry["timings"]["wait"] = json!(0);
    }
    archive
}

/// The numbers of the requests in it.
fn seqs(panel: &Panel, filters: &str) -> Vec<u64> {
    let archive = archive(panel, filters);
    let entries = archive["log"]["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|one| one["_linecard"]["seq"].as_u64().unwrap())
        .collect()
}

#[test]
fn a_request_and_its_answer_are_told_as_har_has_them() {
    let panel = panel();
    let path = format!("{}?action=create_line&api_key=YOUR_KEY", panel.admin_path());
    let form = "exp_date=2027-01-01&username=al%20ice&password=hunter2";
    let answer = panel.client().post(&path, form);
    let pair = |name: &str, value: &str| json!({ "name": name, "value": value });
    let entry = json!({
        "startedDateTime": "now",
        "time": 0,
        "request": {
            "method": "POST",
            "url": format!("http://{}{}?action=create_line&api_key=***", panel.host(), panel.admin_path()),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                pair("content-length", &form.len().to_string()),
                pair("content-type", "application/x-www-form-urlencoded"),
                pair("host", panel.host()),
            ],
            "queryString": [pair("action", "create_line"), pair("api_key", "***")],
            "headersSize": -1,
            "bodySize": form.len(),
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "text": "exp_date=2027-01-01&username=al%20ice&password=***",
            },
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [pair("content-type", "application/json")],
            "content": { "size": answer.body.len(), "mimeType": "application/json" },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": answer.body.len(),
        },
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
        "_linecard": {
            "seq": 1,
            "id": "main-1",
            "world": "main",
            "at": "2026-03-15T14:30:00Z",
            "api": "admin",
            "action": "create_line",
            "matched": true,
            "user": "al ice",
            "auth": "ok",
            "handler": "create_line",
            "fault": null,
            "outcome": "answered",
            "diagnostics": [],
        },
    });
    let creator = json!({ "name": "Linecard", "version": env!("CARGO_PKG_VERSION") });
    assert_eq!(
        archive(&panel, ""),
        json!({ "log": { "version": "1.2", "creator": creator, "entries": [entry] } })
    );
}

#[test]
fn an_answer_that_was_not_sent_has_no_status() {
    let panel = panel();
    told(&panel, "PUT", "faults", r#"[{"effect":{"abort":"close"}}]"#);
    let mut client = panel.client();
    client.send(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_to_end().unwrap();
    let entry = &archive(&panel, "")["log"]["entries"][0];
    assert_eq!(
        entry["response"],
        json!({
            "status": 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": { "size": 0, "mimeType": "x-unknown" },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 0,
        })
    );
    assert_eq!(entry["_linecard"]["outcome"], "closed");
    assert_eq!(entry["request"]["url"], "http://x/nowhere");
    assert_eq!(entry["request"].get("postData"), None);
}

#[test]
fn the_archive_has_the_filters_of_the_list_and_says_what_is_missing() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = 3;
    });
    panel.get("get_line", "id=1");
    panel.get("get_line", "id=4521");
    panel.client().get("/nowhere");
    assert_eq!(archive(&panel, "")["log"].get("comment"), None);
    panel.get("get_user", "id=88");
    assert_eq!(seqs(&panel, ""), [2, 3, 4]);
    assert_eq!(seqs(&panel, "?limit=2"), [2, 3]);
    assert_eq!(seqs(&panel, "?since=2&api=admin"), [4]);
    assert_eq!(seqs(&panel, "?status=404"), [3]);
    assert_eq!(
        archive(&panel, "")["log"]["comment"],
        "1 request is no longer in the journal"
    );
    let hint = "there are since, limit, api, action, user, status, unmatched, fault; did you mean \"limit\"?";
    assert_eq!(
        refused(&panel, "GET", "requests.har?limits=1", ""),
        bad(r#"there is no filter "limits""#, hint)
    );
    assert_eq!(ask(&panel, "POST", "requests.har", "").status, 405);
}
