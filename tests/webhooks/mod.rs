//! Webhooks: what is told, in which order, signed how, and again when (contract "REST APIs", part C).

mod commands;
mod counted;
mod deliveries;
mod events;
mod faults;
mod journal;
mod laws;
mod page;
mod receiver;
mod targets;

use serde_json::{Value, json};

use crate::billing::control;
use crate::support::Answer;
use crate::support::Panel;
use receiver::Receiver;

/// `whsec_` and the base64 of `0123456789abcdefghijklmn`.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u";

/// A panel with the vendor documents' data that tells a receiver of these events.
fn telling(receiver: &Receiver, events: &[&str]) -> Panel {
    let panel = Panel::docs_seeded(7);
    endpoint(&panel, &receiver.url(), events);
    panel
}

/// Adds an endpoint.
fn endpoint(panel: &Panel, url: &str, events: &[&str]) {
    let webhook = json!({ "url": url, "secret": SECRET, "events": events });
    control(panel, "PATCH", "state", &json!({ "webhooks": [webhook] }).to_string());
}

fn rest(panel: &Panel, secret: &str, method: &str, path: &str, body: &str) -> Answer {
    let authorization = format!("Bearer {secret}");
    let headers = [("Authorization", authorization.as_str())];
    panel.client().request(method, path, &headers, body.as_bytes())
}

/// Calls the billing API, and returns the data of its answer.
fn billing(panel: &Panel, method: &str, path: &str, body: &str) -> Value {
    let answer = rest(panel, "your_api_key_here", method, &format!("/api/v1/{path}"), body);
    assert!((200..300).contains(&answer.status), "{}", answer.text());
    serde_json::from_slice::<Value>(&answer.body).unwrap()["data"].clone()
}

/// Calls the NXT API, and returns the data of its answer.
fn nxt(panel: &Panel, method: &str, path: &str, body: &str) -> Value {
    let answer = rest(panel, "your_api_token_here", method, &format!("/api/{path}"), body);
    assert!((200..300).contains(&answer.status), "{}", answer.text());
    serde_json::from_slice::<Value>(&answer.body).unwrap()["data"].clone()
}

/// Subscribes Alice to the product of the documents, and returns the subscription.
fn subscribe(panel: &Panel) -> Value {
    let body = r#"{"customerId":"cust_001","productId":"prod_123"}"#;
    billing(panel, "POST", "subscriptions", body)
}

/// The deliveries as the control plane lists them: these members of each, joined.
fn deliveries(panel: &Panel, query: &str, members: &[&str]) -> Vec<String> {
    let listed = control(panel, "GET", &format!("webhooks{query}"), "");
    let one = |one: &Value| {
        let values = members.iter().map(|name| match &one[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        values.collect::<Vec<_>>().join(" ")
    };
    listed["deliveries"].as_array().unwrap().iter().map(one).collect()
}

/// Waits until no delivery of the panel is due at once.
fn settle(panel: &Panel) {
    let due = "SELECT count(*) FROM linecard_webhook_deliveries WHERE due IS NOT NULL AND due <=";
    let now = panel.inner().clock().now();
    assert!(crate::support::soon(|| panel.sql_one(&format!("{due} {now}")) == "0"));
}
