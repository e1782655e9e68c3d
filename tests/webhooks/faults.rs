//! Faults on deliveries act in the receiver's place.

use super::receiver::Receiver;
use super::{deliveries, nxt, settle, telling};
use crate::billing::{advance, control};

#[test]
fn a_fault_acts_in_the_receivers_place() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created", "line.extended"]);
    let fault = |effect: &str| {
        let rule =
            format!(r#"[{{"match":{{"api":"webhook","action":"line.created"}},"when":{{"times":1}},{effect}}}]"#);
        control(&panel, "PUT", "faults", &rule);
    };
    let made = || {
        let made = nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
        settle(&panel);
        let told = deliveries(&panel, "", &["status", "answer", "error"]).pop().unwrap();
        (made["id"].as_i64().unwrap(), told)
    };
    fault(r#""effect":{"status":503}"#);
    let (line, told) = made();
    assert_eq!(told, "pending 503 null");
    nxt(
        &panel,
        "PUT",
        &format!("lines/{line}/extend"),
        r#"{"expires_at":"2027-01-01"}"#,
    );
    fault(r#""effect":{"abort":"close"}"#);
    assert_eq!(made().1, "pending null a fault closed the connection");
    receiver.wait(0);
    // The receiver has it, and the panel does not know.
    fault(r#""effect":{"abort":"reset"},"at":"after""#);
    assert_eq!(made().1, "pending null a fault closed the connection");
    receiver.wait(1);
    fault(r#""effect":{"status":410},"at":"after""#);
    receiver.forget();
    control(&panel, "PUT", "faults", "[]");
    advance(&panel, "PT10S");
    let events: Vec<String> = receiver.all().iter().map(|one| one.event()).collect();
    assert_eq!(
        events,
        ["line.created", "line.extended", "line.created", "line.created"]
    );
    assert_eq!(deliveries(&panel, "?status=pending", &["id"]), Vec::<String>::new());
}

#[test]
fn a_fault_may_make_the_receiver_silent() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    let rule = r#"[{"match":{"api":"webhook"},"effect":{"abort":"hang"}}]"#;
    control(&panel, "PUT", "faults", rule);
    nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
    settle(&panel);
    assert_eq!(deliveries(&panel, "", &["error"]), ["no answer within 10 s"]);
    receiver.wait(0);
}

#[test]
fn a_rule_that_names_no_api_is_about_requests_to_the_panel() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    let rule = r#"[{"id":"late","match":{"method":"POST","path":"/hooks"},"effect":{"status":503}}]"#;
    control(&panel, "PUT", "faults", rule);
    nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
    receiver.wait(1);
    settle(&panel);
    assert_eq!(deliveries(&panel, "", &["status"]), ["delivered"]);
    let listed = control(&panel, "GET", "faults", "");
    assert_eq!(listed["faults"][0]["hits"], 0);
    let refused = panel.client().request(
        "POST",
        "/_linecard/faults",
        &[("Content-Type", "application/json")],
        br#"{"match":{"api":"webhook"},"effect":{"answer":"busy"}}"#,
    );
    assert!(
        refused.text().contains("webhook has no failures by name"),
        "{}",
        refused.text()
    );
}
