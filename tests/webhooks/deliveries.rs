//! How an event is delivered: signed, again after a failure by the panel's clock, in order, until it is given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use data_encoding::BASE64;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::receiver::{Receiver, Reply};
use super::{SECRET, billing, deliveries, endpoint, nxt, settle, subscribe, telling};
use crate::billing::{advance, control};
use crate::support::soon;

const SHOWN: [&str; 5] = ["event", "status", "attempts", "answer", "next_attempt"];

/// HMAC-SHA256, of its definition alone.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(to, from)| *to ^= from);
        block.to_vec()
    };
    let inner = Sha256::digest([pad(0x36), text.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

fn make_line(panel: &crate::support::Panel) -> i64 {
    nxt(panel, "POST", "lines", r#"{"package_id":1}"#)["id"]
        .as_i64()
        .unwrap()
}

#[test]
fn a_request_is_signed_as_the_convention_says() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let got = &receiver.wait(1)[0];
    assert_eq!(got.line, "POST /hooks?from=panel HTTP/1.1");
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(
        got.header("user-agent"),
        format!("Linecard/{}", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(got.header("webhook-id"), "evt_000001");
    assert_eq!(got.json()["id"], "evt_000001");
    // Real time, although the panel's clock stands in 2026.
    let timestamp: f64 = got.header("webhook-timestamp").parse().unwrap();
    assert!((linecard::panel::clock::system() - timestamp).abs() < 60.0);
    let text = format!("evt_000001.{timestamp}.{}", got.body);
    let signature = BASE64.encode(&hmac(b"0123456789abcdefghijklmn", text.as_bytes()));
    assert_eq!(got.header("webhook-signature"), format!("v1,{signature}"));
    // The vector of RFC 4231, test case 2, holds for the test's own function.
    let vector = hmac(b"Jefe", b"what do ya want for nothing?");
    assert_eq!(
        data_encoding::HEXLOWER.encode(&vector),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn a_failure_is_tried_again_by_the_panels_clock_until_it_is_given_up() {
    let receiver = Receiver::answering(|_| Reply::Status(503));
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    receiver.wait(1);
    settle(&panel);
    assert_eq!(
        deliveries(&panel, "", &SHOWN),
        ["line.created pending 1 503 2026-03-15T14:30:05Z"]
    );
    assert_eq!(advance(&panel, "PT4S"), Vec::<String>::new());
    assert_eq!(advance(&panel, "PT1S"), ["2026-03-15T14:30:05Z webhook.failed 1"]);
    assert_eq!(
        deliveries(&panel, "", &SHOWN),
        ["line.created pending 2 503 2026-03-15T14:30:35Z"]
    );
    let fired: Vec<String> = advance(&panel, "P3D")
        .into_iter()
        .filter(|one| one.contains("webhook"))
        .collect();
    let expected = [
        "2026-03-15T14:30:35Z webhook.failed 1",
        "2026-03-15T14:32:35Z webhook.failed 1",
        "2026-03-15T14:42:35Z webhook.failed 1",
        "2026-03-15T15:42:35Z webhook.failed 1",
        "2026-03-15T21:42:35Z webhook.failed 1",
        "2026-03-16T21:42:35Z webhook.failed 1",
    ];
    assert_eq!(fired, expected);
    assert_eq!(deliveries(&panel, "", &SHOWN), ["line.created failed 8 503 null"]);
    let got = receiver.wait(8);
    assert!(
        got.iter()
            .all(|one| one.header("webhook-id") == "evt_000001" && one.body == got[0].body)
    );
    advance(&panel, "P30D");
    receiver.wait(8);
}

#[test]
fn a_clock_that_is_set_forward_delivers_what_falls_due() {
    let receiver = Receiver::answering(|_| Reply::Close);
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    receiver.wait(1);
    settle(&panel);
    receiver.answer(|_| Reply::Status(204));
    control(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-03-15T14:31:00Z"}"#,
    );
    assert_eq!(receiver.all().len(), 2);
    let listed = deliveries(&panel, "", &["status", "attempts", "answer", "error", "last_attempt"]);
    assert_eq!(listed, ["delivered 2 204 null 2026-03-15T14:30:05Z"]);
}

#[test]
fn a_clock_that_runs_needs_no_request() {
    let failures = Arc::new(AtomicUsize::new(2));
    let receiver = Receiver::answering(move |_| {
        let left = failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        Reply::Status(if left.is_ok() { 500 } else { 200 })
    });
    let panel = telling(&receiver, &["line.created"]);
    control(&panel, "PUT", "clock", r#"{"mode":"scaled","rate":100}"#);
    make_line(&panel);
    receiver.wait(3);
    settle(&panel);
    assert_eq!(deliveries(&panel, "", &["status", "attempts"]), ["delivered 3"]);
}

#[test]
fn later_events_of_an_object_wait_and_others_do_not() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &[]);
    let (first, second) = (make_line(&panel), make_line(&panel));
    receiver.wait(2);
    receiver.forget();
    receiver.answer(move |got| Reply::Status(if got.data()["id"] == first { 500 } else { 200 }));
    for line in [first, second] {
        nxt(&panel, "POST", &format!("lines/{line}/suspend"), "");
        nxt(&panel, "POST", &format!("lines/{line}/unsuspend"), "");
    }
    let told = |got: &[super::receiver::Got]| -> Vec<String> {
        got.iter()
            .map(|one| format!("{} {}", one.event(), one.data()["id"]))
            .collect()
    };
    let expected = [
        format!("line.suspended {first}"),
        format!("line.suspended {second}"),
        format!("line.unsuspended {second}"),
    ];
    assert_eq!(told(&receiver.wait(3)), expected);
    settle(&panel);
    receiver.forget();
    receiver.answer(|_| Reply::Status(200));
    let fired = advance(&panel, "PT5S");
    assert_eq!(
        told(&receiver.all()),
        [format!("line.suspended {first}"), format!("line.unsuspended {first}")]
    );
    assert_eq!(
        fired,
        [
            "2026-03-15T14:30:05Z webhook.delivered 3",
            "2026-03-15T14:30:05Z webhook.delivered 4"
        ]
    );
}

#[test]
fn an_endpoint_that_is_gone_is_switched_off() {
    let receiver = Receiver::answering(|_| Reply::Status(410));
    let panel = telling(&receiver, &[]);
    subscribe(&panel);
    receiver.wait(1);
    settle(&panel);
    let listed = deliveries(&panel, "", &["event", "status", "answer", "error"]);
    let gone = "null the endpoint is gone";
    let expected = [
        "line.created failed 410 null".to_owned(),
        format!("subscription.created failed {gone}"),
        format!("invoice.created failed {gone}"),
    ];
    assert_eq!(listed, expected);
    let endpoints = &control(&panel, "GET", "webhooks", "")["endpoints"];
    let url = receiver.url();
    assert_eq!(
        *endpoints,
        json!([{ "id": 1, "url": url, "events": [], "active": false }])
    );
    subscribe(&panel);
    advance(&panel, "P2D");
    receiver.wait(1);
}

#[test]
fn a_redirect_is_not_followed() {
    let receiver = Receiver::answering(|_| Reply::Redirect);
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    let got = receiver.wait(1);
    assert!(got[0].line.contains("/hooks"));
    settle(&panel);
    assert_eq!(deliveries(&panel, "", &["status", "answer"]), ["pending 307"]);
}

#[test]
fn a_receiver_has_ten_seconds() {
    let receiver = Receiver::answering(|_| Reply::Hang);
    let panel = telling(&receiver, &["line.created"]);
    let begun = Instant::now();
    make_line(&panel);
    receiver.wait(1);
    assert!(soon(|| deliveries(&panel, "", &["attempts"]) == ["1"]));
    let took = begun.elapsed().as_secs_f64();
    assert!((9.5..14.0).contains(&took), "{took}");
    assert_eq!(
        deliveries(&panel, "", &["status", "answer", "error"]),
        ["pending null no answer within 10 s"]
    );
}

#[test]
fn a_removed_or_inactive_endpoint_gets_nothing() {
    let receiver = Receiver::answering(|_| Reply::Status(500));
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    receiver.wait(1);
    settle(&panel);
    let off = json!({ "webhooks": [{ "url": receiver.url(), "active": false }] });
    control(&panel, "PATCH", "state", &off.to_string());
    make_line(&panel);
    assert_eq!(advance(&panel, "PT10S"), Vec::<String>::new());
    receiver.wait(1);
    // What happened while it was active is still its.
    receiver.answer(|_| Reply::Status(200));
    let on = json!({ "webhooks": [{ "url": receiver.url(), "active": true }] });
    control(&panel, "PATCH", "state", &on.to_string());
    receiver.wait(2);
    settle(&panel);
    assert_eq!(deliveries(&panel, "", &["status"]), ["delivered"]);
    panel.sql("DELETE FROM linecard_webhooks");
    make_line(&panel);
    advance(&panel, "PT10S");
    receiver.wait(2);
    assert_eq!(deliveries(&panel, "", &["id"]), Vec::<String>::new());
    assert_eq!(panel.sql_one("SELECT count(*) FROM linecard_webhook_events"), "0");
}

#[test]
fn two_endpoints_do_not_wait_for_each_other() {
    let (slow, fast) = (Receiver::answering(|_| Reply::Hang), Receiver::new());
    let panel = telling(&slow, &[]);
    endpoint(&panel, &fast.url(), &["subscription.created", "invoice.created"]);
    subscribe(&panel);
    fast.expect(&["subscription.created", "invoice.created"]);
    assert_eq!(slow.all().len(), 1);
}

#[test]
fn deliveries_are_listed_by_what_is_asked_for() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &[]);
    subscribe(&panel);
    receiver.wait(3);
    settle(&panel);
    let listed = control(&panel, "GET", "webhooks?event=subscription.created", "");
    let expected = json!({
        "id": 2, "endpoint": 1, "url": receiver.url(), "event_id": "evt_000002", "event": "subscription.created",
        "object": "subscription", "object_id": 1, "at": "2026-03-15T14:30:00Z", "status": "delivered", "attempts": 1,
        "answer": 200, "error": null, "last_attempt": "2026-03-15T14:30:00Z", "next_attempt": null,
    });
    assert_eq!(listed["deliveries"], json!([expected]));
    for (query, ids) in [
        ("", &["1", "2", "3"][..]),
        ("?limit=2", &["2", "3"]),
        ("?since=0&limit=2", &["1", "2"]),
        ("?since=2", &["3"]),
        ("?status=pending", &[]),
        ("?endpoint=2", &[]),
        ("?endpoint=1&status=delivered&limit=1", &["3"]),
    ] {
        assert_eq!(deliveries(&panel, query, &["id"]), ids, "{query}");
    }
    let more = |query: &str| control(&panel, "GET", &format!("webhooks{query}"), "")["more"].clone();
    assert_eq!([more("?limit=2"), more("?since=1")], [json!(true), json!(false)]);
    for (query, detail) in [
        ("?statuses=x", "there is no filter \"statuses\""),
        ("?status=done", "there is no status \"done\""),
        ("?event=line.create", "there is no event \"line.create\""),
        ("?limit=x", "`limit` is no number: \"x\""),
    ] {
        let answer = panel.client().get(&format!("/_linecard/webhooks{query}"));
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            (answer.status, problem["detail"].as_str()),
            (400, Some(detail)),
            "{query}"
        );
    }
}

#[test]
fn a_reset_goes_back_to_the_seed_and_a_snapshot_has_the_outbox() {
    let receiver = Receiver::answering(|_| Reply::Status(500));
    let panel = telling(&receiver, &["line.created"]);
    make_line(&panel);
    receiver.wait(1);
    settle(&panel);
    control(&panel, "POST", "snapshots", r#"{"name":"waiting"}"#);
    control(&panel, "POST", "reset", "{}");
    let listed = control(&panel, "GET", "webhooks", "");
    assert_eq!((&listed["endpoints"], &listed["deliveries"]), (&json!([]), &json!([])));
    make_line(&panel);
    control(&panel, "POST", "snapshots/waiting/restore", "");
    assert_eq!(deliveries(&panel, "", &["status", "attempts"]), ["pending 1"]);
    receiver.answer(|_| Reply::Status(200));
    advance(&panel, "PT5S");
    receiver.wait(2);
}

#[test]
fn no_surface_shows_a_secret_but_the_export() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &[]);
    subscribe(&panel);
    receiver.wait(3);
    for path in ["webhooks", "requests", "requests.har", "info"] {
        let text = control(&panel, "GET", path, "").to_string();
        assert!(!text.contains(SECRET), "{path}: {text}");
    }
    let refused = panel.mysql_query("SELECT secret FROM linecard_webhooks");
    assert!(!refused.contains("whsec_"), "{refused}");
    let state = control(&panel, "GET", "state", "");
    assert_eq!(
        state["webhooks"],
        json!([{ "url": receiver.url(), "secret": SECRET, "created": state["webhooks"][0]["created"] }])
    );
    // It is planted as it was.
    let other = crate::support::Panel::docs_seeded(8);
    control(&other, "PUT", "state", &state.to_string());
    assert_eq!(control(&other, "GET", "state", "")["webhooks"], state["webhooks"]);
    billing(&other, "PATCH", "products/prod_123", r#"{"name":"Other"}"#);
    assert_eq!(receiver.wait(4)[3].event(), "product.updated");
}

#[test]
fn a_world_tells_endpoints_of_its_own() {
    let receiver = Receiver::new();
    let panel = telling(&Receiver::new(), &[]);
    let world = control(&panel, "POST", "worlds", r#"{"name":"other","seed":"docs"}"#);
    let url = world["url"].as_str().unwrap();
    let mut client = crate::support::Client::new(url.trim_start_matches("http://"));
    let json = [
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer your_api_token_here"),
    ];
    let webhooks = json!({ "webhooks": [{ "url": receiver.url(), "secret": SECRET }] }).to_string();
    let added = client.request("PATCH", "/_linecard/state", &json[..1], webhooks.as_bytes());
    assert_eq!(added.status, 200, "{}", added.text());
    client.request("POST", "/api/lines", &json, br#"{"package_id":1}"#);
    let got = receiver.wait(1);
    assert_eq!(got[0].data()["portal_url"], format!("{url}/c/"));
    // A world that goes takes what it has not delivered with it.
    receiver.answer(|_| Reply::Hang);
    client.request("POST", "/api/lines", &json, br#"{"package_id":1}"#);
    receiver.wait(2);
    let begun = Instant::now();
    control(&panel, "DELETE", "worlds/other", "");
    assert!(begun.elapsed().as_secs() < 5);
}
