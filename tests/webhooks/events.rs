//! Which events a change has, in which order, and what they carry.

use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{billing, nxt, subscribe, telling};
use crate::billing::{advance, control};
use crate::support::{Panel, encoded};

/// The line of a subscription.
fn line_of(subscription: &Value) -> i64 {
    subscription["lineId"].as_i64().unwrap()
}

fn shop() -> (Receiver, Panel) {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &[]);
    (receiver, panel)
}

#[test]
fn a_subscription_is_told_after_its_line_and_before_its_invoice() {
    let (receiver, panel) = shop();
    let made = subscribe(&panel);
    let got = receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    let line = nxt(&panel, "GET", &format!("lines/{}", line_of(&made)), "");
    let invoice = billing(&panel, "GET", "invoices/inv_001", "");
    assert_eq!(
        got.iter().map(|one| one.data()).collect::<Vec<_>>(),
        [line, made, invoice]
    );
    let event = got[1].json();
    assert_eq!(
        event.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "type", "timestamp", "data"]
    );
    assert_eq!(
        (event["id"].as_str(), event["timestamp"].as_str()),
        (Some("evt_000002"), Some("2026-03-15T14:30:00.000Z"))
    );
}

#[test]
fn what_costs_nothing_is_paid_at_once() {
    let (receiver, panel) = shop();
    billing(&panel, "PATCH", "products/prod_123", r#"{"price":"0"}"#);
    receiver.expect(&["product.updated"]);
    subscribe(&panel);
    receiver.expect(&[
        "line.created",
        "subscription.created",
        "invoice.created",
        "invoice.paid",
    ]);
}

#[test]
fn a_renewal_extends_the_line_first() {
    let (receiver, panel) = shop();
    let made = subscribe(&panel);
    receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    let renewed = billing(&panel, "POST", "subscriptions/sub_001/renew", "");
    let got = receiver.expect(&["line.extended", "subscription.renewed", "invoice.created"]);
    assert_eq!(got[1].data(), renewed);
    assert_eq!(got[0].data()["id"], line_of(&made));
    assert_eq!(got[0].data()["expires_at"], "2026-05-15T14:30:00.000Z");
}

#[test]
fn a_cancellation_suspends_the_line_and_voids_what_is_not_paid() {
    let (receiver, panel) = shop();
    subscribe(&panel);
    billing(&panel, "POST", "subscriptions/sub_001/renew", "");
    receiver.wait(6);
    receiver.forget();
    let cancelled = billing(&panel, "POST", "subscriptions/sub_001/cancel", "");
    let events = [
        "line.suspended",
        "subscription.cancelled",
        "invoice.voided",
        "invoice.voided",
    ];
    let got = receiver.expect(&events);
    assert_eq!(got[1].data(), cancelled);
    assert_eq!(
        [&got[2], &got[3]].map(|one| one.data()["id"].as_str().unwrap().to_owned()),
        ["inv_001", "inv_002"]
    );
    assert_eq!(got[2].data()["status"], "void");
}

#[test]
fn a_cancellation_at_the_end_is_an_update_and_comes_with_the_clock() {
    let (receiver, panel) = shop();
    let made = subscribe(&panel);
    receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    billing(
        &panel,
        "POST",
        "subscriptions/sub_001/cancel",
        r#"{"atPeriodEnd":true}"#,
    );
    let got = receiver.expect(&["subscription.updated"]);
    assert_eq!(got[0].data()["cancelAtPeriodEnd"], true);
    let fired = advance(&panel, "P2M");
    let got = receiver.expect(&[
        "line.expired",
        "line.suspended",
        "subscription.cancelled",
        "invoice.voided",
    ]);
    assert_eq!(got[2].data()["cancelledAt"], "2026-04-15T14:30:00.000Z");
    // Each has the instant at which it happened.
    for one in &got {
        assert_eq!(one.json()["timestamp"], "2026-04-15T14:30:00.000Z");
    }
    let end = "2026-04-15T14:30:00Z";
    let ours: Vec<String> = fired.into_iter().filter(|one| one.starts_with(end)).collect();
    let expected = [
        format!("{end} line.expired {}", line_of(&made)),
        format!("{end} subscription.cancelled 1"),
        format!("{end} webhook.delivered 5"),
        format!("{end} webhook.delivered 6"),
        format!("{end} webhook.delivered 7"),
        format!("{end} webhook.delivered 8"),
    ];
    assert_eq!(ours, expected);
}

#[test]
fn a_change_of_a_subscription_tells_of_its_line_first() {
    let (receiver, panel) = shop();
    subscribe(&panel);
    receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    let patch = |body: &str| billing(&panel, "PATCH", "subscriptions/sub_001", body);
    patch(r#"{"status":"suspended"}"#);
    receiver.expect(&["line.suspended", "subscription.updated"]);
    patch(r#"{"status":"active","currentPeriodEnd":"2027-01-01"}"#);
    receiver.expect(&["line.unsuspended", "line.extended", "subscription.updated"]);
    patch(r#"{"password":"another1"}"#);
    let got = receiver.expect(&["subscription.updated"]);
    assert_eq!(got[0].data()["credentials"]["password"], "another1");
    patch(r#"{"externalId":"crm-1"}"#);
    receiver.expect(&["subscription.updated"]);
    // Nothing is different.
    patch(r#"{"externalId":"crm-1","status":"active"}"#);
    patch("{}");
    billing(&panel, "POST", "invoices/inv_001/mark-paid", "");
    let got = receiver.expect(&["invoice.paid"]);
    assert_eq!(got[0].data()["status"], "paid");
}

#[test]
fn the_end_of_a_period_is_told_when_it_comes() {
    let (receiver, panel) = shop();
    subscribe(&panel);
    receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    advance(&panel, "P1M");
    let got = receiver.expect(&["line.expired", "subscription.expired"]);
    assert_eq!(got[0].data()["status"], "expired");
    assert_eq!(got[1].data()["status"], "expired");
    // Once.
    advance(&panel, "P1M");
    subscribe(&panel);
    receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    // A clock that is put back brings it again.
    control(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-04-15T14:29:59Z"}"#,
    );
    control(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-04-15T14:30:01Z"}"#,
    );
    receiver.expect(&["line.expired", "subscription.expired"]);
}

#[test]
fn a_start_enables_the_line() {
    let (receiver, panel) = shop();
    let body = r#"{"customerId":"cust_001","productId":"prod_123","startDate":"2026-03-20"}"#;
    billing(&panel, "POST", "subscriptions", body);
    let got = receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    assert_eq!(got[1].data()["status"], "pending");
    advance(&panel, "P10D");
    let got = receiver.expect(&["line.unsuspended", "subscription.updated"]);
    assert_eq!(got[1].data()["status"], "active");
    assert_eq!(got[1].json()["timestamp"], "2026-03-20T00:00:00.000Z");
}

#[test]
fn customers_and_products_are_told_as_they_are_and_were() {
    let (receiver, panel) = shop();
    let made = billing(
        &panel,
        "POST",
        "customers",
        r#"{"email":"john@example.com","name":"John"}"#,
    );
    assert_eq!(receiver.expect(&["customer.created"])[0].data(), made);
    let changed = billing(&panel, "PATCH", "customers/cust_003", r#"{"name":"Jon"}"#);
    assert_eq!(receiver.expect(&["customer.updated"])[0].data(), changed);
    billing(&panel, "PATCH", "customers/cust_003", r#"{"name":"Jon"}"#);
    billing(&panel, "DELETE", "customers/cust_003", "");
    assert_eq!(receiver.expect(&["customer.deleted"])[0].data(), changed);
    let made = billing(&panel, "POST", "products", r#"{"name":"Basic","price":"5"}"#);
    assert_eq!(receiver.expect(&["product.created"])[0].data(), made);
    let id = made["id"].as_str().unwrap();
    billing(&panel, "DELETE", &format!("products/{id}"), "");
    assert_eq!(receiver.expect(&["product.deleted"])[0].data(), made);
}

#[test]
fn a_line_is_told_of_whoever_changes_it() {
    let (receiver, panel) = shop();
    let body = r#"{"package_id":1,"username":"customer3","password":"securepass","mac":"00:1A:79:AB:CD:EF"}"#;
    let made = nxt(&panel, "POST", "lines", body);
    let id = made["id"].as_i64().unwrap();
    assert_eq!(receiver.expect(&["line.created"])[0].data(), made);
    nxt(
        &panel,
        "PUT",
        &format!("lines/{id}/extend"),
        r#"{"expires_at":"2027-06-30"}"#,
    );
    receiver.expect(&["line.extended"]);
    // The same end is no change.
    nxt(
        &panel,
        "PUT",
        &format!("lines/{id}/extend"),
        r#"{"expires_at":"2027-06-30"}"#,
    );
    nxt(&panel, "PATCH", &format!("lines/{id}"), r#"{"notes":"x"}"#);
    panel.call("ban_line", &format!("id={id}"));
    let got = receiver.expect(&["line.suspended"]);
    assert_eq!(got[0].data()["status"], "banned");
    panel.call("unban_line", &format!("id={id}"));
    receiver.expect(&["line.unsuspended"]);
    panel.mysql_query(&format!(
        "UPDATE lines SET enabled = 0, exp_date = '2028-01-01' WHERE id = {id}"
    ));
    let got = receiver.expect(&["line.suspended", "line.extended"]);
    assert_eq!(got[1].data()["expires_at"], "2028-01-01T00:00:00.000Z");
    panel.v2(
        "action=user&sub=edit",
        &format!(
            "username=customer3&password=securepass&user_data[enabled]={}",
            encoded("1")
        ),
    );
    receiver.expect(&["line.unsuspended"]);
    // An end in the past.
    panel.mysql_query(&format!("UPDATE lines SET exp_date = '2026-01-01' WHERE id = {id}"));
    assert_eq!(receiver.expect(&["line.expired"])[0].data()["status"], "expired");
    let last = nxt(&panel, "GET", &format!("lines/{id}"), "");
    assert_eq!(last["mac"], "00:1A:79:AB:CD:EF");
    nxt(&panel, "DELETE", &format!("lines/{id}"), "");
    assert_eq!(receiver.expect(&["line.deleted"])[0].data(), last);
    let other = nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
    receiver.expect(&["line.created"]);
    panel.mysql_query(&format!("DELETE FROM lines WHERE id = {}", other["id"]));
    assert_eq!(receiver.expect(&["line.deleted"])[0].data(), other);
}

#[test]
fn a_hidden_line_of_a_device_is_nobodys_event() {
    let (receiver, panel) = shop();
    panel.call("create_mag", "mac=00:1A:79:00:00:99&bouquets_selected=[1]");
    let mag = panel.sql_one("SELECT max(mag_id) FROM mag_devices");
    panel.call("disable_mag", &format!("id={mag}"));
    subscribe(&panel);
    receiver.expect(&["line.created", "subscription.created", "invoice.created"]);
    // It is one of a customer from here on.
    panel.call("convert_mag", &format!("id={mag}"));
    let got = receiver.expect(&["line.created"]);
    assert_eq!(got[0].data()["status"], "suspended");
}

#[test]
fn what_is_refused_or_planted_is_not_told() {
    let (receiver, panel) = shop();
    let body = r#"{"customerId":"cust_999","productId":"prod_123"}"#;
    let refused = super::rest(&panel, "your_api_key_here", "POST", "/api/v1/subscriptions", body);
    assert_eq!(refused.status, 422);
    let lines = json!({ "lines": [{ "username": "planted1", "password": "planted1" }] });
    control(&panel, "PATCH", "state", &lines.to_string());
    billing(&panel, "PATCH", "products/prod_123", r#"{"name":"Other"}"#);
    receiver.expect(&["product.updated"]);
}

#[test]
fn ends_of_before_are_not_told_to_an_endpoint_that_comes_later() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.expired"]);
    let expires = |at: &str| {
        let body = format!(r#"{{"package_id":1,"expires_at":"2026-03-{at}"}}"#);
        nxt(&panel, "POST", "lines", &body)["id"].as_i64().unwrap()
    };
    let (first, _, third) = (expires("20"), expires("25"), expires("30"));
    let told = || receiver.expect(&["line.expired"])[0].data()["id"].as_i64().unwrap();
    advance(&panel, "P6D");
    assert_eq!(told(), first);
    let switch = |is_on: bool| {
        let webhooks = json!({ "webhooks": [{ "url": receiver.url(), "active": is_on }] });
        control(&panel, "PATCH", "state", &webhooks.to_string());
    };
    switch(false);
    advance(&panel, "P6D");
    switch(true);
    advance(&panel, "P6D");
    assert_eq!(told(), third);
}

#[test]
fn a_seed_with_a_wrong_endpoint_is_refused() {
    let panel = Panel::docs_seeded(7);
    let refused = |webhook: Value| {
        let body = json!({ "webhooks": [webhook] }).to_string();
        let headers = [("Content-Type", "application/json")];
        let answer = panel
            .client()
            .request("PATCH", "/_linecard/state", &headers, body.as_bytes());
        assert_eq!(answer.status, 400, "{}", answer.text());
        serde_json::from_slice::<Value>(&answer.body).unwrap()["errors"][0]["detail"].clone()
    };
    let url = "https://hooks.example/";
    assert_eq!(
        refused(json!({ "url": url, "secret": "whsec_abc" })),
        "this signs nothing"
    );
    let secret = super::SECRET;
    assert_eq!(
        refused(json!({ "url": url, "secret": secret, "events": ["line.create"] })),
        "there is no event \"line.create\""
    );
}

#[test]
fn an_endpoint_gets_the_events_that_it_wants() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["invoice.created", "line.deleted"]);
    let made = subscribe(&panel);
    receiver.expect(&["invoice.created"]);
    panel.call("delete_line", &format!("id={}", line_of(&made)));
    receiver.expect(&["line.deleted"]);
}

#[test]
fn a_refused_connection_is_told_with_its_reason() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["connection.refused"]);
    let made = nxt(
        &panel,
        "POST",
        "lines",
        r#"{"package_id":1,"username":"viewer1","password":"viewer1pw"}"#,
    );
    panel.call("ban_line", &format!("id={}", made["id"]));
    let headers = [("User-Agent", "VLC/3.0.18")];
    let stream = panel.sql_one("SELECT min(id) FROM streams WHERE type = 1");
    let answer = panel
        .client()
        .request("GET", &format!("/live/viewer1/viewer1pw/{stream}.ts"), &headers, b"");
    assert_eq!(answer.status, 401);
    let got = receiver.expect(&["connection.refused"]);
    let expected = json!({
        "lineId": made["id"], "username": "viewer1", "reason": "USER_BAN", "streamId": stream.parse::<i64>().unwrap(),
        "ip": "127.0.0.1", "userAgent": "VLC/3.0.18", "at": "2026-03-15T14:30:00.000Z",
    });
    assert_eq!(got[0].data(), expected);
    panel
        .client()
        .request("GET", "/live/nobody/nothing/1.ts", &headers, b"");
    let data = receiver.expect(&["connection.refused"])[0].data();
    assert_eq!(
        (&data["lineId"], &data["username"], data["reason"].as_str()),
        (&Value::Null, &Value::Null, Some("AUTH_FAILED"))
    );
}

#[test]
fn links_use_the_public_url() {
    let (receiver, panel) = shop();
    control(&panel, "PATCH", "info", r#"{"public_url":"https://tv.example"}"#);
    nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
    let got = receiver.expect(&["line.created"]);
    assert_eq!(got[0].data()["portal_url"], "https://tv.example/c/");
}
